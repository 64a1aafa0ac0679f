import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StandInCamera } from '#connectors/onvif/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import signals from '#modules/signals/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import devices from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let admin: Somebody;
let engineer: Somebody;
let operator: Somebody;
let camera: StandInCamera;
let deviceId: string;
let other: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [signals, devices] });
  [admin, engineer, operator] = await Promise.all([aPerson(fresh, 'Ada Admin', { role: 'system-administrator' }), aPerson(fresh, 'Enno Engineer', { role: 'systems-engineer' }), aPerson(fresh, 'Ola Operator', { role: 'gsoc-operator' })]);
  const picture = await sharp({ create: { width: 1_600, height: 900, channels: 3, background: '#345' } }).jpeg().withExif({ IFD0: { Copyright: 'SECRET-EXIF' } }).toBuffer();
  camera = await new StandInCamera({ picture }).start();
  const source = await post('/api/signals/sources', admin, { protocol: 'onvif', account: camera.address, name: 'Gate camera', credentials: { user: 'watcher', password: 'correct horse' } });
  deviceId = (await post('/api/devices', engineer, { siteId: null, code: 'CAM-1', name: 'Gate camera', kind: 'camera', points: [{ sourceId: source.id, point: '' }] })).id;
  other = (await post('/api/devices', engineer, { siteId: null, code: 'CAM-2', name: 'Old camera', kind: 'camera' })).id;
});
afterAll(async () => {
  await camera.stop();
  await app.close();
  await fresh.drop();
});

async function post(url: string, { headers }: Somebody, payload: object): Promise<{ id: string }> {
  const made = await app.inject({ method: 'POST', url, headers, payload });
  expect(made.statusCode, made.body).toBe(201);
  return made.json<{ id: string }>();
}
const look = (id = deviceId, who = operator) => app.inject({ url: `/api/devices/${id}/picture`, headers: who.headers });
/** What was told last is told again for a moment: asked until it is news. */
const sooner = (code: string) => expect.poll(async () => (await look()).json<{ type?: string }>().type ?? 'a picture', { timeout: 20_000, interval: 200 }).toBe(code);

test('a picture comes only from an address that is allowed, drawn anew, and that somebody looked is in the ledger once a minute', async () => {
  await sooner('urn:problem:devices.picture_not_allowed');
  await fresh.owner.query(`insert into net.allowance (id, range, port, reason, made_at, made_by) values (gen_random_uuid(), '127.0.0.1/32', $1, 'The camera of this test', now(), $2)`, [camera.port, admin.id]);
  await sooner('a picture');
  const { webp, takenAt } = (await look()).json<{ webp: string; takenAt: string }>();
  const bytes = Buffer.from(webp, 'base64');
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 960, height: 540 });
  expect(bytes.includes('SECRET-EXIF')).toBe(false);
  expect(Math.abs(Date.parse(takenAt) - Date.now())).toBeLessThan(30_000);
  const looks = await fresh.owner.query<{ n: number }>(`select count(*)::int as n from ledger.entry where record_id = $1 and verb = 'devices.looked'`, [deviceId]);
  expect(looks.rows[0]?.n).toBe(1);
});

test('what is no picture, and a camera that is gone, are refused in words; nothing of what it sent goes on', async () => {
  camera.options.picture = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  await sooner('urn:problem:devices.picture_unreadable');
  expect((await look()).body).not.toContain('script');
  await camera.stop();
  await sooner('urn:problem:devices.picture_unreachable');
});

test('who may not view video sees no picture, and a device without a camera says so', async () => {
  expect((await look(deviceId, engineer)).statusCode).toBe(403);
  expect((await look(other)).json()).toMatchObject({ status: 422, type: 'urn:problem:devices.no_picture' });
  expect((await look('019abcde-0000-7000-8000-000000000000')).statusCode).toBe(404);
});
