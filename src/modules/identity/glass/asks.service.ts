import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, me } from '#platform/kernel/store.ts';
import { about, identity, type Tx } from '../change.ts';
import type * as contract from '../glass-contract.ts';
import type { GlassAsk } from '../glass-contract.ts';
import { BREAK_GLASS } from '../roles.ts';
import { requireFreshProof, requireFreshSecondFactor } from '../sign-in/proof.ts';

const BREAK = 'identity:break-glass';
const LEAST_WORDS = 30;

export const glassTerms = async (): Promise<Reply<typeof contract.glassTerms>> => ({ reasons: [...BREAK_GLASS.reasons], minutes: BREAK_GLASS.durationMinutes, leastWords: LEAST_WORDS, reviewWithinHours: BREAK_GLASS.reviewWithinHours });

type Db = Pick<Parameters<Parameters<typeof identity.readAll>[2]>[0], 'selectFrom'>;

const selectAsks = (db: Db) =>
  db.selectFrom('identity.glassAsk as a').innerJoin('access.person as asker', 'asker.id', 'a.askerId').innerJoin('access.person as witness', 'witness.id', 'a.witnessId')
    .leftJoin('identity.glassEntry as e', (join) => join.onRef('e.askId', '=', 'a.id').on('e.askerId', '=', me)).leftJoin('platform.record as r', 'r.id', 'e.recordId')
    .select(['a.id', 'a.askerId', 'asker.name as asker', 'a.witnessId', 'witness.name as witness', 'a.number', 'a.reason', 'a.words', 'a.minutes', 'a.state', 'a.askedAt', 'a.lapsesAt', 'a.declinedWhy', 'e.recordId', 'e.until', 'r.kind', sql<string>`access.me()`.as('me')]);
type Row = Awaited<ReturnType<ReturnType<typeof selectAsks>['execute']>>[number];

/** A witness learns nothing of what came of it: not whether anything has that number. */
function stateFor(row: Row, now: Date): GlassAsk['state'] {
  const isOver = Date.parse(row.lapsesAt) <= now.getTime();
  if (row.me === row.witnessId && (row.state === 'used' || row.state === 'confirmed')) return 'confirmed';
  return isOver && (row.state === 'asked' || row.state === 'confirmed') ? 'lapsed' : row.state;
}

const toAsk = (row: Row, now: Date): GlassAsk => ({
  id: row.id, mine: row.me === row.askerId ? 'asker' : 'witness', asker: { id: row.askerId, name: row.asker }, witness: { id: row.witnessId, name: row.witness }, number: row.number, reason: row.reason, words: row.words, minutes: row.minutes,
  state: stateFor(row, now), askedAt: row.askedAt, lapsesAt: row.lapsesAt, declinedWhy: row.declinedWhy,
  opened: row.me === row.askerId && row.recordId !== null && row.until !== null && row.kind !== null ? { recordId: row.recordId, kind: row.kind, until: row.until } : null,
});

export async function listAsks(ctx: Ctx, { limit }: Input<typeof contract.listAsks>): Promise<Reply<typeof contract.listAsks>> {
  const rows = await selectAsks(identity.read(ctx, '')).orderBy('a.askedAt', 'desc').orderBy('a.id').limit(limit).execute();
  return { items: rows.map((row) => toAsk(row, ctx.now())) };
}

export async function countAsks(ctx: Ctx): Promise<Reply<typeof contract.countAsks>> {
  const row = await identity.read(ctx, '').selectFrom('identity.glassAsk').select(sql<number>`count(*)::int`.as('n')).where('witnessId', '=', me).where('state', '=', 'asked').where('lapsesAt', '>', sql<string>`now()`).executeTakeFirst();
  return { toWitness: row?.n ?? 0 };
}

const seen = async (db: Db, id: string): Promise<Row> => {
  const row = await selectAsks(db).where('a.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
};

export const readAsk = async (ctx: Ctx, { id }: Input<typeof contract.readAsk>): Promise<GlassAsk> => toAsk(await seen(identity.read(ctx, ''), id), ctx.now());

const refuse = (pointer: string, code: string, detail: string): Problem => new Problem('refused', code, detail, { errors: [{ pointer, detail }] });

/** Asks by number. Whatever stands here is refused for its form alone, and answered alike whether or not a record has that number. */
export async function askToEnter(ctx: Ctx, { number, reason, words, witnessId, minutes = BREAK_GLASS.durationMinutes }: Input<typeof contract.askToEnter>): Promise<GlassAsk> {
  if (!BREAK_GLASS.reasons.includes(reason)) throw refuse('/reason', 'identity.no_such_reason', 'Choose one of the reasons for which a wall may be entered.');
  if (witnessId === ctx.personId) throw refuse('/witnessId', 'identity.witness_yourself', 'Choose another person than yourself.');
  return identity.writeMany(ctx, BREAK, async (tx) => {
    await checkWitness(tx, ctx.personId, witnessId);
    const id = uuidv7();
    await tx.insertInto('identity.glassAsk').values({ id, askerId: ctx.personId, witnessId, number: number.toUpperCase(), reason, words, minutes }).execute();
    return { changes: [said(ctx.personId, 'glass-asked', { askId: id, witnessId, digest: digestOf({ number, words }) })], result: toAsk(await seen(tx, id), ctx.now()) };
  });
}

/** What is asked stands in the ledger by its hash: number and words belong behind the wall, if there is one. */
const digestOf = ({ number, words }: { number: string; words: string }): string => `sha256:${createHash('sha256').update(`${number.toUpperCase()}\n${words}`).digest('hex')}`;
const said = (personId: string, verb: string, after: object): Change<{ id: string }> => about(personId, verb, after);

async function checkWitness(tx: Tx, askerId: string, witnessId: string): Promise<void> {
  const witness = await tx.selectFrom('access.person').select(sql<boolean>`identity.are_in_line(${askerId}, id)`.as('isInLine')).where('id', '=', witnessId).where('kind', '=', 'human').where('state', '=', 'active').executeTakeFirst();
  if (!witness) throw refuse('/witnessId', 'identity.no_witness', 'Choose a person who is active here.');
  if (witness.isInLine) throw refuse('/witnessId', 'identity.witness_in_line', 'Choose somebody who stands neither above nor below you, and has not for a month.');
}

const notNow = (row: Row): Problem => new Problem('conflict', 'identity.glass_over', row.state === 'asked' || row.state === 'confirmed' ? 'Its half hour is over. Ask again.' : `It is ${row.state} already.`, { state: row.state });

/** One step of an ask by one of its two people. */
function turn(ctx: Ctx, id: string, { who, from, set, verb }: { who: 'askerId' | 'witnessId'; from: readonly Row['state'][]; set: { state: Row['state']; confirmedAt?: string; declinedWhy?: string }; verb: string }): Promise<GlassAsk> {
  return identity.writeMany(ctx, '', async (tx) => {
    const before = await seen(tx, id);
    if (before[who] !== ctx.personId) throw new Problem('forbidden', 'identity.not_your_part', who === 'witnessId' ? 'Only the witness confirms or declines.' : 'Only who asked may do this.');
    if (before.state === set.state) return { changes: [], result: toAsk(before, ctx.now()) };
    const done = await tx.updateTable('identity.glassAsk').set(set).where('id', '=', id).where('state', 'in', from).where('lapsesAt', '>', sql<string>`now()`).executeTakeFirst();
    if (done.numUpdatedRows === 0n) throw notNow(await seen(tx, id));
    return { changes: [said(before.askerId, verb, { askId: id, witnessId: before.witnessId })], result: toAsk(await seen(tx, id), ctx.now()) };
  });
}

export async function confirmAsk(ctx: Ctx, { id }: Input<typeof contract.confirmAsk>): Promise<GlassAsk> {
  await readAsk(ctx, { id });
  await requireFreshProof(ctx);
  return turn(ctx, id, { who: 'witnessId', from: ['asked'], set: { state: 'confirmed', confirmedAt: ctx.now().toISOString() }, verb: 'glass-witnessed' });
}
export const declineAsk = (ctx: Ctx, { id, why }: Input<typeof contract.declineAsk>): Promise<GlassAsk> => turn(ctx, id, { who: 'witnessId', from: ['asked'], set: { state: 'declined', declinedWhy: why }, verb: 'glass-declined' });
export const withdrawAsk = (ctx: Ctx, { id }: Input<typeof contract.withdrawAsk>): Promise<GlassAsk> => turn(ctx, id, { who: 'askerId', from: ['asked', 'confirmed'], set: { state: 'withdrawn' }, verb: 'glass-withdrawn' });

type Entry = { id: string; wallId: string; recordId: string; siteId: string | null; readPermission: string; reason: string; words: string; witnessId: string; until: string };

/**
 * Both have confirmed: enters. Where something was opened its wall is told, and that somebody used the right is told to who
 * sees rights, without what. Where nothing was, nothing says why: there may be no such number, or it is not for these two.
 */
export async function enterByGlass(ctx: Ctx, { id }: Input<typeof contract.enterByGlass>): Promise<GlassAsk> {
  const asked = await readAsk(ctx, { id });
  if (asked.mine !== 'asker') throw new Problem('forbidden', 'identity.not_your_part', 'Only who asked enters.');
  if (asked.state === 'used') return asked;
  if (asked.state !== 'confirmed') throw new Problem('conflict', 'identity.not_confirmed', asked.state === 'asked' ? 'The witness has not confirmed yet.' : 'It is over. Ask again.', { state: asked.state });
  await requireFreshProof(ctx);
  await requireFreshSecondFactor(ctx);
  return identity.writeMany(ctx, BREAK, async (tx) => {
    const [entry] = await tx.selectFrom(sql<Entry>`identity.break_glass(${id})`.as('e')).select(['id', 'wallId', 'recordId', 'siteId', 'readPermission', 'reason', 'words', 'witnessId', 'until']).execute();
    const used = said(ctx.personId, 'glass-used', { askId: id, witnessId: asked.witness.id });
    return { changes: entry ? [used, brokenOf(ctx, asked, entry)] : [used], result: toAsk(await seen(tx, id), ctx.now()) };
  });
}

const brokenOf = (ctx: Ctx, { number }: GlassAsk, { id, wallId, recordId, siteId, readPermission, reason, words, witnessId, until }: Entry): Change<{ id: string }> => ({
  verb: 'glass-broken', before: null, after: { id: recordId, entryId: id, askerId: ctx.personId, witnessId, number, reason, words, until } as { id: string }, of: { recordId, siteId, wallId, readPermission }, erasable: ['words'],
});

export async function listInside(ctx: Ctx): Promise<Reply<typeof contract.listInside>> {
  const items = await identity.read(ctx, '').selectFrom('identity.glassEntry as e').innerJoin('platform.record as r', 'r.id', 'e.recordId').innerJoin('access.person as w', 'w.id', 'e.witnessId')
    .select(['e.id', 'e.recordId', 'r.kind', 'r.number', 'w.name as witness', 'e.until']).where('e.askerId', '=', me).where('e.endedAt', 'is', null).where('e.until', '>', sql<string>`now()`).orderBy('e.until').limit(20).execute();
  return { items };
}
