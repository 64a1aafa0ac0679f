import { timeNow } from '#platform/kernel/clock.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { readRetryAfter } from '#platform/deliver/rules.ts';
import { OutgoingFault } from '#platform/net/fault.ts';
import type { Client } from '#platform/net/outgoing.ts';
import { codeOf, openGateway } from './codes.ts';
import { CHOICES, type Language, pauseAfter, type Question, saidTo, smsText, type Texts } from './rules.ts';
import { linkOf } from './words.ts';

/** What sending needs. `after` is how the pauses between two messages are waited for. */
export type Carrier = { worker: Database; client: Client; now: () => Date; wait: (ms: number) => Promise<void>; isOver: () => boolean };

type Gateway = { id: string; kind: 'sms' | 'teams' | 'slack'; address: Buffer; token: Buffer | null; sender: string; perMinute: number };
type Due = { id: string; noticeId: string; recipientId: string | null; attempts: number; title: string; texts: Texts; question: Question; language: Language | null; phone: string | null };
type Outcome = { kind: 'sent' | 'delivered' | 'unknown' | 'dead'; detail: string; outsideId?: string } | { kind: 'failed'; detail: string; notBefore?: Date } | { kind: 'later'; detail: string; until: Date };

const GATEWAYS = `select g.id, g.kind, g.address, g.token, g.sender, g.per_minute from notices.gateway g where g.state = 'active' and exists (select from notices.send s where s.gateway_id = g.id and s.state = 'queued' and s.next_at <= $1::timestamptz)`;
const ENDED = `update notices.send s set state = 'failed', reason = 'its gateway was taken away', ended_at = $1::timestamptz from notices.gateway g where g.id = s.gateway_id and g.state = 'ended' and s.state = 'queued' and s.next_at is not null`;
// Marked before it leaves: from here on it is sent, failed or unknown, and never once more.
const CLAIM = `with due as (
    select s.id from notices.send s where s.gateway_id = $1::uuid and s.state = 'queued' and s.next_at <= $2::timestamptz order by s.next_at, s.id limit 1 for update skip locked
  ), taken as (update notices.send s set state = 'sending', attempts = s.attempts + 1, sent_at = $2::timestamptz from due where s.id = due.id returning s.id, s.notice_id, s.recipient_id, s.attempts)
  select t.id, t.notice_id, t.recipient_id, t.attempts, n.title, n.texts, n.question, r.language, notices.phone_of(r.person_id) as phone
  from taken t join notices.notice n on n.id = t.notice_id left join notices.recipient r on r.id = t.recipient_id`;
const RECORD = `with done as (
    update notices.send set state = case when state = 'delivered' then state else $2 end, reason = $3, next_at = $4::timestamptz, ended_at = case when $2 = 'queued' then null else $5::timestamptz end, outside_id = coalesce($6, outside_id), attempts = attempts - $7::int
    where id = $1::uuid and state in ('sending', 'delivered') returning id, notice_id
  ) insert into notices.attempt (send_id, n, notice_id, at, took_ms, result, detail) select id, $8::int, notice_id, $5::timestamptz, $9::int, $10, $3 from done where $7::int = 0 on conflict do nothing`;

/** What a worker that was killed leaves behind: what may have left stands as unknown, and is not sent again. */
export async function recoverSending(worker: Database): Promise<number> {
  const [answer] = await worker.send([{ text: `update notices.send set state = 'unknown', ended_at = now(), reason = 'cut off while it was handed over; it may have arrived, and is not sent again' where state = 'sending'`, values: [] }]);
  return answer?.count ?? 0;
}

/** The gateways that have something to send; what waits for one that ended has failed. */
export async function busyGateways({ worker, now }: Pick<Carrier, 'worker' | 'now'>): Promise<Gateway[]> {
  const [, answer] = await worker.send([{ text: ENDED, values: [now()] }, { text: GATEWAYS, values: [now()] }]);
  return (answer?.rows ?? []) as Gateway[];
}

/** Sends what is due by one gateway, one after the other and no faster than it takes them; answers how many. */
export async function sendBy(gateway: Gateway, carrier: Carrier): Promise<number> {
  const { worker, now, wait, isOver } = carrier;
  for (let sent = 0; ; sent++) {
    if (isOver()) return sent;
    const [answer] = await worker.send([{ text: CLAIM, values: [gateway.id, now()] }]);
    const due = answer?.rows[0] as Due | undefined;
    if (!due) return sent;
    const began = now();
    const outcome = await hand(gateway, due, carrier);
    await record(due, outcome, began, carrier);
    if (outcome.kind === 'later') return sent;
    await wait(60_000 / gateway.perMinute);
  }
}

async function record({ id, attempts }: Due, outcome: Outcome, began: Date, { worker, now }: Carrier): Promise<void> {
  const pauseS = outcome.kind === 'failed' ? pauseAfter(attempts) : null;
  const isAgain = outcome.kind === 'later' || pauseS !== null;
  const state = isAgain ? 'queued' : outcome.kind === 'failed' || outcome.kind === 'dead' ? 'failed' : outcome.kind;
  const next = outcome.kind === 'later' ? outcome.until : pauseS === null ? null : new Date(Math.max(now().getTime() + pauseS * 1000, outcome.kind === 'failed' ? (outcome.notBefore?.getTime() ?? 0) : 0));
  const result = outcome.kind === 'dead' || outcome.kind === 'later' ? 'failed' : outcome.kind;
  await worker.send([{ text: RECORD, values: [id, state, outcome.detail.slice(0, 300), next, now(), 'outsideId' in outcome ? (outcome.outsideId ?? null) : null, outcome.kind === 'later' ? 1 : 0, attempts, Math.max(0, now().getTime() - began.getTime()), result] }]);
}

type Request = { headers: Record<string, string>; body: object };

/** The protocol of an SMS gateway: docs/operations/notices.md. */
function smsRequest(gateway: Gateway, due: Due & { phone: string }, token: string | null): Request {
  const link = CHOICES[due.question].length > 0 && due.recipientId !== null ? linkOf(codeOf(due.recipientId)) : null;
  return {
    headers: { 'idempotency-key': due.id, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: { id: due.id, to: due.phone, ...(gateway.sender === '' ? {} : { from: gateway.sender }), text: smsText(due.texts, due.language, link), receipts: `${readConfig().publicUrl}/api/notices/gateways/${gateway.id}/receipts` },
  };
}

/** A room is told the text alone: a link to answer is one person's. */
const roomRequest = ({ kind }: Gateway, { title, texts }: Due): Request => {
  const text = saidTo(texts, null, 'long');
  if (kind === 'slack') return { headers: {}, body: { text: `*${title}*\n${text}` } };
  const block = (words: string, more: object) => ({ type: 'TextBlock', text: words, wrap: true, ...more });
  return { headers: {}, body: { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard', version: '1.4', body: [block(title, { weight: 'Bolder', size: 'Large' }), block(text, {})] } }] } };
};

async function hand(gateway: Gateway, due: Due, { client, now }: Carrier): Promise<Outcome> {
  const { phone } = due;
  if (gateway.kind === 'sms' && phone === null) return { kind: 'dead', detail: 'the number was taken away' };
  const { url, token } = openGateway(gateway);
  const { headers, body } = gateway.kind === 'sms' ? smsRequest(gateway, { ...due, phone: phone ?? '' }, token) : roomRequest(gateway, due);
  return client.send({ url, purpose: gateway.kind === 'sms' ? 'sms' : 'chat room', method: 'POST', headers: { 'content-type': 'application/json', 'user-agent': 'Parapet', ...headers }, body: JSON.stringify(body), maxRedirects: 0, maxBytes: 64 * 1024 })
    .then(({ status, headers: answered, body: said }) => outcomeOf(status, said, readRetryAfter(answered['retry-after'], now())), faulted);
}

/** What a gateway's answer means: taken, refused for good, or to be tried again. */
function outcomeOf(status: number, body: Buffer, retryAfter: Date | null): Outcome {
  if (status >= 200 && status < 300) {
    const said = readAnswer(body);
    return { kind: said.status === 'delivered' ? 'delivered' : 'sent', detail: `taken by the gateway (${status})`, ...(said.id !== undefined && { outsideId: said.id }) };
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { kind: 'failed', detail: `the gateway answered ${status}`, ...(retryAfter && { notBefore: retryAfter }) };
  return { kind: 'dead', detail: `the gateway refused it (${status})` };
}

function readAnswer(body: Buffer): { id?: string; status?: string } {
  try {
    const { id, status } = JSON.parse(body.toString('utf8')) as { id?: unknown; status?: unknown };
    return { ...(typeof id === 'string' && { id: id.slice(0, 200) }), ...(typeof status === 'string' && { status }) };
  } catch {
    return {};
  }
}

/** Codes of a connection that never stood: nothing of the message left. */
const NEVER_THERE = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/;

/** Where nothing was handed over it is tried again; where something may have been, nobody knows, and that is said. */
function faulted(error: unknown): Outcome {
  if (!(error instanceof OutgoingFault)) return { kind: 'unknown', detail: 'the line broke while it was handed over; it may have arrived' };
  if (error.reason === 'circuit-open') return { kind: 'later', detail: error.message, until: error.again ?? timeNow() };
  if (error.reason === 'name' || (error.reason === 'connect' && NEVER_THERE.test((error.cause as NodeJS.ErrnoException | undefined)?.code ?? ''))) return { kind: 'failed', detail: error.message };
  if (error.isPassing || error.reason === 'too-large') return { kind: 'unknown', detail: `${error.message} It may have arrived, and is not sent again.` };
  return { kind: 'dead', detail: error.message };
}
