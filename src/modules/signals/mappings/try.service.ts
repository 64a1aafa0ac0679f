import { sql } from 'kysely';
import { type Compiled, compileMapping } from '#engines/mapping/compile.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { printable, readSignal } from '../meaning.ts';
import { COLUMNS, FROM, type SignalRow } from '../signals.service.ts';
import { shippedFor } from '../shipped-meaning.ts';
import type { Tables } from '../tables.gen.ts';
import { NOT_UNDERSTOOD } from '../taxonomy.ts';
import { compiledFor, TYPES } from './compiled.ts';
import type * as contract from '../mapping-contract.ts';
import type { Tried } from '../mapping-contract.ts';
import { readingOf } from './mapped.ts';

const signals = store<Tables>('signals');
const MOST_EVENTS = 5;
const MOST_RAW = 4000;

/** What the last signals of a source are now and would be by a draft. */
export async function tryMapping(ctx: Ctx, { id, mapping, limit }: Input<typeof contract.tryMapping>): Promise<Reply<typeof contract.tryMapping>> {
  const [[source], rows] = await signals.readAll(ctx, 'signals:sources', (db) => [
    db.selectFrom('signals.source').select(['mappingId', 'protocol']).where('id', '=', id).where('state', '=', 'active'),
    db.selectFrom(sql<SignalRow>`(select ${COLUMNS} from ${FROM} where g.source_ref = (select ref from signals.source where id = ${id}) order by g.received_at desc, g.seq desc limit ${limit})`.as<'p'>(sql`p`)).selectAll(),
  ]);
  if (!source) throw notFound();
  const made = compileMapping(mapping, TYPES);
  if (!made.ok) return { items: [], different: 0, faults: made.faults };
  const now = (await compiledFor(ctx, [source.mappingId]))(source.mappingId) ?? shippedFor(source.protocol);
  const items = (rows as SignalRow[]).map((row) => tried(row, now, made.compiled));
  return { items, different: items.filter(({ isDifferent }) => isDifferent).length, faults: [] };
}

function tried(row: SignalRow, now: Compiled | null, draft: Compiled): Tried {
  const [before, after] = [readBy(row, now), readBy(row, draft)];
  const isDifferent = marksOf(before.read) !== marksOf(after.read);
  return { id: row.key, receivedAt: row.receivedAt, raw: printable(row.raw).slice(0, MOST_RAW), now: before.read, draft: after.read, isDifferent, faults: after.faults.slice(0, 20) };
}

function readBy({ protocol, raw, clear }: SignalRow, mapping: Compiled | null): { read: Tried['now']; faults: Tried['faults'] } {
  const subject = PROTOCOLS.get(protocol)?.decode(raw, clear).subject;
  const { events, reading } = subject ? readingOf(subject, mapping) : { events: readSignal(protocol, raw, clear).events, reading: null };
  const said = events.slice(0, MOST_EVENTS).map(({ meaning }, i) => ({ type: meaning.type, title: meaning.title, effect: meaning.effect, point: meaning.point, text: meaning.text, row: reading?.events[i]?.row ?? null }));
  const occurredAt = reading?.occurredAt ?? null;
  return { read: { events: said, count: events.length, externalId: reading?.externalId ?? null, occurredAt: occurredAt === null ? null : new Date(occurredAt).toISOString(), problem: reading?.problem ?? null }, faults: reading?.faults ?? [] };
}

/** What counts as a difference: not which line it came by, nor why it is not understood. */
const marksOf = ({ events, count, externalId, occurredAt, problem }: Tried['now']): string =>
  JSON.stringify([events.map(({ type, effect, point, text }) => [type, effect, point, type === NOT_UNDERSTOOD ? null : text]), count, externalId, occurredAt, problem]);
