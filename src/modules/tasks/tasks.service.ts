import { type ExpressionBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { lookOnce } from '#platform/kernel/looks.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, me, store } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Task } from './contract.ts';
import { blockersIn, checkFinished, checkRepeats, checkWaits, needsDue, nextDue, type Repeating, type Waiting } from './series.ts';
import type { Tables } from './tables.gen.ts';

export const tasks = store<Tables>('tasks');
type Tx = Parameters<Parameters<typeof tasks.writeMany>[2]>[0];
type Db = Pick<Parameters<Parameters<typeof tasks.readAll>[2]>[0], 'selectFrom'>;

/** A task without a due time comes after all that have one. */
const NEVER = '9999-12-31T00:00:00Z';
const dueKey = sql<string>`coalesce(t.due_at, timestamptz '9999-12-31 00:00:00+00')`;

const rows = (db: Db) =>
  db.selectFrom('tasks.task as t').innerJoin('platform.record as r', 'r.id', 't.recordId').leftJoin('access.person as o', 'o.id', 't.ownerId').innerJoin('access.person as c', 'c.id', 't.createdBy').leftJoin('access.person as e', 'e.id', 't.endedBy')
    .select([
      't.id', 't.recordId', 't.title', 't.detail', 't.ownerId', 't.dueAt', 't.state', 't.outcome', 't.createdAt', 't.endedAt', 't.version', 't.seriesId', 't.repeatRule', 't.repeatFrom', 't.repeatZone', 't.blockedBy', blockersIn.as('blockers'), 'o.name as ownerName', 'c.name as createdByName', 'e.name as endedByName',
      'r.kind as recordKind', 'r.number as recordNumber', 'r.title as recordTitle', 'r.state as recordState', 'r.siteId', 'r.wallId', 'r.readPermission',
    ]);

type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

const taskOf = (row: Row, ctx: Ctx): Task => ({
  id: row.id, record: { id: row.recordId, kind: row.recordKind, number: row.recordNumber, title: row.recordTitle }, title: row.title, detail: row.detail,
  owner: row.ownerId === null ? null : { id: row.ownerId, name: row.ownerName ?? '' }, dueAt: row.dueAt, state: row.state, outcome: row.outcome,
  createdAt: row.createdAt, createdBy: row.createdByName, endedAt: row.endedAt, endedBy: row.endedByName, version: row.version, blockedBy: row.blockers,
  repeats: row.repeatRule === null || row.repeatZone === null ? null : { rule: row.repeatRule, zone: row.repeatZone, nextDueAt: nextDue(row, ctx.now()) },
});

type Asked = { state?: Task['state'] | undefined; after?: string | undefined; limit: number };
type Where = ExpressionBuilder<{ t: Tables['tasks.task'] }, 't'>;

/** Tasks are a part of their record: who reads those of a walled one has looked at it. */
const recordLook = (ctx: Ctx, { recordId: id, siteId, wallId, readPermission }: Row): Promise<void> => lookOnce(ctx, { id, wallId }, () => tasks.recordLook(ctx, { id, siteId, wallId, readPermission }));

async function page(ctx: Ctx, { state, after, limit }: Asked, whose: (where: Where) => ReturnType<Where>, isOfOne = false): Promise<{ items: Task[]; next: string | null }> {
  const place = after === undefined ? null : readCursor(after);
  const found = await rows(tasks.read(ctx)).where(whose).where((where) => (state ? where('t.state', '=', state) : sql<boolean>`true`))
    .where(place ? sql<boolean>`(${dueKey}, t.id) > (${place.at}::timestamptz, ${place.id}::uuid)` : sql<boolean>`true`).orderBy(dueKey).orderBy('t.id').limit(limit).execute();
  const last = found.at(-1);
  if (found[0] && isOfOne) await recordLook(ctx, found[0]);
  return { items: found.map((row) => taskOf(row, ctx)), next: last && found.length === limit ? cursorAfter(last.dueAt ?? NEVER, last.id) : null };
}

export const listTasks = (ctx: Ctx, { recordId, ...asked }: Input<typeof contract.listTasks>): Promise<Reply<typeof contract.listTasks>> => page(ctx, asked, (where) => where('t.recordId', '=', recordId), true);

export const listMyTasks = (ctx: Ctx, asked: Input<typeof contract.listMyTasks>): Promise<Reply<typeof contract.listMyTasks>> => page(ctx, asked, (where) => where('t.ownerId', '=', me));

const seen = (db: Db, id: string): Promise<Row | undefined> => rows(db).where('t.id', '=', id).executeTakeFirst();

export async function readTask(ctx: Ctx, { id }: Input<typeof contract.readTask>): Promise<Task> {
  const row = await seen(tasks.read(ctx), id);
  if (!row) throw notFound();
  await recordLook(ctx, row);
  return taskOf(row, ctx);
}

type Fact = Pick<Row, 'id' | 'title' | 'detail' | 'ownerId' | 'dueAt' | 'state' | 'outcome' | 'repeatRule' | 'repeatZone' | 'blockedBy'> & { reason?: string };
const factOf = ({ id, title, detail, ownerId, dueAt, state, outcome, repeatRule, repeatZone, blockedBy }: Row): Fact => ({ id, title, detail, ownerId, dueAt, state, outcome, repeatRule, repeatZone, blockedBy });

const changeOf = (verb: string, before: Row | null, after: Row, reason?: string): Change<Fact> => ({
  verb, before: before && { ...factOf(before), ...(reason === undefined ? {} : { reason: '' }) }, after: { ...factOf(after), ...(reason === undefined ? {} : { reason }) },
  of: { recordId: after.recordId, siteId: after.siteId, wallId: after.wallId, readPermission: after.readPermission }, erasable: ['title', 'detail', 'outcome', 'reason'],
});

async function couldSee(tx: Tx, personId: string, recordId: string): Promise<boolean> {
  const [row] = await tx.selectFrom(sql<{ could: boolean }>`(select tasks.could_see(${personId}::uuid, ${recordId}::uuid) as could)`.as('s')).select('could').execute();
  return row?.could === true;
}

async function checkOwner(tx: Tx, ownerId: string | null | undefined, recordId: string): Promise<void> {
  if (!ownerId || (await couldSee(tx, ownerId, recordId))) return;
  const detail = 'This person does not see the record. Give it to somebody who does.';
  throw new Problem('refused', 'tasks.owner_cannot_see', detail, { errors: [{ pointer: '/ownerId', detail }] });
}

type Given = Omit<Input<typeof contract.addTask>, 'repeats' | 'blockedBy'> & Repeating & { seriesId: string | null; blockedBy: string[] };

async function insert(ctx: Ctx, tx: Tx, id: string, given: Given): Promise<Row> {
  await tx.insertInto('tasks.task').values({ ...given, id, createdBy: ctx.personId, createdAt: ctx.now().toISOString() }).execute();
  const row = await seen(tx, id);
  if (!row) throw notFound();
  return row;
}

export async function addTask(ctx: Ctx, { repeats, blockedBy = [], ...input }: Input<typeof contract.addTask>): Promise<Task> {
  return tasks.writeMany(ctx, 'tasks:write', async (tx) => {
    const record = await tx.selectFrom('platform.record').select('id').where('id', '=', input.recordId).executeTakeFirst();
    if (!record) throw toProblem({ code: '23503' });
    await checkOwner(tx, input.ownerId, input.recordId);
    const id = uuidv7();
    await checkWaits(tx, { id, recordId: input.recordId, blockedBy });
    const after = await insert(ctx, tx, id, { ...input, ...checkRepeats(repeats ?? null, input.dueAt), seriesId: repeats ? id : null, blockedBy: [...new Set(blockedBy)] });
    return { changes: [changeOf('added', null, after)], result: taskOf(after, ctx) };
  });
}

/** A task as another system knew it: with its times, and ended where it was. */
export type PastTask = { recordId: string; title: string; detail: string | undefined; ownerId: string | undefined; dueAt: string | undefined; state: Task['state']; outcome: string; createdAt: string | undefined; endedAt: string | undefined };

/** Adds a task of another system; who brings it in stands for who made and ended it. */
export async function importTask(ctx: Ctx, { recordId, title, detail = '', ownerId, dueAt, state, outcome, createdAt, endedAt }: PastTask): Promise<{ id: string }> {
  return tasks.writeMany(ctx, 'tasks:write', async (tx) => {
    await checkOwner(tx, ownerId, recordId);
    const [id, now] = [uuidv7(), ctx.now().toISOString()];
    const ended = state === 'open' ? {} : { endedAt: endedAt ?? createdAt ?? now, endedBy: ctx.personId };
    await tx.insertInto('tasks.task').values({ id, recordId, title, detail, ownerId: ownerId ?? null, dueAt: dueAt ?? null, state, outcome: state === 'open' ? '' : outcome, createdAt: createdAt ?? now, createdBy: ctx.personId, ...ended }).execute();
    const after = await seen(tx, id);
    if (!after) throw notFound();
    return { changes: [changeOf('imported', null, after)], result: { id } };
  });
}

/** Tasks that the reader sees, by id. Joins an open transaction. */
export async function tasksBy(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Task>> {
  if (ids.length === 0) return new Map();
  return new Map((await rows(tasks.read(ctx)).where(sql<boolean>`t.id = any (${ids}::uuid[])`).execute()).map((row) => [row.id, taskOf(row, ctx)]));
}

/** Records that the reader sees, by number, and which of these ids they see. */
export async function recordsBy(ctx: Ctx, { numbers, ids }: { numbers: readonly string[]; ids: readonly string[] }): Promise<{ byNumber: Map<string, string>; ids: ReadonlySet<string> }> {
  const found = await tasks.read(ctx).selectFrom('platform.record').select(['id', 'number']).where(sql<boolean>`(number = any (${numbers}::text[]) or id = any (${ids}::uuid[]))`).execute();
  return { byNumber: new Map(found.flatMap(({ id, number }) => (number !== null && numbers.includes(number) ? [[number, id]] : []))), ids: new Set(found.map(({ id }) => id)) };
}

const changedMeanwhile = (): Problem => new Problem('stale', 'tasks.changed_meanwhile', 'Somebody changed this task since you read it. Look again, then change it.');

const already = (row: Row): Problem =>
  new Problem('conflict', 'tasks.already', row.state === 'open' ? 'This task is open already.' : `${row.endedByName ?? 'Somebody'} has ${row.state === 'done' ? 'done' : 'dropped'} this task already.`, { state: row.state, by: row.endedByName, at: row.endedAt });

type Values = Partial<Record<'title' | 'detail' | 'ownerId' | 'dueAt' | 'state' | 'outcome' | 'endedAt' | 'endedBy' | 'seriesId', string | null> & Repeating & Waiting>;
type Aside = (tx: Tx, before: Row) => Promise<Change<Fact>[]>;
/** `first` and `then` change other tasks of the series, before and after this one. */
type Move = { verb: string; from: readonly Task['state'][]; set: (before: Row) => Values; reason?: string; first?: Aside; then?: Aside };

/** Who sees a task and may not change it is told that first, and nothing of its state. */
async function checkMay(tx: Tx, { siteId, wallId }: Row): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ may: boolean }>`(select access.may_at(${siteId}::uuid, ${wallId}::uuid, 'tasks:write') as may)`.as('m')).select('may').execute();
  if (!row?.may) throw notAllowed('tasks:write');
}

/** Moves a task on; of two at once one moves it and the other is told by whom. */
async function move(ctx: Ctx, id: string, { verb, from, set, reason, first, then }: Move): Promise<Task> {
  return tasks.writeMany(ctx, 'tasks:write', async (tx) => {
    const before = await seen(tx, id);
    if (!before) throw notFound();
    await checkMay(tx, before);
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw changedMeanwhile();
    if (!from.includes(before.state)) throw already(before);
    const values = set(before);
    if (values.ownerId !== before.ownerId) await checkOwner(tx, values.ownerId, before.recordId);
    if (values.blockedBy) await checkWaits(tx, { id, recordId: before.recordId, blockedBy: values.blockedBy });
    const asides = first ? await first(tx, before) : [];
    const updated = await tx.updateTable('tasks.task').set({ ...(values as object), version: before.version + 1 }).where('id', '=', id).where('version', '=', before.version).executeTakeFirst();
    const after = await seen(tx, id);
    if (!after) throw notFound();
    if (updated.numUpdatedRows === 0n) throw after.version === before.version ? notAllowed('tasks:write') : from.includes(after.state) ? changedMeanwhile() : already(after);
    return { changes: [...asides, changeOf(verb, before, after, reason), ...(then ? await then(tx, before) : [])], result: taskOf(after, ctx) };
  });
}

export const changeTask = (ctx: Ctx, { id, title, detail, ownerId, dueAt: newDue, repeats, blockedBy }: Input<typeof contract.changeTask>): Promise<Task> =>
  move(ctx, id, {
    verb: 'changed', from: ['open'],
    set: (before) => {
      const dueAt = newDue === undefined ? before.dueAt : newDue;
      // Another time moves this one only; a rule that is given anew begins with it.
      const rule = repeats !== undefined ? { ...checkRepeats(repeats, dueAt), seriesId: repeats === null ? before.seriesId : (before.seriesId ?? id) } : {};
      if (repeats === undefined && dueAt === null && before.repeatRule !== null) throw needsDue();
      return { title: title ?? before.title, detail: detail ?? before.detail, ownerId: ownerId === undefined ? before.ownerId : ownerId, dueAt, ...rule, ...(blockedBy && { blockedBy: [...new Set(blockedBy)] }) };
    },
  });

/** The next of a series, for who has the former one while they see the record; none on a record that is closed. */
const makeNext = (ctx: Ctx): Aside => async (tx, before) => {
  const dueAt = nextDue(before, ctx.now());
  if (dueAt === null || before.recordState === 'closed') return [];
  const { recordId, title, detail, repeatRule, repeatFrom, repeatZone, seriesId } = before;
  const ownerId = before.ownerId !== null && (await couldSee(tx, before.ownerId, recordId)) ? before.ownerId : null;
  return [changeOf('added', null, await insert(ctx, tx, uuidv7(), { recordId, title, detail, ownerId, dueAt, repeatRule, repeatFrom, repeatZone, seriesId, blockedBy: [] }))];
};

/** What waited for this one and for nothing else that is open: its owner may go on. */
const freeOthers: Aside = async (tx, { id, recordId }) => {
  const waiting = await rows(tx).where('t.recordId', '=', recordId).where('t.state', '=', 'open').where(sql<boolean>`${id}::uuid = any (t.blocked_by)`).execute();
  return waiting.filter(({ blockers }) => blockers.every(({ state }) => state !== 'open')).map((row) => changeOf('freed', null, row));
};

const goOn = (ctx: Ctx): Aside => async (tx, before) => [...(await makeNext(ctx)(tx, before)), ...(await freeOthers(tx, before))];

/** What was made when this one was finished is dropped again, while nobody has touched it. */
const takeNextBack = (ctx: Ctx): Aside => async (tx, { id, recordId, seriesId }) => {
  const next = seriesId === null ? undefined : await rows(tx).where('t.recordId', '=', recordId).where('t.seriesId', '=', seriesId).where('t.state', '=', 'open').where('t.id', '!=', id).executeTakeFirst();
  if (!next) return [];
  const { numUpdatedRows } = await tx.updateTable('tasks.task').set({ state: 'dropped', outcome: 'The one before was opened again', endedAt: ctx.now().toISOString(), endedBy: ctx.personId, version: 2 }).where('id', '=', next.id).where('version', '=', 1).executeTakeFirst();
  const after = await seen(tx, next.id);
  if (numUpdatedRows === 0n || !after) throw new Problem('conflict', 'tasks.next_is_open', 'The next one of this series is open, and was changed since. Go on with that one.', { id: next.id });
  return [changeOf('dropped', next, after)];
};

export const completeTask = (ctx: Ctx, { id, outcome }: Input<typeof contract.completeTask>): Promise<Task> =>
  move(ctx, id, { verb: 'completed', from: ['open'], set: (before) => (checkFinished(before.blockers), { ownerId: before.ownerId, state: 'done', outcome, endedAt: ctx.now().toISOString(), endedBy: ctx.personId }), then: goOn(ctx) });

export const dropTask = (ctx: Ctx, { id, reason }: Input<typeof contract.dropTask>): Promise<Task> =>
  move(ctx, id, { verb: 'dropped', from: ['open'], set: (before) => ({ ownerId: before.ownerId, state: 'dropped', outcome: reason, endedAt: ctx.now().toISOString(), endedBy: ctx.personId }), then: goOn(ctx) });

export const reopenTask = (ctx: Ctx, { id, reason }: Input<typeof contract.reopenTask>): Promise<Task> =>
  move(ctx, id, { verb: 'reopened', from: ['done', 'dropped'], set: (before) => ({ ownerId: before.ownerId, state: 'open', outcome: '', endedAt: null, endedBy: null }), reason, first: takeNextBack(ctx) });
