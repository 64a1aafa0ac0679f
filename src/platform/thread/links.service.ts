import { type ExpressionBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Link } from './contract.ts';
import { checkMay, type Db, type Label, mayWrite, recordLook, seenRecord, thread, type Tx, WRITE } from './rows.ts';
import type { Tables } from './tables.gen.ts';

const MOST_LINKS = 200;
type Ends = { fromId: string; toId: string };

const otherOf = (end: { from: string; to: string }, recordId: string) => sql<string>`case when ${sql.ref(end.from)} = ${recordId} then ${sql.ref(end.to)} else ${sql.ref(end.from)} end`;

/** Links that people drew, with the record at the other end; row security leaves those of which the reader sees both. */
const drawn = (db: Db, recordId: string) =>
  db.selectFrom('thread.link as l').innerJoin('platform.record as o', (join) => join.on('o.id', '=', otherOf({ from: 'l.fromId', to: 'l.toId' }, recordId))).innerJoin('access.person as p', 'p.id', 'l.drawnBy').leftJoin('access.person as s', 's.id', 'l.struckBy')
    .select(['l.id', 'l.kind', 'l.fromId', 'l.drawnAt as at', 'p.name as by', 'l.struckAt', 's.name as struckBy', 'l.struckReason', 'o.id as otherId', 'o.kind as otherKind', 'o.number', 'o.title', 'o.state', 'o.wallId'])
    .where((eb) => eb.or([eb('l.fromId', '=', recordId), eb('l.toId', '=', recordId)])).orderBy('l.drawnAt', 'desc').orderBy('l.id', 'desc').limit(MOST_LINKS);

/** What became of what, and which procedure was followed, as Parapet itself joined them. */
const became = (db: Db, recordId: string) =>
  db.selectFrom('platform.link as l').innerJoin('platform.record as o', (join) => join.on('o.id', '=', otherOf({ from: 'l.fromId', to: 'l.toId' }, recordId))).innerJoin('access.person as p', 'p.id', 'l.actor')
    .select(['l.fromId', 'l.kind', 'l.at', 'p.name as by', 'o.id as otherId', 'o.kind as otherKind', 'o.number', 'o.title', 'o.state', 'o.wallId'])
    .where('l.kind', 'in', ['became', 'followed', 'told']).where((eb) => eb.or([eb('l.fromId', '=', recordId), eb('l.toId', '=', recordId)])).orderBy('l.at', 'desc').limit(MOST_LINKS);

type Other = { otherId: string; otherKind: string; number: string | null; title: string; state: string; wallId: string | null };
const otherIn = ({ otherId: id, otherKind: kind, number, title, state, wallId }: Other): Link['other'] => ({ id, kind, number, title, state, isWalled: wallId !== null });

const linkOf = (row: Awaited<ReturnType<ReturnType<typeof drawn>['execute']>>[number], recordId: string): Link => ({
  id: row.id, kind: row.kind, isFrom: row.fromId === recordId, other: otherIn(row), at: row.at, by: row.by, struckAt: row.struckAt, struckBy: row.struckBy, struckReason: row.struckReason,
});

/** Links of a record, from both ends, the latest first: those of which the reader sees the other end too. */
export async function listLinks(ctx: Ctx, { recordId, show }: Input<typeof contract.listLinks>): Promise<Reply<typeof contract.listLinks>> {
  const standing = (query: ReturnType<typeof drawn>) => (show === 'all' ? query : query.where('l.struckAt', 'is', null));
  const [labels, byPeople, byItself] = await thread.readAll(ctx, 'thread:read', (db) => [
    db.selectFrom('platform.record').select(['id as recordId', 'siteId', 'wallId', 'readPermission']).where('id', '=', recordId), standing(drawn(db, recordId)), became(db, recordId),
  ]);
  if (labels[0]) await recordLook(ctx, labels[0]);
  const joined = byItself.map((row): Link => ({ id: null, kind: row.kind === 'followed' || row.kind === 'told' ? row.kind : 'became', isFrom: row.fromId === recordId, other: otherIn(row), at: row.at, by: row.by, struckAt: null, struckBy: null, struckReason: null }));
  return { items: [...byPeople.map((row) => linkOf(row, recordId)), ...joined].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)) };
}

type Fact = { id: string; fromId: string; toId: string; kind: string; struckAt: string | null; struckReason: string | null };

/** An entry about one end that names the other: of the one behind a wall where only one is, so that nothing of it is said outside. */
const changeOf = (verb: string, { from, to, before, after }: { from: Label; to: Label; before: Fact | null; after: Fact }): Change<Fact> => ({
  verb, before, after, of: from.wallId === null && to.wallId !== null ? to : from, erasable: ['struckReason'],
  // Where not all who see one end see the other, a message would hint at what they do not see.
  ...(isSeenAlike(from, to) ? {} : { isQuiet: true as const }),
});

const isSeenAlike = (a: Label, b: Label): boolean => a.siteId === b.siteId && a.wallId === b.wallId && a.readPermission === b.readPermission;

const refusedAt = (code: string, detail: string): Problem => new Problem('refused', code, detail, { errors: [{ pointer: '/toId', detail }] });

const between = ({ fromId, toId }: Ends) => (eb: ExpressionBuilder<{ l: Tables['thread.link'] }, 'l'>) => eb.or([eb.and([eb('l.fromId', '=', fromId), eb('l.toId', '=', toId)]), eb.and([eb('l.fromId', '=', toId), eb('l.toId', '=', fromId)])]);

async function checkNew(tx: Tx, ends: Ends, kind: string): Promise<void> {
  if (ends.fromId === ends.toId) throw refusedAt('thread.itself', 'A record is not linked with itself. Choose another one.');
  const found = await tx.selectFrom('thread.link as l').innerJoin('access.person as p', 'p.id', 'l.drawnBy').select(['p.name', 'l.drawnAt']).where('l.kind', '=', kind as contract.LinkKind).where('l.struckAt', 'is', null).where(between(ends)).executeTakeFirst();
  if (found) throw new Problem('conflict', 'thread.linked_already', `${found.name} has linked these two so already.`, { by: found.name, at: found.drawnAt });
}

/** Links two records that the person sees; they must be allowed to write at the first. */
export async function drawLink(ctx: Ctx, { recordId, toId, kind }: Input<typeof contract.drawLink>): Promise<Link> {
  return thread.writeMany(ctx, WRITE, async (tx) => {
    const from = await seenRecord(tx, recordId);
    if (!from) throw toProblem({ code: '23503' });
    await checkMay(tx, from);
    const to = await seenRecord(tx, toId);
    if (!to) throw refusedAt('thread.no_such_record', 'There is no such record, or it is not for you to see. Choose another one.');
    await checkNew(tx, { fromId: recordId, toId }, kind);
    const fact: Fact = { id: uuidv7(), fromId: recordId, toId, kind, struckAt: null, struckReason: null };
    await tx.insertInto('thread.link').values({ id: fact.id, fromId: recordId, toId, kind, drawnBy: ctx.personId, drawnAt: ctx.now().toISOString() }).execute();
    const row = await drawn(tx, recordId).where('l.id', '=', fact.id).executeTakeFirst();
    if (!row) throw notFound();
    return { changes: [changeOf('linked', { from, to, before: null, after: fact })], result: linkOf(row, recordId) };
  });
}

/** Strikes a link with a reason; who may write at either end may. It stays to be read, and can be drawn anew. */
export async function strikeLink(ctx: Ctx, { id, reason }: Input<typeof contract.strikeLink>): Promise<Reply<typeof contract.strikeLink>> {
  return thread.writeMany(ctx, WRITE, async (tx) => {
    const read = () => tx.selectFrom('thread.link as l').leftJoin('access.person as s', 's.id', 'l.struckBy').select(['l.id', 'l.fromId', 'l.toId', 'l.kind', 'l.struckAt', 'l.struckReason', 's.name as struckBy']).where('l.id', '=', id).executeTakeFirst();
    const found = await read();
    const [from, to] = found ? await Promise.all([seenRecord(tx, found.fromId), seenRecord(tx, found.toId)]) : [];
    if (!found || !from || !to) throw notFound();
    if (!(await mayWrite(tx, from)) && !(await mayWrite(tx, to))) throw notAllowed(WRITE);
    const struckAt = ctx.now().toISOString();
    const { numUpdatedRows } = await tx.updateTable('thread.link').set({ struckAt, struckBy: ctx.personId, struckReason: reason }).where('id', '=', id).where('struckAt', 'is', null).executeTakeFirst();
    if (numUpdatedRows === 0n) {
      const first = await read();
      throw new Problem('conflict', 'thread.struck_already', `${first?.struckBy ?? 'Somebody'} has struck this link already.`, { by: first?.struckBy ?? null, at: first?.struckAt ?? null });
    }
    const { struckBy: _by, ...before } = found;
    return { changes: [changeOf('link-struck', { from, to, before, after: { ...before, struckAt, struckReason: reason } })], result: { id } };
  });
}
