import { sql } from 'kysely';
import { siteOf } from '#modules/sites/public.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { amongOf, type Definition, type Part } from './definitions.ts';
import type { Bin } from './figure-rules.ts';
import { metrics } from './figure-store.ts';
import type { InForce } from './target-rules.ts';

const READ = 'metrics:read';

/** A site with all below it, or null for the organisation. */
export type Scope = string | null;
export type Period = { from: Date; to: Date };
type By = Part | 'month' | 'none';
type Row = { grp: string; bin: string; n: number };

/** Where the reader may read records with a permission; null stands for the whole organisation. */
export type Readable = ReadonlySet<string | null>;

/**
 * The scope that was asked for. Where none was, it is the organisation, or for who reads metrics at sites only the highest of them.
 * Throws 404 for a site that is not there for this reader, 403 for one where they do not read metrics.
 */
export async function scopeOf(ctx: Ctx, siteId: string | undefined): Promise<Scope> {
  if (siteId !== undefined && (await siteOf(ctx, siteId)) === null) throw new Problem('not_found', 'metrics.no_site', 'There is no such site.');
  const [row] = await metrics.read(ctx, READ).selectFrom(sql<{ may: boolean; own: string | null }>`(
    select access.may_at(${siteId ?? null}::uuid, null, ${READ}) as may,
      (select s.id from access.site s where access.may_at(s.id, null, ${READ}) order by public.nlevel(s.path), s.id limit 1) as own)`.as<'s'>(sql`s`)).selectAll().execute();
  if (row?.may) return siteId ?? null;
  if (siteId === undefined && row?.own) return row.own;
  throw new Problem('forbidden', 'metrics.not_here', 'You do not read metrics there. Choose a site of yours.');
}

/** Whether a reader is told all of a figure: where they read its records, a list would say the same. */
export const isOpenIn = (definition: Definition, scope: Scope, readable: Readable | undefined): boolean => definition.ofThings || readable?.has(scope) === true;

/** For each permission, where of the scope the reader holds it. */
export async function readableIn(ctx: Ctx, scope: Scope, permissions: readonly string[]): Promise<Map<string, Readable>> {
  const rows = await metrics.read(ctx, READ).selectFrom(sql<{ permission: string; siteId: string | null }>`(
    select p as permission, r.site_id from unnest(${[...permissions]}::text[]) p cross join lateral metrics.readable(${scope}::uuid, p) r)`.as<'r'>(sql`r`)).selectAll().execute();
  return new Map(permissions.map((permission) => [permission, new Set(rows.filter((row) => row.permission === permission).map(({ siteId }) => siteId))]));
}

export type Asked = { definition: Definition; period: Period; by: By };

function grouped(answers: readonly (readonly Row[])[]): Map<string, Bin[]>[] {
  return answers.map((rows) => {
    const groups = new Map<string, Bin[]>();
    for (const { grp, bin, n } of rows) groups.set(grp, [...(groups.get(grp) ?? []), { bin, n }]);
    return groups;
  });
}

/** The sums of each question, by group, in one round trip. Groups without anything are not in it. */
export async function sumsOf(ctx: Ctx, scope: Scope, asked: readonly Asked[]): Promise<Map<string, Bin[]>[]> {
  const answers = await metrics.readAll(ctx, READ, (db) => asked.map(({ definition, period, by }) =>
    db.selectFrom(sql<Row>`(select s.grp, s.bin, s.n::int as n from metrics.sums(${definition.fact}, ${scope}::uuid, ${period.from.toISOString()}::timestamptz, ${period.to.toISOString()}::timestamptz, ${by}, ${amongOf(definition)}::text[]) s)`.as<'s'>(sql`s`)).selectAll()));
  return grouped(answers);
}

/** The same of what was frozen. */
export async function frozenSumsOf(ctx: Ctx, cutoffId: string, scope: Scope, asked: readonly { definition: Definition; by: Part | 'none' }[]): Promise<Map<string, Bin[]>[]> {
  return grouped(await metrics.readAll(ctx, READ, (db) => asked.map(({ definition, by }) =>
    db.selectFrom(sql<Row>`(select s.grp, s.bin, s.n::int as n from metrics.frozen_sums(${cutoffId}::uuid, ${definition.fact}, ${scope}::uuid, ${by}, ${amongOf(definition)}::text[]) s)`.as<'s'>(sql`s`)).selectAll())));
}

/** The targets in force on the day of a cut-off at each of these places; null is the organisation. */
export async function targetsFor(ctx: Ctx, places: readonly Scope[], cutOff: Date): Promise<InForce[]> {
  return metrics.read(ctx, READ).selectFrom(sql<InForce>`(select place, key, part, part_key, measure, value, depth, valid_from::text from metrics.targets_for(${[...new Set(places)]}::uuid[], ${new Date(cutOff.getTime() - 1).toISOString().slice(0, 10)}::date))`.as<'t'>(sql`t`)).selectAll().execute();
}
