import { normalQuantile } from './normal.ts';

/** Mean and standard deviation of the logarithm. */
export type LogNormal = { mu: number; sigma: number };

const Z95 = normalQuantile(0.95);

/** The lognormal distribution whose 5th and 95th percentiles are `low` and `high` (0 < low < high), as in riskquant: µ = (ln low + ln high) / 2, σ = (ln high − ln low) / (2 · 1.6449). */
export const lognormalOfInterval = (low: number, high: number): LogNormal => ({ mu: (Math.log(low) + Math.log(high)) / 2, sigma: (Math.log(high) - Math.log(low)) / (2 * Z95) });

/** Mean exp(µ + σ²/2) and second moment exp(2µ + 2σ²). */
export const lognormalMoments = ({ mu, sigma }: LogNormal): { mean: number; square: number } => ({ mean: Math.exp(mu + sigma ** 2 / 2), square: Math.exp(2 * mu + 2 * sigma ** 2) });
