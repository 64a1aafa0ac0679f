import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Setting } from './contract.ts';
import { type Past, whatIsDue } from './schedule.ts';

const BERLIN: Setting & { beganAt: string } = { beganAt: '2026-01-01T00:00:00Z', isOn: true, atHour: 2, timeZone: 'Europe/Berlin', keep: 7, proveEveryDays: 1, version: 1 };
const backup = (askedAt: string, state = 'done', cause = 'scheduled'): Past => ({ kind: 'backup', cause, state, askedAt });
const proof = (askedAt: string, state = 'done'): Past => ({ kind: 'proof', cause: 'scheduled', state, askedAt });

describe('the schedule', () => {
  test.each([
    ['before its hour', '2026-11-21T00:59:00Z', [backup('2026-11-20T01:00:00Z'), proof('2026-11-20T01:10:00Z')], null],
    ['at its hour', '2026-11-21T01:00:00Z', [backup('2026-11-20T01:00:00Z'), proof('2026-11-20T01:10:00Z')], 'backup'],
    ['once it was made', '2026-11-21T01:00:20Z', [backup('2026-11-21T01:00:00Z'), proof('2026-11-20T01:10:00Z')], 'proof'],
    ['once it was proven', '2026-11-21T01:10:00Z', [proof('2026-11-21T01:01:00Z'), backup('2026-11-21T01:00:00Z')], null],
    ['where the machine slept through the hour', '2026-11-21T17:00:00Z', [backup('2026-11-19T01:00:00Z'), proof('2026-11-21T16:00:00Z')], 'backup'],
    ['where one was asked for by hand', '2026-11-21T01:00:00Z', [backup('2026-11-21T00:30:00Z', 'done', 'asked'), proof('2026-11-21T00:40:00Z')], 'backup'],
    ['where the backup of the day failed', '2026-11-21T05:00:00Z', [backup('2026-11-21T01:00:00Z', 'failed'), proof('2026-11-20T10:00:00Z'), backup('2026-11-20T01:00:00Z')], null],
    ['after a proof that failed just now', '2026-11-21T05:00:00Z', [proof('2026-11-21T01:01:00Z', 'failed'), backup('2026-11-21T01:00:00Z')], null],
    ['some hours after a proof that failed', '2026-11-21T08:00:00Z', [proof('2026-11-21T01:01:00Z', 'failed'), backup('2026-11-21T01:00:00Z')], 'proof'],
    ['without any backup to prove', '2026-11-21T05:00:00Z', [backup('2026-11-21T01:00:00Z', 'failed')], null],
    ['where the newest is proven already', '2026-11-23T00:30:00Z', [proof('2026-11-21T01:01:00Z'), backup('2026-11-21T01:00:00Z')], null],
    ['at midnight after one that was asked for by day', '2026-11-21T23:30:00Z', [backup('2026-11-21T12:00:00Z', 'done', 'asked'), proof('2026-11-21T01:01:00Z'), backup('2026-11-21T01:00:00Z')], null],
    ['where no backup of the day comes', '2026-11-23T01:30:00Z', [backup('2026-11-23T01:00:00Z', 'failed'), backup('2026-11-22T12:00:00Z', 'done', 'asked'), proof('2026-11-21T01:01:00Z')], 'proof'],
    ['in an empty system', '2026-11-21T23:30:00Z', [], null],
    ['in the night that has no such hour', '2026-03-29T01:00:00Z', [backup('2026-03-28T01:00:00Z'), proof('2026-03-28T20:00:00Z')], 'backup'],
    ['in the second of two such hours', '2026-10-25T01:30:00Z', [backup('2026-10-25T00:00:00Z'), proof('2026-10-25T00:10:00Z')], null],
  ] as const)('%s', (_when, now, past, due) => {
    expect(whatIsDue(BERLIN, past, new Date(now))).toBe(due);
  });

  test.each([
    ['2026-11-21T00:30:00Z', '2026-11-21T01:00:00Z', 'backup'], ['2026-11-21T01:30:00Z', '2026-11-21T22:00:00Z', null], ['2026-11-21T01:30:00Z', '2026-11-22T00:30:00Z', null], ['2026-11-21T01:30:00Z', '2026-11-22T01:00:00Z', 'backup'],
  ])('begun at %s, it is due at %s: %s', (beganAt, now, due) => {
    expect(whatIsDue({ ...BERLIN, beganAt }, [], new Date(now))).toBe(due);
  });

  test('is silent where it is off', () => {
    expect(whatIsDue({ ...BERLIN, isOn: false }, [], new Date('2026-11-21T12:00:00Z'))).toBe(null);
  });

  test('asks each week only where it was told so', () => {
    const past = [proof('2026-11-15T01:01:00Z'), backup('2026-11-21T01:00:00Z')].toSorted((a, b) => (a.askedAt < b.askedAt ? 1 : -1));
    expect(whatIsDue({ ...BERLIN, proveEveryDays: 7 }, past, new Date('2026-11-21T02:00:00Z'))).toBe(null);
    expect(whatIsDue({ ...BERLIN, proveEveryDays: 5 }, past, new Date('2026-11-21T02:00:00Z'))).toBe('proof');
  });

  test('makes one backup a local day in every zone at every hour, whatever the clocks do', () => {
    fc.assert(fc.property(fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'), fc.nat(23), fc.constantFrom('2026-03-25', '2026-10-22', '2026-04-02', '2026-07-01'), (timeZone, atHour, from) => {
      const past: Past[] = [];
      for (let at = Date.parse(`${from}T00:00:00Z`); at < Date.parse(`${from}T00:00:00Z`) + 12 * 86_400_000; at += 600_000) {
        if (whatIsDue({ ...BERLIN, timeZone, atHour }, past, new Date(at)) === 'backup') past.unshift(backup(new Date(at).toISOString()));
      }
      const days = past.map(({ askedAt }) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date(askedAt)));
      expect(new Set(days).size).toBe(days.length);
      expect(days.length).toBeGreaterThanOrEqual(11);
    }), { numRuns: 15 });
  });
});
