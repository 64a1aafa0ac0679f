import { execFileSync } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StandInStream } from '#connectors/onvif/testing-stream.ts';
import { StandInCamera } from '#connectors/onvif/testing.ts';
import { addDevice, changeDevice } from '#modules/devices/devices.service.ts';
import { addSources } from '#modules/signals/sources.service.ts';
import { openFile } from '#platform/files/files.service.ts';
import { aDataFolder, sha256Of } from '#platform/files/testing.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { replayFrames } from '#platform/video/frames.ts';
import { isVideoSkipped } from '#platform/video/testing.ts';
import { listAlarms } from '../alarms.service.ts';
import { listCameras } from '../cameras.service.ts';
import { correlate, readPosition } from '../correlator.ts';
import { anActor, type Arranged, arrange, sendFrame } from '../testing-pipeline.ts';
import { AlarmClips } from './lead.ts';

const SOON = { timeout: 40_000, interval: 50 };
let fresh: FreshDatabase;
let world: Arranged;
let operator: Ctx;
let engineer: Ctx;
let camera: StandInCamera;
let stream: StandInStream;
let deviceId: string;
let data: ReturnType<typeof aDataFolder>;
let clips: AlarmClips;
const none = { make: '', model: '', serial: '', firmware: '', address: '', installer: '', note: '', installedOn: null, warrantyUntil: null, endOfLifeOn: null, certificateUntil: null, expectedEveryS: null, behindId: null } as const;

beforeAll(async () => {
  if (isVideoSkipped) return;
  data = aDataFolder();
  fresh = await freshDatabase();
  world = await arrange(fresh, ['1234']);
  stream = await new StandInStream().start();
  camera = await new StandInCamera({ stream: stream.address }).start();
  [engineer, operator] = await Promise.all([anActor(fresh, 'Enno Engineer', 'systems-engineer'), anActor(fresh, 'Ola Operator', 'gsoc-operator')]);
  const source = await addSources(engineer, { protocol: 'onvif', account: camera.address, name: 'Gate camera', siteId: null, credentials: { user: 'watcher', password: 'correct horse' } });
  const panel = (await fresh.owner.query<{ id: string }>(`select id from signals.source where account = '1234'`)).rows[0]?.id ?? '';
  const zones = [1, 2, 3, 4].map((zone) => ({ sourceId: panel, point: `zone:${zone}` }));
  deviceId = (await addDevice(engineer, { ...none, siteId: null, code: 'CAM-1', name: 'Gate camera', kind: 'camera', clip: 'off', points: [...('id' in source ? [{ sourceId: source.id, point: '' }] : []), ...zones] })).id;
  for (const port of [camera.port, stream.port]) await fresh.owner.query(`insert into net.allowance (id, range, port, reason, made_at, made_by) values (gen_random_uuid(), '127.0.0.1/32', $1, 'The camera of this test', now(), $2)`, [port, engineer.personId]);
  clips = new AlarmClips({ log: { info: () => undefined, warn: () => undefined, error: () => undefined }, ctx: () => fresh.as(SERVICE.cameras), beforeMs: 4_000, afterMs: 1_500 });
});
afterAll(async () => {
  if (isVideoSkipped) return;
  await clips.close();
  await Promise.all([camera.stop(), stream.stop()]);
  await world.intake.close();
  await fresh.drop();
  data.remove();
});

async function ring(zone: number): Promise<string> {
  await sendFrame(world, { account: '1234', sequence: zone, data: `Nri1/BA000${zone}` });
  const ctx = await fresh.as(SERVICE.correlator);
  await correlate(ctx, await readPosition(ctx));
  return (await listAlarms(operator, { state: 'open', limit: 200 })).items.find(({ point }) => point === `zone:${zone}`)?.id ?? '';
}
const clipOf = async (id: string) => (await listCameras(operator, { id })).clip;
const setClip = (clip: 'off' | 'after' | 'around') => changeDevice(engineer, { id: deviceId, clip });
/** What an independent program reads in a file. */
const probed = (bytes: Buffer) => JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-of', 'json', '-show_entries', 'stream=codec_name,codec_type,start_time:format=start_time', '-count_packets', '-show_entries', 'stream=nb_read_packets', '-'], { input: bytes }).toString()) as { streams: { codec_name: string; codec_type: string; nb_read_packets: string }[]; format: { start_time: string } };

describe.skipIf(isVideoSkipped)('the clip of an alarm', () => {
  test('is kept from before it where the camera is recorded all the time: whole, as the camera encoded it, in the ledger with its hash, and it plays; another alarm of the same seconds names it', async () => {
    await setClip('around');
    await clips.tend();
    await expect.poll(() => stream.readers, SOON).toBe(1);
    await expect.poll(() => clips.held(), SOON).toBeGreaterThan(1);
    const id = await ring(1);
    await clips.look();
    const other = await ring(2);
    await clips.look();
    expect(await clipOf(other)).toMatchObject({ fileId: null, why: 'paced', detail: expect.stringContaining('ALM-') });
    await expect.poll(() => clipOf(id), SOON).toMatchObject({ why: null, camera: 'Gate camera' });
    const clip = await clipOf(id);
    const knownAt = Date.parse((await listAlarms(operator, { state: 'open', limit: 200 })).items.find((one) => one.id === id)?.knownAt ?? '');
    expect([Date.parse(clip?.fromAt ?? '') < knownAt, Date.parse(clip?.untilAt ?? '') >= knownAt + 1_500]).toEqual([true, true]);
    const { file, bytes } = await openFile(operator, clip?.fileId ?? '');
    const mp4 = await buffer(bytes);
    const { streams, format } = probed(mp4);
    expect([streams.length, streams[0]?.codec_name, Number(format.start_time)]).toEqual([1, 'h264', 0]);
    expect(Number(streams[0]?.nb_read_packets)).toBeGreaterThan(10);
    // Key frames come once a second.
    expect((Date.parse(clip?.untilAt ?? '') - Date.parse(clip?.fromAt ?? '')) / 1_000).toBeGreaterThan(Number(streams[0]?.nb_read_packets) / 10 - 1.5);
    const { rows } = await fresh.owner.query<{ body: string }>(`select body from ledger.entry where verb = 'alarms.clip-kept'`);
    expect([file.sha256, rows.length, rows[0]?.body.includes(file.sha256)]).toEqual([sha256Of(mp4), 1, true]);
    let n = 0;
    const played = await replayFrames({ mp4: (async function* once() { yield mp4; })(), signal: AbortSignal.timeout(60_000), onFrame: () => void n++ });
    expect([played.why, n > 5]).toEqual(['over', true]);
  });

  test('is kept as far as it came where the camera goes in the middle of it, is left out in words where it is gone, and nothing is recorded once the camera keeps none', async () => {
    await setClip('after');
    await clips.tend();
    await expect.poll(() => [stream.readers, clips.recorded], SOON).toEqual([0, 0]);
    const cut = await ring(3);
    await clips.look();
    await expect.poll(() => clips.held(), SOON).toBeGreaterThan(0);
    await stream.stop();
    await expect.poll(() => clipOf(cut), SOON).toMatchObject({ why: null, fileId: expect.any(String) });
    const gone = await ring(4);
    await clips.look();
    await expect.poll(() => clipOf(gone), SOON).toMatchObject({ why: 'unreachable', fileId: null });
    expect(clips.recorded).toBe(0);
  });
});
