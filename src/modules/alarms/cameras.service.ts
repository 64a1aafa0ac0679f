import { deviceAt, picturedCameras } from '#modules/devices/public.ts';
import { camerasNear } from '#modules/sites/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { alarms } from './alarm-row.ts';
import { clipOfAlarm } from './clips/clips.service.ts';
import type * as contract from './contract.ts';
import type { AlarmCamera } from './contract.ts';
import { pictureOfAlarm } from './pictures/pictures.service.ts';

const MOST = 6;
const ORDER: readonly AlarmCamera['by'][] = ['own', 'zone', 'near', 'site'];

/** The cameras that may show an alarm, and the picture of its time. It reads the database only. */
export async function listCameras(ctx: Ctx, { id }: Input<typeof contract.listCameras>): Promise<Reply<typeof contract.listCameras>> {
  const alarm = await placeOf(ctx, id);
  return { items: await camerasAt(ctx, alarm), kept: await pictureOfAlarm(ctx, { id, knownAt: alarm.knownAt }), clip: await clipOfAlarm(ctx, id) };
}

/** The cameras that may show an alarm, the likeliest first. */
export const camerasOfAlarm = async (ctx: Ctx, id: string): Promise<AlarmCamera[]> => camerasAt(ctx, await placeOf(ctx, id));

async function placeOf(ctx: Ctx, id: string) {
  const alarm = await alarms.read(ctx).selectFrom('alarms.alarm').select(['sourceId', 'point', 'siteId', 'raisedAt', 'knownAt']).where('id', '=', id).executeTakeFirst();
  if (!alarm) throw notFound();
  return alarm;
}

async function camerasAt(ctx: Ctx, alarm: Awaited<ReturnType<typeof placeOf>>): Promise<AlarmCamera[]> {
  const own = alarm.sourceId === null ? null : await deviceAt(ctx, { sourceId: alarm.sourceId, point: alarm.point, at: alarm.raisedAt });
  const near = new Map((await camerasNear(ctx, { sourceId: alarm.sourceId, point: alarm.point, deviceId: own?.id ?? null })).toReversed().map((one) => [one.deviceId, one]));
  const found = await picturedCameras(ctx, { ids: [...(own ? [own.id] : []), ...near.keys()], siteId: alarm.siteId });
  const items = found.map(({ id: deviceId, name, reach }): AlarmCamera => {
    const beside = near.get(deviceId);
    return { deviceId, name, reach, by: deviceId === own?.id ? 'own' : beside ? (beside.isSameZone ? 'zone' : 'near') : 'site', distanceM: beside?.distanceM ?? null };
  });
  return items.toSorted((a, b) => ORDER.indexOf(a.by) - ORDER.indexOf(b.by) || (a.distanceM ?? 0) - (b.distanceM ?? 0)).slice(0, MOST);
}
