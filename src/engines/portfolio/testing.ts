import fc from 'fast-check';
import type { Assignment, Combine, Measure, Pair, Portfolio } from './problem.ts';
import { isAllowed, termsOf, worthOf } from './worth.ts';

/** A plain knapsack: each measure saves its value of one scenario that loses more than all of them. */
export const knapsack = (budget: number, costs: readonly number[], values: readonly number[]): Portfolio => ({
  scenarios: [{ id: 'loss', loss: values.reduce((sum, value) => sum + value, 0) }],
  measures: costs.map((cost, i) => ({ id: `m${i + 1}`, cost, effects: [{ scenario: 'loss', saves: values[i] ?? 0 }] })),
  phases: [{ budget, years: 1 }],
  combine: { kind: 'additive' },
});

/** The best assignment of a small problem by trying every one. */
export function enumerated(problem: Portfolio): { saves: number; tried: number } {
  const terms = termsOf(problem);
  const options = [null, ...problem.phases.keys()];
  let best = 0;
  let tried = 0;
  const assignment: (number | null)[] = problem.measures.map(() => null);
  const walk = (i: number): void => {
    if (i === assignment.length) {
      tried++;
      if (isAllowed(terms, assignment as Assignment)) best = Math.max(best, worthOf(terms, assignment));
      return;
    }
    for (const phase of options) {
      assignment[i] = phase;
      walk(i + 1);
    }
    assignment[i] = null;
  };
  walk(0);
  return { saves: best, tried };
}

const SCENARIOS = ['theft', 'fire', 'fraud'];

/** What costs and losses are multiplied by: small amounts, and such as minor units come in. */
const SIZES = [[1, 1], [10_000_019, 1e9], [1_000_000_007, 0.01]] as const;

/** Problems of up to seven measures, three scenarios and two phases, with rules that do not contradict each other: needs only go down the list. */
export const aProblem: fc.Arbitrary<Portfolio> = fc
  .record({ count: fc.integer({ min: 1, max: 7 }), phases: fc.integer({ min: 1, max: 2 }), kind: fc.constantFrom('additive' as const, 'best-of-group' as const, 'pairwise' as const, 'compounding' as const), size: fc.constantFrom(...SIZES) })
  .chain(({ count, phases, kind, size: [money, amount] }) => {
    const loss = fc.integer({ min: 0, max: 2000 }).map((whole) => whole * amount);
    const measure = fc.record({ cost: fc.integer({ min: 0, max: 100 }).map((whole) => whole * money), shares: fc.array(fc.constantFrom(0, 0, 0.1, 0.25, 0.5, 0.9, 1), { minLength: 3, maxLength: 3 }), group: fc.constantFrom(undefined, 'a', 'b'), from: fc.nat(phases - 1) });
    const pair = fc.record({ i: fc.nat(count - 1), j: fc.nat(count - 1), s: fc.nat(2), saves: fc.integer({ min: -300, max: 300 }).map((whole) => whole * amount) });
    return fc
      .record({
        losses: fc.array(loss, { minLength: 3, maxLength: 3 }), measures: fc.array(measure, { minLength: count, maxLength: count }), budgets: fc.array(fc.integer({ min: 0, max: 250 }).map((whole) => whole * money), { minLength: phases, maxLength: phases }),
        years: fc.array(fc.constantFrom(0, 1, 2.5), { minLength: phases, maxLength: phases }), carriesOver: fc.boolean(), exclusion: fc.uniqueArray(fc.nat(count - 1), { maxLength: 3 }),
        need: fc.option(fc.tuple(fc.nat(count - 1), fc.nat(count - 1))), pairs: fc.uniqueArray(pair, { maxLength: 5, selector: ({ i, j, s }) => `${Math.min(i, j)} ${Math.max(i, j)} ${s}` }),
      })
      .map(({ losses, measures, budgets, years, carriesOver, exclusion, need, pairs }): Portfolio => {
        const id = (i: number): string => `m${i}`;
        const needs = need && need[0] > need[1] && !(exclusion.includes(need[0]) && exclusion.includes(need[1])) ? [{ measure: id(need[0]), needs: id(need[1]) }] : [];
        const listed = pairs.filter(({ i, j }) => i !== j).map(({ i, j, s, saves }): Pair => ({ a: id(i), b: id(j), scenario: SCENARIOS[s] ?? '', saves: Math.max(-(losses[s] ?? 0), Math.min(losses[s] ?? 0, saves)) }));
        const combine: Combine = kind === 'pairwise' ? { kind, pairs: listed } : { kind };
        return {
          scenarios: SCENARIOS.map((name, s) => ({ id: name, loss: losses[s] ?? 0 })),
          measures: measures.map(({ cost, shares, group, from }, i): Measure => ({ id: id(i), cost, from, ...(group ? { group } : {}), effects: SCENARIOS.map((scenario, s) => ({ scenario, saves: (shares[s] ?? 0) * (losses[s] ?? 0) })) })),
          phases: budgets.map((budget, p) => ({ budget, years: years[p] ?? 1 })),
          combine, carriesOver, exclusions: [exclusion.map(id)], prerequisites: needs,
        };
      });
  });
