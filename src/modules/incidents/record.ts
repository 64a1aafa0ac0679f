import { type Insertable, type Selectable, sql, type UpdateObject } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, type Header, store } from '#platform/kernel/store.ts';
import { incidentTypeOf } from './classification.ts';
import type { Standing } from './contract.ts';
import type { IncidentsIncident, IncidentsStep, Tables } from './tables.gen.ts';

/** The module's one store. */
export const incidents = store<Tables>('incidents');
export type Tx = Parameters<Parameters<typeof incidents.writeMany>[2]>[0];

export const COLUMNS = [
  'i.id', 'i.number', 'i.title', 'i.typeKey', 'i.subtype', 'i.severity', 'i.state', 'i.siteId', 'i.wallId', 'i.occurredFrom', 'i.occurredTo', 'i.knownAt', 'i.reportedBy', 'i.place', 'i.narrative',
  'i.fields', 'i.noLoss', 'i.commanderId', 'i.declaredBy', 'i.declaredAt', 'i.closedBy', 'i.closedAt', 'i.closureReason', 'i.closureSummary', 'i.logCount', 'i.isSimulated', 'i.mergedInto', 'i.version',
] as const;
/** The row as verbs read it; what is generated (sight), totalled by the database (losses) or follows from the edits (disputed) stays out. */
export type IncidentRow = Omit<Selectable<IncidentsIncident>, 'sightId' | 'losses' | 'disputed'>;

export const READ = 'incidents:read';

export const headerOf = (row: IncidentRow): Header => ({
  kind: 'incidents.incident', number: row.number, title: row.isSimulated ? `Simulated: ${row.title}` : row.title, state: row.state, siteId: row.siteId, wallId: row.wallId, readPermission: READ, at: row.occurredFrom,
});

export const ofIncident = (row: Pick<IncidentRow, 'id' | 'siteId' | 'wallId'>) => ({ recordId: row.id, siteId: row.siteId, wallId: row.wallId, readPermission: READ });

export const standingOf = (row: IncidentRow, rowId?: string): Standing => ({
  id: row.id, number: row.number, state: row.state, severity: row.severity, version: row.version, ...(rowId !== undefined && { rowId }),
});

/** Words to find it by: what people would type, with names and plates of what was involved. */
export async function wordsOf(tx: Tx, row: IncidentRow): Promise<string> {
  const involved = await tx.selectFrom('incidents.personInvolved as p').leftJoin('access.person as known', 'known.id', 'p.personId')
    .select(sql<string>`concat_ws(' ', known.name, p.name)`.as('words')).where('p.incidentId', '=', row.id).where('p.struckAt', 'is', null)
    .unionAll(tx.selectFrom('incidents.thingInvolved as t').select(sql<string>`concat_ws(' ', t.description, t.identifier)`.as('words')).where('t.incidentId', '=', row.id).where('t.struckAt', 'is', null))
    .limit(200).execute();
  return plainWords(row, involved.map(({ words }) => words));
}

export const plainWords = (row: IncidentRow, involved: readonly string[] = []): string =>
  [row.number, row.title, row.typeKey ? (incidentTypeOf(row.typeKey)?.title ?? '') : '', row.place, row.narrative.slice(0, 2_000), ...involved].filter(Boolean).join(' ').slice(0, 6_000);

/** Takes the row for this transaction, under its permission. Throws 404 where it is hidden or absent, 403 where it is seen and may not be changed. */
export async function holdIncident(tx: Tx, id: string, permission: string): Promise<IncidentRow> {
  const held = await tx.selectFrom('incidents.incident as i').select(COLUMNS).where('i.id', '=', id).forUpdate().executeTakeFirst();
  if (held) return held;
  const seen = await tx.selectFrom('incidents.incident').select('id').where('id', '=', id).executeTakeFirst();
  throw seen ? notAllowed(permission) : notFound();
}

/** Refuses what only an open incident takes, and says who closed it. */
export async function checkOpen(tx: Tx, row: IncidentRow, { code, then }: { code: string; then: string } = { code: 'incidents.closed', then: 'Reopen it first.' }): Promise<void> {
  if (row.state === 'open') return;
  // Asked apart: a row that was waited for is read anew, what is joined to it is not.
  const closer = await tx.selectFrom('access.person').select('name').where('id', '=', row.closedBy).executeTakeFirst();
  const by = closer?.name ?? 'Somebody';
  throw new Problem('conflict', code, `${by} closed it at ${row.closedAt ?? ''}. ${then}`.trim(), { by, byId: row.closedBy, at: row.closedAt });
}

export type NewStep = Omit<Insertable<IncidentsStep>, 'id' | 'incidentId' | 'personId' | 'at'>;

export const insertStep = (ctx: Ctx, tx: Tx, incidentId: string, step: NewStep) =>
  tx.insertInto('incidents.step').values({ id: uuidv7(), incidentId, personId: ctx.personId, at: ctx.now().toISOString(), ...step }).execute();

/** Fields in which somebody may be named: the ledger keeps their salted hashes, so that they can be erased. */
export const TEXTS = ['title', 'place', 'narrative', 'fields', 'reportedBy', 'closureSummary', 'reason'] as const;

type Changed = { set: UpdateObject<{ i: IncidentsIncident }, 'i'>; verb: string; step?: Omit<NewStep, 'verb'>; more?: object; erasable?: readonly string[] };

/** Changes the record itself: held, changed, counted up, put on its timeline and told. `null` from the work means that nothing changes. */
export function changeIncident(ctx: Ctx, permission: string, id: string, work: (tx: Tx, before: IncidentRow) => Promise<Changed | null>): Promise<Standing> {
  return incidents.writeMany(ctx, permission, async (tx) => {
    const before = await holdIncident(tx, id, permission);
    const changed = await work(tx, before);
    if (!changed) return { changes: [], result: standingOf(before) };
    const after = await tx.updateTable('incidents.incident as i').set({ ...changed.set, version: before.version + 1 }).where('i.id', '=', id).returning(COLUMNS).executeTakeFirstOrThrow();
    if (changed.step) await insertStep(ctx, tx, id, { verb: changed.verb, ...changed.step });
    const change: Change<{ id: string }> = {
      verb: changed.verb, before: { ...before, ...nulls(changed.more) }, after: { ...after, ...changed.more }, header: headerOf(after), words: await wordsOf(tx, after),
      erasable: [...TEXTS, ...(changed.erasable ?? [])],
    };
    return { changes: [change], result: standingOf(after) };
  });
}

const nulls = (more: object = {}): Record<string, null> => Object.fromEntries(Object.keys(more).map((key) => [key, null]));

type Line = { verb: string; row: Record<string, unknown> & { id: string }; erasable?: readonly string[]; isFindable?: boolean };

/** Adds or strikes a line that belongs to an incident; its facts and their version stay. */
export function changeLine(ctx: Ctx, id: string, work: (tx: Tx, incident: IncidentRow) => Promise<Line | null>, permission = 'incidents:write'): Promise<Standing> {
  return incidents.writeMany(ctx, permission, async (tx) => {
    const incident = await holdIncident(tx, id, permission);
    const line = await work(tx, incident);
    if (!line) return { changes: [], result: standingOf(incident) };
    const { id: rowId, ...rest } = line.row;
    const change: Change<{ id: string }> = {
      verb: line.verb, before: null, after: { ...rest, id, rowId } as { id: string }, of: ofIncident(incident),
      ...(line.isFindable && { words: await wordsOf(tx, incident) }), erasable: ['reason', ...(line.erasable ?? [])],
    };
    return { changes: [change], result: standingOf(incident, rowId) };
  });
}
