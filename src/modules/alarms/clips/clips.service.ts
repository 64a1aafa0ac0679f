import { type ClipMode, clipCameras, devicesOf } from '#modules/devices/public.ts';
import { openFile } from '#platform/files/files.service.ts';
import { attachFile } from '#platform/files/uploads.service.ts';
import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { ffmpegHere } from '#platform/video/ffmpeg.ts';
import { FRAMES_PER_S, replayFrames } from '#platform/video/frames.ts';
import { PictureAnswer } from '#platform/video/multipart.ts';
import type { Clip } from '#platform/video/recording.ts';
import { alarms } from '../alarm-row.ts';
import type * as contract from '../contract.ts';
import type { AlarmClip } from '../contract.ts';
import { cameraFor, type Due } from '../pictures/pictures.service.ts';

const KEEP = 'alarms:keep-pictures';
const MOST_PLAYED = 4;

/** An alarm at a camera that keeps clips. */
export type DueClip = Due & { deviceId: string; camera: string; mode: Exclude<ClipMode, 'off'> };
export type ClipLeftOut = DueClip & { why: NonNullable<AlarmClip['why']>; detail: string };

/** The camera that shows the place of an alarm, where it keeps clips; null where none does. */
export async function clipCameraFor(ctx: Ctx, due: Due): Promise<DueClip | null> {
  const camera = await cameraFor(ctx, due.id);
  if (!camera) return null;
  const [{ clip } = { clip: 'off' as const }] = await clipCameras(ctx, { ids: [camera.deviceId], limit: 1 });
  return clip === 'off' ? null : { ...due, ...camera, mode: clip };
}

const kept = (verb: 'clip-kept' | 'clip-missed', { id, siteId, wallId }: Due, after: object): Change<{ id: string }> => ({ verb, before: null, after: { id, ...after }, of: { recordId: id, siteId, wallId, readPermission: 'alarms:read' } });

/** Says of an alarm that no clip of it is kept, and why. */
export async function leaveOutClip(ctx: Ctx, left: ClipLeftOut): Promise<void> {
  const { id, deviceId, why, detail } = left;
  await alarms.writeMany(ctx, KEEP, async (tx) => {
    await tx.insertInto('alarms.clip').values({ alarmId: id, deviceId, askedAt: ctx.now().toISOString(), why, detail: detail.slice(0, 400) }).onConflict((conflict) => conflict.column('alarmId').doNothing()).execute();
    return { changes: [kept('clip-missed', left, { deviceId, why })], result: null };
  });
}

/** Keeps a clip as a file on the alarm, with its times. */
export async function keepClip(ctx: Ctx, due: DueClip, { mp4, fromMs, untilMs }: Clip): Promise<void> {
  const [fromAt, untilAt] = [new Date(fromMs).toISOString(), new Date(untilMs).toISOString()];
  await alarms.writeMany(ctx, KEEP, async (tx) => {
    const file = await attachFile(ctx, { recordId: due.id, name: `${due.number} ${fromAt.slice(0, 19).replace('T', ' ').replaceAll(':', '.')} UTC.mp4`, size: mp4.length, bytes: once(mp4) });
    await tx.insertInto('alarms.clip').values({ alarmId: due.id, deviceId: due.deviceId, askedAt: ctx.now().toISOString(), fromAt, untilAt, fileId: file.id }).execute();
    return { changes: [kept('clip-kept', due, { deviceId: due.deviceId, fromAt, untilAt, fileId: file.id, sha256: file.sha256 })], result: null };
  });
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const clipRow = (ctx: Ctx, id: string) => alarms.read(ctx).selectFrom('alarms.clip').select(['deviceId', 'fromAt', 'untilAt', 'fileId', 'why', 'detail']).where('alarmId', '=', id).executeTakeFirst();

/** The clip of the time of an alarm, or why there is none; null where its camera keeps none. */
export async function clipOfAlarm(ctx: Ctx, id: string): Promise<AlarmClip | null> {
  const row = await clipRow(ctx, id);
  if (!row) return null;
  return { ...row, why: row.why as AlarmClip['why'], camera: (await devicesOf(ctx, [row.deviceId])).get(row.deviceId)?.name ?? null };
}

let played = 0;

/** Plays the clip of an alarm once, as fast as it was, drawn anew. Whoever reads the alarm's files may. */
export async function playClip(ctx: Ctx, { id }: Input<typeof contract.playClip>, exchange: Exchange): Promise<null> {
  const alarm = await alarms.read(ctx).selectFrom('alarms.alarm').select('id').where('id', '=', id).executeTakeFirst();
  if (!alarm) throw notFound();
  const row = await clipRow(ctx, id);
  if (!row?.fileId || !row.fromAt) throw new Problem('refused', 'alarms.no_clip', 'No clip of the time of this alarm is kept.');
  if (ffmpegHere() === null) throw new Problem('refused', 'alarms.clip_no_ffmpeg', 'To show it here needs the program ffmpeg on the machine that Parapet runs on; it is not there. Download the file.');
  if (played >= MOST_PLAYED) throw new Problem('limited', 'alarms.clips_busy', 'Several other clips are being played. Try again in a moment.', { retryAfterS: 10 });
  const { bytes } = await openFile(ctx, row.fileId);
  const [answer, stop, fromMs] = [new PictureAnswer(), new AbortController(), Date.parse(row.fromAt)];
  let n = 0;
  played++;
  void replayFrames({ mp4: bytes as AsyncIterable<Buffer>, signal: stop.signal, onFrame: (jpeg) => answer.frame(jpeg, new Date(fromMs + (n++ * 1_000) / FRAMES_PER_S).toISOString()) }).finally(() => {
    played--;
    bytes.destroy();
    answer.end();
  });
  answer.open(exchange, () => stop.abort());
  return null;
}
