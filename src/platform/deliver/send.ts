import { timeNow } from '#platform/kernel/clock.ts';
import { actAs, type Ctx } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Log } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { ChannelSender, Row } from './channels.ts';
import type { Channel, Composed, Source } from './port.ts';
import { freeAt, MOST_REMEMBERED, type Outcome, pauseAfter } from './rules.ts';

/** What sending needs: `db` acts as receivers, `worker` keeps the deliveries. */
export type SendOptions = { db: Database; worker: Database; sources: ReadonlyMap<string, Source>; now?: () => Date; spread?: () => number; log?: Log };

const BATCH: Readonly<Record<Channel, number>> = { mail: 20, push: 8, webhook: 8 };

const DUE = `select id, source, source_id, person_id, channel, target_id, urgent, attempts, expires_at from deliver.delivery
  where channel = $1 and state = 'queued' and next_at <= $2::timestamptz order by urgent desc, next_at, id limit $3::int`;
const MARK = `update deliver.delivery set state = 'sending', attempts = attempts + 1, sent_at = $2::timestamptz where id = $1::uuid and state = 'queued' returning attempts`;
const HOLD = `update deliver.delivery set next_at = $2::timestamptz, reason = $3 where id = $1::uuid and state = 'queued'`;
const END = `update deliver.delivery set state = $2, reason = $3, ended_at = $4::timestamptz where id = $1::uuid and state = 'queued'`;
// What arrived meanwhile stays arrived.
const RECORD = `update deliver.delivery set state = case when state = 'delivered' then state else $2 end, reason = $3, next_at = coalesce($4::timestamptz, next_at), attempts = $5::int, ended_at = case when $2 in ('sent', 'queued') then ended_at else $6::timestamptz end,
  sent_at = case when $2 in ('sent', 'delivered') then $6::timestamptz end where id = $1::uuid and state in ('queued', 'sending', 'delivered')`;
const ATTEMPT = `insert into deliver.attempt (delivery_id, n, at, took_ms, result, detail) values ($1::uuid, $2::int, $3::timestamptz, $4::int, $5, $6) on conflict do nothing`;

type DueRow = Row & { expiresAt: string };

/** Sends what is due on a channel, the urgent first; answers how many deliveries moved on. */
export async function sendDue(channel: Channel, sender: ChannelSender, options: SendOptions): Promise<number> {
  const { worker, now = timeNow } = options;
  const [answer] = await worker.send([{ text: DUE, values: [channel, now(), BATCH[channel]] }]);
  const rows = (answer?.rows ?? []) as DueRow[];
  // Mail goes over one connection; the rest waits for others' servers at once.
  if (channel === 'mail') for (const row of rows) await sendSafely(row, sender, options);
  else await Promise.all(rows.map((row) => sendSafely(row, sender, options)));
  return rows.length;
}

/** A delivery that breaks something here is tried again later like any other, and holds up none. */
async function sendSafely(row: DueRow, sender: ChannelSender, options: SendOptions): Promise<void> {
  const now = (): Date => options.now?.() ?? timeNow();
  const began = now();
  await sendOne(row, sender, options).catch(async (error: unknown) => {
    if (error instanceof Problem && error.kind === 'unavailable') throw error;
    options.log?.error({ err: error, delivery: row.id }, 'a delivery could not be made');
    await record(options.worker, row, { kind: 'failed', detail: 'something broke here; it is in the log under the delivery' }, { began, ended: now(), spread: 0 });
  });
}

async function sendOne(row: DueRow, sender: ChannelSender, { db, worker, sources, now = timeNow, spread = Math.random }: SendOptions): Promise<void> {
  const end = async (state: 'dropped', reason: string): Promise<void> => void (await worker.send([{ text: END, values: [row.id, state, reason, now()] }]));
  const hold = async (until: Date, why: string): Promise<void> => void (await worker.send([{ text: HOLD, values: [row.id, until, why] }]));
  if (Date.parse(row.expiresAt) <= now().getTime()) return end('dropped', 'too late to be told');
  const source = sources.get(row.source);
  const receiver = await receiverOf(db, row.personId, now);
  if (!receiver && !source?.toRegister) return end('dropped', 'no longer active here');
  const composed: Composed = (await (receiver ? source?.compose(row, receiver, worker) : source?.toRegister?.(row, worker))) ?? { drop: 'nobody here knows any more what it says' };
  if ('drop' in composed) return end('dropped', composed.drop);
  if ('hold' in composed) return hold(composed.hold, composed.why);
  const free = freeAt(row.channel, row.urgent, await lastSent(worker, row, now()), now());
  if (free) return hold(free, 'many messages in a short time');
  const began = now();
  const prepared = await sender.prepare(row, composed.message, receiver);
  if ('kind' in prepared) return prepared.kind === 'waiting' ? hold(prepared.until, prepared.detail) : record(worker, row, prepared, { began, ended: now(), spread: spread() });
  const [marked] = await worker.send([{ text: MARK, values: [row.id, now()] }]);
  if (marked?.count !== 1) return;
  const outcome = await prepared.send();
  await record(worker, row, outcome, { began, ended: now(), spread: spread() });
}

async function receiverOf(db: Database, personId: string, now: () => Date): Promise<Ctx | null> {
  return actAs(db, personId, now, 'deliver').catch((error: unknown) => {
    if (error instanceof Problem && error.kind === 'unauthenticated') return null;
    throw error;
  });
}

async function lastSent(worker: Database, { personId, channel }: Row, now: Date): Promise<string[]> {
  const [answer] = await worker.send([{ text: `select sent_at from deliver.delivery where person_id = $1::uuid and channel = $2 and sent_at > $3::timestamptz - interval '10 minutes' order by sent_at desc limit ${MOST_REMEMBERED}`, values: [personId, channel, now] }]);
  return (answer?.rows ?? []).map((one) => one['sentAt'] as string);
}

type Times = { began: Date; ended: Date; spread: number };

/** Writes what came of an attempt, and when the next one is due. */
async function record(worker: Database, row: Row, outcome: Outcome, { began, ended, spread }: Times): Promise<void> {
  const attempts = row.attempts + 1;
  const pauseS = outcome.kind === 'failed' ? pauseAfter(attempts, spread) : null;
  const asked = outcome.kind === 'failed' ? outcome.notBefore : outcome.kind === 'waiting' ? outcome.until : undefined;
  const next = pauseS === null && outcome.kind !== 'waiting' ? null : new Date(Math.max(ended.getTime() + (pauseS ?? 0) * 1000, asked?.getTime() ?? 0));
  const state = outcome.kind === 'failed' ? (next === null ? 'dead' : 'queued') : outcome.kind === 'waiting' ? 'queued' : outcome.kind;
  const detail = outcome.detail.slice(0, 500);
  const isAttempt = outcome.kind !== 'waiting';
  await worker.send([
    { text: RECORD, values: [row.id, state, detail, next, isAttempt ? attempts : row.attempts, ended] },
    ...(isAttempt ? [{ text: ATTEMPT, values: [row.id, attempts, began, ended.getTime() - began.getTime(), outcome.kind === 'sent' || outcome.kind === 'delivered' ? outcome.kind : 'failed', detail] }] : []),
  ]);
}

const BROKEN_OFF = 'the worker ended while it was being sent, so whether it went is not known';

/**
 * What was being sent when the worker ended: what its receiver knows by its id is sent again, a mail is not, since nobody
 * is to be told twice; it stands as unknown, to be sent again by hand.
 */
export async function recoverSending(worker: Database, repeatable: readonly Channel[]): Promise<void> {
  await worker.send([
    { text: `update deliver.delivery set state = 'queued', next_at = now(), attempts = attempts - 1, sent_at = null where state = 'sending' and channel = any ($1::text[])`, values: [repeatable] },
    { text: `with broken as (update deliver.delivery set state = 'unknown', reason = $1, ended_at = now() where state = 'sending' returning id, attempts)
      insert into deliver.attempt (delivery_id, n, at, took_ms, result, detail) select id, attempts, now(), 0, 'unknown', $1 from broken on conflict do nothing`, values: [BROKEN_OFF] },
  ]);
}
