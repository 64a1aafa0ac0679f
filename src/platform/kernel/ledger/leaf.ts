/**
 * What a leaf hashes: canonical JSON (sorted keys, no white space) of one row of ledger.entry, as an SQL expression over
 * the alias `e`. Built of nothing but PostgreSQL's own functions and of nothing that a session can set; the time always
 * has six decimals and Z. `body` stands in it exactly as stored.
 */
export const LEAF_TEXT = `'{"actor":"' || e.actor || '","at":"' || to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","body":' || e.body || ',"id":"' || e.id
  || '","record":' || coalesce('"' || e.record_id || '"', 'null') || ',"site":' || coalesce('"' || e.site_id || '"', 'null')
  || ',"verb":"' || e.verb || '","wall":' || coalesce('"' || e.wall_id || '"', 'null') || '}'`;

/** One entry as its leaf says it. */
export type LeafEntry = { actor: string; at: string; body: unknown; id: string; record: string | null; site: string | null; verb: string; wall: string | null };
