import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Asset } from './contract.ts';
import type { Delay, Placed, Tool } from './path-rules.ts';
import type { Tables } from './tables.gen.ts';

export const risk = store<Tables>('risk');
export type Tx = Parameters<Parameters<typeof risk.writeMany>[2]>[0];
export type Db = Pick<Tx, 'selectFrom'>;

/** Assets with the names of their sites, under the reader's sight. */
export const rows = (db: Db) =>
  db.selectFrom('risk.asset as a').select([
    'a.id', 'a.number', 'a.name', 'a.kind', 'a.note', 'a.siteId', 'a.zoneId', 'a.x', 'a.y', 'a.delays', 'a.strategy', 'a.tools', 'a.leastInterruption', 'a.state', 'a.retiredWhy', 'a.createdAt', 'a.version',
    sql<string | null>`(select s.name from sites.v_site s where s.id = a.site_id)`.as('site'),
  ]);
export type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

export const assetOf = ({ zoneId, x, y, delays, tools, ...row }: Row): Asset => ({ ...row, delays: delays as unknown as Delay[], tools: tools as Tool[], place: zoneId === null || x === null || y === null ? null : { zoneId, at: [x, y] } });

/** Where an asset stands, for the study; null where it stands on no plan. */
export const placedOf = ({ id, name, place, delays }: Asset): Placed | null => (place === null ? null : { id, name, zoneId: place.zoneId, at: place.at, delays });

export const seenAsset = (db: Db, id: string): Promise<Row | undefined> => rows(db).where('a.id', '=', id).executeTakeFirst();

type Fact = { id: string };

/** A change of an asset with its header and the words to find it by. */
export const changeOf = (verb: string, before: Row | null, after: Row): Change<Fact> => {
  const bare = ({ site: _s, ...row }: Row): Fact => row;
  return {
    verb, before: before && bare(before), after: bare(after), erasable: ['note', 'retiredWhy'],
    header: { kind: 'risk.asset', number: after.number, title: after.name, state: after.state, siteId: after.siteId, wallId: null, readPermission: 'risk:read', at: after.createdAt },
    words: [after.number, after.name, after.kind, after.site ?? ''].join(' '),
  };
};

export const refuse = (code: string, detail: string, pointer = ''): Problem => new Problem('refused', `risk.${code}`, detail, pointer ? { errors: [{ pointer, detail }] } : {});
export const changedMeanwhile = (what: string): Problem => new Problem('stale', 'risk.changed_meanwhile', `Somebody changed ${what} since you read it. Look again, then change it.`);

/** Who sees it and may not do this is told that first. */
export async function checkMay(tx: Db, siteId: string | null, permission: string): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ may: boolean }>`(select access.may_at(${siteId}::uuid, null, ${permission}) as may)`.as('m')).select('may').execute();
  if (!row?.may) throw notAllowed(permission);
}

/** Takes an asset in use for this transaction: 404 where it is not seen, 403 where not the writer's, 409 where it is retired. */
export async function holdAsset(ctx: Ctx, tx: Tx, id: string, permission: string): Promise<Row> {
  const first = await seenAsset(tx, id);
  if (!first) throw notFound();
  await checkMay(tx, first.siteId, permission);
  await tx.selectFrom('risk.asset').select('id').where('id', '=', id).forUpdate().execute();
  const row = await seenAsset(tx, id);
  if (!row) throw notFound();
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== row.version) throw changedMeanwhile('this asset');
  if (row.state === 'retired') throw new Problem('conflict', 'risk.already', 'It is retired already. Look again.', { state: row.state });
  return row;
}
