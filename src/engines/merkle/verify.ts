import { HASH_BYTES, nodeHash, sameHash } from './hash.ts';

/** What is claimed: the leaf with this hash stands at `index` of the tree of `size` leaves with this root. */
export type InclusionClaim = { leafHash: Uint8Array; index: number; size: number; proof: readonly Uint8Array[]; root: Uint8Array };

/** What is claimed: the tree of `size2` leaves begins with the tree of `size1`. */
export type ConsistencyClaim = { size1: number; size2: number; root1: Uint8Array; root2: Uint8Array; proof: readonly Uint8Array[] };

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isHash = (hash: Uint8Array): boolean => hash.length === HASH_BYTES;
const half = (n: number): number => Math.floor(n / 2);
const isOdd = (n: number): boolean => n % 2 === 1;

/** Checks an inclusion proof by the algorithm of RFC 9162 §2.1.3.2; false for anything malformed. */
export function isIncluded({ leafHash, index, size, proof, root }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !isHash(leafHash) || !proof.every(isHash)) return false;
  let fn = index;
  let sn = size - 1;
  let r = leafHash;
  for (const p of proof) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      r = nodeHash(p, r);
      while (!isOdd(fn) && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      r = nodeHash(r, p);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && sameHash(r, root);
}

/** Checks a consistency proof by the algorithm of RFC 9162 §2.1.4.2; from an empty tree nothing can be proved, so false. */
export function isConsistent({ size1, size2, root1, root2, proof }: ConsistencyClaim): boolean {
  if (!isCount(size1) || !isCount(size2) || size1 < 1 || size1 > size2 || !proof.every(isHash)) return false;
  if (size1 === size2) return proof.length === 0 && sameHash(root1, root2);
  if (!isHash(root1)) return false;
  const isPower = 2 ** Math.round(Math.log2(size1)) === size1;
  const path = isPower ? [root1, ...proof] : proof;
  const [first, ...rest] = path;
  if (!first || proof.length === 0) return false;
  let fn = size1 - 1;
  let sn = size2 - 1;
  while (isOdd(fn)) {
    fn = half(fn);
    sn = half(sn);
  }
  let fr = first;
  let sr = first;
  for (const c of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (!isOdd(fn) && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      sr = nodeHash(sr, c);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && sameHash(fr, root1) && sameHash(sr, root2);
}
