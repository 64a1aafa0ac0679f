import { sql } from 'kysely';
import type { TilePlace } from '#engines/merkle/proof.ts';
import { HASH_BYTES } from '#engines/merkle/hash.ts';
import { type FoldedTile, foldedTile, type FoldedTileAt, hashesAtLevel, TILE_WIDTH } from '#engines/merkle/tile.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { ledger } from './browse.ts';

/** Tiles kept with their inner nodes, the least lately used out first: 16 KiB each, 8 MiB in all. */
const MOST_KEPT = 512;

const keptOf = new WeakMap<Database, Map<string, FoldedTile>>();

const keptFor = (db: Database): Map<string, FoldedTile> => {
  const kept = keptOf.get(db) ?? new Map<string, FoldedTile>();
  keptOf.set(db, kept);
  return kept;
};

/** Lets go of what is kept, where it did not prove what it should. */
export const forgetTiles = (db: Database): void => keptFor(db).clear();

/**
 * The tiles at these places as a tree of `size` leaves has them, each with its inner nodes. A tile of so many hashes
 * never changes, so what was read once is kept; only hashes are in it, which every reader of the ledger may have.
 */
export async function readTiles(ctx: Ctx, places: readonly TilePlace[], size: number): Promise<FoldedTileAt> {
  const kept = keptFor(ctx.db);
  const countAt = ({ level, index }: TilePlace): number => Math.min(TILE_WIDTH, hashesAtLevel(size, level) - index * TILE_WIDTH);
  const keyOf = (place: TilePlace): string => `${place.level}/${place.index}/${countAt(place)}`;
  const wanted = new Map(places.map((place) => [keyOf(place), place]));
  const found = new Map<string, FoldedTile>();
  for (const key of wanted.keys()) {
    const tile = kept.get(key);
    if (!tile) continue;
    found.set(key, tile);
    kept.delete(key);
    kept.set(key, tile);
  }
  const missing = [...wanted.values()].filter((place) => !found.has(keyOf(place)));
  for (const { level, idx, hashes } of missing.length === 0 ? [] : await tilesAt(ctx, missing)) {
    const place = { level, index: idx };
    const tile = foldedTile(hashes.subarray(0, countAt(place) * HASH_BYTES));
    found.set(keyOf(place), tile);
    kept.set(keyOf(place), tile);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value as string);
  }
  return (level, index) => found.get(keyOf({ level, index })) ?? new Uint8Array();
}

const tilesAt = (ctx: Ctx, places: readonly TilePlace[]) =>
  ledger.read(ctx).selectFrom('ledger.tile as t')
    .innerJoin(sql<{ level: number; idx: number }>`unnest(${places.map(({ level }) => level)}::smallint[], ${places.map(({ index }) => index)}::bigint[])`.as<'w'>(sql`w(level, idx)`), (join) => join.onRef('w.level', '=', 't.level').onRef('w.idx', '=', 't.idx'))
    .select(['t.level', 't.idx', 't.hashes']).execute();
