import type { Compiled } from '#engines/mapping/compile.ts';
import { connectAlone, type Connection } from '#platform/kernel/db/connection.ts';
import { Doorbell } from '#platform/kernel/doorbell.ts';
import type { Arrival } from '#platform/wire/port.ts';
import { itemOf, Tally } from '../intake/intake.ts';
import type { KnownSource } from '../intake/sources.ts';
import { type Stored, StreamWriter } from '../intake/writer.ts';
import { compiledOf } from '../mappings/compiled.ts';

/** A source that has a key of its own. */
export type KeyedSource = KnownSource & { id: string; account: string; mappingId: string | null; keyIn: 'header' | 'address' };

const WRITERS = 2;
const FLUSH_MS = 5000;
const MAPPING = 'select body from signals.mapping where id = $1';

/** From a request to commit: the writers of the wires, in the process that serves HTTP (docs/decisions/2026-11-22-http-signals-are-written-where-they-arrive.md). */
export class HttpIntake {
  readonly #side: Connection;
  readonly #writers: readonly StreamWriter[];
  readonly #doorbell: Doorbell;
  readonly #tally: Tally;
  readonly #recent = new Map<string, { key: string; at: number }>();

  private constructor(side: Connection, writers: readonly StreamWriter[], doorbell: Doorbell) {
    this.#side = side;
    this.#writers = writers;
    this.#doorbell = doorbell;
    this.#tally = new Tally(side, FLUSH_MS);
  }

  static async open({ url, onLost }: { url: string; onLost: (error: Error) => void }): Promise<HttpIntake> {
    const side = await connectAlone({ url, role: 'parapet_intake', name: 'parapet http intake side', answerWithinMs: 20_000, onLost });
    await side.send([{ text: 'select signals.ensure_partitions()', values: [] }]);
    const doorbell = new Doorbell((channel) => side.send([{ text: 'select pg_notify($1::text, $2::text)', values: [channel, ''] }]), 'signals');
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => StreamWriter.open({ url, onCommit: () => doorbell.ring(), onLost })));
    return new HttpIntake(side, writers, doorbell);
  }

  get waiting(): number {
    return this.#writers.reduce((sum, writer) => sum + writer.waiting, 0);
  }

  /** The mapping in force for a source; null where it has none. */
  async mappingOf({ mappingId }: KeyedSource): Promise<Compiled | null> {
    if (mappingId === null) return null;
    return compiledOf(mappingId, async () => (await this.#side.send([{ text: MAPPING, values: [mappingId] }]))[0]?.rows[0]?.['body']);
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
    await Promise.all(this.#writers.map((writer) => writer.close()));
    await this.#tally.stop();
    await this.#side.end();
  }
}
