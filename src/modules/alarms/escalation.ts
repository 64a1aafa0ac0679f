import type { Ctx } from '#platform/kernel/store.ts';
import { type AlarmRow, alarms, changed, nextVersion, ROW } from './alarm-row.ts';

const AT_ONCE = 200;

/** Says of each alarm that nobody acknowledged in time, once, that it is so; who is told hears of it by that entry. */
export async function escalateDue(ctx: Ctx): Promise<void> {
  const now = ctx.now().toISOString();
  const due = await alarms.read(ctx, 'alarms:read').selectFrom('alarms.alarm').select('id').where('handling', '=', 'unacknowledged').where('escalatedAt', 'is', null).where('foldedInto', 'is', null).where('escalateAt', '<=', now).orderBy('escalateAt').limit(AT_ONCE).execute();
  for (const { id } of due) {
    await alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
      const after = (await tx.updateTable('alarms.alarm').set((eb) => ({ escalatedAt: now, version: nextVersion(eb) })).where('id', '=', id).where('handling', '=', 'unacknowledged').where('escalatedAt', 'is', null).returning(ROW).executeTakeFirst()) as AlarmRow | undefined;
      if (!after) return { changes: [], result: null };
      const change = changed('escalated', { ...after, version: after.version - 1 }, after);
      return { changes: [{ ...change, before: { ...change.before, escalatedAt: null } as typeof change.before, after: { ...after, escalatedAt: now } as typeof after }], result: null };
    });
  }
}
