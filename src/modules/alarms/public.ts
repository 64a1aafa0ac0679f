import { sql } from 'kysely';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type AlarmRow, alarms, changed, holdAlarm, nextVersion, ROW, type Tx } from './alarm-row.ts';
import { getAlarm } from './alarms.service.ts';
import type { AlarmDetail } from './contract.ts';

export type { AlarmDetail } from './contract.ts';
export { causeOf, dispositionOf } from './dispositions.ts';
export { endOwn, type OwnCondition, raiseOwn, type SourcePlace, type Unwatched, unwatchedNow } from './own-alarms.ts';
export { clearForExercise } from './exercise.ts';

/** The alarm with its signals down to the bytes, as its reader may see it; null where it is not there or not for them. */
export async function alarmForIncident(ctx: Ctx, id: string): Promise<AlarmDetail | null> {
  return getAlarm(ctx, { id }).catch((error: unknown) => {
    if ((error as { kind?: string }).kind === 'not_found' || (error as { kind?: string }).kind === 'forbidden') return null;
    throw error;
  });
}

/** Notes on the alarm which incident it became, in the caller's transaction; the link itself is drawn by the incident. 409 where it became another one. */
export async function linkIncident(ctx: Ctx, { alarmId, incidentId, number }: { alarmId: string; incidentId: string; number: string }): Promise<{ id: string; siteId: string | null; title: string; raisedAt: string }> {
  return alarms.writeMany(ctx, 'alarms:handle', async (tx) => {
    const before = await holdAlarm(tx, alarmId, 'alarms:handle');
    if (before.incidentId !== null && before.incidentId !== incidentId) throw await becameAnother(tx, before);
    const after = (await tx.updateTable('alarms.alarm').set((eb) => ({ incidentId, incidentNumber: number, version: nextVersion(eb) })).where('id', '=', alarmId).returning(ROW).executeTakeFirst()) as AlarmRow | undefined;
    if (!after) throw notFound();
    return { changes: [changed('became-incident', before, after)], result: { id: after.id, siteId: after.siteId, title: after.title, raisedAt: after.raisedAt } };
  });
}

/** Which incident an alarm became is told where it may be seen; that it became one, always. */
async function becameAnother(tx: Tx, { incidentId }: AlarmRow): Promise<Problem> {
  const seen = await tx.selectFrom('platform.record').select(['id', 'number']).where('id', '=', incidentId).executeTakeFirst();
  return new Problem('conflict', 'alarms.became_incident', seen ? `This alarm became ${seen.number} already. Go on there.` : 'This alarm became an incident already, which is not for you to see.', seen ? { incidentId: seen.id, number: seen.number } : {});
}

/** Alarms that became this incident, for the thread back. */
export async function alarmsOfIncident(ctx: Ctx, incidentId: string): Promise<{ id: string; number: string; title: string; priority: number; type: string; raisedAt: string; acknowledgedAt: string | null; closedAt: string | null }[]> {
  return alarms.read(ctx).selectFrom('alarms.alarm').select(['id', 'number', 'title', 'priority', 'type', 'raisedAt', 'acknowledgedAt', 'closedAt'])
    .where('id', 'in', sql<string>`(select from_id from platform.link where to_id = ${incidentId} and kind = 'became')`).orderBy('raisedAt').limit(50).execute();
}

/** An alarm as a system outside may be told of it, and what was noted when it was closed; null where it is not there or not the reader's to see. */
export async function alarmToTell(ctx: Ctx, id: string): Promise<{ row: Readonly<Record<string, unknown>>; narrative: string | null } | null> {
  const found = await alarms.read(ctx, 'alarms:read').selectFrom('alarms.alarm').select(['number', 'title', 'type', 'handling', 'priority', 'raisedAt', 'sourceId', 'sourceName', 'point', 'area', 'disposition', 'note', 'isSimulated', 'onTestId']).where('id', '=', id).executeTakeFirst();
  if (!found) return null;
  const { note, ...row } = found;
  return { row, narrative: note };
}

/** Which of these incidents came from an alarm of the same point of the same source as an alarm of this one. */
export async function sameDeviceAs(ctx: Ctx, incidentId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await alarms.read(ctx).selectFrom('alarms.alarm as a').innerJoin('alarms.alarm as b', (join) => join.onRef('b.sourceId', '=', 'a.sourceId').on(sql<boolean>`b.point is not distinct from a.point`))
    .select('b.incidentId').distinct().where('a.incidentId', '=', incidentId).where('b.incidentId', 'in', [...ids]).execute();
  return new Set(rows.flatMap(({ incidentId: other }) => (other === null ? [] : [other])));
}
