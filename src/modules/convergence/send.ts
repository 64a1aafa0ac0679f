import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Log } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type Addressed, type Carrier, type Letter, postWebhook, sendLines } from './carry.ts';
import { compose, type Due } from './compose.ts';
import { convergence, SHARE } from './destination-row.ts';
import { type Outcome, PAUSE_AFTER_MS, pauseAfter } from './rules.ts';

/** What sending needs: `db` acts as the actors of destinations, `worker` keeps the messages. `spread` is 0 to 1. */
export type SendOptions = Carrier & { db: Database; worker: Database; spread?: () => number; log?: Log };

type Destination = Addressed & { name: string; siteId: string | null; hasNarrative: boolean; downTo: number; families: string[]; actorId: string; madeBy: string; failingSince: string | null };

const AT_ONCE = 16;
const WAITING = `select d.id from convergence.destination d where d.state = 'active' and exists (select from convergence.message m where m.destination_id = d.id and m.state = 'queued' and m.next_at <= $1::timestamptz)`;
const DESTINATION = `select id, name, site_id, transport, address, origin, format, has_narrative, down_to, families, actor_id, made_by, secret, former_secret, former_until, failing_since from convergence.destination where id = $1::uuid and state = 'active'`;
// What one record is told of goes in its order: nothing overtakes what still waits.
const DUE = `select m.id, m.entry_id, m.event, m.record_id, m.queued_at, m.attempts from convergence.message m
  where m.destination_id = $1::uuid and m.state = 'queued' and m.next_at <= $2::timestamptz
    and (m.record_id is null or not exists (select from convergence.message e where e.destination_id = m.destination_id and e.record_id = m.record_id and e.state = 'queued' and e.seq < m.seq))
  order by m.seq limit ${AT_ONCE}`;
const RECORD = `update convergence.message set state = $2, reason = $3, attempts = $4::int, next_at = coalesce($5::timestamptz, next_at), ended_at = case when $2 = 'queued' then null else $6::timestamptz end,
  status = coalesce($7::int, status), took_ms = coalesce($8::int, took_ms), tries = case when $9::jsonb is null then tries else (case when jsonb_array_length(tries) >= 30 then tries - 0 else tries end) || $9::jsonb end where id = $1::uuid and state = 'queued'`;
const WENT = `update convergence.destination set failing_since = null, delivered_at = $2::timestamptz where id = $1::uuid and (failing_since is not null or delivered_at is null or delivered_at < $2::timestamptz - interval '10 seconds')`;
// What its filters leave out was never a message: which priority and type a record has is only known under the actor's own sight.
const NOT_WANTED = 'delete from convergence.message where id = $1::uuid';
const FAILED = `update convergence.destination set failing_since = $2::timestamptz where id = $1::uuid and failing_since is null`;

/** The destinations for which something is due. */
export async function waitingDestinations({ worker, now }: Pick<SendOptions, 'worker' | 'now'>): Promise<string[]> {
  const [answer] = await worker.send([{ text: WAITING, values: [now()] }]);
  return (answer?.rows ?? []).map((row) => row['id'] as string);
}

/** Sends what is due to one destination; answers how many messages moved on. */
export async function sendTo(id: string, options: SendOptions): Promise<number> {
  const { worker, now, db } = options;
  const [found, due] = await worker.send([{ text: DESTINATION, values: [id] }, { text: DUE, values: [id, now()] }]);
  const destination = found?.rows[0] as Destination | undefined;
  const rows = (due?.rows ?? []) as Due[];
  if (!destination || rows.length === 0) return 0;
  const actor = await actAs(db, destination.actorId, now, 'destination');
  const letters = (await Promise.all(rows.map((row) => written(row, destination, actor, options)))).filter((one) => one !== null);
  const results = destination.transport === 'webhook'
    ? await Promise.all(letters.map(async ({ row, letter }) => ({ row, ...(await timed(options, () => postWebhook(destination, letter, options))) })))
    : letters.length === 0 ? [] : await timed(options, () => sendLines(destination, letters.map(({ letter }) => letter), options)).then((result) => letters.map(({ row }) => ({ row, ...result })));
  for (const { row, outcome, began, tookMs } of results) await record(row, outcome, { ...options, began, tookMs });
  if (results.length > 0) await settle(destination, results.map(({ outcome }) => outcome), actor, options);
  return rows.length;
}

/** What a message says now; one that is not told any more is dropped, and one that breaks something here is tried again like any other. */
async function written(row: Due, destination: Destination, actor: Ctx, options: SendOptions): Promise<{ row: Due; letter: Letter } | null> {
  const began = options.now();
  try {
    const letter = await compose(row, { ...destination, actor, worker: options.worker });
    if (letter === null) await options.worker.send([{ text: NOT_WANTED, values: [row.id] }]);
    else if (typeof letter === 'string') await end(options, row, 'dropped', letter);
    else return { row, letter };
  } catch (error) {
    if (error instanceof Problem && error.kind === 'unavailable') throw error;
    options.log?.error({ err: error, message: row.id }, 'a message could not be written');
    await record(row, { kind: 'failed', detail: 'something broke here; it is in the log under the message' }, { ...options, began, tookMs: 0 });
  }
  return null;
}

const end = async ({ worker, now }: SendOptions, { id, attempts }: Due, state: 'dropped' | 'dead', reason: string): Promise<void> =>
  void (await worker.send([{ text: RECORD, values: [id, state, reason, attempts, null, now(), null, null, null] }]));

async function timed(options: SendOptions, work: () => Promise<Outcome>): Promise<{ outcome: Outcome; began: Date; tookMs: number }> {
  const began = options.now();
  const outcome = await work().catch((error: unknown): Outcome => {
    options.log?.error({ err: error }, 'a message could not be sent');
    return { kind: 'failed', detail: 'something broke here; it is in the log' };
  });
  return { outcome, began, tookMs: Math.max(0, options.now().getTime() - began.getTime()) };
}

type Tried = SendOptions & { began: Date; tookMs: number };

/** Writes what came of a try, and when the next one is due. `later` and `gone` were none that count: the message stays as it is. */
async function record(row: Due, outcome: Outcome, { worker, now, spread = Math.random, began, tookMs }: Tried): Promise<void> {
  if (outcome.kind === 'later') return void (await worker.send([{ text: RECORD, values: [row.id, 'queued', outcome.detail.slice(0, 400), row.attempts, outcome.until, null, null, null, null] }]));
  const attempts = row.attempts + 1;
  const isOpen = outcome.kind === 'failed' || outcome.kind === 'gone';
  const pauseS = isOpen ? pauseAfter(attempts, spread()) : null;
  const state = outcome.kind === 'delivered' ? 'delivered' : pauseS === null ? 'dead' : 'queued';
  const asked = outcome.kind === 'failed' ? (outcome.notBefore?.getTime() ?? 0) : 0;
  const next = pauseS === null ? null : new Date(Math.max(now().getTime() + pauseS * 1000, asked));
  const detail = outcome.detail.slice(0, 400);
  const status = outcome.status ?? null;
  await worker.send([{ text: RECORD, values: [row.id, state, detail, attempts, next, now(), status, tookMs, JSON.stringify([{ at: began.toISOString(), tookMs, status, detail }])] }]);
}

/** Notes how the destination stands: anything that went through says it is well; 410, or a day in which nothing did, pauses it. */
async function settle(destination: Destination, outcomes: readonly Outcome[], actor: Ctx, { worker, now }: SendOptions): Promise<void> {
  const gone = outcomes.find(({ kind }) => kind === 'gone');
  if (gone) return giveUp(destination, gone.detail, actor);
  if (outcomes.some(({ kind }) => kind === 'delivered' || kind === 'dead')) return void (await worker.send([{ text: WENT, values: [destination.id, now()] }]));
  const failed = outcomes.findLast(({ kind }) => kind === 'failed');
  if (!failed) return;
  await worker.send([{ text: FAILED, values: [destination.id, now()] }]);
  if (destination.failingSince !== null && now().getTime() - Date.parse(destination.failingSince) >= PAUSE_AFTER_MS) await giveUp(destination, `nothing went through for a day: ${failed.detail}`, actor);
}

/** Paused by its own actor, with an entry in the ledger that tells who made it. */
async function giveUp({ id, name, siteId, madeBy }: Destination, why: string, actor: Ctx): Promise<void> {
  await convergence.writeMany(actor, 'convergence:tell', async (tx) => {
    const paused = await tx.updateTable('convergence.destination').set((eb) => ({ state: 'paused' as const, pausedWhy: why.slice(0, 400), version: eb('version', '+', 1) })).where('id', '=', id).where('state', '=', 'active').executeTakeFirst();
    if (paused.numUpdatedRows === 0n) return { changes: [], result: null };
    return { changes: [{ verb: 'destination-given-up', before: null, after: { id, name, state: 'paused', pausedWhy: why.slice(0, 400), madeBy } as { id: string }, of: { recordId: id, siteId, wallId: null, readPermission: SHARE } }], result: null };
  });
}
