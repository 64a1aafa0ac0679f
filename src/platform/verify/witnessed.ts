import type pg from 'pg';
import type { PublicKey } from '#platform/kernel/ledger/keys.ts';
import { faultOf, type KeptHead } from '#platform/witness/head-line.ts';
import { keptHeads } from '#platform/witness/kept.ts';
import { Broken } from './break.ts';

const AT_ONCE = 2000;
const ROOTS = 'select size, root from ledger.head where size = any ($1::bigint[])';

/** What comparing with kept heads found: how many agree, the newest of those, the first that does not, and one that no key of the ledger signed. */
type Compared = { agreed: number; last: KeptHead | null; first: KeptHead | null; damaged: { head: KeptHead; fault: string } | null };

/**
 * Compares what witnesses kept with the heads of the database, whose roots were recomputed: a signed head that the
 * database does not have, or has with another root, was rolled back or rewritten by somebody who holds the key too.
 * Answers how many agree. Throws Broken; a kept head that is not signed by this ledger accuses nobody but its list.
 */
export async function compareWitnessed(client: pg.ClientBase, files: readonly string[], publicKeys: readonly PublicKey[], size: number): Promise<number> {
  const all: Compared = { agreed: 0, last: null, first: null, damaged: null };
  for (const file of files) {
    let some: KeptHead[] = [];
    let isEmpty = true;
    for await (const kept of keptHeads(file)) {
      isEmpty = false;
      some.push(kept);
      if (some.length < AT_ONCE) continue;
      await compare(client, some, publicKeys, all);
      some = [];
    }
    await compare(client, some, publicKeys, all);
    if (isEmpty) throw new Broken('heads-file', `No head of a ledger stands in ${file}.`);
  }
  const { first, last, damaged, agreed } = all;
  if (first) throw disagreement(first, last, size);
  if (damaged) throw new Broken('heads-file', `${damaged.head.where} has a head of ${damaged.head.size} leaves that does not hold: ${damaged.fault}. It says nothing against the ledger.`, null, { at: damaged.head.at });
  return agreed;
}

async function compare(client: pg.ClientBase, some: readonly KeptHead[], publicKeys: readonly PublicKey[], all: Compared): Promise<void> {
  if (some.length === 0) return;
  const { rows } = await client.query<{ size: string; root: Buffer }>(ROOTS, [some.map(({ size }) => size)]);
  const roots = new Map(rows.map(({ size, root }) => [Number(size), root]));
  for (const kept of some) {
    if (roots.get(kept.size)?.equals(kept.root)) {
      all.agreed++;
      if (all.last === null || kept.size > all.last.size) all.last = kept;
    } else if (all.first === null || kept.size < all.first.size) {
      const fault = faultOf(kept, publicKeys);
      if (fault === null) all.first = kept;
      else all.damaged ??= { head: kept, fault };
    }
  }
}

function disagreement(first: KeptHead, last: KeptHead | null, size: number): Broken {
  const kept = last !== null && last.size < first.size ? last : null;
  const good = kept && { size: kept.size, root: kept.root.toString('base64'), at: kept.at };
  if (first.size > size) return new Broken('rolled-back', `${first.where} holds a signed head of ${first.size} leaves; the database ends at ${size}. It was rolled back.`, size, { at: first.at }, good);
  const since = kept?.size ?? 0;
  const words = `${first.where} holds a signed head of ${first.size} leaves with the root ${first.root.toString('base64')}, which the database does not have. Among leaves ${since} to ${first.size - 1} something was altered, removed, inserted or moved, and all was hashed and signed anew.`;
  return new Broken('rewritten', words, since, {}, good);
}
