import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Comment } from './contract.ts';
import { checkMay, type Db, recordLook, seenRecord, thread, type Tx, WRITE } from './rows.ts';
import { isNamed, MAY_EDIT_MS } from './rules.ts';

const NAMED = sql<{ id: string; name: string }[]>`(select coalesce(json_agg(json_build_object('id', p.id, 'name', p.name) order by p.name, p.id), '[]') from access.person p where p.id = any (c.mentions))`;

const rows = (db: Db) =>
  db.selectFrom('thread.comment as c').innerJoin('platform.record as r', 'r.id', 'c.recordId').innerJoin('access.person as a', 'a.id', 'c.authorId').leftJoin('access.person as s', 's.id', 'c.struckBy')
    .select(['c.id', 'c.recordId', 'c.text', 'c.mentions', 'c.authorId', 'c.at', 'c.editedAt', 'c.struckAt', 'c.struckReason', 'c.version', 'a.name as author', 's.name as struckBy', 'r.siteId', 'r.wallId', 'r.readPermission', NAMED.as('named')]);
type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

const editableUntil = ({ authorId, at, struckAt }: Row, ctx: Ctx): string | null => {
  const until = Date.parse(at) + MAY_EDIT_MS;
  return authorId === ctx.personId && struckAt === null && ctx.now().getTime() < until ? new Date(until).toISOString() : null;
};

const commentOf = (ctx: Ctx, row: Row): Comment => ({
  id: row.id, recordId: row.recordId, text: row.text, mentions: row.named, author: { id: row.authorId, name: row.author }, at: row.at, editedAt: row.editedAt,
  struckAt: row.struckAt, struckBy: row.struckBy, struckReason: row.struckReason, version: row.version, editableUntil: editableUntil(row, ctx),
});

/** Comments on a record that the reader sees, newest first. */
export async function listComments(ctx: Ctx, { recordId, after, limit }: Input<typeof contract.listComments>): Promise<Reply<typeof contract.listComments>> {
  const place = after === undefined ? null : readCursor(after);
  const found = await rows(thread.read(ctx)).where('c.recordId', '=', recordId).where(place ? sql<boolean>`(c.at, c.id) < (${place.at}::timestamptz, ${place.id}::uuid)` : sql<boolean>`true`)
    .orderBy('c.at', 'desc').orderBy('c.id', 'desc').limit(limit).execute();
  if (found[0]) await recordLook(ctx, found[0]);
  const last = found.at(-1);
  return { items: found.map((row) => commentOf(ctx, row)), next: last && found.length === limit ? cursorAfter(last.at, last.id) : null };
}

const MOST_ON_PAPER = 1_000;

/** What a paper says of a comment. */
export type SaidComment = { text: string; author: string; at: string; editedAt: string | null; struckAt: string | null; struckBy: string | null; struckReason: string | null };

/** The last thousand comments on a record, the earliest first, for a paper about it that records the look itself; 403 where the reader may read none. */
export async function commentsForPaper(ctx: Ctx, recordId: string): Promise<SaidComment[]> {
  const found = await rows(thread.read(ctx, 'thread:read')).where('c.recordId', '=', recordId).orderBy('c.at', 'desc').orderBy('c.id', 'desc').limit(MOST_ON_PAPER).execute();
  return found.toReversed().map(({ text, author, at, editedAt, struckAt, struckBy, struckReason }) => ({ text, author, at, editedAt, struckAt, struckBy, struckReason }));
}

const seersOf = (db: Db, recordId: string, { among, words, most }: { among: readonly string[] | null; words: string; most: number }): Promise<{ id: string; name: string }[]> =>
  db.selectFrom(sql<{ id: string; name: string }>`thread.seers(${recordId}, ${among}::uuid[], ${words}, ${most})`.as('p')).select(['p.id', 'p.name']).execute();

/** Whom a comment on this record may mention: active people who see it. Nobody where the reader does not. */
export async function findMentionable(ctx: Ctx, { recordId, q, limit }: Input<typeof contract.findMentionable>): Promise<Reply<typeof contract.findMentionable>> {
  const db = thread.read(ctx, WRITE);
  const label = await seenRecord(db, recordId);
  if (!label) return { items: [] };
  await recordLook(ctx, label);
  return { items: await seersOf(db, recordId, { among: null, words: q ?? '', most: limit }) };
}

const refusedAt = (code: string, pointer: string, detail: string): Problem => new Problem('refused', code, detail, { errors: [{ pointer, detail }] });

/** Only who sees the record is mentioned, and only who is named in the text. */
async function checkMentions(tx: Tx, recordId: string, text: string, mentions: readonly string[]): Promise<void> {
  if (mentions.length === 0) return;
  const seers = new Map((await seersOf(tx, recordId, { among: mentions, words: '', most: mentions.length })).map(({ id, name }) => [id, name]));
  for (const [at, id] of mentions.entries()) {
    const name = seers.get(id);
    if (name === undefined) throw refusedAt('thread.mention_cannot_see', `/mentions/${at}`, 'One of those named does not see this record, so they cannot be told of it. Name somebody who does.');
    if (!isNamed(text, name)) throw refusedAt('thread.mention_not_named', `/mentions/${at}`, `The text does not name @${name}. Name them in it, or leave them out.`);
  }
}

type Fact = { id: string; text: string; mentions: string[]; struckAt: string | null; struckReason: string | null };
const factOf = ({ id, text, mentions, struckAt, struckReason }: Row): Fact => ({ id, text, mentions, struckAt, struckReason });
const changeOf = (verb: string, before: Row | null, after: Row): Change<Fact> => ({
  verb, before: before && factOf(before), after: factOf(after), of: { recordId: after.recordId, siteId: after.siteId, wallId: after.wallId, readPermission: after.readPermission }, erasable: ['text', 'struckReason'],
});

async function held(db: Db, id: string): Promise<Row> {
  const row = await rows(db).where('c.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

export async function addComment(ctx: Ctx, { recordId, text, mentions }: Input<typeof contract.addComment>): Promise<Comment> {
  return thread.writeMany(ctx, WRITE, async (tx) => {
    if (!(await seenRecord(tx, recordId))) throw toProblem({ code: '23503' });
    const named = [...new Set(mentions)];
    await checkMentions(tx, recordId, text, named);
    const id = uuidv7();
    await tx.insertInto('thread.comment').values({ id, recordId, text, mentions: named, authorId: ctx.personId, at: ctx.now().toISOString() }).execute();
    const after = await held(tx, id);
    return { changes: [changeOf('commented', null, after)], result: commentOf(ctx, after) };
  });
}

const changedMeanwhile = (): Problem => new Problem('stale', 'thread.changed_meanwhile', 'This comment was changed elsewhere since you read it. Look again, then change it.');
const struckAlready = ({ struckBy, struckAt }: Row): Problem => new Problem('conflict', 'thread.struck_already', `${struckBy ?? 'Somebody'} has struck this comment already.`, { by: struckBy, at: struckAt });

/** Changes one's own words, within a quarter of an hour; what stood before stays in the ledger. */
export async function editComment(ctx: Ctx, { id, text, mentions }: Input<typeof contract.editComment>): Promise<Comment> {
  return thread.writeMany(ctx, WRITE, async (tx) => {
    const before = await held(tx, id);
    await checkMay(tx, before);
    if (before.authorId !== ctx.personId) throw new Problem('forbidden', 'thread.not_yours', 'Only who wrote a comment changes it. Write another one, or strike this one.');
    if (before.struckAt !== null) throw struckAlready(before);
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw changedMeanwhile();
    if (editableUntil(before, ctx) === null) throw new Problem('refused', 'thread.too_late', 'A comment can be changed for a quarter of an hour. Write another one, or strike this one.');
    const named = [...new Set(mentions)];
    await checkMentions(tx, before.recordId, text, named);
    const { numUpdatedRows } = await tx.updateTable('thread.comment').set({ text, mentions: named, editedAt: ctx.now().toISOString(), version: before.version + 1 }).where('id', '=', id).where('version', '=', before.version).where('struckAt', 'is', null).executeTakeFirst();
    if (numUpdatedRows === 0n) throw changedMeanwhile();
    const after = await held(tx, id);
    return { changes: [changeOf('comment-edited', before, after)], result: commentOf(ctx, after) };
  });
}

/** Strikes a comment with a reason. It stays, shows struck, and can still be read by whoever sees the record. */
export async function strikeComment(ctx: Ctx, { id, reason }: Input<typeof contract.strikeComment>): Promise<Comment> {
  return thread.writeMany(ctx, WRITE, async (tx) => {
    const before = await held(tx, id);
    await checkMay(tx, before);
    if (before.struckAt !== null) throw struckAlready(before);
    const { numUpdatedRows } = await tx.updateTable('thread.comment').set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckReason: reason, version: before.version + 1 }).where('id', '=', id).where('struckAt', 'is', null).executeTakeFirst();
    const after = await held(tx, id);
    if (numUpdatedRows === 0n) throw after.struckAt === null ? notAllowed(WRITE) : struckAlready(after);
    return { changes: [changeOf('comment-struck', before, after)], result: commentOf(ctx, after) };
  });
}
