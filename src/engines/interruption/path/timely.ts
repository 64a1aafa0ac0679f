import { AHEAD, refuse, wrongPath, wrongProbability, wrongTime, type Refusal, type Response, type Task } from './task.ts';

/**
 * Timely detection of a path: P(I) over the tasks up to the critical detection point, times P_C. `critical` is the index of that point (from 0),
 * null where nothing is timely; `remainingS` is the least time left at each sensor.
 */
export type TimelyDetection = { ok: true; interruption: number; critical: number | null; remainingS: number[] };

/**
 * P(I) = P_C (1 − Π(1 − P_D)) over the tasks whose sensor leaves at least the response time (Sandia ITC; NSSPI). The standard deviations
 * are not used. Delays are those that the adversary can least need. A time left that equals the response time is timely.
 */
export function timelyDetection(tasks: readonly Task[], response: Response): TimelyDetection | Refusal {
  const wrong = wrongPath(tasks, response);
  if (wrong) return wrong;
  const remainingS: number[] = [];
  let after = 0;
  for (const task of tasks.toReversed()) {
    remainingS.push(after + AHEAD[task.place] * task.delayS);
    after += task.delayS;
  }
  remainingS.reverse();
  const critical = remainingS.findLastIndex((left) => left >= response.timeS);
  const seen = anyOf(tasks.slice(0, critical + 1).map((task) => task.detection));
  return { ok: true, interruption: response.communication * seen, critical: critical < 0 ? null : critical, remainingS };
}

/** P(D) of several sensors of one layer that fail independently of each other: 1 − Π(1 − P). Dependent sensors may not be joined so. */
export function joinSensors(detections: readonly number[]): { ok: true; detection: number } | Refusal {
  for (const [i, detection] of detections.entries()) {
    const wrong = wrongProbability(detection, `detections[${i}]`);
    if (wrong) return wrong;
  }
  return { ok: true, detection: anyOf(detections) };
}

/** 1 − Π(1 − P), summed so that a single P comes out as it went in. */
const anyOf = (detections: readonly number[]): number => detections.reduceRight((seen, detection) => detection + (1 - detection) * seen, 0);

/**
 * The response time from its parts one after the other (detection, assessment, communication, deployment, travel): means add up, independent spreads
 * by their squares (Sandia ITC: PPS response time = detection time + response time).
 */
export function joinResponse(parts: readonly { timeS: number; timeSdS: number }[], communication: number): { ok: true; response: Response } | Refusal {
  for (const [i, part] of parts.entries()) {
    const wrong = wrongTime(part.timeS, `parts[${i}].timeS`) ?? wrongTime(part.timeSdS, `parts[${i}].timeSdS`);
    if (wrong) return wrong;
  }
  const wrong = wrongProbability(communication, 'communication');
  return wrong ?? { ok: true, response: { timeS: parts.reduce((sum, { timeS }) => sum + timeS, 0), timeSdS: Math.hypot(...parts.map(({ timeSdS }) => timeSdS)), communication } };
}

/** P_E = P_I P_N (NSSPI). */
export function systemEffectiveness(interruption: number, neutralisation: number): { ok: true; effectiveness: number } | Refusal {
  const wrong = wrongProbability(interruption, 'interruption') ?? wrongProbability(neutralisation, 'neutralisation');
  return wrong ?? { ok: true, effectiveness: interruption * neutralisation };
}

/** R = P_A C (1 − P_E); with P_A = 1 the conditional risk (NSSPI). `consequence` is 0 or more, in whatever unit it is stated; R has that unit. */
export function riskOf(input: { attack?: number; effectiveness: number; consequence: number }): { ok: true; risk: number } | Refusal {
  const attack = input.attack ?? 1;
  const wrong = wrongProbability(attack, 'attack') ?? wrongProbability(input.effectiveness, 'effectiveness');
  if (wrong) return wrong;
  if (!(input.consequence >= 0)) return refuse('consequence', `A consequence is 0 or more; ${input.consequence} is not.`);
  return { ok: true, risk: attack * input.consequence * (1 - input.effectiveness) };
}
