import { sql } from 'kysely';
import { isNewLook, noteLook } from '#platform/kernel/looks.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { ledger } from './browse.ts';

/** What stands behind a wall and is about to be shown: the record, or the wall itself where an entry is about none. */
export type Walled = { recordId: string; siteId: string | null; wallId: string };

/** Column `walled` of an entry `e`: the walls behind which it stands, by its label, by what its record is now, and by what it names. */
export const WALLED = sql<Walled[] | null>`(select json_agg(distinct jsonb_build_object('recordId', x.record_id, 'siteId', e.site_id, 'wallId', x.wall_id)) from (
  select coalesce(e.record_id, e.wall_id) as record_id, e.wall_id where e.wall_id is not null
  union select w.record_id, w.wall_id from ledger.walled w where w.record_id = e.record_id
  union select w.record_id, w.wall_id from ledger.mention m join ledger.walled w on w.record_id = m.record_id where m.xid = e.xid and m.entry_id = e.id) x)`;

/** Records that this person reads of walled records in the ledger, before it is shown; where that cannot be made, nothing is shown. */
export async function recordLooks(ctx: Ctx, walled: readonly Walled[]): Promise<void> {
  const fresh = [...new Map(walled.map((one) => [`${one.recordId} ${one.wallId}`, one])).values()].filter(({ recordId, wallId }) => isNewLook(ctx, recordId, wallId));
  if (fresh.length === 0) return;
  await ledger.writeMany(ctx, 'ledger:read', async () => ({
    changes: fresh.map(({ recordId, siteId, wallId }) => ({ verb: 'looked', before: null, after: { id: recordId }, of: { recordId, siteId, wallId, readPermission: 'ledger:read' } })),
    result: null,
  }));
  for (const { recordId, wallId } of fresh) noteLook(ctx, recordId, wallId);
}

/** Records that somebody takes a copy of the ledger away: for the organisation, and for each wall of which entries are in it. */
export async function recordExport(ctx: Ctx, size: number, walls: readonly string[]): Promise<void> {
  const about = (id: string, wallId: string | null) => ({ verb: 'exported', before: null, after: { id, size }, of: { recordId: id, siteId: null, wallId, readPermission: 'ledger:read' } });
  await ledger.writeMany(ctx, 'ledger:read', async () => ({ changes: [about(ctx.personId, null), ...walls.map((wall) => about(wall, wall))], result: null }));
}
