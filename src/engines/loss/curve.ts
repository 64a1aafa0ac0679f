import { normalQuantile } from '../distributions/normal.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { edgeOf, type BlockMoments, type Histogram } from './tally.ts';

/** What the rows of a run say about the losses of a scenario, a site or all. Amounts are in the model's unit. */
export type Curve = {
  of: 'scenario' | 'site' | 'all';
  id: string;
  rows: number;
  mean: number;
  /** Standard error of the mean; that the vulnerability is itself a mean over the rows is in it. */
  standardError: number;
  sd: number;
  /** The share of rows without any loss. */
  noLoss: number;
  histogram: Histogram;
  /** Mean and standard error after the first rows, each time twice as many. */
  convergence: readonly { rows: number; mean: number; standardError: number }[];
};

/** The loss that a share of rows stays below, between what its sampling leaves open at 95 %, and the mean of the rows above. */
export type Level = { share: number; valueAtRisk: number; low: number; high: number; tailMean: number };

const Z975 = normalQuantile(0.975);

/** The part of a bin that losses can lie in. */
function endsOf(histogram: Histogram, bin: number): [number, number] {
  const low = bin === 0 ? 0 : edgeOf(histogram, bin);
  const high = bin === histogram.counts.length - 1 ? histogram.greatest : edgeOf(histogram, bin + 1);
  return [Math.max(low, Math.min(histogram.least, high)), Math.min(high, histogram.greatest)];
}

/** The loss that `rank` rows lie below, between the ends of its bin (0.1 % apart), and the sum of the losses above. */
function atRank({ histogram, rows }: Curve, rank: number): { loss: number; sumAbove: number } {
  const { counts } = histogram;
  let above = Math.max(0, rows - Math.max(rank, histogram.zeros));
  let sumAbove = 0;
  for (let bin = counts.length - 1; bin >= 0; bin--) {
    const count = counts[bin] as number;
    if (count === 0) continue;
    const [low, high] = endsOf(histogram, bin);
    if (above <= count) {
      const loss = high - (high - low) * (above / count);
      return { loss: histogram.zeros > 0 && rank <= histogram.zeros ? 0 : loss, sumAbove: sumAbove + above * ((loss + high) / 2) };
    }
    above -= count;
    sumAbove += count * ((low + high) / 2);
  }
  return { loss: 0, sumAbove };
}

/** Value at risk of a share of rows from 0 to 1, with its 95 % interval (ranks by the normal approximation of the binomial), and the mean of the worst rest. */
export function levelOf(curve: Curve, share: number): ({ ok: true } & Level) | Refusal {
  if (!(share >= 0 && share <= 1)) return refuse('share', `A share of rows lies between 0 and 1; ${share} does not.`);
  const { rows, histogram } = curve;
  const spread = Z975 * Math.sqrt(rows * share * (1 - share));
  const loss = (rank: number): number => atRank(curve, Math.min(rows, Math.max(0, rank))).loss;
  const rank = share * rows;
  const { loss: valueAtRisk, sumAbove } = atRank(curve, rank);
  // The rows above as `atRank` counts them: near a share of 1, (1 - share) · rows is another number.
  const beyond = rows - rank;
  return { ok: true, share, valueAtRisk, low: loss(share * rows - spread), high: loss(share * rows + spread), tailMean: beyond === 0 ? histogram.greatest : Math.max(valueAtRisk, sumAbove / beyond) };
}

/** The share of rows whose loss exceeds an amount. */
export function exceedance({ histogram, rows }: Curve, loss: number): number {
  if (loss < 0) return 1;
  const { counts } = histogram;
  let above = 0;
  for (let bin = counts.length - 1; bin >= 0; bin--) {
    const [low, high] = endsOf(histogram, bin);
    if (low > loss) above += counts[bin] as number;
    else {
      if (high > loss) above += ((counts[bin] as number) * (high - loss)) / (high - low);
      break;
    }
  }
  return above / rows;
}

/** Points of the loss-exceedance curve: `count` chances of exceedance, even in their logarithms, from all rows down to the ten worst. */
export function exceedancePoints(curve: Curve, count = 100): { chance: number; loss: number }[] {
  const least = Math.min(1, 10 / curve.rows);
  return Array.from({ length: count }, (_, i) => {
    const chance = least ** (i / Math.max(1, count - 1));
    return { chance, loss: atRank(curve, (1 - chance) * curve.rows).loss };
  });
}

/** How many times the standard error the mean is away from 0 each way at 95 %, as a share of the mean: 0.01 is one per cent. Null where the mean is 0. */
export const relativeError = ({ mean, standardError }: Curve): number | null => (mean === 0 ? null : (Z975 * standardError) / mean);

/** Standard deviation and standard error of rows. */
export const spreadOf = ({ rows, squares }: BlockMoments): { sd: number; standardError: number } => {
  const sd = rows > 1 ? Math.sqrt(squares / (rows - 1)) : 0;
  return { sd, standardError: sd / Math.sqrt(rows) };
};
