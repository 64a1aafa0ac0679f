import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { poissonQuantile } from '../distributions/poisson.ts';
import { philoxBlock } from '../random/philox.ts';
import { exceedance, exceedancePoints, levelOf, relativeError, type Curve } from './curve.ts';
import type { LossModel, Scenario } from './model.ts';
import { planLoss, type Leaf, type LossPlan } from './plan.ts';
import { quantileOf, type Quantity } from './quantity.ts';
import { reduceLoss, simulateLoss, vulnerabilityOf, type LossResult } from './reduce.ts';
import { BLOCK_ROWS, blocksOf } from './rows.ts';
import { openLossRun } from './simulate.ts';
import { ALICE, aTheft, good, lognormal, pert, refusedAt, simulated, uniform } from './testing.ts';

const all = ({ curves }: LossResult): Curve => curves.at(-1) as Curve;
const level = (curve: Curve, share: number): ReturnType<typeof levelOf> & { ok: true } => good(levelOf(curve, share));

describe('rows', () => {
  const SEED = 12_345;
  const uniformAt = ({ stream, slot }: Leaf['place'], row: number, event = 0): number => {
    const counter = event === 0 ? [Math.floor(row / 16) * 4 + (row % 4), stream, slot, 0] : [row, stream, slot, event];
    return ((philoxBlock(counter, [SEED, 0])[event === 0 ? Math.floor(row / 4) % 4 : 0] ?? 0) + 0.5) / 2 ** 32;
  };
  const planOf = (model: LossModel): LossPlan => good(planLoss(model)).plan;

  it('that are annualised are what the tree says of each number drawn, worked out one by one', () => {
    const plan = planOf({ row: 'annualised', scenarios: [aTheft], measures: [{ id: 'guard', effects: [{ scenario: 's0', on: 'frequency', reduction: pert(0.1, 0.3, 0.6) }] }] });
    const at = (leaf: Leaf | undefined, quantity: Quantity | undefined, row: number): number => quantileOf(quantity ?? 0, uniformAt(leaf?.place ?? { stream: 0, slot: 0 }, row));
    const [one] = plan.scenarios;
    const rows = Array.from({ length: 100 }, (_, row) => row);
    const wins = rows.filter((row) => at(one?.contest?.capability, aTheft.threatCapability, row) > at(one?.contest?.resistance, aTheft.resistanceStrength, row)).length;
    const losses = rows.map((row) => {
      const secondary = aTheft.secondary?.[0];
      const amount = at(one?.primary, aTheft.primaryLoss, row) + at(one?.secondary[0]?.share, secondary?.lossEventFrequency, row) * at(one?.secondary[0]?.amount, secondary?.lossMagnitude, row);
      return at(one?.frequency[0], aTheft.threatEventFrequency, row) * (wins / 100) * (1 - at(one?.frequencyCuts[0], pert(0.1, 0.3, 0.6), row)) * amount;
    });
    const result = good(simulateLoss(plan, SEED, 100));
    expect(result.vulnerability).toEqual([wins / 100]);
    expect(Math.abs(all(result).mean / (losses.reduce((a, b) => a + b, 0) / 100) - 1)).toBeLessThan(1e-5);
    expect(Math.abs(all(result).histogram.greatest / Math.max(...losses) - 1)).toBeLessThan(1e-5);
  });

  it('that are years are the amounts of as many events as Poisson says', () => {
    const secondary = { lossEventFrequency: 0.4, lossMagnitude: uniform(100, 200) };
    const plan = planOf({ row: 'year', scenarios: [{ id: 'one', lossEventFrequency: 2.5, primaryLoss: pert(1, 5, 10), secondary: [secondary] }] });
    const [one] = plan.scenarios;
    if (!one) throw new Error('no plan');
    const losses = Array.from({ length: 200 }, (_, row) => {
      let sum = 0;
      const events = poissonQuantile(uniformAt(one.events.place, row), 2.5);
      for (let event = 1; event <= events; event++) {
        sum += quantileOf(pert(1, 5, 10), uniformAt(one.primary.place, row, event));
        const follows = one.secondary[0];
        if (follows && uniformAt(follows.happens, row, event) < 0.4) sum += quantileOf(secondary.lossMagnitude, uniformAt(follows.amount.place, row, event));
      }
      return sum;
    });
    const curve = all(good(simulateLoss(plan, SEED, 200)));
    expect(curve.noLoss * 200).toBeCloseTo(losses.filter((loss) => loss === 0).length, 9);
    expect(Math.abs(curve.mean / (losses.reduce((a, b) => a + b, 0) / 200) - 1)).toBeLessThan(1e-6);
  });

  it('draw the same for a scenario whatever stands beside it, with what measures, and in what order', () => {
    const other: Scenario = { id: 'other', site: 'B', lossEventFrequency: pert(1, 2, 3), primaryLoss: 5 };
    const alone = simulated({ row: 'annualised', scenarios: [aTheft] }, 4, 5000).curves[0];
    const beside = simulated({ row: 'annualised', scenarios: [other, { ...aTheft, site: 'A' }], measures: [{ id: 'm', effects: [{ scenario: 'other', on: 'frequency', reduction: 0.5 }] }] }, 4, 5000);
    expect(beside.curves[1]).toEqual(alone);
    const half = simulated({ row: 'annualised', scenarios: [aTheft], measures: [{ id: 'm', effects: [{ scenario: 's0', on: 'magnitude', reduction: 0.5 }] }] }, 4, 5000).curves[0];
    expect((half?.mean ?? 0) / (alone?.mean ?? 1)).toBeCloseTo(0.5, 12);
  });
});

describe('a run', () => {
  const model: LossModel = { row: 'year', scenarios: [{ ...ALICE.scenarios[0], id: 'a' } as Scenario, { id: 'b', threatEventFrequency: pert(1, 2, 4), threatCapability: uniform(0, 1), resistanceStrength: pert(0, 0.6, 1), primaryLoss: lognormal(10, 900) }] };
  const ROWS = 3 * BLOCK_ROWS + 77;

  it('gives the same bytes whatever runs do which blocks, in whatever order', () => {
    const { plan } = good(planLoss(model));
    const want = JSON.stringify(good(simulateLoss(plan, 9, ROWS)));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }), fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (count, whose, order) => {
        const runs = Array.from({ length: count }, () => openLossRun(plan, 9, ROWS));
        const of = (block: number): number => (whose[block] ?? 0) % count;
        const contests = order.map((block) => runs[of(block)]?.contests(block) ?? []);
        const vulnerability = vulnerabilityOf(plan, contests, ROWS);
        for (const block of order) runs[of(block)]?.losses(block, vulnerability);
        expect(JSON.stringify(reduceLoss(plan, 9, ROWS, vulnerability, runs.map((run) => run.part())))).toBe(want);
      }),
      { numRuns: 6 },
    );
  });

  it('gives other figures for another seed, and says which engine, seed and rows it was', () => {
    const result = simulated(model, 9, 2000);
    expect(result).toMatchObject({ engine: 'loss 1', seed: 9, rows: 2000 });
    expect(all(simulated(model, 10, 2000)).mean).not.toBe(all(result).mean);
  });

  it('that lacks a block, or has one twice, is no run', () => {
    const { plan } = good(planLoss(ALICE));
    const run = openLossRun(plan, 1, ROWS);
    for (const block of [0, 1, 2]) run.losses(block, [1]);
    expect(refusedAt(reduceLoss(plan, 1, ROWS, [1], [run.part()]))).toBe('parts');
    run.losses(2, [1]);
    expect(refusedAt(reduceLoss(plan, 1, ROWS, [1], [run.part()]))).toBe('parts');
    expect(blocksOf(ROWS)).toBe(4);
  });

  it('sums scenarios row by row into sites and all', () => {
    const scenarios = ['a', 'b', 'c', 'd'].map((id, i): Scenario => ({ id, ...(i < 3 ? { site: i < 2 ? 'north' : 'south' } : {}), lossEventFrequency: uniform(0, i + 1), primaryLoss: 10 }));
    const { curves } = simulated({ row: 'annualised', scenarios }, 2, 3000);
    expect(curves.map(({ of, id }) => `${of} ${id}`)).toEqual(['scenario a', 'scenario b', 'scenario c', 'scenario d', 'site north', 'site south', 'all ']);
    const mean = (i: number): number => curves[i]?.mean ?? Number.NaN;
    expect(mean(4)).toBeCloseTo(mean(0) + mean(1), 9);
    expect(mean(5)).toBeCloseTo(mean(2), 9);
    expect(mean(6)).toBeCloseTo(mean(0) + mean(1) + mean(2) + mean(3), 9);
    expect(curves[6]?.histogram.greatest).toBeLessThan([0, 1, 2, 3].reduce((sum, i) => sum + (curves[i]?.histogram.greatest ?? 0), 0) + 1e-9);
  });
});

describe('the worst rows', () => {
  const three: LossModel = { row: 'year', scenarios: [{ id: 'often', lossEventFrequency: 20, primaryLoss: 10 }, { id: 'rare', lossEventFrequency: 0.02, primaryLoss: 10_000 }, { id: 'never', lossEventFrequency: 0, primaryLoss: 1 }] };

  it('say what each scenario brings to them, which adds up to their mean', () => {
    const { tail, curves } = good(simulateLoss(good(planLoss(three)).plan, 5, 100_000, 0.99));
    if (!tail) throw new Error('no tail');
    expect(tail.threshold).toBe(level(curves.at(-1) as Curve, 0.99).valueAtRisk);
    expect(tail.rows / 100_000).toBeCloseTo(0.01, 2);
    expect(tail.means.reduce((a, b) => a + b, 0)).toBe(tail.mean);
    expect(Math.abs(tail.mean / level(curves.at(-1) as Curve, 0.99).tailMean - 1)).toBeLessThan(0.01);
    expect(tail.means[1]).toBeGreaterThan(9900);
    // One row in fifty has the rare loss; the worst hundredth are those of them in which the other is above its middle: 200 + 0.8 · 10 √20.
    expect(Math.abs((tail.means[0] ?? 0) - 236)).toBeLessThan(8);
    expect(tail.means[2]).toBe(0);
  });

  it('of all rows have every scenario’s mean, and begin below the greatest', () => {
    const { plan } = good(planLoss({ row: 'annualised', scenarios: [aTheft, { ...aTheft, id: 'other', site: 'B' }] }));
    const { tail, curves } = good(simulateLoss(plan, 5, 20_000, 0));
    expect(tail?.rows).toBeGreaterThan(19_990);
    for (const i of [0, 1]) expect(Math.abs((tail?.means[i] ?? 0) / (curves[i]?.mean ?? 1) - 1)).toBeLessThan(0.001);
    for (const share of [1, -0.1, Number.NaN]) expect(refusedAt(simulateLoss(plan, 5, 1000, share))).toBe('share');
  });
});

describe('correlated scenarios', () => {
  const spread = (a: Quantity, b: Quantity, rank: number, row: LossModel['row'] = 'annualised', leaf: 'lossEventFrequency' | 'events' = 'lossEventFrequency'): { sd: number; each: number[]; means: number[] } => {
    const scenarios = [a, b].map((lossEventFrequency, i): Scenario => ({ id: 'ab'[i] ?? '', lossEventFrequency, primaryLoss: 1 }));
    const { curves } = simulated({ row, scenarios, correlations: [{ a: { scenario: 'a', leaf }, b: { scenario: 'b', leaf }, rank }] }, 6, 200_000);
    return { sd: curves[2]?.sd ?? 0, each: [curves[0]?.sd ?? 0, curves[1]?.sd ?? 0], means: curves.map(({ mean }) => mean) };
  };

  it('have the rank correlation that was asked for: of uniform quantities it is the correlation, so the variance of the sum is 1/6 + ρ/6', () => {
    for (const rank of [-1, -0.6, 0, 0.3, 0.8, 1]) {
      const { sd, means } = spread(uniform(0, 1), uniform(0, 1), rank);
      expect(Math.abs(sd ** 2 - (1 + rank) / 6)).toBeLessThan(0.002);
      expect(means[2]).toBeCloseTo(1, 2);
    }
  });

  it('leave each scenario its own distribution', () => {
    const free = spread(pert(1, 2, 9), lognormal(1, 9), 0);
    const tied = spread(pert(1, 2, 9), lognormal(1, 9), 0.9);
    for (const i of [0, 1]) expect(Math.abs((tied.each[i] ?? 0) / (free.each[i] ?? 1) - 1)).toBeLessThan(0.02);
    expect(tied.sd).toBeGreaterThan(1.2 * free.sd);
  });

  it('can rise together in the number of their events of a year', () => {
    expect(spread(3, 3, 1, 'year', 'events').sd / Math.sqrt(3)).toBeCloseTo(2, 1);
    expect(spread(3, 3, 0, 'year', 'events').sd / Math.sqrt(3)).toBeCloseTo(Math.SQRT2, 1);
  });
});

describe('the curve', () => {
  it('of riskquant’s ALICE has the exceedances and percentiles of methods 3.2 within 2 %', () => {
    const curve = all(simulated(ALICE, 1, 2_000_000));
    for (const [loss, chance] of [[1e5, 0.0905], [5e5, 0.0267], [1e6, 0.0058]] as const) expect(Math.abs(exceedance(curve, loss) / chance - 1)).toBeLessThan(0.02);
    expect(Math.abs(level(curve, 0.95).valueAtRisk / 314_000 - 1)).toBeLessThan(0.02);
    expect(Math.abs(level(curve, 0.99).valueAtRisk / 812_000 - 1)).toBeLessThan(0.02);
    expect(exceedance(curve, 0)).toBeCloseTo(0.0951626, 3);
  });

  it('of workload C’s first scenario has the mean and percentiles of its definition', () => {
    const curve = all(simulated({ row: 'annualised', scenarios: [aTheft] }, 1, 1_000_000));
    expect(Math.abs(curve.mean / 41.5e6 - 1)).toBeLessThan(0.001);
    for (const [share, loss] of [[0.5, 40.65e6], [0.9, 59.2e6], [0.99, 75e6]] as const) expect(Math.abs(level(curve, share).valueAtRisk / loss - 1)).toBeLessThan(0.005);
  });

  it('of a certain loss is a step: every level is that loss', () => {
    const curve = all(simulated({ row: 'annualised', scenarios: [{ id: 'a', lossEventFrequency: 1, primaryLoss: 123_457 }] }, 1, 1000));
    for (const share of [0, 0.5, 0.99, 1]) expect(level(curve, share)).toMatchObject({ valueAtRisk: 123_457, tailMean: 123_457, low: 123_457, high: 123_457 });
    expect([exceedance(curve, 123_456), exceedance(curve, 123_457), exceedance(curve, -1)]).toEqual([1, 0, 1]);
    expect(relativeError(curve)).toBe(0);
  });

  it('of no loss at all is 0 everywhere, and has no relative error', () => {
    const curve = all(simulated({ row: 'year', scenarios: [{ id: 'a', lossEventFrequency: 0, primaryLoss: 100 }] }, 1, 1000));
    expect(curve).toMatchObject({ mean: 0, sd: 0, standardError: 0, noLoss: 1 });
    expect(level(curve, 0.99)).toMatchObject({ valueAtRisk: 0, tailMean: 0 });
    expect(exceedance(curve, 0)).toBe(0);
    expect(relativeError(curve)).toBeNull();
  });

  it('has the percentiles and tail means of the sorted losses, within the 0.1 % of a bin', () => {
    // A uniform frequency of rows 0 to n − 1: the losses are known but for where in its place each was drawn.
    const curve = all(simulated({ row: 'annualised', scenarios: [{ id: 'a', lossEventFrequency: uniform(0, 1000), primaryLoss: 7 }] }, 3, 500_000));
    for (const share of [0.05, 0.5, 0.9, 0.99]) {
      expect(Math.abs(level(curve, share).valueAtRisk - 7000 * share)).toBeLessThan(25);
      expect(Math.abs(level(curve, share).tailMean - 3500 * (1 + share))).toBeLessThan(25);
      expect(Math.abs(exceedance(curve, 7000 * share) - (1 - share))).toBeLessThan(0.003);
    }
  });

  it('has its levels in order, each inside its interval and below its tail mean, and falls', () => {
    const curve = all(simulated({ row: 'year', scenarios: [{ id: 'a', lossEventFrequency: 0.7, primaryLoss: lognormal(10, 10_000) }] }, 8, 20_000));
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        const [low, high] = [level(curve, Math.min(a, b)), level(curve, Math.max(a, b))];
        expect(low.valueAtRisk).toBeLessThanOrEqual(high.valueAtRisk);
        expect(low.tailMean).toBeLessThanOrEqual(high.tailMean * (1 + 1e-12));
        for (const one of [low, high]) {
          expect(one.low).toBeLessThanOrEqual(one.valueAtRisk);
          expect(one.high).toBeGreaterThanOrEqual(one.valueAtRisk);
          expect(one.tailMean).toBeGreaterThanOrEqual(one.valueAtRisk);
        }
      }),
    );
    const points = exceedancePoints(curve, 50);
    for (let i = 1; i < points.length; i++) expect(points[i]?.loss).toBeGreaterThanOrEqual(points[i - 1]?.loss ?? 0);
    expect([points[0]?.chance, points.at(-1)?.chance]).toEqual([1, 10 / 20_000]);
    expect(level(curve, 0).tailMean).toBeCloseTo(curve.mean, -1);
    expect(refusedAt(levelOf(curve, 1.5))).toBe('share');
    expect(refusedAt(levelOf(curve, Number.NaN))).toBe('share');
  });

  it('shows how it settles: the standard error falls as the rows grow', () => {
    const { convergence, standardError, mean } = all(simulated(ALICE, 1, 16 * BLOCK_ROWS));
    expect(convergence.map(({ rows }) => rows / BLOCK_ROWS)).toEqual([1, 2, 4, 8, 16]);
    expect((convergence[0]?.standardError ?? 0) / (convergence[4]?.standardError ?? 1)).toBeGreaterThan(3);
    expect(convergence.at(-1)).toEqual({ rows: 16 * BLOCK_ROWS, mean, standardError });
  });

  it('counts in its standard error that the vulnerability is a mean of the same rows', () => {
    const scenario: Scenario = { id: 'a', threatEventFrequency: 1, threatCapability: uniform(0, 1), resistanceStrength: uniform(0, 1), primaryLoss: 1000 };
    const { sd, standardError } = all(simulated({ row: 'annualised', scenarios: [scenario] }, 1, 10_000));
    expect(sd).toBe(0);
    expect(standardError).toBeCloseTo(1000 * Math.sqrt(0.25 / 10_000), 0);
  });
});
