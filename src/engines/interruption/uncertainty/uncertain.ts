import { betaQuantile } from '../../distributions/beta.ts';
import { normalCdf, normalQuantile } from '../../distributions/normal.ts';
import { refuse, type Refusal } from '../path/task.ts';

/**
 * A value that is known or not: a number; a normal distribution cut to what the value can be; a beta distribution; a uniform one; or trials with their
 * successes, which stand for Beta(s + 1, n − s + 1).
 */
export type Uncertain =
  | number
  | { kind: 'normal'; mean: number; sd: number }
  | { kind: 'beta'; alpha: number; beta: number }
  | { kind: 'uniform'; low: number; high: number }
  | { kind: 'trials'; successes: number; trials: number };

/** What a value can be: a probability, or a time in seconds. */
export type Range = { low: number; high: number };
export const PROBABILITY: Range = { low: 0, high: 1 };
export const TIME: Range = { low: 0, high: Number.POSITIVE_INFINITY };

/** Null, or what is wrong with an uncertain value of a range. */
export function wrongUncertain(value: Uncertain, range: Range, at: string): Refusal | null {
  const isIn = (x: number): boolean => x >= range.low && x <= range.high && x < Number.POSITIVE_INFINITY;
  if (typeof value === 'number') return isIn(value) ? null : refuse(at, `${value} is not in the range of this value.`);
  switch (value.kind) {
    case 'normal':
      return Number.isFinite(value.mean) && value.sd > 0 && value.sd < Number.POSITIVE_INFINITY && isIn(value.mean) ? null : refuse(at, 'A normal distribution has a mean in the range of the value, and a standard deviation above 0.');
    case 'beta':
      return range.high === 1 && value.alpha > 0 && value.beta > 0 && value.alpha + value.beta < Number.POSITIVE_INFINITY ? null : refuse(at, 'A beta distribution is of a probability, with both shapes above 0.');
    case 'uniform':
      return isIn(value.low) && isIn(value.high) && value.low <= value.high ? null : refuse(at, 'The low end lies below the high end, and both in the range of the value.');
    case 'trials':
      return range.high === 1 && Number.isSafeInteger(value.trials) && value.trials >= 1 && Number.isSafeInteger(value.successes) && value.successes >= 0 && value.successes <= value.trials ? null : refuse(at, 'Trials are of a probability: a whole number of them, at least one, and as many or fewer successes.');
  }
}

/** The quantile of an uncertain value: what it is at a uniform number u in (0, 1). It rises in u, so a run with the same numbers compares like with like. */
export function drawerOf(value: Uncertain, range: Range): (u: number) => number {
  if (typeof value === 'number') return () => value;
  switch (value.kind) {
    case 'normal': {
      const { mean, sd } = value;
      const below = normalCdf((range.low - mean) / sd);
      const share = normalCdf((range.high - mean) / sd) - below;
      return (u) => Math.min(range.high, Math.max(range.low, mean + sd * normalQuantile(below + u * share)));
    }
    case 'beta':
      return (u) => betaQuantile(u, value.alpha, value.beta);
    case 'uniform':
      return (u) => value.low + u * (value.high - value.low);
    case 'trials':
      return (u) => betaQuantile(u, value.successes + 1, value.trials - value.successes + 1);
  }
}
