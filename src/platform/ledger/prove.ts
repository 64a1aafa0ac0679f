import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMPTY_ROOT } from '#engines/merkle/hash.ts';
import { consistencyProof, consistencyTiles, inclusionProof, inclusionTiles, type TilePlace } from '#engines/merkle/proof.ts';
import { subtreeHash, TILE_WIDTH } from '#engines/merkle/tile.ts';
import { isIncluded } from '#engines/merkle/verify.ts';
import { readConfig } from '#platform/kernel/config.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { parseHead } from '#platform/kernel/ledger/head.ts';
import { keyFiles } from '#platform/kernel/ledger/keys.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { witnessStandings } from '#platform/witness/standing.ts';
import { ledger } from './browse.ts';
import type * as contract from './contract.ts';
import { forgetTiles, readTiles } from './tiles.ts';

/** A head as it was signed. */
export type SignedHead = { size: number; root: Buffer; at: string; note: string };

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** The folder with the ledger's keys, and the file of its heads, of the organisation that this process serves. */
export const ledgerFiles = (dataDir: string): { keyFolder: string; headFile: string } => ({ keyFolder: join(dataDir, 'keys'), headFile: join(dataDir, 'ledger', 'heads') });

/** The lines of this ledger's public keys. */
export function publicKeyLines(): string[] {
  const { publicFile } = keyFiles(ledgerFiles(readConfig().dataDir).keyFolder);
  return existsSync(publicFile) ? readFileSync(publicFile, 'utf8').split('\n').filter((line) => line !== '') : [];
}

/** The newest head, or the one of exactly `size` leaves. Null where there is none. */
export async function headOf(ctx: Ctx, size?: number): Promise<SignedHead | null> {
  let query = ledger.read(ctx).selectFrom('ledger.head').select(['size', 'root', 'at', 'note']).orderBy('size', 'desc').limit(1);
  if (size !== undefined) query = query.where('size', '=', size);
  const row = await query.executeTakeFirst();
  if (!row) return null;
  const signed = parseHead(row.note);
  if (signed?.size !== row.size || !signed.root.equals(row.root)) throw new Problem('unavailable', 'ledger.head_altered', 'A head of the ledger says another thing than its signed note. Whoever runs this machine: parapet verify --full.');
  return { ...signed, note: row.note };
}

/** 422: no head of that size was ever signed, or none at all yet. */
export const noHead = (size: number | undefined): Problem =>
  new Problem('refused', 'ledger.no_such_head', size === undefined ? 'Nothing is sealed yet. Try again in a second.' : `No head of ${size} leaves was ever signed. Use the size of a head that you hold.`);

/** The newest signed head; without leaves the empty tree. */
export async function getHead(ctx: Ctx): Promise<Reply<typeof contract.getHead>> {
  const head = await headOf(ctx);
  const publicKeys = publicKeyLines();
  return head ? { size: head.size, root: base64(head.root), at: head.at, note: head.note, publicKeys } : { size: 0, root: base64(EMPTY_ROOT), at: null, note: null, publicKeys };
}

/** Who is told the heads, and how far each has come. */
export async function listWitnesses(ctx: Ctx): Promise<Reply<typeof contract.listWitnesses>> {
  const [head, standings] = [await headOf(ctx), await witnessStandings(ctx)];
  return { items: standings.map((one) => ({ ...one, behind: Math.max(0, (head?.size ?? 0) - one.sentSize) })) };
}

export type Proven = { leafHash: Uint8Array; proof: Uint8Array[] };

const placesFor = (n: number, size: number): TilePlace[] => [...inclusionTiles(n, size), { level: 0, index: Math.floor(n / TILE_WIDTH) }];

/** The proofs, or null where a tile that was kept or altered does not give them. */
async function tryProofs(ctx: Ctx, { size, root }: SignedHead, leaves: readonly number[]): Promise<Proven[] | null> {
  const tileAt = await readTiles(ctx, leaves.flatMap((n) => placesFor(n, size)), size);
  try {
    const proven = leaves.map((n): Proven => ({ leafHash: subtreeHash({ height: 0, index: n }, tileAt), proof: inclusionProof(n, size, tileAt) }));
    return proven.every((one, i) => isIncluded({ ...one, index: leaves[i] as number, size, root })) ? proven : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Proofs of these leaves in the tree of a head, each checked before it is given away. Throws 503 where the stored tree is not the signed one. */
export async function proofsOf(ctx: Ctx, head: SignedHead, leaves: readonly number[]): Promise<Proven[]> {
  const proven = await tryProofs(ctx, head, leaves);
  if (proven) return proven;
  forgetTiles(ctx.db);
  const again = await tryProofs(ctx, head, leaves);
  if (!again) throw new Problem('unavailable', 'ledger.tree_altered', 'The stored tree does not prove it. Whoever runs this machine: parapet verify --full.');
  return again;
}

/** Proof that leaf `n` stands in the tree of a signed head. */
export async function proveLeaf(ctx: Ctx, { n, size }: Input<typeof contract.proveLeaf>): Promise<Reply<typeof contract.proveLeaf>> {
  const head = await headOf(ctx, size);
  if (!head) throw noHead(size);
  if (n >= head.size) throw notFound();
  const [proven] = (await proofsOf(ctx, head, [n])) as [Proven];
  return { n, leafHash: base64(proven.leafHash), size: head.size, root: base64(head.root), proof: proven.proof.map(base64), note: head.note };
}

/** Proof that the tree of a later head begins with that of an earlier one. */
export async function proveGrowth(ctx: Ctx, { size1, size2 }: Input<typeof contract.proveGrowth>): Promise<Reply<typeof contract.proveGrowth>> {
  const [first, second] = [await headOf(ctx, size1), await headOf(ctx, size2)];
  if (!first) throw noHead(size1);
  if (!second || second.size < first.size) throw noHead(size2);
  const tileAt = await readTiles(ctx, consistencyTiles(first.size, second.size), second.size);
  return {
    size1: first.size, root1: base64(first.root), note1: first.note,
    size2: second.size, root2: base64(second.root), note2: second.note,
    proof: consistencyProof(first.size, second.size, tileAt).map(base64),
  };
}
