import type pg from 'pg';
import type { LeafEntry } from '#platform/kernel/ledger/leaf.ts';
import { batchDigest } from './intake/writer.ts';

const ROWS = `select key, raw, clear, seq from signals.signal where stream = $1 and seq >= $2 and seq < $3 order by seq`;

type Batch = { digest: string; n: number; seq: number; stream: number };

type Span = readonly [stream: number, low: number, high: number];
type Removal = { after: { kind: string; proof: readonly { went: readonly Span[] }[] } };

const spansOf = new WeakMap<pg.Pool, Promise<Span[]>>();

/** Which numbers of which streams retention let go of: what its entries of the ledger say, which are verified with the others. */
async function readSpans(pool: pg.Pool): Promise<Span[]> {
  const { rows } = await pool.query<{ body: string }>(`select body from ledger.entry where verb = 'retention.removed' and body like '%"kind":"signals.day"%'`);
  return rows.flatMap(({ body }) => (JSON.parse(body) as Removal).after.proof.flatMap(({ went }) => went));
}

/** How many of a batch retention let go of. Their bytes cannot be compared any more. */
async function letGo(pool: pg.Pool, { stream, seq, n }: Batch): Promise<number> {
  const spans = spansOf.get(pool) ?? readSpans(pool);
  spansOf.set(pool, spans);
  return (await spans).filter(([of]) => of === stream).reduce((sum, [, low, high]) => sum + Math.max(0, Math.min(high, seq + n - 1) - Math.max(low, seq) + 1), 0);
}

/** Looks whether the signals of a batch are still the bytes that its ledger entry vouches for, none more and none less. */
async function checkBatch(pool: pg.Pool, entry: LeafEntry): Promise<string | null> {
  const batch = entry.body as Batch;
  const { rows } = await pool.query<{ key: string; raw: Buffer; clear: Buffer | null }>(ROWS, [batch.stream, batch.seq, batch.seq + batch.n]);
  if (rows.length !== batch.n && rows.length + (await letGo(pool, batch)) === batch.n) return null;
  if (rows.length !== batch.n) return `The batch ${batch.stream}/${batch.seq} held ${batch.n} signals and now holds ${rows.length}.`;
  return `sha256:${batchDigest(rows)}` === batch.digest ? null : `The bytes of a signal in the batch ${batch.stream}/${batch.seq} are not those that were received. Its keys: ${rows.slice(0, 3).map((row) => row.key).join(', ')}${rows.length > 3 ? ' …' : ''}`;
}

/** What `verify --full` asks of this module, by verb. */
export const batchCheckers = { 'signals.received': checkBatch };
