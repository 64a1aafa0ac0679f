import { sql } from 'kysely';
import { actAs } from '#platform/kernel/context.ts';
import { SERVICE, signInFirst } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { hashOf, isReceiptKey } from './codes.ts';
import type * as contract from './contract.ts';
import type { Mine } from './contract.ts';
import { type Db, notices } from './notice-row.ts';
import { type Answer, CHOICES, type Language, type Question, saidTo, type Texts } from './rules.ts';
import { Throttle } from './throttle.ts';

const ANSWER = 'notices:answer';
const throttle = new Throttle();

type Told = { recipientId: string; noticeId: string; number: string; siteId: string | null; personId: string; title: string; texts: Texts; language: Language | null; question: Question; at: string; until: string; isRecalled: boolean; seenAt: string | null; answer: Answer | null; note: string; answeredAt: string | null };
type Which = { code: Buffer } | { noticeId: string | null };

const toldOf = (db: Db, ctx: Ctx, which: Which): Promise<Told[]> => {
  const code = 'code' in which ? which.code : null;
  const notice = 'noticeId' in which ? which.noticeId : null;
  return db.selectFrom(sql<Told>`(select * from notices.told(${code}::bytea, ${ctx.personId}::uuid, ${notice}::uuid))`.as<'t'>(sql`t`)).selectAll().orderBy('at', 'desc').execute() as Promise<Told[]>;
};

const mineOf = ({ noticeId, recipientId: _r, siteId: _s, personId: _p, texts, language, seenAt: _seen, ...row }: Told): Mine => ({ id: noticeId, ...row, text: row.isRecalled ? '' : saidTo(texts, language, 'long') });

type Said = { answer: Answer; note: string } | null;

/** Notes that it was read, or what was answered, by the link or in the app; the last answer counts. */
async function note(ctx: Ctx, which: Which, said: Said): Promise<Mine> {
  const way = 'code' in which ? 'link' : 'app';
  return notices.writeMany(ctx, way === 'link' ? ANSWER : '', async (tx) => {
    const [told] = await toldOf(tx, ctx, which);
    if (!told) throw notFound();
    const now = ctx.now();
    if (way === 'link' && Date.parse(told.until) <= now.getTime()) throw notFound();
    if (said) checkAnswer(told, said, now);
    else if (told.seenAt !== null) return { changes: [], result: mineOf(told) };
    await sql`select notices.answered(${told.recipientId}::uuid, ${said?.answer ?? null}, ${said?.note ?? ''}, ${way}, ${now.toISOString()}::timestamptz)`.execute(tx);
    const [after = told] = await toldOf(tx, ctx, which);
    return { changes: said ? [answeredChange(after, said, way)] : [], result: mineOf(after) };
  });
}

function checkAnswer({ question, until }: Told, { answer }: NonNullable<Said>, now: Date): void {
  if (!CHOICES[question].includes(answer)) throw new Problem('refused', 'notices.not_asked', 'That is no answer to what was asked.', { errors: [{ pointer: '/answer', detail: 'Choose one of the answers.' }] });
  if (Date.parse(until) <= now.getTime()) throw new Problem('conflict', 'notices.answers_over', 'Answers are taken no more. Call the security desk.');
}

/** The notice says who answered what; the words of the answer can be erased. */
const answeredChange = ({ recipientId, noticeId, siteId, personId }: Told, { answer, note: words }: NonNullable<Said>, way: string): Change<{ id: string }> =>
  ({ verb: 'answered', before: null, after: { id: recipientId, personId, answer, note: words, way } as { id: string }, erasable: ['note'], of: { recordId: noticeId, siteId, wallId: null, readPermission: 'notices:read' } });

/** By the link nobody is signed in: the front door acts, and only for the one whose code it is. */
async function byLink(ctx: Ctx, code: string, said: Said): Promise<Mine> {
  throttle.take(ctx.remote ?? '', ctx.now());
  return note(await actAs(ctx.db, SERVICE.frontDoor, ctx.now, ctx.requestId), { code: hashOf(code) }, said);
}

export const openLink = (ctx: Ctx, { code }: Input<typeof contract.openLink>): Promise<Mine> => byLink(ctx, code, null);
export const answerLink = (ctx: Ctx, { code, answer, note: words }: Input<typeof contract.answerLink>): Promise<Mine> => byLink(ctx, code, { answer, note: words });
export const openMine = (ctx: Ctx, { id }: Input<typeof contract.openMine>): Promise<Mine> => note(ctx, { noticeId: id }, null);
export const answerMine = (ctx: Ctx, { id, answer, note: words }: Input<typeof contract.answerMine>): Promise<Mine> => note(ctx, { noticeId: id }, { answer, note: words });

export async function listMine(ctx: Ctx): Promise<Reply<typeof contract.listMine>> {
  const db = notices.read(ctx, '');
  const told = await toldOf(db, ctx, { noticeId: null });
  const tongue = await db.selectFrom('notices.tongue').select('language').executeTakeFirst();
  return { items: told.map(mineOf), language: (tongue?.language ?? null) as Language | null };
}

export async function setLanguage(ctx: Ctx, { language }: Input<typeof contract.setLanguage>): Promise<{ language: Language }> {
  return notices.writeMany(ctx, '', async (tx) => {
    await tx.insertInto('notices.tongue').values({ personId: ctx.personId, language }).onConflict((conflict) => conflict.column('personId').doUpdateSet({ language })).execute();
    return { changes: [{ verb: 'language-set', before: null, after: { id: ctx.personId, language } as { id: string }, of: { recordId: ctx.personId, siteId: null, wallId: null, readPermission: 'people:read' } }], result: { language } };
  });
}

/** A provider says what became of an SMS. */
export async function takeReceipt(ctx: Ctx, { id: gatewayId, messageId: sendId, status, reason }: Input<typeof contract.takeReceipt>, { request }: Exchange): Promise<{ taken: boolean }> {
  if (!isReceiptKey(gatewayId, (request.headers.authorization ?? '').replace(/^Bearer /, ''))) {
    throttle.take(ctx.remote ?? '', ctx.now());
    throw signInFirst();
  }
  const door = await actAs(ctx.db, SERVICE.frontDoor, ctx.now, ctx.requestId);
  return notices.writeMany(door, ANSWER, async (tx) => {
    const { rows: [row] } = await sql<{ taken: boolean }>`select notices.receipt(${gatewayId}::uuid, ${sendId}::uuid, ${status}, ${reason || status}, ${ctx.now().toISOString()}::timestamptz) as taken`.execute(tx);
    return { changes: [], result: { taken: row?.taken ?? false } };
  });
}
