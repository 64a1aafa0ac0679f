import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { correlate, readPosition } from '../alarms/correlator.ts';
import { watchDevices, watchPosition } from '../alarms/device-watch.ts';
import { type Arranged, arrange, sendFrame } from '../alarms/testing-pipeline.ts';
import { listAlarms } from '../alarms/alarms.service.ts';
import { addDevice } from '../devices/devices.service.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import sites from '#modules/sites/module.ts';
import { normalCdf } from '#engines/distributions/normal.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { RiskFloor } from './contract.ts';
import { type Remembered, statesOn, watchPaths } from './live.service.ts';
import risk from './module.ts';
import { aDrawing, figuresOf, givePlan, type TestDrawing } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let world: Arranged;
let manager: Somebody;
let supervisor: Ctx;
let floorId: string;
let assetId: string;
let drawing: TestDrawing;
let position: Map<number, number>;
let sourceId: string;
let sequence = 0;
const remembered: Remembered = new Map();

const call = (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) => app.inject({ method, url: `/api${url}`, ...(payload && { payload }), headers: manager.headers });
const floor = async (): Promise<RiskFloor> => (await call('GET', `/risk/floors/${floorId}`)).json();
const standing = async () => (await floor()).live.find(({ id }) => id === assetId);
const ringing = async () => (await listAlarms(supervisor, { state: 'open', limit: 50 })).items.filter(({ type }) => type === 'equipment.protection-low').map(({ title, siteId, isActive }) => ({ title, siteId, isActive }));

/** What a panel says, read by correlator, the watch of devices, and the watch of paths. */
async function said(...data: string[]): Promise<void> {
  for (const one of data) await sendFrame(world, { account: '1234', sequence: ++sequence, data: one });
  const ctx = await fresh.as(SERVICE.correlator);
  await correlate(ctx, await readPosition(ctx));
  await watchDevices(ctx, position);
  await watchPaths(ctx, remembered);
}

type Sensed = { detection: number; meanS: number; ahead: number };
/** EASI written out once more, from the formula of the field and nothing of the product's own engine. */
function easi(tasks: readonly Sensed[], { timeS, timeSdS, communication }: { timeS: number; timeSdS: number; communication: number }): number {
  let [unseen, interrupted] = [1, 0];
  for (const [i, { detection, meanS, ahead }] of tasks.entries()) {
    const after = tasks.slice(i + 1);
    const left = ahead * meanS + after.reduce((sum, one) => sum + one.meanS, 0);
    const variance = (ahead * 0.3 * meanS) ** 2 + after.reduce((sum, one) => sum + (0.3 * one.meanS) ** 2, 0);
    interrupted += communication * unseen * detection * normalCdf((left - timeS) / Math.sqrt(variance + timeSdS ** 2));
    unseen *= 1 - detection;
  }
  return interrupted;
}
/** Gate, across the yard, hall door with its contact, across the hall by the camera, safe room door, across the room, the safe; by force with hand tools at 2 m/s. */
const path = ({ camera, contact = 0.9, doorS = 60 }: { camera: number; contact?: number; doorS?: number }): Sensed[] => [
  { detection: 0, meanS: 20, ahead: 1 }, { detection: 0, meanS: 10, ahead: 1 }, { detection: contact, meanS: doorS, ahead: 1 }, { detection: camera, meanS: 10, ahead: 0.5 }, { detection: 0, meanS: 60, ahead: 1 }, { detection: 0, meanS: 2.5, ahead: 1 }, { detection: 0, meanS: 90, ahead: 1 },
];
const RESPONSE = { timeS: 120, timeSdS: 36, communication: 0.95 };

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  world = await arrange(fresh, ['1234']);
  app = await buildServer({ db: fresh.db, modules: [sites, risk] });
  const chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  const engineer = await aPerson(fresh, 'Enya Engineer', { role: 'systems-engineer' });
  manager = await aPerson(fresh, 'Romy Risk', { role: 'risk-manager' });
  supervisor = await fresh.as((await aPerson(fresh, 'Ines Varga', { role: 'gsoc-supervisor' })).id);
  const add = async (payload: object): Promise<string> => (await app.inject({ method: 'POST', url: '/api/sites', payload, headers: chief.headers })).json().id;
  floorId = await add({ code: 'HAL-0', name: 'Ground floor', kind: 'floor', parentId: await add({ code: 'HAL', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam' }) });
  sourceId = (await fresh.owner.query<{ id: string }>(`select id from signals.source where account = '1234'`)).rows[0]?.id ?? '';
  const register = await fresh.as(engineer.id);
  const device = (name: string, kind: 'camera' | 'sensor', point: string) => addDevice(register, { siteId: floorId, code: name, name, kind, make: '', model: '', serial: '', firmware: '', address: '', installer: '', note: '', installedOn: null, warrantyUntil: null, endOfLifeOn: null, certificateUntil: null, expectedEveryS: null, behindId: null, clip: 'off', points: [{ sourceId, point }] });
  const [camera, contact] = [await device('CAM-1', 'camera', 'device:11'), await device('CON-1', 'sensor', 'door:1')];
  drawing = aDrawing({ camera: camera.id, contact: contact.id, sourceId });
  drawing.marks = drawing.marks.map((mark) => ({ ...mark, point: mark.kind === 'camera' ? 'device:11' : 'door:1' }));
  await givePlan(fresh, floorId, drawing);
  const made = await call('POST', '/risk/assets', { name: 'Master safe', kind: 'property', siteId: floorId, place: { zoneId: drawing.zones[2]?.id, at: [45, 10] }, delays: [{ by: 'hand', meanS: 90, sdS: null }], strategy: 'force', tools: ['none', 'hand'], leastInterruption: 0.85 });
  assetId = made.json().id;
  await call('PUT', `/risk/floors/${floorId}/figures`, figuresOf(drawing));
  position = await watchPosition(await fresh.as(SERVICE.correlator));
}, 60_000);
afterAll(async () => {
  await world.intake.close();
  await app.close();
  await fresh.drop();
});

test('a camera that dies takes P(I) of the asset below what it needs, as EASI says; an alarm rings for it, and ends when the camera is back', async () => {
  await said('Nri1/RP0000');
  const whole = easi(path({ camera: 0.8 }), RESPONSE);
  expect((await standing())?.interruption).toBeCloseTo(whole, 6);
  expect([(await standing())?.belowSince, await ringing()]).toEqual([null, []]);

  await said('Nri1/EM0011');
  const blind = easi(path({ camera: 0 }), RESPONSE);
  expect(blind).toBeLessThan(0.85);
  expect(Math.abs(((await standing())?.interruption ?? 0) - blind)).toBeLessThan(1e-6);
  expect((await floor()).states).toEqual([{ id: drawing.marks[1]?.id, state: 'dead', since: expect.any(String) as string }]);
  expect(await ringing()).toEqual([{ title: 'Protection below what is needed: Master safe', siteId: floorId, isActive: true }]);

  await said('Nri1/EN0011');
  expect((await standing())?.interruption).toBeCloseTo(whole, 6);
  expect((await ringing()).filter(({ isActive }) => isActive)).toEqual([]);
  const before = (await fresh.owner.query<{ version: number }>('select version from risk.live')).rows[0]?.version;
  await said('Nri1/RP0000');
  expect((await fresh.owner.query<{ version: number }>('select version from risk.live')).rows[0]?.version).toBe(before);
});

test('a door that is held is no delay and its contact blind; what is on test is marked, by point or with its whole site', async () => {
  await said('Nri1/DN0001');
  expect((await floor()).states).toEqual([{ id: drawing.portals[1]?.id, state: 'held', since: expect.any(String) as string }]);
  expect(Math.abs(((await standing())?.interruption ?? 0) - easi(path({ camera: 0.8, contact: 0, doorS: 0 }), RESPONSE))).toBeLessThan(1e-6);
  await said('Nri1/DH0001');
  expect((await floor()).states).toEqual([]);
  const unwatched = { held: [], onTest: { sites: [], sources: [], points: [{ sourceId, point: 'device:11' }] } };
  const plan = { floorId, name: '', above: [], timeZone: 'UTC', version: 1, drawing };
  expect(statesOn(plan, { reach: new Map(), unwatched, isOnTest: false })).toEqual([{ id: drawing.marks[1]?.id, state: 'on-test', since: null }]);
  expect(statesOn(plan, { reach: new Map(), unwatched, isOnTest: true }).map(({ state }) => state)).toEqual(['on-test', 'on-test']);
});

test('from 20 measured responses on these stand in place of the assumption, and P(I) follows them', async () => {
  const cards = (n: number) => fresh.owner.query(
    `insert into incidents.resource (id, incident_id, seq, kind, name, state, state_at, requested_at, requested_by, checked_in_at, checked_in_by)
     select gen_random_uuid(), i.id, n, 'person', 'Officer ' || n, 'checked-in', now(), now() - make_interval(secs => 100 + n), $2, now(), $2 from generate_series($3::int, $1::int) n, incidents.incident i`, [n, manager.id, n === 19 ? 1 : n]);
  await fresh.owner.query(`insert into incidents.incident (id, number, title, type_key, severity, state, site_id, occurred_from, known_at, declared_by, declared_at) values (gen_random_uuid(), 'INC-2026-00001', 'Tried the gate', 'trespass', 3, 'open', $1, now(), now(), $2, now())`, [floorId, manager.id]);
  await cards(19);
  await said('Nri1/RP0000');
  expect(await standing()).toMatchObject({ isMeasured: false, samples: 19, responseS: 120 });
  await cards(20);
  await said('Nri1/RP0000');
  const measured = { timeS: 110.5, timeSdS: Math.sqrt(35), communication: 0.95 };
  expect(await standing()).toMatchObject({ isMeasured: true, samples: 20, responseS: expect.closeTo(110.5, 6) as number });
  expect(Math.abs(((await standing())?.interruption ?? 0) - easi(path({ camera: 0.8 }), measured))).toBeLessThan(1e-6);
});
