import type { Assignment, Portfolio } from './problem.ts';

/** A problem by numbers instead of names: what each measure saves of each scenario, its rules, and what is bought when. */
export type Terms = {
  problem: Portfolio;
  losses: readonly number[];
  /** For each scenario the measures that act on it. */
  effects: readonly (readonly { measure: number; saves: number; group: string }[])[];
  pairs: readonly (readonly { a: number; b: number; saves: number }[])[];
  exclusions: readonly (readonly number[])[];
  needs: readonly (readonly number[])[];
};

/** Numbers the measures and scenarios of a checked problem. */
export function termsOf(problem: Portfolio): Terms {
  const { scenarios, measures, combine, exclusions = [], prerequisites = [] } = problem;
  const numbers = new Map(measures.map(({ id }, i) => [id, i]));
  const numberOf = (id: string): number => numbers.get(id) ?? -1;
  return {
    problem,
    losses: scenarios.map(({ loss }) => loss),
    effects: scenarios.map(({ id }) => measures.flatMap(({ effects, group }, measure) => effects.filter(({ scenario, saves }) => scenario === id && saves > 0).map(({ saves }) => ({ measure, saves, group: group === undefined ? `one ${measure}` : `group ${group}` })))),
    pairs: scenarios.map(({ id }) => (combine.kind === 'pairwise' ? combine.pairs.filter(({ scenario }) => scenario === id).map(({ a, b, saves }) => ({ a: numberOf(a), b: numberOf(b), saves })) : [])),
    exclusions: exclusions.map((list) => list.map(numberOf)),
    needs: measures.map(({ id }) => prerequisites.filter(({ measure }) => measure === id).map(({ needs }) => numberOf(needs))),
  };
}

/** What a set of measures saves of a scenario's loss a year. */
export function savedOf({ problem: { combine }, losses, effects, pairs }: Terms, scenario: number, has: (measure: number) => boolean): number {
  const loss = losses[scenario] ?? 0;
  const there = (effects[scenario] ?? []).filter(({ measure }) => has(measure));
  if (combine.kind === 'compounding') return loss === 0 ? 0 : loss - there.reduce((rest, { saves }) => rest * (1 - saves / loss), loss);
  if (combine.kind === 'best-of-group') {
    const best = new Map<string, number>();
    for (const { group, saves } of there) best.set(group, Math.max(saves, best.get(group) ?? 0));
    return Math.min(loss, [...best.values()].reduce((sum, one) => sum + one, 0));
  }
  const together = (pairs[scenario] ?? []).filter(({ a, b }) => has(a) && has(b)).reduce((sum, { saves }) => sum + saves, 0);
  return Math.min(loss, there.reduce((sum, { saves }) => sum + saves, together));
}

/** What an assignment saves over all phases: what each phase's measures save a year, times its years. */
export function worthOf(terms: Terms, assignment: Assignment): number {
  return terms.problem.phases.reduce((total, { years }, p) => {
    const has = (measure: number): boolean => (assignment[measure] ?? Number.POSITIVE_INFINITY) <= p;
    return total + years * terms.losses.reduce((sum, _, s) => sum + savedOf(terms, s, has), 0);
  }, 0);
}

/** What each phase spends. */
export function spentOf({ problem: { phases, measures } }: Terms, assignment: Assignment): number[] {
  return phases.map((_, p) => measures.reduce((sum, { cost }, i) => (assignment[i] === p ? sum + cost : sum), 0));
}

/** The first phase whose budget an assignment overspends, or null. */
export function overspent(terms: Terms, assignment: Assignment): number | null {
  const { phases, carriesOver = false } = terms.problem;
  const spent = spentOf(terms, assignment);
  let left = 0;
  for (const [p, { budget }] of phases.entries()) {
    left = (carriesOver ? left : 0) + budget - (spent[p] ?? 0);
    if (left < 0) return p;
  }
  return null;
}

/** Whether an assignment keeps all rules, budgets included. */
export function isAllowed(terms: Terms, assignment: Assignment): boolean {
  const { problem, exclusions, needs } = terms;
  if (assignment.some((phase, i) => phase !== null && phase < (problem.measures[i]?.from ?? 0))) return false;
  if (exclusions.some((list) => list.filter((i) => assignment[i] !== null).length > 1)) return false;
  if (needs.some((list, i) => assignment[i] !== null && list.some((other) => (assignment[other] ?? Number.POSITIVE_INFINITY) > (assignment[i] ?? 0)))) return false;
  return overspent(terms, assignment) === null;
}
