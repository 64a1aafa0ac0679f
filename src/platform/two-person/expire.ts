import { sql } from 'kysely';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs, type Ctx } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { told, twoPerson } from './rows.ts';

const EVERY_MS = 15_000;

/** Notes of every decision whose time ran out that it did. For the steward; answers how many. */
export function expireDecisions(ctx: Ctx): Promise<number> {
  return twoPerson.writeMany(ctx, 'platform:expire', async (tx) => {
    const rows = await tx.updateTable('twoPerson.decision').set({ state: 'expired', decidedAt: sql`expires_at` }).where('state', '=', 'waiting').where('expiresAt', '<=', sql<string>`now()`)
      .returning(['id', 'kind', 'siteId', 'wallId', 'permission', 'proposedBy']).execute();
    return { changes: rows.map((row) => told(row, 'expired', { id: row.id, kind: row.kind, proposedBy: row.proposedBy })), result: rows.length };
  });
}

/** On one node: looks every quarter of a minute whose time ran out. */
export const leadExpiry = leading('decisions', 'decisions', async ({ db, log }, { isOver, within }) => {
  for (; !isOver(); await within(EVERY_MS)) {
    await expireDecisions(await actAs(db, SERVICE.steward)).catch((error: unknown) => log.warn({ err: error }, 'decisions were not looked through for those whose time ran out'));
  }
});
