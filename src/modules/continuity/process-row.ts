import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Process } from './contract.ts';
import { gapsOf, type Impacts, type Needed } from './rules.ts';
import type { Tables } from './tables.gen.ts';

export const processes = store<Tables>('continuity');
export type Tx = Parameters<Parameters<typeof processes.writeMany>[2]>[0];
export type Db = Pick<Tx, 'selectFrom'>;
export const WRITE = 'continuity:write';

/** What a process needs, as far as the reader sees it: a process or site by its own name, and a process with its own time. */
const NAME = sql`case d.kind when 'process' then n.number || ' ' || n.title when 'site' then s.name else d.name end`;
export const NEEDS = sql`(continuity.dependency d left join continuity.process n on n.id = d.on_process_id left join sites.v_site s on s.id = d.on_site_id)`;
export const SEEN_NEED = sql`(d.on_process_id is null or n.id is not null) and (d.on_site_id is null or s.id is not null)`;
export const NEED_NAME = NAME;
export const NEED_RTO = sql`case when d.kind = 'process' then n.rto_min else d.rto_min end`;

/** Processes with names, under the reader's sight. */
export const rows = (db: Db) =>
  db.selectFrom('continuity.process as p').innerJoin('access.person as o', 'o.id', 'p.ownerId').leftJoin('access.person as r', 'r.id', 'p.reviewedBy')
    .select([
      'p.id', 'p.number', 'p.title', 'p.detail', 'p.siteId', 'p.ownerId', 'p.state', 'p.impacts', 'p.mtpdMin', 'p.rtoMin', 'p.rpoMin', 'p.mbco', sql<string>`p.review_on::text`.as('reviewOn'), 'p.reviewedAt', 'p.reviewedBy', 'p.madeBy', 'p.madeAt', 'p.retiredWhy', 'p.version', 'o.name as ownerName', 'r.name as reviewerName',
      sql<string | null>`(select x.name from sites.v_site x where x.id = p.site_id)`.as('site'), sql<string | null>`(select x.time_zone from sites.v_site x where x.id = p.site_id)`.as('timeZone'),
      sql<Needed[]>`coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'name', ${NAME}, 'rtoMin', ${NEED_RTO}) order by d.added_at, d.id) from ${NEEDS} where d.process_id = p.id and d.struck_why = '' and ${SEEN_NEED}), '[]')`.as('needs'),
    ]);
export type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

export const seen = (db: Db, id: string): Promise<Row | undefined> => rows(db).where('p.id', '=', id).executeTakeFirst();

export const processOf = (ctx: Ctx, row: Row): Process => ({
  id: row.id, number: row.number, title: row.title, siteId: row.siteId, site: row.site, timeZone: row.timeZone, owner: { id: row.ownerId, name: row.ownerName }, state: row.state, mtpdMin: row.mtpdMin, rtoMin: row.rtoMin, rpoMin: row.rpoMin, reviewOn: row.reviewOn,
  gaps: row.state === 'retired' ? [] : gapsOf({ ...row, impacts: row.impacts as Impacts }, ctx.now().toISOString().slice(0, 10)), version: row.version,
});

type Fact = { id: string };
export const headerOf = ({ number, title, state, siteId, madeAt }: Pick<Row, 'number' | 'title' | 'state' | 'siteId' | 'madeAt'>): NonNullable<Change<Fact>['header']> => ({ kind: 'continuity.process', number, title, state, siteId, wallId: null, readPermission: 'continuity:read', at: madeAt });

export const changeOf = (verb: string, before: Row | null, after: Row, more: object = {}): Change<Fact> => {
  const bare = ({ ownerName: _o, reviewerName: _r, site: _s, timeZone: _t, needs: _n, ...row }: Row): Fact => row;
  const none = Object.fromEntries(Object.keys(more).map((key) => [key, null]));
  return { verb, before: before && { ...bare(before), ...none }, after: { ...bare(after), ...more }, header: headerOf(after), erasable: ['detail', 'mbco', 'reason', 'name', 'note', 'retiredWhy'], words: [after.number, after.title, after.detail.slice(0, 2000)].join(' ') };
};

export const refuse = (code: string, detail: string, pointer: string): Problem => new Problem('refused', `continuity.${code}`, detail, { errors: [{ pointer, detail }] });

export async function checkMay(tx: Tx, { siteId }: Pick<Row, 'siteId'>): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ may: boolean }>`(select access.may_at(${siteId}::uuid, null, ${WRITE}) as may)`.as('m')).select('may').execute();
  if (!row?.may) throw notAllowed(WRITE);
}

/** Takes the process for this transaction: 404 where it is not seen, 403 where not the writer's, 412 under another version, 409 where it is retired. */
export async function holdProcess(ctx: Ctx, tx: Tx, id: string): Promise<Row> {
  const first = await seen(tx, id);
  if (!first) throw notFound();
  await checkMay(tx, first);
  await tx.selectFrom('continuity.process').select('id').where('id', '=', id).forUpdate().execute();
  const row = await seen(tx, id);
  if (!row) throw notFound();
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== row.version) throw new Problem('stale', 'continuity.changed_meanwhile', 'Somebody changed this process since you read it. Look again, then change it.');
  if (row.state === 'retired') throw new Problem('conflict', 'continuity.retired', `It is retired: ${row.retiredWhy}.`);
  return row;
}
