import { randomInt } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerProbes, probeMatch, StandInCamera } from '#connectors/onvif/testing.ts';
import devices from '#modules/devices/module.ts';
import identity from '#modules/identity/module.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import jobs from '#platform/jobs/module.ts';
import { aJobWorker } from '#platform/jobs/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { CameraSearch } from '../camera-contract.ts';
import signals from '../module.ts';
import { cameraSearch } from './search.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let engineer: Somebody;
let admin: Somebody;
let camera: StandInCamera;
let recorder: StandInCamera;
let worker: { stop(): Promise<void> };
let network: { close(): void };
/** An address of this machine's loopback that is this test's own, so that its port of discovery is free. */
const here = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(2, 255)}`;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [identity, signals, devices, jobs] });
  [engineer, admin] = await Promise.all([aPerson(fresh, 'Enno Engineer', { role: 'systems-engineer' }), aPerson(fresh, 'Ada Admin', { role: 'system-administrator' })]);
  camera = await new StandInCamera().start();
  recorder = await new StandInCamera({ parts: ['v1', 'v2'] }).start();
  worker = await aJobWorker(fresh.url, new Map([[cameraSearch.key, cameraSearch]]));
  network = await answerProbes({ address: here, port: 3_702 }, (id) => [probeMatch({ id, address: `http://${here}:8080/onvif/device_service` }), probeMatch({ id, address: 'http://10.99.0.1/onvif/device_service' })]);
});
afterAll(async () => {
  network.close();
  await worker.stop();
  await Promise.all([camera.stop(), recorder.stop()]);
  await app.close();
  await fresh.drop();
});

const send = (url: string, who: Somebody, payload: object) => app.inject({ method: 'POST', url: `/api/signals/cameras${url}`, headers: who.headers, payload });
const typeOf = (answer: { json(): unknown }) => (answer.json() as { type: string }).type.replace('urn:problem:signals.', '');
const allow = (range: string, port: number) => fresh.owner.query(`insert into net.allowance (id, range, port, reason, made_at, made_by) values (gen_random_uuid(), $1, $2, 'This test', now(), $3)`, [range, port, admin.id]);
const CREDENTIALS = { user: 'watcher', password: 'correct horse' };
const count = async (table: string): Promise<number> => (await fresh.owner.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]?.n ?? 0;

test('a block is asked address by address only where every one of them is allowed, and what answers is said to be not allowed, or known', async () => {
  for (const [range, code] of [['10.0.0.0/8', 'no_block'], ['x', 'no_block'], ['8.8.8.0/30', 'no_block_inside'], [`${here}/32`, 'block_not_allowed']] as const) expect(typeOf(await send('/searches', admin, { range })), range).toBe(code);
  await allow(`${here}/32`, 3_702);
  const started = await send('/searches', admin, { range: `${here}/32` });
  expect(started.statusCode, started.body).toBe(201);
  const job = async () => (await app.inject({ url: `/api/jobs/${started.json<{ jobId: string }>().jobId}`, headers: admin.headers })).json<{ state: string; result: CameraSearch | null }>();
  await expect.poll(async () => (await job()).state, { timeout: 20_000 }).toBe('done');
  const { result } = await job();
  expect(result?.items).toEqual([{ address: `http://${here}:8080/onvif/device_service`, name: 'Gate camera', maker: 'Halden', model: 'HX-7', place: 'North', remote: here, sourceId: null, refusal: expect.any(String) }]);
  expect(result?.left.elsewhere).toBeGreaterThan(0);
});

test('a camera is asked through the guarded door: not before it is allowed, and its refusals are told in words', async () => {
  const ask = (credentials: object | null) => send('/ask', admin, { account: camera.address, credentials });
  expect(typeOf(await ask(CREDENTIALS))).toBe('camera_not_allowed');
  await allow('127.0.0.1/32', camera.port);
  await allow('127.0.0.1/32', recorder.port);
  await expect.poll(async () => typeOf(await ask({ user: 'watcher', password: 'wrong' })), { timeout: 20_000 }).toBe('camera_credentials');
  camera.hostile = 'bomb';
  expect(typeOf(await ask(CREDENTIALS))).toBe('camera_unreadable');
  camera.hostile = null;
  expect((await ask(CREDENTIALS)).json()).toMatchObject({ make: 'Halden Optics', firmware: '1.4.2', parts: [{ name: 'v' }], hasPicture: true });
  expect([await count('signals.source'), await count('devices.device')]).toEqual([0, 0]);
});

test('a camera becomes a source and a device in one write, or neither', async () => {
  const adopt = (who: Somebody, code: string) => send('', who, { account: camera.address, name: 'Gate camera', credentials: CREDENTIALS, device: { code } });
  expect((await adopt(admin, 'CAM-1')).statusCode).toBe(403);
  await app.inject({ method: 'POST', url: '/api/devices', headers: engineer.headers, payload: { siteId: null, code: 'CAM-0', name: 'Old camera', kind: 'camera' } });
  const taken = await adopt(engineer, 'CAM-0');
  expect([taken.statusCode, taken.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer]).toEqual([409, '/device/code']);
  expect([await count('signals.source'), await count('devices.device')]).toEqual([0, 1]);
  const made = await adopt(engineer, 'CAM-1');
  expect(made.statusCode, made.body).toBe(201);
  const [device] = made.json<{ devices: { id: string }[] }>().devices;
  const read = (await app.inject({ url: `/api/devices/${device?.id}`, headers: engineer.headers })).json<object>();
  expect(read).toMatchObject({ code: 'CAM-1', kind: 'camera', make: 'Halden Optics', model: 'HX & 7', serial: '0042', firmware: '1.4.2', address: `127.0.0.1:${camera.port}`, points: [{ source: 'Gate camera', point: '' }] });
  expect(JSON.stringify(read)).not.toContain('correct horse');
  expect((await adopt(engineer, 'CAM-2')).statusCode).toBe(409);
  expect(await count('devices.device')).toBe(2);
});

test('the parts of a recorder become cameras of their own behind it, each with the points by which its events call it', async () => {
  const adopt = (part: string) => send('', engineer, { account: recorder.address, name: 'Recorder', credentials: CREDENTIALS, device: { code: 'NVR-1', parts: [{ part, code: 'CAM-11', name: 'Dock' }] } });
  expect(typeOf(await adopt('v3'))).toBe('no_such_part');
  const made = await adopt('v2');
  expect(made.statusCode, made.body).toBe(201);
  const [, part] = made.json<{ devices: { id: string }[] }>().devices;
  expect((await app.inject({ url: `/api/devices/${part?.id}`, headers: engineer.headers })).json()).toMatchObject({ name: 'Dock', kind: 'camera', behind: 'Recorder', points: [{ point: 'device:c-v2' }, { point: 'device:v2' }] });
});
