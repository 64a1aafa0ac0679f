import { faultsOf, type Facility } from '#engines/interruption/plan/facility.ts';
import type { Strategy } from '#engines/interruption/plan/strategies.ts';
import type { Weakest } from '#engines/interruption/study/study.ts';
import type { Response } from '#engines/interruption/path/task.ts';
import type { Refusal } from '#engines/refusal.ts';
import { openThread } from './threads.ts';

/** One question to a facility: the target, what the adversary sets store by, the response. */
export type PathQuestion = { facility: Facility; target: string; strategy: Strategy; response: Response };

/** The weakest path of a facility, worked out beside the process that asks. Refused with the facility's first fault, or where no path leads to the target. */
export async function weakestPathInThread({ facility, target, strategy, response }: PathQuestion): Promise<Weakest | Refusal> {
  const [fault] = faultsOf(facility);
  if (fault) return fault;
  const thread = openThread('study', { facility });
  try {
    return await thread.methods.weakest(target, strategy, response);
  } finally {
    await thread.end();
  }
}
