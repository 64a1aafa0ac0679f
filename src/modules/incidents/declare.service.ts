import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { type AlarmDetail, alarmForIncident, linkIncident } from '#modules/alarms/public.ts';
import type * as contract from './contract.ts';
import type { Standing } from './contract.ts';
import { factsOf } from './facts.ts';
import { checkSite, checkTimes, json, merged, utc } from './given.ts';
import { COLUMNS, headerOf, incidents, type IncidentRow, insertStep, plainWords, READ, standingOf, TEXTS, type Tx } from './record.ts';
import { allowed, EVERYTHING, refuseField } from './refusals.ts';
import * as rules from './rules.ts';
import { admitCustodian, openWall } from './wall.service.ts';

type Declaration = Input<typeof contract.declareIncident>;

/** Declares an incident; the same id from the same person answers the incident that it made the first time. */
export async function declareIncident(ctx: Ctx, input: Declaration): Promise<Standing> {
  try {
    const alarm = input.fromAlarmId === undefined ? null : await alarmOf(ctx, input.fromAlarmId);
    const row = { ...newIncident(ctx, alarm ? filledFrom(alarm, input) : input), isSimulated: alarm?.isSimulated ?? false };
    return await incidents.writeMany(ctx, 'incidents:declare', async (tx) => {
      await checkSite(tx, row.siteId, 'incidents:declare');
      if (!input.custodianId) return insertIncident(ctx, tx, { ...row, number: await nextNumber(ctx, tx, 'INC') }, alarm);
      const wallId = await openWall(tx);
      return { changes: [], result: await declareBehind(ctx, { ...row, wallId, number: await nextNumber(ctx, tx, 'INC-W') }, alarm, input.custodianId) };
    });
  } catch (error) {
    const before = input.id && error instanceof Problem && error.kind === 'conflict' ? await declaredBefore(ctx, input.id) : null;
    if (before) return before;
    throw error;
  }
}

/** Writes an incident of an exercise: simulated, in the open, led by who declares it. */
export async function insertForExercise(ctx: Ctx, tx: Tx, { title, type, severity, siteId }: { title: string; type: string | null; severity: number; siteId: string | null }, permission: string) {
  await checkSite(tx, siteId, permission);
  const row = newIncident(ctx, { title, type, severity, siteId, subtype: null, occurredTo: null, reportedBy: '', place: '', narrative: '', fields: {} });
  const made = { ...row, isSimulated: true, number: await nextNumber(ctx, tx, 'INC') };
  const inserted = await insertIncident(ctx, tx, made, null);
  // The header comes with the commit; the link to the exercise needs one now.
  await tx.insertInto('platform.record').values({ id: made.id, ...headerOf(made) }).execute();
  return inserted;
}

async function alarmOf(ctx: Ctx, id: string): Promise<AlarmDetail> {
  const alarm = await alarmForIncident(ctx, id);
  if (!alarm) throw refuseField('/fromAlarmId', 'incidents.no_such_alarm', 'That alarm is not there, or it is not for you to see.');
  return alarm;
}

/** What the alarm knows needs nobody to type it: title, site, place, times, who reported, and the nearest type. */
function filledFrom(alarm: AlarmDetail, input: Declaration): Declaration {
  const occurredFrom = input.occurredFrom ?? alarm.raisedAt;
  const latest = Math.max(Date.parse(alarm.knownAt), Date.parse(occurredFrom));
  return {
    ...input, occurredFrom, knownAt: input.knownAt ?? new Date(latest).toISOString(), title: input.title ?? alarm.title, siteId: input.siteId === undefined ? alarm.siteId : input.siteId,
    type: input.type === undefined ? rules.suggestedTypeFor(alarm.type) : input.type, place: input.place || placeWords(alarm), reportedBy: input.reportedBy || alarm.sourceName,
  };
}

/** `zone:214` in area 1 as `area 1, zone 214`. */
const placeWords = ({ area, point }: AlarmDetail): string => [area && `area ${area}`, point?.replace(':', ' ')].filter(Boolean).join(', ').slice(0, 200);

/** Behind its wall from the first moment: nobody without a part ever saw it. */
const declareBehind = (ctx: Ctx, row: IncidentRow & { wallId: string }, alarm: AlarmDetail | null, custodianId: string): Promise<Standing> =>
  incidents.writeMany(ctx, 'incidents:wall', async (tx) => {
    await admitCustodian(ctx, tx, row.wallId, custodianId);
    return insertIncident(ctx, tx, row, alarm);
  });

async function insertIncident(ctx: Ctx, tx: Tx, row: IncidentRow, alarm: AlarmDetail | null) {
  await tx.insertInto('incidents.incident').values({ ...row, fields: json(row.fields) }).execute();
  await insertStep(ctx, tx, row.id, { verb: 'declared', was: alarm?.number ?? null, became: row.typeKey });
  if (alarm) await linkAlarm(ctx, tx, row, alarm);
  const after = { ...row, fromAlarm: alarm?.number ?? null };
  const declared: Change<{ id: string }> = { verb: 'declared', before: null, after, header: headerOf(row), words: plainWords(row), erasable: TEXTS };
  return { changes: [declared], result: standingOf(row) };
}

/** Draws the thread back to the alarm. The alarm itself is told only of an incident that its readers may know of. */
async function linkAlarm(ctx: Ctx, tx: Tx, row: IncidentRow, alarm: AlarmDetail): Promise<void> {
  if (row.wallId === null) await linkIncident(ctx, { alarmId: alarm.id, incidentId: row.id, number: row.number });
  // The header comes with the commit; the link needs one now.
  await tx.insertInto('platform.record').values({ id: row.id, ...headerOf(row) }).execute();
  await tx.insertInto('platform.link').values({ fromId: alarm.id, toId: row.id, kind: 'became', at: row.declaredAt, actor: ctx.personId }).execute();
}

async function nextNumber(ctx: Ctx, tx: Tx, series: 'INC' | 'INC-W'): Promise<string> {
  const { rows } = await sql<{ number: string }>`select platform.next_number(${series}, ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
  return rows[0]?.number ?? '';
}

async function declaredBefore(ctx: Ctx, id: string): Promise<Standing | null> {
  const row = await incidents.read(ctx, READ).selectFrom('incidents.incident as i').select(COLUMNS).where('i.id', '=', id).where('i.declaredBy', '=', ctx.personId).executeTakeFirst();
  return row ? standingOf(row) : null;
}

function newIncident(ctx: Ctx, input: Declaration): IncidentRow {
  const now = ctx.now().toISOString();
  const type = input.type ? rules.incidentTypeOf(input.type) : null;
  if (input.type && !type) throw refuseField('/type', 'incidents.no_such_type', 'Choose one of the types.');
  if (input.subtype !== null && !type?.subtypes.includes(input.subtype)) throw refuseField('/subtype', 'incidents.no_such_subtype', 'The type has no such sub-type.');
  const severity = input.severity ?? type?.defaultSeverity;
  if (severity === undefined) throw refuseField('/severity', 'incidents.say_severity', 'Say how severe it is, or which type it is.');
  if (input.title === undefined) throw refuseField('/title', 'incidents.name_it', 'Say in a few words what it is.');
  const knownAt = utc(input.knownAt ?? now);
  const occurredFrom = utc(input.occurredFrom ?? knownAt);
  checkTimes({ occurredFrom, occurredTo: input.occurredTo, knownAt });
  const row: IncidentRow = {
    id: input.id ?? uuidv7(), number: '', title: input.title, typeKey: type?.key ?? null, subtype: input.subtype, severity, state: 'open', siteId: input.siteId ?? null, wallId: null,
    occurredFrom, occurredTo: input.occurredTo === null ? null : utc(input.occurredTo), knownAt, reportedBy: input.reportedBy, place: input.place, narrative: input.narrative, fields: {}, noLoss: null,
    commanderId: input.commanderId === undefined ? ctx.personId : input.commanderId, declaredBy: ctx.personId, declaredAt: now, closedBy: null, closedAt: null, closureReason: null, closureSummary: null, logCount: 0, isSimulated: false, mergedInto: null, version: 1,
  };
  allowed(rules.answer(factsOf(row), EVERYTHING, input.fields), row.typeKey);
  return { ...row, fields: merged({}, input.fields) };
}
