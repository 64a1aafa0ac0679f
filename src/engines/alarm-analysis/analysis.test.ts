import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { open } from '../correlation/engine.ts';
import type { Rule } from '../correlation/rule.ts';
import { formsOf, LocalTime, readTime, TIME_FORMS } from './local-time.ts';
import { allOf, type Past } from './past.ts';
import { type Candidate, choose, heldBy } from './savings.ts';
import { Tally } from './tally.ts';

const VITAL = ['duress.panic'];
const TYPES = ['intrusion.alarm', 'access.forced', 'access.requested', 'duress.panic'] as const;

const past = fc.record({
  at: fc.integer({ min: 0, max: 40_000 }).map((s) => Date.UTC(2025, 0, 6) + s * 1000), device: fc.constantFrom('PIR 1', 'PIR 2', 'Door 3'), site: fc.constantFrom('HQ', 'Works', null),
  said: fc.constantFrom('BURG', 'FORCED'), type: fc.constantFrom(...TYPES, null), finding: fc.constantFrom('true', 'false', 'false', 'false', 'unknown'),
}) as fc.Arbitrary<Past>;
const pasts = fc.array(past, { maxLength: 120 }).map((rows) => rows.toSorted((a, b) => a.at - b.at));

const repeats = (type: string, withinS: number): Candidate => ({
  key: `${type} ${withinS}`, types: [type],
  rule: { kind: 'suppress', id: `${type} ${withinS}`, version: 1, title: 'Repeats', cause: { types: [type] }, hold: { types: [type], effects: ['raise'] }, withinMs: withinS * 1000, by: ['zone'], as: 'hold' },
});
const explained: Candidate = {
  key: 'explained', types: ['access.requested', 'access.forced'],
  rule: { kind: 'suppress', id: 'explained', version: 1, title: 'Explained', cause: { types: ['access.requested'] }, hold: { types: ['access.forced'], effects: ['raise'] }, withinMs: 60_000, by: ['site'], as: 'hold' },
};
const CANDIDATES = [repeats('intrusion.alarm', 60), repeats('intrusion.alarm', 3600), repeats('access.forced', 600), explained];

const heldOf = (rows: readonly Past[], candidate: Candidate) => {
  const result = heldBy(rows, candidate, VITAL);
  if (!result.ok) throw new Error(result.reason);
  return result;
};
const tallyOf = (rows: readonly Past[]) => {
  const tally = new Tally();
  const local = new LocalTime('Europe/Berlin');
  for (const row of rows) tally.add(row, local.hourOfWeek(row.at));
  return tally.answer();
};

describe('the tally', () => {
  test('every grouping adds up to all alarms, and the cumulative share of the false ones never falls and ends at 1', () => {
    fc.assert(fc.property(pasts, (rows) => {
      const { counts, devices, types, sites, week } = tallyOf(rows);
      for (const { groups } of [devices, types, sites]) {
        expect(groups.reduce((sum, group) => sum + allOf(group), 0)).toBe(rows.length);
        expect(groups.reduce((sum, group) => sum + group.false, 0)).toBe(counts.false);
        groups.forEach(({ share }, i) => expect(share).toBeGreaterThanOrEqual(groups[i - 1]?.share ?? 0));
        if (counts.false > 0) expect(groups.at(-1)?.share).toBe(1);
      }
      expect([week.reduce((sum, { all }) => sum + all, 0), week.reduce((sum, cell) => sum + cell.false, 0)]).toEqual([rows.length, counts.false]);
    }), { numRuns: 60 });
  });

  test('half is the least number of devices that cause at least half of the false alarms', () => {
    fc.assert(fc.property(pasts, (rows) => {
      const { counts, devices } = tallyOf(rows);
      const upTo = (n: number): number => devices.groups.slice(0, n).reduce((sum, group) => sum + group.false, 0);
      expect(devices.half > 0).toBe(counts.false > 0);
      expect(upTo(devices.half) * 2).toBeGreaterThanOrEqual(counts.false);
      if (counts.false > 0) expect(upTo(devices.half - 1) * 2).toBeLessThan(counts.false);
    }), { numRuns: 60 });
  });

  test('the order of the alarms changes nothing', () => {
    fc.assert(fc.property(pasts, fc.integer(), (rows, seed) => {
      const shuffled = rows.map((row, i) => ({ row, by: Math.sin(seed + i) })).sort((a, b) => a.by - b.by).map(({ row }) => row);
      expect(tallyOf(shuffled)).toEqual(tallyOf(rows));
    }), { numRuns: 40 });
  });
});

describe('the choice of rules', () => {
  test('counts no alarm under two rules, and saves together exactly what the engine would hold with all of them in force', () => {
    fc.assert(fc.property(pasts, (rows) => {
      const chosen = choose(rows, CANDIDATES.map((candidate) => heldOf(rows, candidate)), 3);
      const added = chosen.flatMap(({ adds }) => [...adds.false, ...adds.unknown, ...adds.true]);
      expect(new Set(added).size).toBe(added.length);
      const rules = chosen.map(({ key }) => CANDIDATES.find((candidate) => candidate.key === key)?.rule as Rule);
      const opened = open(rules, { latenessMs: 0, vitalTypes: VITAL });
      if (!opened.ok) throw new Error(opened.reason);
      const inForce = rows.flatMap(({ at, device, site, type }, ref) => (type === null ? [] : opened.engine.step({ ref, at, type, effect: 'raise', site, zone: `${site ?? ''}\u001f${device}` }))).flatMap((out) => (out.effect === 'hold' ? [out.because.at(-1)] : []));
      expect([...added].sort((a, b) => a - b)).toEqual([...new Set(inForce)].map(Number).sort((a, b) => a - b));
    }), { numRuns: 80 });
  });

  test('prefers rules that would have held no true alarm, and lists every true one that a rule would have held', () => {
    fc.assert(fc.property(pasts, (rows) => {
      const tried = CANDIDATES.map((candidate) => heldOf(rows, candidate));
      const chosen = choose(rows, tried, 3);
      const isClean = chosen.map((one) => one.true.length === 0);
      expect(isClean.toSorted((a, b) => Number(b) - Number(a))).toEqual(isClean);
      for (const { key, true: listed } of chosen) expect(listed).toEqual(tried.find((one) => one.key === key)?.held.filter((at) => rows[at]?.finding === 'true'));
    }), { numRuns: 60 });
  });

  test('takes the shorter of two rules that save about as much', () => {
    const rows = Array.from({ length: 30 }, (_, i): Past => ({ at: i * 30_000, device: 'PIR 1', site: 'HQ', said: 'BURG', type: 'intrusion.alarm', finding: 'false' }));
    expect(choose(rows, CANDIDATES.map((candidate) => heldOf(rows, candidate)), 3)).toMatchObject([{ key: 'intrusion.alarm 60', alone: 29, true: [] }]);
  });

  test('a rule that would hold what is vital is refused, and none holds the first of a row', () => {
    fc.assert(fc.property(pasts, (rows) => {
      expect(heldBy(rows, repeats('duress.panic', 3600), VITAL)).toMatchObject({ ok: false, reason: 'Duress, hold-up, fire and medical alarms are never held.' });
      const { held } = heldOf(rows, repeats('access.forced', 600));
      const first = rows.findIndex(({ type }) => type === 'access.forced');
      if (first >= 0) expect(held).not.toContain(first);
    }), { numRuns: 40 });
  });
});

describe('times as files write them', () => {
  const berlin = new LocalTime('Europe/Berlin');
  test.each([
    ['2025-03-04 05:06:07', 'iso', '2025-03-04T04:06:07.000Z'],
    ['2025-03-04T05:06:07.250+0530', 'iso', '2025-03-03T23:36:07.250Z'],
    ['04.03.2025 05:06', 'dmy', '2025-03-04T04:06:00.000Z'],
    ['3/4/2025 5:06:07 PM', 'mdy', '2025-03-04T16:06:07.000Z'],
    ['12/31/2025 12:00 a.m.', 'mdy', '2025-12-30T23:00:00.000Z'],
    ['2025/07/04 05:06', 'ymd', '2025-07-04T03:06:00.000Z'],
    ['1741061167', 'seconds', '2025-03-04T04:06:07.000Z'],
    ['1741061167250', 'milliseconds', '2025-03-04T04:06:07.250Z'],
  ] as const)('%s, written %s, is %s', (cell, form, moment) => {
    expect(new Date(readTime(cell, form, berlin) ?? Number.NaN).toISOString()).toBe(moment);
  });

  test('a time that clocks leap over is refused, and of one that they show twice the earlier is taken', () => {
    expect(readTime('2025-03-30 02:30:00', 'iso', berlin)).toBeNull();
    expect(new Date(readTime('2025-10-26 02:30:00', 'iso', berlin) ?? 0).toISOString()).toBe('2025-10-26T00:30:00.000Z');
  });

  test.each(['31.02.2025 10:00', '2025-03-04', 'yesterday', '', '4/3/25 10:00', '99:99', '=1+1'])('%j is no time', (cell) => {
    expect(TIME_FORMS.filter((form) => readTime(cell, form, berlin) !== null)).toEqual([]);
  });

  test('a file that leaves day and month open says so, and one row settles it', () => {
    expect(formsOf(['03/04/2025 05:06', '05/06/2025 10:00'], berlin)).toEqual(['dmy', 'mdy']);
    expect(formsOf(['03/04/2025 05:06', '25/06/2025 10:00'], berlin)).toEqual(['dmy']);
  });

  test('what clocks show comes back as the moment, in any zone', () => {
    fc.assert(fc.property(fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2030, 0) }), fc.constantFrom('Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe', 'UTC'), (at, zone) => {
      const local = new LocalTime(zone);
      const back = local.momentOf(at + local.shiftAt(at));
      expect(back).not.toBeNull();
      expect(Math.abs((back ?? 0) - at)).toBeLessThanOrEqual(3_600_000);
      expect((back ?? 0) + local.shiftAt(back ?? 0)).toBe(at + local.shiftAt(at));
    }), { numRuns: 100 });
  });
});
