import type { Connection } from '#platform/kernel/db/connection.ts';
import { type Notice, writeNotice } from '../own-notice.ts';
import { digest80, signalKey } from './key.ts';
import type { Item } from './writer.ts';

/** One look must follow the other within this: else this process stood still, could hear nothing, and every source has a whole interval again. */
const STALL_MS = 15_000;
const MOST_AT_ONCE = 500;

/** How much longer than its interval a source may be silent, in seconds: half of it, 30 at most; a sender's second try comes within. */
export const toleranceS = (everyS: number): number => Math.min(30, everyS / 2);

// What comes over HTTP is watched by the process that serves it, all else by the intake: each ends the silences of its own, listened for or not any more.
const DUE = `select s.ref, s.site_id, s.supervise_s, greatest(h.at, s.supervised_at) as since, 'began' as silence
  from signals.source s left join signals.heard h on h.source_ref = s.ref
  where s.state = 'active' and s.supervise_s is not null and s.protocol = any ($1::text[]) and h.silent_since is null
    and greatest(h.at, s.supervised_at, to_timestamp($2::float8 / 1000)) + make_interval(secs => s.supervise_s + least(30, s.supervise_s / 2.0)::float8) <= to_timestamp($3::float8 / 1000)
  union all
  select s.ref, s.site_id, s.supervise_s, h.silent_since, 'ended' from signals.heard h join signals.source s on s.ref = h.source_ref
  where h.silent_since is not null and (s.protocol = 'http') = ('http' = any ($1::text[])) and (s.state <> 'active' or s.supervise_s is null or h.at > h.silent_since)
  limit ${MOST_AT_ONCE}`;
const MARK = `insert into signals.heard (source_ref, silent_since) select ref, since from jsonb_to_recordset($1::jsonb) as m(ref int, since timestamptz)
  on conflict (source_ref) do update set silent_since = excluded.silent_since`;

type Due = { ref: number; siteId: string | null; superviseS: number | null; since: string; silence: Notice['silence'] };

/** What supervision stands on: `flush` writes down who was heard, `push` hands a signal to the writer of its source, `now` is in ms since 1970; one process leads under the name `leadAs`. */
export type SupervisionTools = { side: Connection; lead(name: string): Promise<boolean>; flush(): Promise<void>; push(item: Item): void; protocols: readonly string[]; leadAs: string; everyMs: number; now(): number };

/**
 * Watches that sources are heard as often as they should be: a silence becomes a signal in the order of its source, and so does its end.
 * One process leads. Silence is counted from when that one began to listen, so that our own absence is never taken for theirs.
 */
export class Supervision {
  readonly #tools: SupervisionTools;
  readonly #timer: NodeJS.Timeout;
  #listeningSince = 0;
  #lookedAt = 0;
  #looking: Promise<void> | null = null;

  constructor(tools: SupervisionTools) {
    this.#tools = tools;
    this.#timer = setInterval(() => void (this.#looking ??= this.#look().catch(() => undefined).finally(() => (this.#looking = null))), tools.everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { side, lead, flush, protocols, leadAs, now } = this.#tools;
    if (!(await lead(leadAs))) return;
    if (this.#lookedAt === 0 || now() - this.#lookedAt > STALL_MS) this.#listeningSince = now();
    this.#lookedAt = now();
    await flush();
    const [answer] = await side.send([{ text: DUE, values: [`{${protocols.join(',')}}`, this.#listeningSince, this.#lookedAt] }]);
    const due = (answer?.rows ?? []) as Due[];
    if (due.length === 0) return;
    await Promise.all(due.map((one) => this.#tell(one)));
    const marks = due.map(({ ref, since, silence }) => ({ ref, since: silence === 'began' ? since : null }));
    await side.send([{ text: MARK, values: [JSON.stringify(marks)] }]);
  }

  /** Durable before it is marked: after a crash between the two it is said once more, and repeats the alarm that is open. */
  #tell({ ref, siteId, superviseS, since, silence }: Due): Promise<void> {
    const at = this.#lookedAt;
    const key = signalKey(at, digest80(`${ref}|supervision|${silence}|${since}`));
    const clear = writeNotice({ silence, since, everyS: superviseS });
    return new Promise((resolve, reject) => {
      this.#tools.push({ key, sourceRef: ref, siteId, number: 0, occurredAt: at, receivedAt: at, hasTime: true, raw: Buffer.alloc(0), clear, externalId: null, seen: null, done: (error) => (error ? reject(error) : resolve()) });
    });
  }
}
