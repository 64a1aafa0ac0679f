import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { type Change, type Ctx } from '#platform/kernel/store.ts';
import type { Device } from './contract.ts';
import { changeOf, devices, type DeviceTx, rows } from './device-row.ts';
import { isDrift, LOSS_TYPES } from './health.ts';
import { LONGEST_CHAIN } from './rules.ts';

const WATCH = 'devices:watch';
const HEARD_APART_MS = 30_000;

/** A place at a source; `point` is empty where the source speaks of itself. */
export type DevicePlace = { sourceId: string; point: string };
/** That a place was heard: when last, and how far its clock was off (ms, ahead is positive; null where it told no time). */
export type Heard = DevicePlace & { at: string; driftMs: number | null };
/** What a signal says of the health of a place: a fault that begins (`type`), or types that end. */
export type HealthEvent = DevicePlace & { at: string; signalKey: string; type: string | null; ends: readonly string[] };
/** How far the streams of signals were read. */
export type Cursors = ReadonlyMap<number, number>;
export type Observed = { heard: readonly Heard[]; events: readonly HealthEvent[]; cursors: Cursors };

export async function readWatchPosition(ctx: Ctx): Promise<Map<number, number>> {
  const found = await devices.read(ctx, WATCH).selectFrom('devices.cursor').select(['stream', 'seq']).limit(500).execute();
  return new Map(found.map(({ stream, seq }) => [stream, seq]));
}

/** Writes what signals said of devices, and how far they were read, in one transaction. Answers the places of devices that were silent and are heard again. */
export async function observe(ctx: Ctx, { heard, events, cursors }: Observed): Promise<DevicePlace[]> {
  return devices.writeMany(ctx, WATCH, async (tx) => {
    if (cursors.size > 0) await tx.insertInto('devices.cursor').values([...cursors].map(([stream, seq]) => ({ stream, seq }))).onConflict((conflict) => conflict.column('stream').doUpdateSet((eb) => ({ seq: eb.ref('excluded.seq') }))).execute();
    const touched = new Set<string>();
    for (const id of await noteEvents(tx, events)) touched.add(id);
    const back = await noteHeard(tx, heard);
    const changes = await settleReach(ctx, tx, [...new Set([...touched, ...back])]);
    const again = back.length === 0 ? [] : await tx.selectFrom('devices.point').select(['sourceId', 'point']).where(sql<boolean>`device_id = any (${back}::uuid[])`).where('until', 'is', null).execute();
    return { changes, result: again };
  });
}

type Known = { deviceId: string; sourceId: string; point: string; heardAt: string | null; reach: Device['reach']; isSilent: boolean; driftMs: number | null; expectedEveryS: number | null };

/** Who is known by these places, or by their source as a whole. */
async function knownAt(tx: DeviceTx, places: readonly DevicePlace[]): Promise<Known[]> {
  const [sources, points] = [places.map(({ sourceId }) => sourceId), places.map(({ point }) => point)];
  return tx.selectFrom('devices.point as p').innerJoin('devices.device as d', 'd.id', 'p.deviceId').innerJoin('devices.health as h', 'h.deviceId', 'd.id')
    .select(['p.deviceId', 'p.sourceId', 'p.point', 'h.heardAt', 'h.reach', 'h.isSilent', 'h.driftMs', 'd.expectedEveryS'])
    .where('p.until', 'is', null).where('d.state', '=', 'active')
    .where(sql<boolean>`((p.source_id, p.point) in (select * from unnest(${sources}::uuid[], ${points}::text[])) or (p.point = '' and p.source_id = any (${sources}::uuid[])))`).execute();
}

const HEARD = (values: string) => sql`update devices.health h set heard_at = greatest(h.heard_at, x.heard_at), due_at = case when x.every_s is null then null else greatest(h.heard_at, x.heard_at) + make_interval(secs => x.every_s) end,
    drift_since = case when not x.is_drift then null when h.drift_since is null then x.heard_at else h.drift_since end, drift_ms = coalesce(x.drift_ms, h.drift_ms)
  from jsonb_to_recordset(${values}::jsonb) as x(id uuid, heard_at timestamptz, every_s int, drift_ms bigint, is_drift boolean) where h.device_id = x.id`;

/** Notes when devices were last heard, and answers those that were silent; one that was heard half a minute ago already is left as it is, which keeps writes down to what changes. */
async function noteHeard(tx: DeviceTx, heard: readonly Heard[]): Promise<string[]> {
  if (heard.length === 0) return [];
  const known = await knownAt(tx, heard);
  const latest = new Map<string, { known: Known; at: string; driftMs: number | null }>();
  const bySource = Map.groupBy(known, ({ sourceId }) => sourceId);
  for (const one of heard) {
    for (const who of bySource.get(one.sourceId) ?? []) {
      if (who.point !== '' && who.point !== one.point) continue;
      const before = latest.get(who.deviceId);
      if (before === undefined || before.at < one.at) latest.set(who.deviceId, { known: who, at: one.at, driftMs: one.driftMs });
    }
  }
  const isNews = ({ known: { heardAt, reach, driftMs: before }, at, driftMs }: { known: Known; at: string; driftMs: number | null }): boolean =>
    heardAt === null || reach !== 'up' || Date.parse(at) - Date.parse(heardAt) >= HEARD_APART_MS || (driftMs !== null && isDrift(driftMs) !== isDrift(before ?? 0));
  const news = [...latest.values()].filter(isNews);
  if (news.length === 0) return [];
  await HEARD(JSON.stringify(news.map(({ known: { deviceId, expectedEveryS }, at, driftMs }) => ({ id: deviceId, heard_at: at, every_s: expectedEveryS, drift_ms: driftMs, is_drift: isDrift(driftMs ?? 0) })))).execute(tx);
  const first = news.filter(({ known: { reach } }) => reach === 'unknown').map(({ known: { deviceId }, at }) => ({ id: deviceId, at }));
  if (first.length > 0) await tx.updateTable('devices.health').set({ reach: 'up', reachSince: sql`heard_at` }).where(sql<boolean>`device_id = any (${first.map(({ id }) => id)}::uuid[])`).execute();
  return news.filter(({ known: { isSilent } }) => isSilent).map(({ known: { deviceId } }) => deviceId);
}

/** Opens and ends faults; answers the devices that it touched. A fault at a point that no device has is the source's own device's, but never makes that one lost. */
async function noteEvents(tx: DeviceTx, events: readonly HealthEvent[]): Promise<string[]> {
  if (events.length === 0) return [];
  const known = await knownAt(tx, events);
  const exact = new Map(known.map((who) => [`${who.sourceId} ${who.point}`, who]));
  const touched: string[] = [];
  for (const { sourceId, point, at, signalKey, type, ends } of events) {
    const who = exact.get(`${sourceId} ${point}`);
    const whole = exact.get(`${sourceId} `);
    const deviceId = who?.deviceId ?? (type !== null && isLoss(type) && type !== 'equipment.comms-lost' ? undefined : whole?.deviceId);
    if (deviceId === undefined) continue;
    if (ends.length > 0) await tx.updateTable('devices.fault').set({ until: at }).where('deviceId', '=', deviceId).where('until', 'is', null).where('point', '=', point).where('type', 'in', [...ends]).execute();
    if (type !== null) await tx.insertInto('devices.fault').values({ id: uuidv7(), deviceId, type, point, since: at, signalKey }).onConflict((conflict) => conflict.doNothing()).execute();
    touched.push(deviceId);
  }
  return touched;
}

const isLoss = (type: string): boolean => (LOSS_TYPES as readonly string[]).includes(type);

/** Brings the reach of these devices to what their faults say; each that changes has its entry. */
async function settleReach(ctx: Ctx, tx: DeviceTx, ids: readonly string[]): Promise<Change<Device>[]> {
  if (ids.length === 0) return [];
  const lost = await tx.selectFrom('devices.fault').select(['deviceId', sql<string>`min(since)`.as('since'), sql<string>`(array_agg(type order by since))[1]`.as('type')])
    .where(sql<boolean>`device_id = any (${ids}::uuid[])`).where('until', 'is', null).where('type', 'in', [...LOSS_TYPES]).groupBy('deviceId').execute();
  const lostOf = new Map(lost.map((one) => [one.deviceId, one]));
  const now = await rows(tx).where(sql<boolean>`d.id = any (${ids}::uuid[])`).execute();
  const moved = now.flatMap((before) => {
    const loss = lostOf.get(before.id);
    const reach: Device['reach'] = loss ? 'down' : before.heardAt === null && before.reach === 'unknown' ? 'unknown' : 'up';
    return reach === before.reach ? [] : [{ before, after: { ...before, reach, reachSince: loss?.since ?? ctx.now().toISOString(), reachWhy: loss?.type ?? '' } }];
  });
  return writeReach(tx, moved, false);
}

async function writeReach(tx: DeviceTx, moved: readonly { before: Device; after: Device }[], isSilent: boolean): Promise<Change<Device>[]> {
  for (const { after } of moved) await tx.updateTable('devices.health').set({ reach: after.reach, reachSince: after.reachSince ?? '', reachWhy: after.reachWhy, isSilent }).where('deviceId', '=', after.id).execute();
  return moved.map(({ before, after }) => changeOf(after.reach === 'down' ? 'went-down' : 'came-back', before, after));
}

/** A device that was expected to be heard and was not. */
export type FallenSilent = { deviceId: string; name: string; siteId: string | null; sourceId: string; point: string; heardAt: string };

const AT_ONCE = 500;

/** Places of which nobody is missed for now: sites, sources as a whole, and points. */
export type Excused = { sites: readonly string[]; sources: readonly string[]; points: readonly DevicePlace[] };
const NOBODY: Excused = { sites: [], sources: [], points: [] };

/** Finds the devices of which nothing was heard for longer than was expected, and says of each that it is down; the excused are looked at again later. */
export async function fallSilent(ctx: Ctx, { sites, sources, points: excused }: Excused = NOBODY): Promise<FallenSilent[]> {
  const now = ctx.now().toISOString();
  const isExcused = sql<boolean>`exists (select from devices.device x left join devices.point q on q.device_id = x.id and q.until is null where x.id = health.device_id
    and (x.site_id = any (${sites}::uuid[]) or q.source_id = any (${sources}::uuid[]) or (q.source_id, q.point) in (select * from unnest(${excused.map(({ sourceId }) => sourceId)}::uuid[], ${excused.map(({ point }) => point)}::text[]))))`;
  const due = await devices.read(ctx, 'devices:read').selectFrom('devices.health').select('deviceId').where('dueAt', '<', now).where('reach', '<>', 'down')
    .$if(sites.length + sources.length + excused.length > 0, (query) => query.where(sql<boolean>`not ${isExcused}`)).orderBy('dueAt').limit(AT_ONCE).execute();
  if (due.length === 0) return [];
  return devices.writeMany(ctx, WATCH, async (tx) => {
    const still = await tx.selectFrom('devices.health').select('deviceId').where(sql<boolean>`device_id = any (${due.map(({ deviceId }) => deviceId)}::uuid[])`).where('dueAt', '<', now).where('reach', '<>', 'down').forUpdate().execute();
    const found = await rows(tx).where(sql<boolean>`d.id = any (${still.map(({ deviceId }) => deviceId)}::uuid[])`).where('d.state', '=', 'active').execute();
    const changes = await writeReach(tx, found.map((before) => ({ before, after: { ...before, reach: 'down' as const, reachSince: now, reachWhy: 'silent' } })), true);
    const points = await tx.selectFrom('devices.point').distinctOn('deviceId').select(['deviceId', 'sourceId', 'point']).where(sql<boolean>`device_id = any (${found.map(({ id }) => id)}::uuid[])`).where('until', 'is', null).orderBy('deviceId').orderBy('id').execute();
    const byId = new Map(found.map((one) => [one.id, one]));
    return { changes, result: points.map(({ deviceId, sourceId, point }) => ({ deviceId, sourceId, point, name: byId.get(deviceId)?.name ?? '', siteId: byId.get(deviceId)?.siteId ?? null, heardAt: byId.get(deviceId)?.heardAt ?? now })) };
  });
}

/** A place of a device that stands behind one that is down, and a place of that one; `n` is how far behind. */
export type Behind = { deviceId: string; sourceId: string; point: string; rootId: string; rootName: string };

/** What stands behind devices that are down, with the farthest such device; bounded by the longest chain. */
export async function behindDown(ctx: Ctx): Promise<Behind[]> {
  return devices.read(ctx, 'devices:read').selectFrom(sql<Behind>`(
    with recursive way(id, root_id, n) as (
      select d.id, h.device_id, 1 from devices.health h join devices.device d on d.behind_id = h.device_id where h.reach = 'down' and d.state = 'active'
      union all select d.id, w.root_id, w.n + 1 from way w join devices.device d on d.behind_id = w.id where d.state = 'active' and w.n <= ${LONGEST_CHAIN})
    select distinct on (p.id) p.device_id, p.source_id, p.point, w.root_id, r.name as root_name from way w join devices.point p on p.device_id = w.id and p.until is null join devices.device r on r.id = w.root_id order by p.id, w.n desc)`.as<'b'>(sql`b`)).selectAll().execute();
}

/** Of these devices, which are down, and since when each is as it is. */
export async function reachOf(ctx: Ctx, ids: readonly string[]): Promise<Map<string, { reach: Device['reach']; since: string }>> {
  if (ids.length === 0) return new Map();
  const found = await devices.read(ctx, 'devices:read').selectFrom('devices.health').select(['deviceId', 'reach', 'reachSince']).where(sql<boolean>`device_id = any (${ids}::uuid[])`).execute();
  return new Map(found.map(({ deviceId, reach, reachSince }) => [deviceId, { reach, since: reachSince }]));
}
