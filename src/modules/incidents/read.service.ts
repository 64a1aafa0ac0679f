import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { siteOf } from '#modules/sites/public.ts';
import { openTasksOf } from '#modules/tasks/public.ts';
import type * as contract from './contract.ts';
import type { Incident } from './contract.ts';
import { answersOf, clocksOf, factsOf } from './facts.ts';
import { recordLook } from './looks.ts';
import { mergedFrom, mergeQuery, mergesOf, withMerged } from './merges/merge-rows.ts';
import { COLUMNS, incidents, READ } from './record.ts';
import { missingToClose } from './rules.ts';
import { memberQuery } from './wall.service.ts';

type Reader = Parameters<Parameters<typeof incidents.readAll>[2]>[0];

const incidentQuery = (db: Reader, id: string) =>
  db.selectFrom('incidents.incident as i').leftJoin('access.person as commander', 'commander.id', 'i.commanderId')
    .leftJoin('access.person as declarer', 'declarer.id', 'i.declaredBy').leftJoin('access.person as closer', 'closer.id', 'i.closedBy')
    .select([...COLUMNS, 'i.disputed', 'commander.name as commander', 'declarer.name as declarer', 'closer.name as closer']).where('i.id', '=', id);


const personQuery = (db: Reader, id: string) =>
  db.selectFrom('incidents.personInvolved as l').leftJoin('access.person as adder', 'adder.id', 'l.addedBy').leftJoin('access.person as striker', 'striker.id', 'l.struckBy').leftJoin('access.person as known', 'known.id', 'l.personId')
    .select(['l.id', 'l.role', 'l.personId', sql<string>`coalesce(known.name, l.name)`.as('name'), 'l.injury', 'l.details', sql<string>`coalesce(adder.name, '')`.as('addedBy'), 'l.addedAt', 'l.struckAt', 'striker.name as struckBy', 'l.struckReason', mergedFrom('l.incidentId', id).as('mergedFrom')])
    .where('l.incidentId', 'in', withMerged(id)).orderBy('l.addedAt').orderBy('l.id').limit(500);

const thingQuery = (db: Reader, id: string) =>
  db.selectFrom('incidents.thingInvolved as l').leftJoin('access.person as adder', 'adder.id', 'l.addedBy').leftJoin('access.person as striker', 'striker.id', 'l.struckBy')
    .select(['l.id', 'l.kind', 'l.description', 'l.identifier', 'l.role', 'l.details', sql<string>`coalesce(adder.name, '')`.as('addedBy'), 'l.addedAt', 'l.struckAt', 'striker.name as struckBy', 'l.struckReason', mergedFrom('l.incidentId', id).as('mergedFrom')])
    .where('l.incidentId', 'in', withMerged(id)).orderBy('l.addedAt').orderBy('l.id').limit(500);

const lossQuery = (db: Reader, id: string) =>
  db.selectFrom('incidents.loss as l').leftJoin('access.person as adder', 'adder.id', 'l.addedBy').leftJoin('access.person as striker', 'striker.id', 'l.struckBy')
    .select(['l.id', 'l.kind', 'l.description', 'l.amountMinor', 'l.currency', 'l.recoveredMinor', 'l.isEstimate', sql<string>`coalesce(adder.name, '')`.as('addedBy'), 'l.addedAt', 'l.struckAt', 'striker.name as struckBy', 'l.struckReason', mergedFrom('l.incidentId', id).as('mergedFrom')])
    .where('l.incidentId', 'in', withMerged(id)).orderBy('l.addedAt').orderBy('l.id').limit(500);

/** What the reader may do with this one incident, by grants on its site or by the part behind its wall. */
export const mineQuery = (db: Reader, id: string) =>
  db.selectFrom('access.rolePermission as r').select('r.permission').distinct().where('r.permission', 'like', 'incidents:%').where(sql<boolean>`(
    exists (select from incidents.incident i join access.sight s on s.label = i.sight_id where i.id = ${id} and s.person_id = (select access.me()) and s.role_id = r.role_id and s.since <= now() and s.until > now())
    or (r.permission = any ((select access.org_permissions())::text[]) and exists (select from incidents.incident i where i.id = ${id} and i.wall_id is null)))`);

const selectLog = (db: Reader) =>
  db.selectFrom('incidents.logEntry as e').leftJoin('access.person as author', 'author.id', 'e.authorId').leftJoin('access.person as striker', 'striker.id', 'e.struckBy')
    .select(['e.id', 'e.seq', 'e.kind', 'e.text', 'e.at', 'e.notedAt', sql<string>`coalesce(author.name, '')`.as('author'), 'e.struckAt', 'striker.name as struckBy', 'e.struckReason', 'e.corrects', 'e.writtenAt']);

/** The command log, the latest entry first. */
export const logQuery = (db: Reader, id: string, before: number | undefined, limit: number) => {
  const query = selectLog(db).where('e.incidentId', '=', id).orderBy('e.seq', 'desc').limit(limit);
  return before === undefined ? query : query.where('e.seq', '<', before);
};

/** The command logs of an incident and of those merged into it, the latest noted first. */
export const logWithMerged = (db: Reader, id: string, limit: number) =>
  selectLog(db).select(mergedFrom('e.incidentId', id).as('mergedFrom')).where('e.incidentId', 'in', withMerged(id)).orderBy('e.notedAt', 'desc').orderBy('e.seq', 'desc').limit(limit);

/** One incident with what belongs to it, in one round trip; of a walled one the look is recorded first. */
export async function readIncident(ctx: Ctx, { id }: Input<typeof contract.readIncident>): Promise<Incident> {
  const [rows, people, things, lossLines, members, mine, merges] = await incidents.readAll(ctx, READ, (db) => [incidentQuery(db, id), personQuery(db, id), thingQuery(db, id), lossQuery(db, id), memberQuery(db, id), mineQuery(db, id), mergeQuery(db, id)]);
  const row = rows[0];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  const { mergedInto, merged } = mergesOf(id, merges);
  const [site, openTasks] = await Promise.all([row.siteId === null ? null : siteOf(ctx, row.siteId), row.state === 'open' ? openTasksWith(ctx, id, merged) : []]);
  const inForce = { persons: people.filter(isInForce), things: things.filter(isInForce), losses: lossLines.filter(isInForce), openTasks };
  return {
    id: row.id, number: row.number, title: row.title, type: row.typeKey, subtype: row.subtype, severity: row.severity, state: row.state, siteId: row.siteId, site: site?.name ?? null, timeZone: site?.timeZone ?? null, place: row.place, isWalled: row.wallId !== null,
    occurredFrom: row.occurredFrom, occurredTo: row.occurredTo, knownAt: row.knownAt, reportedBy: row.reportedBy, narrative: row.narrative, fields: answersOf(row),
    commanderId: row.commanderId, commander: row.commander, declaredBy: row.declarer ?? '', declaredAt: row.declaredAt, closedBy: row.closer, closedAt: row.closedAt, closureReason: row.closureReason, closureSummary: row.closureSummary,
    logCount: row.logCount, noLoss: row.noLoss, isSimulated: row.isSimulated, isMerged: mergedInto !== null, mergedInto, merged, version: row.version, disputed: row.disputed, people, things, lossLines, losses: totalsOf(inForce.losses), clocks: clocksOf(row), members,
    missing: row.state === 'open' ? [...missingToClose(factsOf(row, inForce), ctx.now())] : [], mine: mine.map(({ permission }) => permission).sort(),
  };
}

/** Open tasks of an incident and of those merged into it. */
export const openTasksWith = async (ctx: Ctx, id: string, merged: readonly { id: string }[]): ReturnType<typeof openTasksOf> => (await Promise.all([id, ...merged.map((one) => one.id)].map((one) => openTasksOf(ctx, one)))).flat();

const isInForce = (line: { struckAt: string | null }): boolean => line.struckAt === null;

/** Sums of the lines in force, a currency each; amounts of different currencies are never added up. */
export function totalsOf(lines: readonly { currency: string; amountMinor: number; recoveredMinor: number }[]): Incident['losses'] {
  const sums = Map.groupBy(lines, ({ currency }) => currency);
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, same]) => ({
    currency, amountMinor: same.reduce((sum, line) => sum + line.amountMinor, 0), recoveredMinor: same.reduce((sum, line) => sum + line.recoveredMinor, 0),
  }));
}

/** The command log, the latest entry first. */
export async function listLog(ctx: Ctx, { id, after, limit }: Input<typeof contract.listLog>): Promise<Reply<typeof contract.listLog>> {
  const [rows, items] = await incidents.readAll(ctx, READ, (db) => [db.selectFrom('incidents.incident').select(['id', 'siteId', 'wallId']).where('id', '=', id), logQuery(db, id, after, limit)]);
  const row = rows[0];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  const last = items.at(-1);
  return { items, next: items.length === limit && last && last.seq > 1 ? String(last.seq) : null };
}

/** Its log and its changes in one order of time, the earliest first. */
export async function readTimeline(ctx: Ctx, { id }: Input<typeof contract.readTimeline>): Promise<Reply<typeof contract.readTimeline>> {
  const [rows, log, steps] = await incidents.readAll(ctx, READ, (db) => [
    db.selectFrom('incidents.incident').select(['id', 'siteId', 'wallId']).where('id', '=', id), logWithMerged(db, id, 2_000),
    db.selectFrom('incidents.step as s').leftJoin('access.person as p', 'p.id', 's.personId').select(['s.id', 's.verb', 's.at', sql<string>`coalesce(p.name, '')`.as('person'), 's.was', 's.became', 's.reason', mergedFrom('s.incidentId', id).as('mergedFrom')]).where('s.incidentId', 'in', withMerged(id)).orderBy('s.at').limit(2_000),
  ]);
  const row = rows[0];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  const items = [
    ...steps.map(({ reason, ...step }) => ({ ...step, kind: 'step' as const, notedAt: step.at, text: reason, isStruck: false })),
    ...log.map((entry) => ({ id: entry.id, kind: 'log' as const, verb: entry.kind, at: entry.at, notedAt: entry.notedAt, person: entry.author, text: entry.text, was: null, became: null, isStruck: entry.struckAt !== null, mergedFrom: entry.mergedFrom })),
  ];
  return { items: items.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : 1)) };
}
