import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { neverSuppressed } from '#modules/alarms/conditions.ts';
import { typeOf } from '#modules/signals/public.ts';
import { compareVersions, FOLDING_TYPES, type HealthFacts, HEALTH_TYPES, statesOf } from './health.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const facts = (more: Partial<HealthFacts> = {}): HealthFacts => ({
  reach: 'up', reachSince: '2026-11-20T00:00:00Z', reachWhy: '', driftMs: null, driftSince: null, certificateUntil: null, warrantyUntil: null, endOfLifeOn: null, firmware: '', wantedFirmware: null, modelEndOfLifeOn: null, faults: [], ...more,
});
const state = (key: string, more: Partial<HealthFacts>) => statesOf(facts(more), NOW).find((one) => one.key === key);

describe('the states of a device', () => {
  test('what nobody ever said is unknown, never good', () => {
    expect(statesOf(facts({ reach: 'unknown' }), NOW).map(({ level }) => level)).toEqual(Array.from({ length: 8 }, () => 'unknown'));
  });

  test('a tamper says since when and by which signal, and stands beside a fault', () => {
    const faults = [{ type: 'equipment.tamper', point: '', since: '2026-11-21T09:00:00Z' }, { type: 'equipment.battery-low', point: '', since: '2026-11-19T09:00:00Z' }];
    expect([state('tamper', { faults }), state('fault', { faults })]).toMatchObject([{ state: 'tampered', level: 'bad', since: '2026-11-21T09:00:00Z', why: ['equipment.tamper'] }, { state: 'faulty', level: 'warn', since: '2026-11-19T09:00:00Z' }]);
  });

  test.each([['2026-11-20', 'ended', 'bad'], ['2026-11-21', 'ending', 'warn'], ['2026-12-20', 'ending', 'warn'], ['2027-11-21', 'valid', 'good']])('a certificate until %s is %s', (certificateUntil, is, level) => {
    expect(state('certificate', { certificateUntil })).toMatchObject({ state: is, level });
  });

  test('firmware is measured against what its model should have', () => {
    expect(['9.9', '9.10.1', ''].map((firmware) => state('firmware', { firmware, wantedFirmware: '9.10' })?.state)).toEqual(['behind', 'current', 'unknown']);
  });

  test('a clock drifts from two minutes on, ahead or behind', () => {
    expect([-120_000, -90_000, 130_000].map((driftMs) => state('clock', { driftMs })?.state)).toEqual(['drifting', 'exact', 'drifting']);
  });
});

test('versions are ordered: either way round says the opposite', () => {
  const version = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
  fc.assert(fc.property(version, version, (a, b) => compareVersions(a, b) === 0 ? compareVersions(b, a) === 0 : compareVersions(a, b) > 0 === compareVersions(b, a) < 0));
});

test('every type that health is kept by is in the taxonomy, and nothing that is never suppressed folds', () => {
  expect(HEALTH_TYPES.filter((key) => !typeOf(key))).toEqual([]);
  expect(FOLDING_TYPES.filter((key) => { const kind = typeOf(key); return !kind || neverSuppressed(kind) || !['video', 'equipment'].includes(kind.family); })).toEqual([]);
});
