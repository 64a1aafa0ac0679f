import { refuse, type Tx } from './notice-row.ts';

/** The incident that it is about; of one behind a wall a notice, which stands in the open, would tell. */
export async function incidentToName(tx: Tx, id: string | undefined): Promise<string | null> {
  if (id === undefined) return null;
  const row = await tx.selectFrom('platform.record').select(['kind', 'wallId']).where('id', '=', id).executeTakeFirst();
  if (row?.kind !== 'incidents.incident') throw refuse('no_such_incident', 'That incident is not there, or it is not for you to see.', '/incidentId');
  if (row.wallId !== null) throw refuse('behind_wall', 'That incident stands behind a wall, and a notice would tell of it. Send it by itself, without naming the incident.', '/incidentId');
  return id;
}
