import { hash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { SERVICE } from '#platform/kernel/access.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import { type Connection, connectAlone } from '#platform/kernel/db/connection.ts';
import type { Answer, Statement } from '#platform/kernel/db/flush.ts';

/** One signal on its way to be durable. */
export type Item = {
  key: string;
  sourceRef: number;
  siteId: string | null;
  number: number;
  occurredAt: number;
  receivedAt: number;
  hasTime: boolean;
  raw: Buffer;
  /** What was opened of encrypted bytes. */
  clear: Buffer | null;
  externalId: string | null;
  /** Set where the key is ours and not the message's: the hash that knows it again, and until when. */
  seen: { key: string; until: number; mayBeReset: boolean } | null;
  done: (error: Error | null, stored?: Stored) => void;
};

/** Under which key a signal is stored, and whether that is an earlier one that it repeats. */
export type Stored = { key: string; isRepeat: boolean };

const MOST_A_COMMIT = 1000;
const SEQUENCES_A_BLOCK = 1_000_000;
const UNIQUE_VIOLATION = '23505';
const STREAM_LOCKS = 7_204_100;

const INSERT = `with batch as (insert into signals.batch (stream, seq, n) values ($1::smallint, $2::bigint, $3::int)),
  told as (insert into ledger.entry (id, at, actor, verb, record_id, body) values ($4::uuid, to_timestamp($5::float8 / 1000), $6::uuid, 'signals.received', null, $7::text))
  insert into signals.signal (key, seq, stream, source_ref, site_id, number, occurred_at, received_at, has_time, raw, clear, external_id)
  select key, $2::bigint + n - 1, $1::smallint, source_ref, site_id, number, to_timestamp(occurred / 1000), to_timestamp(received / 1000), has_time, substr($8::bytea, start, length), case when clear_length > 0 then substr($8::bytea, start + length, clear_length) end, external_id
  from unnest($9::uuid[], $10::int[], $11::uuid[], $12::int[], $13::float8[], $14::float8[], $15::bool[], $16::int[], $17::int[], $18::int[], $19::text[])
    with ordinality as item(key, source_ref, site_id, number, occurred, received, has_time, start, length, clear_length, external_id, n)`;

const REMEMBER = `insert into signals.seen (key, signal_key, source_ref, until, heard_at)
  select key, signal_key, source_ref, to_timestamp(until / 1000), to_timestamp(heard / 1000) from unnest($1::uuid[], $2::uuid[], $3::int[], $4::float8[], $5::float8[]) as s(key, signal_key, source_ref, until, heard)
  on conflict (key) do update set signal_key = excluded.signal_key, until = excluded.until, heard_at = excluded.heard_at where signals.seen.until < excluded.heard_at`;
const RECALL = 'select key, signal_key from signals.seen where key = any ($1::uuid[])';
const KNOWN = 'select key from signals.signal where key = any ($1::uuid[])';
const COUNT_REPEATS = `update signals.signal s set repeats = s.repeats + r.more from (select key, count(*)::int as more from unnest($1::uuid[]) as k(key) group by key) r where s.key = r.key`;
const FORGET = 'delete from signals.seen where source_ref = any ($1::int[]) and not (key = any ($2::uuid[]))';

const list = (items: readonly (string | number | boolean | null)[]): string => `{${items.map((item) => (item === null ? 'NULL' : item)).join(',')}}`;
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

/** What repeats a signal that is stored, with the key of that one. */
type Repeats = ReadonlyMap<Item, string>;
const NO_REPEATS: Repeats = new Map();

/**
 * The one writer of a stream: takes whatever queued during the last commit into one statement and one commit. A stream is
 * one connection that holds the stream's advisory lock, so its commit order has no gaps that a reader could pass over.
 */
export class StreamWriter {
  readonly #connection: Connection;
  readonly #onCommit: () => void;
  readonly stream: number;
  #next = 0;
  #blockEnd = 0;
  #queue: Item[] = [];
  #isWriting = false;
  #lost: Error | null = null;

  private constructor(connection: Connection, stream: number, onCommit: () => void) {
    this.#connection = connection;
    this.stream = stream;
    this.#onCommit = onCommit;
  }

  static async open({ url, onCommit, onLost }: { url: string; onCommit: () => void; onLost: (error: Error) => void }): Promise<StreamWriter> {
    let writer: StreamWriter | null = null;
    const connection = await connectAlone({ url, role: 'parapet_intake', name: 'parapet intake', onLost: (error) => { writer?.fail(error); onLost(error); } });
    for (let stream = 1; stream < 200; stream++) {
      const [answer] = await connection.send([{ text: 'select pg_try_advisory_lock($1::int, $2::int) as mine', values: [STREAM_LOCKS, stream] }]);
      if (!answer?.rows[0]?.['mine']) continue;
      writer = new StreamWriter(connection, stream, onCommit);
      return writer;
    }
    await connection.end();
    throw new Error('All 199 streams of signals are taken. Stop intake processes that are not needed.');
  }

  get waiting(): number {
    return this.#queue.length;
  }

  push(item: Item): void {
    if (this.#lost) return item.done(this.#lost);
    this.#queue.push(item);
    if (this.#isWriting) return;
    this.#isWriting = true;
    setImmediate(() => void this.#run());
  }

  fail(error: Error): void {
    this.#lost = error;
    for (const item of this.#queue.splice(0)) item.done(error);
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.length > MOST_A_COMMIT ? this.#queue.splice(0, MOST_A_COMMIT) : this.#queue.splice(0);
      let failure: Error | null = null;
      let repeats: Repeats = NO_REPEATS;
      try {
        repeats = await this.#commit(batch);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
      }
      for (const item of batch) {
        if (failure) item.done(failure);
        else item.done(null, { key: repeats.get(item) ?? item.key, isRepeat: repeats.has(item) });
      }
      this.#onCommit();
    }
    this.#isWriting = false;
  }

  async #commit(batch: readonly Item[]): Promise<Repeats> {
    const first = new Map<string, Item>();
    for (const item of batch) if (!first.has(item.key)) first.set(item.key, item);
    const isPlain = first.size === batch.length && batch.every((item) => item.seen === null);
    if (!isPlain) return this.#commitSorted(batch);
    try {
      await this.#connection.send([await this.#insert(batch)]);
      return NO_REPEATS;
    } catch (error) {
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
      return this.#commitSorted(batch);
    }
  }

  /** Sorts repeats from new signals first, in the same transaction; another writer may still come between, then once more. */
  async #commitSorted(batch: readonly Item[]): Promise<Repeats> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#sortAndInsert(batch);
      } catch (error) {
        await this.#connection.send([{ text: 'rollback', values: [] }]);
        if ((error as { code?: string }).code !== UNIQUE_VIOLATION || attempt === 5) throw error;
      }
    }
  }

  async #sortAndInsert(batch: readonly Item[]): Promise<Repeats> {
    const untimed = [...new Map(batch.filter((item) => item.seen).toReversed().map((item) => [item.seen?.key ?? '', item])).values()];
    const answers = await this.#connection.send([
      { text: 'begin', values: [] },
      { text: KNOWN, values: [list(batch.map((item) => item.key))] },
      ...(untimed.length > 0
        ? [
            { text: REMEMBER, values: [list(untimed.map((i) => i.seen?.key ?? '')), list(untimed.map((i) => i.key)), list(untimed.map((i) => i.sourceRef)), list(untimed.map((i) => i.seen?.until ?? 0)), list(untimed.map((i) => i.receivedAt))] },
            { text: RECALL, values: [list(untimed.map((i) => i.seen?.key ?? ''))] },
          ]
        : []),
    ]);
    const { fresh, repeated, resets } = sort(batch, answers[1], answers[3]);
    await this.#connection.send([
      ...(fresh.length > 0 ? [await this.#insert(fresh)] : []),
      ...(repeated.size > 0 ? [{ text: COUNT_REPEATS, values: [list([...repeated.values()])] }] : []),
      ...(resets.length > 0 ? [{ text: FORGET, values: [list([...new Set(resets.map((i) => i.sourceRef))]), list(resets.map((i) => i.seen?.key ?? ''))] }] : []),
      { text: 'commit', values: [] },
    ]);
    return repeated;
  }

  async #insert(items: readonly Item[]): Promise<Statement> {
    const seq = await this.#take(items.length);
    const raw = Buffer.concat(items.flatMap((item) => (item.clear ? [item.raw, item.clear] : [item.raw])));
    const starts: number[] = [];
    let at = 1;
    for (const item of items) {
      starts.push(at);
      at += item.raw.length + (item.clear?.length ?? 0);
    }
    const body = `{"digest":"sha256:${batchDigest(items)}","n":${items.length},"seq":${seq},"stream":${this.stream}}`;
    return {
      text: INSERT,
      values: [
        this.stream, seq, items.length, uuidv7(), nowMs(), SERVICE.intake, body, raw,
        list(items.map((i) => i.key)), list(items.map((i) => i.sourceRef)), list(items.map((i) => i.siteId)), list(items.map((i) => i.number)),
        list(items.map((i) => i.occurredAt)), list(items.map((i) => i.receivedAt)), list(items.map((i) => i.hasTime)), list(starts), list(items.map((i) => i.raw.length)), list(items.map((i) => i.clear?.length ?? 0)),
        list(items.map((i) => (i.externalId === null ? null : quoted(i.externalId)))),
      ],
    };
  }

  async #take(count: number): Promise<number> {
    if (this.#next + count > this.#blockEnd) {
      const [answer] = await this.#connection.send([{ text: `select nextval('signals.seq_block') as block`, values: [] }]);
      this.#next = Number(answer?.rows[0]?.['block']) * SEQUENCES_A_BLOCK;
      this.#blockEnd = this.#next + SEQUENCES_A_BLOCK;
    }
    const seq = this.#next;
    this.#next += count;
    return seq;
  }

  async close(): Promise<void> {
    while (this.#isWriting && !this.#lost) await new Promise((resolve) => setTimeout(resolve, 5));
    await this.#connection.end();
  }
}

/** SHA-256 over key, bytes and what was opened of them, of each signal in order, as the batch's ledger entry has it. */
export const batchDigest = (items: readonly { key: string; raw: Buffer; clear?: Buffer | null }[]): string =>
  hash('sha256', Buffer.concat(items.flatMap(({ key, raw, clear }) => [Buffer.from(key, 'latin1'), raw, ...(clear ? [clear] : [])])), 'hex');

/** Which are new, which repeat what is stored (by that signal's key), and which new ones show that a source's numbers started anew. */
function sort(batch: readonly Item[], known: Answer | undefined, recalled: Answer | undefined): { fresh: Item[]; repeated: Repeats; resets: Item[] } {
  const stored = new Set((known?.rows ?? []).map((row) => row['key'] as string));
  const winners = new Map((recalled?.rows ?? []).map((row) => [row['key'] as string, row['signalKey'] as string]));
  const fresh: Item[] = [];
  const repeated = new Map<Item, string>();
  const resets: Item[] = [];
  for (const item of batch) {
    const winner = item.seen ? (winners.get(item.seen.key) ?? item.key) : item.key;
    if (winner !== item.key || stored.has(item.key)) {
      repeated.set(item, winner);
      continue;
    }
    stored.add(item.key);
    fresh.push(item);
    if (item.seen?.mayBeReset) resets.push(item);
  }
  return { fresh, repeated, resets };
}
