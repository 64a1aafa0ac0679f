import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Cutoff, FrozenFigure, Goals, Metric } from './contract.ts';
import { amongOf, type Definition, definitionOf } from './definitions.ts';
import { type Figure, hidden, suppressed } from './figure-rules.ts';
import { metrics } from './figure-store.ts';
import { tellingFor } from './hidden-places.ts';
import { figureFor } from './reading.ts';
import { isOpenIn, type Period, type Readable, readableIn, type Scope, scopeOf, sumsOf } from './sums.ts';
import { tellableQuarter } from './telling.ts';

const READ = 'metrics:read';
const MOST_MONTHS = 12;
const COLUMNS = ['id', 'kind', 'startsAt', 'endsAt', 'frozenAt', 'size', 'digest'] as const;

type CutoffRow = Omit<Cutoff, 'digest'> & { digest: Buffer };
const cutoffOf = ({ digest, ...row }: CutoffRow): Cutoff => ({ ...row, digest: digest.toString('hex') });
const periodOf = ({ startsAt, endsAt }: Cutoff): Period => ({ from: new Date(startsAt), to: new Date(endsAt) });

/** Months and quarters that were frozen, the newest first. */
export async function listCutoffs(ctx: Ctx): Promise<Reply<typeof contract.listCutoffs>> {
  const rows = await metrics.read(ctx, READ).selectFrom('metrics.cutoff').select(COLUMNS).orderBy('endsAt', 'desc').orderBy('kind').limit(200).execute();
  return { items: rows.map(cutoffOf) };
}

async function cutoffById(ctx: Ctx, id: string): Promise<Cutoff> {
  const row = await metrics.read(ctx, READ).selectFrom('metrics.cutoff').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return cutoffOf(row);
}

type Stored = { cutoffId: string; key: string; definition: Metric; figure: Omit<Figure, 'isFew'>; goals: Goals; records: number; digest: Buffer; kind: Cutoff['kind']; startsAt: string };

const storedAt = (ctx: Ctx, scope: Scope) =>
  metrics.read(ctx, READ).selectFrom('metrics.frozenFigure as f').innerJoin('metrics.cutoff as c', 'c.id', 'f.cutoffId')
    .select(['f.cutoffId', 'f.key', 'f.definition', 'f.figure', 'f.goals', 'f.records', 'f.digest', 'c.kind', 'c.startsAt']).where(sql<boolean>`f.site_id is not distinct from ${scope}::uuid`).$castTo<Stored>();

const figureIn = ({ figure }: Stored): Figure => ({ ...figure, isFew: false });

/** The frozen months of a figure at a scope, by year and month. */
export async function frozenMonths(ctx: Ctx, key: string, scope: Scope): Promise<Map<string, Figure>> {
  const rows = await storedAt(ctx, scope).where('f.key', '=', key).where('c.kind', '=', 'month').execute();
  return new Map(rows.map((row) => [new Date(row.startsAt).toISOString().slice(0, 7), figureIn(row)]));
}

/** `forOthers`: as it is told to who reads none of the records. */
type Seen = { scope: Scope; cutoff: Cutoff; forOthers?: boolean };

/** What of frozen figures a reader is told: all of them where they read the records, else what says nothing of a person, also beside other figures. */
async function told(ctx: Ctx, { scope, cutoff, forOthers = false }: Seen, rows: readonly Stored[]): Promise<FrozenFigure[]> {
  const definitions = rows.map(({ key }) => definitionOf(key));
  const readable = forOthers ? new Map<string, Readable>() : await readableIn(ctx, scope, [...new Set(definitions.flatMap((one) => (one ? [one.reads] : [])))]);
  const months = cutoff.kind === 'quarter' ? await storedAt(ctx, scope).where('c.kind', '=', 'month').where('c.startsAt', '>=', cutoff.startsAt).where('c.startsAt', '<', cutoff.endsAt).execute() : [];
  const telling = await tellingFor(ctx, scope, definitions.filter((one) => one !== null && !isOpenIn(one, scope, readable.get(one.reads))) as Definition[], { period: periodOf(cutoff), cutoffId: cutoff.id, forOthers });
  return rows.map((row, i) => {
    const definition = definitions[i] ?? null;
    const isOpen = definition !== null && isOpenIn(definition, scope, readable.get(definition.reads));
    const whole = figureIn(row);
    const isTold = isOpen || (definition !== null && telling(definition) && (cutoff.kind === 'month' || tellableQuarter(whole, months.filter(({ key }) => key === row.key).map(figureIn))));
    const figure = isOpen ? whole : isTold ? suppressed(whole) : hidden();
    return { metric: row.definition, figure, goals: figure.isFew ? without(row.goals) : row.goals, records: figure.isFew ? null : row.records, digest: figure.isFew ? null : row.digest.toString('hex'), isOpen };
  });
}

/** Whether it was kept would say something of what is hidden. */
const without = (goals: Goals): Goals => ({ value: goals.value && { ...goals.value, keeps: null }, p90: goals.p90 && { ...goals.p90, keeps: null }, p985: goals.p985 && { ...goals.p985, keeps: null } });

/** Every figure of a cut-off as it stood. */
export async function readCutoff(ctx: Ctx, { id, siteId }: Input<typeof contract.readCutoff>): Promise<Reply<typeof contract.readCutoff>> {
  const cutoff = await cutoffById(ctx, id);
  const scope = await scopeOf(ctx, siteId);
  const rows = await storedAt(ctx, scope).where('f.cutoffId', '=', id).orderBy('f.id').execute();
  return { ...cutoff, items: await told(ctx, { scope, cutoff }, rows) };
}

const unknown = (): Problem => new Problem('refused', 'metrics.unknown', 'There is no such figure in this cut-off.', { errors: [{ pointer: '/key', detail: 'Use a key of its figures.' }] });

/** One frozen figure, and for who reads its records what it would be today, with how many of them changed. */
export async function readFrozen(ctx: Ctx, { id, key, siteId }: Input<typeof contract.readFrozen>): Promise<Reply<typeof contract.readFrozen>> {
  const cutoff = await cutoffById(ctx, id);
  const scope = await scopeOf(ctx, siteId);
  const row = await storedAt(ctx, scope).where('f.cutoffId', '=', id).where('f.key', '=', key).executeTakeFirst();
  if (!row) throw unknown();
  const [one] = await told(ctx, { scope, cutoff }, [row]);
  if (!one) throw unknown();
  const definition = definitionOf(key);
  return { ...one, cutoff, today: one.isOpen && definition !== null ? await todayOf(ctx, definition, { scope, cutoff }) : null };
}

/**
 * Figures of a cut-off for a paper that goes to people who may read none of the records: as these are told them, with the frozen months up to it. Null
 * where there is no such cut-off. At one site no months are told.
 */
export async function figuresForOthers(ctx: Ctx, { cutoffId, siteId, keys }: { cutoffId: string; siteId: string | null; keys: readonly string[] }) {
  const row = await metrics.read(ctx, READ).selectFrom('metrics.cutoff').select(COLUMNS).where('id', '=', cutoffId).executeTakeFirst();
  if (!row) return null;
  const cutoff = cutoffOf(row);
  const scope = await scopeOf(ctx, siteId ?? undefined);
  const rows = await storedAt(ctx, scope).where('f.cutoffId', '=', cutoffId).where(sql<boolean>`f.key = any (${[...keys]}::text[])`).execute();
  const figures = await told(ctx, { scope, cutoff, forOthers: true }, rows);
  const past = scope === null ? await storedAt(ctx, scope).where('c.kind', '=', 'month').where('c.startsAt', '<', cutoff.endsAt).where(sql<boolean>`f.key = any (${[...keys]}::text[])`).orderBy('c.startsAt', 'desc').execute() : [];
  const withMonths = figures.map(({ isOpen: _isOpen, ...one }) => ({ ...one, months: past.filter(({ key }) => key === one.metric.key).slice(0, MOST_MONTHS).toReversed().map((row) => ({ month: new Date(row.startsAt).toISOString().slice(0, 7), figure: suppressed(figureIn(row)) })) }));
  return { cutoff, figures: keys.flatMap((key) => withMonths.find((one) => one.metric.key === key) ?? []) };
}

async function todayOf(ctx: Ctx, definition: Definition, { scope, cutoff }: Seen) {
  const period = periodOf(cutoff);
  const [[sums], rows] = await Promise.all([
    sumsOf(ctx, scope, [{ definition, period, by: 'none' }]),
    metrics.read(ctx, READ).selectFrom(sql<{ changed: number; gone: number; added: number }>`(select changed::int, gone::int, added::int from metrics.changed_since(${cutoff.id}::uuid, ${definition.fact}, ${scope}::uuid, ${amongOf(definition)}::text[]))`.as<'c'>(sql`c`)).selectAll().execute(),
  ]);
  return { figure: figureFor(definition, sums?.get('') ?? [], period), ...(rows[0] ?? { changed: 0, gone: 0, added: 0 }) };
}

type Line = { id: string; kind: string; number: string | null; title: string; at: string; siteId: string | null; bin: string; bins: number };

/** The records that stood in a frozen figure, of those that the reader may see today. */
export async function listFrozenRecords(ctx: Ctx, { id, key, siteId, after, limit }: Input<typeof contract.listFrozenRecords>): Promise<Reply<typeof contract.listFrozenRecords>> {
  await cutoffById(ctx, id);
  const scope = await scopeOf(ctx, siteId);
  const definition = definitionOf(key);
  if (definition === null) throw unknown();
  const place = after === undefined ? null : readCursor(after);
  const of = sql`(select f.record_id, min(f.bin) as bin, count(distinct f.bin)::int as bins from metrics.frozen_records(${id}::uuid, ${definition.fact}, ${scope}::uuid, ${amongOf(definition)}::text[]) f group by 1)`;
  const [lines, [count]] = await metrics.readAll(ctx, READ, (db) => [
    db.selectFrom(sql<Line>`(select r.id, r.kind, r.number, r.title, r.at, r.site_id, f.bin, f.bins from ${of} f join platform.record r on r.id = f.record_id
      where ${place === null ? sql`true` : sql`(r.at, r.id) < (${place.at}::timestamptz, ${place.id}::uuid)`} order by r.at desc, r.id desc limit ${limit})`.as<'l'>(sql`l`)).selectAll(),
    db.selectFrom(sql<{ seen: number }>`(select count(*)::int as seen from ${of} f join platform.record r on r.id = f.record_id)`.as<'c'>(sql`c`)).selectAll(),
  ]);
  const last = lines.at(-1);
  return { items: lines.map(({ bin, bins, ...line }) => ({ ...line, ...countedAs(definition, bin, bins) })), next: last && lines.length === limit ? cursorAfter(last.at, last.id) : null, total: count?.seen ?? 0 };
}

/** How a record was counted: its seconds, or whether it met what is counted; neither where it stood there in several ways. */
function countedAs({ measure }: Definition, bin: string, bins: number): { seconds: number | null; isMet: boolean | null } {
  const seconds = /^\d+$/.test(bin) && (measure.as === 'median' || (measure.as === 'share' && measure.atMost !== undefined)) ? Number(bin) : null;
  if (bins > 1) return { seconds: null, isMet: null };
  if (measure.as === 'share') return { seconds, isMet: measure.atMost === undefined ? measure.met?.includes(bin) === true : seconds !== null && seconds <= measure.atMost };
  return { seconds, isMet: measure.as === 'count' ? measure.met.includes(bin) : null };
}
