import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { TWO_PERSON_DECISIONS } from '#modules/identity/public.ts';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import { codeOf, hashOf } from './codes.ts';
import type * as contract from './contract.ts';
import type { NoticeDetail } from './contract.ts';
import { incidentToName } from './incident.ts';
import { changeOf, checkMay, detailOf, notices, refuse, type Row, seen, type Tx } from './notice-row.ts';
import { type Plan, planOf, quietUntil, reaches, type Reached } from './prepare.service.ts';
import type { Channel } from './rules.ts';

const SEND = 'notices:send';
const SEND_ALL = 'notices:send-all';
const TAKEN = '23505';
const HOUR_MS = 3_600_000;
/** How long a notice waits for the second person. */
export const WAITS_MINUTES = TWO_PERSON_DECISIONS.find(({ permission }) => permission === SEND_ALL)?.expiresMinutes ?? 5;

const Payload = z.strictObject({ noticeId: z.uuid() });
const sendAll = decisionKind({
  key: 'notices.send-all', permission: SEND_ALL, expiresMinutes: WAITS_MINUTES, payload: Payload,
  run: async (ctx, { noticeId }) => {
    await notices.writeMany(ctx, SEND_ALL, async (tx) => ({ changes: [await release(ctx, tx, noticeId)], result: null }));
  },
});

type Asked = Input<typeof contract.sendNotice>;

/** Lets a notice go: from now on the worker sends what is due. */
async function release(ctx: Ctx, tx: Tx, id: string) {
  const before = await held(tx, id);
  if (before.state !== 'waiting') throw already(before);
  const now = ctx.now().toISOString();
  await tx.updateTable('notices.notice').set({ state: 'sending', releasedAt: now, version: before.version + 1 }).where('id', '=', id).execute();
  await tx.updateTable('notices.send').set({ nextAt: sql`greatest(${now}::timestamptz + make_interval(secs => turn * ${before.turnS}), not_before)` }).where('noticeId', '=', id).where('state', '=', 'queued').execute();
  return changeOf('released', before, await one(tx, id));
}

const one = async (tx: Tx, id: string): Promise<Row> => {
  const row = await seen(tx, id);
  if (!row) throw notFound();
  return row;
};

/** The notice, taken for this transaction: 404 where it is not seen. */
async function held(tx: Tx, id: string): Promise<Row> {
  await one(tx, id);
  await tx.selectFrom('notices.notice').select('id').where('id', '=', id).forUpdate().execute();
  return one(tx, id);
}

const WORDS: Record<string, string> = { waiting: 'waits for a second person', sending: 'is being sent', sent: 'has been sent', recalled: 'was recalled', lapsed: 'was not approved in time' };
const already = (row: Row): Problem => new Problem('conflict', 'notices.already', row.recaller === null ? `It ${WORDS[row.state]}. Look again.` : `${row.recaller} recalled it already.`, { state: row.state });

/** One person as a row, and what goes to them: a channel without an address is skipped, and said so. */
function planned(asked: Asked, person: Reached, plan: Plan, now: Date) {
  const id = uuidv7();
  const notBefore = quietUntil(person, asked, now)?.toISOString() ?? null;
  const sends = asked.channels.filter((channel) => channel !== 'room').map((channel, i) => ({ recipient_id: id, channel, gateway_id: channel === 'sms' ? (plan.gateways.sms?.id ?? null) : null, turn: asked.pace === 'in-turn' ? i : 0, ...stateOf(person, channel, plan), not_before: channel === 'app' ? null : notBefore }));
  return { recipient: { id, person_id: person.personId, language: person.language, code_hash: hashOf(codeOf(id)).toString('hex') }, sends };
}

const LACKS: Readonly<Record<Channel, string>> = { app: 'does not sign in here', push: 'no device is set up', mail: 'no mail address is known', sms: 'no number in international form is known', room: '' };
const stateOf = (person: Reached, channel: Channel, plan: Plan): { state: string; reason: string } =>
  (reaches(person, channel, plan.gateways) ? { state: 'queued', reason: '' } : { state: 'skipped', reason: channel === 'sms' && plan.gateways.sms === null ? 'no gateway for SMS is set up' : LACKS[channel] });

const RECIPIENTS = (noticeId: string, list: readonly object[]) => sql`insert into notices.recipient (id, notice_id, person_id, language, code_hash)
  select r.id, ${noticeId}::uuid, r.person_id, r.language, decode(r.code_hash, 'hex') from jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as r(id uuid, person_id uuid, language text, code_hash text)`;
const SENDS = (noticeId: string, list: readonly object[]) => sql`insert into notices.send (notice_id, recipient_id, channel, gateway_id, turn, state, reason, not_before)
  select ${noticeId}::uuid, s.recipient_id, s.channel, s.gateway_id, s.turn, s.state, s.reason, s.not_before from jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as s(recipient_id uuid, channel text, gateway_id uuid, turn int, state text, reason text, not_before timestamptz)`;

/** Writes the notice with everybody it goes to: from the first moment each has a state. */
async function write(ctx: Ctx, tx: Tx, asked: Asked, plan: Plan): Promise<void> {
  const { id, siteId, title, audience, texts, channels, pace, turnS, question, templateKey, overQuietWhy } = asked;
  const now = ctx.now();
  const { rows: [numbered] } = await sql<{ number: string }>`select platform.next_number('NOT', ${now.getUTCFullYear()}::int) as number`.execute(tx);
  await tx.insertInto('notices.notice').values({
    id, number: numbered?.number ?? '', title, siteId, templateKey, audience: JSON.stringify(audience), texts: JSON.stringify(texts), channels, pace, turnS, question, overQuietWhy, isLifeSafety: plan.isDanger, size: plan.people.length, state: 'waiting',
    madeAt: now.toISOString(), madeBy: ctx.personId, answersUntil: new Date(now.getTime() + plan.answerHours * HOUR_MS).toISOString(),
  }).execute();
  const all = plan.people.map((person) => planned(asked, person, plan, now));
  if (all.length > 0) await RECIPIENTS(id, all.map(({ recipient }) => recipient)).execute(tx);
  const rooms = plan.gateways.rooms.map((gatewayId) => ({ recipient_id: null, channel: 'room', gateway_id: gatewayId, turn: 0, state: 'queued', reason: '', not_before: null }));
  const sends = [...all.flatMap((each) => each.sends), ...rooms];
  if (sends.length > 0) await SENDS(id, sends).execute(tx);
}

/** Sends it, or has a second person decide; the id was made by who sends it, so that the same twice is one. */
export async function sendNotice(ctx: Ctx, asked: Asked): Promise<NoticeDetail> {
  const known = await seen(notices.read(ctx, SEND), asked.id);
  if (known) return detailOf(notices.read(ctx, SEND), known);
  try {
    return await notices.writeMany(ctx, SEND, (tx) => make(ctx, tx, asked));
  } catch (error) {
    // The same at once: the other was first.
    const { code } = error as { code?: string };
    const first = code === TAKEN || (error instanceof Problem && error.kind === 'conflict') ? await seen(notices.read(ctx, SEND), asked.id) : undefined;
    if (!first) throw error;
    return detailOf(notices.read(ctx, SEND), first);
  }
}

async function make(ctx: Ctx, tx: Tx, asked: Asked) {
  const plan = await planOf(ctx, tx, asked);
  await checkMay(tx, asked.siteId, SEND);
  const incidentId = await incidentToName(tx, asked.incidentId);
  if (plan.people.length === 0) throw refuse('nobody', 'Nobody fits this audience.', '/audience');
  await write(ctx, tx, asked, plan);
  const made = changeOf('prepared', null, await one(tx, asked.id), { incidentId });
  if (incidentId !== null) await linkFrom(ctx, tx, incidentId, made);
  if (!plan.needsSecond) return { changes: [made, await release(ctx, tx, asked.id)], result: await detailOf(tx, await one(tx, asked.id)) };
  return { changes: [made], result: await detailOf(tx, await proposed(ctx, tx, asked, plan)) };
}

/** Draws the thread to the incident. The header comes with the commit; the link needs one now. */
async function linkFrom(ctx: Ctx, tx: Tx, fromId: string, { after: { id }, header }: ReturnType<typeof changeOf>): Promise<void> {
  if (header) await tx.insertInto('platform.record').values({ id, ...header }).execute();
  await tx.insertInto('platform.link').values({ fromId, toId: id, kind: 'told', at: ctx.now().toISOString(), actor: ctx.personId }).execute();
}

/** Puts it before a second person; where there is none it goes at once, and is marked. */
async function proposed(ctx: Ctx, tx: Tx, { id, siteId, title, texts }: Asked, plan: Plan): Promise<Row> {
  const { decisionId } = await propose(ctx, sendAll, { payload: { noticeId: id }, facts: { title, people: String(plan.people.length), text: texts.en.short }, of: { recordId: id, siteId, wallId: null }, reason: title });
  await tx.updateTable('notices.notice').set({ decisionId }).where('id', '=', id).execute();
  return one(tx, id);
}

/** Recalls what has not left: of what was handed to mail and push too, as long as it waits there. */
export async function recallNotice(ctx: Ctx, { id, reason }: Input<typeof contract.recallNotice>): Promise<NoticeDetail> {
  return notices.writeMany(ctx, SEND, async (tx) => {
    const first = await one(tx, id);
    await checkMay(tx, first.siteId, SEND);
    const before = await held(tx, id);
    if (before.state !== 'sending' && before.state !== 'waiting') throw already(before);
    const now = ctx.now().toISOString();
    await tx.updateTable('notices.notice').set({ state: 'recalled', recalledAt: now, recalledBy: ctx.personId, recallWhy: reason, ...(before.releasedAt === null && { endedAt: now }), version: before.version + 1 }).where('id', '=', id).execute();
    await tx.updateTable('notices.send').set({ state: 'recalled', endedAt: now, nextAt: null }).where('noticeId', '=', id).where('state', '=', 'queued').execute();
    return { changes: [changeOf('recalled', before, await one(tx, id))], result: await detailOf(tx, await one(tx, id)) };
  });
}
