import { sql } from 'kysely';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type AlarmRow, alarms, changed, holdAlarm, nextVersion, ROW } from './alarm-row.ts';
import { getAlarm } from './alarms.service.ts';
import type { AlarmDetail } from './contract.ts';

export type { AlarmDetail } from './contract.ts';
export { causeOf, dispositionOf } from './dispositions.ts';

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
    if (before.incidentId !== null && before.incidentId !== incidentId) throw new Problem('conflict', 'alarms.became_incident', `This alarm became ${before.incidentNumber} already. Go on there.`, { incidentId: before.incidentId, number: before.incidentNumber });
    const after = (await tx.updateTable('alarms.alarm').set((eb) => ({ incidentId, incidentNumber: number, version: nextVersion(eb) })).where('id', '=', alarmId).returning(ROW).executeTakeFirst()) as AlarmRow | undefined;
    if (!after) throw notFound();
    return { changes: [changed('became-incident', before, after)], result: { id: after.id, siteId: after.siteId, title: after.title, raisedAt: after.raisedAt } };
  });
}

/** Alarms that became this incident, for the thread back. */
export async function alarmsOfIncident(ctx: Ctx, incidentId: string): Promise<{ id: string; number: string; title: string; priority: number; type: string; raisedAt: string; acknowledgedAt: string | null; closedAt: string | null }[]> {
  return alarms.read(ctx).selectFrom('alarms.alarm').select(['id', 'number', 'title', 'priority', 'type', 'raisedAt', 'acknowledgedAt', 'closedAt'])
    .where('id', 'in', sql<string>`(select from_id from platform.link where to_id = ${incidentId} and kind = 'became')`).orderBy('raisedAt').limit(50).execute();
}
