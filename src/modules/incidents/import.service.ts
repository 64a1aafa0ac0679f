import { type Insertable, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { type FieldFault, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { answersOf, factsOf, faultsOf } from './facts.ts';
import { json } from './given.ts';
import { headerOf, incidents, type IncidentRow, plainWords, type Tx } from './record.ts';
import { EVERYTHING } from './refusals.ts';
import * as rules from './rules.ts';
import type { IncidentsLogEntry, IncidentsLoss, IncidentsPersonInvolved, IncidentsThingInvolved } from './tables.gen.ts';

type Lines = {
  log: readonly { at: string; kind: 'note' | 'decision' | 'action' | 'contact'; text: string; by: string }[];
  people: readonly Pick<Insertable<IncidentsPersonInvolved>, 'role' | 'name' | 'injury' | 'details'>[];
  things: readonly Pick<Insertable<IncidentsThingInvolved>, 'kind' | 'description' | 'identifier' | 'role'>[];
  losses: readonly Pick<Insertable<IncidentsLoss>, 'kind' | 'description' | 'amountMinor' | 'currency' | 'recoveredMinor'>[];
};

/**
 * An incident of the past, closed, with its command log and what was involved, as another system or a file knew it. Its
 * id is made by who imports, so that the same again changes nothing. It stands behind no wall: what does is declared there.
 */
export type PastIncident = Lines & {
  id: string;
  title: string;
  typeKey: string;
  subtype: string | null;
  severity: number;
  siteId: string | null;
  place: string;
  narrative: string;
  reportedBy: string;
  occurredFrom: string;
  occurredTo: string | null;
  knownAt: string;
  fields: Readonly<Record<string, unknown>>;
  noLoss: boolean | null;
  declaredAt: string;
  declaredBy: string;
  closedAt: string;
  closedBy: string;
  closureReason: string;
  closureSummary: string;
};

/** The most incidents that one call takes: one transaction. */
export const MOST_IMPORTED = 500;
const MOST_FAULTS = 50;
const IMPORT = 'incidents:import';

/** Brings in closed incidents of the past, all or none, numbered by the year in which they were declared; each must be as whole as one that is closed here. */
export async function importIncidents(ctx: Ctx, rows: readonly PastIncident[]): Promise<{ id: string; number: string }[]> {
  if (rows.length > MOST_IMPORTED) throw new Problem('refused', 'incidents.too_many', `At most ${MOST_IMPORTED} incidents at once.`);
  const faults = rows.flatMap((row, i) => faultsOfPast(row, ctx.now()).map((fault): FieldFault => ({ pointer: `/items/${i}${fault.pointer}`, detail: fault.detail })));
  if (faults.length > 0) throw new Problem('refused', 'incidents.import_refused', `${faults.length} things cannot be taken as they are. Nothing was imported.`, { errors: faults.slice(0, MOST_FAULTS) });
  return incidents.writeMany(ctx, IMPORT, async (tx) => {
    const known = await tx.selectFrom('incidents.incident').select(['id', 'number']).where(sql<boolean>`id = any (${rows.map((row) => row.id)}::uuid[])`).execute();
    const isKnown = new Set(known.map((row) => row.id));
    const fresh = rows.filter((row) => !isKnown.has(row.id)).toSorted((a, b) => a.declaredAt.localeCompare(b.declaredAt));
    const made: { row: IncidentRow; given: PastIncident }[] = [];
    for (const given of fresh) made.push({ row: rowOf(given, await numberOf(tx, given)), given });
    if (made.length > 0) await insertAll(tx, made);
    return { changes: made.map(changeOf), result: [...known, ...made.map(({ row }) => ({ id: row.id, number: row.number }))] };
  });
}

const openFacts = (given: PastIncident) => ({
  ...factsOf(rowOf(given, '')), state: 'open' as const, openTasks: [], persons: given.people.map((person) => ({ role: person.role, name: person.name ?? '', injury: person.injury ?? null })), things: given.things, losses: given.losses,
});

/** What keeps an incident of the past from being taken, field by field. */
export function faultsOfPast(given: PastIncident, now: Date): FieldFault[] {
  const [from, to, known, declared, closedOn] = [given.occurredFrom, given.occurredTo ?? given.closedAt, given.knownAt, given.declaredAt, given.closedAt].map((at) => Date.parse(at)) as [number, number, number, number, number];
  const inOrder = from <= to && from <= known && known <= declared && declared <= closedOn && closedOn <= now.getTime();
  const facts = openFacts(given);
  const type = rules.incidentTypeOf(given.typeKey);
  const answers = rules.answer(facts, EVERYTHING, given.fields);
  const closed = rules.close(facts, EVERYTHING, { reason: given.closureReason, summary: given.closureSummary }, new Date(closedOn));
  return [
    ...(type && (given.subtype === null || type.subtypes.includes(given.subtype)) ? [] : [{ pointer: '/typeKey', detail: 'Choose one of the types, and a sub-type that it has.' }]),
    ...(inOrder ? [] : [{ pointer: '/occurredFrom', detail: 'It began, was known, declared and closed in this order, and before now.' }]),
    ...[answers, closed].flatMap((step) => (step.ok ? [] : step.missing ? faultsOf(step.missing, given.typeKey) : [{ pointer: '/', detail: step.reason }])),
  ];
}

function rowOf(given: PastIncident, number: string): IncidentRow {
  const { log, people: _people, things: _things, losses: _losses, fields, ...facts } = given;
  return { ...facts, number, state: 'closed', wallId: null, fields: { ...fields } as IncidentRow['fields'], commanderId: given.declaredBy, logCount: log.length, isSimulated: false, mergedInto: null, version: 1 };
}

async function numberOf(tx: Tx, { declaredAt }: PastIncident): Promise<string> {
  const { rows } = await sql<{ number: string }>`select platform.next_number('INC', ${new Date(declaredAt).getUTCFullYear()}::int) as number`.execute(tx);
  return rows[0]?.number ?? '';
}

async function insertAll(tx: Tx, made: readonly { row: IncidentRow; given: PastIncident }[]): Promise<void> {
  const lines = <T>(of: (given: PastIncident) => readonly T[]): T[] => made.flatMap(({ given }) => of(given));
  await tx.insertInto('incidents.incident').values(made.map(({ row }) => ({ ...row, fields: json(row.fields) }))).execute();
  await tx.insertInto('incidents.step').values(lines(({ id, declaredAt, declaredBy, typeKey, closedAt, closedBy, closureSummary }) => [
    { id: uuidv7(), incidentId: id, verb: 'declared', at: declaredAt, personId: declaredBy, was: null, became: typeKey, reason: '' },
    { id: uuidv7(), incidentId: id, verb: 'closed', at: closedAt, personId: closedBy, was: 'open', became: 'closed', reason: closureSummary },
  ])).execute();
  const log = lines(({ id, log: entries }) => entries.map(({ by, ...entry }, i): Insertable<IncidentsLogEntry> => ({ ...entry, id: uuidv7(), incidentId: id, seq: i + 1, notedAt: entry.at, authorId: by })));
  const people = lines(({ id, people: all, declaredAt, declaredBy }) => all.map((person): Insertable<IncidentsPersonInvolved> => ({ ...person, id: uuidv7(), incidentId: id, addedBy: declaredBy, addedAt: declaredAt })));
  const things = lines(({ id, things: all, declaredAt, declaredBy }) => all.map((thing): Insertable<IncidentsThingInvolved> => ({ ...thing, id: uuidv7(), incidentId: id, addedBy: declaredBy, addedAt: declaredAt })));
  const losses = lines(({ id, losses: all, closedAt, closedBy }) => all.map((loss): Insertable<IncidentsLoss> => ({ ...loss, id: uuidv7(), incidentId: id, addedBy: closedBy, addedAt: closedAt })));
  if (log.length > 0) await tx.insertInto('incidents.logEntry').values(log).execute();
  if (people.length > 0) await tx.insertInto('incidents.personInvolved').values(people).execute();
  if (things.length > 0) await tx.insertInto('incidents.thingInvolved').values(things).execute();
  if (losses.length > 0) await tx.insertInto('incidents.loss').values(losses).execute();
}

const changeOf = ({ row, given }: { row: IncidentRow; given: PastIncident }): Change<{ id: string }> => ({
  verb: 'imported', before: null, after: { ...row, fields: answersOf(row), log: given.log, people: given.people, things: given.things, losses: given.losses } as { id: string }, header: headerOf(row),
  words: plainWords(row, [...given.people.map(({ name }) => name ?? ''), ...given.things.map(({ description, identifier }) => `${description} ${identifier ?? ''}`)]), erasable: ['title', 'place', 'narrative', 'fields', 'reportedBy', 'closureSummary', 'log', 'people'],
});
