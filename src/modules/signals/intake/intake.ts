import { randomBytes } from 'node:crypto';
import { nowMs } from '#platform/kernel/clock.ts';
import { type Connection, connectAlone } from '#platform/kernel/db/connection.ts';
import { Doorbell } from '#platform/kernel/doorbell.ts';
import type { Arrival, Refusal, Sink } from '#platform/wire/port.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { digest80, digestOf, isReset, isTrusted, NAMED_REPEAT_WITHIN_MS, OFF_TIME_REPEAT_WITHIN_MS, REPEAT_WITHIN_MS, signalKey } from './key.ts';
import { Quarantine } from './quarantine.ts';
import { type KnownSource, Sources } from './sources.ts';
import { Supervision } from './supervision.ts';
import { type Item, StreamWriter } from './writer.ts';

const WRITERS = 2;
const MOST_RECENT = 50_000;
const FLUSH_MS = 5000;
const LEADS = 7_204_310;
const SUPERVISE_MS = 2_000;
/** Encrypted messages that may be events; link tests are not kept. */
const EVENTS = new Set(['*SIA-DCS', '*ADM-CID']);

export type Intake = {
  sink: Sink;
  waiting(): number;
  /** The accounts of a protocol's sources, as of a second ago. */
  accountsOf(protocol: string): readonly string[];
  /** Is the work of that name this process's now? Only one process holds it, until it ends. */
  lead(name: string): Promise<boolean>;
  /** From now on, watches the sources of these protocols, which this process listens for, where it is the one that leads. */
  supervise(protocols: readonly string[], tools?: { everyMs?: number; now?: () => number }): void;
  close(): Promise<void>;
};

/** `flushMs`: how often it is written down who was heard and what was refused. */
export type IntakeOptions = { url: string; onLost: (error: Error) => void; onCommit?: () => void; flushMs?: number };

/**
 * From wire to commit: what receivers deliver is durable before they may acknowledge it.
 * `onLost` is called when the database is gone: nothing half-alive may go on, so the process should end and be restarted.
 */
export async function openIntake({ url, onLost, onCommit, flushMs = FLUSH_MS }: IntakeOptions): Promise<Intake> {
  const side = await connectAlone({ url, role: 'parapet_intake', name: 'parapet intake side', answerWithinMs: 20_000, onLost });
  await makePartitions(side);
  const doorbell = new Doorbell((channel) => side.send([{ text: 'select pg_notify($1::text, $2::text)', values: [channel, ''] }]), 'signals');
  const committed = () => {
    doorbell.ring();
    onCommit?.();
  };
  const writers = await Promise.all(Array.from({ length: WRITERS }, () => StreamWriter.open({ url, onCommit: committed, onLost })));
  const sources = new Sources(side, ({ protocol, account }, source) => void adoptKept(side, protocol, account, source, (arrival, done) => deliver(arrival, source, done)).catch(() => undefined));
  await sources.start();
  const tally = new Tally(side, flushMs);
  const quarantine = new Quarantine(side, (kind) => tally.refused(kind));
  const recent = await readRecent(side);
  const lead = (name: string): Promise<boolean> => leads(side, name);
  let supervision: Supervision | null = null;
  const partitions = setInterval(() => void makePartitions(side).catch(() => undefined), 3_600_000);

  function deliver(arrival: Arrival, source: KnownSource, done: (error: Error | null) => void): void {
    tally.heard(source.ref, arrival.receivedAt, arrival.remote, missedBefore(arrival, source));
    const item = itemOf(arrival, source, recent, done);
    (writers[source.ref % WRITERS] as StreamWriter).push(item);
  }

  const sink: Sink = {
    accept(arrival, done) {
      const source = sources.find(arrival.protocol, arrival.account);
      if (source === null) return quarantine.push(arrival, done);
      if (!(source instanceof Promise)) return deliver(arrival, source, done);
      source.then((found) => (found ? deliver(arrival, found, done) : quarantine.push(arrival, done)), (error: Error) => done(error));
    },
    heard(account, at, remote, protocol = 'dc09') {
      const source = sources.find(protocol, account);
      if (source && !(source instanceof Promise)) tally.heard(source.ref, at, remote);
    },
    refused(kind, _remote, arrival) {
      tally.refused(kind);
      if (arrival && arrival.account !== '') turnAway(kind, arrival, sources.find(arrival.protocol, arrival.account), { tally, quarantine });
    },
    keyOf: (protocol, account) => keyIn(sources.find(protocol, account)),
  };
  return {
    sink,
    accountsOf: (protocol) => sources.accountsOf(protocol),
    lead,
    supervise: (protocols, { everyMs = SUPERVISE_MS, now = nowMs } = {}) => {
      if (protocols.length > 0) supervision ??= new Supervision({ side, lead, flush: () => tally.flush(), push: (item) => (writers[item.sourceRef % WRITERS] as StreamWriter).push(item), protocols, leadAs: 'supervision', everyMs, now });
    },
    waiting: () => writers.reduce((sum, writer) => sum + writer.waiting, 0),
    close: async () => {
      clearInterval(partitions);
      doorbell.stop();
      sources.stop();
      await supervision?.stop();
      await Promise.all(writers.map((writer) => writer.close()));
      await tally.stop();
      await side.end();
    },
  };
}

const makePartitions = (side: Connection): Promise<unknown> => side.send([{ text: 'select signals.ensure_partitions()', values: [] }]);

/** Tells a refusal at its source, and keeps what may yet be read with another key. */
function turnAway(kind: Refusal, arrival: Arrival, source: ReturnType<Sources['find']>, { tally, quarantine }: { tally: Tally; quarantine: Quarantine }): void {
  if (source instanceof Promise) return void source.catch(() => undefined);
  if (source) tally.turnedAway(source.ref, kind, arrival);
  if ((kind === 'no-key' || kind === 'wrong-key') && EVENTS.has(arrival.token)) quarantine.push(arrival, () => undefined, kind);
}

/** Whether the work of that name is this connection's now. */
export async function leads(side: Connection, name: string): Promise<boolean> {
  const [answer] = await side.send([{ text: 'select pg_try_advisory_lock($1::int, hashtext($2::text)) as mine', values: [LEADS, name] }]);
  return answer?.rows[0]?.['mine'] === true;
}

const keyIn = (source: ReturnType<Sources['find']>): Buffer | null | Promise<Buffer | null> => (source instanceof Promise ? source.then((found) => found?.key ?? null) : (source?.key ?? null));

/** Takes the frames that were kept for an account before it had a source, or its key; one that cannot be opened stays, any other leaves the quarantine once it is durable as a signal. */
async function adoptKept(side: Connection, name: string, account: string, { key }: KnownSource, deliver: (arrival: Arrival, done: (error: Error | null) => void) => void): Promise<void> {
  const [kept] = await side.send([{ text: 'select id, token, remote, received_at, raw, why from signals.quarantine where protocol = $1 and account = $2 order by id limit 1000', values: [name, account] }]);
  const stored = await Promise.all((kept?.rows ?? []).map((row) => new Promise<number | null>((resolve) => {
    const arrival = PROTOCOLS.get(name)?.arrivalOf(row['raw'] as Buffer, Date.parse(row['receivedAt'] as string), row['remote'] as string, key);
    if (!arrival) return resolve(row['why'] === 'unknown' ? (row['id'] as number) : null);
    deliver(arrival, (error) => resolve(error ? null : (row['id'] as number)));
  })));
  await side.send([{ text: 'delete from signals.quarantine where id = any ($1::bigint[])', values: [stored.filter((id) => id !== null)] }]);
}

const MOST_MISSED = 100_000;

/** How many messages did not come, by the numbers that a syslog sender gives them (RFC 5424 §7.3.1); a step back, or too large a one, is a start anew. */
function missedBefore({ protocol, sequence }: Arrival, { lastNumber }: KnownSource): number {
  const missed = protocol === 'syslog' && sequence > 0 && lastNumber > 0 ? sequence - lastNumber - 1 : 0;
  return missed > 0 && missed < MOST_MISSED ? missed : 0;
}

/** Gives an arrival its key: of its own time where that can be trusted, else ours with a memory of what it was. */
export function itemOf(arrival: Arrival, source: KnownSource, recent: Map<string, { key: string; at: number }>, done: Item['done']): Item {
  if (arrival.externalId !== undefined) return namedItem(arrival, arrival.externalId, source, done);
  const { sentAt, receivedAt, sequence } = arrival;
  const digest = arrival.identity === null ? randomBytes(10).toString('hex') : digest80(`${source.ref}|${sequence}|${arrival.identity}`);
  const mayBeReset = isReset(source.lastNumber, sequence);
  if (sequence > 0) source.lastNumber = sequence;
  const base = { sourceRef: source.ref, siteId: source.siteId, number: sequence, receivedAt, hasTime: sentAt !== null, raw: arrival.raw, clear: arrival.clear ?? null, externalId: null, done };
  if (isTrusted(sentAt, receivedAt)) {
    const key = restamped(recent, digest, signalKey(sentAt, digest), receivedAt);
    return { ...base, key, occurredAt: sentAt, seen: null };
  }
  if (arrival.identity === null) return { ...base, key: signalKey(receivedAt, digest), occurredAt: sentAt ?? receivedAt, seen: null };
  const known = sentAt === null ? digest : digest80(`${digest}|${sentAt}`);
  const until = receivedAt + (sentAt === null ? REPEAT_WITHIN_MS : OFF_TIME_REPEAT_WITHIN_MS);
  return { ...base, key: signalKey(receivedAt, randomBytes(10).toString('hex')), occurredAt: sentAt ?? receivedAt, seen: { key: signalKey(0, known), until, mayBeReset: mayBeReset && sentAt === null } };
}

/** What its sender names is the same by that name, whatever else of it has changed. */
function namedItem({ sentAt, receivedAt, sequence, raw, clear }: Arrival, externalId: string, source: KnownSource, done: Item['done']): Item {
  const known = digest80(`${source.ref}|named|${externalId}`);
  return {
    key: signalKey(isTrusted(sentAt, receivedAt) ? sentAt : receivedAt, randomBytes(10).toString('hex')), sourceRef: source.ref, siteId: source.siteId, number: sequence, occurredAt: sentAt ?? receivedAt, receivedAt, hasTime: sentAt !== null, raw, clear: clear ?? null, externalId,
    seen: { key: signalKey(0, known), until: receivedAt + NAMED_REPEAT_WITHIN_MS, mayBeReset: false }, done,
  };
}

/** What came within the window of a resend before this process was there: a resend with a new time stamp is known after a restart too. */
async function readRecent(side: Connection): Promise<Map<string, { key: string; at: number }>> {
  const [answer] = await side.send([{ text: `select key::text, received_at from signals.signal where received_at > now() - make_interval(secs => ${REPEAT_WITHIN_MS / 1000}) and has_time order by received_at desc limit ${MOST_RECENT}`, values: [] }]);
  return new Map((answer?.rows ?? []).toReversed().map((row) => [digestOf(row['key'] as string), { key: row['key'] as string, at: Date.parse(row['receivedAt'] as string) }]));
}

/** A resend with a new time stamp within the window takes the key of the first sending. */
function restamped(recent: Map<string, { key: string; at: number }>, digest: string, key: string, at: number): string {
  const before = recent.get(digest);
  if (before && at - before.at < REPEAT_WITHIN_MS) return before.key;
  if (recent.size >= MOST_RECENT) for (const old of recent.keys()) { recent.delete(old); if (recent.size < MOST_RECENT * 0.9) break; }
  recent.delete(digest);
  recent.set(digest, { key, at });
  return key;
}

/** Counts that need not be durable at once: who was heard, what was refused. */
export class Tally {
  readonly #side: Connection;
  readonly #timer: NodeJS.Timeout;
  #heard = new Map<number, { at: number; remote: string; missing: number }>();
  #turnedAway = new Map<number, { at: number; remote: string; why: Refusal }>();
  #refused = new Map<Refusal, number>();

  constructor(side: Connection, flushMs: number) {
    this.#side = side;
    this.#timer = setInterval(() => void this.flush().catch(() => undefined), flushMs);
  }

  heard(ref: number, at: number, remote: string, missing = 0): void {
    const before = this.#heard.get(ref);
    const sum = (before?.missing ?? 0) + missing;
    this.#heard.set(ref, before && before.at > at ? { ...before, missing: sum } : { at, remote, missing: sum });
  }

  turnedAway(ref: number, why: Refusal, { receivedAt: at, remote }: Pick<Arrival, 'receivedAt' | 'remote'>): void {
    this.#turnedAway.set(ref, { at, remote, why });
  }

  refused(kind: Refusal): void {
    this.#refused.set(kind, (this.#refused.get(kind) ?? 0) + 1);
  }

  async flush(): Promise<void> {
    const heard = [...this.#heard].map(([ref, { at, remote, missing }]) => ({ ref, at, remote, missing }));
    const turnedAway = [...this.#turnedAway].map(([ref, { at, remote, why }]) => ({ ref, at, remote, why }));
    const refused = [...this.#refused].map(([kind, count]) => ({ kind, count }));
    this.#heard = new Map();
    this.#refused = new Map();
    this.#turnedAway = new Map();
    if (heard.length + turnedAway.length + refused.length === 0) return;
    await this.#side.send([
      { text: `insert into signals.heard (source_ref, at, remote, missing, missing_at) select ref, to_timestamp(at / 1000), remote, missing, case when missing > 0 then now() end from jsonb_to_recordset($1::jsonb) as h(ref int, at float8, remote text, missing bigint) on conflict (source_ref) do update set at = excluded.at, remote = excluded.remote, missing = signals.heard.missing + excluded.missing, missing_at = coalesce(excluded.missing_at, signals.heard.missing_at)`, values: [JSON.stringify(heard)] },
      { text: `insert into signals.heard (source_ref, refused_at, refused_from, refused_why) select ref, to_timestamp(at / 1000), remote, why from jsonb_to_recordset($1::jsonb) as h(ref int, at float8, remote text, why text) on conflict (source_ref) do update set refused_at = excluded.refused_at, refused_from = excluded.refused_from, refused_why = excluded.refused_why`, values: [JSON.stringify(turnedAway)] },
      { text: `insert into signals.refusal (day, kind, count) select (now() at time zone 'UTC')::date, kind, count from jsonb_to_recordset($1::jsonb) as r(kind text, count bigint) on conflict (day, kind) do update set count = signals.refusal.count + excluded.count`, values: [JSON.stringify(refused)] },
    ]);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush().catch(() => undefined);
  }
}
