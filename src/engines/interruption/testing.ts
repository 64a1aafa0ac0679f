import fc from 'fast-check';
import { SD_OF_MEAN, type Response, type SensorPlace, type Task } from './path/task.ts';

/** The value of a result that must not be a refusal. */
export function good<T extends { ok: boolean }>(result: T): Extract<T, { ok: true }> {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result as Extract<T, { ok: true }>;
}

/** A task in one line: name, P_D, place, mean delay, standard deviation (0.3 of the mean if none is given). */
export const aTask = (name: string, detection: number, place: SensorPlace, delayS: number, delaySdS: number = SD_OF_MEAN * delayS): Task => ({ name, detection, place, delayS, delaySdS });

/** The baseline of methods.md 1.1: Garcia's EASI example (from knowledge, unverified). */
export const BASELINE: Task[] = [
  aTask('Cut fence', 0, 'B', 10, 3),
  aTask('Run to building', 0, 'B', 12, 3.6),
  aTask('Open door', 0.9, 'B', 90, 27),
  aTask('Run to vital area', 0, 'B', 10, 3),
  aTask('Open door', 0.9, 'B', 90, 27),
  aTask('Sabotage target', 0, 'B', 120, 36),
];
export const BASELINE_RESPONSE: Response = { timeS: 300, timeSdS: 90, communication: 0.95 };

/** Probabilities with the ends drawn often. */
export const aProbability: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(0, 1, 0.5), fc.double({ min: 0, max: 1, noNaN: true }));
export const aPlace: fc.Arbitrary<SensorPlace> = fc.constantFrom('B', 'M', 'E');
export const aTime: fc.Arbitrary<number> = fc.oneof(fc.constantFrom(0, 10, 60), fc.double({ min: 0, max: 300, noNaN: true }));
export const anyTask: fc.Arbitrary<Task> = fc.record({ name: fc.constant('task'), detection: aProbability, place: aPlace, delayS: aTime, delaySdS: aTime });
export const anyTasks: fc.Arbitrary<Task[]> = fc.array(anyTask, { maxLength: 8 });
export const anyResponse: fc.Arbitrary<Response> = fc.record({ timeS: aTime, timeSdS: aTime, communication: aProbability });
