import type { Recurrence, Weekday } from './rule.ts';

const DAY_MS = 86_400_000;
/** No day, week, month or year is longer. */
const LONGEST_MS = { DAILY: DAY_MS, WEEKLY: 7 * DAY_MS, MONTHLY: 31 * DAY_MS, YEARLY: 366 * DAY_MS };
/** After so many days, weeks, months or years without one there comes none. */
const MOST_EMPTY = 5_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  formats.set(zone, made);
  return made;
}

/** What the clocks of a zone (IANA) show at a moment, written as if it were UTC, in milliseconds. */
export function wallMs(at: number, zone: string): number {
  const parts = new Map<string, number>(formatOf(zone).formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (type: string): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** The moment at which the clocks of a zone show this: the first of two, and over a gap as if it were not there (RFC 5545 §3.3.5). */
export function momentMs(wall: number, zone: string): number {
  const before = wallMs(wall - DAY_MS, zone) - (wall - DAY_MS);
  const after = wallMs(wall + DAY_MS, zone) - (wall + DAY_MS);
  return wallMs(wall - before, zone) !== wall && wallMs(wall - after, zone) === wall ? wall - after : wall - before;
}

const weekdayOf = (day: number): number => (new Date(day).getUTCDay() + 6) % 7;
const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();

function daysOfWeekdays(year: number, month: number, weekdays: readonly Weekday[]): number[] {
  const length = daysIn(year, month);
  const first = weekdayOf(Date.UTC(year, month, 1));
  return weekdays.flatMap(({ day, nth }) => {
    const all = Array.from({ length: 5 }, (_, i) => 1 + ((day - first + 7) % 7) + i * 7).filter((one) => one <= length);
    return nth === null ? all : [all.at(nth > 0 ? nth - 1 : nth) ?? 0].filter((one) => one > 0);
  });
}

/** The days (as UTC midnights) of the period `k` after the one in which the start lies, in order. */
function daysOf({ frequency, interval, weekdays, monthDay }: Recurrence, start: number, k: number): number[] {
  const [begun, step] = [new Date(start), k * interval];
  const [year, month, day] = [begun.getUTCFullYear(), begun.getUTCMonth(), begun.getUTCDate()];
  const midnight = Date.UTC(year, month, day);
  if (frequency === 'DAILY') return [midnight + step * DAY_MS];
  if (frequency === 'WEEKLY') {
    const monday = midnight - weekdayOf(midnight) * DAY_MS + step * 7 * DAY_MS;
    return (weekdays.length === 0 ? [weekdayOf(midnight)] : weekdays.map((one) => one.day)).map((one) => monday + one * DAY_MS);
  }
  const at = new Date(Date.UTC(year, frequency === 'YEARLY' ? 0 : month + step, 1));
  const [inYear, inMonth] = frequency === 'YEARLY' ? [year + step, month] : [at.getUTCFullYear(), at.getUTCMonth()];
  const length = daysIn(inYear, inMonth);
  const wanted = monthDay ?? day;
  const days = weekdays.length > 0 ? daysOfWeekdays(inYear, inMonth, weekdays) : [wanted > 0 ? wanted : length + 1 + wanted].filter((one) => one >= 1 && one <= length);
  return days.map((one) => Date.UTC(inYear, inMonth, one));
}

/**
 * The first occurrence after a moment, in milliseconds; null where there comes none. The series begins at `startMs`, at
 * whose time of day in the zone each falls, whatever the clocks do; the start itself counts where it fits the rule.
 */
export function nextAfter(rule: Recurrence, { startMs, zone, afterMs }: { startMs: number; zone: string; afterMs: number }): number | null {
  const start = wallMs(startMs, zone);
  const timeOfDay = ((start % DAY_MS) + DAY_MS) % DAY_MS;
  // What is to be counted is counted from the start; else the periods that are surely over are passed over.
  const over = rule.count === null ? Math.max(0, Math.floor((afterMs - start) / (LONGEST_MS[rule.frequency] * rule.interval)) - 2) : 0;
  let counted = 0;
  for (let k = over, empty = 0; empty < MOST_EMPTY; k++, empty++) {
    for (const day of [...new Set(daysOf(rule, start, k))].sort((a, b) => a - b)) {
      const wall = day + timeOfDay;
      if (wall < start) continue;
      empty = 0;
      if (rule.count !== null && ++counted > rule.count) return null;
      // No zone is a day and a half from another.
      if (wall < afterMs - 1.5 * DAY_MS) continue;
      const at = momentMs(wall, zone);
      if (rule.untilMs !== null && at > rule.untilMs) return null;
      if (at > afterMs) return at;
    }
  }
  return null;
}
