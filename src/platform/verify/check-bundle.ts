import { leafHash } from '#engines/merkle/hash.ts';
import { isIncluded } from '#engines/merkle/verify.ts';
import { isErasableText } from '#platform/kernel/ledger/body.ts';
import { type Head, openHead } from '#platform/kernel/ledger/head.ts';
import type { LeafEntry } from '#platform/kernel/ledger/leaf.ts';
import type { PublicKey } from '#platform/kernel/ledger/keys.ts';
import { Bundle } from '#platform/ledger/contract.ts';
import { faultOf, type KeptHead } from '#platform/witness/head-line.ts';

/** What a bundle proves: each entry under the head, or why not, with the leaf where there is one. */
export type BundleAnswer = { ok: true; head: Head; entries: (LeafEntry & { n: number })[] } | { ok: false; reason: string; leaf: number | null };

const no = (reason: string, leaf: number | null = null): BundleAnswer => ({ ok: false, reason, leaf });

/** Checks a bundle by keys that were kept, and against heads that were; needs nothing else. */
export function checkBundle(json: unknown, publicKeys: readonly PublicKey[], kept: readonly KeptHead[] = []): BundleAnswer {
  const parsed = Bundle.safeParse(json);
  if (!parsed.success || parsed.data.leaves.length === 0) return no('It is not written as a bundle is.');
  const { head: note, leaves } = parsed.data;
  const opened = openHead(note, publicKeys);
  if (!opened.ok) return no(`Its head does not hold: ${opened.reason}.`);
  const { head } = opened;
  const other = kept.find((one) => one.size === head.size && !one.root.equals(head.root) && faultOf(one, publicKeys) === null);
  if (other) return no(`${other.where} holds another head of ${other.size} leaves, with the root ${other.root.toString('base64')}: the ledger was rewritten.`);
  const entries: (LeafEntry & { n: number })[] = [];
  for (const { n, entry, proof, texts } of leaves) {
    const claim = { leafHash: leafHash(Buffer.from(entry)), index: n, size: head.size, root: head.root, proof: proof.map((one) => Buffer.from(one, 'base64')) };
    if (!isIncluded(claim)) return no(`The entry of leaf ${n} does not stand in the tree of the signed head.`, n);
    const said = JSON.parse(entry) as LeafEntry;
    if (!texts.every((text) => isTextOf(said, text))) return no(`A text of leaf ${n} is not the one that its entry speaks of.`, n);
    entries.push({ ...said, n });
  }
  return { ok: true, head, entries };
}

/** True where a text that may be erased is the one that the entry speaks of. */
export function isTextOf({ body }: LeafEntry, { field, salt, text }: { field: string; salt: string; text: string }): boolean {
  const dot = field.indexOf('.');
  const value = (body as Record<string, Record<string, { text?: unknown } | null> | undefined>)[field.slice(0, dot)]?.[field.slice(dot + 1)];
  return typeof value?.text === 'string' && isErasableText({ text: value.text as `sha256:${string}` }, { salt, text });
}
