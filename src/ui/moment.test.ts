import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readMoment, type Meaning } from './moment.ts';
import { momentsOf, wallAt } from './zone.ts';

const NOW = new Date('2026-11-21T02:14:31Z');
const read = (typed: string, timeZone = 'Europe/London', meaning: Meaning = 'past', now = NOW): string => {
  const found = readMoment(typed, { now, timeZone, meaning });
  return found.ok ? `${found.at.toISOString().replace('.000', '')}${found.isTwice ? ' twice' : ''}` : found.refused;
};

it('takes four figures as the last such time at the site', () => {
  expect(read('0212')).toBe('2026-11-21T02:12:00Z');
  expect(read('0412')).toBe('2026-11-20T04:12:00Z');
  expect(read('04:12:30')).toBe('2026-11-20T04:12:30Z');
  expect(read('1012', 'Asia/Singapore')).toBe('2026-11-21T02:12:00Z');
});

it('takes them as the next such time where an end is asked for', () => {
  expect(read('0200', 'Europe/London', 'future')).toBe('2026-11-22T02:00:00Z');
  expect(read('0412', 'Europe/London', 'future')).toBe('2026-11-21T04:12:00Z');
});

it('counts from now', () => {
  expect(['-20m', '- 20 m', '+1h30m', '+8h', '-90s', '-3d', 'now'].map((typed) => read(typed))).toEqual(['2026-11-21T01:54:31Z', '2026-11-21T01:54:31Z', '2026-11-21T03:44:31Z', '2026-11-21T10:14:31Z', '2026-11-21T02:13:01Z', '2026-11-18T02:14:31Z', '2026-11-21T02:14:31Z']);
});

it('takes days by name and by date, in the site’s calendar', () => {
  expect(read('yesterday 1800')).toBe('2026-11-20T18:00:00Z');
  expect(read('Yesterday 18:00', 'Pacific/Auckland')).toBe('2026-11-20T05:00:00Z');
  expect(['14 Nov 0410', '14 november 2025, 04:10', '2026-11-14 0410', '2026-11-14T04:10'].map((typed) => read(typed, 'Asia/Singapore'))).toEqual(['2026-11-13T20:10:00Z', '2025-11-13T20:10:00Z', '2026-11-13T20:10:00Z', '2026-11-13T20:10:00Z']);
  expect(read('2026-11-14T04:10:00+08:00')).toBe('2026-11-13T20:10:00Z');
});

it('takes days as German says them, in any language', () => {
  expect(['gestern 1800', 'heute 0100', 'jetzt', '14. Nov. 0410', '1. März 2026 0410', '3 Okt 0410', '31. Dez. 2025, 04:10'].map((typed) => read(typed))).toEqual([
    '2026-11-20T18:00:00Z', '2026-11-21T01:00:00Z', '2026-11-21T02:14:31Z', '2026-11-14T04:10:00Z', '2026-03-01T04:10:00Z', '2026-10-03T03:10:00Z', '2025-12-31T04:10:00Z',
  ]);
});

it('says why it took nothing', () => {
  expect(['', 'soon', '12', '2512', '0461', '20m', 'yesterday', '14 Foo 0410', '- m'].map((typed) => read(typed))).toEqual(Array(9).fill('unreadable'));
  expect(['31 Feb 0410', '2025-02-29 0410'].map((typed) => read(typed))).toEqual(['no-such-day', 'no-such-day']);
});

it('refuses a time over which the clocks leap, and says of one that comes twice that it does', () => {
  expect(read('29 Mar 2026 0230', 'Europe/Berlin')).toBe('leapt');
  expect(read('25 Oct 2026 0230', 'Europe/Berlin')).toBe('2026-10-25T00:30:00Z twice');
});

it('gives a moment whose clock reads what was typed, in any zone', () => {
  const zones = fc.constantFrom('UTC', 'Europe/London', 'America/New_York', 'Asia/Kolkata', 'Asia/Singapore', 'Pacific/Apia', 'Australia/Lord_Howe');
  const instant = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(zones, instant, (zone, at) => {
      const wall = wallAt(at, zone);
      const moments = momentsOf(wall, zone);
      expect(moments.map((moment) => moment.getTime())).toContain(Math.floor(at.getTime() / 1_000) * 1_000);
      const two = (value: number) => String(value).padStart(2, '0');
      const found = readMoment(`${wall.year}-${two(wall.month)}-${two(wall.day)} ${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`, { now: NOW, timeZone: zone });
      expect(found.ok && wallAt(found.at, zone)).toEqual(wall);
    }),
  );
});
