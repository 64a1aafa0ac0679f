import { estimateInterruption, type TaskEstimate } from './easi.ts';
import { refuse, type Refusal, type Response, type Task } from './task.ts';

/** How one task's part in P(I) moved: because another or the same share of first detections falls to it, and because those are more or less surely in time. */
export type TaskChange = { task: number; byFirstDetection: number; byTime: number };

/**
 * Why P(I) of a path moved from `before` to `after` (same tasks in number and order): parts that add up to the difference.
 * `isDisplaced` marks the fall that surprises: some detection rose, none fell, no time moved, and yet P(I) fell, since the sooner detection is
 * less surely in time than the later one whose first detections it takes.
 */
export type Change = { ok: true; difference: number; tasks: TaskChange[]; byCommunication: number; isDisplaced: boolean };

/** Compares two states of one path. */
export function explainChange(before: readonly Task[], after: readonly Task[], was: Response, is: Response = was): Change | Refusal {
  if (before.length !== after.length) return refuse('after', 'Only states of the same path can be compared: it has as many tasks.');
  const from = estimateInterruption(before, was);
  if (!from.ok) return from;
  const to = estimateInterruption(after, is);
  if (!to.ok) return to;
  let unweighted = 0;
  const tasks = to.tasks.map((now, task) => {
    const then = from.tasks[task] as TaskEstimate;
    unweighted += then.firstDetection * then.inTime;
    return {
      task,
      byFirstDetection: is.communication * (now.firstDetection - then.firstDetection) * then.inTime,
      byTime: is.communication * now.firstDetection * (now.inTime - then.inTime),
    };
  });
  const difference = to.interruption - from.interruption;
  const rose = after.some((task, i) => task.detection > (before[i] as Task).detection);
  const fell = after.some((task, i) => task.detection < (before[i] as Task).detection) || is.communication < was.communication;
  const timeMoved = tasks.some(({ byTime }) => byTime !== 0);
  return { ok: true, difference, tasks, byCommunication: (is.communication - was.communication) * unweighted, isDisplaced: rose && !fell && !timeMoved && difference < 0 };
}
