import { normalDensity } from '../../distributions/normal.ts';
import { estimateInterruption, type TaskEstimate } from './easi.ts';
import { AHEAD, type Refusal, type Response, type Task } from './task.ts';

/** The derivatives of P(I) in one task: per unit of P_D, per second of mean delay, per second of its standard deviation. */
export type TaskSensitivity = { detection: number; delayS: number; delaySdS: number };

/** All derivatives of EASI's P(I) on a path. `isStep` says that somewhere no time has any spread: P(I) then jumps, and derivatives there count as 0. */
export type Sensitivity = { ok: true; interruption: number; tasks: TaskSensitivity[]; communication: number; responseTimeS: number; responseSdS: number; isStep: boolean };

/** How the contribution of a sensor changes: per second of time left, and per second² of variance. */
type Slope = { perSecond: number; perVariance: number };

function slopeOf(estimate: TaskEstimate, response: Response): Slope {
  const variance = estimate.varianceS2 + response.timeSdS ** 2;
  if (variance === 0) return { perSecond: 0, perVariance: 0 };
  const spread = Math.sqrt(variance);
  const z = (estimate.remainingS - response.timeS) / spread;
  const height = response.communication * estimate.firstDetection * normalDensity(z);
  return { perSecond: height / spread, perVariance: (-height * z) / (2 * variance) };
}

/**
 * Exact derivatives of EASI's P(I). That by a detection may be negative: a sooner detection that is less surely in time takes first detections
 * from a later one that is more surely in time.
 */
export function sensitivityOf(tasks: readonly Task[], response: Response): Sensitivity | Refusal {
  const estimate = estimateInterruption(tasks, response);
  if (!estimate.ok) return estimate;
  const slopes = estimate.tasks.map((task) => slopeOf(task, response));
  // P(I) of what follows a task, given that nothing was detected before: the value that its own detection takes the place of.
  const following = tasks.map(() => 0);
  for (let i = tasks.length - 2; i >= 0; i--) {
    const next = tasks[i + 1] as Task;
    following[i] = next.detection * (estimate.tasks[i + 1] as TaskEstimate).inTime + (1 - next.detection) * (following[i + 1] as number);
  }
  const out: TaskSensitivity[] = [];
  let unseen = 1;
  let perSecond = 0;
  let perVariance = 0;
  for (const [i, task] of tasks.entries()) {
    const ahead = AHEAD[task.place];
    const slope = slopes[i] as Slope;
    out.push({
      detection: response.communication * unseen * ((estimate.tasks[i] as TaskEstimate).inTime - (following[i] as number)),
      delayS: perSecond + ahead * slope.perSecond,
      delaySdS: 2 * task.delaySdS * (perVariance + ahead * ahead * slope.perVariance),
    });
    unseen *= 1 - task.detection;
    perSecond += slope.perSecond;
    perVariance += slope.perVariance;
  }
  const isStep = estimate.tasks.some((task) => task.firstDetection > 0 && task.varianceS2 + response.timeSdS ** 2 === 0);
  const given = estimateInterruption(tasks, { ...response, communication: 1 });
  return {
    ok: true,
    interruption: estimate.interruption,
    tasks: out,
    communication: given.ok ? given.interruption : 0,
    responseTimeS: 0 - perSecond,
    responseSdS: 2 * response.timeSdS * perVariance,
    isStep,
  };
}
