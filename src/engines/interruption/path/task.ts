/** Where in a task's delay its sensor acts: at the beginning, the middle or the end (codes of EASI). */
export type SensorPlace = 'B' | 'M' | 'E';

/** One step of an adversary's path. `detection` is P_D (0 to 1); the delay's mean and standard deviation are in seconds. */
export type Task = { name: string; detection: number; place: SensorPlace; delayS: number; delaySdS: number };

/** The response: mean and standard deviation of its time from the alarm in seconds, and P_C, that the alarm is communicated. */
export type Response = { timeS: number; timeSdS: number; communication: number };

/** What is wrong with an input, and where: `at` names the field, as in `tasks[2].detection`. */
export type Refusal = { ok: false; at: string; reason: string };

/** The share of a task's delay that is still ahead of the adversary when its sensor acts. */
export const AHEAD: Readonly<Record<SensorPlace, number>> = { B: 1, M: 0.5, E: 0 };

/** Bennett's rule where no data stand: the standard deviation is 0.3 of the mean (from knowledge, unverified: Garcia, Design and Evaluation of PPS). */
export const SD_OF_MEAN = 0.3;

export const refuse = (at: string, reason: string): Refusal => ({ ok: false, at, reason });

/** Null, or why a number is no probability. */
export const wrongProbability = (value: number, at: string): Refusal | null => (value >= 0 && value <= 1 ? null : refuse(at, `A probability lies between 0 and 1; ${value} does not.`));

/** Null, or why a number is no time in seconds. */
export const wrongTime = (value: number, at: string): Refusal | null => (value >= 0 && value < Number.POSITIVE_INFINITY ? null : refuse(at, `A time in seconds is 0 or more; ${value} is not.`));

/** Null, or what is wrong with a response. */
export const wrongResponse = (response: Response): Refusal | null =>
  wrongTime(response.timeS, 'response.timeS') ?? wrongTime(response.timeSdS, 'response.timeSdS') ?? wrongProbability(response.communication, 'response.communication');

/** Null, or what is wrong with a task. */
export function wrongTask(task: Task, at: string): Refusal | null {
  if (!Object.hasOwn(AHEAD, task.place)) return refuse(`${at}.place`, 'A sensor acts at B, M or E.');
  return wrongProbability(task.detection, `${at}.detection`) ?? wrongTime(task.delayS, `${at}.delayS`) ?? wrongTime(task.delaySdS, `${at}.delaySdS`);
}

/** Null, or what is wrong first with a path and its response. */
export function wrongPath(tasks: readonly Task[], response: Response): Refusal | null {
  for (const [i, task] of tasks.entries()) {
    const wrong = wrongTask(task, `tasks[${i}]`);
    if (wrong) return wrong;
  }
  return wrongResponse(response);
}
