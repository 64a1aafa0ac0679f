import { sql } from 'kysely';
import type { Ctx } from '#platform/kernel/store.ts';
import { checkNoCommand } from './command/in-force.ts';
import type { Standing } from './contract.ts';
import { insertForExercise } from './declare.service.ts';
import { changeIncident, checkOpen, incidents, READ } from './record.ts';
import { refuseField } from './refusals.ts';

const EXERCISE = 'incidents:exercise';

/** Declares an incident that is simulated from its first moment and linked to its exercise, in the caller's transaction. It can be commanded as any other. */
export const declareForExercise = (ctx: Ctx, { exerciseId, ...given }: { exerciseId: string; title: string; type: string | null; severity: number; siteId: string | null }): Promise<Standing> =>
  incidents.writeMany(ctx, EXERCISE, async (tx) => {
    const made = await insertForExercise(ctx, tx, given, EXERCISE);
    await tx.insertInto('platform.link').values({ fromId: exerciseId, toId: made.result.id, kind: 'became', at: ctx.now().toISOString(), actor: ctx.personId }).execute();
    return made;
  });

/** Which of these are simulated and open. */
export async function incidentsOpenOf(ctx: Ctx, ids: readonly string[]): Promise<string[]> {
  const found = await incidents.read(ctx, READ).selectFrom('incidents.incident').select('id').where(sql<boolean>`id = any (${ids}::uuid[])`).where('isSimulated', '=', true).where('state', '=', 'open').orderBy('id').execute();
  return found.map(({ id }) => id);
}

/** Closes a simulated incident with its exercise, in the caller's transaction, whatever its type asks for: nothing of it happened. A command in force is ended first, by who holds it. */
export const endForExercise = (ctx: Ctx, id: string, summary: string): Promise<Standing> =>
  changeIncident(ctx, EXERCISE, id, async (tx, before) => {
    if (!before.isSimulated) throw refuseField('/id', 'incidents.not_simulated', 'Only an incident of an exercise is closed with it.');
    await checkOpen(tx, before);
    await checkNoCommand(tx, id, `End the command of ${before.number} first: demobilising is part of the exercise.`);
    return { set: { state: 'closed', closedBy: ctx.personId, closedAt: ctx.now().toISOString(), closureReason: 'exercise', closureSummary: summary }, verb: 'closed', step: { was: 'open', became: 'closed', reason: summary } };
  });
