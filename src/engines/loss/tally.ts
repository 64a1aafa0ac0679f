/** Bins that an amount's octave is cut into, as bits of its mantissa: each bin is at most 0.1 % wide. */
const BIN_BITS = 10;
const BINS = 1 << BIN_BITS;
/** Octaves below the greatest amount that are told apart: 2^-63 of it. */
const OCTAVES = 64;

/** Numbers with their bits: words 2 i and 2 i + 1 are the lower and the upper half of number i. */
export type Column = { values: Float64Array; bits: Uint32Array };

/** How many rows fell where: those without a loss, and those in each bin; the first bin also has all below it. Counts and ends do not depend on the order of rows. */
export type Histogram = { zeros: number; least: number; greatest: number; firstBin: number; counts: Uint32Array<ArrayBuffer> };

/** Rows, mean and sum of squared differences from it of a block. */
export type BlockMoments = { rows: number; mean: number; squares: number };

/** A histogram that grows, and the moments of the block at hand. */
export type Tally = { histogram: Histogram; from: number; rows: number; sum: number; squares: number };

const scratch = new Float64Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

const binOf = (value: number): number => {
  scratch[0] = value;
  return (scratchBits[1] as number) >>> (20 - BIN_BITS);
};

/** The least amount of a bin. */
export function edgeOf({ firstBin }: Histogram, bin: number): number {
  scratchBits[0] = 0;
  scratchBits[1] = (firstBin + bin) << (20 - BIN_BITS);
  return scratch[0] as number;
}

/** A histogram for amounts up to `most`. */
export function openHistogram(most: number): Histogram {
  const lastBin = binOf(Math.max(most, Number.MIN_VALUE) * 2) | (BINS - 1);
  const firstBin = Math.max(0, lastBin + 1 - OCTAVES * BINS);
  return { zeros: 0, least: Number.POSITIVE_INFINITY, greatest: 0, firstBin, counts: new Uint32Array(lastBin + 1 - firstBin) };
}

export const openTally = (most: number): Tally => ({ histogram: openHistogram(most), from: 0, rows: 0, sum: 0, squares: 0 });

/** Adds `count` losses to the block at hand. Differences are taken from the block's first loss, so that equal losses have no spread at all. */
export function addLosses(tally: Tally, { values, bits }: Column, count: number): void {
  const { histogram } = tally;
  const { counts, firstBin } = histogram;
  if (tally.rows === 0) tally.from = values[0] as number;
  const { from } = tally;
  const last = counts.length - 1;
  let { sum, squares } = tally;
  let { zeros, least, greatest } = histogram;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    const difference = value - from;
    sum += difference;
    squares += difference * difference;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
    const bin = ((bits[2 * i + 1] as number) >>> (20 - BIN_BITS)) - firstBin;
    if (bin > 0 && bin <= last) counts[bin] = (counts[bin] as number) + 1;
    else if (value === 0) zeros++;
    else counts[bin > 0 ? last : 0] = (counts[bin > 0 ? last : 0] as number) + 1;
  }
  tally.rows += count;
  tally.sum = sum;
  tally.squares = squares;
  histogram.zeros = zeros;
  histogram.least = least;
  histogram.greatest = greatest;
}

/** The moments of the block at hand, which then ends. */
export function closeBlock(tally: Tally): BlockMoments {
  const { rows, from, sum, squares } = tally;
  tally.rows = 0;
  tally.sum = 0;
  tally.squares = 0;
  return { rows, mean: from + sum / rows, squares: Math.max(0, squares - sum * (sum / rows)) };
}

/** Adds the counts of a histogram of the same curve to another. */
export function mergeHistogram(into: Histogram, from: Histogram): void {
  into.zeros += from.zeros;
  into.least = Math.min(into.least, from.least);
  into.greatest = Math.max(into.greatest, from.greatest);
  for (let bin = 0; bin < from.counts.length; bin++) into.counts[bin] = (into.counts[bin] as number) + (from.counts[bin] as number);
}

/** The moments of two lots of rows together (Chan, Golub, LeVeque 1983). */
export function mergeMoments(a: BlockMoments, b: BlockMoments): BlockMoments {
  const rows = a.rows + b.rows;
  if (a.rows === 0) return b;
  const apart = b.mean - a.mean;
  return { rows, mean: a.mean + apart * (b.rows / rows), squares: a.squares + b.squares + apart * apart * ((a.rows * b.rows) / rows) };
}
