import { sql } from 'kysely';
import { organisationOf } from '#modules/identity/public.ts';
import { siteCardOf } from '#modules/sites/public.ts';
import { listTasks } from '#modules/tasks/public.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { incidentTypeOf } from '../classification.ts';
import { readCommand } from '../command/read.service.ts';
import type { Incident, LogEntry } from '../contract.ts';
import { logQuery } from '../read.service.ts';
import { incidents, READ } from '../record.ts';
import type { Resource, ResourceMove } from '../resource-contract.ts';
import { cardsQuery, movesQuery } from '../resources/board.service.ts';
import { reportsQuery } from '../resources/reports.service.ts';
import type { FormFacts, SheetFacts, Subject, TaskFacts } from './facts.ts';

const MOST_ENTRIES = 500;
const ofLastCommand = sql<boolean>`o.activation_id = (select a.id from incidents.activation a where a.incident_id = o.incident_id order by a.number desc limit 1)`;

/** Facts without what one sheet is about: read once for all forms of an incident. */
export type Gathered = Omit<FormFacts, 'period' | 'subject' | 'sheets'> & { all: readonly SheetFacts[] };

/** Reads everything from which the forms of an incident are filled, as far as the reader sees it. */
export async function gatherFacts(ctx: Ctx, incident: Incident): Promise<Gathered> {
  const { id } = incident;
  const [[log, cards, moves, reports, sheets, people, objectives, safety], command, site, tasks, organisation] = await Promise.all([
    incidents.readAll(ctx, READ, (db) => [
      logQuery(db, id, undefined, MOST_ENTRIES), cardsQuery(db, id), movesQuery(db, id, null), reportsQuery(db, id, { limit: 20 }),
      db.selectFrom('incidents.formSheet').select(['form', 'version', 'subject', 'periodId', 'signedAt']).where('incidentId', '=', id).limit(2_000),
      db.selectFrom('access.person').select('name').where('id', '=', ctx.personId),
      // Of the command in force, else of the last one.
      db.selectFrom('incidents.objective as o').select(['o.text', 'o.strategies', 'o.priority', 'o.state', 'o.positionId']).where('o.incidentId', '=', id).where('o.struckAt', 'is', null).where(ofLastCommand).orderBy('o.priority').orderBy('o.number').limit(200),
      db.selectFrom('incidents.safetyMessage as o').select(['o.text', 'o.at']).where('o.incidentId', '=', id).where('o.endedAt', 'is', null).where(ofLastCommand).orderBy('o.at').limit(100),
    ]),
    readCommand(ctx, { id }), incident.siteId === null ? null : siteCardOf(ctx, incident.siteId), tasksOf(ctx, id), organisationOf(ctx),
  ]);
  const held = command.positions.find(({ holders }) => holders.some(({ personId }) => personId === ctx.personId));
  const inForce = (cards as Resource[]).filter(({ struckAt }) => struckAt === null);
  const nameOf = new Map(inForce.map((card) => [card.id, card.name]));
  return {
    incident, type: incident.type === null ? '' : (incidentTypeOf(incident.type)?.title ?? incident.type), organisation: organisation.name, zone: incident.timeZone ?? 'UTC', now: ctx.now().toISOString(),
    address: site === null ? '' : [site.address, site.city, site.country ?? ''].filter(Boolean).join(', '), writer: { name: people[0]?.name ?? '', position: held?.title ?? '' },
    log: inOrder(log.filter(({ struckAt }) => struckAt === null)), reports: reports.filter(({ struckAt }) => struckAt === null), cards: inForce,
    moves: moves.flatMap(({ resourceId, ...move }) => (nameOf.has(resourceId) ? [{ ...(move as ResourceMove), resource: nameOf.get(resourceId) ?? '' }] : [])),
    command, objectives, safety, tasks, all: sheets.map(({ signedAt, ...sheet }) => ({ ...sheet, state: signedAt === null ? 'draft' : 'signed' })),
  };
}

const inOrder = (log: readonly LogEntry[]): LogEntry[] => log.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.seq - b.seq);

async function tasksOf(ctx: Ctx, recordId: string): Promise<TaskFacts[]> {
  const { items } = await listTasks(ctx, { recordId, limit: 200 }).catch((error: unknown) => {
    if ((error as { kind?: string }).kind === 'forbidden') return { items: [] };
    throw error;
  });
  return items.filter(({ state }) => state !== 'dropped').map((task) => ({ title: task.title, ownerId: task.owner?.id ?? null, owner: task.owner?.name ?? '', isOpen: task.state === 'open' }));
}

/** The position or the resource of that id; null where it is neither. */
export function subjectOf({ command, cards }: Gathered, id: string | null): Subject | null {
  const position = command?.positions.find((one) => one.id === id);
  if (position) return { is: 'position', position };
  const card = cards.find((one) => one.id === id);
  return card ? { is: 'resource', card } : null;
}

export const subjectTitle = (subject: Subject | null): string => (subject === null ? '' : subject.is === 'position' ? subject.position.title : subject.card.name);

/** The facts of one sheet: its period, its subject, and the other sheets of that period. */
export function factsOfSheet({ all, ...facts }: Gathered, { periodId, subjectId }: { periodId: string | null; subjectId: string | null }): FormFacts {
  return { ...facts, period: facts.command?.periods.find(({ id }) => id === periodId) ?? null, subject: subjectOf({ all, ...facts }, subjectId), sheets: all.filter((sheet) => sheet.periodId === periodId) };
}
