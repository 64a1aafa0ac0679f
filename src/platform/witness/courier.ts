import { existsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { timeNow } from '#platform/kernel/clock.ts';
import { HeadFile, HeadsDisagree } from '#platform/kernel/ledger/head-file.ts';
import { lineOfHead } from './head-line.ts';
import { sendSyslog, syslogMessage } from './syslog.ts';
import type { Target } from './targets.ts';

type Log = { info(fields: object, message: string): void; warn(fields: object, message: string): void; error(fields: object, message: string): void };
type Head = { size: string; note: string };
type Standing = { sentSize: number; error: string | null; keptAt: number };

/** What a courier needs: the worker's pool, and whether this node alone serves a target that all nodes share. */
export type CourierOptions = { pool: pg.Pool; log: Log; lead(name: string): Promise<boolean>; now?: () => Date; node?: string };

const HEADS_AT_ONCE = 500;
const KEEP_EVERY_MS = 60_000;

const NEWEST = 'select size, note from ledger.head order by size desc limit 1';
const AFTER = 'select size, note from ledger.head where size > $1 order by size limit $2';
const STANDING = 'select sent_size as "sentSize" from witness.standing where target = $1 and node = $2';
const KEEP = `insert into witness.standing as s (target, node, kind, sent_size, sent_at, tried_at, failing_since, error)
  values ($1, $2, $3, $4, case when $7 then $5::timestamptz end, $5, case when $6::text is not null then $5::timestamptz end, $6)
  on conflict (target, node) do update set sent_size = excluded.sent_size, sent_at = coalesce(excluded.sent_at, s.sent_at), tried_at = excluded.tried_at,
    failing_since = case when excluded.error is null then null else coalesce(s.failing_since, excluded.failing_since) end, error = excluded.error`;

/** Brings every head to one witness, in order and without gaps, however long it could not be reached; and keeps how that stands. */
export class Courier {
  readonly target: Target;
  /** What keeps this witness from being told, null where nothing does. */
  get error(): string | null {
    return this.#standing?.error ?? null;
  }
  readonly #options: CourierOptions;
  readonly #node: string;
  #standing: Standing | null = null;
  #file: HeadFile | null = null;

  constructor(target: Target, options: CourierOptions) {
    this.target = target;
    this.#options = options;
    this.#node = target.kind === 'folder' ? (options.node ?? hostname()).replaceAll(/[^A-Za-z0-9.-]/g, '-') : '';
  }

  /** Tells what is new. Answers how many heads were told; null where another node does it, or where it failed (kept and logged). */
  async round(): Promise<number | null> {
    const { pool, lead } = this.#options;
    if (this.target.kind !== 'folder' && !(await lead(`witness ${this.target.name}`))) return null;
    const { rows: [newest] } = await pool.query<Head>(NEWEST);
    if (!newest) return 0;
    const standing = (this.#standing ??= await this.#open());
    try {
      const told = this.target.kind === 'folder' ? await this.#append(newest, this.target.folder) : await this.#send(newest, standing);
      await this.#keep(told > 0 ? Number(newest.size) : standing.sentSize, null, told > 0);
      return told;
    } catch (error) {
      await this.#keep(standing.sentSize, (error as Error).message, false, error instanceof HeadsDisagree);
      return null;
    }
  }

  async #open(): Promise<Standing> {
    const { rows: [row] } = await this.#options.pool.query<{ sentSize: string }>(STANDING, [this.target.name, this.#node]);
    return { sentSize: Number(row?.sentSize ?? 0), error: null, keptAt: 0 };
  }

  /** A file in the folder for this ledger and this machine, level with the database. */
  async #append({ note }: Head, folder: string): Promise<number> {
    // Not made where it is missing: a disk that is not mounted would be taken for the witness.
    if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`The folder ${folder} is not there. Make it, or mount what it stands on.`);
    const file = (this.#file ??= new HeadFile(join(folder, `${note.split('\n')[0]}.${this.#node}.heads`)));
    try {
      return await file.follow(async <Row>(sql: string, values: unknown[]) => (await this.#options.pool.query(sql, values)).rows as Row[]);
    } catch (error) {
      this.#file = null;
      throw error;
    }
  }

  async #send(newest: Head, standing: Standing): Promise<number> {
    if (this.target.kind !== 'syslog') return 0;
    if (Number(newest.size) < standing.sentSize) throw new HeadsDisagree(`It was told a head of ${standing.sentSize} leaves, and the database ends at ${newest.size}: it was rolled back. Run verify --full.`);
    let told = 0;
    for (;;) {
      const { rows } = await this.#options.pool.query<Head>(AFTER, [standing.sentSize, HEADS_AT_ONCE]);
      if (rows.length === 0) return told;
      await sendSyslog(this.target, rows.map(({ note }) => syslogMessage(lineOfHead(note), note.split('\n')[3] ?? '-')));
      told += rows.length;
      await this.#keep(Number(rows.at(-1)?.size), null, true);
    }
  }

  async #keep(sentSize: number, error: string | null, isSent: boolean, isTampering = false): Promise<void> {
    const { pool, log, now = timeNow } = this.#options;
    const standing = this.#standing as Standing;
    const isNews = error !== standing.error;
    if (isNews && error !== null) log[isTampering ? 'error' : 'warn']({ witness: this.target.name, err: error, isTampering }, 'a witness of the ledger is not told');
    if (isNews && error === null && standing.keptAt > 0) log.info({ witness: this.target.name }, 'a witness of the ledger is told again');
    if (!isNews && sentSize === standing.sentSize && now().getTime() - standing.keptAt < KEEP_EVERY_MS) return;
    await pool.query(KEEP, [this.target.name, this.#node, this.target.kind, sentSize, now().toISOString(), error, isSent]);
    Object.assign(standing, { sentSize, error, keptAt: now().getTime() });
  }
}
