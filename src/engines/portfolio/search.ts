import type { Refusal } from '../refusal.ts';
import { wrongPortfolio } from './check.ts';
import { choiceOf, type Choice } from './choose.ts';
import { greedy } from './greedy.ts';
import type { Assignment, Portfolio } from './problem.ts';
import { isAllowed, termsOf, type Terms } from './worth.ts';

/** What an assignment saves, by whatever way; the same for the same assignment. */
export type Worth = (assignment: Assignment) => number;

const GAINS = 1e-9;

/** Assignments near one: a measure bought, given up or moved to another phase, one given up for another, or one given up and the rest bought anew by gain for cost. */
function* neighbours(terms: Terms, now: Assignment, worth: Worth): Iterable<Assignment> {
  const { measures, phases } = terms.problem;
  const options = [...phases.keys(), null];
  for (const i of measures.keys()) for (const phase of options) if (phase !== now[i]) yield now.with(i, phase);
  for (const i of measures.keys()) {
    if (now[i] === null) continue;
    for (const j of measures.keys()) if (now[j] === null) for (const phase of phases.keys()) yield now.with(i, null).with(j, phase);
    if (isAllowed(terms, now.with(i, null))) yield greedy(terms, worth, { from: now.with(i, null), without: i });
  }
}

/**
 * For savings of no kind that can be solved exactly (those of a simulation, say): buys by gain for cost, then takes the best step as long as one gains, up to about
 * `mostAssessments`. The result is the best found, never worse than greedy; its gap is to `atMost`, a bound that the caller knows, or to all that could be lost.
 */
export function searchPortfolio(problem: Portfolio, worth: Worth, { mostAssessments = 20_000, atMost = Number.POSITIVE_INFINITY }: { mostAssessments?: number; atMost?: number } = {}): Choice | Refusal {
  const wrong = wrongPortfolio(problem);
  if (wrong) return wrong;
  const terms = termsOf(problem);
  let assessments = 0;
  const known = new Map<string, number>();
  const assess: Worth = (assignment) => {
    const key = assignment.join();
    const value = known.get(key) ?? worth(assignment);
    if (!known.has(key)) assessments++;
    known.set(key, value);
    return value;
  };
  let now = greedy(terms, assess);
  const greedySaves = assess(now);
  for (let isMoving = true; isMoving && assessments < mostAssessments; ) {
    isMoving = false;
    let best = assess(now);
    const from = now;
    for (const next of neighbours(terms, from, assess)) {
      if (assessments >= mostAssessments) break;
      if (!isAllowed(terms, next)) continue;
      const value = assess(next);
      if (value <= best + GAINS * Math.abs(best)) continue;
      [now, best, isMoving] = [next, value, true];
    }
  }
  return { ...choiceOf(terms, now, assess(now), atMost, greedySaves), found: 'best found' };
}
