import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StandInCamera } from '#connectors/onvif/testing.ts';
import { addDevice } from '#modules/devices/devices.service.ts';
import { addSources } from '#modules/signals/sources.service.ts';
import { aDataFolder, sha256Of } from '#platform/files/testing.ts';
import { listFiles } from '#platform/files/files.service.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { listAlarms } from '../alarms.service.ts';
import { listCameras } from '../cameras.service.ts';
import type { AlarmPicture } from '../contract.ts';
import { correlate, readPosition } from '../correlator.ts';
import { anActor, type Arranged, arrange, sendFrame } from '../testing-pipeline.ts';
import { AlarmPictures } from './lead.ts';

let fresh: FreshDatabase;
let world: Arranged;
let operator: Ctx;
let camera: StandInCamera;
let shown: Buffer;
let data: ReturnType<typeof aDataFolder>;
const none = { make: '', model: '', serial: '', firmware: '', address: '', installer: '', note: '', installedOn: null, warrantyUntil: null, endOfLifeOn: null, certificateUntil: null, expectedEveryS: null, behindId: null, clip: 'off' } as const;

beforeAll(async () => {
  data = aDataFolder();
  fresh = await freshDatabase();
  world = await arrange(fresh, ['1234']);
  shown = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#345' } }).jpeg().toBuffer();
  camera = await new StandInCamera({ picture: shown }).start();
  const engineer = await anActor(fresh, 'Enno Engineer', 'systems-engineer');
  operator = await anActor(fresh, 'Ola Operator', 'gsoc-operator');
  const source = await addSources(engineer, { protocol: 'onvif', account: camera.address, name: 'Gate camera', siteId: null, credentials: { user: 'watcher', password: 'correct horse' } });
  const panel = (await fresh.owner.query<{ id: string }>(`select id from signals.source where account = '1234'`)).rows[0]?.id ?? '';
  const zones = [1, 2, 3, 4].map((zone) => ({ sourceId: panel, point: `zone:${zone}` }));
  await addDevice(engineer, { ...none, siteId: null, code: 'CAM-1', name: 'Gate camera', kind: 'camera', points: [...('id' in source ? [{ sourceId: source.id, point: '' }] : []), ...zones] });
  await fresh.owner.query(`insert into net.allowance (id, range, port, reason, made_at, made_by) values (gen_random_uuid(), '127.0.0.1/32', $1, 'The camera of this test', now(), $2)`, [camera.port, engineer.personId]);
});
afterAll(async () => {
  await camera.stop();
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
const kept = async (id: string): Promise<AlarmPicture | null> => (await listCameras(operator, { id })).kept;
const soon = (id: string) => expect.poll(() => kept(id), { timeout: 20_000, interval: 30 });
const pictures = (withinMs = 60_000) => new AlarmPictures({ log: { info: () => undefined, warn: () => undefined, error: () => undefined }, ctx: () => fresh.as(SERVICE.cameras), paceMs: 600_000, lateMs: 600_000, withinMs });

test('an alarm of a camera keeps the picture of its time as a file, as the camera sent it; the next ones of that camera are left out in words', async () => {
  const first = await ring(1);
  const taking = pictures();
  expect(await taking.look()).toBe(1);
  const others = [await ring(2), await ring(3)];
  expect(await taking.look()).toBe(2);
  await soon(first).toMatchObject({ camera: 'Gate camera', why: null, afterMs: expect.any(Number) });
  const picture = await kept(first);
  const [file] = (await listFiles(operator, { recordId: first })).items;
  expect(file).toMatchObject({ id: picture?.fileId, sha256: sha256Of(shown), mediaType: 'image/jpeg', addedBy: 'Cameras', name: expect.stringMatching(/^ALM-.+ UTC\.jpg$/) });
  expect(picture?.afterMs).toBe(Date.parse(picture?.takenAt ?? '') - Date.parse((await listAlarms(operator, { state: 'open', limit: 200 })).items.find(({ id }) => id === first)?.knownAt ?? ''));
  for (const id of others) expect(await kept(id)).toMatchObject({ fileId: null, why: 'paced', detail: expect.stringContaining('ALM-') });
  expect(await taking.look()).toBe(0);
  expect(camera.count('picture')).toBe(1);
  const told = await fresh.owner.query<{ verb: string }>(`select verb from ledger.entry where actor = $1 order by verb`, [SERVICE.cameras]);
  expect(told.rows.map(({ verb }) => verb)).toEqual(['alarms.picture-kept', 'alarms.picture-missed', 'alarms.picture-missed', 'files.attached']);
  await taking.close();
});

test('a camera that does not answer holds nothing up, and why there is no picture is said', async () => {
  camera.hostile = 'slow';
  const taking = pictures(400);
  const slow = await ring(4);
  await taking.look();
  await soon(slow).toMatchObject({ why: 'unreachable', fileId: null, takenAt: null });
  await taking.close();
});
