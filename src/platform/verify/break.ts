import type pg from 'pg';
import type { LeafEntry } from '#platform/kernel/ledger/leaf.ts';

/** A head that held, as people quote it. `root` is base64. */
export type GoodHead = { size: number; root: string; at: string };

/**
 * What is wrong, in one word for programs: an entry altered, removed, inserted or out of place; a leaf, tile, head or the
 * cursor altered; the heads file unlike the database (rolled back, altered); all of it written and
 * signed anew, which a witness shows; a text that may be erased altered; a batch whose rows changed.
 */
export type BreakReason = 'entry' | 'entry-removed' | 'entry-inserted' | 'leaf' | 'tile' | 'head' | 'heads-file' | 'rolled-back' | 'rewritten' | 'cursor' | 'text' | 'batch';

/** The first place where the ledger does not hold. `at` is the entry's time, or of the head that sealed it; null where not even that is left. */
export type Break = { ok: false; reason: BreakReason; detail: string; leaf: number | null; recordId: string | null; verb: string | null; at: string | null; lastGoodHead: GoodHead | null };

/** Thrown while looking; `verifyLedger` turns it into a Break. */
export class Broken extends Error {
  readonly reason: BreakReason;
  readonly leaf: number | null;
  readonly entry: Partial<LeafEntry>;
  /** The last head that holds, where it is another than the newest that was recomputed. */
  readonly lastGood: GoodHead | null | undefined;

  constructor(reason: BreakReason, detail: string, leaf: number | null = null, entry: Partial<LeafEntry> = {}, lastGood?: GoodHead | null) {
    super(detail);
    this.lastGood = lastGood;
    this.reason = reason;
    this.leaf = leaf;
    this.entry = entry;
  }
}

type Known = { entryId: string | null; recordId: string | null; verb: string | null; at: string | null; sealedAt: string | null };

const KNOWN = `select e.id as "entryId", coalesce(e.record_id, l.record_id) as "recordId", e.verb,
  to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
  (select to_char(h.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from ledger.head h where h.size > $1::bigint order by h.size limit 1) as "sealedAt"
  from (select $1::bigint as n) wanted left join ledger.leaf l using (n) left join ledger.entry e on e.xid = l.xid and e.id = l.entry_id`;

/** Names what a broken leaf was about, from what is left of it. */
export async function describe(client: pg.ClientBase, broken: Broken, lastGoodHead: GoodHead | null): Promise<Break> {
  const { reason, leaf, entry, message } = broken;
  const known = leaf === null ? null : (await client.query<Known>(KNOWN, [leaf])).rows[0];
  return {
    ok: false,
    reason,
    detail: message,
    leaf,
    recordId: entry.record ?? known?.recordId ?? null,
    verb: entry.verb ?? known?.verb ?? null,
    at: entry.at ?? known?.at ?? known?.sealedAt ?? null,
    lastGoodHead,
  };
}

const PLACE = 'select e.id as "entryId" from ledger.leaf l left join ledger.entry e on e.xid = l.xid and e.id = l.entry_id where l.n = $1';

/** Why the entry of leaf `n` was not where it belongs. */
export async function missingLeaf(client: pg.ClientBase, n: number): Promise<Broken> {
  const { rows } = await client.query<{ entryId: string | null }>(PLACE, [n]);
  if (!rows[0]) return new Broken('leaf', `Leaf ${n} was removed.`, n);
  if (rows[0].entryId === null) return new Broken('entry-removed', `The entry of leaf ${n} was removed, or its place altered.`, n);
  return new Broken('leaf', `Leaf ${n} stands for another entry than it did: leaves were swapped or moved.`, n);
}
