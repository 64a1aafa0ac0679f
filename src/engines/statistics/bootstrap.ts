import { betaQuantile } from '../distributions/beta.ts';
import { uniformsOf } from '../random/uniform.ts';
import { countOf, type Histogram, quantile, valueAt } from './quantiles.ts';

const DRAWS = 2000;
const MOST_DRAWN = 200;
const TAIL = 0.025;

/** The median with its 95 % percentile-bootstrap interval, in the unit of the values. */
export type MedianInterval = { n: number; median: number; lo: number; hi: number };

function drawn(values: Histogram, n: number, seed: number): { lo: number; hi: number } {
  const all = values.flatMap(({ value, count }) => Array.from({ length: count }, () => value));
  const uniform = uniformsOf(seed);
  const medians = Array.from({ length: DRAWS }, (_, sample) => {
    const draw = Array.from({ length: n }, (__, i) => all[Math.floor(uniform(sample, i) * n)] ?? 0).sort((a, b) => a - b);
    return ((draw[Math.floor((n - 1) / 2)] ?? 0) + (draw[Math.ceil((n - 1) / 2)] ?? 0)) / 2;
  }).sort((a, b) => a - b);
  const ordered = medians.map((value) => ({ value, count: 1 }));
  return { lo: quantile(ordered, TAIL) ?? 0, hi: quantile(ordered, 1 - TAIL) ?? 0 };
}

/** The limit of ever more draws: the middle of a draw is the value at a beta-distributed place (Maritz and Jarrett 1978). */
function limit(values: Histogram, n: number): { lo: number; hi: number } {
  const middle = (n + 1) / 2;
  const at = (p: number): number => valueAt(values, Math.min(n - 1, Math.floor(n * betaQuantile(p, middle, middle))));
  return { lo: at(TAIL), hi: at(1 - TAIL) };
}

/** The median of a histogram with its interval; null where there is no value. The same seed gives the same interval. */
export function medianWithInterval(values: Histogram, seed = 1): MedianInterval | null {
  const n = countOf(values);
  const median = quantile(values, 0.5);
  if (median === null) return null;
  return { n, median, ...(n <= MOST_DRAWN ? drawn(values, n, seed) : limit(values, n)) };
}
