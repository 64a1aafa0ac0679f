import type { Compiled } from '#engines/mapping/compile.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import { connectAlone, type Connection } from '#platform/kernel/db/connection.ts';
import { Doorbell } from '#platform/kernel/doorbell.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Arrival } from '#platform/wire/port.ts';
import type { Signature } from '../contract.ts';
import { itemOf, leads, Tally } from '../intake/intake.ts';
import type { KnownSource } from '../intake/sources.ts';
import { Supervision } from '../intake/supervision.ts';
import { type Item, type Stored, StreamWriter } from '../intake/writer.ts';
import { compiledOf } from '../mappings/compiled.ts';
import { openSignatureSecret } from '../sealed-keys.ts';
import type { SignatureFault } from './signature.ts';

/** A source that has a key of its own. */
export type KeyedSource = KnownSource & { id: string; account: string; mappingId: string | null; keyIn: 'header' | 'address' };

const WRITERS = 2;
const FLUSH_MS = 5000;
const MAPPING = 'select body from signals.mapping where id = $1';
const SIGNATURE = 'select s.signature, k.sealed from signals.source s left join signals.source_signature k on k.source_id = s.id where s.id = $1';

/** How often is looked, and by which clock (ms since 1970). */
type Watch = { everyMs: number; now(): number };

/** From a request to commit: the writers of the wires, in the process that serves HTTP (docs/decisions/2026-11-22-http-signals-are-written-where-they-arrive.md). */
export class HttpIntake {
  readonly #side: Connection;
  readonly #writers: readonly StreamWriter[];
  readonly #doorbell: Doorbell;
  readonly #tally: Tally;
  readonly #supervision: Supervision | null;
  readonly #recent = new Map<string, { key: string; at: number }>();

  private constructor(side: Connection, writers: readonly StreamWriter[], doorbell: Doorbell, watch: Watch | null) {
    this.#side = side;
    this.#writers = writers;
    this.#doorbell = doorbell;
    this.#tally = new Tally(side, FLUSH_MS);
    this.#supervision = watch && this.#watch(watch);
  }

  /** `watch`: whether and how this process watches that sources over HTTP are heard. `onLost` is called when the database is gone; what was opened is of no use then. */
  static async open({ url, onLost, watch = null }: { url: string; onLost: (error: Error) => void; watch?: Watch | null }): Promise<HttpIntake> {
    const lost = (error: Error): void => {
      if (intake) void intake.#supervision?.stop();
      onLost(error);
    };
    let intake: HttpIntake | null = null;
    const side = await connectAlone({ url, role: 'parapet_intake', name: 'parapet http intake side', answerWithinMs: 20_000, onLost: lost });
    await side.send([{ text: 'select signals.ensure_partitions()', values: [] }]);
    const doorbell = new Doorbell((channel) => side.send([{ text: 'select pg_notify($1::text, $2::text)', values: [channel, ''] }]), 'signals');
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => StreamWriter.open({ url, onCommit: () => doorbell.ring(), onLost: lost })));
    intake = new HttpIntake(side, writers, doorbell, watch);
    return intake;
  }

  #watch(watch: Watch): Supervision {
    const push = (item: Item): void => (this.#writers[item.sourceRef % this.#writers.length] as StreamWriter).push(item);
    return new Supervision({ side: this.#side, lead: (name) => leads(this.#side, name), flush: () => this.#tally.flush(), push, protocols: ['http'], leadAs: 'supervision of http', ...watch });
  }

  get waiting(): number {
    return this.#writers.reduce((sum, writer) => sum + writer.waiting, 0);
  }

  /** The mapping in force for a source; null where it has none. */
  async mappingOf({ mappingId }: KeyedSource): Promise<Compiled | null> {
    if (mappingId === null) return null;
    return compiledOf(mappingId, async () => (await this.#side.send([{ text: MAPPING, values: [mappingId] }]))[0]?.rows[0]?.['body']);
  }

  /** How what this source sends must be signed, with the secret; null where its key is enough. Throws 503 where the secret was sealed under another key of ours. */
  async signatureOf({ id }: KeyedSource): Promise<{ how: Signature; secret: Buffer } | null> {
    const [answer] = await this.#side.send([{ text: SIGNATURE, values: [id] }]);
    const row = answer?.rows[0] as { signature: Signature | null; sealed: Buffer | null } | undefined;
    if (!row?.signature) return null;
    const secret = row.sealed && openSignatureSecret(id, row.sealed);
    if (!secret) throw new Problem('unavailable', 'signals.secret_lost', 'The secret of this source cannot be opened here. Set it again under Sources.', { retryAfterS: 300 });
    return { how: row.signature, secret };
  }

  /** Counts a message that was refused, and tells it at its source. */
  refuse({ ref }: KeyedSource, why: SignatureFault, remote: string): void {
    this.#tally.refused(why);
    this.#tally.turnedAway(ref, why, { receivedAt: nowMs(), remote });
  }

  /** Settles once all are durable, in their order; rejects where one is not. */
  async take(source: KeyedSource, arrivals: readonly Arrival[]): Promise<Stored[]> {
    const writer = this.#writers[source.ref % this.#writers.length] as StreamWriter;
    const [last] = arrivals.slice(-1);
    if (last) this.#tally.heard(source.ref, last.receivedAt, last.remote);
    return Promise.all(arrivals.map((arrival) => new Promise<Stored>((resolve, reject) => {
      writer.push(itemOf(arrival, source, this.#recent, (error, stored) => (stored ? resolve(stored) : reject(error ?? new Error('It was not stored.')))));
    })));
  }

  async close(): Promise<void> {
    this.#doorbell.stop();
    await this.#supervision?.stop();
    await Promise.all(this.#writers.map((writer) => writer.close()));
    await this.#tally.stop();
    await this.#side.end();
  }
}
