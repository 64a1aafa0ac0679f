import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type { Decoded } from '#platform/wire/port.ts';
import type * as contract from './contract.ts';
import type { Signal, SignalDetail } from './contract.ts';
import { signalKey, TRUSTED_WITHIN_MS } from './intake/key.ts';
import { compiledFor } from './mappings/compiled.ts';
import { printable, type ReadEvent, readSignal } from './meaning.ts';
import { makeCursor, readCursor, spellings } from './sources.service.ts';
import type { Tables } from './tables.gen.ts';

const signals = store<Tables>('signals');
const LATE_MS = 5 * 60_000;
const WINDOWS_MS = [5 * 60_000, 3_600_000, 24 * 3_600_000, 7 * 24 * 3_600_000, 400 * 24 * 3_600_000];
/** Bytes of a signal that lists read: any message whole, of a mail what its words are in. */
const MOST_READ = 327_680;
/** Bytes of a signal that a list tells. */
const MOST_TOLD = 65_536;
const LOWEST = '0'.repeat(20);
const HIGHEST = 'f'.repeat(20);

export type SignalRow = { key: string; seq: number; sourceId: string; sourceName: string; protocol: string; account: string; siteId: string | null; number: number; occurredAt: string; receivedAt: string; hasTime: boolean; repeats: number; raw: Buffer; clear: Buffer | null; externalId: string | null; mappingId: string | null; isSimulated: boolean };

export const FROM = sql`signals.signal g join signals.source s on s.ref = g.source_ref`;
export const COLUMNS = sql`g.key, g.seq, s.id as source_id, s.name as source_name, s.protocol, s.account, g.site_id, g.number, g.occurred_at, g.received_at, g.has_time, g.repeats, case when s.protocol = 'mail' then substr(g.raw, 1, ${MOST_READ}) else g.raw end as raw, g.clear, g.external_id, s.mapping_id, s.is_simulated`;
/** One signal is shown with all its bytes. */
const WHOLE = sql`g.key, g.seq, s.id as source_id, s.name as source_name, s.protocol, s.account, g.site_id, g.number, g.occurred_at, g.received_at, g.has_time, g.repeats, g.raw, g.clear, g.external_id, s.mapping_id, s.is_simulated`;

type ReadRow = { row: SignalRow; decoded: Decoded; events: ReadEvent[] };

/** Each row with its meaning, by the mapping of its source that is in force now. */
export async function readRows(ctx: Ctx, rows: readonly SignalRow[]): Promise<ReadRow[]> {
  const mappingOf = await compiledFor(ctx, rows.map((row) => row.mappingId));
  return rows.map((row) => ({ row, ...readSignal(row.protocol, row.raw, row.clear, mappingOf(row.mappingId)) }));
}

const toSignal = ({ row, events }: ReadRow): Signal => {
  const first = events[0]?.meaning;
  return {
    id: row.key, source: row.sourceId, sourceName: row.sourceName, account: row.account, siteId: row.siteId, externalId: row.externalId, sequence: row.number,
    occurredAt: row.occurredAt, receivedAt: row.receivedAt, isLate: Math.abs(Date.parse(row.occurredAt) - Date.parse(row.receivedAt)) > LATE_MS, hasTime: row.hasTime,
    code: first?.code ?? null, type: first?.type ?? null, title: first?.title ?? 'Not understood', repeats: row.repeats, isSimulated: row.isSimulated, raw: printable(row.raw.subarray(0, MOST_TOLD)),
  };
};

type Span = { from: number; to: number; before: readonly [string, string] | null; limit: number };

/** One page of what lies in the span. Rows lie in partitions of their message's time, which is trusted within a day of when they were heard. */
const page = (span: Span, narrow: ReturnType<typeof sql>) => sql<SignalRow>`(select ${COLUMNS} from ${FROM}
  where g.received_at >= ${new Date(span.from).toISOString()}::timestamptz and g.received_at <= ${new Date(span.to).toISOString()}::timestamptz
  and g.key >= ${signalKey(span.from - TRUSTED_WITHIN_MS, LOWEST)}::uuid and g.key <= ${signalKey(span.to + TRUSTED_WITHIN_MS, HIGHEST)}::uuid
  ${span.before ? sql`and (g.received_at, g.seq) < (${span.before[0]}::timestamptz, ${span.before[1]}::bigint)` : sql``} ${narrow}
  order by g.received_at desc, g.seq desc limit ${span.limit})`;

/** Newest first. Without a source the span widens step by step, so that a full hour is not sorted for its last minute. */
export async function listSignals(ctx: Ctx, { source, account, siteId, externalId, from, to, after, limit }: Input<typeof contract.listSignals>): Promise<Reply<typeof contract.listSignals>> {
  const before = after ? (readCursor(after, 2) as [string, string]) : null;
  const end = Math.min(to ? Date.parse(to) : Infinity, before ? Date.parse(before[0]) + 1 : Infinity, ctx.now().getTime() + LATE_MS);
  const start = from ? Date.parse(from) : 0;
  const ofSite = siteId ? sql`and g.site_id = ${siteId}` : sql``;
  const ofSource = source ? sql`and g.source_ref = (select ref from signals.source where id = ${source})` : account ? sql`and g.source_ref = any (select ref from signals.source where account = any (${spellings(account)}))` : sql``;
  const ofName = externalId === undefined ? sql`` : sql`and g.external_id = ${externalId}`;
  const narrow = sql`${ofSource} ${ofSite} ${ofName}`;
  const windows = source || account || externalId !== undefined ? WINDOWS_MS.slice(-1) : WINDOWS_MS;
  let rows: SignalRow[] = [];
  for (const window of windows) {
    const span = { from: Math.max(start, end - window, 0), to: end, before, limit };
    rows = await signals.read(ctx).selectFrom(page(span, narrow).as<'p'>(sql`p`)).selectAll().execute() as SignalRow[];
    if (rows.length === limit || span.from === start) break;
  }
  const last = rows.at(-1);
  return { items: (await readRows(ctx, rows)).map(toSignal), next: rows.length === limit && last ? makeCursor([last.receivedAt, String(last.seq)]) : null };
}

export async function getSignal(ctx: Ctx, { id }: Input<typeof contract.getSignal>): Promise<SignalDetail> {
  const [found] = await signalsByKey(ctx, [id]);
  if (!found) throw notFound();
  return found;
}

/** Signals with bytes and meaning, in the order of the keys; those out of sight are left out. */
export async function signalsByKey(ctx: Ctx, keys: readonly string[]): Promise<SignalDetail[]> {
  if (keys.length === 0) return [];
  const rows = (await signals.read(ctx).selectFrom(sql<SignalRow>`(select ${keys.length === 1 ? WHOLE : COLUMNS} from ${FROM} where g.key = any (${keys}::uuid[]))`.as<'p'>(sql`p`)).selectAll().execute()) as SignalRow[];
  const byKey = new Map((await readRows(ctx, rows)).map((read) => [read.row.key, read]));
  return keys.flatMap((key) => {
    const read = byKey.get(key);
    return read ? [detailOf(read)] : [];
  });
}

const detailOf = (read: ReadRow): SignalDetail => ({
  ...toSignal(read), hex: read.row.raw.toString('hex'), token: read.decoded.token, events: read.events.map((event) => event.meaning), facts: read.decoded.facts, problem: read.decoded.problem,
});
