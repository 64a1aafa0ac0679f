import { sql } from 'kysely';
import { notFound } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

const identity = store<Tables>('identity');

/** Where the organisation of this installation stands as a demonstration. Its loading may be cut and gone on with until `loadedAt`. */
export type Demonstration = { isDemo: boolean; foundedAt: string; loadedAt: string | null; endedAt: string | null };

const told = (id: string, verb: string, after: object): Change<{ id: string }> => ({
  verb, before: null, after: { id, ...after }, of: { recordId: id, siteId: null, wallId: null, readPermission: 'identity:read' },
});

/** The demonstration of this installation; null while nothing is founded. */
export async function demonstrationOf(ctx: Ctx): Promise<Demonstration | null> {
  const row = await identity.read(ctx, '').selectFrom('identity.organisation').select(['isDemo', 'foundedAt', 'demoLoadedAt as loadedAt', 'demoEndedAt as endedAt']).executeTakeFirst();
  return row ?? null;
}

/** Says that the demonstration is loaded whole: no later start loads anything. For the front door. */
export async function markDemonstrationLoaded(ctx: Ctx): Promise<void> {
  await identity.writeMany(ctx, 'identity:found', async (tx) => {
    const row = await tx.updateTable('identity.organisation').set({ demoLoadedAt: sql<string>`now()` }).where('isDemo', '=', true).where('demoLoadedAt', 'is', null).returning('id').executeTakeFirst();
    return { changes: row ? [told(row.id, 'demonstration-loaded', {})] : [], result: null };
  });
}

/**
 * Ends the demonstration: no password of anybody fits any more, every session and key ends, and no start loads or simulates
 * anything again. What was recorded stays. For the front door; answers how many could sign in and how many sessions ended.
 */
export async function endDemonstration(ctx: Ctx): Promise<{ signIns: number; sessions: number }> {
  return identity.writeMany(ctx, 'identity:invite', async (tx) => {
    const row = await tx.updateTable('identity.organisation').set({ demoEndedAt: sql<string>`coalesce(demo_ended_at, now())` }).where('isDemo', '=', true).returning('id').executeTakeFirst();
    if (!row) throw notFound();
    const closed = await tx.updateTable('identity.credential').set({ passwordHash: null, changedAt: ctx.now().toISOString(), changedBy: ctx.personId }).where('personId', '<>', ctx.personId).returning('personId').execute();
    const ended = await tx.deleteFrom('access.session').where('personId', '<>', ctx.personId).executeTakeFirst();
    const result = { signIns: closed.length, sessions: Number(ended.numDeletedRows) };
    return { changes: [told(row.id, 'demonstration-ended', { ...result })], result };
  });
}
