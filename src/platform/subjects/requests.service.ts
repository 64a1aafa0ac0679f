import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { startJob } from '#platform/jobs/jobs.service.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { look } from './job-kinds.ts';
import { at, changed, checkHoldsEverywhere, ERASE, personOf, requestFor, requestOf, type Row, rows, subjects, type Tx } from './rows.ts';
import { type Move, stateAfter } from './rules.ts';

export async function listRequests(ctx: Ctx, { state, after, limit }: Input<typeof contract.listRequests>): Promise<Reply<typeof contract.listRequests>> {
  const place = after === undefined ? null : readCursor(after);
  let query = rows(subjects.read(ctx, ERASE)).orderBy('r.receivedAt', 'desc').orderBy('r.id', 'desc').limit(limit);
  if (state) query = query.where('r.state', '=', state);
  if (place) query = query.where(sql<boolean>`(r.received_at, r.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const found = await query.execute();
  const last = found.at(-1);
  return { items: found.map(requestOf), next: last && found.length === limit ? cursorAfter(last.receivedAt, last.id) : null };
}

/** One request with all that is known of it. */
export async function readRequest(ctx: Ctx, { id }: Input<typeof contract.readRequest>): Promise<Reply<typeof contract.readRequest>> {
  const [found, findings, outcomes, asks, archive, keeps, elsewhere] = await subjects.readAll(ctx, ERASE, (db) => [
    rows(db).where('r.id', '=', id),
    db.selectFrom('subjects.finding').select(['tbl as table', 'about', 'named', 'did']).where('requestId', '=', id).orderBy('tbl'),
    db.selectFrom('subjects.item').select(['outcome', sql<number>`count(*)::int`.as('n')]).where('requestId', '=', id).groupBy('outcome'),
    db.selectFrom(sql<{ id: string; state: 'waiting' | 'released' | 'refused' | 'over'; askedAt: string; decidedAt: string | null; ground: string }>`subjects.asks_of(${id}::uuid)`.as('k')).select(['k.id', 'k.state', 'k.askedAt', 'k.decidedAt', 'k.ground']),
    db.selectFrom('subjects.package').select(['bytes', 'sha256', 'madeAt', 'expiresAt']).where('requestId', '=', id).where('expiresAt', '>', at(ctx)),
    db.selectFrom('subjects.item as i').select(sql<string>`distinct substr(i.because, 7)`.as('class')).where('i.requestId', '=', id).where('i.because', 'like', 'class:%'),
    db.selectFrom(sql<{ backups: number; backupsUntil: string | null; exports: number }>`subjects.elsewhere()`.as('e')).select(['e.backups', 'e.backupsUntil', 'e.exports']),
  ] as const);
  const [row] = found;
  if (!row) throw notFound();
  const classes = [...new Set([...row.overrules, ...keeps.map((one) => one.class)])].sort();
  return {
    ...requestOf(row), personId: row.personId, alsoKnown: row.alsoKnown, channel: row.channel, extendedWhy: row.extendedWhy, receivedBy: { id: row.receivedBy, name: row.receiver },
    identity: row.identityHow === null || row.identityAt === null || row.identityBy === null ? null : { how: row.identityHow, by: { id: row.identityBy, name: row.checker ?? '' }, at: row.identityAt },
    overrules: row.overrules, lookedAt: row.lookedAt, jobId: row.jobId, decisionId: row.decisionId, approvedBy: personOf(row.approvedBy, row.approver), outcome: row.outcome, erasedNumber: row.erasedNumber,
    findings, outcomes: Object.fromEntries(outcomes.map(({ outcome, n }) => [outcome, n])), asks, archive: archive[0] ?? null, elsewhere: elsewhere[0] ?? { backups: 0, backupsUntil: null, exports: 0 },
    keeps: await keepersOf(ctx, classes, row.overrules),
  };
}

/** What the schedules in force say of these classes. */
async function keepersOf(ctx: Ctx, classes: readonly string[], overrules: readonly string[]): Promise<{ class: string; basis: string; isOverruled: boolean }[]> {
  if (classes.length === 0) return [];
  const found = await subjects.read(ctx, ERASE).selectFrom(sql<{ class: string; basis: string }>`subjects.bases(${classes}::text[])`.as('b')).select(['b.class', 'b.basis']).execute();
  return classes.map((name) => ({ class: name, basis: found.find((one) => one.class === name)?.basis ?? '', isOverruled: overrules.includes(name) }));
}

/** Notes a request; the month runs from the day on which the person asked. */
export async function receiveRequest(ctx: Ctx, input: Input<typeof contract.receiveRequest>): Promise<Reply<typeof contract.receiveRequest>> {
  return subjects.writeMany(ctx, ERASE, async (tx) => {
    await checkHoldsEverywhere(tx);
    if (input.askedOn > at(ctx).slice(0, 10)) throw new Problem('refused', 'subjects.not_yet', 'Nobody has asked on a day that is still to come.');
    if (input.personId === ctx.personId) throw new Problem('refused', 'subjects.own', 'Nobody handles a request of their own. Give it to another.');
    if (input.personId !== null && !(await tx.selectFrom('access.person').select('id').where('id', '=', input.personId).where('kind', '=', 'human').executeTakeFirst())) throw new Problem('refused', 'subjects.no_such_person', 'This person is not in the register.');
    const id = uuidv7();
    const [{ number }] = (await tx.selectNoFrom([sql<string>`platform.next_number('SUB', ${ctx.now().getUTCFullYear()})`.as('number')]).execute()) as [{ number: string }];
    const { kind, personId, name, alsoKnown, askedOn, channel } = input;
    await tx.insertInto('subjects.request').values({ id, number, kind, personId, name, alsoKnown, askedOn, channel, dueOn: sql`(${askedOn}::date + interval '1 month')::date`, receivedBy: ctx.personId, receivedAt: at(ctx), assignedTo: ctx.personId }).execute();
    const row = await rows(tx).where('r.id', '=', id).executeTakeFirstOrThrow();
    return { changes: [changed('received', null, row, { name, askedOn })], result: requestOf(row) };
  });
}

/** One step of a request: what it changes, and what the ledger is told. */
async function step(ctx: Ctx, id: string, move: Move, verb: string, set: (row: Row, tx: Tx) => Promise<Record<string, unknown>> | Record<string, unknown>, told: Record<string, unknown> = {}): Promise<Reply<typeof contract.assignRequest>> {
  return subjects.writeMany(ctx, ERASE, async (tx) => {
    const before = await requestFor(tx, id, move);
    const values = await set(before, tx);
    await tx.updateTable('subjects.request').set({ ...values, state: (stateAfter(requestOf(before), move) ?? before.state) as Row['state'], version: sql`version + 1` }).where('id', '=', id).execute();
    const row = await rows(tx).where('r.id', '=', id).executeTakeFirstOrThrow();
    return { changes: [changed(verb, before, row, told)], result: requestOf(row) };
  });
}

export const checkIdentity = (ctx: Ctx, { id, how }: Input<typeof contract.checkIdentity>) => step(ctx, id, 'identity', 'identity-checked', () => ({ identityHow: how, identityBy: ctx.personId, identityAt: at(ctx) }), { how });

/** Who handles it holds the permission over the whole organisation, and is not whom it is about. */
export const assignRequest = (ctx: Ctx, { id, personId }: Input<typeof contract.assignRequest>) => step(ctx, id, 'assign', 'assigned', async (row, tx) => {
  const [may] = await tx.selectNoFrom([sql<boolean>`subjects.may_handle(${personId}::uuid)`.as('may')]).execute();
  if (!may?.may || personId === row.personId) throw new Problem('refused', 'subjects.may_not_handle', 'Only who may erase over the whole organisation handles a request, and nobody their own.');
  return { assignedTo: personId };
}, { assignedTo: personId });

export const extendRequest = (ctx: Ctx, { id, reason }: Input<typeof contract.extendRequest>) => step(ctx, id, 'extend', 'extended', (row) => {
  if (at(ctx).slice(0, 10) > row.dueOn) throw new Problem('refused', 'subjects.late', 'The month is over. It is extended while it lasts, and the person is told within it.');
  return { extendedWhy: reason, dueOn: sql`(asked_on + interval '3 months')::date` };
}, { reason });

export async function lookForRequest(ctx: Ctx, { id, overrules }: Input<typeof contract.lookForRequest>): Promise<Reply<typeof contract.lookForRequest>> {
  return subjects.writeMany(ctx, ERASE, async (tx) => {
    const before = await requestFor(tx, id, 'look');
    const job = await startJob(ctx, look, { requestId: id });
    await tx.updateTable('subjects.request').set({ jobId: job.id, overrules: before.kind === 'erasure' ? overrules : [], version: sql`version + 1` }).where('id', '=', id).execute();
    return { changes: [changed('look-asked', before, before, { overrules, jobId: job.id })], result: { id, jobId: job.id } };
  });
}

const MOVES = { answered: 'answer', refused: 'refuse', withdrawn: 'withdraw' } as const;

/** Ends a request. What was collected is forgotten; the archive stays until it expires. */
export async function endRequest(ctx: Ctx, { id, state, words }: Input<typeof contract.endRequest>): Promise<Reply<typeof contract.endRequest>> {
  return step(ctx, id, MOVES[state], state, async (row, tx) => {
    if (state === 'answered' && !(await tx.selectFrom('subjects.package').select('requestId').where('requestId', '=', row.id).executeTakeFirst())) throw new Problem('refused', 'subjects.nothing_made', 'Make the archive first: it is what the person is given.');
    await tx.updateTable('subjects.request').set({ state, endedAt: at(ctx), endedBy: ctx.personId, outcome: words }).where('id', '=', row.id).execute();
    await tx.selectNoFrom([sql`subjects.forget(${row.id}::uuid)`.as('done')]).execute();
    return {};
  }, { words });
}
