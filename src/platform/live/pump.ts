import { type Connection, connectAlone } from '#platform/kernel/db/connection.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Mark } from './mark.ts';

/** What a screen is told: that something changed, never what. */
export type Told = Mark & { topic: string; id: string };

export type Listener = { personId: string; tell(events: readonly Told[]): void; };

const MOST = 500;
const MOST_AT_ONCE = 5000;
const POLL_MS = 1000;
const SINCE = 'select xid, seq, topic, record_id, seers from platform.outbox_since($1::xid8, $2::bigint, $3::uuid[], $4::int)';

const listOf = (people: readonly string[]): string => `{${people.join(',')}}`;

/**
 * The one pump of a web process: wakes when somebody committed (at most every 20 ms) and each second, reads the outbox
 * after its mark and asks once for all connected people what each may see.
 */
export class Pump {
  readonly #db: Database;
  readonly #listeners = new Set<Listener>();
  #mark: Mark = { xid: '0', seq: 0 };
  #key: Buffer = Buffer.alloc(0);
  #connection: Connection | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isPumping = false;
  #isWanted = false;

  constructor(db: Database) {
    this.#db = db;
  }

  /** `onLost` is called when the connection that listens is gone. */
  async start(url: string, onLost: (error: Error) => void): Promise<void> {
    const [answer] = await this.#db.send([{ text: 'select live.key_of_marks() as key', values: [] }]);
    this.#key = answer?.rows[0]?.['key'] as Buffer;
    this.#mark = await this.end();
    this.#connection = await connectAlone({ url, name: 'parapet live', onLost });
    await this.#connection.listen('outbox', () => void this.#pump());
    this.#timer = setInterval(() => void this.#pump(), POLL_MS);
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#connection?.end();
  }

  add(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Under which marks are told to readers; there once it has started. */
  get key(): Buffer {
    return this.#key;
  }

  async end(): Promise<Mark> {
    const [answer] = await this.#db.send([{ text: 'select xid, seq from platform.outbox_end()', values: [] }]);
    return { xid: String(answer?.rows[0]?.['xid'] ?? '0'), seq: Number(answer?.rows[0]?.['seq'] ?? 0) };
  }

  /** What one person was not told since a mark; null where it is more than can be told one by one. What they may not see does not count. */
  async missed(personId: string, since: Mark): Promise<Told[] | null> {
    const told: Told[] = [];
    for (let mark = since; ; ) {
      const [answer] = await this.#db.send([{ text: SINCE, values: [mark.xid, mark.seq, listOf([personId]), MOST_AT_ONCE] }]);
      const rows = answer?.rows ?? [];
      told.push(...rows.filter((row) => (row['seers'] as string[]).length > 0).map(toTold));
      if (told.length >= MOST) return null;
      const last = rows.at(-1);
      if (!last || rows.length < MOST_AT_ONCE) return told;
      mark = toTold(last);
    }
  }

  async #pump(): Promise<void> {
    this.#isWanted = true;
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        while ((await this.#once()) === MOST);
      }
    } catch {
      /* The next wake tries again; a lost connection ends the process. */
    } finally {
      this.#isPumping = false;
    }
  }

  async #once(): Promise<number> {
    const people = [...new Set([...this.#listeners].map((listener) => listener.personId))];
    const [answer] = await this.#db.send([{ text: SINCE, values: [this.#mark.xid, this.#mark.seq, listOf(people), MOST] }]);
    const rows = answer?.rows ?? [];
    const last = rows.at(-1);
    if (!last) return 0;
    this.#mark = { xid: String(last['xid']), seq: Number(last['seq']) };
    const byPerson = new Map<string, Map<string, Told>>(people.map((person) => [person, new Map()]));
    for (const row of rows) for (const person of row['seers'] as string[]) byPerson.get(person)?.set(`${row['topic'] as string} ${row['recordId'] as string}`, toTold(row));
    for (const listener of this.#listeners) {
      const events = byPerson.get(listener.personId);
      if (events && events.size > 0) listener.tell([...events.values()].sort((a, b) => (BigInt(a.xid) < BigInt(b.xid) || (a.xid === b.xid && a.seq < b.seq) ? -1 : 1)));
    }
    return rows.length;
  }
}

const toTold = (row: Record<string, unknown>): Told => ({ xid: String(row['xid']), seq: Number(row['seq']), topic: row['topic'] as string, id: row['recordId'] as string });
