import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextAfter, wallMs } from './occurrences.ts';
import { readRecurrence, type Recurrence } from './rule.ts';

const read = (text: string): Recurrence => {
  const rule = readRecurrence(text);
  if (!rule.ok) throw new Error(`${text}: ${rule.reason}`);
  return rule;
};
/** The first so many occurrences from the start on, as the zone's clocks show them. */
function series(text: string, start: string, zone: string, most: number): string[] {
  const [rule, startMs, found] = [read(text), Date.parse(start), [] as string[]];
  for (let at: number | null = startMs - 1; found.length < most; ) {
    at = nextAfter(rule, { startMs, zone, afterMs: at });
    if (at === null) break;
    found.push(new Date(wallMs(at, zone)).toISOString().slice(0, 16));
  }
  return found;
}

describe('the examples of RFC 5545 §3.8.5.3, which begin on 2 September 1997 at nine in New York', () => {
  const NEW_YORK = 'America/New_York';
  const days = (text: string, most: number, start = '1997-09-02T13:00:00Z') => series(text, start, NEW_YORK, most).map((at) => at.slice(2, 10));
  test.each([
    ['daily for 10 occurrences', 'FREQ=DAILY;COUNT=10', 12, ['97-09-02', '97-09-03', '97-09-04', '97-09-05', '97-09-06', '97-09-07', '97-09-08', '97-09-09', '97-09-10', '97-09-11']],
    ['every 10 days, 5 occurrences', 'FREQ=DAILY;INTERVAL=10;COUNT=5', 9, ['97-09-02', '97-09-12', '97-09-22', '97-10-02', '97-10-12']],
    ['weekly on Tuesday and Thursday for five weeks', 'FREQ=WEEKLY;COUNT=10;BYDAY=TU,TH', 12, ['97-09-02', '97-09-04', '97-09-09', '97-09-11', '97-09-16', '97-09-18', '97-09-23', '97-09-25', '97-09-30', '97-10-02']],
    ['every other week on Tuesday and Thursday, for 8 occurrences', 'FREQ=WEEKLY;INTERVAL=2;COUNT=8;BYDAY=TU,TH', 12, ['97-09-02', '97-09-04', '97-09-16', '97-09-18', '97-09-30', '97-10-02', '97-10-14', '97-10-16']],
  ] as const)('%s', (_what, text, most, expected) => expect(days(text, most)).toEqual(expected));

  test.each([
    ['monthly on the first Friday for 10 occurrences', 'FREQ=MONTHLY;COUNT=10;BYDAY=1FR', '1997-09-05T13:00:00Z', ['97-09-05', '97-10-03', '97-11-07', '97-12-05', '98-01-02', '98-02-06', '98-03-06', '98-04-03', '98-05-01', '98-06-05']],
    ['monthly on the second-to-last Monday for 6 months', 'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO', '1997-09-22T13:00:00Z', ['97-09-22', '97-10-20', '97-11-17', '97-12-22', '98-01-19', '98-02-16']],
    ['monthly on the third-to-the-last day of the month', 'FREQ=MONTHLY;BYMONTHDAY=-3', '1997-09-28T13:00:00Z', ['97-09-28', '97-10-29', '97-11-28', '97-12-29', '98-01-29', '98-02-26']],
    ['the 31st, where a month has one', 'FREQ=MONTHLY;BYMONTHDAY=31', '1997-10-31T14:00:00Z', ['97-10-31', '97-12-31', '98-01-31', '98-03-31', '98-05-31', '98-07-31']],
  ] as const)('%s', (_what, text, start, expected) => expect(days(text, expected.length, start)).toEqual(expected));

  test('until a moment, that moment among them', () => expect(days('FREQ=DAILY;UNTIL=19970904T130000Z', 9)).toEqual(['97-09-02', '97-09-03', '97-09-04']));
});

describe('the time of day', () => {
  test('stays what the site’s clocks show when they change', () => {
    expect(series('FREQ=DAILY', '2026-03-27T08:30:00Z', 'Europe/Berlin', 4)).toEqual(['2026-03-27T09:30', '2026-03-28T09:30', '2026-03-29T09:30', '2026-03-30T09:30']);
  });
  test('that the clocks leap over is taken by the clock before, and of two the first', () => {
    const at = (start: string, after: string) => new Date(nextAfter(read('FREQ=DAILY'), { startMs: Date.parse(start), zone: 'Europe/Berlin', afterMs: Date.parse(after) }) ?? 0).toISOString();
    expect(at('2026-03-28T01:30:00Z', '2026-03-28T02:00:00Z')).toBe('2026-03-29T01:30:00.000Z');
    expect(at('2026-10-24T00:30:00Z', '2026-10-24T01:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
  });
});

test('a leap day comes in leap years, and a rule that never fits ends', () => {
  expect(series('FREQ=YEARLY', '2024-02-29T12:00:00Z', 'UTC', 3)).toEqual(['2024-02-29T12:00', '2028-02-29T12:00', '2032-02-29T12:00']);
  expect(series('FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31', '2026-02-01T12:00:00Z', 'UTC', 1)).toEqual([]);
});

test.each([
  ['', 'FREQ'], ['FREQ=HOURLY', 'FREQ'], ['FREQ=DAILY;FREQ=DAILY', 'FREQ'], ['INTERVAL=2', 'FREQ'], ['FREQ=DAILY;INTERVAL=0', 'INTERVAL'], ['FREQ=DAILY;COUNT=x', 'COUNT'], ['FREQ=DAILY;COUNT=2;UNTIL=20260101T000000Z', 'COUNT'], ['FREQ=DAILY;UNTIL=20260230T000000Z', 'UNTIL'],
  ['FREQ=DAILY;BYDAY=MO', 'BYDAY'], ['FREQ=WEEKLY;BYDAY=1MO', 'BYDAY'], ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY'], ['FREQ=WEEKLY;BYMONTHDAY=1', 'BYMONTHDAY'], ['FREQ=MONTHLY;BYMONTHDAY=32', 'BYMONTHDAY'], ['FREQ=DAILY;BYHOUR=3', 'BYHOUR'], ['FREQ=DAILY;', 'FREQ'], ['freq=daily', 'freq'],
])('%j is refused at %s', (text, at) => expect(readRecurrence(text)).toMatchObject({ ok: false, at }));

/** Day by day, by asking of each whether it fits: slower, and of another make. */
function byAsking(rule: Recurrence, startMs: number, afterMs: number): number | null {
  const DAY = 86_400_000;
  const start = new Date(startMs);
  for (let at = startMs; at < afterMs + 3000 * DAY; at += DAY) {
    const day = new Date(at);
    const weekday = (day.getUTCDay() + 6) % 7;
    const last = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
    const months = (day.getUTCFullYear() - start.getUTCFullYear()) * 12 + day.getUTCMonth() - start.getUTCMonth();
    const monday = (ms: number) => Math.floor((Math.floor(ms / DAY) + 3) / 7);
    const isNth = ({ day: wanted, nth }: { day: number; nth: number | null }) => wanted === weekday && (nth === null || (nth > 0 ? Math.ceil(day.getUTCDate() / 7) === nth : Math.ceil((last - day.getUTCDate() + 1) / 7) === -nth));
    const fits = {
      DAILY: () => Math.round((at - startMs) / DAY) % rule.interval === 0,
      WEEKLY: () => (monday(at) - monday(startMs)) % rule.interval === 0 && (rule.weekdays.length === 0 ? day.getUTCDay() === start.getUTCDay() : rule.weekdays.some(isNth)),
      MONTHLY: () => months % rule.interval === 0 && (rule.weekdays.length > 0 ? rule.weekdays.some(isNth) : day.getUTCDate() === (rule.monthDay === null ? start.getUTCDate() : rule.monthDay > 0 ? rule.monthDay : last + 1 + rule.monthDay)),
      YEARLY: () => (day.getUTCFullYear() - start.getUTCFullYear()) % rule.interval === 0 && day.getUTCMonth() === start.getUTCMonth() && day.getUTCDate() === start.getUTCDate(),
    }[rule.frequency]();
    if (fits && at > afterMs) return at;
  }
  return null;
}

test('the next one is what asking each day finds, for any rule', () => {
  const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
  const texts = fc.oneof(
    fc.integer({ min: 1, max: 40 }).map((n) => `FREQ=DAILY;INTERVAL=${n}`),
    fc.tuple(fc.integer({ min: 1, max: 5 }), fc.uniqueArray(weekday, { minLength: 0, maxLength: 4 })).map(([n, days]) => `FREQ=WEEKLY;INTERVAL=${n}${days.length > 0 ? `;BYDAY=${days.join(',')}` : ''}`),
    fc.tuple(fc.integer({ min: 1, max: 7 }), fc.constantFrom('1', '2', '4', '5', '-1', '-2', '-5', ''), weekday).map(([n, nth, day]) => `FREQ=MONTHLY;INTERVAL=${n};BYDAY=${nth}${day}`),
    fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: -31, max: 31 }).filter((day) => day !== 0)).map(([n, day]) => `FREQ=MONTHLY;INTERVAL=${n};BYMONTHDAY=${day}`),
    fc.integer({ min: 1, max: 3 }).map((n) => `FREQ=YEARLY;INTERVAL=${n}`),
  );
  const moments = fc.integer({ min: Date.UTC(2020, 0, 1) / 60_000, max: Date.UTC(2030, 0, 1) / 60_000 }).map((minutes) => minutes * 60_000);
  fc.assert(fc.property(texts, moments, fc.integer({ min: -10, max: 900 }), (text, startMs, days) => {
    const [rule, afterMs] = [read(text), startMs + days * 86_400_000 + 1];
    const expected = byAsking(rule, startMs, afterMs);
    const found = nextAfter(rule, { startMs, zone: 'UTC', afterMs });
    if (expected !== null) expect(found).toBe(expected);
    else expect(found === null || found > afterMs + 2999 * 86_400_000).toBe(true);
  }), { numRuns: 200 });
});
