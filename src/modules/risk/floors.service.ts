import { sql } from 'kysely';
import { type DrawnPlan, drawnPlan, plannedFloors } from '#modules/sites/public.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { isNewLook, noteLook } from '#platform/kernel/looks.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { assetOf, changedMeanwhile, checkMay, type Db, refuse, risk, rows } from './asset-row.ts';
import type * as contract from './contract.ts';
import type { Asset, LiveAsset, RiskFloor } from './contract.ts';
import { samplesOf } from './live.service.ts';
import { type ElementState, NOTHING_SAID, type Protection } from './path-rules.ts';
import type { Json } from './tables.gen.ts';

const PATH = 'risk:path';
const ASSESS = 'risk:assess';
const MOST_FLOORS = 500;
const MOST_ASSETS = 500;
const json = (value: unknown) => sql<Json>`${JSON.stringify(value)}::jsonb`;

/** A floor as the study takes it: plan, figures, assets. */
export type Opened = { plan: DrawnPlan; figures: Protection; version: number; changedAt: string | null; changedBy: string | null; assets: Asset[] };

/** The floor with its plan and figures, for who may study it: 404 where it is not seen or has no plan. */
export async function openFloor(ctx: Ctx, floorId: string): Promise<Opened> {
  const plan = await drawnPlan(ctx, floorId);
  if (!plan) throw notFound();
  const [[may], [kept], assets] = await risk.readAll(ctx, PATH, (db) => [
    db.selectFrom(sql<{ may: boolean }>`(select access.may_at(${floorId}::uuid, null, ${PATH}) as may)`.as('m')).select('may'),
    db.selectFrom('risk.protection as p').innerJoin('access.person as c', 'c.id', 'p.changedBy').select(['p.figures', 'p.version', 'p.changedAt', 'c.name as changedBy']).where('p.floorId', '=', floorId),
    rows(db).where('a.siteId', '=', floorId).where('a.state', '=', 'active').where('a.zoneId', 'is not', null).orderBy('a.name').orderBy('a.id').limit(MOST_ASSETS),
  ]);
  if (!may?.may) throw notAllowed(PATH);
  return { plan, figures: (kept?.figures as unknown as Protection | undefined) ?? NOTHING_SAID, version: kept?.version ?? 0, changedAt: kept?.changedAt ?? null, changedBy: kept?.changedBy ?? null, assets: assets.map(assetOf) };
}

/** How a floor stood when the watch last looked: what is dead, held or on test, and P(I) of its assets with that. */
export async function liveOf(ctx: Ctx, floorId: string): Promise<{ states: ElementState[]; live: LiveAsset[]; liveAt: string | null }> {
  const row = await risk.read(ctx, PATH).selectFrom('risk.live').select(['states', 'assets', 'changedAt']).where('floorId', '=', floorId).executeTakeFirst();
  return { states: (row?.states ?? []) as unknown as ElementState[], live: (row?.assets ?? []) as unknown as LiveAsset[], liveAt: row?.changedAt ?? null };
}

export async function listFloors(ctx: Ctx): Promise<Reply<typeof contract.listFloors>> {
  const floors = await plannedFloors(ctx, MOST_FLOORS + 1);
  const ids = floors.map(({ floorId }) => floorId);
  const [mine, kept, assets, live] = await risk.readAll(ctx, PATH, (db) => [
    db.selectFrom(sql<{ id: string }>`(select f.id from unnest(${ids}::uuid[]) f(id) where access.may_at(f.id, null, ${PATH}))`.as('f')).select('id'),
    db.selectFrom('risk.protection').select('floorId').where(sql<boolean>`floor_id = any (${ids}::uuid[])`),
    db.selectFrom('risk.asset').select(['siteId', (eb) => eb.fn.countAll<number>().as('n')]).where(sql<boolean>`site_id = any (${ids}::uuid[])`).where('state', '=', 'active').where('zoneId', 'is not', null).groupBy('siteId'),
    db.selectFrom('risk.live').select(['floorId', 'assets']).where(sql<boolean>`floor_id = any (${ids}::uuid[])`),
  ]);
  const [seen, said, counts] = [new Set(mine.map(({ id }) => id)), new Set(kept.map(({ floorId }) => floorId)), new Map(assets.map(({ siteId, n }) => [siteId, n]))];
  const below = new Map(live.map((row) => [row.floorId, (row.assets as unknown as LiveAsset[]).filter(({ belowSince }) => belowSince !== null).length]));
  return { items: floors.slice(0, MOST_FLOORS).filter(({ floorId }) => seen.has(floorId)).map(({ floorId, name, above }) => ({ id: floorId, name, above, hasFigures: said.has(floorId), assets: counts.get(floorId) ?? 0, below: below.get(floorId) ?? 0 })), isCut: floors.length > MOST_FLOORS };
}

/** The look is in the ledger before anything is shown, once a minute: how a site can be broken into is for few. */
export async function readFloor(ctx: Ctx, { id }: Input<typeof contract.readFloor>): Promise<RiskFloor> {
  const { plan, ...opened } = await openFloor(ctx, id);
  if (isNewLook(ctx, id, PATH)) {
    await risk.recordLook(ctx, { id, siteId: id, wallId: null, readPermission: PATH });
    noteLook(ctx, id, PATH);
  }
  return { floorId: plan.floorId, name: plan.name, above: plan.above, timeZone: plan.timeZone, ...opened, ...(await liveOf(ctx, id)), samplesS: await samplesOf(ctx, id) };
}

const changeOf = (verb: string, floorId: string, before: { figures: Protection } | null, after: { figures: Protection; version: number }): Change<{ id: string }> => ({
  verb, before: before as Change<{ id: string }>['before'], after: { id: floorId, ...after }, of: { recordId: floorId, siteId: floorId, wallId: null, readPermission: PATH },
});

/** What is named twice, or is not drawn. */
function checkFigures(figures: Protection, { drawing }: DrawnPlan): void {
  const zones = new Set(drawing.zones.map(({ id }) => id));
  for (const list of ['elements', 'barriers', 'sensors', 'measures'] as const) {
    const ids = new Set<string>();
    for (const [i, { id }] of figures[list].entries()) {
      if (ids.has(id)) throw refuse('twice', 'This stands twice in the figures.', `/${list}/${i}/id`);
      ids.add(id);
    }
  }
  for (const [i, { between: [one, other] }] of figures.barriers.entries()) {
    if (one === other) throw refuse('same_zone', 'A barrier lies between two zones, or a zone and the outside.', `/barriers/${i}/between`);
    for (const id of [one, other]) if (id !== null && !zones.has(id)) throw refuse('no_zone', 'That zone is not drawn on this plan.', `/barriers/${i}/between`);
  }
  for (const [i, { delayS, detection }] of figures.measures.entries()) if (delayS === null && detection === null) throw refuse('measure_without_effect', 'Say what delay or detection the measure brings.', `/measures/${i}`);
}

export async function saveFigures(ctx: Ctx, { id, ...given }: Input<typeof contract.saveFigures>): Promise<{ version: number }> {
  return risk.writeMany(ctx, ASSESS, async (tx) => {
    const plan = await drawnPlan(ctx, id);
    if (!plan) throw notFound();
    await checkMay(tx, id, ASSESS);
    const figures: Protection = given;
    checkFigures(figures, plan);
    const before = await keptFigures(tx, id);
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== (before?.version ?? 0)) throw changedMeanwhile('these figures');
    const set = { figures: json(figures), changedAt: ctx.now().toISOString(), changedBy: ctx.personId, version: (before?.version ?? 0) + 1 };
    if (before) {
      const { numUpdatedRows } = await tx.updateTable('risk.protection').set(set).where('floorId', '=', id).where('version', '=', before.version).executeTakeFirst();
      if (numUpdatedRows === 0n) throw changedMeanwhile('these figures');
    } else await tx.insertInto('risk.protection').values({ floorId: id, siteId: id, ...set }).execute().catch((error: unknown) => { throw (error as { code?: string }).code === '23505' ? changedMeanwhile('these figures') : error; });
    return { changes: [changeOf('figures-set', id, before && { figures: before.figures }, { figures, version: set.version })], result: { version: set.version } };
  });
}

async function keptFigures(db: Db, floorId: string): Promise<{ figures: Protection; version: number } | null> {
  const row = await db.selectFrom('risk.protection').select(['figures', 'version']).where('floorId', '=', floorId).executeTakeFirst();
  return row ? { figures: row.figures as unknown as Protection, version: row.version } : null;
}

export const noSuchAsset = (): Problem => refuse('no_such_asset', 'There is no such asset on a plan, or it is not for you to see.', '/assetId');
