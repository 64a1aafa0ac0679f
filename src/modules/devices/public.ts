import { sql } from 'kysely';
import { sitesBelow } from '#platform/kernel/list.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Device } from './contract.ts';
import { devices, rows } from './device-row.ts';
import { LOSS_TYPES } from './health.ts';

export { askingCameras, cameraClient, clipCameras, type KeptShot, openStream, takePicture } from './cameras.ts';
export type { ClipMode } from './contract.ts';
export { addDevice } from './devices.service.ts';
export { FOLDING_TYPES, HEALTH_TYPES, LOSS_TYPES } from './health.ts';
export { reckoningOf } from './settings.service.ts';
export { type Behind, behindDown, type Cursors, type DevicePlace, fallSilent, type FallenSilent, type HealthEvent, type Heard, observe, reachOf, readWatchPosition } from './watch.service.ts';

/** What other modules say of a device. */
export type DeviceName = Pick<Device, 'id' | 'name' | 'kind' | 'reach'>;

/** The devices among these that the reader sees, by id; one round trip, none for an empty list. */
export async function devicesOf(ctx: Ctx, ids: readonly (string | null)[]): Promise<Map<string, DeviceName>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await devices.read(ctx, '').selectFrom(sql<DeviceName>`(select id, name, kind, reach from devices.v_device where id = any (${wanted}::uuid[]))`.as<'d'>(sql`d`)).selectAll().execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The device that had this place at that time, or else the source as a whole; null where none is known or seen. */
export async function deviceAt(ctx: Ctx, { sourceId, point, at }: { sourceId: string; point: string | null; at: string }): Promise<DeviceName | null> {
  const rows = await devices.read(ctx, '').selectFrom(sql<DeviceName>`(
    select d.id, d.name, d.kind, d.reach from devices.point p join devices.v_device d on d.id = p.device_id
    where p.source_id = ${sourceId} and p.point in ('', ${point ?? ''}) and coalesce(p.since, '-infinity') <= ${at}::timestamptz and coalesce(p.until, 'infinity') > ${at}::timestamptz order by p.point desc limit 1)`.as<'d'>(sql`d`)).selectAll().execute();
  return rows[0] ?? null;
}

/** A time in which a device had a place. `others` are the points of a whole source that other devices have. */
export type HadPlace = { sourceId: string; point: string; since: string | null; until: string | null; others: string[] };

/** Every place that a device had, with the times; empty where it is not there or not for this reader. */
export async function placesOf(ctx: Ctx, deviceId: string): Promise<HadPlace[]> {
  return devices.read(ctx, '').selectFrom('devices.point as p').select([
    'p.sourceId', 'p.point', 'p.since', 'p.until',
    sql<string[]>`case when p.point = '' then array(select o.point from devices.point o where o.source_id = p.source_id and o.point <> '' and o.device_id <> p.device_id and o.until is null) else '{}' end`.as('others'),
  ]).where('p.deviceId', '=', deviceId).limit(200).execute();
}

/** The points by which these devices are known now; whole sources are none. */
export async function pointsNow(ctx: Ctx, deviceIds: readonly string[]): Promise<{ deviceId: string; sourceId: string; point: string }[]> {
  if (deviceIds.length === 0) return [];
  return devices.read(ctx, '').selectFrom('devices.point').select(['deviceId', 'sourceId', 'point']).where(sql<boolean>`device_id = any (${[...deviceIds]}::uuid[])`).where('until', 'is', null).where('point', '<>', '').orderBy('sourceId').orderBy('point').execute();
}

/** A point by which a device in use is known, with who it is. */
export type PointOfDevice = { sourceId: string; point: string; deviceId: string; name: string };

/** The points, without whole sources, of a device or of all devices at or below a site, as far as the reader sees them. */
export async function pointsUnder(ctx: Ctx, { siteId, deviceId }: { siteId?: string; deviceId?: string }): Promise<PointOfDevice[]> {
  const of = deviceId === undefined ? sql`exists (select from access.site top join access.site own on own.path operator(public.<@) top.path where top.id = ${siteId ?? null}::uuid and own.id = d.site_id)` : sql`(d.id = ${deviceId}::uuid or p.source_id in (select w.source_id from devices.point w where w.device_id = ${deviceId}::uuid and w.point = '' and w.until is null))`;
  return devices.read(ctx, '').selectFrom(sql<PointOfDevice>`(select p.source_id, p.point, d.id as device_id, d.name from devices.point p join devices.device d on d.id = p.device_id where p.until is null and p.point <> '' and d.state = 'active' and ${of} order by d.name, p.point limit 2000)`.as<'p'>(sql`p`)).selectAll().execute();
}

/** A device in use with its site; null where it is not there or not for this reader. */
export async function deviceCard(ctx: Ctx, id: string): Promise<{ id: string; name: string; siteId: string | null } | null> {
  const rows = await devices.read(ctx, '').selectFrom(sql<{ id: string; name: string; siteId: string | null }>`(select id, name, site_id from devices.v_device where id = ${id}::uuid and state = 'active')`.as<'d'>(sql`d`)).selectAll().execute();
  return rows[0] ?? null;
}

/** Is any source a camera? Asked before each alarm is looked at for one. */
export async function hasCameras(ctx: Ctx): Promise<boolean> {
  const rows = await devices.read(ctx, '').selectFrom(sql<{ has: boolean }>`(select exists (select from signals.v_source s where s.protocol = 'onvif' and s.state = 'active') as has)`.as<'s'>(sql`s`)).select('has').execute();
  return rows[0]?.has ?? false;
}

const MOST_AT_SITE = 12;

/** The cameras in use that give a picture, of these ids or right at this site, as far as the reader sees them and their source. */
export async function picturedCameras(ctx: Ctx, { ids, siteId }: { ids: readonly string[]; siteId: string | null }): Promise<DeviceName[]> {
  return devices.read(ctx, '').selectFrom(sql<DeviceName>`(
    select d.id, d.name, d.kind, d.reach from devices.v_device d where (d.id = any (${ids}::uuid[]) or d.site_id = ${siteId}::uuid) and d.kind = 'camera' and d.state = 'active'
      and exists (select from devices.point p join signals.v_source s on s.id = p.source_id where p.device_id = d.id and p.until is null and s.protocol = 'onvif' and s.state = 'active')
    order by d.name limit ${ids.length + MOST_AT_SITE})`.as<'d'>(sql`d`)).selectAll().execute();
}

/** A device in use with since when it serves, and the times in which signals told that it was lost; milliseconds, an end of null goes on. */
export type ServedDevice = { id: string; since: number; losses: { from: number; to: number | null }[] };

/** The devices in use that the reader sees, with their losses that touch a period; at most 20,000. */
export async function lossesBetween(ctx: Ctx, { from, to, under }: { from: number; to: number; under?: string | undefined }): Promise<ServedDevice[]> {
  const [start, end] = [new Date(from).toISOString(), new Date(to).toISOString()];
  const rows = await devices.read(ctx, '').selectFrom(sql<{ id: string; since: string; losses: { from: string; to: string | null }[] }>`(
    select d.id, d.created_at as since, coalesce((select jsonb_agg(jsonb_build_object('from', f.since, 'to', f.until)) from devices.fault f where f.device_id = d.id and f.type = any (${[...LOSS_TYPES]}::text[]) and f.since < ${end}::timestamptz and (f.until is null or f.until > ${start}::timestamptz)), '[]') as losses
    from devices.device d where d.state = 'active' ${under ? sql`and d.site_id in ${sitesBelow(under)}` : sql``} order by d.id limit 20000)`.as<'d'>(sql`d`)).selectAll().execute();
  return rows.map(({ id, since, losses }) => ({ id, since: Date.parse(since), losses: losses.map((one) => ({ from: Date.parse(one.from), to: one.to === null ? null : Date.parse(one.to) })) }));
}

/** A device as a system outside may be told of it; null where it is not there or not the reader's to see. */
export async function deviceToTell(ctx: Ctx, id: string): Promise<{ row: Readonly<Record<string, unknown>>; narrative: null } | null> {
  const found = await rows(devices.read(ctx, 'devices:read') as never).where('d.id', '=', id).executeTakeFirst();
  return found ? { row: { code: found.code, name: found.name, kind: found.kind, reach: found.reach, reachSince: found.reachSince }, narrative: null } : null;
}
