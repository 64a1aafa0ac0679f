import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StandInCamera } from '#connectors/onvif/testing.ts';
import signals from '#modules/signals/module.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { FastifyInstance } from 'fastify';
import type { DeviceDetail } from '../contract.ts';
import devices from '../module.ts';
import { changedIn, type Plate, PLATE_FIELDS, takenOver } from './plate-rules.ts';
import { duePlates, readPlate } from './plates.service.ts';

const plate = fc.record({ make: fc.constantFrom('', 'A', 'B'), model: fc.constantFrom('', 'M', 'N'), serial: fc.constantFrom('', '1', '2'), firmware: fc.constantFrom('', '1.0', '1.1') });

test('what a device does not say stays, what it says twice changes nothing more, and nothing is a change on the first time', () => {
  fc.assert(fc.property(plate, fc.option(plate), plate, (register, before, now) => {
    const taken = takenOver(register, before, now);
    const after: Plate = { ...register, ...taken };
    for (const field of PLATE_FIELDS) if (now[field] === '') expect(after[field]).toBe(register[field]);
    expect(takenOver(after, now, now)).toEqual({});
    expect(changedIn(null, now)).toEqual([]);
    expect(changedIn(now, now)).toEqual([]);
  }));
});

let fresh: FreshDatabase;
let app: FastifyInstance;
let engineer: Somebody;
let camera: StandInCamera;
let id: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [signals, devices] });
  engineer = await aPerson(fresh, 'Enno Engineer', { role: 'systems-engineer' });
  camera = await new StandInCamera().start();
  await fresh.owner.query(`insert into net.allowance (id, range, port, reason, made_at, made_by) values (gen_random_uuid(), '127.0.0.1/32', $1, 'The camera of this test', now(), $2)`, [camera.port, engineer.id]);
  const post = async (url: string, payload: object) => (await app.inject({ method: 'POST', url, headers: engineer.headers, payload })).json<{ id: string }>().id;
  const sourceId = await post('/api/signals/sources', { protocol: 'onvif', account: camera.address, name: 'Gate', credentials: { user: 'watcher', password: 'correct horse' } });
  id = await post('/api/devices', { siteId: null, code: 'CAM-1', name: 'Gate camera', kind: 'camera', make: 'Halden (leased)', firmware: '1.0', points: [{ sourceId, point: '' }] });
});
afterAll(async () => {
  await camera.stop();
  await app.close();
  await fresh.drop();
});

const read = async (): Promise<DeviceDetail> => (await app.inject({ url: `/api/devices/${id}`, headers: engineer.headers })).json();
const verbs = async () => (await fresh.owner.query<{ verb: string }>(`select verb from ledger.entry where record_id = $1 order by at, verb`, [id])).rows.map(({ verb }) => verb);
const service = () => fresh.as(SERVICE.cameras);

test('a device is asked once a day what it is: the register takes its number and firmware over, and a change is noted with what it said before', async () => {
  expect((await read()).plate).toBeNull();
  expect(await duePlates(await service())).toEqual([id]);
  expect(await readPlate(await service(), id)).toBe(true);
  expect(await duePlates(await service())).toEqual([]);
  expect(await read()).toMatchObject({ make: 'Halden (leased)', model: 'HX & 7', serial: '0042', firmware: '1.4.2', version: 2, plate: { why: null, readAt: expect.any(String), changedAt: null, changes: [] } });
  await readPlate(await service(), id);
  expect((await read()).version).toBe(2);
  camera.options.firmware = '1.5.0';
  await readPlate(await service(), id);
  expect(await read()).toMatchObject({ firmware: '1.5.0', version: 3, plate: { changedAt: expect.any(String), changes: [{ field: 'firmware', from: '1.4.2', to: '1.5.0' }] } });
  expect((await verbs()).toSorted()).toEqual(['devices.added', 'devices.plate-changed', 'devices.plate-read']);
});

test('a device that says nothing keeps its last word, and why is said', async () => {
  camera.hostile = 'doctype';
  expect(await readPlate(await service(), id)).toBe(false);
  expect(await read()).toMatchObject({ firmware: '1.5.0', plate: { why: 'unreadable', readAt: expect.any(String) } });
  camera.hostile = null;
});
