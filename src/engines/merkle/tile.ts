import { HASH_BYTES, nodeHash } from './hash.ts';

/** Hashes of one full tile, and levels of the tree that one level of tiles spans (C2SP tlog-tiles: 2^8). */
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;

/**
 * A tile: at level 0 the hashes of leaves, at level L the roots of full tiles of level L − 1. `hashes` holds 1 to 256
 * hashes of 32 bytes; only the right edge of a level is not full.
 */
export type Tile = { level: number; index: number; hashes: Uint8Array };

/** The bytes of a tile (at least those hashes that the tree's size promises), by its place. */
export type TileAt = (level: number, index: number) => Uint8Array;

/** A perfect subtree of 2^height leaves, the `index`-th of its height from the left. */
export type Subtree = { height: number; index: number };

/** How many hashes stand at a level of tiles in a tree of `size` leaves. */
export const hashesAtLevel = (size: number, level: number): number => Math.floor(size / TILE_WIDTH ** level);

/** The `i`-th hash of a tile; throws where the tile is too short. */
export function hashAt(hashes: Uint8Array, i: number): Uint8Array {
  const at = i * HASH_BYTES;
  if (hashes.length < at + HASH_BYTES) throw new RangeError(`The tile has ${hashes.length / HASH_BYTES} hashes, none at ${i}.`);
  return hashes.subarray(at, at + HASH_BYTES);
}

/** The tile that holds what a subtree's hash is made of, and where in it. */
export function placeOf({ height, index }: Subtree): { level: number; index: number; start: number; count: number } {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const first = index * count;
  return { level, index: Math.floor(first / TILE_WIDTH), start: first % TILE_WIDTH, count };
}

/** Root of `count` hashes (a power of two) of a tile from `start`. */
export function foldTile(hashes: Uint8Array, start: number, count: number): Uint8Array {
  if (count === 1) return hashAt(hashes, start);
  return nodeHash(foldTile(hashes, start, count / 2), foldTile(hashes, start + count / 2, count / 2));
}

/** A tile with the roots of all its perfect subtrees: `inner[h - 1]` holds those of 2^h hashes side by side. For tiles of which many proofs are made. */
export type FoldedTile = { hashes: Uint8Array; inner: readonly Uint8Array[] };

/** Computes the inner nodes of a tile once: about as many hashes as it holds. */
export function foldedTile(hashes: Uint8Array): FoldedTile {
  const inner: Uint8Array[] = [];
  for (let below = hashes; below.length >= 2 * HASH_BYTES; below = inner.at(-1) as Uint8Array) {
    const count = Math.floor(below.length / (2 * HASH_BYTES));
    const above = new Uint8Array(count * HASH_BYTES);
    for (let i = 0; i < count; i++) above.set(nodeHash(hashAt(below, 2 * i), hashAt(below, 2 * i + 1)), i * HASH_BYTES);
    inner.push(above);
  }
  return { hashes, inner };
}

/** Tiles as proofs take them: bytes, or with their inner nodes. */
export type FoldedTileAt = (level: number, index: number) => Uint8Array | FoldedTile;

/** Hash of a perfect subtree, from its tile. */
export function subtreeHash(subtree: Subtree, tileAt: FoldedTileAt): Uint8Array {
  const { level, index, start, count } = placeOf(subtree);
  const tile = tileAt(level, index);
  if (!('inner' in tile)) return foldTile(tile, start, count);
  return hashAt(count === 1 ? tile.hashes : (tile.inner[Math.log2(count) - 1] ?? new Uint8Array()), start / count);
}

/** The perfect subtrees, left to right, that cover leaves `from` to `to` (excluded); `from` stands on a split of the tree. */
export function subtreesOf(from: number, to: number): Subtree[] {
  const out: Subtree[] = [];
  let at = from;
  while (at < to) {
    let height = 0;
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height++;
    out.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return out;
}

/** Joins the hashes of perfect subtrees, left to right, into the root over all of them. */
export function joinSubtrees(hashes: readonly Uint8Array[]): Uint8Array {
  const last = hashes.at(-1);
  if (!last) throw new RangeError('There is no hash to join.');
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** The tiles of the right edge of a tree of `size` leaves: what a tree is opened from. Only those that hold something. */
export function edgeTiles(size: number): { level: number; index: number }[] {
  const out: { level: number; index: number }[] = [];
  for (let level = 0; hashesAtLevel(size, level) > 0; level++) {
    const count = hashesAtLevel(size, level);
    if (count % TILE_WIDTH > 0) out.push({ level, index: Math.floor(count / TILE_WIDTH) });
  }
  return out;
}
