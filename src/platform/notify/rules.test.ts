import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isZone, outsideWords, type Quiet, quietEnd } from './rules.ts';

const night = (zone: string): Quiet => ({ zone, fromMinute: 22 * 60, toMinute: 7 * 60 });
const end = (at: string, quiet: Quiet): string | null => quietEnd(new Date(at), quiet)?.toISOString() ?? null;

test('quiet hours go over midnight, in the zone of the person', () => {
  expect([end('2026-11-21T20:59:00Z', night('Europe/Berlin')), end('2026-11-21T21:00:00Z', night('Europe/Berlin')), end('2026-11-22T05:59:30Z', night('Europe/Berlin')), end('2026-11-22T06:00:00Z', night('Europe/Berlin'))]).toEqual([null, '2026-11-22T06:00:00.000Z', '2026-11-22T06:00:00.000Z', null]);
  expect(end('2026-11-21T13:00:00Z', night('Asia/Kolkata'))).toBeNull();
  expect(end('2026-11-21T17:00:00Z', night('Asia/Kolkata'))).toBe('2026-11-22T01:30:00.000Z');
});

test('quiet hours end at seven by the wall clock also in the nights when clocks change', () => {
  expect(end('2026-03-28T22:30:00Z', night('Europe/Berlin'))).toBe('2026-03-29T05:00:00.000Z');
  expect(end('2026-10-24T21:30:00Z', night('Europe/Berlin'))).toBe('2026-10-25T06:00:00.000Z');
  // The end falls into the hour that is left out.
  expect(end('2026-03-29T00:30:00Z', { zone: 'Europe/Berlin', fromMinute: 60, toMinute: 150 })).toBe('2026-03-29T01:00:00.000Z');
});

test('from any moment and in any zone: outside they do not hold, inside they hold until their end and not at it', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia', 'America/St_Johns'];
  const minute = fc.integer({ min: 0, max: 1439 });
  const at = fc.integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2027-12-31T00:00:00Z') });
  fc.assert(fc.property(at, fc.constantFrom(...zones), minute, minute, (when, zone, fromMinute, toMinute) => {
    fc.pre(fromMinute !== toMinute);
    const quiet = { zone, fromMinute, toMinute };
    const until = quietEnd(new Date(when), quiet);
    if (until === null) return;
    expect(until.getTime()).toBeGreaterThan(when);
    expect(until.getTime() - when).toBeLessThanOrEqual(27 * 3_600_000);
    expect(quietEnd(until, quiet)).toBeNull();
    for (let between = when; between < until.getTime(); between += 61 * 60_000) expect(quietEnd(new Date(between), quiet)).toEqual(until);
  }), { numRuns: 200 });
});

test('zones are those that the runtime knows', () => expect(['Europe/Berlin', 'UTC', 'Mars/Olympus', '', '../etc'].map(isZone)).toEqual([true, true, false, false, false]));

test('a message that leaves says what it is about, unless that stands behind a wall', () => {
  expect(outsideWords('A task is yours', '', { number: 'INC-2026-00001', title: 'Van at the fence', isWalled: false })).toEqual({ title: 'A task is yours: INC-2026-00001, Van at the fence', text: 'A task is yours.\nINC-2026-00001, Van at the fence' });
  const hidden = outsideWords('You stand behind a wall', 'never', { number: 'INC-W-2026-00002', title: 'Threat by an employee', isWalled: true });
  expect(JSON.stringify(hidden)).not.toMatch(/INC|Threat|wall|never/);
  expect(outsideWords('A job has ended', 'Import of sites', null)).toEqual({ title: 'A job has ended: Import of sites', text: 'A job has ended.\nImport of sites' });
});
