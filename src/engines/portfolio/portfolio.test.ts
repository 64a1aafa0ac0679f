import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { closedForm } from '../loss/closed.ts';
import type { LossModel } from '../loss/model.ts';
import type { Refusal } from '../refusal.ts';
import { wrongPortfolio } from './check.ts';
import { choosePortfolio, type Choice } from './choose.ts';
import { frontier, marginalValue } from './frontier.ts';
import { greedy } from './greedy.ts';
import type { Portfolio } from './problem.ts';
import { savingsOf } from './savings.ts';
import { searchPortfolio } from './search.ts';
import { openSolver, type Solver } from './solver.ts';
import { aProblem, enumerated, knapsack } from './testing.ts';
import { isAllowed, overspent, termsOf, worthOf } from './worth.ts';

let solver: Solver;
beforeAll(async () => {
  solver = await openSolver();
});

const chosen = (problem: Portfolio, seconds = 20): Choice => {
  const result = choosePortfolio(problem, solver, { seconds });
  if (!result.ok) throw new Error(`refused: ${result.at}: ${result.reason}`);
  return result;
};
const ids = ({ bought }: Choice): string[] => bought.map(({ measure }) => measure);
const P01 = knapsack(165, [23, 31, 29, 44, 53, 38, 63, 85, 89, 82], [92, 57, 49, 68, 60, 43, 67, 84, 87, 72]);
const P02 = knapsack(26, [12, 7, 11, 8, 9], [24, 13, 23, 15, 16]);

describe('knapsacks', () => {
  it('from knowledge, unverified: P01 (Burkardt, after Kreher and Stinson) is worth 309 at a cost of 165', () => {
    expect(chosen(P01)).toMatchObject({ saves: 309, cost: 165, found: 'exact', gap: 0, atMost: 309 });
    expect(ids(chosen(P01))).toEqual(['m1', 'm2', 'm3', 'm4', 'm6']);
    expect(enumerated(P01).saves).toBe(309);
  });

  it('from knowledge, unverified: P02 is worth 51, where greedy buys for 47', () => {
    const choice = chosen(P02);
    expect(choice).toMatchObject({ saves: 51, found: 'exact', greedy: { saves: 47 } });
    expect(choice.greedy.gap).toBeCloseTo(4 / 51, 12);
    expect(ids(choice)).toEqual(['m2', 'm3', 'm4']);
    expect(greedy(termsOf(P02))).toEqual([0, null, 0, null, null]);
  });
});

describe('a choice', () => {
  it('is what trying everything finds, keeps all rules and is never worse than greedy, however effects combine', () => {
    fc.assert(
      fc.property(aProblem, (problem) => {
        const choice = chosen(problem);
        const terms = termsOf(problem);
        const assignment = problem.measures.map(({ id }) => choice.bought.find(({ measure }) => measure === id)?.phase ?? null);
        const best = enumerated(problem).saves;
        expect(isAllowed(terms, assignment)).toBe(true);
        expect(worthOf(terms, assignment)).toBe(choice.saves);
        expect(Math.abs(choice.saves - best)).toBeLessThanOrEqual(2e-6 * best);
        expect(choice.saves).toBeGreaterThanOrEqual(worthOf(terms, greedy(terms)));
        expect(choice.found).toBe('exact');
      }),
      { numRuns: 150 },
    );
  });

  it('does not overspend by one minor unit in ten million', () => {
    const problem = knapsack(1_000_000_000, [500_000_000, 500_000_001, 499_999_000], [60, 70, 50]);
    expect(overspent(termsOf(problem), [0, 0, null])).toBe(0);
    expect(chosen(problem)).toMatchObject({ saves: 120, cost: 999_999_001, found: 'exact' });
  });

  it('of additive effects is capped by the loss, of compounding ones never reaches it', () => {
    const problem: Portfolio = { ...knapsack(10, [5, 5, 6], [60, 60, 99]), scenarios: [{ id: 'loss', loss: 100 }] };
    expect(chosen(problem)).toMatchObject({ saves: 100, cost: 10 });
    expect(chosen({ ...problem, combine: { kind: 'compounding' } })).toMatchObject({ saves: 99, cost: 6 });
    expect(chosen({ ...problem, phases: [{ budget: 16, years: 1 }], combine: { kind: 'compounding' } }).saves).toBeCloseTo(100 * (1 - 0.4 * 0.4 * 0.01), 9);
  });

  it('of groups counts the best of each', () => {
    const problem = knapsack(10, [5, 5, 5], [60, 50, 20]);
    const measures = problem.measures.map((measure, i) => ({ ...measure, ...(i < 2 ? { group: 'cameras' } : {}) }));
    expect(ids(chosen({ ...problem, measures, combine: { kind: 'best-of-group' } }))).toEqual(['m1', 'm3']);
    expect(ids(chosen({ ...problem, measures }))).toEqual(['m1', 'm2']);
  });

  it('of pairs counts what the table says of them', () => {
    const problem: Portfolio = { ...knapsack(10, [5, 5, 5], [60, 50, 40]), scenarios: [{ id: 'loss', loss: 200 }] };
    const pairs = [{ a: 'm1', b: 'm2', scenario: 'loss', saves: -30 }, { a: 'm3', b: 'm2', scenario: 'loss', saves: 25 }];
    expect(chosen({ ...problem, combine: { kind: 'pairwise', pairs } })).toMatchObject({ saves: 115, bought: [{ measure: 'm2' }, { measure: 'm3' }] });
  });

  it('keeps exclusions and prerequisites', () => {
    const problem = knapsack(10, [5, 5, 1], [60, 50, 40]);
    expect(ids(chosen({ ...problem, exclusions: [['m1', 'm2']] }))).toEqual(['m1', 'm3']);
    expect(ids(chosen({ ...problem, prerequisites: [{ measure: 'm1', needs: 'm3' }] }))).toEqual(['m1', 'm3']);
    expect(ids(chosen({ ...problem, phases: [{ budget: 5, years: 1 }], prerequisites: [{ measure: 'm1', needs: 'm3' }] }))).toEqual(['m2']);
  });

  it('buys early what counts longer, and late what the first budget cannot carry', () => {
    const problem: Portfolio = { ...knapsack(0, [10, 10], [50, 40]), phases: [{ budget: 10, years: 1 }, { budget: 10, years: 2 }] };
    expect(chosen(problem)).toMatchObject({ saves: 50 * 3 + 40 * 2, bought: [{ measure: 'm1', phase: 0 }, { measure: 'm2', phase: 1 }], spent: [10, 10] });
    expect(chosen({ ...problem, measures: problem.measures.map((measure) => ({ ...measure, cost: 20 })) }).saves).toBe(0);
    expect(chosen({ ...problem, carriesOver: true, measures: problem.measures.map((measure) => ({ ...measure, cost: 20 })) })).toMatchObject({ saves: 100, bought: [{ measure: 'm1', phase: 1 }] });
    expect(chosen({ ...problem, measures: problem.measures.map((measure) => ({ ...measure, from: 1 })) })).toMatchObject({ saves: 100 });
  });

  it('of nothing, of no loss or without money saves nothing, and that is exact', () => {
    for (const problem of [{ ...P02, measures: [] }, { ...P02, phases: [{ budget: 0, years: 1 }] }, { ...P02, phases: [{ budget: 26, years: 0 }] }]) expect(chosen(problem)).toMatchObject({ saves: 0, found: 'exact', gap: 0, bought: [] });
  });

  it('of measures that save nothing buys nothing', () => {
    const idle: Portfolio = { ...P02, measures: P02.measures.map((measure) => ({ ...measure, effects: [] })) };
    for (const kind of ['additive', 'best-of-group', 'compounding'] as const) expect(chosen({ ...idle, combine: { kind } })).toMatchObject({ saves: 0, found: 'exact' });
    expect(chosen({ ...P02, combine: { kind: 'pairwise', pairs: [{ a: 'm1', b: 'm2', scenario: 'loss', saves: -40 }] } }).saves).toBe(51);
  });

  it('that has no time left is the best found, with its gap, and still no worse than greedy', () => {
    const size = 120;
    const pseudo = (i: number): number => ((Math.imul(i + 1, 2_654_435_761) >>> 0) % 1000) / 1000;
    const hard: Portfolio = {
      scenarios: Array.from({ length: 12 }, (_, s) => ({ id: `s${s}`, loss: 1e6 * (1 + pseudo(s)) })),
      measures: Array.from({ length: size }, (_, i) => ({ id: `m${i}`, cost: 1000 + Math.floor(1000 * pseudo(7 * i)), effects: Array.from({ length: 12 }, (__, s) => ({ scenario: `s${s}`, saves: 1e5 * pseudo(31 * i + s) })) })),
      phases: [{ budget: 20_000, years: 1 }, { budget: 15_000, years: 1.3 }],
      combine: { kind: 'compounding' },
    };
    const heard: (number | null)[] = [];
    const result = choosePortfolio(hard, solver, { seconds: 0.2, onProgress: (_, atMost) => heard.push(atMost) });
    expect(result).toMatchObject({ ok: true, found: 'best found' });
    if (!result.ok) return;
    expect(result.gap).toBeGreaterThan(0);
    expect(result.gap).toBeLessThan(1);
    expect(result.atMost).toBeGreaterThan(result.saves);
    expect(result.saves).toBeGreaterThanOrEqual(result.greedy.saves);
    expect(heard.length).toBeGreaterThan(0);
  });
});

describe('savings of no kind that can be solved', () => {
  it('are searched: best found, no worse than greedy, with the gap to what is known', () => {
    fc.assert(
      fc.property(aProblem, (problem) => {
        const terms = termsOf(problem);
        const worth = (assignment: readonly (number | null)[]): number => Math.sqrt(Math.max(0, worthOf(terms, assignment)));
        const result = searchPortfolio(problem, worth, { atMost: Math.sqrt(enumerated(problem).saves) });
        if (!result.ok) throw new Error(result.reason);
        expect(result.found).toBe('best found');
        expect(result.saves).toBeGreaterThanOrEqual(worth(greedy(terms, worth)) - 1e-9);
        expect(result.gap).toBeGreaterThanOrEqual(0);
        expect(result.gap).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it('find the optimum of P02, which greedy misses, and stop when their assessments are used up', () => {
    const terms = termsOf(P02);
    let asked = 0;
    const worth = (assignment: readonly (number | null)[]): number => {
      asked++;
      return worthOf(terms, assignment);
    };
    expect(searchPortfolio(P02, worth, { atMost: 51 })).toMatchObject({ saves: 51, gap: 0, found: 'best found', greedy: { saves: 47 } });
    asked = 0;
    searchPortfolio(P02, worth, { mostAssessments: 8 });
    expect(asked).toBeLessThan(25);
  });
});

describe('the frontier', () => {
  it('is solved anew at each budget, rises, and says what each further unit saved', () => {
    const steps = [0, 8, 15, 20, 26, 47].map((budget) => [budget]);
    const result = frontier(P02, steps, solver);
    if (!result.ok) throw new Error(result.reason);
    expect(result.points.map(({ choice }) => choice.saves)).toEqual(steps.map(([budget]) => enumerated({ ...P02, phases: [{ budget: budget ?? 0, years: 1 }] }).saves));
    expect(result.points[0]?.perUnit).toBeNull();
    expect(result.points[4]?.perUnit).toBeCloseTo(((result.points[4]?.choice.saves ?? 0) - (result.points[3]?.choice.saves ?? 0)) / 6, 12);
    expect(marginalValue(P02, 1, solver)).toEqual({ ok: true, more: 1, saves: enumerated({ ...P02, phases: [{ budget: 27, years: 1 }] }).saves - 51, found: 'exact' });
  });

  it('names what is wrong', () => {
    const at = (result: { ok: true } | Refusal): string => (result.ok ? '' : result.at);
    expect(at(frontier(P02, [[5], [4]], solver))).toBe('steps[1][0]');
    expect(at(frontier(P02, [[5, 5]], solver))).toBe('steps[0]');
    expect(at(frontier(P02, [[-5]], solver))).toBe('steps[0][0]');
    expect(at(marginalValue(P02, 0, solver))).toBe('more');
    expect(at(marginalValue(P02, 5, solver, { phase: 3 }))).toBe('phase');
  });
});

describe('savings of a loss model', () => {
  const model: LossModel = {
    row: 'annualised',
    scenarios: [{ id: 'theft', lossEventFrequency: 2, primaryLoss: 500 }, { id: 'fire', lossEventFrequency: 0.1, primaryLoss: { kind: 'uniform', low: 1000, high: 3000 } }],
    measures: [
      { id: 'fence', effects: [{ scenario: 'theft', on: 'frequency', reduction: 0.4 }] },
      { id: 'guard', effects: [{ scenario: 'theft', on: 'frequency', reduction: { kind: 'pert', low: 0.1, mode: 0.2, high: 0.3 } }, { scenario: 'theft', on: 'magnitude', reduction: 0.5 }, { scenario: 'fire', on: 'magnitude', reduction: 0.25 }] },
    ],
  };

  it('are what each measure saves alone of each scenario’s mean', () => {
    const result = savingsOf(model);
    if (!result.ok) throw new Error(result.reason);
    expect(result.scenarios).toEqual([{ id: 'theft', loss: 1000 }, { id: 'fire', loss: 200 }]);
    expect(result.measures.map(({ id, effects }) => [id, effects.map(({ scenario, saves }) => [scenario, Number(saves.toFixed(9))])])).toEqual([['fence', [['theft', 400]]], ['guard', [['theft', 600], ['fire', 50]]]]);
  });

  it('compound to what all measures together leave in the model', () => {
    const result = savingsOf(model);
    const closed = closedForm(model);
    if (!result.ok || !closed.ok) throw new Error('refused');
    const problem: Portfolio = { scenarios: result.scenarios, measures: result.measures.map((measure) => ({ ...measure, cost: 1 })), phases: [{ budget: 2, years: 1 }], combine: { kind: 'compounding' } };
    expect(chosen(problem).saves).toBeCloseTo(1200 - closed.all.mean, 6);
  });

  it('have no closed form where quantities of one scenario rise together, nor of a wrong model', () => {
    const tied: LossModel = { row: 'annualised', scenarios: [{ id: 'a', lossEventFrequency: { kind: 'uniform', low: 0, high: 1 }, primaryLoss: { kind: 'uniform', low: 0, high: 1 } }], correlations: [{ a: { scenario: 'a', leaf: 'lossEventFrequency' }, b: { scenario: 'a', leaf: 'primaryLoss' }, rank: 0.5 }] };
    expect(savingsOf(tied)).toMatchObject({ ok: false, at: 'scenarios[0]' });
    expect(savingsOf({ ...model, scenarios: [] })).toMatchObject({ ok: false, at: 'scenarios' });
  });
});

describe('a problem is refused with its field', () => {
  const [first, second] = P02.measures;
  const withFirst = (changed: object): Portfolio => ({ ...P02, measures: [{ ...first, ...changed } as (typeof P02.measures)[number], ...P02.measures.slice(1)] });
  it.each<[string, Portfolio, string]>([
    ['with a negative cost', withFirst({ cost: -1 }), 'measures[0].cost'],
    ['with half a minor unit', withFirst({ cost: 0.5 }), 'measures[0].cost'],
    ['without a cost', withFirst({ cost: undefined }), 'measures[0].cost'],
    ['with two measures of one name', withFirst({ id: second?.id }), 'measures[1].id'],
    ['that saves more than the loss', withFirst({ effects: [{ scenario: 'loss', saves: 1e6 }] }), 'measures[0].effects[0].saves'],
    ['that saves what is no number', withFirst({ effects: [{ scenario: 'loss', saves: Number.NaN }] }), 'measures[0].effects[0].saves'],
    ['that makes it worse', withFirst({ effects: [{ scenario: 'loss', saves: -1 }] }), 'measures[0].effects[0].saves'],
    ['on no scenario', withFirst({ effects: [{ scenario: 'fire', saves: 1 }] }), 'measures[0].effects[0].scenario'],
    ['twice on one', withFirst({ effects: [{ scenario: 'loss', saves: 1 }, { scenario: 'loss', saves: 1 }] }), 'measures[0].effects[1].scenario'],
    ['from a phase that is not there', withFirst({ from: 1 }), 'measures[0].from'],
    ['with a negative loss', { ...P02, scenarios: [{ id: 'loss', loss: -1 }] }, 'scenarios[0].loss'],
    ['without a phase', { ...P02, phases: [] }, 'phases'],
    ['with a budget that is no number', { ...P02, phases: [{ budget: Number.NaN, years: 1 }] }, 'phases[0].budget'],
    ['with a time that is no number', { ...P02, phases: [{ budget: 1, years: Number.NaN }] }, 'phases[0].years'],
    ['that excludes nothing there is', { ...P02, exclusions: [['m1', 'm9']] }, 'exclusions[0][1]'],
    ['that excludes one from itself', { ...P02, exclusions: [['m1', 'm1']] }, 'exclusions[0]'],
    ['that needs nothing there is', { ...P02, prerequisites: [{ measure: 'm1', needs: 'm9' }] }, 'prerequisites[0].needs'],
    ['that needs itself in a circle', { ...P02, prerequisites: [{ measure: 'm1', needs: 'm2' }, { measure: 'm2', needs: 'm3' }, { measure: 'm3', needs: 'm1' }] }, 'prerequisites[0]'],
    ['that needs what it excludes', { ...P02, prerequisites: [{ measure: 'm1', needs: 'm2' }, { measure: 'm2', needs: 'm3' }], exclusions: [['m1', 'm3']] }, 'prerequisites[0]'],
    ['that combines in no way', { ...P02, combine: { kind: 'magic' as 'additive' } }, 'combine.kind'],
    ['with a pair of one', { ...P02, combine: { kind: 'pairwise', pairs: [{ a: 'm1', b: 'm1', scenario: 'loss', saves: 1 }] } }, 'combine.pairs[0]'],
    ['with a pair that changes more than the loss', { ...P02, combine: { kind: 'pairwise', pairs: [{ a: 'm1', b: 'm2', scenario: 'loss', saves: -92 }] } }, 'combine.pairs[0].saves'],
    ['with a pair twice', { ...P02, combine: { kind: 'pairwise', pairs: [{ a: 'm1', b: 'm2', scenario: 'loss', saves: 1 }, { a: 'm2', b: 'm1', scenario: 'loss', saves: 2 }] } }, 'combine.pairs[1]'],
    ['with a pair on no scenario', { ...P02, combine: { kind: 'pairwise', pairs: [{ a: 'm1', b: 'm2', scenario: 'fire', saves: 1 }] } }, 'combine.pairs[0].scenario'],
  ])('%s', (_what, problem, at) => {
    expect(wrongPortfolio(problem)?.at).toBe(at);
    expect(choosePortfolio(problem, solver)).toMatchObject({ ok: false, at });
    expect(searchPortfolio(problem, () => 0)).toMatchObject({ ok: false, at });
  });
});
