import type { Refusal } from '../refusal.ts';
import { wrongPortfolio } from './check.ts';
import { formulate, type Formulation } from './formulation.ts';
import { greedy } from './greedy.ts';
import type { Assignment, Portfolio } from './problem.ts';
import type { Open, Solver } from './solver.ts';
import { isAllowed, overspent, spentOf, termsOf, worthOf, type Terms } from './worth.ts';

/**
 * What to buy and when. `saves` is over all phases; no choice saves more than `atMost`; `gap` is how much of that is open. `found` is exact where the gap is
 * at most a millionth, which is as far as the solver tells values apart; else it is the best that was found.
 */
export type Choice = {
  ok: true;
  found: 'exact' | 'best found';
  bought: readonly { measure: string; phase: number }[];
  saves: number;
  atMost: number;
  gap: number;
  cost: number;
  spent: readonly number[];
  /** What buying by gain for cost saves, and what share of the choice's savings that misses. */
  greedy: { saves: number; gap: number };
};

/** How long to look, in seconds of the solver, and who hears the best savings so far and their bound (null while there is none). */
export type ChoiceOptions = { seconds?: number; onProgress?: (saves: number, atMost: number | null) => void; start?: Assignment };

const EXACT = 1e-6;
const MOST_ROUNDS = 500;

/** Everything that could be saved. */
const ceilingOf = ({ problem: { phases }, losses }: Terms): number => phases.reduce((sum, { years }) => sum + years, 0) * losses.reduce((sum, loss) => sum + loss, 0);

/** The choice that an assignment is, with what it saves. */
export function choiceOf(terms: Terms, assignment: Assignment, saves: number, atMost: number, greedySaves: number): Choice {
  const most = Math.max(saves, Math.min(atMost, ceilingOf(terms)));
  const gap = most > 0 ? (most - saves) / most : 0;
  const spent = spentOf(terms, assignment);
  return {
    ok: true, found: gap <= EXACT ? 'exact' : 'best found', saves, atMost: gap <= EXACT ? saves : most, gap: gap <= EXACT ? 0 : gap,
    bought: assignment.flatMap((phase, i) => (phase === null ? [] : [{ measure: terms.problem.measures[i]?.id ?? '', phase }])),
    cost: spent.reduce((sum, one) => sum + one, 0), spent,
    greedy: { saves: greedySaves, gap: saves > 0 ? (saves - greedySaves) / saves : 0 },
  };
}

/** What the rounds have found: the best assignment, and a bound above all. */
type State = { best: Assignment; saves: number; atMost: number };

/**
 * Solves, and again with more rows: where what was found overspends by less than the solver sees, that set is forbidden; where effects compound, the
 * lines that bound them are drawn where they are still too high.
 */
function rounds(terms: Terms, { assignmentOf, forbid, touch, startOf, unit }: Formulation, open: Open, state: State, onProgress: ChoiceOptions['onProgress']): State {
  const isBent = terms.problem.combine.kind === 'compounding';
  let now = state;
  if (isBent) for (const point of [terms.problem.measures.map(() => null), now.best]) open.add(touch(point));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const tell = onProgress && ((_: number, bound: number): void => onProgress(now.saves, Number.isFinite(bound) ? Math.min(now.atMost, bound * unit) : null));
    const { status, values, bound } = open.solve(startOf(now.best), tell);
    now = { ...now, atMost: Math.min(now.atMost, Math.max(now.saves, bound * unit)) };
    if (!values) return now;
    const found = assignmentOf(values);
    if (isAllowed(terms, found)) {
      const saves = worthOf(terms, found);
      if (saves > now.saves) now = { ...now, best: found, saves };
      onProgress?.(now.saves, now.atMost);
      if (status !== 'optimal' || !isBent || now.atMost - now.saves <= EXACT * now.atMost) return now;
      open.add(touch(found));
      continue;
    }
    const over = overspent(terms, found);
    if (over === null || status !== 'optimal') return now;
    open.add(forbid(found, (phase) => (terms.problem.carriesOver ? phase <= over : phase === over)));
  }
  return now;
}

/** Chooses measures under the budgets: exact by mixed-integer programming as far as the seconds go (30 by default), and never worse than buying by gain for cost. */
export function choosePortfolio(problem: Portfolio, solver: Solver, { seconds = 30, onProgress, start }: ChoiceOptions = {}): Choice | Refusal {
  const wrong = wrongPortfolio(problem);
  if (wrong) return wrong;
  const terms = termsOf(problem);
  const first = greedy(terms);
  const greedySaves = worthOf(terms, first);
  const known = start && isAllowed(terms, start) && worthOf(terms, start) > greedySaves ? start : first;
  const state: State = { best: known, saves: worthOf(terms, known), atMost: ceilingOf(terms) };
  if (problem.measures.length === 0 || state.atMost === 0) return choiceOf(terms, state.best, state.saves, state.saves, greedySaves);
  const formulation = formulate(terms);
  const open = solver.open(formulation.program, seconds);
  try {
    const { best, saves, atMost } = rounds(terms, formulation, open, state, onProgress);
    return choiceOf(terms, best, saves, atMost, greedySaves);
  } finally {
    open.close();
  }
}
