import { ownSealer } from '#platform/sealing/sealing.ts';

/** The key of an exercise's simulated source: made from a key of ours, so that it is kept nowhere. */
export const keyOf = (exerciseId: string): string =>
  ownSealer('exercises.key', 'The key of the exercises is damaged. Restore keys/exercises.key from your backup; without it an exercise that runs can send no more signals.').mac('source of an exercise', Buffer.from(exerciseId)).toString('base64url').slice(0, 43);
