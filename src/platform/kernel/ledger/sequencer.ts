import type pg from 'pg';
import { leafHash } from '#engines/merkle/hash.ts';
import { edgeTiles, type Tile } from '#engines/merkle/tile.ts';
import { openTree, type Tree } from '#engines/merkle/tree.ts';
import { timeNow } from '../clock.ts';
import { parseHead, signHead } from './head.ts';
import { HeadFile, HeadsDisagree, type Query } from './head-file.ts';
import type { LedgerKeys } from './keys.ts';
import { LEAF_TEXT } from './leaf.ts';

type Log = { info(fields: object, message: string): void; warn(fields: object, message: string): void; error(fields: object, message: string): void };

/** What one tick did: whether this process leads, how many leaves it numbered, how many heads went into its file. */
export type Tick = { leads: boolean; sealed: number; heads: number };

export type Sequencer = {
  /** Seals what is committed now, or follows the one that leads. Throws what goes wrong; the timer logs it instead. */
  tick(): Promise<Tick>;
  stop(): Promise<void>;
};

export type SequencerOptions = {
  /** Logs in as, or may act as, parapet_worker. One connection of it is held. */
  pool: pg.Pool;
  keys: LedgerKeys;
  /** The file outside the database into which every head goes. */
  headFile: string;
  /** Milliseconds between ticks; 0 for no timer. */
  everyMs?: number;
  log?: Log;
  now?: () => Date;
  /** Why the newest head is not one to go on from, asked when this process takes the lead; null where it is. */
  objectionTo?: (note: string) => string | null;
  /** Leaves that one transaction numbers at most. */
  batch?: number;
};

const LOCK = 7_204_002;
const ANSWER_WITHIN_MS = 30_000;
const MANY_HEADS = 60;

const SESSION = `set timezone = 'UTC'; set idle_session_timeout = '60s'; set statement_timeout = '25s'; set transaction_timeout = '60s'; set plan_cache_mode = 'auto'`;
const CURSOR = 'select xid, id, size, base from ledger.cursor';
// Behind the oldest transaction that may still commit: what is seen now can never be joined by an earlier one.
const COMMITTED = `select e.xid, e.id, ${LEAF_TEXT} as leaf from ledger.entry e
  where (e.xid, e.id) > ($1::xid8, $2::uuid) and e.xid < ((pg_snapshot_xmin(pg_current_snapshot())::text::bigint + $3::bigint)::text::xid8)
  order by e.xid, e.id limit $4`;
const MOVE = 'update ledger.cursor set xid = $1::xid8, id = $2::uuid, size = $3 where size = $4';
const LEAVES = `insert into ledger.leaf (n, xid, entry_id, record_id, wall_id, sight_id, actor)
  select $1::bigint - 1 + row_number() over (order by e.xid, e.id), e.xid, e.id, e.record_id, e.wall_id, e.sight_id, e.actor from ledger.entry e
  where (e.xid, e.id) > ($2::xid8, $3::uuid) and (e.xid, e.id) <= ($4::xid8, $5::uuid) order by e.xid, e.id`;
const TILES = `insert into ledger.tile (level, idx, hashes) select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])
  on conflict (level, idx) do update set hashes = excluded.hashes`;
const HEAD = 'insert into ledger.head (size, root, at, note) values ($1, $2, $3, $4)';
const LAST_HEAD = 'select size, root, note from ledger.head order by size desc limit 1';
const TILE = 'select hashes from ledger.tile where level = $1 and idx = $2';
type Cursor = { xid: string; id: string; size: string; base: string };

/** Seconds that the oldest entry without a leaf has waited, 0 where all have one: a metric, and an alarm above a minute. Any login may ask. */
export async function oldestUnsequencedS(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ age: number }>('select ledger.unsequenced_age_s() as age');
  return rows[0]?.age ?? 0;
}

/**
 * Starts the one that numbers committed entries without gaps and signs the tree: once a second where something
 * happened. Of several on one database one leads (session advisory lock), and none can act late (fenced by the cursor).
 * Those that do not lead keep their own heads file level: each is a witness.
 */
export function startSequencer(options: SequencerOptions): Sequencer {
  const { everyMs = 1000, log } = options;
  const seat = new Seat(options);
  let running: Promise<Tick> | null = null;
  let complaint = '';
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const tick = (): Promise<Tick> =>
    (running ??= seat.tick().finally(() => {
      running = null;
    }));
  const round = async (): Promise<void> => {
    try {
      await tick();
      if (complaint) log?.info({}, 'the ledger is sealed again');
      complaint = '';
    } catch (error) {
      const said = (error as Error).message;
      if (said !== complaint) log?.error({ err: said, isTampering: error instanceof HeadsDisagree }, 'the ledger is not sealed');
      complaint = said;
    }
    if (!stopped) timer = setTimeout(round, everyMs);
  };
  if (everyMs > 0) timer = setTimeout(round, 0);
  return {
    tick,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running?.catch(() => undefined);
      await seat.quit();
    },
  };
}

/** One process' place at the table: its connection, its lock, and the tree while it leads. */
class Seat {
  readonly #options: SequencerOptions;
  readonly #file: HeadFile;
  #client: pg.PoolClient | null = null;
  #tree: Tree | null = null;
  #leads = false;

  constructor(options: SequencerOptions) {
    this.#options = options;
    this.#file = new HeadFile(options.headFile);
  }

  async tick(): Promise<Tick> {
    try {
      await this.#sit();
      let heads = await this.#file.follow(this.#query);
      if (heads > MANY_HEADS) this.#options.log?.warn({ heads }, 'the heads file lacked heads; they were written again from the database');
      let sealed = 0;
      const { batch = 20_000 } = this.#options;
      for (let more = this.#leads; more; ) {
        const count = await this.#seal(batch);
        if (count > 0) heads += await this.#file.follow(this.#query);
        sealed += count;
        more = count === batch;
      }
      return { leads: this.#leads, sealed, heads };
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  /** Gives the lead up at once, instead of when the server notices that the connection is gone. */
  async quit(): Promise<void> {
    if (this.#leads) await this.#ask('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    this.leave();
  }

  leave(): void {
    const client = this.#client;
    this.#client = null;
    this.#tree = null;
    this.#leads = false;
    client?.release(true);
  }

  readonly #query: Query = async <Row>(sql: string, values: unknown[]) => (await this.#ask(sql, values)).rows as Row[];

  async #ask(text: string, values: unknown[] = []): Promise<pg.QueryResult<Record<string, unknown>>> {
    const client = this.#client;
    if (!client) throw new Error('The sequencer has no connection.');
    return client.query({ text, values, query_timeout: ANSWER_WITHIN_MS } as pg.QueryConfig);
  }

  async #sit(): Promise<void> {
    if (!this.#client) {
      const client = await this.#options.pool.connect();
      client.on('error', () => {
        if (this.#client === client) this.leave();
      });
      this.#client = client;
      await client.query(SESSION);
    }
    if (this.#leads) return;
    const [row] = await this.#query<{ leads: boolean }>('select pg_try_advisory_lock($1) as leads', [LOCK]);
    this.#leads = row?.leads === true;
  }

  async #seal(batch: number): Promise<number> {
    await this.#ask('begin isolation level repeatable read');
    const [cursor] = await this.#query<Cursor>(CURSOR, []);
    if (!cursor) throw new HeadsDisagree('The ledger\'s cursor is gone. Run verify --full.');
    const tree = (this.#tree ??= await this.#openTree(Number(cursor.size)));
    if (tree.size !== Number(cursor.size)) throw new Error('Another sequencer went on; this one was fenced off.');
    const entries = await this.#query<{ xid: string; id: string; leaf: string }>(COMMITTED, [cursor.xid, cursor.id, cursor.base, batch]);
    const last = entries.at(-1);
    if (!last) {
      await this.#ask('commit');
      return 0;
    }
    for (const { leaf } of entries) tree.append(leafHash(Buffer.from(leaf)));
    await this.#write(cursor, last, tree, entries.length);
    await this.#ask('commit');
    return entries.length;
  }

  async #write(cursor: Cursor, last: { xid: string; id: string }, tree: Tree, count: number): Promise<void> {
    const { keys, now = timeNow } = this.#options;
    const moved = await this.#ask(MOVE, [last.xid, last.id, tree.size, cursor.size]);
    if (moved.rowCount !== 1) throw new Error('Another sequencer went on; this one was fenced off.');
    const leaves = await this.#ask(LEAVES, [cursor.size, cursor.xid, cursor.id, last.xid, last.id]);
    if (leaves.rowCount !== count) throw new HeadsDisagree(`Of ${count} entries ${leaves.rowCount} became leaves: entries were altered meanwhile.`);
    await this.#ask('select ledger.note_mentions()');
    const tiles: Tile[] = tree.takeTiles();
    await this.#ask(TILES, [tiles.map(({ level }) => level), tiles.map(({ index }) => index), tiles.map(({ hashes }) => `\\x${Buffer.from(hashes).toString('hex')}`)]);
    const head = { size: tree.size, root: Buffer.from(tree.root()), at: now().toISOString() };
    await this.#ask(HEAD, [head.size, head.root, head.at, signHead(head, keys)]);
  }

  /** Opens the tree from its stored right edge, and goes on only where that edge gives the root of the last signed head. */
  async #openTree(size: number): Promise<Tree> {
    const tiles = new Map<string, Uint8Array>();
    for (const { level, index } of edgeTiles(size)) {
      const [tile] = await this.#query<{ hashes: Buffer }>(TILE, [level, index]);
      tiles.set(`${level}/${index}`, tile?.hashes ?? new Uint8Array());
    }
    const [head] = await this.#query<{ size: string; root: Buffer; note: string }>(LAST_HEAD, []);
    const objection = head && this.#options.objectionTo?.(head.note);
    if (objection) throw new HeadsDisagree(objection);
    const tree = edgeIsWhole(size, tiles);
    const signed = head ? parseHead(head.note) : null;
    const isSame = tree && (size === 0 ? !head : signed?.size === size && signed.root.equals(tree.root()) && head?.root.equals(signed.root));
    if (!tree || !isSame) throw new HeadsDisagree(`The tree of ${size} leaves does not have the root of its last signed head. Run verify --full.`);
    return tree;
  }
}

function edgeIsWhole(size: number, tiles: ReadonlyMap<string, Uint8Array>): Tree | null {
  try {
    return openTree(size, (level, index) => tiles.get(`${level}/${index}`) ?? new Uint8Array());
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
