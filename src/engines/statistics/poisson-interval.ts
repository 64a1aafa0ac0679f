import { lnGamma } from '../distributions/beta.ts';

/** A rate per unit of exposure with its exact 95 % interval. */
export type RateInterval = { n: number; exposure: number; rate: number; lo: number; hi: number };

const TAIL = 0.025;
const ROUNDS = 200;

/** P(N ≤ n) for a mean above 0, summed from the largest term downwards or from 0 upwards, whichever ends sooner. */
function atMost(n: number, mean: number): number {
  if (n < 0) return 0;
  let term = Math.exp(n * Math.log(mean) - mean - lnGamma(n + 1));
  if (n <= mean) {
    let sum = 0;
    for (let k = n; k >= 0 && term > 0; k--) {
      sum += term;
      term *= k / mean;
    }
    return sum;
  }
  let beyond = 0;
  for (let k = n + 1; term > 1e-300; k++) {
    term *= mean / k;
    beyond += term;
    if (term < 1e-17 * beyond) break;
  }
  return 1 - beyond;
}

/** Where a falling function passes a level, between two ends. */
function whereFalls(to: number, from: number, until: number, of: (x: number) => number): number {
  let [low, high] = [from, until];
  for (let round = 0; round < ROUNDS && high - low > 1e-12 * high; round++) {
    const middle = (low + high) / 2;
    if (of(middle) > to) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The exact 95 % interval of a Poisson mean of which `n` were counted, a whole number from 0. Garwood 1936. Throws RangeError for another. */
export function poissonInterval(n: number): { lo: number; hi: number } {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`${n} is no count.`);
  const most = n + 10 * Math.sqrt(n + 1) + 10;
  return { lo: n === 0 ? 0 : whereFalls(1 - TAIL, 0, n, (mean) => (mean === 0 ? 1 : atMost(n - 1, mean))), hi: whereFalls(TAIL, n, most, (mean) => (mean === 0 ? 1 : atMost(n, mean))) };
}

/** `n` events over an exposure (hours, device-months, thousands of people) as a rate; null where there was no exposure. Throws RangeError for a negative one. */
export function rateWithInterval(n: number, exposure: number): RateInterval | null {
  if (!(exposure >= 0)) throw new RangeError(`${exposure} is no exposure.`);
  if (exposure === 0) return null;
  const { lo, hi } = poissonInterval(n);
  return { n, exposure, rate: n / exposure, lo: lo / exposure, hi: hi / exposure };
}
