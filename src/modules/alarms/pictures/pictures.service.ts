import { sql } from 'kysely';
import { devicesOf, hasCameras, takePicture } from '#modules/devices/public.ts';
import { attachFile } from '#platform/files/uploads.service.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { alarms } from '../alarm-row.ts';
import { camerasOfAlarm } from '../cameras.service.ts';
import type { AlarmPicture } from '../contract.ts';

const KEEP = 'alarms:keep-pictures';
const WINDOW_S = 60;
const AT_ONCE = 40;

/** An alarm whose picture is due, with the camera that shows its place. */
export type Due = { id: string; number: string; siteId: string | null; wallId: string | null; knownAt: string };
export type DuePicture = Due & { deviceId: string; camera: string };
type Why = NonNullable<AlarmPicture['why']>;
export type LeftOut = DuePicture & { why: Why; detail: string };

/** Alarms of the last minute that nobody looked at for a picture (or a clip) yet, the most urgent first; none where no camera is known at all. */
export async function dueAlarms(ctx: Ctx, looked: readonly string[], of: 'picture' | 'clip' = 'picture'): Promise<Due[]> {
  if (!(await hasCameras(ctx))) return [];
  return alarms.read(ctx, KEEP).selectFrom('alarms.alarm as a').select(['a.id', 'a.number', 'a.siteId', 'a.wallId', 'a.knownAt'])
    .where(sql<boolean>`a.known_at > now() - make_interval(secs => ${WINDOW_S}) and a.handling <> 'closed' and not a.is_simulated and a.folded_into is null and not a.id = any (${looked}::uuid[]) and not exists (select from ${sql.ref(`alarms.${of}`)} p where p.alarm_id = a.id)`)
    .orderBy('a.priority').orderBy('a.knownAt').orderBy('a.id').limit(AT_ONCE).execute();
}

/** The camera that shows the place of an alarm: its own device, else the nearest of its zone; null where there is none. */
export async function cameraFor(ctx: Ctx, alarmId: string): Promise<{ deviceId: string; camera: string } | null> {
  const found = (await camerasOfAlarm(ctx, alarmId)).find(({ by }) => by === 'own' || by === 'zone');
  return found ? { deviceId: found.deviceId, camera: found.name } : null;
}

const kept = (verb: 'picture-kept' | 'picture-missed', { id, siteId, wallId }: Due, after: object): Change<{ id: string }> => ({ verb, before: null, after: { id, ...after }, of: { recordId: id, siteId, wallId, readPermission: 'alarms:read' } });

/** Says of alarms that no picture is taken for them, and why. */
export async function leaveOut(ctx: Ctx, left: readonly LeftOut[]): Promise<void> {
  if (left.length === 0) return;
  const askedAt = ctx.now().toISOString();
  await alarms.writeMany(ctx, KEEP, async (tx) => {
    await tx.insertInto('alarms.picture').values(left.map(({ id, deviceId, why, detail }) => ({ alarmId: id, deviceId, askedAt, why, detail: detail.slice(0, 400) }))).onConflict((conflict) => conflict.column('alarmId').doNothing()).execute();
    return { changes: left.map((one) => kept('picture-missed', one, { deviceId: one.deviceId, why: one.why })), result: null };
  });
}

/** Asks the camera once, and keeps what it sent as a file on the alarm, with its times; or why it sent nothing. */
export async function keepPicture(ctx: Ctx, due: DuePicture, withinMs: number): Promise<void> {
  const askedAt = ctx.now().toISOString();
  const shot = await takePicture(ctx, due.deviceId, withinMs);
  if ('why' in shot) return leaveOut(ctx, [{ ...due, why: shot.why, detail: shot.detail }]);
  await alarms.writeMany(ctx, KEEP, async (tx) => {
    const file = await attachFile(ctx, { recordId: due.id, name: fileName(due, shot.takenAt, shot.type), size: shot.bytes.length, bytes: once(shot.bytes) });
    await tx.insertInto('alarms.picture').values({ alarmId: due.id, deviceId: due.deviceId, askedAt, takenAt: shot.takenAt, fileId: file.id }).execute();
    return { changes: [kept('picture-kept', due, { deviceId: due.deviceId, takenAt: shot.takenAt, fileId: file.id, sha256: file.sha256 })], result: null };
  });
}

const fileName = ({ number }: Due, takenAt: string, type: string): string => `${number} ${takenAt.slice(0, 19).replace('T', ' ').replaceAll(':', '.')} UTC.${type}`;

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The picture of the time of an alarm, or why there is none; null where none was tried. */
export async function pictureOfAlarm(ctx: Ctx, { id, knownAt }: { id: string; knownAt: string }): Promise<AlarmPicture | null> {
  const row = await alarms.read(ctx).selectFrom('alarms.picture').select(['deviceId', 'askedAt', 'takenAt', 'fileId', 'why', 'detail']).where('alarmId', '=', id).executeTakeFirst();
  if (!row) return null;
  const camera = (await devicesOf(ctx, [row.deviceId])).get(row.deviceId)?.name ?? null;
  return { ...row, why: row.why as AlarmPicture['why'], camera, afterMs: row.takenAt === null ? null : Math.max(0, Date.parse(row.takenAt) - Date.parse(knownAt)) };
}
