import type { Ctx } from '#platform/kernel/store.ts';
import type { ExerciseDetail } from './contract.ts';
import { changeOf, exercises, holdExercise, type Row, type Tx, type Values } from './exercise-row.ts';
import { mustSee, readExercise } from './read.service.ts';
import { PERMISSION, type Verb } from './rules.ts';

/** What a verb does with a held exercise: new values, what its entry says besides, or null where nothing changes. */
export type Done = { set?: Values; more?: object } | null;

/** Does one thing with an exercise in one entry of the ledger; every change counts its version up. */
export const act = (ctx: Ctx, id: string, { verb, said, permission = PERMISSION[verb] }: { verb: Verb; said: string; permission?: string }, work: (tx: Tx, before: Row) => Promise<Done>): Promise<ExerciseDetail> =>
  exercises.writeMany(ctx, permission, async (tx) => {
    const before = await holdExercise(ctx, tx, id, verb, permission);
    const done = await work(tx, before);
    if (done === null) return { changes: [], result: await readExercise(ctx, { id }) };
    await tx.updateTable('exercises.exercise').set({ ...done.set, version: before.version + 1 }).where('id', '=', id).execute();
    const after = await mustSee(tx, id);
    return { changes: [changeOf(said, before, after, done.more)], result: await readExercise(ctx, { id }) };
  });
