import { describe, expect, test } from 'vitest';
import type { Command } from '../../command-contract.ts';
import { nextAct } from './next-act.ts';
import { stepIn } from './walk.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const ME = '01890000-0000-7000-8000-000000000001';
const mine = ['incidents:activate', 'incidents:command'];
const aCommand = (change: Partial<Command>): Command => ({
  id: ME, number: 'INC-2026-00001', title: 'Fire', state: 'open', severity: 3, site: null, timeZone: null, isWalled: false, isSimulated: false, logCount: 0, suggested: { level: 1, levels: [] }, past: [], positions: [], transfers: [], periods: [],
  current: { id: ME, number: 1, level: 2, mode: 'single', why: '', activatedAt: '2026-11-22T10:00:00Z', activatedBy: 'Ana', endedAt: null, endedBy: null, endedWhy: null, leftOpen: null },
  objectives: [], decisions: [], safety: [], timers: [], duties: [], mine, ...change,
});
const objective: Command['objectives'][number] = { id: ME, number: 1, text: 'All out', strategies: '', priority: 1, positionId: null, period: null, state: 'open', setAt: '', setBy: '', changedAt: '', struckAt: null, struckBy: null, struckReason: null, needs: [] };
const period = (endsAt: string): Command['periods'][number] => ({ id: ME, number: 1, startsAt: '2026-11-22T06:00:00Z', endsAt, emphasis: '', endedAt: null, begunBy: '', steps: [] });

describe('the next thing to do', () => {
  test('is to activate, then an objective, then a period, then the next period once it is over', () => {
    expect(nextAct(aCommand({ current: null }), ME, NOW)?.kind).toBe('activate');
    expect(nextAct(aCommand({}), ME, NOW)?.kind).toBe('objective');
    expect(nextAct(aCommand({ objectives: [objective] }), ME, NOW)?.kind).toBe('period');
    expect(nextAct(aCommand({ objectives: [objective], periods: [period('2026-11-22T13:00:00Z')] }), ME, NOW)).toBeNull();
    expect(nextAct(aCommand({ objectives: [objective], periods: [period('2026-11-22T11:00:00Z')] }), ME, NOW)?.kind).toBe('next-period');
  });

  test('is to take command where it was offered to me, before all else, and nothing for who may nothing', () => {
    const transfer: Command['transfers'][number] = { id: ME, holderId: ME, from: 'Ana', toId: ME, to: 'Me', state: 'proposed', briefing: {}, proposedAt: '', decidedAt: null, decidedBy: null, why: '' };
    expect(nextAct(aCommand({ transfers: [transfer] }), ME, NOW)?.kind).toBe('take');
    expect(nextAct(aCommand({ mine: [] }), ME, NOW)).toBeNull();
    expect(nextAct(aCommand({ state: 'closed', current: null }), ME, NOW)).toBeNull();
  });
});

test('arrows walk the chart: down and up in order, left to who leads, right to the first below', () => {
  const places = [{ id: 'a', parentId: null }, { id: 'b', parentId: 'a' }, { id: 'c', parentId: 'b' }, { id: 'd', parentId: 'a' }];
  expect(['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'x'].map((key) => stepIn(places, 'b', key))).toEqual(['c', 'a', 'a', 'c', 'a', 'd', null]);
  expect([stepIn(places, 'd', 'ArrowDown'), stepIn(places, 'a', 'ArrowLeft'), stepIn(places, 'gone', 'ArrowDown')]).toEqual([null, null, 'a']);
});
