import { betaCdf, betaQuantile } from '../distributions/beta.ts';
import { lognormalMoments, lognormalOfInterval } from '../distributions/lognormal.ts';
import { normalCdf, normalQuantile } from '../distributions/normal.ts';
import { pertBeta, type PertPoints, type ScaledBeta } from '../distributions/pert.ts';
import { betaTable, normalTable, uniformTable, type TableMaker } from '../draws/quantile-table.ts';
import { refuse, type Refusal } from '../refusal.ts';

/**
 * A quantity that is known (a number) or not: three points of a PERT estimate (`shape` standard or vose), the 5th and 95th percentile of a lognormal
 * distribution, or the ends of a uniform one.
 */
export type Quantity = number | ({ kind: 'pert' } & PertPoints) | { kind: 'lognormal'; low: number; high: number } | { kind: 'uniform'; low: number; high: number };

/** What a quantity can be, both ends included, and what such a value is called. */
export type Range = { low: number; high: number; says: string };
export const SHARE: Range = { low: 0, high: 1, says: 'a share from 0 to 1' };
export const FREQUENCY: Range = { low: 0, high: 1e6, says: 'a number a year from 0 to a million' };
export const AMOUNT: Range = { low: 0, high: 1e15, says: 'an amount from 0 to 10^15' };
export const ANY: Range = { low: -1e15, high: 1e15, says: 'a number of at most 10^15 either way' };

const LEAST_WEIGHT = 0.5;
const MOST_WEIGHT = 1000;
/** The furthest tail that is drawn: half of 2^-32. */
const FURTHEST = 2 ** -33;

function wrongPoints({ low, mode, high, weight = 4, shape = 'standard' }: PertPoints, at: string): Refusal | null {
  if (!Number.isFinite(mode)) return refuse(`${at}.mode`, `The most likely value is missing or no number: ${mode}.`);
  if (mode < low || mode > high) return refuse(`${at}.mode`, `The most likely value ${mode} lies outside ${low} to ${high}.`);
  if (!(weight >= LEAST_WEIGHT && weight <= MOST_WEIGHT)) return refuse(`${at}.weight`, `The weight of the most likely value is a number from ${LEAST_WEIGHT} to ${MOST_WEIGHT}.`);
  return shape === 'standard' || shape === 'vose' ? null : refuse(`${at}.shape`, 'A PERT estimate has the shape standard or vose.');
}

/** Null, or what is wrong with a quantity of a range. A lognormal distribution has no upper end, so no share can be one. */
export function wrongQuantity(value: Quantity | null | undefined, range: Range, at: string): Refusal | null {
  if (value === undefined || value === null) return refuse(at, `This is missing: ${range.says}.`);
  const isIn = (x: number): boolean => typeof x === 'number' && x >= range.low && x <= range.high;
  if (typeof value === 'number') return isIn(value) ? null : refuse(at, `This is ${range.says}; ${value} is not.`);
  if (!isIn(value.low)) return refuse(`${at}.low`, `This is ${range.says}; ${value.low} is not.`);
  if (!isIn(value.high)) return refuse(`${at}.high`, `This is ${range.says}; ${value.high} is not.`);
  if (value.low > value.high) return refuse(`${at}.high`, `The high end ${value.high} lies below the low end ${value.low}.`);
  switch (value.kind) {
    case 'pert':
      return wrongPoints(value, at);
    case 'uniform':
      return null;
    case 'lognormal':
      if (range === SHARE) return refuse(at, 'A lognormal distribution has no upper end, so a share cannot be one.');
      if (value.low <= 0) return refuse(`${at}.low`, 'The low end of a lognormal distribution lies above 0.');
      return value.low < value.high ? null : refuse(`${at}.high`, 'The high end of a lognormal distribution lies above its low end.');
    default:
      return refuse(`${at}.kind`, 'A quantity is a number, or of kind pert, lognormal or uniform.');
  }
}

/** The value of a quantity that is certain (a number, or ends that are one), else null. */
export const certain = (value: Quantity): number | null => (typeof value === 'number' ? value : value.low === value.high ? value.low : null);

const betaOf = (value: { kind: 'pert' } & PertPoints): ScaledBeta => pertBeta(value);

/** Mean, second moment, and the least and greatest value that is ever drawn. */
export type Moments = { mean: number; square: number; low: number; high: number };

export function momentsOf(value: Quantity): Moments {
  const known = certain(value);
  if (known !== null || typeof value === 'number') return { mean: known ?? 0, square: (known ?? 0) ** 2, low: known ?? 0, high: known ?? 0 };
  if (value.kind === 'lognormal') return { ...lognormalMoments(lognormalOfInterval(value.low, value.high)), low: quantileOf(value, FURTHEST), high: quantileOf(value, 1 - FURTHEST) };
  if (value.kind === 'uniform') return { mean: (value.low + value.high) / 2, square: (value.low ** 2 + value.low * value.high + value.high ** 2) / 3, low: value.low, high: value.high };
  const { mean, sd } = betaOf(value);
  return { mean, square: mean ** 2 + sd ** 2, low: value.low, high: value.high };
}

/** The quantile of a quantity, by the exact functions and not from a table. */
export function quantileOf(value: Quantity, p: number): number {
  const known = certain(value);
  if (known !== null || typeof value === 'number') return known ?? 0;
  if (value.kind === 'uniform') return value.low + p * (value.high - value.low);
  if (value.kind === 'lognormal') {
    const { mu, sigma } = lognormalOfInterval(value.low, value.high);
    return Math.exp(mu + sigma * normalQuantile(p));
  }
  const { alpha, beta, low, range } = betaOf(value);
  return low + range * betaQuantile(p, alpha, beta);
}

/** P(X < x): of a certain value, whether it lies below. */
export function shareBelow(value: Quantity, x: number): number {
  const known = certain(value);
  if (known !== null || typeof value === 'number') return (known ?? 0) < x ? 1 : 0;
  if (value.kind === 'uniform') return Math.min(1, Math.max(0, (x - value.low) / (value.high - value.low)));
  if (value.kind === 'lognormal') {
    const { mu, sigma } = lognormalOfInterval(value.low, value.high);
    return x <= 0 ? 0 : normalCdf((Math.log(x) - mu) / sigma);
  }
  const { alpha, beta, low, range } = betaOf(value);
  return betaCdf((x - low) / range, alpha, beta);
}

/** The table that draws of an uncertain quantity come from. */
export function tableFor(value: Exclude<Quantity, number>): TableMaker {
  if (value.kind === 'uniform') return uniformTable(value.low, value.high - value.low);
  if (value.kind === 'lognormal') {
    const { mu, sigma } = lognormalOfInterval(value.low, value.high);
    return normalTable((z) => Math.exp(mu + sigma * z));
  }
  const { alpha, beta, low, range } = betaOf(value);
  return betaTable(alpha, beta, low, range);
}
