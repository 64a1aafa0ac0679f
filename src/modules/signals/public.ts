import { sql } from 'kysely';
import type { Compiled } from '#engines/mapping/compile.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import { signalKey } from './intake/key.ts';
import { compiledFor } from './mappings/compiled.ts';
import type { Tables } from './tables.gen.ts';

export { type ReadEvent, readSignal } from './meaning.ts';
export { signalsByKey } from './signals.service.ts';
export { lendSource, returnSource, sendSynthetic, type SyntheticSignal } from './simulator/lend.service.ts';
export { makeCursor, readCursor } from './sources.service.ts';
export type { SignalDetail } from './contract.ts';
export { correlations, type EventType, eventTypes, rationalisation, typeOf } from './taxonomy.ts';

const signals = store<Tables>('signals');
const LOWEST = '0'.repeat(20);

/** How far each stream was read. */
export type Cursors = ReadonlyMap<number, number>;

/** A committed signal as the correlator takes it. */
export type Committed = { stream: number; seq: number; key: string; sourceId: string; sourceName: string; protocol: string; account: string; siteId: string | null; occurredAt: string; receivedAt: string; raw: Buffer; clear: Buffer | null; /** The mapping of its source that is in force; null where its codes say all. */ mapping: Compiled | null; isSimulated: boolean };
/** One that stands in a batch of its stream, named by the batch's first number. */
export type InBatch = Committed & { batch: number };

type Row<T> = Omit<T, 'mapping'> & { mappingId: string | null };

const MOST_BATCHES = 500;
const ENOUGH_SIGNALS = 500;

/** The next batches of each stream after its cursor, in commit order, with their signals: whole batches, until there are enough; for who holds `signals:map`. */
export async function committedAfter(ctx: Ctx, cursors: Cursors): Promise<{ signals: InBatch[]; cursors: Map<number, number> }> {
  const known = [...cursors];
  const after = sql`coalesce((select c.seq from unnest(${known.map(([stream]) => stream)}::int[], ${known.map(([, seq]) => seq)}::bigint[]) as c(stream, seq) where c.stream = t.stream), -1)`;
  const rows = (await signals.read(ctx, 'signals:map').selectFrom(sql<Row<InBatch>>`(
    with recursive t as (
      (select stream from signals.batch order by stream limit 1)
      union all select (select b.stream from signals.batch b where b.stream > t.stream order by b.stream limit 1) from t where t.stream is not null),
    next as (select b.stream, b.seq, b.n from t cross join lateral (
      select q.stream, q.seq, q.n, sum(q.n) over (order by q.seq) - q.n as before
      from (select b.stream, b.seq, b.n from signals.batch b where b.stream = t.stream and b.seq > ${after} order by b.seq limit ${MOST_BATCHES}) q) b where b.before < ${ENOUGH_SIGNALS}),
    stretch as materialized (select stream, min(seq) as first, max(seq + n) as until, max(seq) as batch from next group by stream)
    select r.batch, g.stream, g.seq, g.key, s.id as source_id, s.name as source_name, s.protocol, s.account, s.mapping_id, s.is_simulated, g.site_id, g.occurred_at, g.received_at, g.raw, g.clear
    from stretch r cross join lateral (
      select g.stream, g.seq, g.key, g.source_ref, g.site_id, g.occurred_at, g.received_at, substr(g.raw, 1, 327680) as raw, g.clear from signals.signal g where g.stream = r.stream and g.seq >= r.first and g.seq < r.until offset 0) g
    join signals.source s on s.ref = g.source_ref
    order by g.stream, g.seq)`.as<'p'>(sql`p`)).selectAll().execute()) as Row<InBatch>[];
  const even = sideBySide(await withMappings(ctx, rows, 'signals:map'));
  return { signals: even, cursors: new Map(even.map((row) => [row.stream, row.batch])) };
}

/** Where one stream has more than is read at once, the others wait for it with what was heard later: rules over several signals see them in the order in which they were heard. */
function sideBySide(rows: InBatch[]): InBatch[] {
  const streams = [...Map.groupBy(rows, ({ stream }) => stream).values()];
  const bound = Math.min(...streams.filter((ofStream) => ofStream.length >= ENOUGH_SIGNALS).map((ofStream) => Date.parse(ofStream.at(-1)?.receivedAt ?? '')));
  if (streams.length < 2 || bound === Infinity) return rows;
  return streams.flatMap((ofStream) => {
    const late = ofStream.find(({ receivedAt }) => Date.parse(receivedAt) > bound);
    return late && late.batch !== ofStream[0]?.batch ? ofStream.filter(({ batch }) => batch < late.batch) : ofStream;
  });
}

/** Each with the mapping of its source that is in force. */
async function withMappings<T extends Committed>(ctx: Ctx, rows: readonly Row<T>[], permission: string): Promise<T[]> {
  const mappingOf = await compiledFor(ctx, rows.map((row) => row.mappingId), permission);
  return rows.map((row) => ({ ...row, mapping: mappingOf(row.mappingId) }) as unknown as T);
}

const A_DAY_MS = 86_400_000;

/** Stored signals that were heard from one time until before another, in the order in which they were heard, as far as the reader may see them, of `sourceIds` only where they are given; `after` is the last of the page before. */
export async function heardBetween(ctx: Ctx, { from, until, after, limit, sourceIds }: { from: number; until: number; after: { receivedAt: string; seq: number } | null; limit: number; sourceIds?: readonly string[] }): Promise<Committed[]> {
  const [start, end] = [new Date(from).toISOString(), new Date(until).toISOString()];
  const rows = (await signals.read(ctx, 'signals:read').selectFrom(sql<Row<Committed>>`(
    select g.stream, g.seq, g.key, s.id as source_id, s.name as source_name, s.protocol, s.account, s.mapping_id, s.is_simulated, g.site_id, g.occurred_at, g.received_at, g.raw, g.clear
    from signals.signal g join signals.source s on s.ref = g.source_ref
    where g.received_at >= ${start}::timestamptz and g.received_at < ${end}::timestamptz and g.key >= ${signalKey(from - A_DAY_MS, LOWEST)}::uuid and g.key < ${signalKey(until + A_DAY_MS, LOWEST)}::uuid
    ${sourceIds ? sql`and g.source_ref in (select x.ref from signals.source x where x.id = any (${sourceIds}::uuid[]))` : sql``}
    ${after ? sql`and (g.received_at, g.seq) > (${after.receivedAt}::timestamptz, ${after.seq}::bigint)` : sql``}
    order by g.received_at, g.seq limit ${limit})`.as<'p'>(sql`p`)).selectAll().execute()) as Row<Committed>[];
  return withMappings(ctx, rows, 'signals:read');
}

/** A source with its site; null where it is not there or not for this reader. Joins an open transaction. */
export async function sourceCard(ctx: Ctx, id: string): Promise<{ id: string; name: string; siteId: string | null } | null> {
  return (await signals.read(ctx, '').selectFrom('signals.source').select(['id', 'name', 'siteId']).where('id', '=', id).executeTakeFirst()) ?? null;
}
