import { sql } from 'kysely';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

export { type ReadEvent, readSignal } from './meaning.ts';
export { signalsByKey } from './signals.service.ts';
export { makeCursor, readCursor } from './sources.service.ts';
export type { SignalDetail } from './contract.ts';
export { type EventType, eventTypes, typeOf } from './taxonomy.ts';

const signals = store<Tables>('signals');

/** How far each stream was read. */
export type Cursors = ReadonlyMap<number, number>;

/** A committed signal as the correlator takes it. */
export type Committed = { stream: number; seq: number; key: string; sourceId: string; sourceName: string; protocol: string; account: string; siteId: string | null; occurredAt: string; receivedAt: string; raw: Buffer; clear: Buffer | null };

const MOST_BATCHES = 500;
const ENOUGH_SIGNALS = 500;

/** The next batches of each stream after its cursor, in commit order, with their signals: whole batches, until there are enough; for who holds `signals:map`. */
export async function committedAfter(ctx: Ctx, cursors: Cursors): Promise<{ signals: Committed[]; cursors: Map<number, number> }> {
  const known = [...cursors];
  const after = sql`coalesce((select c.seq from unnest(${known.map(([stream]) => stream)}::int[], ${known.map(([, seq]) => seq)}::bigint[]) as c(stream, seq) where c.stream = t.stream), -1)`;
  const rows = (await signals.read(ctx, 'signals:map').selectFrom(sql<Committed & { batch: number }>`(
    with recursive t as (
      (select stream from signals.batch order by stream limit 1)
      union all select (select b.stream from signals.batch b where b.stream > t.stream order by b.stream limit 1) from t where t.stream is not null),
    next as (select b.stream, b.seq, b.n from t cross join lateral (
      select q.stream, q.seq, q.n, sum(q.n) over (order by q.seq) - q.n as before
      from (select b.stream, b.seq, b.n from signals.batch b where b.stream = t.stream and b.seq > ${after} order by b.seq limit ${MOST_BATCHES}) q) b where b.before < ${ENOUGH_SIGNALS}),
    stretch as materialized (select stream, min(seq) as first, max(seq + n) as until, max(seq) as batch from next group by stream)
    select r.batch, g.stream, g.seq, g.key, s.id as source_id, s.name as source_name, s.protocol, s.account, g.site_id, g.occurred_at, g.received_at, g.raw, g.clear
    from stretch r cross join lateral (
      select g.stream, g.seq, g.key, g.source_ref, g.site_id, g.occurred_at, g.received_at, substr(g.raw, 1, 327680) as raw, g.clear from signals.signal g where g.stream = r.stream and g.seq >= r.first and g.seq < r.until offset 0) g
    join signals.source s on s.ref = g.source_ref
    order by g.stream, g.seq)`.as<'p'>(sql`p`)).selectAll().execute()) as (Committed & { batch: number })[];
  return { signals: rows, cursors: new Map(rows.map((row) => [row.stream, row.batch])) };
}
