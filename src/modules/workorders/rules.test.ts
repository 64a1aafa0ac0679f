import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAULT_CODES, suggestedCode } from './fault-codes.ts';
import { eventTypes } from '#modules/signals/public.ts';
import { type Check, dueOf, type Heard, isPassed, tickOff } from './rules.ts';

const targets = { urgentHours: 4, highHours: 24, normalDays: 5, lowDays: 20 };
const due = (priority: number, at: string, zone = 'Europe/Amsterdam') => new Date(dueOf({ priority, atMs: Date.parse(at), zone, targets })).toISOString();
const check = (expect: Check['expect'], deviceId = 'd1'): Check => ({ deviceId, expect, heardAt: null, signalKey: null, type: null });
const heard = (second: number, effect: string, more: Partial<Heard> = {}): Heard => ({ deviceId: 'd1', at: new Date(second * 1000).toISOString(), signalKey: `k${second}`, type: 'intrusion.alarm', effect, isLoss: false, ...more });

describe('when work is due', () => {
  test('urgent and high priority run by the clock, the others to five in the afternoon on the site’s clocks, whatever summer time does', () => {
    expect(due(1, '2026-11-22T22:00:00Z')).toBe('2026-11-23T02:00:00.000Z');
    expect(due(2, '2026-11-22T22:00:00Z')).toBe('2026-11-23T22:00:00.000Z');
    expect(due(3, '2026-11-22T22:00:00Z')).toBe('2026-11-27T16:00:00.000Z');
    expect(due(3, '2026-11-22T23:30:00Z')).toBe('2026-11-28T16:00:00.000Z');
    expect(due(4, '2026-03-20T12:00:00Z')).toBe('2026-04-09T15:00:00.000Z');
    expect(due(3, '2026-11-22T22:00:00Z', 'America/New_York')).toBe('2026-11-27T22:00:00.000Z');
  });
});

describe('a retest', () => {
  test('ticks an alarm and its restore in this order only, and never both by one signal', () => {
    const asked = [check('alarm'), check('restore')];
    expect(isPassed(tickOff(asked, [heard(1, 'restore'), heard(2, 'raise')]))).toBe(false);
    expect(isPassed(tickOff(asked, [heard(2, 'restore'), heard(1, 'raise')]))).toBe(true);
    expect(isPassed(tickOff(asked, [heard(1, 'raise'), heard(1, 'restore')]))).toBe(false);
  });
  test('takes no word of another device, nor that a device is gone, for a word of the device itself', () => {
    expect(isPassed(tickOff([check('any')], [heard(1, 'raise', { deviceId: 'd2' }), heard(2, 'raise', { isLoss: true })]))).toBe(false);
    expect(isPassed(tickOff([check('any')], [heard(3, 'restore', { isLoss: true })]))).toBe(true);
    expect(isPassed([])).toBe(false);
  });
  test('says the same however what was heard is cut into readings', () => {
    const one = fc.record({ second: fc.integer({ min: 1, max: 40 }), effect: fc.constantFrom('raise', 'restore', 'restore-point', 'note', 'cancel'), deviceId: fc.constantFrom('d1', 'd2'), isLoss: fc.boolean() });
    fc.assert(fc.property(fc.uniqueArray(one, { selector: ({ second }) => second, maxLength: 12 }), fc.nat(12), (all, cut) => {
      const inOrder = all.map(({ second, effect, ...more }) => heard(second, effect, more)).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
      const asked = [check('alarm'), check('restore'), check('any', 'd2')];
      expect(tickOff(tickOff(asked, inOrder.slice(0, cut)), inOrder.slice(Math.max(0, cut - 2)))).toEqual(tickOff(asked, inOrder));
    }), { numRuns: 200 });
  });
});

test('fault codes stand once each, and name types of events that there are', () => {
  const known = new Set(eventTypes.map(({ key }) => key));
  expect(new Set(FAULT_CODES.map(({ code }) => code)).size).toBe(FAULT_CODES.length);
  expect(FAULT_CODES.flatMap(({ types }) => types).filter((type) => !known.has(type))).toEqual([]);
  expect([suggestedCode('equipment.battery-low'), suggestedCode('fire.alarm')]).toEqual(['power.battery', 'other']);
});
