import { randomBytes } from 'node:crypto';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Connection } from '#platform/kernel/db/connection.ts';
import { openKey } from '../sealed-keys.ts';
import { signalKey } from './key.ts';

/** What the hot path needs to know of a source. `sealed` tells one key from another without opening it. */
export type KnownSource = { ref: number; siteId: string | null; lastNumber: number; key: Buffer | null; sealed: string };

const REFRESH_MS = 1000;
const ASK_AGAIN_MS = 1000;
const OVERLAP_S = 5;
const MOST_STRANGERS = 10_000;
const MOST_ASKING = 500;

const COLUMNS = 's.protocol, s.account, s.id, s.ref, s.site_id, s.state, k.sealed';
const A_DAY_MS = 86_400_000;
const LOWEST = '0'.repeat(20);
const LAST_NUMBERS = `select s.ref, g.number from signals.source s cross join lateral (
  select g.number from signals.signal g where g.source_ref = s.ref and g.key >= $1::uuid order by g.received_at desc, g.seq desc limit 1) g where s.protocol = 'syslog' and s.state = 'active'`;
const FROM = 'signals.source s left join signals.source_key k on k.source_id = s.id';

/** The sources by protocol and account, kept up to date once a second; an account that is not known is asked for at once. */
export class Sources {
  readonly #connection: Connection;
  readonly #known = new Map<string, KnownSource>();
  readonly #strangers = new Map<string, number>();
  /** Questions under way: who comes meanwhile waits for the same answer, so that nobody overtakes. */
  readonly #asking = new Map<string, Promise<KnownSource | null>>();
  readonly #adopted: (of: { protocol: string; account: string }, source: KnownSource) => void;
  #timer: NodeJS.Timeout | null = null;

  /** `adopted` hears of each source that was not known at the start, or has a new key: it may have frames in quarantine. */
  constructor(connection: Connection, adopted: (of: { protocol: string; account: string }, source: KnownSource) => void) {
    this.#connection = connection;
    this.#adopted = adopted;
  }

  async start(): Promise<void> {
    await this.#load('1970-01-01T00:00:00Z');
    this.#timer = setInterval(() => void this.#load(null).catch(() => undefined), REFRESH_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** The source, `null` where there is none, or a promise where the database must be asked first. */
  find(protocol: string, account: string): KnownSource | null | Promise<KnownSource | null> {
    const key = `${protocol}:${account}`;
    const known = this.#known.get(key);
    if (known) return known;
    const asked = this.#strangers.get(key);
    if (asked !== undefined && nowMs() - asked < ASK_AGAIN_MS) return null;
    const underWay = this.#asking.get(key);
    if (!underWay && this.#asking.size >= MOST_ASKING) return Promise.reject(new Error('Too many accounts are asked for at once.'));
    const asking = underWay ?? this.#ask(protocol, account, key).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  /** The accounts of a protocol, as of the last look. */
  accountsOf(protocol: string): readonly string[] {
    return [...this.#known.keys()].filter((key) => key.startsWith(`${protocol}:`)).map((key) => key.slice(protocol.length + 1));
  }

  async #ask(protocol: string, account: string, key: string): Promise<KnownSource | null> {
    const [answer] = await this.#connection.send([{ text: `select ${COLUMNS} from ${FROM} where s.protocol = $1 and s.account = $2 and s.state = 'active'`, values: [protocol, account] }]);
    const row = answer?.rows[0];
    if (row) return this.#keep(key, row);
    if (this.#strangers.size >= MOST_STRANGERS) this.#strangers.clear();
    this.#strangers.set(key, nowMs());
    return null;
  }

  async #load(since: string | null): Promise<void> {
    const [answer] = await this.#connection.send([
      { text: `select ${COLUMNS} from ${FROM} where s.changed_at > coalesce($1::timestamptz, now() - make_interval(secs => ${OVERLAP_S})) order by s.changed_at`, values: [since] },
    ]);
    const last = since === null ? null : await this.#lastNumbers();
    for (const row of answer?.rows ?? []) {
      const key = `${row['protocol'] as string}:${row['account'] as string}`;
      const before = this.#known.get(key);
      if (row['state'] === 'active') {
        const source = this.#keep(key, row);
        source.lastNumber ||= last?.get(source.ref) ?? 0;
        if (since === null && (!before || (source.sealed !== '' && source.sealed !== before.sealed))) this.#adopted({ protocol: row['protocol'] as string, account: row['account'] as string }, source);
      } else if (this.#known.get(key)?.ref === row['ref']) this.#known.delete(key);
    }
  }

  /** The number that each syslog sender of the last day gave last: what was lost as the process before this one ended is a gap too. */
  async #lastNumbers(): Promise<Map<number, number>> {
    const [answer] = await this.#connection.send([{ text: LAST_NUMBERS, values: [signalKey(nowMs() - A_DAY_MS, LOWEST)] }]);
    return new Map((answer?.rows ?? []).map((row) => [row['ref'] as number, row['number'] as number]));
  }

  #keep(key: string, row: Record<string, unknown>): KnownSource {
    const before = this.#known.get(key);
    const sealed = (row['sealed'] as Buffer | null)?.toString('base64') ?? '';
    const kept = before && before.sealed === sealed ? before.key : keyOf(row['id'] as string, row['sealed'] as Buffer | null);
    const source = { ref: row['ref'] as number, siteId: row['siteId'] as string | null, lastNumber: before && before.ref === row['ref'] ? before.lastNumber : 0, key: kept, sealed };
    this.#known.set(key, source);
    this.#strangers.delete(key);
    return source;
  }
}

/** A key that was sealed under another key of ours opens nothing: what comes is then refused as under a wrong key, never taken in clear. */
const keyOf = (sourceId: string, sealed: Buffer | null): Buffer | null => sealed && (openKey(sourceId, sealed) ?? randomBytes(32));
