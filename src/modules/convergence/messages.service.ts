import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Message } from './contract.ts';
import { changed, convergence, holdDestination, SHARE } from './destination-row.ts';

export async function listMessages(ctx: Ctx, { id, state, after, limit }: Input<typeof contract.listMessages>): Promise<Reply<typeof contract.listMessages>> {
  const place = after === undefined ? null : readCursor(after);
  const [found, rows] = await convergence.readAll(ctx, SHARE, (db) => {
    let query = db.selectFrom('convergence.message as m').leftJoin('platform.record as r', 'r.id', 'm.recordId')
      .select(['m.id', 'm.event', 'm.recordId', 'r.number', 'm.state', 'm.reason', 'm.attempts', 'm.status', 'm.tookMs', 'm.queuedAt', 'm.nextAt', 'm.endedAt', 'm.tries']).where('m.destinationId', '=', id).orderBy('m.queuedAt', 'desc').orderBy('m.id', 'desc').limit(limit);
    if (state) query = query.where('m.state', '=', state);
    if (place) query = query.where(sql<boolean>`(m.queued_at, m.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
    return [db.selectFrom('convergence.destination').select('id').where('id', '=', id), query];
  });
  if (!found[0]) throw notFound();
  const last = rows.at(-1);
  return { items: rows.map((row) => ({ ...row, tries: row.tries as Message['tries'] })), next: last && rows.length === limit ? cursorAfter(last.queuedAt, last.id) : null };
}

/** Queues a message that says that it is a test; the worker sends it like any other. */
export async function testDestination(ctx: Ctx, { id }: Input<typeof contract.testDestination>): Promise<Reply<typeof contract.testDestination>> {
  return convergence.writeMany(ctx, SHARE, async (tx) => {
    const destination = await holdDestination(ctx, tx, id);
    if (destination.state === 'paused') throw new Problem('conflict', 'convergence.paused', 'It is paused. Resume it, then test it.');
    const now = ctx.now().toISOString();
    const messageId = uuidv7();
    await tx.insertInto('convergence.message').values({ id: messageId, destinationId: id, event: 'test', queuedAt: now, nextAt: now }).execute();
    return { changes: [changed('destination-tested', null, destination, { messageId })], result: { messageId } };
  });
}

const AGAIN = { state: 'queued', reason: '', attempts: 0, endedAt: null } as const;

export async function replayMessages(ctx: Ctx, { id, since, what }: Input<typeof contract.replayMessages>): Promise<Reply<typeof contract.replayMessages>> {
  return convergence.writeMany(ctx, SHARE, async (tx) => {
    const destination = await holdDestination(ctx, tx, id);
    const now = ctx.now().toISOString();
    const { numUpdatedRows } = await tx.updateTable('convergence.message').set({ ...AGAIN, nextAt: now, queuedAt: now }).where('destinationId', '=', id).where('queuedAt', '>=', since).where('state', 'in', what === 'everything' ? ['dead', 'dropped', 'delivered'] : ['dead', 'dropped']).executeTakeFirst();
    return { changes: [changed('replayed', null, destination, { since, what, queued: Number(numUpdatedRows) })], result: { queued: Number(numUpdatedRows) } };
  });
}

/** The same message again, with its id, by which the other side knows it. */
export async function replayMessage(ctx: Ctx, { id, rowId }: Input<typeof contract.replayMessage>): Promise<Reply<typeof contract.replayMessage>> {
  return convergence.writeMany(ctx, SHARE, async (tx) => {
    const destination = await holdDestination(ctx, tx, id);
    const before = await tx.selectFrom('convergence.message').select('state').where('id', '=', rowId).where('destinationId', '=', id).executeTakeFirst();
    if (!before) throw notFound();
    if (before.state === 'queued') throw new Problem('conflict', 'convergence.queued_already', 'It is waiting to be sent already.');
    const now = ctx.now().toISOString();
    await tx.updateTable('convergence.message').set({ ...AGAIN, nextAt: now, queuedAt: now }).where('id', '=', rowId).execute();
    return { changes: [changed('replayed', null, destination, { messageId: rowId })], result: { queued: 1 } };
  });
}
