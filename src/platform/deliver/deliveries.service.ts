import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Delivery } from './contract.ts';
import { changeOf, deliver, SYSTEM } from './record.ts';
import { EXPIRES_S } from './rules.ts';

export async function listDeliveries(ctx: Ctx, { state, channel, after, limit }: Input<typeof contract.listDeliveries>): Promise<Reply<typeof contract.listDeliveries>> {
  const place = after === undefined ? null : readCursor(after);
  let query = deliver.read(ctx, SYSTEM).selectFrom('deliver.delivery as d').innerJoin('access.person as p', 'p.id', 'd.personId')
    .select(['d.id', 'p.name as person', 'd.channel', 'd.topic', 'd.urgent', 'd.state', 'd.reason', 'd.attempts', 'd.queuedAt', 'd.nextAt', 'd.sentAt', 'd.endedAt']).orderBy('d.queuedAt', 'desc').orderBy('d.id', 'desc').limit(limit);
  if (state) query = query.where('d.state', '=', state);
  if (channel) query = query.where('d.channel', '=', channel);
  if (place) query = query.where(sql<boolean>`(d.queued_at, d.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const items = await query.execute();
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? cursorAfter(last.queuedAt, last.id) : null };
}

export async function listAttempts(ctx: Ctx, { id }: Input<typeof contract.listAttempts>): Promise<Reply<typeof contract.listAttempts>> {
  const [found, items] = await deliver.readAll(ctx, SYSTEM, (db) => [
    db.selectFrom('deliver.delivery').select('id').where('id', '=', id),
    db.selectFrom('deliver.attempt').select(['n', 'at', 'tookMs', 'result', 'detail']).where('deliveryId', '=', id).orderBy('n').limit(100),
  ]);
  if (!found[0]) throw notFound();
  return { items };
}

const GIVEN_UP = ['dead', 'unknown'] as const;

/** Queues again what was given up; how often it was tried stays as proof, and it is tried as if anew. */
export async function retryDelivery(ctx: Ctx, { id }: Input<typeof contract.retryDelivery>): Promise<{ id: string }> {
  return deliver.writeMany(ctx, SYSTEM, async (tx) => {
    const before = await tx.selectFrom('deliver.delivery').select(['id', 'state', 'reason', 'urgent']).where('id', '=', id).executeTakeFirst();
    if (!before) throw notFound();
    const [may] = await tx.selectFrom(sql<{ may: boolean }>`(select access.org_may(${SYSTEM}) as may)`.as('m')).select('may').execute();
    if (!may?.may) throw notAllowed(SYSTEM);
    const queued = await tx.updateTable('deliver.delivery').set({ state: 'queued', nextAt: sql<string>`now()`, endedAt: null, expiresAt: sql<string>`now() + make_interval(secs => ${before.urgent ? EXPIRES_S.urgent : EXPIRES_S.other})` }).where('id', '=', id).where('state', 'in', [...GIVEN_UP]).executeTakeFirst();
    if (queued.numUpdatedRows === 0n) throw new Problem('conflict', 'deliver.not_given_up', `Only what was given up or is unknown is sent again; this is ${before.state}.`);
    return { changes: [changeOf('retried', { state: before.state }, { id, state: 'queued' })], result: { id } };
  });
}

export async function sayArrived(ctx: Ctx, { id }: Input<typeof contract.sayArrived>): Promise<{ noted: boolean }> {
  return deliver.writeMany(ctx, '', async (tx) => {
    const [row] = await tx.selectFrom(sql<{ noted: boolean }>`(select deliver.arrived(${id}::uuid) as noted)`.as('a')).select('noted').execute();
    if (!row?.noted) throw notFound();
    return { changes: [], result: { noted: true } };
  });
}

/** How what a source queued went out, by its ids, as the reader may know: their own, or as who keeps the system. */
export async function deliveriesOf(ctx: Ctx, source: string, sourceIds: readonly string[]): Promise<Map<string, { channel: Delivery['channel']; state: Delivery['state']; reason: string; at: string | null }[]>> {
  if (sourceIds.length === 0) return new Map();
  const found = await deliver.read(ctx, '').selectFrom('deliver.delivery').select(['sourceId', 'channel', 'state', 'reason', sql<string | null>`coalesce(ended_at, sent_at)`.as('at')]).where('source', '=', source).where(sql<boolean>`source_id = any (${sourceIds}::uuid[])`).orderBy('id').execute();
  const by = Map.groupBy(found, ({ sourceId }) => sourceId);
  return new Map([...by].map(([id, all]) => [id, all.map(({ sourceId: _of, ...rest }) => rest)]));
}
