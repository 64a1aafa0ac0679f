import { sql } from 'kysely';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change } from '#platform/kernel/store.ts';
import { type Db, type Tx, checkMay } from '../notice-row.ts';
import type { Expected, ExpectedState, Muster, MusterDetail } from '../muster-contract.ts';

const MOST_PEOPLE = 5000;
const count = (state: ExpectedState) => sql<number>`(select count(*)::int from notices.expected e where e.muster_id = m.id and e.state = ${sql.lit(state)})`;
const siteName = sql<string | null>`(select o.title from platform.record o where o.id = m.site_id)`;

/** Roll calls with what a list shows of them. */
export const musters = (db: Db) =>
  db.selectFrom('notices.muster as m').innerJoin('access.person as o', 'o.id', 'm.openedBy').leftJoin('access.person as c', 'c.id', 'm.closedBy').selectAll('m')
    .select(['o.name as opener', 'c.name as closer', siteName.as('site'), count('missing').as('missing'), count('help').as('help'), count('safe').as('safe'), count('away').as('away')]);
export type MusterRow = Awaited<ReturnType<ReturnType<typeof musters>['executeTakeFirstOrThrow']>>;

export const musterOf = (row: MusterRow): Muster => ({
  id: row.id, number: row.number, title: row.title, siteId: row.siteId, site: row.site, state: row.state as Muster['state'], openedAt: row.openedAt, openedBy: row.opener, closedAt: row.closedAt, closedBy: row.closer,
  expected: row.missing + row.help + row.safe + row.away, missing: row.missing, help: row.help, safe: row.safe, away: row.away, version: row.version,
});

export async function seenMuster(db: Db, id: string): Promise<MusterRow> {
  const row = await musters(db).where('m.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

const RANK = sql<number>`case e.state when 'help' then 0 when 'missing' then 1 when 'safe' then 2 else 3 end`;

/** A roll call whole: who needs help and who is missing stand first. */
export async function musterDetail(db: Db, row: MusterRow): Promise<MusterDetail> {
  const people = await db.selectFrom('notices.expected as e').leftJoin('access.person as p', 'p.id', 'e.personId').leftJoin('access.person as s', 's.id', 'e.saidBy')
    .select(['e.id', sql<string>`coalesce(p.name, e.name)`.as('name'), sql<boolean>`e.person_id is null`.as('isGuest'), 'e.state', 'e.place', 'e.saidAt', 's.name as saidBy', 'e.saidWay as way']).where('e.musterId', '=', row.id).orderBy(RANK).orderBy('name').orderBy('e.id').limit(MOST_PEOPLE).execute();
  const about = await db.selectFrom('platform.link as l').innerJoin('platform.record as p', 'p.id', 'l.fromId').select(['p.id', 'p.kind', 'p.number', 'p.title']).where('l.toId', '=', row.id).where('l.kind', '=', 'told').limit(20).execute();
  return { ...musterOf(row), report: row.report, noticeId: row.noticeId, people: people.map((one) => ({ ...one, state: one.state as ExpectedState, way: one.way as Expected['way'] })), about };
}

type Fact = { id: string };
const COUNTED: readonly string[] = ['opener', 'closer', 'site', 'missing', 'help', 'safe', 'away'];
const bare = (row: MusterRow): Fact => Object.fromEntries(Object.entries(row).filter(([key]) => !COUNTED.includes(key))) as Fact;

export const musterHeader = (row: Pick<MusterRow, 'number' | 'title' | 'state' | 'siteId' | 'openedAt'>): NonNullable<Change<Fact>['header']> =>
  ({ kind: 'notices.muster', number: row.number, title: row.title, state: row.state, siteId: row.siteId, wallId: null, readPermission: 'notices:muster', at: row.openedAt });
export const musterChange = (verb: string, before: MusterRow | null, after: MusterRow, more: object = {}): Change<Fact> => ({ verb, before: before && bare(before), after: { ...bare(after), ...more }, erasable: ['report', 'guests', 'place'], words: `${after.number} ${after.title}`, header: musterHeader(after) });

/** The roll call, taken for this transaction: 404 where it is not seen, 403 where not the writer's, 409 where it is closed. */
export async function heldMuster(tx: Tx, id: string): Promise<MusterRow> {
  const { siteId } = await seenMuster(tx, id);
  await checkMay(tx, siteId, 'notices:muster');
  await tx.selectFrom('notices.muster').select('id').where('id', '=', id).forUpdate().execute();
  const row = await seenMuster(tx, id);
  if (row.state === 'closed') throw new Problem('conflict', 'notices.muster_closed', `${row.closer ?? 'Somebody'} closed this roll call already.`, { by: row.closer, at: row.closedAt });
  return row;
}
