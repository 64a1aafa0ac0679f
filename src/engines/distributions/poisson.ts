import { lnGamma } from './beta.ts';
import { normalQuantile } from './normal.ts';

const DIRECT = 30;
const NEGLIGIBLE = 1e-18;

/** P(N ≤ k) for a mean that is not small, by summing from k downwards, each term from the one before. */
function cdfDownwards(k: number, mean: number): { cdf: number; term: number } {
  const term = k < 0 ? 0 : Math.exp(k * Math.log(mean) - mean - lnGamma(k + 1));
  let cdf = 0;
  for (let at = k, now = term; at >= 0 && now > NEGLIGIBLE; at--) {
    cdf += now;
    now *= at / mean;
  }
  return { cdf, term };
}

/**
 * Quantile of the Poisson distribution: the least k with P(N ≤ k) ≥ p, for p in [0, 1) and a mean from 0; ∞ at p = 1, NaN outside.
 * Terms are summed from 0, or for a mean above 30 from the normal approximation on, upwards or downwards.
 */
export function poissonQuantile(p: number, mean: number): number {
  if (!(p >= 0 && p <= 1 && mean >= 0 && mean < Number.POSITIVE_INFINITY)) return Number.NaN;
  if (p === 1) return mean === 0 ? 0 : Number.POSITIVE_INFINITY;
  if (mean <= DIRECT) {
    let k = 0;
    let term = Math.exp(-mean);
    for (let cdf = term; cdf < p && term > NEGLIGIBLE / 1000; cdf += term) term *= mean / ++k;
    return k;
  }
  let k = Math.max(0, Math.floor(mean + Math.sqrt(mean) * normalQuantile(Math.max(p, 1e-300))));
  let { cdf, term } = cdfDownwards(k, mean);
  while (cdf < p && term > 0) {
    term *= mean / ++k;
    cdf += term;
  }
  while (k > 0 && cdf - term >= p) {
    cdf -= term;
    term *= k-- / mean;
  }
  return k;
}
