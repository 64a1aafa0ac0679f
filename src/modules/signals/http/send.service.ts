import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type { Arrival } from '#platform/wire/port.ts';
import type * as contract from '../contract.ts';
import type { NewSignal } from '../contract.ts';
import type { Tables } from '../tables.gen.ts';
import type { HttpIntake, KeyedSource } from './http-intake.ts';
import { receiverOf, unavailable } from './receiving.ts';

const signals = store<Tables>('signals');
const MOST_AT_ONCE = 10_000;
const MOST_WAITING = 40_000;
const MOST_WAITING_OF_ONE = 20_000;
const MOST_DATA = 16_384;

/** Takes signals of a source, by its key: answers once they are durable. */
export async function sendSignals(ctx: Ctx, input: NewSignal | { items: NewSignal[] }): Promise<Reply<typeof contract.sendSignals>> {
  const sent = 'items' in input ? input.items : [input];
  const receivedAt = ctx.now().getTime();
  check(sent, receivedAt);
  const source = await ownSource(ctx);
  const receiver = await receiverOf(ctx.db);
  if (await receiver.signatureOf(source)) throw new Problem('refused', 'signals.signed_only', 'This source takes only what is signed, at the address of its webhook. Take the signature away under Sources to send signals in this form.');
  const answer = await storeArrivals(receiver, source, sent.map((signal) => arrivalOf(signal, source, receivedAt, ctx.remote ?? '')));
  // What was asked under an Idempotency-Key is answered the same again; without one the signals themselves are known again.
  return ctx.command ? signals.writeMany(ctx, 'signals:send', async () => ({ changes: [], result: answer })) : answer;
}

/** Stores what a source sent, unless too much waits; the same for signals and for what head-ends send. */
export async function storeArrivals(receiver: HttpIntake, source: KeyedSource, arrivals: readonly Arrival[]): Promise<{ accepted: number; duplicates: number; ids: string[] }> {
  const own = waitingOf.get(source.ref) ?? 0;
  if (own > 0 && own + arrivals.length > MOST_WAITING_OF_ONE) throw new Problem('limited', 'signals.too_many', 'This source sends more than is stored in the meantime. Wait for answers before sending more.', { retryAfterS: 1 });
  if (receiver.waiting + arrivals.length > MOST_WAITING) throw unavailable();
  waitingOf.set(source.ref, own + arrivals.length);
  try {
    const stored = await receiver.take(source, arrivals);
    const duplicates = stored.filter(({ isRepeat }) => isRepeat).length;
    return { accepted: stored.length - duplicates, duplicates, ids: stored.map(({ key }) => key) };
  } catch (error) {
    throw unavailable(error);
  } finally {
    const left = (waitingOf.get(source.ref) ?? 0) - arrivals.length;
    if (left > 0) waitingOf.set(source.ref, left);
    else waitingOf.delete(source.ref);
  }
}

const waitingOf = new Map<number, number>();

function check(sent: readonly NewSignal[], now: number): void {
  if (sent.length > MOST_AT_ONCE) throw new Problem('refused', 'signals.too_many_at_once', `${sent.length} signals came at once; at most ${MOST_AT_ONCE} are taken. Send them in several requests.`);
  const errors = sent.flatMap((signal, i) => {
    const at = sent.length > 1 ? `/${i}` : '';
    return [
      ...(Date.parse(signal.occurredAt) > now + 366 * 86_400_000 ? [{ pointer: `${at}/occurredAt`, detail: 'This is more than a year ahead. Set the clock of the sender.' }] : []),
      ...(signal.data !== undefined && JSON.stringify(signal.data).length > MOST_DATA ? [{ pointer: `${at}/data`, detail: `At most ${MOST_DATA} characters of JSON are kept with a signal.` }] : []),
    ];
  });
  if (errors.length > 0) throw new Problem('refused', 'signals.refused', 'Some signals cannot be taken; each is listed. None was stored.', { errors: errors.slice(0, 20) });
}

function arrivalOf(signal: NewSignal, source: KeyedSource, receivedAt: number, remote: string): Arrival {
  const raw = Buffer.from(JSON.stringify(signal));
  return {
    protocol: 'http', account: source.account, token: 'signal', sequence: 0, raw, identity: raw.toString(), sentAt: Date.parse(signal.occurredAt), receivedAt, remote,
    ...(signal.externalId !== undefined && { externalId: signal.externalId }),
  };
}

/** The source of the key that asks, as the database says at this moment. Throws 401 where the key has ended. */
export async function sourceOfKey(ctx: Ctx): Promise<KeyedSource | null> {
  const row = await signals.read(ctx, 'signals:send').selectFrom(sql<Omit<KeyedSource, 'lastNumber'>>`signals.own_source()`.as('s')).selectAll().executeTakeFirst();
  return row ? { ...row, lastNumber: 0 } : null;
}

/** A key of the role Source without a source gets its own at its first signal. */
async function ownSource(ctx: Ctx): Promise<KeyedSource> {
  let source = await sourceOfKey(ctx);
  if (!source) {
    await makeOwnSource(ctx);
    source = await sourceOfKey(ctx);
  }
  if (!source) throw new Problem('refused', 'signals.no_source', 'This key belongs to no source that is in use. Signals are sent with the key of a source: make one under Sources, or use a key with the role Source.');
  return source;
}

async function makeOwnSource(ctx: Ctx): Promise<void> {
  const id = uuidv7();
  await signals.writeMany(ctx, 'signals:send', async (tx) => {
    const { rows: [made] } = await sql<{ name: string; siteId: string | null }>`select name, site_id from signals.make_own_source(${id}::uuid)`.execute(tx);
    if (!made) return { changes: [], result: null };
    const at = ctx.now().toISOString();
    const header = { kind: 'signals.source', number: null, title: made.name, state: 'active', siteId: made.siteId, wallId: null, readPermission: 'signals:read', at };
    return { changes: [{ verb: 'source-added', before: null, after: { id, protocol: 'http', senderId: ctx.personId }, header }], result: null };
  }).catch(madeMeanwhile);
}

/** Two first signals at once: the other made it. */
function madeMeanwhile(error: unknown): void {
  if ((error as { code?: string }).code !== 'platform.taken') throw error;
}
