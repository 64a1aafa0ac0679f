import { normalCdf } from '../../distributions/normal.ts';
import { AHEAD, wrongPath, type Refusal, type Response, type Task } from './task.ts';

/** What EASI says of one task: the time left after its sensor (mean, variance), P(response in time), P(first detection here), and their product with P_C. */
export type TaskEstimate = { remainingS: number; varianceS2: number; inTime: number; firstDetection: number; contribution: number };

/** P(I) of a path, with its ceiling P_C (1 − Π(1 − P_D)). */
export type Estimate = { ok: true; interruption: number; ceiling: number; tasks: TaskEstimate[] };

/** A path as columns, task by task in the order of the adversary; `ahead` is 1, 0.5 or 0 (B, M, E). What the fast evaluation reads. */
export type PathColumns = { detection: ArrayLike<number>; ahead: ArrayLike<number>; delayS: ArrayLike<number>; delaySdS: ArrayLike<number> };

/** P(time left > response time) of two independent normal times. With no spread at all a step; equal times count as in time. */
export function probabilityInTime(remainingS: number, varianceS2: number, response: Response): number {
  const margin = remainingS - response.timeS;
  const variance = varianceS2 + response.timeSdS * response.timeSdS;
  if (variance === 0) return margin >= 0 ? 1 : 0;
  return normalCdf(margin / Math.sqrt(variance));
}

/** The columns of a list of tasks. */
export const columnsOf = (tasks: readonly Task[]): PathColumns => ({
  detection: tasks.map((task) => task.detection),
  ahead: tasks.map((task) => AHEAD[task.place]),
  delayS: tasks.map((task) => task.delayS),
  delaySdS: tasks.map((task) => task.delaySdS),
});

/** P(I) of the first `count` tasks of unchecked columns, from the last task back to the first; no allocation. */
export function easiOf(path: PathColumns, response: Response, count: number = path.delayS.length): number {
  let after = 0;
  let afterVariance = 0;
  let caught = 0;
  let seen = 0;
  for (let i = count - 1; i >= 0; i--) {
    const delay = path.delayS[i] as number;
    const sd = path.delaySdS[i] as number;
    const detection = path.detection[i] as number;
    if (detection > 0) {
      const ahead = path.ahead[i] as number;
      caught = detection * probabilityInTime(after + ahead * delay, afterVariance + ahead * ahead * sd * sd, response) + (1 - detection) * caught;
      seen = detection + (1 - detection) * seen;
    }
    after += delay;
    afterVariance += sd * sd;
  }
  return response.communication * Math.min(caught, seen);
}

/**
 * EASI, the estimate of adversary sequence interruption (Bennett, Sandia; Garcia, Design and Evaluation of PPS): P(I) of one path, and each
 * task's part in it. P_C stands outside the product of non-detection. No task: 0.
 */
export function estimateInterruption(tasks: readonly Task[], response: Response): Estimate | Refusal {
  const wrong = wrongPath(tasks, response);
  if (wrong) return wrong;
  const estimates: TaskEstimate[] = [];
  let after = 0;
  let afterVariance = 0;
  for (const task of tasks.toReversed()) {
    const ahead = AHEAD[task.place];
    const remainingS = after + ahead * task.delayS;
    const varianceS2 = afterVariance + ahead * ahead * task.delaySdS ** 2;
    estimates.push({ remainingS, varianceS2, inTime: probabilityInTime(remainingS, varianceS2, response), firstDetection: 0, contribution: 0 });
    after += task.delayS;
    afterVariance += task.delaySdS ** 2;
  }
  estimates.reverse();
  let unseen = 1;
  for (const [i, task] of tasks.entries()) {
    const estimate = estimates[i] as TaskEstimate;
    estimate.firstDetection = unseen * task.detection;
    estimate.contribution = response.communication * estimate.firstDetection * estimate.inTime;
    unseen *= 1 - task.detection;
  }
  const ceiling = response.communication * estimates.reduce((sum, { firstDetection }) => sum + firstDetection, 0);
  return { ok: true, interruption: easiOf(columnsOf(tasks), response), ceiling, tasks: estimates };
}
