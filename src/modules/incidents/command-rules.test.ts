import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { incidentTypes } from './classification.ts';
import { cycleOf, doctrine, isSingle, kindOf, mayStandUnder, missingTopics, type Node, POSITION_KINDS, type PositionKind, spanOf, spans } from './command-rules.ts';
import { startsWith } from './command/starts.ts';

describe('what a command starts with', () => {
  test('every type at every level has one commander, each position once, under one that may lead it', () => {
    for (const type of [null, ...incidentTypes.map(({ key }) => key)]) {
      for (const level of [1, 2, 3, 4]) {
        const starts = startsWith(type, level);
        expect(starts.filter(({ kind }) => kind === 'commander')).toHaveLength(1);
        expect(starts[0]?.kind).toBe('commander');
        expect(new Set(starts.map(({ title }) => title)).size).toBe(starts.length);
        for (const [i, { kind, under }] of starts.entries()) {
          if (under === null) continue;
          expect(mayStandUnder(kind, under), `${type} ${level}: ${kind} under ${under}`).toBe(true);
          expect(starts.slice(0, i).some((one) => one.kind === under), `${type} ${level}: ${under} before ${kind}`).toBe(true);
          if (isSingle(kind)) expect(starts.filter((one) => one.kind === kind)).toHaveLength(1);
        }
      }
    }
  });

  test('a fire at the third level has all sections, a group for the evacuation and a staging area', () => {
    expect(startsWith('fire', 3).map(({ title }) => title)).toEqual(expect.arrayContaining(['Operations section chief', 'Planning section chief', 'Logistics section chief', 'Finance and administration section chief', 'Evacuation group', 'Staging area manager']));
    expect(startsWith('fire', 1).map(({ kind }) => kind)).toEqual(['commander']);
  });

  test('every kind has its words, and no kind can come to stand above itself', () => {
    const above = (kind: PositionKind, seen: readonly PositionKind[] = []): boolean => seen.includes(kind) || (kindOf(kind)?.under ?? []).some((one) => above(one, [...seen, kind]));
    expect(doctrine.kinds.map(({ key }) => key)).toEqual(POSITION_KINDS);
    expect(doctrine.kinds.flatMap(({ under }) => under).filter((one) => !POSITION_KINDS.includes(one))).toEqual([]);
    for (const kind of POSITION_KINDS) {
      expect(kindOf(kind)?.duty).toMatch(/\.$/);
      expect(above(kind), kind).toBe(false);
    }
  });
});

describe('the span of control', () => {
  test('three to seven is manageable, fewer is narrow, more is wide (NIMS 2017)', () => {
    expect([0, 1, 2, 3, 5, 7, 8, 30].map((n) => spanOf(n).verdict)).toEqual(['none', 'narrow', 'narrow', 'ok', 'ok', 'ok', 'wide', 'wide']);
  });

  test('every open position but a deputy counts once, for the one it answers to', () => {
    fc.assert(fc.property(fc.array(fc.record({ up: fc.nat(20), kind: fc.constantFrom('group' as const, 'deputy' as const), isClosed: fc.boolean() }), { maxLength: 20 }), (rows) => {
      const nodes: Node[] = [{ id: '0', parentId: null, kind: 'commander', isClosed: false }, ...rows.map(({ up, ...row }, i) => ({ ...row, id: String(i + 1), parentId: String(up % (i + 1)) }))];
      const total = [...spans(nodes).values()].reduce((sum, { reports }) => sum + reports, 0);
      expect(total).toBe(rows.filter(({ kind, isClosed }) => kind === 'group' && !isClosed).length);
    }), { numRuns: 50 });
  });
});

describe('the planning cycle', () => {
  const period = { startsAt: '2026-11-22T06:00:00Z', endsAt: '2026-11-22T18:00:00Z' };
  const at = (time: string) => Date.parse(`2026-11-22T${time}:00Z`);

  test('counts its times back from the end of the period, in order, all before the end', () => {
    const steps = cycleOf(period, new Map(), at('06:00'));
    expect(steps.map(({ dueAt }) => dueAt.slice(11, 16))).toEqual(['09:00', '10:12', '11:24', '12:36', '13:48', '15:00', '16:48', '17:38']);
    expect(steps.map(({ state }) => state)).toEqual(['next', ...Array.from({ length: doctrine.cycle.length - 1 }, () => 'ahead')]);
  });

  test('what is done is done, what is past its time is late, and the first that is not done is next', () => {
    const steps = cycleOf(period, new Map([['objectives', '2026-11-22T08:50:00Z']]), at('11:30'));
    expect(steps.slice(0, 4).map(({ state }) => state)).toEqual(['done', 'late', 'late', 'ahead']);
    expect(cycleOf(period, new Map([['objectives', '2026-11-22T08:50:00Z']]), at('09:00'))[1]?.state).toBe('next');
  });
});

test('a briefing says the situation, the objectives and the concerns', () => {
  expect(missingTopics({ situation: 'Fire on the third floor' }).map(({ key }) => key)).toEqual(['objectives', 'concerns']);
  expect(missingTopics({ situation: 'a', objectives: 'b', concerns: 'c' })).toEqual([]);
});
