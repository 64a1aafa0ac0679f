const STEP = 1 / 32;
const LAST = 40;
const TERMS = 40;
const SQRT_2PI = Math.sqrt(2 * Math.PI);

/** Density of the standard normal distribution. */
export const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / SQRT_2PI;

/** Upper tail by the power series of the integral (Abramowitz and Stegun 26.2.11): exact to rounding for small x. */
function tailBySeries(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; term > 1e-18 * sum; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 - normalDensity(x) * sum;
}

/** Upper tail by Laplace's continued fraction (Abramowitz and Stegun 26.2.14): exact to rounding from x = 2 on. */
function tailByFraction(x: number): number {
  let fraction = x;
  for (let k = 400; k >= 1; k--) fraction = x + k / fraction;
  return normalDensity(x) / fraction;
}

const tails = new Float64Array(LAST / STEP + 1);
const densities = new Float64Array(LAST / STEP + 1);
for (let k = 0; k < tails.length; k++) {
  const x = k * STEP;
  tails[k] = x === 0 ? 0.5 : x < 2 ? tailBySeries(x) : tailByFraction(x);
  densities[k] = normalDensity(x);
}
const inverses = Float64Array.from({ length: TERMS + 2 }, (_, n) => (n === 0 ? 0 : 1 / n));

/**
 * Upper tail Q(x) = P(Z > x) of the standard normal distribution: Taylor series about the nearest of the knots 0, 1/32, 2/32 …,
 * by the recurrence of the Hermite polynomials. Relative error below 1e-13 down to the smallest normal number.
 */
export function normalTail(x: number): number {
  if (x < 0) return 1 - normalTail(-x);
  if (!(x < 38)) return Number.isNaN(x) ? Number.NaN : 0;
  const k = Math.round(x / STEP);
  const knot = k * STEP;
  const h = x - knot;
  let before = 0;
  let term = h;
  let sum = h;
  const small = 1e-18 * Math.abs(h);
  for (let n = 1; n < TERMS; n++) {
    const next = -h * (inverses[n] as number) * (knot * term + h * before);
    before = term;
    term = next;
    const add = next * (inverses[n + 1] as number);
    sum += add;
    if (Math.abs(next) + Math.abs(before) < small) break;
  }
  return (tails[k] as number) - (densities[k] as number) * sum;
}

/** Distribution function Φ(x) of the standard normal distribution; Φ(−∞) = 0, Φ(∞) = 1. */
export const normalCdf = (x: number): number => normalTail(-x);

/** Quantile of the standard normal distribution: the x with Φ(x) = p; −∞ at 0, ∞ at 1, NaN outside. By Newton's method on log Q. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  const tail = Math.min(p, 1 - p);
  const side = p < 0.5 ? -1 : 1;
  if (tail === 0) return side * Number.POSITIVE_INFINITY;
  if (tail === 0.5) return 0;
  const goal = Math.log(tail);
  let x = Math.sqrt(Math.max(0, -2 * goal - Math.log(Math.PI / 2) * Math.min(1, -goal)));
  for (let round = 0; round < 40; round++) {
    const q = normalTail(x);
    const step = ((Math.log(q) - goal) * q) / normalDensity(x);
    x += step;
    if (Math.abs(step) <= 1e-15 * Math.max(1, x)) break;
  }
  return side * x;
}
