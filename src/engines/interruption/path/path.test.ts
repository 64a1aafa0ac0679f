import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../distributions/normal.ts';
import { uniformsOf } from '../../random/uniform.ts';
import { anyResponse, anyTasks, aProbability, aTask, aTime, BASELINE, BASELINE_RESPONSE, good } from '../testing.ts';
import { explainChange } from './change.ts';
import { columnsOf, easiOf, estimateInterruption } from './easi.ts';
import { longestResponse, shortestDelay } from './seek.ts';
import { sensitivityOf } from './sensitivity.ts';
import { AHEAD, type Response, type SensorPlace, type Task } from './task.ts';
import { joinResponse, joinSensors, riskOf, systemEffectiveness, timelyDetection } from './timely.ts';

const easi = (tasks: readonly Task[], response: Response): number => good(estimateInterruption(tasks, response)).interruption;
const timely = (tasks: readonly Task[], response: Response): number => good(timelyDetection(tasks, response)).interruption;
const sensedAt = (place: SensorPlace): Task[] => BASELINE.map((task) => (task.detection > 0 ? { ...task, place } : task));
const ceiling = (tasks: readonly Task[], response: Response): number => response.communication * (1 - tasks.reduce((unseen, task) => unseen * (1 - task.detection), 1));
const ROUNDING = 1e-12;

describe('EASI', () => {
  it("gives Garcia's baseline 0.476 (from knowledge, unverified: Design and Evaluation of PPS, EASI example)", () => {
    const estimate = good(estimateInterruption(BASELINE, BASELINE_RESPONSE));
    expect(estimate.interruption).toBeCloseTo(0.476, 3);
    expect(estimate.interruption).toBeCloseTo(0.4760407, 6);
  });

  it('has the per-task table of the baseline (recomputed, methods 1.1 easi-garcia-base)', () => {
    const { tasks } = good(estimateInterruption(BASELINE, BASELINE_RESPONSE));
    expect(tasks.map(({ remainingS }) => remainingS)).toEqual([332, 322, 310, 220, 210, 120]);
    const variances = [2784.96, 2775.96, 2763, 2034, 2025, 1296];
    const inTime = [0.62047, 0.58354, 0.53822, 0.2134, 0.18555, 0.03166];
    const firsts = [0, 0, 0.9, 0, 0.09, 0];
    tasks.forEach((task, i) => {
      expect(task.varianceS2).toBeCloseTo(variances[i] as number, 9);
      expect(Math.abs(task.inTime - (inTime[i] as number))).toBeLessThan(5.001e-6);
      expect(task.firstDetection).toBeCloseTo(firsts[i] as number, 12);
    });
  });

  // Constructed variants, recomputed: methods 1.1.
  it.each([
    ['easi-base-M: the sensors act in the middle', sensedAt('M'), BASELINE_RESPONSE, 0.3194182],
    ['easi-base-E: the sensors act at the end', sensedAt('E'), BASELINE_RESPONSE, 0.1851604],
    ['easi-base-PC1: communication is certain', BASELINE, { ...BASELINE_RESPONSE, communication: 1 }, 0.5010955],
    ['easi-base-determ: no time has any spread', BASELINE.map((task) => ({ ...task, delaySdS: 0 })), { ...BASELINE_RESPONSE, timeSdS: 0 }, 0.855],
  ] as [string, Task[], Response, number][])('gives the constructed value %s', (_name, tasks, response, value) => {
    expect(Math.abs(easi(tasks, response) - value)).toBeLessThan(1e-7);
  });

  it('does not put communication inside the product of non-detection (that older model gives 0.483180 on the baseline)', () => {
    const inside = BASELINE.map((task) => ({ ...task, detection: task.detection * BASELINE_RESPONSE.communication }));
    expect(easi(inside, { ...BASELINE_RESPONSE, communication: 1 })).toBeCloseTo(0.48318, 6);
    expect(easi(BASELINE, BASELINE_RESPONSE)).not.toBeCloseTo(0.48318, 3);
  });

  it('is not monotone in detection: with a sooner, less timely detection it falls from 0.8235 to 0.7609', () => {
    const response: Response = { timeS: 100, timeSdS: 10, communication: 0.95 };
    const before = [aTask('first', 0, 'B', 30, 60), aTask('second', 0.9, 'B', 120, 5)];
    const after = before.with(0, aTask('first', 0.9, 'B', 30, 60));
    expect(easi(before, response)).toBeCloseTo(0.8235, 4);
    expect(easi(after, response)).toBeCloseTo(0.7609, 4);
    const change = good(explainChange(before, after, response));
    expect(change.isDisplaced).toBe(true);
    expect(change.tasks.reduce((sum, task) => sum + task.byFirstDetection + task.byTime, change.byCommunication)).toBeCloseTo(change.difference, 12);
    expect(good(sensitivityOf(before, response)).tasks[0]?.detection).toBeLessThan(0);
  });

  it('is the share of simulated intrusions interrupted, within three standard errors', () => {
    const uniforms = uniformsOf(1);
    const samples = 60_000;
    let interrupted = 0;
    for (let sample = 0; sample < samples; sample++) {
      const normal = (variable: number): number => normalQuantile(uniforms(sample, variable));
      const delays = BASELINE.map((task, i) => task.delayS + task.delaySdS * normal(2 * i));
      const response = BASELINE_RESPONSE.timeS + BASELINE_RESPONSE.timeSdS * normal(100);
      const seen = BASELINE.findIndex((task, i) => uniforms(sample, 2 * i + 1) < task.detection);
      if (seen < 0 || uniforms(sample, 101) >= BASELINE_RESPONSE.communication) continue;
      const left = delays.slice(seen).reduce((sum, delay) => sum + delay, 0);
      if (left > response) interrupted++;
    }
    const p = easi(BASELINE, BASELINE_RESPONSE);
    expect(Math.abs(interrupted / samples - p)).toBeLessThan(3 * Math.sqrt((p * (1 - p)) / samples));
  });

  it('of no task is 0; of a last task sensed at its end it has no time left; equal times without spread are in time', () => {
    expect(easi([], BASELINE_RESPONSE)).toBe(0);
    expect(good(estimateInterruption([aTask('last', 1, 'E', 500)], BASELINE_RESPONSE)).tasks[0]).toMatchObject({ remainingS: 0, varianceS2: 0 });
    const exact: Response = { timeS: 60, timeSdS: 0, communication: 1 };
    expect(easi([aTask('door', 1, 'B', 60, 0)], exact)).toBe(1);
    expect(easi([aTask('door', 1, 'B', 59.999, 0)], exact)).toBe(0);
  });

  it('gives no credit to a task without detection before the first sensor, wherever its place, and none to what follows certain detection', () => {
    fc.assert(
      fc.property(anyTasks, anyResponse, aTime, aTime, (tasks, response, delayS, sd) => {
        const p = easi(tasks, response);
        for (const place of ['B', 'M', 'E'] as const) expect(easi([aTask('silent', 0, place, delayS, sd), ...tasks], response)).toBeCloseTo(p, 12);
        const certain = aTask('certain', 1, 'E', delayS, sd);
        const rest = tasks.map((task) => ({ ...task, detection: 0 }));
        expect(easi([certain, ...tasks], response)).toBeCloseTo(easi([certain, ...rest], response), 12);
      }),
    );
  });

  it('lies between 0 and its ceiling, is the sum of its contributions, and rises in a delay whose spread is held and falls in the response time', () => {
    fc.assert(
      fc.property(anyTasks, anyResponse, fc.nat(), aTime, (tasks, response, which, more) => {
        const estimate = good(estimateInterruption(tasks, response));
        expect(estimate.interruption).toBeGreaterThanOrEqual(0);
        expect(estimate.interruption).toBeLessThanOrEqual(estimate.ceiling + ROUNDING);
        expect(estimate.ceiling).toBeCloseTo(ceiling(tasks, response), 12);
        expect(estimate.tasks.reduce((sum, task) => sum + task.contribution, 0)).toBeCloseTo(estimate.interruption, 12);
        expect(easi(tasks, { ...response, timeS: response.timeS + more })).toBeLessThanOrEqual(estimate.interruption + ROUNDING);
        const task = tasks[which % Math.max(1, tasks.length)];
        if (!task) return;
        expect(easi(tasks.with(which % tasks.length, { ...task, delayS: task.delayS + more }), response)).toBeGreaterThanOrEqual(estimate.interruption - ROUNDING);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what is no probability and no time, naming the field', () => {
    const bad: [Partial<Task>, string][] = [
      [{ detection: 1.1 }, 'tasks[1].detection'],
      [{ detection: Number.NaN }, 'tasks[1].detection'],
      [{ delayS: -1 }, 'tasks[1].delayS'],
      [{ delaySdS: Number.POSITIVE_INFINITY }, 'tasks[1].delaySdS'],
      [{ place: 'X' as SensorPlace }, 'tasks[1].place'],
    ];
    for (const [part, at] of bad) expect(estimateInterruption(BASELINE.with(1, { ...(BASELINE[1] as Task), ...part }), BASELINE_RESPONSE)).toMatchObject({ ok: false, at });
    expect(estimateInterruption(BASELINE, { ...BASELINE_RESPONSE, timeS: -1 })).toMatchObject({ ok: false, at: 'response.timeS' });
    expect(timelyDetection(BASELINE, { ...BASELINE_RESPONSE, communication: 2 })).toMatchObject({ ok: false, at: 'response.communication' });
  });
});

describe('timely detection', () => {
  it('has its critical point at the third task of the baseline: 0.9, and 0.855 with communication (recomputed, methods 1.2 cdp-garcia)', () => {
    expect(good(timelyDetection(BASELINE, { ...BASELINE_RESPONSE, communication: 1 }))).toMatchObject({ critical: 2, interruption: 0.9 });
    expect(timely(BASELINE, BASELINE_RESPONSE)).toBeCloseTo(0.855, 12);
  });

  it('is 0 without a critical point where nothing is timely, and timely where the times are equal', () => {
    expect(good(timelyDetection(BASELINE, { ...BASELINE_RESPONSE, timeS: 333 }))).toMatchObject({ critical: null, interruption: 0 });
    expect(good(timelyDetection(BASELINE, { ...BASELINE_RESPONSE, timeS: 120 })).critical).toBe(5);
    expect(good(timelyDetection([], BASELINE_RESPONSE))).toMatchObject({ critical: null, interruption: 0 });
  });

  it('is EASI without spread', () => {
    fc.assert(
      fc.property(anyTasks, anyResponse, (tasks, response) => {
        const still = tasks.map((task) => ({ ...task, delaySdS: 0 }));
        expect(easi(still, { ...response, timeSdS: 0 })).toBeCloseTo(timely(tasks, response), 9);
      }),
    );
  });

  it('rises in every detection and delay, falls in the response time, and is at most P_C (1 - prod(1 - P_D))', () => {
    fc.assert(
      fc.property(anyTasks, anyResponse, fc.nat(), aTime, aProbability, (tasks, response, which, more, share) => {
        const p = timely(tasks, response);
        expect(p).toBeLessThanOrEqual(ceiling(tasks, response) + ROUNDING);
        expect(timely(tasks, { ...response, timeS: response.timeS + more })).toBeLessThanOrEqual(p + ROUNDING);
        const at = which % Math.max(1, tasks.length);
        const task = tasks[at];
        if (!task) return;
        expect(timely(tasks.with(at, { ...task, delayS: task.delayS + more }), response)).toBeGreaterThanOrEqual(p - ROUNDING);
        expect(timely(tasks.with(at, { ...task, detection: task.detection + share * (1 - task.detection) }), response)).toBeGreaterThanOrEqual(p - ROUNDING);
      }),
      { numRuns: 500 },
    );
  });

  it('joins independent sensors of one layer: 0.9 and 0.75 are 0.975 (recomputed, methods 1.2 parallel-sensors)', () => {
    expect(good(joinSensors([0.9, 0.75])).detection).toBeCloseTo(0.975, 15);
    expect(good(joinSensors([])).detection).toBe(0);
    expect(joinSensors([0.9, -0.1])).toMatchObject({ ok: false, at: 'detections[1]' });
  });

  it('takes the response time from its parts: 30 s to detect and 60 s to respond are 90 s (Sandia ITC, session 20)', () => {
    expect(good(joinResponse([{ timeS: 30, timeSdS: 0 }, { timeS: 60, timeSdS: 0 }], 1)).response).toEqual({ timeS: 90, timeSdS: 0, communication: 1 });
    expect(good(joinResponse([{ timeS: 30, timeSdS: 3 }, { timeS: 60, timeSdS: 4 }], 0.95)).response.timeSdS).toBe(5);
    expect(joinResponse([{ timeS: -1, timeSdS: 0 }], 1)).toMatchObject({ ok: false, at: 'parts[0].timeS' });
  });

  it('gives effectiveness and risk (constructed, methods 1.2 pe-risk)', () => {
    const { effectiveness } = good(systemEffectiveness(0.476, 0.9));
    expect(effectiveness).toBeCloseTo(0.4284, 12);
    expect(good(riskOf({ effectiveness, consequence: 0.8 })).risk).toBeCloseTo(0.45728, 12);
    expect(riskOf({ effectiveness, consequence: -1 })).toMatchObject({ ok: false, at: 'consequence' });
    expect(systemEffectiveness(0.4, 1.2)).toMatchObject({ ok: false, at: 'neutralisation' });
  });
});

describe('the sensitivity of P(I)', () => {
  it('is the slope of EASI in every input', () => {
    const smooth = fc.array(fc.record({ name: fc.constant('t'), detection: fc.double({ min: 0.01, max: 0.98, noNaN: true }), place: fc.constantFrom<SensorPlace>('B', 'M', 'E'), delayS: fc.double({ min: 5, max: 200, noNaN: true }), delaySdS: fc.double({ min: 2, max: 60, noNaN: true }) }), { minLength: 1, maxLength: 6 });
    const reply = fc.record({ timeS: fc.double({ min: 20, max: 300, noNaN: true }), timeSdS: fc.double({ min: 10, max: 90, noNaN: true }), communication: fc.double({ min: 0.1, max: 0.98, noNaN: true }) });
    fc.assert(
      fc.property(smooth, reply, (tasks, response) => {
        const slopes = good(sensitivityOf(tasks, response));
        expect(slopes.isStep).toBe(false);
        const slope = (h: number, at: (d: number) => [Task[], Response]): number => (easi(...at(h)) - easi(...at(-h))) / (2 * h);
        tasks.forEach((task, i) => {
          for (const [field, h] of [['detection', 1e-5], ['delayS', 1e-3], ['delaySdS', 1e-3]] as const) {
            expect(slopes.tasks[i]?.[field]).toBeCloseTo(slope(h, (d) => [tasks.with(i, { ...task, [field]: task[field] + d }), response]), 7);
          }
        });
        expect(slopes.responseTimeS).toBeCloseTo(slope(1e-3, (d) => [tasks, { ...response, timeS: response.timeS + d }]), 7);
        expect(slopes.responseSdS).toBeCloseTo(slope(1e-3, (d) => [tasks, { ...response, timeSdS: response.timeSdS + d }]), 7);
        expect(slopes.communication).toBeCloseTo(slope(1e-5, (d) => [tasks, { ...response, communication: response.communication + d }]), 7);
      }),
      { numRuns: 100 },
    );
  });

  it('says where P(I) is a step', () => {
    expect(good(sensitivityOf([aTask('door', 0.5, 'B', 60, 0)], { timeS: 60, timeSdS: 0, communication: 1 })).isStep).toBe(true);
  });
});

describe('the search for a value', () => {
  it('finds the longest response for P(I) of 0.80: 210.82 s with SD 0.3 of the mean (recomputed, methods 1.1 easi-goal-seek)', () => {
    const found = good(longestResponse(BASELINE, BASELINE_RESPONSE, 0.8, 0.3));
    expect(found.value).toBeCloseTo(210.82, 2);
    expect(found.interruption).toBeGreaterThanOrEqual(0.8);
  });

  it('finds the shortest delay at the target for P(I) of 0.80: 250.40 s with SD 0.3 of the mean (recomputed, methods 1.1 easi-goal-seek2)', () => {
    expect(good(shortestDelay(BASELINE, 5, BASELINE_RESPONSE, 0.8, { sdOfMean: 0.3, mostS: 2000 })).value).toBeCloseTo(250.4, 2);
  });

  it('says how far P(I) reaches where the floor is out of reach', () => {
    expect(longestResponse(BASELINE, BASELINE_RESPONSE, 0.96)).toMatchObject({ ok: false, at: 'floor' });
    expect(longestResponse(BASELINE, BASELINE_RESPONSE, 0)).toMatchObject({ ok: false, at: 'floor' });
    expect(shortestDelay(BASELINE, 5, BASELINE_RESPONSE, 0.95, { sdOfMean: 0.3, mostS: 2000 })).toMatchObject({ ok: false, at: 'floor' });
    expect(shortestDelay(BASELINE, 9, BASELINE_RESPONSE, 0.5, { mostS: 100 })).toMatchObject({ ok: false, at: 'index' });
  });
});

describe('the fast evaluation', () => {
  it('is EASI by its definition, term by term', () => {
    fc.assert(
      fc.property(anyTasks, anyResponse, (tasks, response) => {
        const { tasks: rows } = good(estimateInterruption(tasks, response));
        const definition = rows.reduce((sum, row, i) => {
          const unseen = tasks.slice(0, i).reduce((product, task) => product * (1 - task.detection), 1);
          return sum + response.communication * (tasks[i] as Task).detection * unseen * row.inTime;
        }, 0);
        expect(easiOf(columnsOf(tasks), response)).toBeCloseTo(definition, 12);
        rows.forEach((row, i) => {
          const later = tasks.slice(i + 1).reduce((sum, task) => sum + task.delayS, 0);
          expect(row.remainingS).toBeCloseTo(later + AHEAD[(tasks[i] as Task).place] * (tasks[i] as Task).delayS, 9);
        });
      }),
    );
  });
});
