import { medianWithInterval } from '#engines/statistics/bootstrap.ts';
import { floodOf } from '#engines/statistics/flood.ts';
import { poissonInterval } from '#engines/statistics/poisson-interval.ts';
import { type Histogram, quantile } from '#engines/statistics/quantiles.ts';
import { wilson } from '#engines/statistics/wilson.ts';

/** How many there are in a bin. */
export type Bin = { bin: string; n: number };

/**
 * A figure with its 95 % interval, of how many, and what could not be counted. `value` is null where there is nothing to count, and where so few
 * were counted that they could point to a person (`isFew`); then every number is null. Times are in seconds, shares in [0, 1].
 */
export type Figure = { value: number | null; lo: number | null; hi: number | null; n: number | null; of: number | null; p90: number | null; p985: number | null; also: number | null; missing: number | null; isFew: boolean };

type Measure =
  | { as: 'share'; met?: string[] | undefined; atMost?: number | undefined; also?: number | undefined; leaveOut?: string[] | undefined }
  | { as: 'median' }
  | { as: 'count'; met: string[] }
  | { as: 'top'; most: number }
  | { as: 'flood' };
type Period = { from: number; to: number };

const NONE: Figure = { value: null, lo: null, hi: null, n: null, of: null, p90: null, p985: null, also: null, missing: null, isFew: false };
const SLOT_MS = 600_000;
const NEVER_COUNTED = ['by itself', 'too new'];
const NOT_ENDED = '-';
/** Below so many values the bootstrap of a median says more than it knows. */
const FEWEST_DRAWN = 10;

const sum = (bins: readonly Bin[]): number => bins.reduce((all, { n }) => all + n, 0);
const secondsIn = ({ bin }: Bin): number | null => (/^\d+$/.test(bin) ? Number(bin) : null);

function share(bins: readonly Bin[], { met, atMost, also, leaveOut }: Extract<Measure, { as: 'share' }>): Figure {
  const out = [...NEVER_COUNTED, ...(leaveOut ?? [])];
  const counted = bins.filter(({ bin }) => !out.includes(bin));
  const within = (seconds: number): number => sum(counted.filter((one) => (secondsIn(one) ?? Infinity) <= seconds));
  const n = atMost === undefined ? sum(counted.filter(({ bin }) => met?.includes(bin))) : within(atMost);
  const found = wilson(n, sum(counted));
  const missing = sum(bins) - sum(counted);
  return found === null ? { ...NONE, n: 0, of: 0, missing } : { ...NONE, value: found.share, lo: found.lo, hi: found.hi, n, of: found.of, missing, also: also === undefined ? null : within(also) / found.of };
}

function median(bins: readonly Bin[]): Figure {
  const values: Histogram = bins.flatMap((one) => (secondsIn(one) === null ? [] : [{ value: secondsIn(one) ?? 0, count: one.n }])).sort((a, b) => a.value - b.value);
  const found = medianWithInterval(values);
  const missing = sum(bins.filter(({ bin }) => bin === NOT_ENDED));
  return found === null ? { ...NONE, n: 0, of: 0, missing } : { ...NONE, value: found.median, lo: found.n < FEWEST_DRAWN ? null : found.lo, hi: found.n < FEWEST_DRAWN ? null : found.hi, n: found.n, of: found.n, p90: quantile(values, 0.9), p985: quantile(values, 0.985), missing };
}

function count(bins: readonly Bin[], { met }: Extract<Measure, { as: 'count' }>): Figure {
  const n = sum(bins.filter(({ bin }) => met.includes(bin)));
  const { lo, hi } = poissonInterval(n);
  return { ...NONE, value: n, lo, hi, n, of: sum(bins), missing: 0 };
}

function top(bins: readonly Bin[], { most }: Extract<Measure, { as: 'top' }>): Figure {
  const of = sum(bins);
  const n = sum(bins.toSorted((a, b) => b.n - a.n).slice(0, most));
  return { ...NONE, value: of === 0 ? null : n / of, n, of, missing: 0 };
}

/** Every bin of the period, the quiet ones too. */
function flood(bins: readonly Bin[], { from, to }: Period): Figure {
  const first = Math.floor(from / SLOT_MS);
  const slots = Array.from({ length: Math.max(0, Math.floor(to / SLOT_MS) - first) }, () => 0);
  for (const { bin, n } of bins) if (slots[Number(bin) - first] !== undefined) slots[Number(bin) - first] = n;
  const found = floodOf(slots);
  return sum(bins) === 0 ? { ...NONE, n: 0, of: 0, missing: 0 } : { ...NONE, value: found.share, n: found.inFlood, of: found.bins, missing: 0 };
}

/** The figure that the bins of a period make. */
export function figureOf(measure: Measure, bins: readonly Bin[], period: Period): Figure {
  switch (measure.as) {
    case 'share': return share(bins, measure);
    case 'median': return median(bins);
    case 'count': return count(bins, measure);
    case 'top': return top(bins, measure);
    case 'flood': return flood(bins, period);
  }
}

const FEW = 5;
/** One to four: so few that they could point to a person. */
export const isFewIn = (n: number): boolean => n > 0 && n < FEW;
/** What a figure tells of how many: those met, the others, and those that were left out. */
const toldBy = ({ n, of, missing }: Figure): [number, number, number] => [n ?? 0, (of ?? 0) - (n ?? 0), missing ?? 0];
/** A figure of which nothing is told. */
export const hidden = (): Figure => ({ ...NONE, isFew: true });

/** A figure for who may not read its records: nothing of it where fewer than five of anything would show. */
export const suppressed = (figure: Figure): Figure => (toldBy(figure).some(isFewIn) ? hidden() : figure);

/**
 * The parts of a whole for who may not read their records. Small ones are hidden, and then the next smallest, until what is hidden cannot be worked
 * out from the whole: at least two parts, and of nothing fewer than five among them.
 */
export function suppressedParts<P extends { figure: Figure }>(parts: readonly P[]): P[] {
  const out = new Set(parts.filter(({ figure }) => toldBy(figure).some(isFewIn)));
  const isSafe = (): boolean => out.size === 0 || (out.size > 1 && [0, 1, 2].every((i) => !isFewIn([...out].reduce((all, { figure }) => all + (toldBy(figure)[i] ?? 0), 0))));
  const ascending = parts.filter((one) => (one.figure.of ?? 0) > 0).toSorted((a, b) => (a.figure.of ?? 0) - (b.figure.of ?? 0));
  for (const next of ascending) {
    if (isSafe()) break;
    out.add(next);
  }
  return parts.map((one) => (out.has(one) ? { ...one, figure: hidden() } : one));
}

/** Does a value keep to its target? Null where there is none, or no value. */
export function keepsTo(value: number | null, target: number | null, direction: 'up' | 'down'): boolean | null {
  if (target === null || value === null) return null;
  return direction === 'up' ? value >= target : value <= target;
}
