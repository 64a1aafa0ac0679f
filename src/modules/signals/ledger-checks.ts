import type pg from 'pg';
import type { LeafEntry } from '#platform/kernel/ledger/leaf.ts';
import { batchDigest } from './intake/writer.ts';

const ROWS = `select key, raw, seq from signals.signal where stream = $1 and seq >= $2 and seq < $3 order by seq`;

type Batch = { digest: string; n: number; seq: number; stream: number };

/** Looks whether the signals of a batch are still the bytes that its ledger entry vouches for, none more and none less. */
async function checkBatch(pool: pg.Pool, entry: LeafEntry): Promise<string | null> {
  const batch = entry.body as Batch;
  const { rows } = await pool.query<{ key: string; raw: Buffer }>(ROWS, [batch.stream, batch.seq, batch.seq + batch.n]);
  if (rows.length !== batch.n) return `The batch ${batch.stream}/${batch.seq} held ${batch.n} signals and now holds ${rows.length}.`;
  return `sha256:${batchDigest(rows)}` === batch.digest ? null : `The bytes of a signal in the batch ${batch.stream}/${batch.seq} are not those that were received. Its keys: ${rows.slice(0, 3).map((row) => row.key).join(', ')}${rows.length > 3 ? ' …' : ''}`;
}

/** What `verify --full` asks of this module, by verb. */
export const batchCheckers = { 'signals.received': checkBatch };
