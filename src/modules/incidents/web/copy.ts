import { call } from '#platform/web/call.ts';
import { type Incident, listLog, type LogEntry, readIncident } from '../contract.ts';

/** What of an incident is taken along: its head, the facts that may be changed on the way, and its log. */
export type IncidentCopy = Pick<Incident, 'id' | 'number' | 'title' | 'state' | 'severity' | 'site' | 'timeZone' | 'place' | 'narrative' | 'reportedBy' | 'version' | 'disputed' | 'mine'> & { log: readonly LogEntry[] };

const MOST_ENTRIES = 200;

export async function readCopy(id: string): Promise<IncidentCopy> {
  const [incident, log] = await Promise.all([call('incidents', readIncident, { id }), call('incidents', listLog, { id, limit: MOST_ENTRIES })]);
  const { number, title, state, severity, site, timeZone, place, narrative, reportedBy, version, disputed, mine } = incident;
  return { id, number, title, state, severity, site, timeZone, place, narrative, reportedBy, version, disputed, mine, log: log.items };
}
