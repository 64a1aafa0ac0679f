import { endRunsByRule } from '#modules/procedures/public.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { type AlarmRow, alarms, changed, nextVersion, ROW } from './alarm-row.ts';

const MOST = 200;
const OFF_THE_SHELF = { shelvedBy: null, shelvedUntil: null, shelvedWhy: null } as const;

/**
 * Closes the open alarms of a simulated source as a drill, in the caller's transaction, with the procedures that were followed on them. A real alarm is never closed so.
 * At most 200 at once. Answers how many, and which incidents alarms of this source became.
 */
export async function clearForExercise(ctx: Ctx, sourceId: string, note: string): Promise<{ closed: number; incidents: string[] }> {
  return alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
    const open = (await tx.selectFrom('alarms.alarm').select(ROW).where('sourceId', '=', sourceId).where('isSimulated', '=', true).where('handling', '<>', 'closed').orderBy('id').limit(MOST).forUpdate().execute()) as AlarmRow[];
    const changes: Change<AlarmRow>[] = [];
    for (const before of open) {
      const set = { ...OFF_THE_SHELF, handling: 'closed' as const, isActive: false, closedBy: ctx.personId, closedAt: ctx.now().toISOString(), closedWhilePresent: before.isActive, disposition: 'test-drill', note };
      const after = (await tx.updateTable('alarms.alarm').set((eb) => ({ ...set, version: nextVersion(eb) })).where('id', '=', before.id).returning(ROW).executeTakeFirstOrThrow()) as AlarmRow;
      changes.push(changed('closed-by-rule', before, after));
    }
    await endRunsByRule(ctx, open.map(({ id }) => id), { why: note });
    const became = await tx.selectFrom('alarms.alarm').select('incidentId').distinct().where('sourceId', '=', sourceId).where('isSimulated', '=', true).where('incidentId', 'is not', null).execute();
    return { changes, result: { closed: open.length, incidents: became.flatMap(({ incidentId }) => (incidentId === null ? [] : [incidentId])) } };
  });
}
