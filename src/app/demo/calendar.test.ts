import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayIn, minuteIn, minutesOf, momentOf } from './calendar.ts';

describe('moments of a clock time in a zone', () => {
  it.each([
    ['2026-11-21', '08:30', 'Europe/Amsterdam', '2026-11-21T07:30:00.000Z'],
    ['2026-07-01', '08:30', 'Europe/Amsterdam', '2026-07-01T06:30:00.000Z'],
    ['2026-11-21', '02:20', 'Asia/Kolkata', '2026-11-20T20:50:00.000Z'],
    ['2026-11-21', '23:41', 'America/Chicago', '2026-11-22T05:41:00.000Z'],
    ['2026-03-29', '12:00', 'Europe/Amsterdam', '2026-03-29T10:00:00.000Z'],
    ['2026-03-29', '01:30', 'Europe/Amsterdam', '2026-03-29T00:30:00.000Z'],
  ])('%s %s in %s', (day, clock, zone, moment) => expect(momentOf(day, minutesOf(clock), zone).toISOString()).toBe(moment));

  it('come back as the same day and minute, except in the hour that a clock jumps over', () => {
    const day = fc.integer({ min: 0, max: 800 }).map((days) => addDays('2025-06-01', days));
    fc.assert(fc.property(day, fc.integer({ min: 4 * 60, max: 22 * 60 }), fc.constantFrom('Europe/Amsterdam', 'America/New_York', 'America/Sao_Paulo', 'Asia/Kolkata', 'Africa/Nairobi'), (on, minute, zone) => {
      const moment = momentOf(on, minute, zone);
      return dayIn(moment, zone) === on && minuteIn(moment, zone) === minute;
    }));
  });
});
