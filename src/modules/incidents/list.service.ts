import { type RawBuilder, sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, hasFewSites, labelsAt, labelsOf, type Reach, reachOf, readCursor, sitesBelow } from '#platform/kernel/list.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { IncidentRow } from './contract.ts';
import { incidents, READ } from './record.ts';

type Query = Input<typeof contract.listIncidents>;

const STATES = ['open', 'closed'] as const;
const MOST_FOUND = 500;

/** Incidents in order of when they happened, page by page. */
export async function listIncidents(ctx: Ctx, query: Query): Promise<Reply<typeof contract.listIncidents>> {
  const reach = await reachOf(ctx, READ);
  const way = reach === 'whole' && query.siteId && (await hasFewSites(ctx, READ, query.siteId)) ? 'by-site' : reach;
  const rows = await incidents.read(ctx, READ).selectFrom(sql<IncidentRow>`(${listQuery(way, { ...query, limit: query.limit + 1 })})`.as<'l'>(sql`l`)).selectAll().execute();
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  const next = rows.length > query.limit && last ? cursorAfter(last.occurredFrom, last.id) : null;
  return { items, next, ...(next === null && query.after === undefined && { total: items.length }) };
}

/** The list's statement: the page by index first, then what is shown of it. */
export function listQuery(way: Reach | 'by-site', query: Query): RawBuilder<IncidentRow> {
  const down = query.sort === '-occurred';
  const order = (alias: string) => (down ? sql`${sql.ref(`${alias}.occurredFrom`)} desc, ${sql.ref(`${alias}.id`)} desc` : sql`${sql.ref(`${alias}.occurredFrom`)}, ${sql.ref(`${alias}.id`)}`);
  const conditions = conditionsOf(query, down);
  const stated = query.state ? [sql`i.state = any (${query.state}::text[])`] : [];
  const byTime = () => sql`select ${COLUMNS} from incidents.incident i where ${sql.join([...stated, ...conditions, sql`true`], sql` and `)} order by ${order('i')} limit ${query.limit}`;
  const byLabel = (labels: RawBuilder<unknown>) => sql`select ${COLUMNS} from (
    select x.id from ${labels} l cross join unnest(${query.state ?? STATES}::text[]) st (state) cross join lateral (
      select i.id, i.occurred_from from incidents.incident i where ${sql.join([sql`i.sight_id = l.label`, sql`i.state = st.state`, ...conditions], sql` and `)} order by ${order('i')} limit ${query.limit}) x
    order by ${order('x')} limit ${query.limit}) t join incidents.incident i using (id)`;
  const page = way === 'whole' ? byTime() : byLabel(way === 'by-site' && query.siteId ? labelsAt(READ, query.siteId) : labelsOf(READ));
  return sql<IncidentRow>`select i.id, i.number, i.title, i.type_key as type, i.subtype, i.severity, i.state, i.site_id, place.name as site, place.time_zone, i.place,
      i.wall_id is not null as is_walled, i.occurred_from, i.known_at, i.closed_at, i.commander_id, who.name as commander, i.no_loss, i.is_simulated, i.merged_into is not null as is_merged, i.version, i.losses, i.disputed
    from (${page}) i left join access.person who on who.id = i.commander_id left join sites.v_site place on place.id = i.site_id order by ${order('i')}`;
}

const COLUMNS = sql`i.id, i.number, i.title, i.type_key, i.subtype, i.severity, i.state, i.site_id, i.wall_id, i.place, i.occurred_from, i.known_at, i.closed_at, i.commander_id, i.no_loss, i.is_simulated, i.merged_into, i.version, i.losses, i.disputed`;

function conditionsOf({ severity, type, siteId, commanderId, from, to, q, after }: Query, down: boolean): RawBuilder<unknown>[] {
  const cursor = after === undefined ? null : readCursor(after);
  return [
    ...(severity ? [sql`i.severity = any (${severity}::smallint[])`] : []),
    ...(type ? [sql`i.type_key = any (${type}::text[])`] : []),
    ...(siteId ? [sql`i.site_id in ${sitesBelow(siteId)}`] : []),
    ...(commanderId ? [sql`i.commander_id = ${commanderId}`] : []),
    ...(from ? [sql`i.occurred_from >= ${from}::timestamptz`] : []),
    ...(to ? [sql`i.occurred_from < ${to}::timestamptz`] : []),
    ...(q ? [sql`i.id in (select f.record_id from platform.find_records(${q}, ${MOST_FOUND}) f)`] : []),
    ...(cursor ? [down ? sql`(i.occurred_from, i.id) < (${cursor.at}::timestamptz, ${cursor.id}::uuid)` : sql`(i.occurred_from, i.id) > (${cursor.at}::timestamptz, ${cursor.id}::uuid)`] : []),
  ];
}
