import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Ctx } from '#platform/kernel/store.ts';
import { amongOf, DEFINITIONS, type Definition } from './definitions.ts';
import type { Bin } from './figure-rules.ts';
import { metrics } from './figure-store.ts';
import { duePeriods, type Kind, KINDS, type Period } from './periods.ts';
import { catalogueOf, figureFor, metricOf } from './reading.ts';
import { frozenSumsOf, type Scope, targetsFor } from './sums.ts';
import { goalsOf, type InForce } from './target-rules.ts';

const FREEZE = 'metrics:freeze';

type Place = { id: string; below: string[] };

const mergedBins = (groups: ReadonlyMap<string, Bin[]>, sites: readonly string[] | null): Bin[] => {
  const sums = new Map<string, number>();
  for (const [site, bins] of groups) if (sites === null || sites.includes(site)) for (const { bin, n } of bins) sums.set(bin, (sums.get(bin) ?? 0) + n);
  return [...sums].map(([bin, n]) => ({ bin, n }));
};

type Row = { id: string; key: string; version: number; siteId: Scope; definition: object; figure: object; goals: object; records: number; fact: string; among: string[] | null };

/** The figure of a definition over the organisation, and over each site that has anything of it. */
function rowsOf(definition: Definition, groups: ReadonlyMap<string, Bin[]>, period: Period, { places, inForce }: { places: readonly Place[]; inForce: readonly InForce[] }): Row[] {
  const one = (siteId: Scope, bins: readonly Bin[]): Row => {
    const { isFew: _isFew, ...figure } = figureFor(definition, bins, period);
    return {
      id: uuidv7(), key: definition.key, version: definition.version, siteId, definition: metricOf(definition), figure, goals: goalsOf(inForce, { key: definition.key, place: siteId }, catalogueOf(definition), figure),
      records: bins.reduce((sum, { n }) => sum + n, 0), fact: definition.fact, among: amongOf(definition),
    };
  };
  const sites = places.map(({ id, below }) => ({ id, bins: mergedBins(groups, below) })).filter(({ bins }) => bins.length > 0);
  return [one(null, mergedBins(groups, null)), ...sites.map(({ id, bins }) => one(id, bins))];
}

/** Freezes a period, once: what was counted, and every figure of it. Answers the cut-off, or null where it was frozen already. */
export function freezePeriod(ctx: Ctx, kind: Kind, period: Period): Promise<string | null> {
  const id = uuidv7();
  const at = ctx.now().toISOString();
  return metrics.writeMany<string | null>(ctx, FREEZE, async (tx) => {
    const [made] = await tx.selectFrom(sql<{ size: number; digest: Buffer }>`metrics.freeze(${id}::uuid, ${kind}, ${period.from.toISOString()}::timestamptz, ${period.to.toISOString()}::timestamptz, ${at}::timestamptz)`.as<'f'>(sql`f`)).selectAll().execute();
    if (!made) return { changes: [], result: null };
    const places = await tx.selectFrom(sql<Place>`(select top.id, array(select o.id::text from access.site o where o.path operator(public.<@) top.path) as below from access.site top)`.as<'p'>(sql`p`)).selectAll().execute();
    const inForce = await targetsFor(ctx, [null, ...places.map((one) => one.id)], period.to);
    const groups = await frozenSumsOf(ctx, id, null, DEFINITIONS.map((definition) => ({ definition, by: 'site' as const })));
    const rows = DEFINITIONS.flatMap((definition, i) => rowsOf(definition, groups[i] ?? new Map<string, Bin[]>(), period, { places, inForce }));
    await sql`insert into metrics.frozen_figure (id, cutoff_id, key, version, site_id, definition, figure, goals, records, digest)
      select r.id, ${id}::uuid, r.key, r.version, r."siteId", r.definition, r.figure, r.goals, r.records, metrics.frozen_digest(${id}::uuid, r.fact, r."siteId", case when jsonb_typeof(r.among) = 'array' then array(select jsonb_array_elements_text(r.among)) end)
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, key text, version int, "siteId" uuid, definition jsonb, figure jsonb, goals jsonb, records int, fact text, among jsonb)`.execute(tx);
    const after = { id, kind, from: period.from.toISOString(), to: period.to.toISOString(), size: made.size, digest: made.digest.toString('hex'), figures: rows.length };
    return { changes: [{ verb: 'figures-frozen', before: null, after, of: { recordId: id, siteId: null, wallId: null, readPermission: 'metrics:read' } }], result: id };
  });
}

/** Freezes what is over and was not frozen: the last month and quarter, and all that ended while nothing ran. Answers how many. */
export async function freezeDue(ctx: Ctx): Promise<number> {
  const [[begun], last] = await metrics.readAll(ctx, FREEZE, (db) => [
    db.selectNoFrom([sql<string | null>`metrics.begins_at()`.as('at')]), db.selectFrom('metrics.cutoff').select(['kind', (eb) => eb.fn.max('startsAt').as('from')]).groupBy('kind'),
  ] as const);
  const beginsAt = begun?.at ? new Date(begun.at) : null;
  const due = KINDS.flatMap((kind) => {
    const from = last.find((one) => one.kind === kind)?.from;
    return duePeriods(kind, ctx.now(), beginsAt, from ? new Date(from) : null).map((period) => ({ kind, period }));
  });
  let n = 0;
  for (const { kind, period } of due) if ((await freezePeriod(ctx, kind, period)) !== null) n += 1;
  return n;
}
