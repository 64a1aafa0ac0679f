import { type RawBuilder, sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor, sitesBelow } from '#platform/kernel/list.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { siteOf } from '#modules/sites/public.ts';
import { cases, COLUMNS, READ, type Reader, readCaseRow, recordLook } from './case-row.ts';
import type * as contract from './contract.ts';
import type { Case, CaseRow } from './contract.ts';
import { memberQuery } from './members.service.ts';
import { STATES } from './rules.ts';

type Query = Input<typeof contract.listCases>;
const MOST_FOUND = 500;

/** Cases behind whose walls the reader stands, in order of when they were opened, page by page. */
export async function listCases(ctx: Ctx, query: Query): Promise<Reply<typeof contract.listCases>> {
  const rows = await cases.read(ctx, READ).selectFrom(sql<CaseRow>`(${listQuery({ ...query, limit: query.limit + 1 })})`.as<'l'>(sql`l`)).selectAll().execute();
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  const next = rows.length > query.limit && last ? cursorAfter(last.openedAt, last.id) : null;
  return { items, next, ...(next === null && query.after === undefined && { total: items.length }) };
}

/** The walls behind which the person of the statement reads cases. Every case has one, so nobody's list has to pass over the others'. */
const WALLS = sql`(select distinct s.label from access.sight s where s.person_id = (select access.me()) and s.since <= now() and s.until > now()
  and s.role_id in (select r.role_id from access.role_permission r join access.role k on k.id = r.role_id and k.kind = 'part' where r.permission = ${READ}))`;

/** The list's statement: the first rows of each wall by index, then what is shown of them. */
export function listQuery(query: Query): RawBuilder<CaseRow> {
  const states = query.state === 'any' ? STATES : query.state === 'open' ? STATES.filter((state) => state !== 'closed') : [query.state];
  const conditions = sql.join([sql`c.sight_id = l.label`, sql`c.state = any (${states}::text[])`, ...conditionsOf(query)], sql` and `);
  return sql<CaseRow>`select c.id, c.number, c.title, c.type_key as type, c.state, c.source, c.site_id, place.name as site, place.time_zone, c.lead_id, coalesce(who.name, '') as lead, c.opened_at, c.closed_at, c.version
    from (select c.* from ${WALLS} l cross join lateral (select c.id, c.number, c.title, c.type_key, c.state, c.source, c.site_id, c.lead_id, c.opened_at, c.closed_at, c.version from cases.case c where ${conditions}) c
      order by c.opened_at desc, c.id desc limit ${query.limit}) c
    left join access.person who on who.id = c.lead_id left join sites.v_site place on place.id = c.site_id order by c.opened_at desc, c.id desc`;
}

function conditionsOf({ type, leadId, siteId, fromId, q, after }: Query): RawBuilder<unknown>[] {
  const cursor = after === undefined ? null : readCursor(after);
  return [
    ...(type ? [sql`c.type_key = ${type}`] : []),
    ...(leadId ? [sql`c.lead_id = ${leadId}`] : []),
    ...(siteId ? [sql`c.site_id in ${sitesBelow(siteId)}`] : []),
    ...(fromId ? [sql`exists (select from platform.link k where k.from_id = ${fromId} and k.to_id = c.id and k.kind = 'became')`] : []),
    ...(q ? [sql`c.id in (select f.record_id from platform.find_records(${q}, ${MOST_FOUND}) f)`] : []),
    ...(cursor ? [sql`(c.opened_at, c.id) < (${cursor.at}::timestamptz, ${cursor.id}::uuid)`] : []),
  ];
}

const caseQuery = (db: Reader, id: string) =>
  db.selectFrom('cases.case as c').leftJoin('access.person as lead', 'lead.id', 'c.leadId').leftJoin('access.person as opener', 'opener.id', 'c.openedBy').select([...COLUMNS, 'lead.name as lead', 'opener.name as opener']).where('c.id', '=', id);

const fromQuery = (db: Reader, id: string) =>
  db.selectFrom('platform.link as l').innerJoin('platform.record as r', 'r.id', 'l.fromId').select(['r.id', 'r.kind', 'r.number', 'r.title']).where('l.toId', '=', id).where('l.kind', '=', 'became').orderBy('l.at').limit(20);

/** What the reader may do in this one room, by their part. */
const mineQuery = (db: Reader, id: string) =>
  db.selectFrom('access.rolePermission as r').select('r.permission').distinct().where((where) => where.or([where('r.permission', 'like', 'cases:%'), where('r.permission', 'like', 'exhibits:%'), where('r.permission', '=', 'ledger:read')]))
    .where(sql<boolean>`exists (select from cases.case c join access.sight s on s.label = c.sight_id where c.id = ${id} and s.person_id = (select access.me()) and s.role_id = r.role_id and s.since <= now() and s.until > now())`);

/** One case with who is in the room, in one round trip; the look is recorded first. */
export async function readCase(ctx: Ctx, { id }: Input<typeof contract.readCase>): Promise<Case> {
  const [rows, members, from, mine] = await cases.readAll(ctx, READ, (db) => [caseQuery(db, id), memberQuery(db, id), fromQuery(db, id), mineQuery(db, id)]);
  const row = rows[0];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  const site = row.siteId === null ? null : await siteOf(ctx, row.siteId);
  return {
    id: row.id, number: row.number, title: row.title, type: row.typeKey, state: row.state, source: row.source, siteId: row.siteId, site: site?.name ?? null, timeZone: site?.timeZone ?? null, leadId: row.leadId, lead: row.lead ?? '',
    openedAt: row.openedAt, closedAt: row.closedAt, version: row.version, summary: row.summary, openedBy: row.opener ?? '', members, from, mine: mine.map(({ permission }) => permission).sort(),
  };
}

/** What became of the case, the earliest first. */
export async function readTimeline(ctx: Ctx, { id }: Input<typeof contract.readTimeline>): Promise<Reply<typeof contract.readTimeline>> {
  await readCaseRow(ctx, id);
  const items = await cases.read(ctx, READ).selectFrom('cases.step as s').leftJoin('access.person as p', 'p.id', 's.personId').select(['s.id', 's.verb', 's.at', sql<string>`coalesce(p.name, '')`.as('person'), 's.was', 's.became', 's.reason']).where('s.caseId', '=', id).orderBy('s.at').orderBy('s.id').limit(2_000).execute();
  return { items };
}
