import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isConsistent, isIncluded } from '#engines/merkle/verify.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/fixtures/merkle-rfc6962');
const isThere = existsSync(FOLDER);
if (!isThere) console.info('merkle: the outside vectors are not here, skipped');

type Inclusion = { leafIdx: number; treeSize: number; root: string; leafHash: string; proof: string[] | null; desc: string; wantErr: boolean };
type Consistency = { size1: number; size2: number; root1: string; root2: string; proof: string[] | null; desc: string; wantErr: boolean };

const read = <T>(name: string): [string, T][] => (isThere ? Object.entries(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Record<string, T>) : []);
const bytes = (base64: string): Uint8Array => Buffer.from(base64, 'base64');

/** transparency-dev/merkle, testdata (Apache-2.0). */
describe.skipIf(!isThere)('the proof vectors of transparency-dev/merkle', () => {
  it('of inclusion are accepted and refused as they say', () => {
    const cases = read<Inclusion>('inclusion.json');
    expect(cases.length).toBeGreaterThan(60);
    for (const [name, { leafIdx, treeSize, root, leafHash, proof, desc, wantErr }] of cases) {
      const claim = { index: leafIdx, size: treeSize, root: bytes(root), leafHash: bytes(leafHash), proof: (proof ?? []).map(bytes) };
      expect(isIncluded(claim), `${name}: ${desc}`).toBe(!wantErr);
    }
  });

  it('of consistency are accepted and refused as they say', () => {
    const cases = read<Consistency>('consistency.json');
    expect(cases.length).toBeGreaterThan(60);
    for (const [name, { size1, size2, root1, root2, proof, desc, wantErr }] of cases) {
      const claim = { size1, size2, root1: bytes(root1), root2: bytes(root2), proof: (proof ?? []).map(bytes) };
      expect(isConsistent(claim), `${name}: ${desc}`).toBe(!wantErr);
    }
  });
});
