import { refuse, type Refusal } from '../refusal.ts';
import { wrongPortfolio } from './check.ts';
import { choosePortfolio, type Choice, type ChoiceOptions } from './choose.ts';
import type { Assignment, Portfolio } from './problem.ts';
import type { Solver } from './solver.ts';

/** A point of the frontier: the budgets, the best choice under them, and what each further minor unit of all budgets together saved since the point before. */
export type FrontierPoint = { budgets: readonly number[]; choice: Choice; perUnit: number | null };

/** The phases that a choice buys in, measure by measure. */
const assignmentOf = ({ measures }: Portfolio, { bought }: Choice): Assignment => measures.map(({ id }) => bought.find(({ measure }) => measure === id)?.phase ?? null);

const total = (budgets: readonly number[]): number => budgets.reduce((sum, one) => sum + one, 0);

/** The same problem under other budgets, one a phase. */
const withBudgets = (problem: Portfolio, budgets: readonly number[]): Portfolio => ({ ...problem, phases: problem.phases.map((phase, p) => ({ ...phase, budget: budgets[p] ?? Number.NaN })) });

/**
 * The efficient frontier: the best choice under each of some budgets, solved anew at each, `seconds` for each step. Budgets stand in rising order, one list
 * a step and one amount a phase; each step starts from the choice before, so savings never fall. `onStep` hears each point as it comes.
 */
export function frontier(problem: Portfolio, steps: readonly (readonly number[])[], solver: Solver, { seconds = 30, onStep }: Pick<ChoiceOptions, 'seconds'> & { onStep?: (point: FrontierPoint, index: number) => void } = {}): { ok: true; points: FrontierPoint[] } | Refusal {
  const wrong = wrongPortfolio(problem);
  if (wrong) return wrong;
  const points: FrontierPoint[] = [];
  for (const [i, budgets] of steps.entries()) {
    if (budgets.length !== problem.phases.length) return refuse(`steps[${i}]`, `There are ${problem.phases.length} phases, so as many budgets.`);
    const before = points.at(-1);
    const falls = before === undefined ? -1 : budgets.findIndex((budget, p) => budget < (before.budgets[p] ?? 0));
    if (falls >= 0) return refuse(`steps[${i}][${falls}]`, 'The budgets of a step are not below those of the one before.');
    const choice = choosePortfolio(withBudgets(problem, budgets), solver, { seconds, ...(before ? { start: assignmentOf(problem, before.choice) } : {}) });
    if (!choice.ok) return refuse(choice.at.replace(/^phases\[(\d+)\]\.budget$/, `steps[${i}][$1]`), choice.reason);
    const more = before === undefined ? 0 : total(budgets) - total(before.budgets);
    const point = { budgets, choice, perUnit: before && more > 0 ? (choice.saves - before.choice.saves) / more : null };
    points.push(point);
    onStep?.(point, i);
  }
  return { ok: true, points };
}

/** What more in the budget of one phase would save: the difference between the best choices with and without it. */
export function marginalValue(problem: Portfolio, more: number, solver: Solver, { phase = 0, seconds = 30 }: { phase?: number; seconds?: number } = {}): { ok: true; more: number; saves: number; found: Choice['found'] } | Refusal {
  if (!(phase in problem.phases)) return refuse('phase', `There is no phase ${phase}.`);
  if (!Number.isSafeInteger(more) || more <= 0) return refuse('more', `More is a whole number of minor units above 0; ${more} is not.`);
  const budgets = problem.phases.map(({ budget }) => budget);
  const found = frontier(problem, [budgets, budgets.map((budget, p) => (p === phase ? budget + more : budget))], solver, { seconds });
  if (!found.ok) return found;
  const [now, then] = found.points.map(({ choice }) => choice);
  return { ok: true, more, saves: (then?.saves ?? 0) - (now?.saves ?? 0), found: now?.found === 'exact' && then?.found === 'exact' ? 'exact' : 'best found' };
}
