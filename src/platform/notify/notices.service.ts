import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { deliveriesOf } from '#platform/deliver/deliveries.service.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, me, store } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Notice } from './contract.ts';
import { discoverNotices, type NoticeClass, titleIn } from './port.ts';
import type { Tables } from './tables.gen.ts';

export const notify = store<Tables>('notify');
type Db = Pick<Parameters<Parameters<typeof notify.readAll>[2]>[0], 'selectFrom'>;
type Tx = Parameters<Parameters<typeof notify.writeMany>[2]>[0];

const rows = (db: Db) =>
  db.selectFrom('notify.notice as n').leftJoin('platform.record as r', 'r.id', 'n.recordId').leftJoin('notify.escalation as e', 'e.id', 'n.escalationId')
    .select(['n.id', 'n.class', 'n.urgent', 'n.words', 'n.path', 'n.at', 'n.readAt', 'n.acknowledgedAt', 'n.recordId', 'r.kind', 'r.number', 'r.title', sql<boolean>`r.wall_id is not null`.as('isWalled'), 'e.state as escalation'])
    .where('n.personId', '=', me);
type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

const titleOf = (of: NoticeClass | undefined, language: Ctx['language']): string | undefined => of && titleIn(of, language);

async function withProof(ctx: Ctx, found: readonly Row[]): Promise<Notice[]> {
  const { classes } = await discoverNotices();
  const sent = await deliveriesOf(ctx, 'notify', found.map(({ id }) => id));
  return found.map(({ recordId, kind, number, title, isWalled, escalation, ...notice }) => ({
    ...notice, title: titleOf(classes.get(notice.class), ctx.language) ?? notice.class, isOver: escalation !== null && escalation !== 'running',
    record: recordId === null ? null : { id: recordId, kind: kind ?? '', number, title: title ?? '', isWalled },
    sent: sent.get(notice.id) ?? [],
  }));
}

export async function listNotices(ctx: Ctx, { state, after, limit }: Input<typeof contract.listNotices>): Promise<Reply<typeof contract.listNotices>> {
  const place = after === undefined ? null : readCursor(after);
  let query = rows(notify.read(ctx, '')).orderBy('n.at', 'desc').orderBy('n.id', 'desc').limit(limit);
  if (state === 'unread') query = query.where('n.readAt', 'is', null);
  if (place) query = query.where(sql<boolean>`(n.at, n.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const found = await query.execute();
  const last = found.at(-1);
  return { items: await withProof(ctx, found), next: last && found.length === limit ? cursorAfter(last.at, last.id) : null };
}

export async function readNotice(ctx: Ctx, { id }: Input<typeof contract.readNotice>): Promise<Notice> {
  const [notice] = await withProof(ctx, await rows(notify.read(ctx, '')).where('n.id', '=', id).execute());
  if (!notice) throw notFound();
  return notice;
}

export async function countNotices(ctx: Ctx): Promise<Reply<typeof contract.countNotices>> {
  return notify.read(ctx, '').selectFrom('notify.notice as n').leftJoin('notify.escalation as e', 'e.id', 'n.escalationId')
    .select([sql<number>`count(*)::int`.as('unread'), sql<number>`count(*) filter (where n.urgent and n.acknowledged_at is null and (e.state is null or e.state = 'running'))::int`.as('urgent')])
    .where('n.personId', '=', me).where('n.readAt', 'is', null).executeTakeFirstOrThrow();
}

/** A change of one's own notices: about oneself, of no site and no wall, and of no content. */
const changeOf = (ctx: Ctx, verb: string, after: { id: string } & Record<string, unknown>): Change<{ id: string }> => ({ verb, before: null, after, of: { recordId: ctx.personId, siteId: null, wallId: null, readPermission: 'notify:read' } });

/** Tells one's other screens. */
const ring = (tx: Tx, ctx: Ctx, id: string) => tx.insertInto('platform.outbox').values({ topic: 'notify.seen', recordId: id, personId: ctx.personId, readPermission: '' }).execute();

export async function markRead(ctx: Ctx, { id }: Input<typeof contract.markRead>): Promise<{ id: string }> {
  return notify.writeMany(ctx, '', async (tx) => {
    const found = await rows(tx).where('n.id', '=', id).executeTakeFirst();
    if (!found) throw notFound();
    const marked = await tx.updateTable('notify.notice').set({ readAt: ctx.now().toISOString() }).where('id', '=', id).where('readAt', 'is', null).executeTakeFirst();
    if (marked.numUpdatedRows === 0n) return { changes: [], result: { id } };
    await ring(tx, ctx, id);
    return { changes: [changeOf(ctx, 'read', { id })], result: { id } };
  });
}

export async function markAllRead(ctx: Ctx): Promise<{ count: number }> {
  return notify.writeMany(ctx, '', async (tx) => {
    const marked = await tx.updateTable('notify.notice').set({ readAt: ctx.now().toISOString() }).where('personId', '=', me).where('readAt', 'is', null)
      .where(sql<boolean>`(not urgent or acknowledged_at is not null or escalation_id in (select e.id from notify.escalation e where e.state <> 'running'))`).executeTakeFirst();
    const count = Number(marked.numUpdatedRows);
    if (count === 0) return { changes: [], result: { count } };
    await ring(tx, ctx, ctx.personId);
    return { changes: [changeOf(ctx, 'all-read', { id: uuidv7(), count })], result: { count } };
  });
}

/** Whoever acknowledges first ends the ladder for all. */
export async function acknowledgeNotice(ctx: Ctx, { id }: Input<typeof contract.acknowledgeNotice>): Promise<{ id: string }> {
  return notify.writeMany(ctx, '', async (tx) => {
    const found = await rows(tx).where('n.id', '=', id).executeTakeFirst();
    if (!found) throw notFound();
    if (!found.urgent) throw new Problem('refused', 'notify.not_urgent', 'Only urgent notices are acknowledged. Mark this one as read.');
    const at = ctx.now().toISOString();
    const done = await tx.updateTable('notify.notice').set({ acknowledgedAt: at, readAt: sql<string>`coalesce(read_at, ${at}::timestamptz)` }).where('id', '=', id).where('acknowledgedAt', 'is', null).executeTakeFirst();
    if (done.numUpdatedRows === 0n) return { changes: [], result: { id } };
    await ring(tx, ctx, id);
    return { changes: [changeOf(ctx, 'acknowledged', { id, class: found.isWalled ? '' : found.class })], result: { id } };
  });
}
