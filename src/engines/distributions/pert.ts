/** Two ways to make a beta distribution of three points; their mean is the same, their shape is not. */
export type PertShape = 'standard' | 'vose';

/** Low, most likely and high value. `weight` is that of the mode (γ, 4 by habit). */
export type PertPoints = { low: number; mode: number; high: number; weight?: number; shape?: PertShape };

/** A beta distribution on [low, low + range]: mean and standard deviation in the values' unit. */
export type ScaledBeta = { alpha: number; beta: number; low: number; range: number; mean: number; sd: number };

/**
 * The beta distribution of a PERT estimate with low < high and low ≤ mode ≤ high; mean (low + γ mode + high) / (γ + 2) in both shapes.
 * `standard`: α = 1 + γ (mode − low) / range, β = 1 + γ (high − mode) / range. `vose`: sd = range / (γ + 2), and α and β from mean and sd
 * (so in pyfair's code).
 */
export function pertBeta({ low, mode, high, weight = 4, shape = 'standard' }: PertPoints): ScaledBeta {
  const range = high - low;
  const share = (low + weight * mode + high) / (weight + 2);
  const mean = (share - low) / range;
  if (shape === 'vose') {
    const alpha = mean * (mean * (1 - mean) * (weight + 2) ** 2 - 1);
    return { alpha, beta: (alpha * (1 - mean)) / mean, low, range, mean: share, sd: range / (weight + 2) };
  }
  const alpha = 1 + (weight * (mode - low)) / range;
  const beta = 1 + (weight * (high - mode)) / range;
  return { alpha, beta, low, range, mean: share, sd: (range * Math.sqrt((alpha * beta) / (alpha + beta + 1))) / (alpha + beta) };
}
