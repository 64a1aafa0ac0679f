import type pg from 'pg';
import { HASH_BYTES, leafHash, sameHash } from '#engines/merkle/hash.ts';
import { edgeTiles, hashesAtLevel, TILE_WIDTH } from '#engines/merkle/tile.ts';
import { openTree, type Tree } from '#engines/merkle/tree.ts';
import { type Break, Broken, describe, type GoodHead, missingLeaf } from './break.ts';
import { copyOut, readBigint } from './copy-out.ts';
import { compareWitnessed } from './witnessed.ts';
import { type Head, openHead, parseHead } from '#platform/kernel/ledger/head.ts';
import { headFileBytes, readHeadFile } from '#platform/kernel/ledger/head-file.ts';
import type { PublicKey } from '#platform/kernel/ledger/keys.ts';
import { LEAF_TEXT, type LeafEntry } from '#platform/kernel/ledger/leaf.ts';

/** Looks whether what an entry vouches for is still so (the rows of a batch); answers null, or what is wrong in words. */
export type BatchChecker = (pool: pg.Pool, entry: LeafEntry) => Promise<string | null>;

export type VerifyOptions = {
  /** Logs in as the owner of the tables, or as one who sees all of them. */
  pool: pg.Pool;
  publicKeys: readonly PublicKey[];
  headFile: string;
  /** From the first leaf on, and with the batch checkers; else from `checkpoint`. */
  full?: boolean;
  /** The note of a head up to which all was found whole before. */
  checkpoint?: string | null;
  /** Files of heads that witnesses kept. */
  witnessed?: readonly string[];
  /** By verb. */
  batchCheckers?: Readonly<Record<string, BatchChecker>>;
};

/** All holds. `note` is the newest head, the next checkpoint; `pending` entries wait for the sequencer, the oldest since `oldestPendingS`. */
export type Verified = { ok: true; from: number; size: number; heads: number; headsNotInFile: number; batches: number; witnessed: number; pending: number; oldestPendingS: number; note: string | null };

const LEAVES_AT_ONCE = 2 ** 18;
const HEADS_AT_ONCE = 5000;
// A crash between commit and file leaves a head or two to be written at the next start.
const HEADS_UNDER_WAY = 3;

type HeadRow = { size: string; root: Buffer; at: string; note: string };
type Place = { xid: string; id: string };

const START: Place = { xid: '0', id: '00000000-0000-0000-0000-000000000000' };
const HEAD = `select size, root, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, note from ledger.head`;
const HEADS = `${HEAD} where size > $1 and size <= $2 order by size limit $3`;
const NEXT_HEAD = `${HEAD} where size > $1 order by size limit 1`;
const LEVEL_0 = 'select idx, hashes from ledger.tile where level = 0 and idx between $1 and $2 order by idx';
const PENDING = `select count(*)::int as count, coalesce(extract(epoch from clock_timestamp() - min(coalesce(uuid_extract_timestamp(id), at))), 0)::float8 as age,
  bool_or(xid >= ((pg_snapshot_xmax(pg_current_snapshot())::text::bigint + $3::bigint)::text::xid8)) as "isImpossible"
  from ledger.entry where (xid, id) > ($1::xid8, $2::uuid)`;
const TEXTS = `select e.id, l.n, x.field from ledger.erasable x left join ledger.entry e on e.xid = x.xid and e.id = x.entry_id left join ledger.leaf l on l.xid = e.xid and l.entry_id = e.id
  where e.id is null or 'sha256:' || encode(sha256(x.salt || convert_to(x.text, 'UTF8')), 'hex') is distinct from e.body::json #>> array[split_part(x.field, '.', 1), substr(x.field, strpos(x.field, '.') + 1), 'text'] limit 1`;
const CURSOR = `select c.xid, c.id, c.size, c.mentioned, c.base, coalesce((select (regexp_match(pg_get_expr(d.adbin, d.adrelid), '\\+ \\(?''?(\\d+)'))[1] from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
  where d.adrelid = 'ledger.entry'::regclass and a.attname = 'xid'), '0') as rebased from ledger.cursor c`;
const BATCHES = `select l.n, ${LEAF_TEXT} as entry from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id
  where l.n >= $1 and l.n < $2 and e.verb = any ($3::text[]) order by l.n`;

/**
 * Recomputes the ledger beside a running server, in one snapshot: entries against leaves, tiles and the roots of signed
 * heads, those against the file outside the database. Answers the first break with the record, its time and the last
 * good head. Time: about 3 s for a million entries.
 */
export async function verifyLedger(options: VerifyOptions): Promise<Verified | Break> {
  // The file before the snapshot: each head in it was committed before it was written there.
  const fileBytes = headFileBytes(options.headFile);
  const client = await options.pool.connect();
  try {
    await client.query(`set statement_timeout = 0; set transaction_timeout = 0; set timezone = 'UTC'; set plan_cache_mode = 'auto'`);
    await client.query('begin isolation level repeatable read read only');
    await client.query('set local enable_hashjoin = off; set local enable_seqscan = off');
    const check = new Check(options, client, fileBytes);
    try {
      return await check.run();
    } catch (error) {
      if (error instanceof Broken) return await describe(client, error, error.lastGood === undefined ? check.lastGood : error.lastGood);
      throw error;
    } finally {
      await check.close();
    }
  } finally {
    client.release(true);
  }
}

class Check {
  readonly #options: VerifyOptions;
  readonly #client: pg.PoolClient;
  /** Notes that begin before this byte were in the file before the snapshot. */
  readonly #bytesBefore: number;
  #fileNotes: AsyncGenerator<string, void>;
  #bytesRead = 0;
  #tree: Tree = openTree();
  #place: Place = START;
  #note: string | null = null;
  #sinceGood: Uint8Array[] = [];
  #brokenHead: Broken | null = null;
  #counts = { heads: 0, headsNotInFile: 0, batches: 0, witnessed: 0 };
  lastGood: GoodHead | null = null;

  constructor(options: VerifyOptions, client: pg.PoolClient, fileBytes: number) {
    this.#options = options;
    this.#client = client;
    this.#bytesBefore = fileBytes;
    this.#fileNotes = readHeadFile(options.headFile, fileBytes);
  }

  async run(): Promise<Verified> {
    const from = await this.#start();
    for (let heads = await this.#nextHeads(); heads.length > 0; heads = await this.#nextHeads()) {
      const first = this.#tree.size;
      await this.#leaves(heads);
      await this.#tiles();
      if (this.#options.full) await this.#batches(first, this.#tree.size);
    }
    await this.#nothingAfter();
    this.#counts.witnessed = await compareWitnessed(this.#client, this.#options.witnessed ?? [], this.#options.publicKeys, this.#tree.size);
    if (this.#options.full) await this.#texts();
    const pending = await this.#pending();
    return { ok: true, from, size: this.#tree.size, ...this.#counts, pending: pending.count, oldestPendingS: Math.max(0, Math.round(pending.age)), note: this.#note };
  }

  async close(): Promise<void> {
    await this.#fileNotes.return();
  }

  async #rows<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    return (await this.#client.query<Row>(text, values)).rows;
  }

  /** Opens the tree at the checkpoint, where there is one that this ledger signed and still has. */
  async #start(): Promise<number> {
    const { checkpoint, full, publicKeys } = this.#options;
    if (full || !checkpoint) return 0;
    const opened = openHead(checkpoint, publicKeys);
    if (!opened.ok) throw new Broken('heads-file', `The checkpoint of the last verification does not hold: ${opened.reason}.`);
    const { head } = opened;
    const [row] = await this.#rows<HeadRow>(`${HEAD} where size = $1`, [head.size]);
    if (row?.note !== checkpoint) throw new Broken('rolled-back', `The head of ${head.size} leaves, where the last verification ended, is not in the database.`, head.size - 1);
    await this.#openTree(head);
    for (let kept = await this.#nextKept(); kept !== undefined; kept = await this.#nextKept()) {
      const size = parseHead(kept)?.size ?? -1;
      if (kept === checkpoint) return head.size;
      if (size < 0 || size >= head.size) throw new Broken('heads-file', `The heads file was altered before the head of ${head.size} leaves, where the last verification ended.`, head.size - 1);
    }
    throw new Broken('heads-file', `The heads file lacks the head of ${head.size} leaves, where the last verification ended.`, head.size - 1);
  }

  /** The next note of the heads file, also where it was written after this verification began: its head may be in the snapshot. */
  async #nextKept(): Promise<string | undefined> {
    const kept = await this.#readNote();
    if (kept !== undefined) return kept;
    const { headFile } = this.#options;
    this.#fileNotes = readHeadFile(headFile, headFileBytes(headFile), this.#bytesRead);
    return this.#readNote();
  }

  async #readNote(): Promise<string | undefined> {
    const next = await this.#fileNotes.next();
    if (next.done) return undefined;
    this.#bytesRead += Buffer.byteLength(next.value);
    return next.value;
  }

  async #openTree(head: Head): Promise<void> {
    const tiles = new Map<string, Buffer>();
    for (const { level, index } of edgeTiles(head.size)) {
      const [tile] = await this.#rows<{ hashes: Buffer }>('select hashes from ledger.tile where level = $1 and idx = $2', [level, index]);
      if (!tile || tile.hashes.length < (hashesAtLevel(head.size, level) % TILE_WIDTH) * HASH_BYTES) throw new Broken('tile', `Tile ${level}/${index} was removed or cut.`);
      tiles.set(`${level}/${index}`, tile.hashes);
    }
    this.#tree = openTree(head.size, (level, index) => tiles.get(`${level}/${index}`) as Buffer);
    if (!sameHash(this.#tree.root(), head.root)) throw new Broken('tile', `The tiles do not give the root of the head of ${head.size} leaves.`);
    const [leaf] = await this.#rows<Place>('select xid, entry_id as id from ledger.leaf where n = $1', [head.size - 1]);
    if (!leaf) throw await missingLeaf(this.#client, head.size - 1);
    this.#place = leaf;
    this.#good(head);
  }

  #good({ size, root, at }: Head): void {
    this.lastGood = { size, root: root.toString('base64'), at };
    this.#sinceGood = [];
  }

  /** The next heads, their signatures and the file's copies checked; their roots are compared while the leaves pass. One that is broken waits until those before it were. */
  async #nextHeads(): Promise<Head[]> {
    if (this.#brokenHead) throw this.#brokenHead;
    const done = this.#tree.size;
    let rows = await this.#rows<HeadRow>(HEADS, [done, done + LEAVES_AT_ONCE, HEADS_AT_ONCE]);
    if (rows.length === 0) rows = await this.#rows<HeadRow>(NEXT_HEAD, [done]);
    const heads: Head[] = [];
    for (const row of rows) {
      try {
        heads.push(await this.#head(row));
      } catch (error) {
        if (!(error instanceof Broken) || heads.length === 0) throw error;
        this.#brokenHead = error;
        break;
      }
    }
    return heads;
  }

  async #head(row: HeadRow): Promise<Head> {
    const size = Number(row.size);
    const kept = await this.#nextKept();
    const opened = openHead(row.note, this.#options.publicKeys);
    if (kept !== undefined && kept !== row.note) this.#disagree(kept, row.note, size, opened.ok);
    if (!opened.ok) throw new Broken('head', `The head of ${size} leaves does not hold: ${opened.reason}.`, size - 1);
    const { head } = opened;
    if (head.size !== size || !head.root.equals(row.root) || row.at !== head.at.replace('Z', '000Z')) throw new Broken('head', `The row of the head of ${size} leaves says another thing than its signed note.`, size - 1);
    if (kept === undefined) this.#counts.headsNotInFile++;
    this.#counts.heads++;
    this.#note = row.note;
    return head;
  }

  #disagree(kept: string, note: string, size: number, isSigned: boolean): void {
    const file = openHead(kept, this.#options.publicKeys);
    if (!file.ok) throw new Broken('heads-file', `The heads file was altered at the head of ${parseHead(kept)?.size ?? size} leaves: ${file.reason}.`, size - 1);
    if (!isSigned) return;
    if (file.head.size > size) throw new Broken('heads-file', `The heads file lacks the head of ${size} leaves.`, size - 1);
    if (file.head.size < size) throw new Broken('head', `The heads file has a signed head of ${file.head.size} leaves; the database lost it.`, file.head.size - 1, { at: file.head.at });
    throw new Broken('head', `Two signed heads of ${size} leaves: the database says ${parseHead(note)?.root.toString('base64')}, the file ${file.head.root.toString('base64')}.`, size - 1);
  }

  /** Streams the entries up to the last of `heads` and compares each head's root as the tree reaches its size. */
  async #leaves(heads: readonly Head[]): Promise<void> {
    const to = heads.at(-1) as Head;
    const [end] = await this.#rows<Place>('select xid, entry_id as id from ledger.leaf where n = $1', [to.size - 1]);
    if (!end) throw await this.#firstGap(to.size);
    const tree = this.#tree;
    let next = 0;
    let misplaced = false;
    let wrongRoot: Head | null = null;
    const { xid, id } = this.#place;
    const sql = `select l.n, ${LEAF_TEXT}, l.record_id is not distinct from e.record_id and l.wall_id is not distinct from e.wall_id and l.sight_id is not distinct from e.sight_id and l.actor is not distinct from e.actor
      from ledger.entry e left join ledger.leaf l on l.xid = e.xid and l.entry_id = e.id
      where (e.xid, e.id) > ('${xid}'::xid8, '${id}'::uuid) and (e.xid, e.id) <= ('${end.xid}'::xid8, '${end.id}'::uuid) order by e.xid, e.id`;
    await copyOut(this.#client, sql, ([n, text, isSame]) => {
      if (misplaced || wrongRoot) return;
      if (!n) throw insertedEntry(text, tree.size);
      misplaced = readBigint(n) !== tree.size;
      if (misplaced) return;
      if (isSame?.[0] !== 1) throw new Broken('leaf', `Leaf ${tree.size} names another record, actor or label than its entry.`, tree.size);
      const hash = leafHash(text as Buffer);
      tree.append(hash);
      this.#sinceGood.push(hash);
      const head = heads[next] as Head;
      if (tree.size !== head.size) return;
      next++;
      if (sameHash(tree.root(), head.root)) this.#good(head);
      else wrongRoot = head;
    });
    if (wrongRoot) throw await this.#alteredIn(wrongRoot);
    if (tree.size !== to.size) throw await missingLeaf(this.#client, tree.size);
    this.#place = end;
  }

  async #firstGap(size: number): Promise<Broken> {
    const [gap] = await this.#rows<{ n: string }>('select g.n from generate_series($1::bigint, $2::bigint - 1) g(n) where not exists (select from ledger.leaf l where l.n = g.n) order by 1 limit 1', [this.#tree.size, size]);
    return missingLeaf(this.#client, Number(gap?.n ?? size - 1));
  }

  /** A root that is wrong: the tile still has the hash that the altered entry had, unless it was altered too. */
  async #alteredIn(head: Head): Promise<Broken> {
    const from = head.size - this.#sinceGood.length;
    const tiles = await this.#rows<{ idx: string; hashes: Buffer }>(LEVEL_0, [Math.floor(from / TILE_WIDTH), Math.floor((head.size - 1) / TILE_WIDTH)]);
    const byIndex = new Map(tiles.map(({ idx, hashes }) => [Number(idx), hashes]));
    const which = this.#sinceGood.findIndex((hash, i) => {
      const at = ((from + i) % TILE_WIDTH) * HASH_BYTES;
      const stored = byIndex.get(Math.floor((from + i) / TILE_WIDTH))?.subarray(at, at + HASH_BYTES);
      return !stored || !sameHash(stored, hash);
    });
    if (which >= 0) return new Broken('entry', `The entry of leaf ${from + which} was altered after it was sealed.`, from + which);
    return new Broken('entry', `An entry among leaves ${from} to ${head.size - 1} was altered after it was sealed, and the tiles with it.`, from);
  }

  /** Stored tiles against those just recomputed from entries that have good roots. */
  async #tiles(): Promise<void> {
    const own = this.#tree.takeTiles();
    const leaves = own.filter(({ level }) => level === 0);
    const stored = new Map<string, Buffer>();
    for (const { idx, hashes } of await this.#rows<{ idx: string; hashes: Buffer }>(LEVEL_0, [leaves[0]?.index ?? 0, leaves.at(-1)?.index ?? -1])) stored.set(`0/${idx}`, hashes);
    for (const { level, index } of own.filter((tile) => tile.level > 0)) {
      const [tile] = await this.#rows<{ hashes: Buffer }>('select hashes from ledger.tile where level = $1 and idx = $2', [level, index]);
      if (tile) stored.set(`${level}/${index}`, tile.hashes);
    }
    for (const { level, index, hashes } of own) {
      const found = stored.get(`${level}/${index}`);
      if (found && found.length >= hashes.length && found.subarray(0, hashes.length).equals(hashes)) continue;
      const at = found ? hashes.findIndex((byte, i) => byte !== found[i]) : 0;
      const leaf = (index * TILE_WIDTH + Math.floor(at / HASH_BYTES)) * TILE_WIDTH ** level;
      throw new Broken('tile', `Tile ${level}/${index} was ${found ? 'altered' : 'removed'}; the entries below it are whole.`, leaf);
    }
  }

  async #batches(from: number, to: number): Promise<void> {
    const { batchCheckers = {}, pool } = this.#options;
    if (Object.keys(batchCheckers).length === 0) return;
    for (const { n, entry } of await this.#rows<{ n: string; entry: string }>(BATCHES, [from, to, Object.keys(batchCheckers)])) {
      const parsed = JSON.parse(entry) as LeafEntry;
      const fault = await batchCheckers[parsed.verb]?.(pool, parsed);
      if (fault) throw new Broken('batch', fault, Number(n), parsed);
      this.#counts.batches++;
    }
  }

  /** The texts that may be erased are those of which the entries keep the salted hashes. */
  async #texts(): Promise<void> {
    const [wrong] = await this.#rows<{ id: string | null; n: string | null; field: string }>(TEXTS, []);
    if (!wrong) return;
    const words = wrong.id === null ? 'A text stands for an entry that is not there: it was moved, or its entry removed.' : `The text ${wrong.field} of entry ${wrong.id} is not the one that was written.`;
    throw new Broken('text', words, wrong.n === null ? null : Number(wrong.n));
  }

  /** Nothing stands behind the last head: no leaf, no tile, no cursor, no head in the file that the database lost. */
  async #nothingAfter(): Promise<void> {
    const { size } = this.#tree;
    if (this.#counts.headsNotInFile > HEADS_UNDER_WAY) throw new Broken('heads-file', `The heads file lacks the last ${this.#counts.headsNotInFile} heads. If this machine's worker did not run, start it and look again; else the file was cut.`, size - 1);
    const kept = await this.#nextKept();
    if (kept !== undefined && this.#bytesRead <= this.#bytesBefore) {
      const file = openHead(kept, this.#options.publicKeys);
      if (!file.ok) throw new Broken('heads-file', `The heads file was altered after the head of ${size} leaves: ${file.reason}.`, size);
      throw new Broken('rolled-back', `The heads file has a signed head of ${file.head.size} leaves; the database ends at ${size}. It was rolled back.`, size, { at: file.head.at });
    }
    const [leaf] = await this.#rows<{ n: string }>('select n from ledger.leaf where n >= $1 or n < 0 order by n limit 1', [size]);
    if (leaf) throw new Broken('leaf', `Leaf ${leaf.n} stands outside the signed tree of ${size} leaves.`, Number(leaf.n));
    const levels = await this.#rows<{ level: number; tiles: number; bytes: string }>('select level, count(*)::int as tiles, sum(length(hashes)) as bytes from ledger.tile group by level', []);
    const wrong = levels.find(({ level, tiles, bytes }) => Number(bytes) !== hashesAtLevel(size, level) * HASH_BYTES || tiles !== Math.ceil(hashesAtLevel(size, level) / TILE_WIDTH));
    if (wrong) throw new Broken('tile', `Level ${wrong.level} has tiles that a tree of ${size} leaves does not have.`);
    const [cursor] = await this.#rows<Place & { size: string; mentioned: string; base: string; rebased: string }>(CURSOR, []);
    if (cursor && (cursor.base !== cursor.rebased || Number(cursor.mentioned) > size)) throw new Broken('cursor', 'The cursor counts transactions or leaves from elsewhere than the ledger does.');
    if (!cursor || Number(cursor.size) !== size || cursor.xid !== this.#place.xid || cursor.id !== this.#place.id) throw new Broken('cursor', `The cursor does not stand at the last leaf of ${size}.`, size === 0 ? null : size - 1);
  }

  async #pending(): Promise<{ count: number; age: number }> {
    const [cursor] = await this.#rows<{ base: string }>('select base from ledger.cursor', []);
    const [pending] = await this.#rows<{ count: number; age: number; isImpossible: boolean | null }>(PENDING, [this.#place.xid, this.#place.id, cursor?.base ?? '0']);
    if (pending?.isImpossible) throw new Broken('entry-inserted', 'An entry carries a transaction that has not happened yet: it was inserted by hand, or a restore did not call ledger.rebase().');
    return pending ?? { count: 0, age: 0 };
  }
}

function insertedEntry(text: Buffer | null | undefined, leaf: number): Broken {
  const entry = readEntry(text?.toString('utf8') ?? '{}');
  return new Broken('entry-inserted', `Entry ${entry.id} stands before leaf ${leaf} without a leaf of its own: it was inserted, or its leaf removed.`, null, entry);
}

/** What an altered entry still says of itself. */
function readEntry(text: string): Partial<LeafEntry> {
  try {
    return JSON.parse(text) as Partial<LeafEntry>;
  } catch {
    return {};
  }
}
