import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { inclusionProof } from '#engines/merkle/proof.ts';
import { canonicalJson, type Erased, erasable } from '#platform/kernel/ledger/body.ts';
import { LEAF_TEXT } from '#platform/kernel/ledger/leaf.ts';
import { seal, type TestLedger } from '#platform/kernel/ledger/testing.ts';
import { type BundledExhibit, type Leaf, type Manifest, manifestBytes, README_TEXT, sha256 } from './format.ts';
import { type BundleParts, writeBundle } from './write-bundle.ts';

/** The parts of a bundle with its files in memory, so that a test can alter any of them and build the whole anew. */
export type MadeBundle = Omit<BundleParts, 'open'> & { files: Map<string, Buffer> };

const PERSON = '01990000-0000-7000-8000-0000000000aa';
const INSERT = "insert into ledger.entry (actor, verb, record_id, body) values ($1, $2, $3, $4) returning id";
const LEAVES = `select l.n::int as n, e.record_id as record, ${LEAF_TEXT} as entry from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id where e.record_id = any ($1) order by l.n`;

/** Writes the custody of some exhibits into a test ledger, each with one file and a text that may be erased, seals it, and makes the parts of a bundle of it. */
export async function aBundle(ledger: TestLedger, serial = 1, fileBytes: readonly Buffer[] = [Buffer.from('a photograph'), Buffer.from('a recording')], timeStamp: Manifest['timeStamp'] = 'none'): Promise<MadeBundle> {
  const texts = new Map<string, Erased[]>();
  const files = new Map<string, Buffer>();
  const write = async (id: string, seq: number, kind: string, more: Record<string, unknown>): Promise<void> => {
    const note = erasable(`${kind} for the test`);
    const after = { id: uuidv7(), seq, at: new Date().toISOString(), kind, holder: PERSON, holderBefore: seq === 1 ? null : PERSON, place: null, placeBefore: null, note: note.body, ...more };
    const { rows } = await ledger.database.owner.query<{ id: string }>(INSERT, [PERSON, `exhibits.${kind}`, id, canonicalJson({ after })]);
    texts.set(rows[0]?.id ?? '', [{ field: 'after.note', ...note.row }]);
  };
  const exhibits: BundledExhibit[] = fileBytes.map((bytes, i) => {
    const [number, file] = [`EXH-2026-${String(serial * 10 + i).padStart(5, '0')}`, uuidv7()];
    files.set(file, bytes);
    return { id: uuidv7(), number, title: `Exhibit ${i + 1}`, kind: 'digital', events: 4, texts: 4, files: [{ id: file, path: `files/${number}/1.bin`, leftOut: null, name: 'as it came.bin', mediaType: 'application/octet-stream', size: bytes.length, sha256: sha256(bytes), derivedFrom: null }] };
  });
  const manifest: Manifest = {
    format: 'parapet-evidence-bundle-1', bundle: uuidv7(), number: `BND-2026-${String(serial).padStart(5, '0')}`, origin: ledger.keys.name, purpose: 'For the court', of: { id: uuidv7(), number: 'CAS-2026-00001', title: 'A case' },
    timeStamp, readMeSha256: sha256(README_TEXT), people: { [PERSON]: 'J. Doe' }, places: {}, exhibits,
  };
  for (const { id, files: [file] } of exhibits) {
    await write(id, 1, 'received', {});
    await write(id, 2, 'filed', { file: { id: file?.id, size: file?.size, sha256: file?.sha256 } });
    await write(id, 3, 'viewed', {});
    await write(id, 4, 'bundled', { bundle: { id: manifest.bundle, number: manifest.number, manifestSha256: sha256(manifestBytes(manifest)) } });
  }
  const sequencer = ledger.sequencer();
  await seal(sequencer, 4 * exhibits.length);
  await sequencer.stop();
  return { manifest, files, stamp: null, ...(await provenBy(ledger, exhibits.map(({ id }) => id), texts)) };
}

async function provenBy({ database: { owner }, keys }: TestLedger, ids: readonly string[], texts: ReadonlyMap<string, Erased[]>): Promise<Pick<MadeBundle, 'ledger' | 'chains'>> {
  const { rows: [head] } = await owner.query<{ size: string; note: string }>('select size, note from ledger.head order by size desc limit 1');
  const { rows: tiles } = await owner.query<{ hashes: Buffer }>('select hashes from ledger.tile where level = 0 and idx = 0');
  const { rows } = await owner.query<{ n: number; record: string; entry: string }>(LEAVES, [ids]);
  const chains = new Map<string, Leaf[]>(ids.map((id) => [id, []]));
  for (const { n, record, entry } of rows) {
    const proof = inclusionProof(n, Number(head?.size), () => tiles[0]?.hashes ?? new Uint8Array()).map((hash) => Buffer.from(hash).toString('base64'));
    chains.get(record)?.push({ n, entry, proof, texts: texts.get((JSON.parse(entry) as { id: string }).id) ?? [] });
  }
  return { ledger: { head: head?.note ?? '', keys: [keys.publicLine] }, chains };
}

/** Builds the whole archive from its parts, as who altered them would, and answers its path. */
export async function built(folder: string, name: string, { files, ...parts }: MadeBundle): Promise<string> {
  const file = join(folder, name);
  const handle = await open(file, 'w');
  try {
    await writeBundle(handle, { ...parts, open: async (id) => one(files.get(id) ?? Buffer.alloc(0)) });
  } finally {
    await handle.close();
  }
  return file;
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer, void> {
  yield bytes;
}
