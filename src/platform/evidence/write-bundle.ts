import { ArchiveWriter, type Sink } from '#platform/archive/archive.ts';
import { custodyMember, LEDGER, type Leaf, type LedgerPart, MANIFEST, type Manifest, manifestBytes, READ_ME, README_TEXT, STAMP } from './format.ts';

/** What a bundle is made of. Files come one after the other as streams, so that no size of a bundle is held in memory. */
export type BundleParts = {
  manifest: Manifest;
  ledger: LedgerPart;
  /** Of each exhibit by its id, in their order. */
  chains: ReadonlyMap<string, readonly Leaf[]>;
  open(fileId: string): Promise<AsyncIterable<Buffer>>;
  /** The token over the head's note; null where the manifest says none. */
  stamp: Buffer | null;
  told?(bytes: number): Promise<void> | void;
};

/** Writes a bundle into a sink, and answers the SHA-256 that it ends with. Throws where a file has another size than the manifest says. */
export async function writeBundle(sink: Sink, { manifest, ledger, chains, open, stamp, told }: BundleParts): Promise<string> {
  const archive = new ArchiveWriter(sink);
  await archive.add(MANIFEST, manifestBytes(manifest));
  await archive.add(READ_ME, Buffer.from(README_TEXT));
  await archive.add(LEDGER, Buffer.from(JSON.stringify(ledger)));
  if (stamp) await archive.add(STAMP, stamp);
  for (const { id, number, files } of manifest.exhibits) {
    await archive.add(custodyMember(number), Buffer.from((chains.get(id) ?? []).map((leaf) => `${JSON.stringify(leaf)}\n`).join('')));
    for (const file of files) {
      if (file.path === null) continue;
      await archive.addPieces(file.path, file.size, await open(file.id));
      await told?.(archive.bytes);
    }
  }
  return archive.close();
}
