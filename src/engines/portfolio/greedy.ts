import type { Assignment } from './problem.ts';
import { isAllowed, worthOf, type Terms } from './worth.ts';

/** One way to go on from an assignment: some measures bought in a phase. */
type Step = { assignment: (number | null)[]; gain: number; cost: number };

/** A measure with all that it needs and does not have yet, bought in one phase. */
function withNeeds({ needs }: Terms, assignment: Assignment, measure: number, phase: number): (number | null)[] {
  const next = [...assignment];
  const open = [measure];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (next[one] !== null && (next[one] ?? 0) <= phase) continue;
    next[one] = phase;
    open.push(...(needs[one] ?? []));
  }
  return next;
}

const isBetter = (a: Step, b: Step): boolean => (a.cost === 0 || b.cost === 0 ? (a.cost === b.cost ? a.gain > b.gain : a.cost === 0) : a.gain * b.cost > b.gain * a.cost);

/**
 * Buys what gains most for its cost, with what it needs, as early as it can be, until nothing more gains or fits. Free measures go first. It goes on from what
 * is bought already, and leaves out one measure, where these are given.
 */
export function greedy(terms: Terms, worth: (assignment: Assignment) => number = (assignment) => worthOf(terms, assignment), { from, without }: { from?: Assignment; without?: number } = {}): Assignment {
  const { measures, phases } = terms.problem;
  let now: (number | null)[] = from ? [...from] : measures.map(() => null);
  for (let value = worth(now); ; ) {
    let best: Step | null = null;
    for (const i of measures.keys()) {
      if (now[i] !== null || i === without) continue;
      for (const p of phases.keys()) {
        const assignment = withNeeds(terms, now, i, p);
        if (!isAllowed(terms, assignment) || (without !== undefined && assignment[without] !== null)) continue;
        const cost = measures.reduce((sum, { cost: one }, j) => (assignment[j] !== null && now[j] === null ? sum + one : sum), 0);
        const step: Step = { assignment, gain: worth(assignment) - value, cost };
        if (step.gain > 0 && (best === null || isBetter(step, best))) best = step;
        break;
      }
    }
    if (!best) return now;
    now = best.assignment;
    value += best.gain;
  }
}
