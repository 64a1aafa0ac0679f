import { describe, expect, it } from 'vitest';
import { chanceAbove, closedForm, type ClosedForm } from './closed.ts';
import type { LossModel, Scenario } from './model.ts';
import { countAbove } from './rows.ts';
import { ALICE, aTheft, good, lognormal, pert, refusedAt, simulated, uniform } from './testing.ts';

const one = (scenario: Omit<Scenario, 'id'>, row: LossModel['row'] = 'annualised'): ClosedForm => good(closedForm({ row, scenarios: [{ id: 'one', ...scenario }] })).all;

describe('published figures of Open FAIR (pyfair, calculation details)', () => {
  it.each([[100, 1000, 100_000], [100, 2000, 200_000], [200, 3000, 600_000]])('R: %d loss events a year of %d each are %d', (frequency, amount, loss) => {
    const scenario = { lossEventFrequency: frequency, primaryLoss: amount };
    expect(one(scenario)).toMatchObject({ mean: loss, sd: 0 });
    expect(simulated({ row: 'annualised', scenarios: [{ id: 'one', ...scenario }] }, 1, 100).curves[0]).toMatchObject({ mean: loss, sd: 0, standardError: 0 });
  });

  it.each([[0.5, 0.5, 0.25], [200, 0.25, 50], [300, 1, 300]])('LEF: %d threat events a year at a vulnerability of %d are %d loss events', (threats, vulnerability, events) => {
    expect(one({ threatEventFrequency: threats, vulnerability, primaryLoss: 1 }).mean).toBeCloseTo(events, 12);
  });

  it.each([[1000, 0.5, 500], [2000, 0.25, 500], [3000, 1, 3000]])('TEF: %d contacts a year of which %d act are %d threat events', (contacts, action, events) => {
    expect(one({ contactFrequency: contacts, probabilityOfAction: action, vulnerability: 1, primaryLoss: 1 }).mean).toBeCloseTo(events, 9);
  });

  it.each([
    [[0.6, 0.7, 0.1], [0.55, 0.65, 0.75], 0.6667],
    [[0.6, 0.1, 0.3], [0.5, 0.5, 0.4], 0.3333],
  ])('V: capabilities %j against resistances %j exceed in a share of %d', (capability, resistance, share) => {
    expect((countAbove(capability, resistance, 3) / 3).toFixed(4)).toBe(share.toFixed(4));
  });

  it('README model 1: the mean loss a year is 1,576,666,666.67, closed and drawn', () => {
    const scenario = { lossEventFrequency: pert(20, 100, 900), primaryLoss: pert(3_000_000, 3_500_000, 5_000_000), secondary: [{ lossEventFrequency: 1, lossMagnitude: 3_500_000 }] };
    expect(one(scenario).mean).toBeCloseTo(1_576_666_666.67, 2);
    const { mean, standardError } = simulated({ row: 'annualised', scenarios: [{ id: 'one', ...scenario }] }, 5, 50_000).curves[0] ?? { mean: 0, standardError: 0 };
    expect(Math.abs(mean - 1_576_666_666.67)).toBeLessThan(3 * standardError);
  });
});

describe('published figures of riskquant', () => {
  it.each([
    ['README, ALICE', 0.1, 100_000, 1_000_000, 40_400.128269457266],
    ['tests, simple loss', 0.1, 1, 10, 0.4040012826945718],
  ])('%s', (_source, frequency, low, high, loss) => {
    const { mean } = one({ lossEventFrequency: frequency, primaryLoss: lognormal(low, high) }, 'year');
    expect(Math.abs(mean - loss) / loss).toBeLessThan(1e-12);
  });

  it('README, the three of the CSV in order of their loss', () => {
    const rows = [['ALICE', 0.01, 1_000_000, 10_000_000], ['BOB', 0.1, 10_000_000, 1_000_000_000], ['CHARLIE', 0.05, 5_000_000, 50_000_000]] as const;
    const { scenarios } = good(closedForm({ row: 'year', scenarios: rows.map(([id, lossEventFrequency, low, high]) => ({ id, lossEventFrequency, primaryLoss: lognormal(low, high) })) }));
    const sorted = scenarios.toSorted((a, b) => b.mean - a.mean);
    expect(sorted.map(({ id }) => id)).toEqual(['BOB', 'CHARLIE', 'ALICE']);
    expect(sorted.map(({ mean }) => mean.toFixed(4))).toEqual(['26639800.9774', '1010003.2067', '40400.1283']);
    expect(sorted.map(({ mean }) => Number(mean.toPrecision(3)))).toEqual([26_600_000, 1_010_000, 40_400]);
  });

  it('its quirk is not ours: an uncertain frequency counts by its mean, not by its mode', () => {
    expect(one({ lossEventFrequency: pert(0, 0.1, 1), primaryLoss: 1000 }).mean).toBeCloseTo((0 + 0.4 + 1) / 6 * 1000, 9);
  });
});

describe('the closed form', () => {
  it('of a compound Poisson year has the moments of methods 3.2', () => {
    const { all } = good(closedForm(ALICE));
    expect([all.mean.toFixed(2), all.sd?.toFixed(2), all.noLoss?.toFixed(7)]).toEqual(['40400.13', '163217.04', (1 - 0.0951626).toFixed(7)]);
  });

  it('of a vulnerability is the share by quadrature; equal certain values do not exceed', () => {
    expect(chanceAbove(0.5, 0.5)).toBe(0);
    expect(chanceAbove(0.5, 0.4)).toBe(1);
    expect(chanceAbove(uniform(0, 1), uniform(0, 1))).toBeCloseTo(0.5, 9);
    expect(chanceAbove(uniform(0, 1), 0.3)).toBeCloseTo(0.7, 6);
    expect(chanceAbove(0.3, uniform(0, 1))).toBeCloseTo(0.3, 12);
  });

  it('leaves the product of what each measure leaves', () => {
    const { all } = good(closedForm({
      row: 'annualised', scenarios: [{ id: 'one', lossEventFrequency: 2, primaryLoss: 1000 }],
      measures: [
        { id: 'fence', effects: [{ scenario: 'one', on: 'frequency', reduction: 0.5 }] },
        { id: 'guard', effects: [{ scenario: 'one', on: 'frequency', reduction: 0.2 }, { scenario: 'one', on: 'magnitude', reduction: 0.1 }] },
      ],
    }));
    expect(all.mean).toBeCloseTo(2000 * 0.5 * 0.8 * 0.9, 9);
  });

  it('has no spread of all where quantities rise together, and refuses a wrong model', () => {
    const scenarios = ['a', 'b'].map((id): Scenario => ({ id, lossEventFrequency: uniform(0, 1), primaryLoss: 1 }));
    const { all } = good(closedForm({ row: 'annualised', scenarios, correlations: [{ a: { scenario: 'a', leaf: 'lossEventFrequency' }, b: { scenario: 'b', leaf: 'lossEventFrequency' }, rank: 0.5 }] }));
    expect(all).toMatchObject({ mean: 1, sd: null });
    expect(refusedAt(closedForm({ row: 'annualised', scenarios: [] }))).toBe('scenarios');
  });
});

describe('closed form and simulation', () => {
  const measured: LossModel = {
    row: 'annualised', scenarios: [aTheft],
    measures: [{ id: 'guard', effects: [{ scenario: 's0', on: 'frequency', reduction: pert(0.1, 0.3, 0.6) }, { scenario: 's0', on: 'magnitude', reduction: uniform(0, 0.5) }] }],
  };
  const compound: LossModel = { row: 'year', scenarios: [{ id: 'one', threatEventFrequency: pert(1, 4, 12), vulnerability: uniform(0.2, 0.6), primaryLoss: lognormal(1000, 50_000), secondary: [{ lossEventFrequency: pert(0.1, 0.2, 0.6), lossMagnitude: lognormal(5000, 90_000) }] }] };
  const vosed: LossModel = { row: 'annualised', scenarios: [{ id: 'one', contactFrequency: { kind: 'pert', low: 20, mode: 100, high: 900, shape: 'vose' }, probabilityOfAction: pert(0.1, 0.2, 0.3), vulnerability: 0.5, primaryLoss: pert(10, 20, 90) }] };

  it.each([['annualised with a contest', { row: 'annualised', scenarios: [aTheft] }], ['measured', measured], ['ALICE', ALICE], ['compound', compound], ['vose', vosed]] as [string, LossModel][])('agree on the mean within three standard errors for at least 19 of 20 seeds: %s', (_name, model) => {
    const { all } = good(closedForm(model));
    const runs = Array.from({ length: 20 }, (_, seed) => simulated(model, seed, 20_000).curves.at(-1));
    expect(runs.filter((curve) => curve && Math.abs(curve.mean - all.mean) <= 3 * curve.standardError).length).toBeGreaterThanOrEqual(19);
  });

  it('agree on the spread and on the chance of no loss', () => {
    for (const model of [ALICE, compound, vosed]) {
      const { all } = good(closedForm(model));
      const curve = simulated(model, 3, 400_000).curves.at(-1);
      expect(Math.abs((curve?.sd ?? 0) / (all.sd ?? 0) - 1)).toBeLessThan(0.02);
      if (all.noLoss !== null) expect(Math.abs((curve?.noLoss ?? 0) - all.noLoss)).toBeLessThan(3 * Math.sqrt((all.noLoss * (1 - all.noLoss)) / 400_000));
    }
  });
});
