import { sql } from 'kysely';
import { incidentTypeOf } from './classification.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { incidents, READ } from './record.ts';

export { declareForExercise, endForExercise, incidentsOpenOf } from './exercise.ts';
export { capabilityTitle, causeTitle, isCapability, isCause, ratingTitle } from './review-rules.ts';

/** An incident as a system outside may be told of it, and what was written of it; null where it is not there, not the reader's to see, or behind a wall. */
export async function incidentToTell(ctx: Ctx, id: string): Promise<{ row: Readonly<Record<string, unknown>>; narrative: string | null } | null> {
  const found = await incidents.read(ctx, READ).selectFrom('incidents.incident').select(['number', 'title', 'typeKey', 'severity', 'state', 'occurredFrom', 'narrative', 'closureSummary']).where('id', '=', id).where('wallId', 'is', null).executeTakeFirst();
  if (!found) return null;
  const { narrative, closureSummary, ...row } = found;
  return { row, narrative: [narrative, closureSummary].filter((text) => text !== null && text.trim() !== '').join('\n\n') || null };
}

/** Whether nothing of an incident happened, since it was declared from a simulated alarm; false too where the reader does not see it. */
export async function isSimulatedIncident(ctx: Ctx, id: string): Promise<boolean> {
  const found = await incidents.read(ctx, READ).selectFrom('incidents.incident').select('isSimulated').where('id', '=', id).executeTakeFirst();
  return found?.isSimulated === true;
}

/** What a type of incident is called; null where there is none. */
export const incidentTypeTitle = (key: string): string | null => incidentTypeOf(key)?.title ?? null;

const MOST_SAMPLES = 200;

/** How long people and teams took from being asked for to having come, seconds, the newest first: at incidents of the place that holds this one, played ones left out, as far as the reader sees them. */
export async function responseSamples(ctx: Ctx, siteId: string): Promise<number[]> {
  const rows = await incidents.read(ctx, '').selectFrom(sql<{ seconds: number }>`(
    select extract(epoch from r.checked_in_at - r.requested_at)::double precision as seconds from incidents.resource r join incidents.incident i on i.id = r.incident_id
    where r.kind in ('person', 'team') and r.checked_in_at >= r.requested_at and r.struck_at is null and not i.is_simulated and i.wall_id is null and i.site_id in (
      select own.id from access.site here join access.site top on here.path operator(public.<@) top.path and public.nlevel(top.path) = greatest(1, public.nlevel(here.path) - 1) join access.site own on own.path operator(public.<@) top.path where here.id = ${siteId}::uuid)
    order by r.checked_in_at desc limit ${MOST_SAMPLES})`.as<'r'>(sql`r`)).select('seconds').execute();
  return rows.map(({ seconds }) => seconds);
}
