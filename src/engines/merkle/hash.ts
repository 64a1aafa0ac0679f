import { hash } from 'node:crypto';

/** Bytes of one SHA-256 hash. */
export const HASH_BYTES = 32;

/** Root of a tree without leaves: the hash of nothing (RFC 6962 §2.1). */
export const EMPTY_ROOT: Uint8Array = hash('sha256', '', 'buffer');

const node = new Uint8Array(1 + 2 * HASH_BYTES);
node[0] = 1;
let leaf = new Uint8Array(4096);

/** Hash of a leaf: SHA-256(0x00 ‖ data), RFC 6962 §2.1. */
export function leafHash(data: Uint8Array): Uint8Array {
  if (data.length + 1 > leaf.length) leaf = new Uint8Array(2 * (data.length + 1));
  leaf.set(data, 1);
  return hash('sha256', leaf.subarray(0, data.length + 1), 'buffer');
}

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1. Both sides have 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) throw new RangeError('A node joins two hashes of 32 bytes.');
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return hash('sha256', node, 'buffer');
}

/** True where two hashes have the same bytes. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Largest power of two below `size`, where RFC 6962 §2.1 splits a tree; `size` is at least 2. */
export function splitPoint(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

/** Root of a list of leaf hashes, by the definition of RFC 6962 §2.1 (MTH, over hashes of leaves). */
export function rootOf(leafHashes: readonly Uint8Array[]): Uint8Array {
  if (leafHashes.length === 0) return EMPTY_ROOT;
  if (leafHashes.length === 1) return leafHashes[0] as Uint8Array;
  const k = splitPoint(leafHashes.length);
  return nodeHash(rootOf(leafHashes.slice(0, k)), rootOf(leafHashes.slice(k)));
}
