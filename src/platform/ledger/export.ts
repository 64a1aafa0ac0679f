import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { HASH_BYTES } from '#engines/merkle/hash.ts';
import { hashAt, TILE_WIDTH } from '#engines/merkle/tile.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { LEAF_TEXT } from '#platform/kernel/ledger/leaf.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import { ledger } from './browse.ts';
import { recordExport } from './looks.ts';
import { getHead } from './prove.ts';

/** What the reader sees of one leaf: its entry as hashed, or null where the entry is gone although it should be there. */
type SeenLeaf = { n: number; entry: string | null };

/** Hashes and visible leaves of one stretch of the tree, and the numbers whose leaf or entry nobody has any more. */
export type Stretch = { tiles: readonly { idx: number; hashes: Buffer }[]; seen: readonly SeenLeaf[]; gone: readonly number[] };

const TILES_AT_ONCE = 16;

/**
 * The ledger as JSON lines: `{n, hash, entry}` for what the reader sees, `{n, hash}` for what is sealed from him,
 * `{head, publicKeys}` last. The bytes of `entry` are exactly those that were hashed: SHA-256(0x00 ‖ bytes) is `hash`
 * (hexadecimal), so another white space does not verify.
 */
export async function* exportLedger(head: { size: number; publicKeys: readonly string[] }, read: (from: number, to: number) => Promise<Stretch>): AsyncGenerator<string, void> {
  for (let from = 0; from < head.size; from += TILES_AT_ONCE * TILE_WIDTH) {
    const to = Math.min(head.size, from + TILES_AT_ONCE * TILE_WIDTH);
    yield stretchLines(await read(from, to), from, to);
  }
  const { publicKeys, ...signed } = head;
  yield `${JSON.stringify({ head: signed, publicKeys })}\n`;
}

function stretchLines({ tiles, seen, gone }: Stretch, from: number, to: number): string {
  const hashes = new Map(tiles.map((tile) => [tile.idx, tile.hashes]));
  const entries = new Map([...seen.map(({ n, entry }): [number, string | null] => [n, entry]), ...gone.map((n): [number, null] => [n, null])]);
  let lines = '';
  for (let n = from; n < to; n++) {
    const tile = hashes.get(Math.floor(n / TILE_WIDTH));
    const at = n % TILE_WIDTH;
    const hash = tile && tile.length >= (at + 1) * HASH_BYTES ? Buffer.from(hashAt(tile, at)).toString('hex') : '';
    const entry = entries.get(n);
    lines += entry === undefined ? `{"n":${n},"hash":"${hash}"}\n` : entry === null ? `{"n":${n},"hash":"${hash}","missing":true}\n` : `{"n":${n},"hash":"${hash}","entry":${entry}}\n`;
  }
  return lines;
}

const stretchOf = (ctx: Ctx) => async (from: number, to: number): Promise<Stretch> => {
  const [tiles, seen, gone] = await ledger.readAll(ctx, 'ledger:read', (db) => [
    db.selectFrom('ledger.tile').select(['idx', 'hashes']).where('level', '=', 0).where('idx', '>=', from / TILE_WIDTH).where('idx', '<=', Math.floor((to - 1) / TILE_WIDTH)),
    db.selectFrom('ledger.leaf as l').leftJoin('ledger.entry as e', (join) => join.onRef('e.xid', '=', 'l.xid').onRef('e.id', '=', 'l.entryId'))
      .select(['l.n', sql<string | null>`${sql.raw(LEAF_TEXT)}`.as('entry')]).where('l.n', '>=', from).where('l.n', '<', to).orderBy('l.n'),
    db.selectFrom(sql<{ n: number }>`ledger.gaps(${from}::bigint, ${to}::bigint)`.as<'gap'>(sql`gap(n)`)).select('gap.n'),
  ]);
  return { tiles, seen, gone: gone.map(({ n }) => n) };
};

/** The walls behind which this reader sees the ledger. */
const wallsOf = async (ctx: Ctx): Promise<string[]> =>
  (await ledger.read(ctx).selectFrom('access.sight as s').leftJoin('access.site as t', 't.id', 's.label').select('s.label').distinct().where('s.personId', '=', me).where('t.id', 'is', null)
    .where('s.since', '<=', sql<string>`now()`).where('s.until', '>', sql<string>`now()`).where('s.roleId', 'in', sql<number>`(select r.role_id from access.role_permission r where r.permission = 'ledger:read')`).limit(1000).execute()).map(({ label }) => label);

/** Streams the export; a connection that ends before the head line was cut short. Recorded before it begins. */
export async function exportEntries(ctx: Ctx, _input: unknown, { reply }: Exchange): Promise<void> {
  const head = await getHead(ctx);
  await recordExport(ctx, head.size, await wallsOf(ctx));
  const lines = Readable.from(exportLedger(head, stretchOf(ctx)));
  reply.header('content-disposition', 'attachment; filename="parapet-ledger.jsonl"').type('application/jsonl; charset=utf-8');
  await reply.send(lines);
}
