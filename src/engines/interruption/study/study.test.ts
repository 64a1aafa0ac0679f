import { describe, expect, it } from 'vitest';
import { estimateInterruption } from '../path/easi.ts';
import type { Response } from '../path/task.ts';
import type { Facility } from '../plan/facility.ts';
import type { Way } from '../plan/model.ts';
import { good } from '../testing.ts';
import { openStudy } from './study.ts';

const RESPONSE: Response = { timeS: 100, timeSdS: 30, communication: 0.95 };
const way = (detection: number, delayS: number, tactic?: Way['tactic']): Way => ({ detection, place: 'B', delayS, ...(tactic && { tactic }) });

/** A yard with a gate and a fence, a hall behind a door or a window, a safe in it. */
const FACILITY: Facility = {
  outside: 'outside',
  zones: [{ id: 'outside', speedMps: 2 }, { id: 'yard', speedMps: 2, crossing: { detection: 0.3, place: 'M' } }, { id: 'hall', speedMps: 2 }, { id: 'attic', speedMps: 2 }],
  portals: [
    { id: 'gate', zones: ['outside', 'yard'], at: { x: 0, y: 10 }, ways: [way(0.5, 20, 'force'), way(0.1, 60, 'stealth')] },
    { id: 'door', zones: ['yard', 'hall'], at: { x: 20, y: 10 }, ways: [way(0.9, 60)] },
    { id: 'window', zones: ['yard', 'hall'], at: { x: 20, y: 16 }, ways: [way(0.2, 30)] },
  ],
  targets: [{ id: 'safe', zone: 'hall', at: { x: 30, y: 10 }, ways: [way(0.8, 90)] }],
};

describe('a facility that is studied', () => {
  const { study } = good(openStudy(FACILITY));

  it.each(['mixed', 'stealth', 'force', 'deceit'] as const)('says of the path of %s what EASI says of its tasks, step by step', (strategy) => {
    const { path } = good(study.weakest('safe', strategy, RESPONSE));
    const easi = good(estimateInterruption(study.tasksOf(path), RESPONSE));
    expect(path.easi).toBeCloseTo(easi.interruption, 12);
    path.steps.forEach((step, i) => expect([step.remainingS, step.inTime, step.firstDetection]).toEqual([expect.closeTo(easi.tasks[i]?.remainingS ?? -1, 9), expect.closeTo(easi.tasks[i]?.inTime ?? -1, 12), expect.closeTo(easi.tasks[i]?.firstDetection ?? -1, 12)]));
  });

  it('names each element where it is passed, and the last sensor that leaves time enough', () => {
    const { path } = good(study.weakest('safe', 'force', RESPONSE));
    expect(path.steps.map(({ element, tactic, at }) => [element?.id ?? 'walk', tactic, at])).toEqual([['gate', 'force', { x: 0, y: 10 }], ['yard', null, null], ['window', null, { x: 20, y: 16 }], ['walk', null, null], ['safe', null, { x: 30, y: 10 }]]);
    expect(path.steps[path.critical ?? -1]?.element?.id).toBe('window');
    expect(path.delayS).toBeCloseTo(20 + Math.hypot(20, 6) / 2 + 30 + Math.hypot(10, 6) / 2 + 90, 9);
  });

  it('lists other ways too, all above the bound, and says which rooms nobody reaches', () => {
    const list = good(study.list('safe', 'mixed', RESPONSE, 5));
    expect(list.paths.length).toBeGreaterThan(1);
    for (const path of list.paths) expect(path.easi).toBeGreaterThanOrEqual(list.atLeast - 1e-12);
    expect(study.unreached).toEqual(['attic']);
  });

  it('refuses a target that no path leads to, which is neither 0 nor 1', () => {
    const closed = good(openStudy({ ...FACILITY, portals: FACILITY.portals.slice(0, 1) })).study;
    expect(closed.weakest('safe', 'mixed', RESPONSE)).toMatchObject({ ok: false, at: 'target' });
    expect(closed.weakest('nothing', 'mixed', RESPONSE)).toMatchObject({ ok: false, at: 'target' });
    expect(study.weakest('safe', 'mixed', { ...RESPONSE, communication: 2 })).toMatchObject({ ok: false, at: 'response.communication' });
  });
});
