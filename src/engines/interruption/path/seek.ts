import { easiOf, columnsOf } from './easi.ts';
import { refuse, wrongPath, wrongProbability, wrongTime, type Refusal, type Response, type Task } from './task.ts';

/** The value sought, and the P(I) it gives. */
export type Found = { ok: true; value: number; interruption: number };

const ROUNDS = 200;
const STEPS = 400;

/** Halves the interval until its ends are neighbours; `meets` holds at `good` and not at `bad`. Returns the good end. */
function halve(good: number, bad: number, meets: (x: number) => boolean): number {
  let [inside, outside] = [good, bad];
  for (let round = 0; round < ROUNDS; round++) {
    const middle = (inside + outside) / 2;
    if (middle === inside || middle === outside) break;
    if (meets(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}

/**
 * The longest mean response time in seconds with P(I) ≥ `floor`. `sdOfMean` ties the standard deviation to the mean (0.3 by Bennett's rule);
 * without it the response's own stays. P(I) falls in the response time either way, so the answer is unique.
 */
export function longestResponse(tasks: readonly Task[], response: Response, floor: number, sdOfMean?: number): Found | Refusal {
  const wrong = wrongPath(tasks, response) ?? wrongProbability(floor, 'floor') ?? wrongTime(sdOfMean ?? 0, 'sdOfMean');
  if (wrong) return wrong;
  const path = columnsOf(tasks);
  const at = (timeS: number): number => easiOf(path, { ...response, timeS, timeSdS: sdOfMean === undefined ? response.timeSdS : sdOfMean * timeS });
  if (at(0) < floor) return refuse('floor', `P(I) is only ${at(0)} even with no response time.`);
  let late = 1;
  while (at(late) >= floor && late < 1e9) late *= 2;
  if (late >= 1e9) return refuse('floor', `P(I) is at least ${floor} whatever the response time.`);
  const value = halve(0, late, (timeS) => at(timeS) >= floor);
  return { ok: true, value, interruption: at(value) };
}

/**
 * The shortest mean delay in seconds of the task `index`, up to `mostS`, with P(I) ≥ `floor`. `sdOfMean` ties its standard deviation to the mean;
 * P(I) may then fall again as the delay grows, and the first of 400 even steps that reaches the floor is refined.
 */
export function shortestDelay(tasks: readonly Task[], index: number, response: Response, floor: number, options: { sdOfMean?: number; mostS: number }): Found | Refusal {
  const wrong = wrongPath(tasks, response) ?? wrongProbability(floor, 'floor') ?? wrongTime(options.mostS, 'mostS') ?? wrongTime(options.sdOfMean ?? 0, 'sdOfMean');
  if (wrong) return wrong;
  const task = tasks[index];
  if (!task) return refuse('index', `The path has no task ${index}.`);
  const at = (delayS: number): number => easiOf(columnsOf(tasks.with(index, { ...task, delayS, delaySdS: options.sdOfMean === undefined ? task.delaySdS : options.sdOfMean * delayS })), response);
  let best = at(0);
  if (best >= floor) return { ok: true, value: 0, interruption: best };
  for (let step = 1; step <= STEPS; step++) {
    const delayS = (options.mostS * step) / STEPS;
    const here = at(delayS);
    best = Math.max(best, here);
    if (here < floor) continue;
    const value = halve(delayS, (options.mostS * (step - 1)) / STEPS, (x) => at(x) >= floor);
    return { ok: true, value, interruption: at(value) };
  }
  return refuse('floor', `P(I) reaches ${best} at most with a delay of up to ${options.mostS} s here.`);
}
