import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import type { Content, Vault } from './vault.ts';
import { Damage } from './vault.ts';

/** A file that does not hold: which, of what record, when it was attached, and what is wrong. */
export type BrokenFile = { id: string; recordId: string; addedAt: string; blob: string | null; place: string; detail: string };

type Row = { id: string; record_id: string; added_at: Date; sha256: Buffer; size: string; blob: string | null; data_key: Buffer | null; attested: string | null; is_sealed: boolean };

/** A page of files by id, each with the hash that the ledger says was attached. */
const PAGE = `select f.id, f.record_id, f.added_at, f.sha256, f.size, f.blob, f.data_key,
    (select e.body::jsonb -> 'after' ->> 'sha256' from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id
     where l.record_id = f.record_id and e.verb = 'files.attached' and e.body::jsonb -> 'after' ->> 'id' = f.id::text limit 1) as attested,
    coalesce(f.added_at < (select max(h.at) from ledger.head h) - interval '1 minute', false) as is_sealed
  from files.file f where f.id > $1::uuid order by f.id limit 100`;

/** How to go on: until told to stop, and with a rest after each chunk where others need the disk more. */
export type Pace = { signal?: AbortSignal; restMs?: number };

async function faultOf(vault: Vault, { signal, restMs = 0 }: Pace, { sha256, size, blob, data_key: dataKey, attested, is_sealed: isSealed }: Row): Promise<{ place: string; detail: string } | null> {
  if (attested !== null && attested !== sha256.toString('hex')) return { place: 'the database', detail: 'its row names another SHA-256 than the ledger' };
  if (attested === null && isSealed) return { place: 'the database', detail: 'the ledger knows of no such file on this record' };
  if (blob === null || dataKey === null) return null;
  const content: Content = { blob, size: Number(size), dataKey };
  try {
    for await (const _ of vault.read(content, sha256)) {
      signal?.throwIfAborted();
      if (restMs > 0) await setTimeout(restMs);
    }
    return null;
  } catch (error) {
    if (error instanceof Damage) return { place: error.place, detail: error.message };
    throw error;
  }
}

type Heard = { found: (broken: BrokenFile) => Promise<void> | void; whole?: (blob: string) => Promise<void> | void };

/** Reads every stored file again, whole: its encryption, its SHA-256, and what the ledger says of it. Calls `found` at each that does not hold, `whole` at each that does. */
export async function checkFiles(pool: Pick<pg.Pool, 'query'>, vault: Vault, { found, whole }: Heard, pace: Pace = {}): Promise<{ files: number; bytes: number }> {
  let [files, bytes, after] = [0, 0, '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const { rows } = await pool.query<Row>(PAGE, [after]);
    for (const row of rows) {
      const fault = await faultOf(vault, pace, row);
      if (fault) await found({ id: row.id, recordId: row.record_id, addedAt: row.added_at.toISOString(), blob: row.blob, ...fault });
      else if (row.blob) await whole?.(row.blob);
      files += 1;
      bytes += Number(row.size);
    }
    const last = rows.at(-1);
    if (!last) return { files, bytes };
    after = last.id;
  }
}
