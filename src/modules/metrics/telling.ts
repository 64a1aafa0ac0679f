import { type Figure, isFewIn, suppressed, suppressedParts } from './figure-rules.ts';

/**
 * The figure of a site for who may not read its records: shown only where every group below it is shown in the list by site of all that they read, so
 * that it says nothing which that list does not. `leaves` are the figures of all sites by themselves, `readable` those whose records they may read.
 */
export function tellableAt(leaves: ReadonlyMap<string, Figure>, below: ReadonlySet<string>, readable: ReadonlySet<string | null>): boolean {
  const unread = [...leaves].filter(([site]) => !readable.has(site)).map(([site, figure]) => ({ site, figure }));
  return suppressedParts(unread).every(({ site, figure }) => !below.has(site) || !figure.isFew);
}

const TOLD = ['n', 'rest', 'missing'] as const;
const told = ({ n, of, missing }: Figure): Record<(typeof TOLD)[number], number> => ({ n: n ?? 0, rest: (of ?? 0) - (n ?? 0), missing: missing ?? 0 });

/**
 * A quarter beside its months, for who may not read the records: what came late, or changed, between the freezing of the months and of the quarter
 * is the difference, and must not be one to four of anything; a month that is hidden hides the quarter.
 */
export function tellableQuarter(quarter: Figure, months: readonly Figure[]): boolean {
  if (months.length !== 3 || months.some((month) => suppressed(month).isFew)) return false;
  const [whole, parts] = [told(quarter), months.map(told)];
  return TOLD.every((key) => !isFewIn(Math.abs(whole[key] - parts.reduce((sum, part) => sum + part[key], 0))));
}
