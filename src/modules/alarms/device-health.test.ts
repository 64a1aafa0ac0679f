import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBeating } from '#platform/health/beat.ts';
import { addDevice, readDevice } from '#modules/devices/devices.service.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { acknowledge, close, getAlarm, listAlarms } from './alarms.service.ts';
import { correlate, readPosition } from './correlator.ts';
import { deviceCosts } from './device-costs.service.ts';
import { watchDevices, watchPosition } from './device-watch.ts';
import { foldBehind, unfoldDue } from './folding.ts';
import { raiseClockJumps } from './own-clocks.ts';
import { raiseSilence } from './silence.ts';
import { anActor, type Arranged, arrange, sendFrame } from './testing-pipeline.ts';

let fresh: FreshDatabase;
let world: Arranged;
let engineer: Ctx;
let operator: Ctx;
let sequence = 0;
let position: Map<number, number>;
const idOf: Record<string, string> = {};
const at = (ctx: Ctx, ms: number): Ctx => ({ ...ctx, now: () => new Date(Date.now() + ms) });

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  world = await arrange(fresh, ['1234', '5678']);
  engineer = await anActor(fresh, 'Enya Engineer', 'systems-engineer');
  operator = await anActor(fresh, 'Ines Varga', 'gsoc-supervisor');
  position = await watchPosition(await fresh.as(SERVICE.correlator));
});
afterAll(async () => {
  await world.intake.close();
  await fresh.drop();
});

const sourceOf = async (account: string): Promise<string> => (await fresh.owner.query<{ id: string }>('select id from signals.source where account = $1', [account])).rows[0]?.id ?? '';

async function device(name: string, point: string, more: { behind?: string; account?: string; expectedEveryS?: number } = {}): Promise<void> {
  const made = await addDevice(engineer, {
    siteId: null, code: name.replaceAll(' ', '-'), name, kind: 'switch', make: '', model: '', serial: '', firmware: '', address: '', installer: '', note: '', installedOn: null, warrantyUntil: null, endOfLifeOn: null, certificateUntil: null,
    expectedEveryS: more.expectedEveryS ?? null, clip: 'off', behindId: more.behind ? (idOf[more.behind] ?? null) : null, points: [{ sourceId: await sourceOf(more.account ?? '1234'), point }],
  });
  idOf[name] = made.id;
}

/** Sends what a panel says, and lets correlator and watch read it. */
async function said(...data: string[]): Promise<void> {
  for (const one of data) await sendFrame(world, { account: one.startsWith('!') ? '5678' : '1234', sequence: ++sequence, data: one.replace('!', '') });
  await tick();
}
async function tick(aheadMs = 0): Promise<void> {
  const ctx = at(await fresh.as(SERVICE.correlator), aheadMs);
  await correlate(ctx, await readPosition(ctx));
  await watchDevices(ctx, position);
  await raiseSilence(ctx);
  await unfoldDue(ctx);
  await foldBehind(ctx);
}
const ringing = async () => (await listAlarms(operator, { state: 'open', limit: 200 })).items.map(({ point, folded }) => `${point}+${folded}`).sort();
const healthOf = async (name: string, key: string) => (await readDevice(engineer, { id: idOf[name] ?? '' })).health.find((one) => one.key === key);

test('a dead switch is one alarm, whichever is missed first, and a break-in behind it rings all the same', async () => {
  await device('Switch 3', 'device:1');
  await device('Camera 1', 'device:11', { behind: 'Switch 3' });
  await device('Camera 2', 'device:12', { behind: 'Switch 3' });
  await device('Far camera', 'device:13', { behind: 'Camera 2' });
  await device('Gate', 'zone:7', { behind: 'Switch 3' });
  await said('Nri1/EM0011', 'Nri1/EM0012');
  expect(await ringing()).toEqual(['device:11+0', 'device:12+0']);
  await said('Nri1/EM0001', 'Nri1/EM0013', 'Nri1/BA0007');
  expect(await ringing()).toEqual(['device:1+3', 'zone:7+0']);
  expect(await healthOf('Switch 3', 'reach')).toMatchObject({ state: 'down', why: ['equipment.device-missing'] });
  const [root] = (await listAlarms(operator, { state: 'open', limit: 9 })).items.filter(({ folded }) => folded === 3);
  const [first] = (await listAlarms(operator, { state: 'open', foldedInto: root?.id, limit: 9 })).items;
  expect(await getAlarm(operator, { id: first?.id ?? '' })).toMatchObject({ behind: { name: 'Switch 3' }, device: { name: 'Camera 1' }, handling: 'unacknowledged' });
});

test('when the switch is back, what came back closes by rule and what is still missing a minute later rings for itself', async () => {
  await said('Nri1/EN0001', 'Nri1/EN0011', 'Nri1/EN0012');
  expect(await healthOf('Switch 3', 'reach')).toMatchObject({ state: 'up' });
  await tick(30_000);
  const folded = (await listAlarms(operator, { state: 'all', foldedInto: (await rootOf()) ?? '', limit: 9 })).items;
  expect(folded.map(({ point, handling }) => `${point} ${handling}`).sort()).toEqual(['device:11 closed', 'device:12 closed', 'device:13 unacknowledged']);
  await tick(61_000);
  expect((await ringing()).filter((one) => one.startsWith('device:13'))).toEqual(['device:13+0']);
});

const rootOf = async (): Promise<string | undefined> => (await listAlarms(operator, { state: 'all', limit: 99 })).items.find(({ point }) => point === 'device:1')?.id;

test('a device that was expected and not heard is down with an alarm, and up again with the first that is heard', async () => {
  await device('Heartbeat', 'zone:40', { account: '5678', expectedEveryS: 60 });
  await said('!Nri1/RP0040', '!Nri1/BB0040');
  expect(await healthOf('Heartbeat', 'reach')).toMatchObject({ state: 'up' });
  await tick(40_000);
  expect(await healthOf('Heartbeat', 'reach')).toMatchObject({ state: 'up' });
  await tick(75_000);
  expect(await healthOf('Heartbeat', 'reach')).toMatchObject({ state: 'down', why: ['silent'] });
  expect(await ringing()).toContain('zone:40+0');
  await tick(80_000);
  expect((await listAlarms(operator, { state: 'open', type: 'equipment.device-missing', deviceId: idOf['Heartbeat'], limit: 9 })).items).toHaveLength(1);
  await said('!Nri1/BU0040');
  expect(await healthOf('Heartbeat', 'reach')).toMatchObject({ state: 'up' });
  const alarm = (await listAlarms(operator, { state: 'all', deviceId: idOf['Heartbeat'], type: 'equipment.device-missing', limit: 9 })).items[0];
  expect(alarm).toMatchObject({ isActive: false });
});

test('a tamper stays a state of its device after its alarm was closed, until its restore', async () => {
  await device('Box', 'zone:50', { account: '5678' });
  await said('!Nri1/TA0050');
  const [alarm] = (await listAlarms(operator, { state: 'open', deviceId: idOf['Box'], limit: 9 })).items;
  await acknowledge(operator, { id: alarm?.id ?? '' });
  await close(operator, { id: alarm?.id ?? '', disposition: 'technical', cause: 'wiring', note: 'Known', handedTo: null, duplicateOf: null });
  expect(await healthOf('Box', 'tamper')).toMatchObject({ state: 'tampered', level: 'bad', why: ['equipment.tamper'] });
  expect(await deviceCosts(operator, { deviceId: idOf['Box'] ?? '' })).toMatchObject({ raised: 1, counted: 1, countedFalse: 1, causes: [{ cause: 'wiring', count: 1 }], cost: null });
  await said('!Nri1/TR0050');
  expect(await healthOf('Box', 'tamper')).toMatchObject({ state: 'intact' });
});

test('what was read goes with how far it was read: a watch that begins anew finds nothing twice', async () => {
  const ctx = await fresh.as(SERVICE.correlator);
  expect(await watchDevices(ctx, await watchPosition(ctx))).toBe(0);
  const { rows } = await fresh.owner.query<{ n: number }>(`select count(*)::int as n from devices.fault where type = 'equipment.tamper'`);
  expect(rows).toEqual([{ n: 1 }]);
});

test('the clock of one of our own machines that jumped rings once, and again at its next jump after it was closed', async () => {
  let [wall, steady] = [Date.now(), 0];
  const beating = startBeating({ db: fresh.db, role: 'worker', folder: '/', everyMs: 3_600_000, wall: () => wall, steady: () => steady });
  const jumpBy = async (ms: number): Promise<void> => {
    [wall, steady] = [wall + 5_000 + ms, steady + 5_000];
    await beating.now();
    for (let again = 0; again < 2; again++) await raiseClockJumps(await fresh.as(SERVICE.correlator));
  };
  const told = async () => (await listAlarms(operator, { state: 'open', type: 'equipment.clock-drift', limit: 9 })).items;
  await jumpBy(0);
  expect(await told()).toEqual([]);
  await jumpBy(-3_600_000);
  expect((await told()).map(({ title, site }) => [title, site])).toEqual([[expect.stringContaining('−3600 s'), null]]);
  const id = (await told())[0]?.id ?? '';
  await acknowledge(operator, { id });
  await close(operator, { id, disposition: 'technical', cause: 'wiring', note: 'Set by hand', handedTo: null, duplicateOf: null });
  await raiseClockJumps(await fresh.as(SERVICE.correlator));
  expect(await told()).toEqual([]);
  await jumpBy(3_600_000);
  expect(await told()).toHaveLength(1);
  beating.stop();
});
