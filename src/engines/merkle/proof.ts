import { EMPTY_ROOT, splitPoint } from './hash.ts';
import { type FoldedTileAt, joinSubtrees, placeOf, subtreeHash, subtreesOf } from './tile.ts';

/** Leaves `from` to `to` (excluded): what one hash of a proof covers. */
type Range = { from: number; to: number };

/** The place of a tile that a proof reads. */
export type TilePlace = { level: number; index: number };

function checkedInclusion(index: number, size: number): void {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) throw new RangeError(`Leaf ${index} is not in a tree of ${size}.`);
}

function checkedConsistency(size1: number, size2: number): void {
  if (!Number.isSafeInteger(size1) || !Number.isSafeInteger(size2) || size1 < 1 || size1 > size2) throw new RangeError(`A tree of ${size2} leaves does not grow from one of ${size1}.`);
}

/** PATH(m, D[n]) of RFC 6962 §2.1.1, as ranges of leaves. */
function inclusionRanges(index: number, size: number): Range[] {
  const out: Range[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitPoint(to - from);
    if (index < middle) {
      out.push({ from: middle, to });
      to = middle;
    } else {
      out.push({ from, to: middle });
      from = middle;
    }
  }
  return out.reverse();
}

/** PROOF(m, D[n]) of RFC 6962 §2.1.2, as ranges of leaves. */
function consistencyRanges(size1: number, size2: number): Range[] {
  const out: Range[] = [];
  let from = 0;
  let to = size2;
  while (to !== size1) {
    const middle = from + splitPoint(to - from);
    if (size1 <= middle) {
      out.push({ from: middle, to });
      to = middle;
    } else {
      out.push({ from, to: middle });
      from = middle;
    }
  }
  if (from > 0) out.push({ from, to });
  return out.reverse();
}

const placesOf = (ranges: readonly Range[]): TilePlace[] => {
  const places = new Map<string, TilePlace>();
  for (const range of ranges) {
    for (const subtree of subtreesOf(range.from, range.to)) {
      const { level, index } = placeOf(subtree);
      places.set(`${level}/${index}`, { level, index });
    }
  }
  return [...places.values()];
};

const hashesOf = (ranges: readonly Range[], tileAt: FoldedTileAt): Uint8Array[] =>
  ranges.map(({ from, to }) => joinSubtrees(subtreesOf(from, to).map((subtree) => subtreeHash(subtree, tileAt))));

/** The tiles that the proof of leaf `index` in a tree of `size` is made of. Throws RangeError where the leaf is not in it. */
export function inclusionTiles(index: number, size: number): TilePlace[] {
  checkedInclusion(index, size);
  return placesOf(inclusionRanges(index, size));
}

/** The audit path of leaf `index` in a tree of `size` leaves, lowest first (RFC 6962 §2.1.1). */
export function inclusionProof(index: number, size: number, tileAt: FoldedTileAt): Uint8Array[] {
  checkedInclusion(index, size);
  return hashesOf(inclusionRanges(index, size), tileAt);
}

/** The tiles that the proof of growth from `size1` to `size2` leaves is made of. Throws RangeError unless 1 ≤ size1 ≤ size2. */
export function consistencyTiles(size1: number, size2: number): TilePlace[] {
  checkedConsistency(size1, size2);
  return placesOf(consistencyRanges(size1, size2));
}

/** The proof that a tree of `size2` leaves begins with that of `size1` (RFC 6962 §2.1.2); empty where they are equal. */
export function consistencyProof(size1: number, size2: number, tileAt: FoldedTileAt): Uint8Array[] {
  checkedConsistency(size1, size2);
  return hashesOf(consistencyRanges(size1, size2), tileAt);
}

/** The tiles that the root of the first `size` leaves is made of. */
export const rootTiles = (size: number): TilePlace[] => placesOf([{ from: 0, to: size }]);

/** Root of the first `size` leaves, from tiles. */
export const rootFromTiles = (size: number, tileAt: FoldedTileAt): Uint8Array =>
  size === 0 ? EMPTY_ROOT : (hashesOf([{ from: 0, to: size }], tileAt)[0] as Uint8Array);
