import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { peopleByEmail } from '#modules/people/public.ts';
import { sitesByCode } from '#modules/sites/public.ts';
import { readerOf, refusedRow, type RowReader } from '#platform/imports/cells.ts';
import type { Finder, Given, Outcome, RowFault } from '#platform/imports/port.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { incidentTypeOf } from './classification.ts';
import { Injury, LogKind, LossKind, PersonRole, ThingKind } from './contract.ts';
import { faultsOfPast, importIncidents, type PastIncident } from './import.service.ts';

export const INCIDENT = 'incidents.incident';

const Time = z.iso.datetime({ offset: true });
const Line = z.string().trim().max(2000);
const LISTS = {
  log: z.array(z.object({ at: Time, kind: LogKind.extract(['note', 'decision', 'action', 'contact']).default('note'), text: z.string().trim().min(1).max(20_000), by: z.string().optional() })).max(500),
  people: z.array(z.object({ role: PersonRole, name: Line.min(1), injury: Injury.nullable().default(null), details: Line.default('') })).max(200),
  things: z.array(z.object({ kind: ThingKind, description: Line.min(1), identifier: Line.default(''), role: Line.default('') })).max(200),
  losses: z.array(z.object({ kind: LossKind, description: Line.min(1), amountMinor: z.int().min(0), currency: z.string().regex(/^[A-Z]{3}$/), recoveredMinor: z.int().min(0).default(0) })).max(200),
  fields: z.record(z.string().max(80), z.unknown()),
};

/** What the row says of a column in JSON, or what it is without. */
function listIn<K extends keyof typeof LISTS>(reader: RowReader, column: K, otherwise: z.infer<(typeof LISTS)[K]>): z.infer<(typeof LISTS)[K]> {
  const value = reader.json(column);
  if (value === undefined) return otherwise;
  const read = LISTS[column].safeParse(value);
  for (const { path, message } of read.error?.issues.slice(0, 3) ?? []) reader.refuse(column, `${path.join('.')}: ${message}`);
  return (read.data ?? otherwise) as z.infer<(typeof LISTS)[K]>;
}

type Known = { siteOf: ReadonlyMap<string, string>; personOf: ReadonlyMap<string, string>; me: string };

function personIn(reader: RowReader, { cells }: Given, column: string, { personOf, me }: Known): string {
  const name = cells[column];
  if (name === undefined) return me;
  return personOf.get(name.toLowerCase()) ?? personOf.get(name) ?? reader.refuse(column, `There is nobody ${name.slice(0, 60)} among the people whom you see`) ?? me;
}

function pastOf(reader: RowReader, row: Given, known: Known): PastIncident {
  const { cells } = row;
  const needed = (column: string): string => (cells[column] === undefined ? reader.refuse(column, 'This must be there') : reader.time(column)) ?? new Date(0).toISOString();
  const site = cells['site'];
  const siteId = site === undefined ? null : (known.siteOf.get(site) ?? reader.refuse('site', `There is no site ${site.slice(0, 60)} among yours`) ?? null);
  const typeKey = reader.needed('type', 60);
  const occurredFrom = needed('occurred_from');
  const knownAt = reader.time('known_at') ?? occurredFrom;
  const declaredBy = personIn(reader, row, 'declared_by', known);
  const closedAt = needed('closed_at');
  const noLoss = reader.oneOf('no_loss', ['yes', 'no', 'true', 'false'] as const);
  return {
    id: uuidv7(), title: reader.needed('title', 200), typeKey, subtype: reader.text('subtype', 60) ?? null, severity: reader.whole('severity', 1, 5) ?? incidentTypeOf(typeKey)?.defaultSeverity ?? 1, siteId,
    place: reader.text('place', 200) ?? '', narrative: reader.text('narrative', 20_000) ?? '', reportedBy: reader.text('reported_by', 200) ?? '', occurredFrom, occurredTo: reader.time('occurred_to') ?? null, knownAt,
    declaredAt: reader.time('declared_at') ?? knownAt, declaredBy, closedAt, closedBy: personIn(reader, row, 'closed_by', known), closureReason: reader.needed('closure_reason', 60), closureSummary: reader.needed('closure_summary', 4000),
    noLoss: noLoss === undefined ? null : noLoss === 'yes' || noLoss === 'true', fields: listIn(reader, 'fields', {}),
    log: listIn(reader, 'log', []).map(({ by, ...entry }) => ({ ...entry, by: (by !== undefined && (known.personOf.get(by.toLowerCase()) ?? known.personOf.get(by))) || declaredBy })),
    people: listIn(reader, 'people', []), things: listIn(reader, 'things', []), losses: listIn(reader, 'losses', []),
  };
}

const COLUMN_OF: Readonly<Record<string, string>> = { typeKey: 'type', type: 'type', siteId: 'site', occurredFrom: 'occurred_from', occurredTo: 'occurred_to', knownAt: 'known_at', reportedBy: 'reported_by', reason: 'closure_reason', summary: 'closure_summary' };
const faultOf = ({ pointer, detail }: { pointer: string; detail: string }): RowFault => {
  const [, field = ''] = pointer.split('/');
  return { column: COLUMN_OF[field] ?? field, detail };
};

/** Brings in closed incidents with their own times; one that came in before stays as it is, whatever became of it here. */
export async function takeIncidents(ctx: Ctx, rows: readonly Given[], find: Finder): Promise<readonly Outcome[]> {
  const sites = rows.flatMap(({ cells }) => cells['site'] ?? []);
  const people = rows.flatMap(({ cells }) => [cells['declared_by'] ?? [], cells['closed_by'] ?? []].flat());
  const known: Known = {
    siteOf: new Map([...(await find.byExternalId('sites.site', sites)), ...(await sitesByCode(ctx, sites))]),
    personOf: new Map([...(await find.byExternalId('people.person', people)), ...(await peopleByEmail(ctx, people))]), me: ctx.personId,
  };
  const read = rows.map((row) => {
    const reader = readerOf(row);
    const past = pastOf(reader, row, known);
    const faults = reader.faults.length > 0 ? reader.faults : faultsOfPast(past, ctx.now()).map(faultOf);
    return { row, past, faults };
  });
  const fresh = read.filter(({ row, faults }) => row.recordId === null && faults.length === 0).map(({ past }) => past);
  const numbers = new Map((fresh.length === 0 ? [] : await importIncidents(ctx, fresh)).map(({ id, number }) => [id, number]));
  return read.map(({ row, past, faults }): Outcome => {
    if (row.recordId !== null) return { does: 'unchanged', id: row.recordId, label: past.title };
    return faults.length > 0 ? refusedRow(past.title, faults) : { does: 'created', id: past.id, label: `${numbers.get(past.id) ?? ''} ${past.title}`.trim() };
  });
}
