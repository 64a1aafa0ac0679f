import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_ROOT, leafHash, rootOf } from './hash.ts';
import { consistencyProof, consistencyTiles, inclusionProof, inclusionTiles, rootFromTiles, type TilePlace } from './proof.ts';
import { edgeTiles, foldedTile, type FoldedTileAt, hashesAtLevel, type TileAt } from './tile.ts';
import { openTree } from './tree.ts';
import { isConsistent, isIncluded } from './verify.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Leaves and roots of the reference tree: transparency-dev/merkle, testdata (Apache-2.0). */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS: Record<number, string> = {
  1: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  3: 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  5: '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  6: '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  7: 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  8: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
};

const hashes = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)));

/** A tree of `count` leaves with the tiles that it handed out, taken every `step` leaves. */
function grown(count: number, step = 97): { tileAt: TileAt; root: Uint8Array; leaves: Uint8Array[] } {
  const tree = openTree();
  const tiles = new Map<string, Uint8Array>();
  const leaves = hashes(count);
  const take = (): void => {
    for (const tile of tree.takeTiles()) tiles.set(`${tile.level}/${tile.index}`, tile.hashes);
  };
  leaves.forEach((leaf, i) => {
    tree.append(leaf);
    if (i % step === 0) take();
  });
  take();
  return { leaves, root: tree.root(), tileAt: (level, index) => tiles.get(`${level}/${index}`) ?? new Uint8Array() };
}

const onlyFrom = (places: TilePlace[], tileAt: TileAt): TileAt => (level, index) => {
  if (!places.some((place) => place.level === level && place.index === index)) throw new Error(`tile ${level}/${index} was not announced`);
  return tileAt(level, index);
};

const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const out = Uint8Array.from(bytes);
  out[bit >> 3] = (out[bit >> 3] as number) ^ (1 << (bit & 7));
  return out;
};

describe('a tree', () => {
  it('has the published roots', () => {
    const leaves = LEAVES.map((leaf) => leafHash(Buffer.from(leaf, 'hex')));
    for (const [size, root] of Object.entries(ROOTS)) {
      expect(hex(rootOf(leaves.slice(0, Number(size))))).toBe(root);
      const tree = openTree();
      for (const leaf of leaves.slice(0, Number(size))) tree.append(leaf);
      expect(hex(tree.root())).toBe(root);
    }
  });

  it('without leaves has the hash of nothing as its root', () => {
    expect(hex(openTree().root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(openTree().root()).toEqual(EMPTY_ROOT);
  });

  it('has the root that the definition gives, at every size up to 600', () => {
    const leaves = hashes(600);
    const tree = openTree();
    leaves.forEach((leaf, i) => {
      tree.append(leaf);
      expect(hex(tree.root())).toBe(hex(rootOf(leaves.slice(0, i + 1))));
    });
  });

  it('goes on from its stored tiles as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1400 }), fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 300 }), (before, more, step) => {
        const { tileAt } = grown(before, step);
        const places = edgeTiles(before);
        const tree = openTree(before, (level, index) => {
          expect(places).toContainEqual({ level, index });
          return tileAt(level, index);
        });
        const leaves = hashes(before + more);
        for (const leaf of leaves.slice(before)) tree.append(leaf);
        expect(hex(tree.root())).toBe(hex(rootOf(leaves)));
      }),
      { numRuns: 25 },
    );
  });

  it('can be opened at an older size from the tiles of a later one', () => {
    const { tileAt, leaves } = grown(70_000, 1000);
    for (const size of [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_999]) {
      expect(hex(openTree(size, tileAt).root())).toBe(hex(rootFromTiles(size, tileAt)));
      expect(hex(rootFromTiles(size, tileAt))).toBe(hex(rootOf(leaves.slice(0, size))));
    }
  });

  it('refuses a tile that is too short for its size', () => {
    expect(() => openTree(10, () => new Uint8Array(9 * 32))).toThrow(RangeError);
  });
});

describe('a tile with its inner nodes', () => {
  it('gives the same proofs as its bytes alone, also where it is not full', () => {
    for (const size of [1, 2, 3, 255, 256, 257, 700, 66_000]) {
      const { tileAt } = grown(size, 1000);
      const folded: FoldedTileAt = (level, index) => foldedTile(tileAt(level, index).subarray(0, Math.min(256, hashesAtLevel(size, level) - index * 256) * 32));
      for (const index of [0, Math.floor(size / 3), size - 1]) {
        expect(inclusionProof(index, size, folded).map(hex)).toEqual(inclusionProof(index, size, tileAt).map(hex));
        expect(consistencyProof(index + 1, size, folded).map(hex)).toEqual(consistencyProof(index + 1, size, tileAt).map(hex));
      }
    }
  });
});

describe('an inclusion proof', () => {
  it('verifies for every leaf of every tree up to 70 leaves, and for no other leaf or size', () => {
    for (let size = 1; size <= 70; size++) {
      const { tileAt, root, leaves } = grown(size);
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(index, size, tileAt);
        const claim = { leafHash: leaves[index] as Uint8Array, index, size, proof, root };
        expect(isIncluded(claim)).toBe(true);
        expect(isIncluded({ ...claim, leafHash: leaves[(index + 1) % (size + 1)] ?? leafHash(Buffer.from('no')) })).toBe(false);
        if (size > 1) expect(isIncluded({ ...claim, index: (index + 1) % size })).toBe(false);
        expect(isIncluded({ ...claim, index: size })).toBe(false);
      }
    }
  });

  it('verifies in greater trees from the announced tiles, and fails with any bit, hash or length changed', () => {
    const trees = [257, 600, 66_000].map((size) => ({ size, ...grown(size, 1000) }));
    fc.assert(
      fc.property(fc.constantFrom(...trees), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(), ({ size, tileAt, root, leaves }, at, seed) => {
        const index = Math.floor(at * size);
        const proof = inclusionProof(index, size, onlyFrom(inclusionTiles(index, size), tileAt));
        const claim = { leafHash: leaves[index] as Uint8Array, index, size, proof, root };
        expect(isIncluded(claim)).toBe(true);
        const which = seed % proof.length;
        const bit = seed % 256;
        expect(isIncluded({ ...claim, proof: proof.with(which, flipped(proof[which] as Uint8Array, bit)) })).toBe(false);
        expect(isIncluded({ ...claim, proof: proof.toSpliced(which, 1) })).toBe(false);
        expect(isIncluded({ ...claim, proof: [...proof, root] })).toBe(false);
        expect(isIncluded({ ...claim, root: flipped(root, bit) })).toBe(false);
        expect(isIncluded({ ...claim, leafHash: flipped(claim.leafHash, bit) })).toBe(false);
      }),
      { numRuns: 120 },
    );
  });

  it('cannot be asked for a leaf that is not in the tree', () => {
    const { tileAt } = grown(5);
    for (const [index, size] of [[5, 5], [-1, 5], [0, 0], [1.5, 5]] as const) expect(() => inclusionProof(index, size, tileAt)).toThrow(RangeError);
  });
});

describe('a consistency proof', () => {
  it('verifies for every pair of sizes up to 70, and not with a root of another size', () => {
    const { tileAt, leaves } = grown(70);
    const roots = Array.from({ length: 71 }, (_, size) => rootOf(leaves.slice(0, size)));
    const rootAt = (size: number): Uint8Array => roots[size] as Uint8Array;
    for (let size2 = 1; size2 <= 70; size2++) {
      for (let size1 = 1; size1 <= size2; size1++) {
        const claim = { size1, size2, root1: rootAt(size1), root2: rootAt(size2), proof: consistencyProof(size1, size2, tileAt) };
        expect(isConsistent(claim)).toBe(true);
        expect(isConsistent({ ...claim, root1: rootAt(size1 - 1) })).toBe(false);
        expect(isConsistent({ ...claim, root2: rootAt(size2 - 1) })).toBe(false);
        if (size1 < size2) expect(isConsistent({ ...claim, proof: [] })).toBe(false);
      }
    }
  });

  it('verifies in a greater tree from the announced tiles, and fails with any bit, hash or length changed', () => {
    const size = 66_000;
    const { tileAt } = grown(size, 1000);
    const inTree = fc.integer({ min: 1, max: size });
    fc.assert(
      fc.property(inTree, inTree, fc.nat(), (a, b, seed) => {
        const [size1, size2] = a < b ? [a, b] : [b, a];
        const claim = {
          size1,
          size2,
          root1: rootFromTiles(size1, tileAt),
          root2: rootFromTiles(size2, tileAt),
          proof: consistencyProof(size1, size2, onlyFrom(consistencyTiles(size1, size2), tileAt)),
        };
        expect(isConsistent(claim)).toBe(true);
        const bit = seed % 256;
        expect(isConsistent({ ...claim, root1: flipped(claim.root1, bit) })).toBe(false);
        expect(isConsistent({ ...claim, root2: flipped(claim.root2, bit) })).toBe(false);
        expect(isConsistent({ ...claim, proof: [...claim.proof, claim.root1] })).toBe(false);
        if (claim.proof.length === 0) return;
        const which = seed % claim.proof.length;
        expect(isConsistent({ ...claim, proof: claim.proof.with(which, flipped(claim.proof[which] as Uint8Array, bit)) })).toBe(false);
        expect(isConsistent({ ...claim, proof: claim.proof.toSpliced(which, 1) })).toBe(false);
      }),
      { numRuns: 120 },
    );
  });

  it('cannot start from an empty tree, nor from a greater one', () => {
    const { tileAt } = grown(5);
    expect(() => consistencyProof(0, 5, tileAt)).toThrow(RangeError);
    expect(() => consistencyProof(6, 5, tileAt)).toThrow(RangeError);
  });
});
