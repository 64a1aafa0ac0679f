import { sql } from 'kysely';
import { endOwn, raiseOwn, type Unwatched, unwatchedNow } from '#modules/alarms/public.ts';
import { reachOf } from '#modules/devices/public.ts';
import { type DrawnPlan, drawnPlan, planVersionsOf } from '#modules/sites/public.ts';
import { weakestPathInThread } from '#platform/compute/study.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { assetOf, placedOf, risk, rows } from './asset-row.ts';
import type { Asset, LiveAsset } from './contract.ts';
import { type Answering, type ElementState, facilityOf, type Floor, type Protection, responseOf, watchedBy } from './path-rules.ts';
import type { Json } from './tables.gen.ts';

const WATCH = 'risk:watch';
const PATH = 'risk:path';
/** What rings when an asset is less well protected than is needed. */
const LOW = 'equipment.protection-low';
const MOST_SAMPLES = 200;
const MOST_FLOORS = 500;
const json = (value: unknown) => sql<Json>`${JSON.stringify(value)}::jsonb`;

/** What the watch remembers of a floor: its drawing, and by what its figures were last worked out. */
export type Remembered = Map<string, { plan: DrawnPlan; worked: string }>;

type Watched = { floorId: string; figures: Protection; version: number; stamp: string };

/** Measured response times of a floor's place in seconds, the newest first; none for who may not study paths there. */
export async function samplesOf(ctx: Ctx, floorId: string): Promise<number[]> {
  const found = await risk.read(ctx, PATH).selectFrom(sql<{ seconds: number }>`risk.response_samples(${floorId}::uuid, ${MOST_SAMPLES})`.as<'r'>(sql`r`)).select('seconds').execute();
  return found.map(({ seconds }) => seconds);
}

/** What of a floor is dead, held or on test, by its marks: as the register and the alarms say. */
export function statesOn({ drawing }: DrawnPlan, { reach, unwatched, isOnTest }: { reach: ReadonlyMap<string, { reach: string; since: string }>; unwatched: Unwatched; isOnTest: boolean }): ElementState[] {
  const floor = drawing as unknown as Floor;
  const tested = new Set([...unwatched.onTest.sources.map((source) => `${source} `), ...unwatched.onTest.points.map(({ sourceId, point }) => `${sourceId} ${point}`)]);
  const held = new Map(unwatched.held.map(({ sourceId, point, since }) => [`${sourceId} ${point}`, since]));
  return drawing.marks.flatMap((mark): ElementState[] => {
    const { id, deviceId, sourceId, point } = mark;
    const known = deviceId === null ? undefined : reach.get(deviceId);
    const place = sourceId === null ? null : `${sourceId} ${point ?? ''}`;
    const states: ElementState[] = [];
    if (known?.reach === 'down') states.push({ id, state: 'dead', since: known.since });
    else if (isOnTest || (place !== null && (tested.has(place) || tested.has(`${sourceId ?? ''} `)))) states.push({ id, state: 'on-test', since: null });
    const since = place === null ? undefined : held.get(place);
    const door = since === undefined ? null : watchedBy(floor.marks.find((one) => one.id === id) ?? { ...mark }, floor);
    if (since !== undefined && door !== null && floor.portals.some((one) => one.id === door)) states.push({ id: door, state: 'held', since });
    return states;
  });
}

/** Looks at every floor that has figures, works its assets out anew where something moved, and raises or ends what rings for them. Answers how many floors were worked out. */
export async function watchPaths(ctx: Ctx, remembered: Remembered): Promise<number> {
  const floors = await watchedFloors(ctx);
  if (floors.length === 0) return 0;
  const versions = await planVersionsOf(ctx, floors.map(({ floorId }) => floorId));
  const unwatched = await unwatchedNow(ctx);
  let worked = 0;
  for (const floor of floors) if (await watchFloor(ctx, floor, { version: versions.get(floor.floorId) ?? 0, unwatched, remembered })) worked += 1;
  return worked;
}

async function watchedFloors(ctx: Ctx): Promise<Watched[]> {
  const found = await risk.read(ctx, PATH).selectFrom('risk.protection as p').select(['p.floorId', 'p.figures', 'p.version', sql<string>`(select count(*) || ' ' || coalesce(sum(a.version), 0) from risk.asset a where a.site_id = p.floor_id and a.zone_id is not null)`.as('stamp')])
    .where(sql<boolean>`exists (select from risk.asset a where a.site_id = p.floor_id and a.zone_id is not null and a.state = 'active')`).orderBy('p.floorId').limit(MOST_FLOORS).execute();
  return found.map(({ figures, ...row }) => ({ ...row, figures: figures as unknown as Protection }));
}

async function watchFloor(ctx: Ctx, { floorId, figures, version, stamp }: Watched, { version: planVersion, unwatched, remembered }: { version: number; unwatched: Unwatched; remembered: Remembered }): Promise<boolean> {
  const before = remembered.get(floorId);
  const plan = before?.plan.version === planVersion ? before.plan : await drawnPlan(ctx, floorId);
  if (!plan) return false;
  const reach = await reachOf(ctx, [...new Set(plan.drawing.marks.flatMap(({ deviceId }) => (deviceId === null ? [] : [deviceId])))]);
  const states = statesOn(plan, { reach, unwatched, isOnTest: await isBelow(ctx, floorId, unwatched.onTest.sites) });
  const answering = responseOf(figures.response, await samplesOf(ctx, floorId));
  const now = JSON.stringify([planVersion, version, stamp, states, answering]);
  if (before?.worked === now) return false;
  const found = await rows(risk.read(ctx, 'risk:read')).where('a.siteId', '=', floorId).where('a.state', '=', 'active').where('a.zoneId', 'is not', null).execute();
  await settle(ctx, plan, { assets: found.map(assetOf), figures, states, answering });
  remembered.set(floorId, { plan, worked: now });
  return true;
}

async function isBelow(ctx: Ctx, floorId: string, sites: readonly string[]): Promise<boolean> {
  if (sites.length === 0) return false;
  const rows = await risk.read(ctx, PATH).selectFrom(sql<{ is: boolean }>`(select exists (select from access.site top join access.site own on own.path operator(public.<@) top.path where top.id = any (${[...sites]}::uuid[]) and own.id = ${floorId}::uuid) as is)`.as<'s'>(sql`s`)).select('is').execute();
  return rows[0]?.is === true;
}

type Standing = { assets: Asset[]; figures: Protection; states: ElementState[]; answering: Answering };

/** Works the assets out, writes how the floor stands, and rings for each asset that fell below what it needs. */
async function settle(ctx: Ctx, plan: DrawnPlan, { assets, figures, states, answering }: Standing): Promise<void> {
  const kept = await risk.read(ctx, PATH).selectFrom('risk.live').select(['states', 'assets', 'version']).where('floorId', '=', plan.floorId).executeTakeFirst();
  const known = new Map(((kept?.assets ?? []) as unknown as LiveAsset[]).map((one) => [one.id, one]));
  const at = ctx.now().toISOString();
  const live: LiveAsset[] = [];
  for (const asset of assets) live.push(await worked(asset, plan, { figures, states, answering }, { before: known.get(asset.id), at }));
  await risk.writeMany(ctx, WATCH, async (tx) => {
    const values = { states: json(states), assets: json(live), changedAt: at, version: (kept?.version ?? 0) + 1 };
    if (kept) await tx.updateTable('risk.live').set(values).where('floorId', '=', plan.floorId).execute();
    else await tx.insertInto('risk.live').values({ floorId: plan.floorId, siteId: plan.floorId, ...values }).execute();
    const change: Change<{ id: string }> = {
      verb: 'live-changed', before: kept ? ({ states: kept.states, assets: kept.assets } as unknown as Change<{ id: string }>['before']) : null, after: { id: plan.floorId, states, assets: live } as { id: string },
      of: { recordId: plan.floorId, siteId: plan.floorId, wallId: null, readPermission: PATH },
    };
    return { changes: [change], result: null };
  });
  for (const asset of assets) {
    const one = live.find(({ id }) => id === asset.id);
    // Who may read alarms is told that the asset lacks protection, not how it is reached: P(I) and the path are for few.
    if (one?.belowSince) await raiseOwn(ctx, { key: keyOf(asset.id), type: LOW, siteId: asset.siteId, name: asset.number, detail: asset.name });
    else await endOwn(ctx, keyOf(asset.id));
  }
}

const keyOf = (assetId: string): string => `protection of ${assetId}`;

async function worked(asset: Asset, plan: DrawnPlan, { figures, states, answering }: Omit<Standing, 'assets'>, { before, at }: { before: LiveAsset | undefined; at: string }): Promise<LiveAsset> {
  const placed = placedOf(asset);
  const empty: LiveAsset = { id: asset.id, interruption: null, timely: null, responseS: answering.response.timeS, isMeasured: answering.isMeasured, samples: answering.samples, belowSince: null };
  if (!placed) return empty;
  const facility = facilityOf({ floor: plan.drawing, protection: figures, asset: placed, threat: asset, states, changes: [], measures: [] });
  const found = await weakestPathInThread({ facility, target: asset.id, strategy: asset.strategy, response: answering.response });
  if (!found.ok) return empty;
  const { easi, timely } = found.path;
  const isBelowNeeded = asset.leastInterruption !== null && easi < asset.leastInterruption;
  return { ...empty, interruption: easi, timely, belowSince: isBelowNeeded ? (before?.belowSince ?? at) : null };
}
