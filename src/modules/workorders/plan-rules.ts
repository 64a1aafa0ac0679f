import { wallMs } from '#engines/recurrence/occurrences.ts';

export const UNITS = ['day', 'week', 'month'] as const;
export type Unit = (typeof UNITS)[number];
/** How often a plan comes: from a day on, every so many days, weeks or months. */
export type Rhythm = { startsOn: string; every: number; unit: Unit };

const DAY_MS = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const msOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** The day (`2026-11-22`) on the clocks of a zone at a moment. */
export const dayIn = (atMs: number, zone: string): string => dayOf(wallMs(atMs, zone));
export const addDays = (day: string, days: number): string => dayOf(msOf(day) + days * DAY_MS);

/** The n-th day of a rhythm, the first with n = 0. Of a month that is too short, its last day; the next is the start's day again. */
export function nthDay({ startsOn, every, unit }: Rhythm, n: number): string {
  if (unit !== 'month') return addDays(startsOn, n * every * (unit === 'week' ? 7 : 1));
  const [year = 1970, month = 1, day = 1] = startsOn.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + n * every, 1));
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return dayOf(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), Math.min(day, length)));
}

/** No day of a rhythm is farther from the next than so many. */
const SHORTEST = { day: 1, week: 7, month: 28 } as const;

/** Every day of a rhythm after one day (null: from its start) up to and with another, in order, at most `most`: none is passed over, however long nobody asked. */
export function daysOf(rhythm: Rhythm, { after, until, most = 2_000 }: { after: string | null; until: string; most?: number }): string[] {
  const { startsOn, every, unit } = rhythm;
  const since = after === null ? 0 : Math.floor((msOf(after) - msOf(startsOn)) / (31 * DAY_MS * every));
  const days: string[] = [];
  for (let n = Math.max(0, unit === 'month' ? since - 1 : after === null ? 0 : Math.floor((msOf(after) - msOf(startsOn)) / (SHORTEST[unit] * DAY_MS * every))); days.length < most; n++) {
    const day = nthDay(rhythm, n);
    if (day > until) break;
    if (after === null || day > after) days.push(day);
  }
  return days;
}

export const RESULTS = ['passed', 'failed', 'not-applicable'] as const;
export type Result = (typeof RESULTS)[number];
