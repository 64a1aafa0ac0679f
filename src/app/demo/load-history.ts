import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { importAlarms, MOST_IMPORTED } from '#modules/alarms/import.service.ts';
import { declareIncident } from '#modules/incidents/declare.service.ts';
import { importIncidents } from '#modules/incidents/import.service.ts';
import { changeFacts, closeIncident } from '#modules/incidents/incidents.service.ts';
import { addLogEntry, addLoss, addPerson, addThing } from '#modules/incidents/lines.service.ts';
import { admitMember } from '#modules/incidents/wall.service.ts';
import { demoId } from './demo-ids.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan, PastAlarm, PastIncident } from './plan.ts';

/** The year before: incidents, then the alarms that some of them came from, by the import of each; what stands behind walls by the verbs of those behind them. */
export async function loadHistory(db: Database, plan: DemoPlan, cast: Cast, once: Once): Promise<void> {
  const importer = await actAs(db, SERVICE.importer, undefined, 'demonstration');
  const { alarms, incidents } = plan.history;
  const idOf = (key: string): string => cast.people.get(key)?.personId ?? '';
  const open = incidents.filter((incident) => incident.wall === null);
  const made = new Map((await importIncidents(importer, open.map((incident) => importable(incident, plan, cast, idOf)))).map((row) => [row.id, row]));
  const incidentOf = new Map(open.map((incident) => [incident.key, made.get(idOfIncident(plan, incident)) ?? null]));
  const rows = alarms.map((alarm) => pastAlarm(alarm, plan, cast, incidentOf));
  for (let at = 0; at < rows.length; at += MOST_IMPORTED) await importAlarms(importer, rows.slice(at, at + MOST_IMPORTED));
  for (const incident of incidents) if (incident.wall) await tellBehindWall(incident, incident.wall, plan, cast, once);
}

export const idOfIncident = ({ seed }: DemoPlan, { key, declaredAt }: PastIncident): string => demoId(seed, `incident ${key}`, declaredAt);

function importable({ alarmKey: _alarm, wall: _wall, siteCode, key: _key, ...incident }: PastIncident, plan: DemoPlan, cast: Cast, idOf: (key: string) => string) {
  return {
    ...incident, id: idOfIncident(plan, { ...incident, key: _key } as PastIncident), siteId: cast.sites.get(siteCode) ?? null,
    declaredBy: idOf(incident.declaredBy), closedBy: idOf(incident.closedBy), log: incident.log.map((entry) => ({ ...entry, by: idOf(entry.by) })),
  };
}

function pastAlarm({ key, siteCode, account, priority: _priority, incidentKey, acknowledgedBy, closedBy, ...alarm }: PastAlarm, { seed }: DemoPlan, cast: Cast, incidentOf: ReadonlyMap<string, { id: string; number: string } | null>) {
  return {
    ...alarm, id: demoId(seed, `alarm ${key}`, alarm.raisedAt), siteId: cast.sites.get(siteCode) ?? null, sourceId: account === null ? null : (cast.sources.get(account)?.id ?? null),
    acknowledgedBy: acknowledgedBy === null ? null : (cast.people.get(acknowledgedBy)?.personId ?? null), closedBy: closedBy === null ? null : (cast.people.get(closedBy)?.personId ?? null),
    incident: incidentKey === null ? null : (incidentOf.get(incidentKey) ?? null),
  };
}

/** An incident that was behind its wall from the first moment, as its lead told it at the time. */
async function tellBehindWall(past: PastIncident, wall: NonNullable<PastIncident['wall']>, plan: DemoPlan, cast: Cast, once: Once): Promise<void> {
  const lead = cast.people.get(wall.lead);
  const id = idOfIncident(plan, past);
  const step = (name: string, at: string, verb: (ctx: Ctx) => Promise<unknown>): Promise<unknown> => once.do(`wall.${past.key}.${name}`, lead, at, verb);
  const { title, typeKey: type, subtype, severity, place, narrative, reportedBy, occurredFrom, occurredTo, knownAt, fields, noLoss } = past;
  await step('declare', past.declaredAt, (ctx) => declareIncident(ctx, { id, title, type, subtype, severity, siteId: cast.sites.get(past.siteCode) ?? null, place, narrative, reportedBy, occurredFrom, occurredTo: null, knownAt, fields: {}, custodianId: cast.people.get(wall.custodian)?.personId ?? '' }));
  for (const key of wall.members) await step(`admit-${key}`, past.declaredAt, (ctx) => admitMember(ctx, { id, personId: cast.people.get(key)?.personId ?? '', part: 'wall-writer', reason: 'Works on it' }));
  for (const [i, { at, kind, text }] of past.log.entries()) await step(`log-${i}`, at, (ctx) => addLogEntry(ctx, { id, kind, text }));
  for (const [i, person] of past.people.entries()) await step(`person-${i}`, past.declaredAt, (ctx) => addPerson(ctx, { id, personId: null, ...person }));
  for (const [i, thing] of past.things.entries()) await step(`thing-${i}`, past.declaredAt, (ctx) => addThing(ctx, { id, details: '', ...thing }));
  for (const [i, loss] of past.losses.entries()) await step(`loss-${i}`, past.closedAt, (ctx) => addLoss(ctx, { id, isEstimate: false, ...loss }));
  await step('facts', past.closedAt, (ctx) => changeFacts(ctx, { id, occurredTo, fields, noLoss }));
  await step('close', past.closedAt, (ctx) => closeIncident(ctx, { id, reason: past.closureReason, summary: past.closureSummary }));
}
