import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './hash.ts';
import { foldTile, hashesAtLevel, joinSubtrees, TILE_HEIGHT, TILE_WIDTH, type Tile, type TileAt } from './tile.ts';

/** A tree that grows: it keeps its right edge only, and hands out the tiles that it fills. */
export type Tree = {
  /** Leaves so far. */
  readonly size: number;
  /** Appends the hash of a leaf; constant work on average. */
  append(leaf: Uint8Array): void;
  /** Root over all leaves so far (RFC 6962 §2.1). */
  root(): Uint8Array;
  /** Tiles that changed since the last call, the right edge included; by level, then index. */
  takeTiles(): Tile[];
};

type Edge = { bytes: Uint8Array; count: number; index: number; changed: boolean };

/** Opens a tree of `size` leaves from the tiles of its right edge (`edgeTiles`); without arguments an empty one. */
export function openTree(size = 0, tileAt: TileAt = () => new Uint8Array()): Tree {
  const edges: Edge[] = [];
  const peaks: Uint8Array[] = [];
  const full: Tile[] = [];
  let leaves = size;
  for (let level = 0; hashesAtLevel(size, level) > 0; level++) edges.push(openEdge(size, level, tileAt));
  for (const edge of [...edges].reverse()) peaks.push(...peaksOf(edge));

  const put = (level: number, hash: Uint8Array): void => {
    const edge = (edges[level] ??= { bytes: new Uint8Array(TILE_WIDTH * HASH_BYTES), count: 0, index: 0, changed: false });
    edge.bytes.set(hash, edge.count * HASH_BYTES);
    edge.count++;
    edge.changed = true;
    if (edge.count < TILE_WIDTH) return;
    full.push({ level, index: edge.index, hashes: edge.bytes });
    edges[level] = { bytes: new Uint8Array(TILE_WIDTH * HASH_BYTES), count: 0, index: edge.index + 1, changed: false };
  };

  return {
    get size() {
      return leaves;
    },
    append(leaf) {
      let hash = leaf;
      put(0, hash);
      let height = 0;
      for (let rest = leaves; rest % 2 === 1; rest = (rest - 1) / 2) {
        hash = nodeHash(peaks.pop() as Uint8Array, hash);
        height++;
        if (height % TILE_HEIGHT === 0) put(height / TILE_HEIGHT, hash);
      }
      peaks.push(hash);
      leaves++;
    },
    root: () => (peaks.length === 0 ? EMPTY_ROOT : joinSubtrees(peaks)),
    takeTiles() {
      const partial = edges.flatMap((edge, level) => (edge.changed ? [{ level, index: edge.index, hashes: edge.bytes.slice(0, edge.count * HASH_BYTES) }] : []));
      for (const edge of edges) edge.changed = false;
      return [...full.splice(0), ...partial].sort((a, b) => a.level - b.level || a.index - b.index);
    },
  };
}

function openEdge(size: number, level: number, tileAt: TileAt): Edge {
  const hashes = hashesAtLevel(size, level);
  const edge = { bytes: new Uint8Array(TILE_WIDTH * HASH_BYTES), count: hashes % TILE_WIDTH, index: Math.floor(hashes / TILE_WIDTH), changed: false };
  if (edge.count === 0) return edge;
  const stored = tileAt(level, edge.index);
  if (stored.length < edge.count * HASH_BYTES) throw new RangeError(`Tile ${level}/${edge.index} has ${stored.length} bytes; a tree of ${size} leaves needs ${edge.count * HASH_BYTES}.`);
  edge.bytes.set(stored.subarray(0, edge.count * HASH_BYTES));
  return edge;
}

/** The perfect subtrees that end in an edge tile, greatest first. */
function peaksOf({ bytes, count }: Edge): Uint8Array[] {
  const out: Uint8Array[] = [];
  let at = 0;
  for (let width = TILE_WIDTH / 2; width >= 1; width /= 2) {
    if (at + width > count) continue;
    out.push(foldTile(bytes, at, width));
    at += width;
  }
  return out;
}
