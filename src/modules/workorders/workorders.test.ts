import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPosition, correlate } from '#modules/alarms/correlator.ts';
import { type Arranged, sendFrame } from '#modules/alarms/testing-pipeline.ts';
import devices from '#modules/devices/module.ts';
import { aSite, aSource } from '#modules/devices/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { openIntake } from '#modules/signals/intake/intake.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { canRead, structureOf, textOf, withoutSpace } from '#platform/report/testing.ts';
import { closePress } from '#platform/report/press.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { WorkOrderDetail } from './contract.ts';
import workorders from './module.ts';
import { watchRetests } from './watch-retests.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let world: Arranged;
let engineer: Somebody;
let second: Somebody;
let operator: Somebody;
let elsewhere: Somebody;
let here: string;
let detector: string;
let camera: string;
let sequence = 0;

const get = (url: string, who = engineer) => app.inject({ url: `/api/workorders${url}`, headers: who.headers });
const send = (method: 'POST' | 'PATCH' | 'PUT', url: string, payload: object = {}, who = engineer, headers: Record<string, string> = {}) => app.inject({ method, url: `/api/workorders${url}`, payload, headers: { ...who.headers, ...headers } });
const post = async (url: string, payload: object = {}, who = engineer): Promise<WorkOrderDetail> => {
  const reply = await send('POST', url, payload, who);
  expect([200, 201], reply.body).toContain(reply.statusCode);
  return reply.json();
};
const refusal = (reply: { statusCode: number; json: () => { type: string } }) => [reply.statusCode, reply.json().type.replace('urn:problem:', '')];
const raise = (more: object = {}, who = engineer) => post('', { title: 'Detector does not answer', deviceIds: [detector], faultCode: 'sensor.fault', ...more }, who);
const fixed = async (more: object = {}): Promise<WorkOrderDetail> => {
  const order = await raise(more);
  await post(`/${order.id}/assign`, { firm: 'Halden Alarm Service', firmContact: '+31 30 555 0100' });
  await post(`/${order.id}/start`);
  return post(`/${order.id}/fix`, { cause: 'Corroded contact', done: 'Contact replaced', labourMinutes: 40 });
};
const hear = async (data: string): Promise<void> => sendFrame(world, { account: '1234', sequence: ++sequence, data });
const watch = async (atMs = 0): Promise<number> => watchRetests({ ...(await fresh.as(SERVICE.correlator)), now: () => new Date(Date.now() + atMs) }, new Map());

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [devices, workorders] });
  here = await aSite(fresh, 'UTR');
  world = { intake: await openIntake({ url: fresh.url, onLost: () => undefined }), siteId: here };
  const source = await aSource(fresh, '1234', here);
  engineer = await aPerson(fresh, 'Enya Engineer', { role: 'systems-engineer' });
  second = await aPerson(fresh, 'Sem Second', { role: 'systems-engineer' });
  operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: here });
  elsewhere = await aPerson(fresh, 'Nobody Here', { role: 'reception' });
  const add = async (code: string, points: object[]) => (await app.inject({ method: 'POST', url: '/api/devices', headers: engineer.headers, payload: { siteId: here, code, name: `Device ${code}`, kind: 'detector', make: 'Halden', model: 'PIR 4', serial: `SN-${code}`, points } })).json<{ id: string }>().id;
  detector = await add('PIR-7', [{ sourceId: source, point: 'zone:7' }]);
  camera = await add('CAM-1', []);
});
afterAll(async () => {
  await world.intake.close();
  await closePress();
  await app.close();
  await fresh.drop();
});

describe('a work order', () => {
  test('goes from the fault over assignment, visit, parts and fix to a retest that a real signal and its restore pass', async () => {
    const raised = await raise({ priority: 2 });
    expect(raised).toMatchObject({ number: expect.stringMatching(/^WO-\d{4}-\d{5}$/), state: 'raised', site: 'UTR', devices: [{ id: detector }], origin: 'inspection' });
    expect(Date.parse(raised.dueAt) - Date.parse(raised.raisedAt)).toBe(24 * 3_600_000);
    expect(refusal(await send('POST', `/${raised.id}/start`))).toEqual([409, 'workorders.already']);
    expect(refusal(await send('POST', `/${raised.id}/assign`, {}))).toEqual([422, 'workorders.say_who']);
    await post(`/${raised.id}/assign`, { firm: 'Halden Alarm Service' });
    const planned = await post(`/${raised.id}/visits`, { from: '2026-11-22T08:00:00Z', until: '2026-11-22T13:00:00Z', who: 'J. Technician' });
    const visit = planned.visits[0]?.id;
    await post(`/${raised.id}/visits/${visit}/arrive`);
    expect(refusal(await send('POST', `/${raised.id}/visits/${visit}/strike`, { reason: 'Not needed' }))).toEqual([409, 'workorders.visit_already']);
    await post(`/${raised.id}/start`);
    expect(await post(`/${raised.id}/pause`, { reason: 'Waits for a contact' })).toMatchObject({ state: 'waiting', waitingWhy: 'Waits for a contact' });
    await post(`/${raised.id}/start`);
    await post(`/${raised.id}/parts`, { name: 'Contact', quantity: 2, unitMinor: 1250, currency: 'EUR' });
    const wrong = await post(`/${raised.id}/parts`, { name: 'Typed by mistake', unitMinor: 99_00, currency: 'EUR' });
    expect(wrong.costs).toEqual([{ currency: 'EUR', minor: 12_400 }]);
    expect((await post(`/${raised.id}/parts/${wrong.parts.find(({ name }) => name.startsWith('Typed'))?.id}/strike`, { reason: 'Mistyped' })).costs).toEqual([{ currency: 'EUR', minor: 2500 }]);
    await post(`/${raised.id}/fix`, { cause: 'Corroded contact', done: 'Contact replaced', labourMinutes: 40 });
    expect(refusal(await send('POST', `/${raised.id}/close`))).toEqual([422, 'workorders.not_tested']);
    await post(`/${raised.id}/visits/${visit}/leave`);

    await hear('Nri1/BA07');
    const running = await post(`/${raised.id}/retest`, { checks: [{ deviceId: detector, expect: 'alarm' }, { deviceId: detector, expect: 'restore' }] }, operator);
    expect(running).toMatchObject({ state: 'retesting', retests: [{ state: 'running', checks: [{ heardAt: null }, { heardAt: null }] }] });
    await watch();
    expect((await get(`/${raised.id}`)).json()).toMatchObject({ state: 'retesting', retests: [{ checks: [{ expect: 'alarm', heardAt: null }, { expect: 'restore', heardAt: null }] }] });
    await hear('Nri1/BA07');
    await watch();
    expect((await get(`/${raised.id}`)).json()).toMatchObject({ state: 'retesting', retests: [{ checks: [{ heardAt: expect.any(String), type: 'intrusion.alarm' }, { heardAt: null }] }] });
    await hear('Nri1/BR07');
    await watch();
    expect((await get(`/${raised.id}`)).json()).toMatchObject({ state: 'tested', retests: [{ state: 'passed', byHand: null }] });
    expect(await post(`/${raised.id}/close`, {}, operator)).toMatchObject({ state: 'closed', endedBy: 'Olga Operator', exemption: '' });
    const said = await fresh.owner.query<{ verb: string }>(`select verb from ledger.entry where record_id = $1 order by at, id`, [raised.id]);
    expect(said.rows.map(({ verb }) => verb)).toEqual(expect.arrayContaining(['workorders.raised', 'workorders.retest-heard', 'workorders.retest-passed', 'workorders.closed']));
  });

  test('fails its retest when nothing was heard in time, and is work again', async () => {
    const order = await fixed();
    await post(`/${order.id}/retest`, { checks: [{ deviceId: detector, expect: 'any' }], withinMinutes: 1 });
    expect(await watch(60_500)).toBe(1);
    expect((await get(`/${order.id}`)).json()).toMatchObject({ state: 'retesting' });
    await watch(70_000);
    expect((await get(`/${order.id}`)).json()).toMatchObject({ state: 'assigned', returns: 1, testedAt: null, retests: [{ state: 'failed' }] });
  });

  test('is passed by hand by another than who fixed it only, with the reason; a device of which nothing can be heard is retested no other way', async () => {
    const order = await fixed({ deviceIds: [camera], title: 'No picture' });
    expect(refusal(await send('POST', `/${order.id}/retest`, { checks: [{ deviceId: camera, expect: 'any' }] }))).toEqual([422, 'workorders.never_heard']);
    expect(refusal(await send('POST', `/${order.id}/retest`, { checks: [{ deviceId: detector, expect: 'any' }] }))).toEqual([422, 'workorders.not_concerned']);
    await post(`/${order.id}/retest`);
    await watch(7_200_000);
    expect(refusal(await send('POST', `/${order.id}/retest/end`, { isPassed: true, reason: 'I see a picture' }))).toEqual([422, 'workorders.own_fix']);
    expect(await post(`/${order.id}/retest/end`, { isPassed: true, reason: 'The picture is sharp at night' }, second)).toMatchObject({ state: 'tested', retests: [{ byHand: 'Sem Second' }] });
    expect(await post(`/${order.id}/reopen`, { reason: 'Dark again' })).toMatchObject({ state: 'assigned', returns: 1, testedAt: null });
    expect(await post(`/${order.id}/cancel`, { reason: 'The camera is replaced' })).toMatchObject({ state: 'cancelled' });
    const other = await fixed();
    expect(await post(`/${other.id}/close`, { exemption: 'The whole panel was replaced and commissioned' })).toMatchObject({ state: 'closed' });
  });

  test('of two who start it at once one does, and the other is told', async () => {
    const order = await raise();
    await post(`/${order.id}/assign`, { ownerId: second.id });
    const replies = await Promise.all([send('POST', `/${order.id}/start`), send('POST', `/${order.id}/start`, {}, second)]);
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    expect(refusal(await send('PATCH', `/${order.id}`, { title: 'Other' }, engineer, { 'if-match': '"1"' }))).toEqual([412, 'workorders.changed_meanwhile']);
  });

  test('is given to somebody who sees it, and found by who may see it only', async () => {
    const order = await raise({ title: 'Unfindable flicker' });
    expect(refusal(await send('POST', `/${order.id}/assign`, { ownerId: elsewhere.id }))).toEqual([422, 'workorders.owner_cannot_see']);
    expect((await get(`?q=${order.number}`, operator)).json()).toMatchObject({ items: [{ id: order.id }], total: 1 });
    expect((await get(`/${order.id}`, elsewhere)).statusCode).toBe(403);
    expect((await send('POST', `/${order.id}/cancel`, { reason: 'Not mine to' }, operator)).statusCode).toBe(403);
    expect((await get(`?deviceId=${camera}`)).json<{ items: WorkOrderDetail[] }>().items.every(({ devices: of }) => of.some(({ id }) => id === camera))).toBe(true);
  });

  test('is raised from an alarm with its title, site, device and a code that fits, and each stands on the thread of the other', async () => {
    const ctx = await fresh.as(SERVICE.correlator);
    const position = await readPosition(ctx);
    await hear('Nri1/BT07');
    await correlate(ctx, position);
    const { rows } = await fresh.owner.query<{ id: string; title: string }>(`select id, title from alarms.alarm order by raised_at desc limit 1`);
    const alarm = rows[0];
    const order = await post('', { origin: 'alarm', fromId: alarm?.id, priority: 1 }, operator);
    expect(order).toMatchObject({ title: alarm?.title, siteId: here, devices: [{ id: detector }], from: [{ id: alarm?.id, kind: 'alarms.alarm' }], origin: 'alarm' });
    expect(refusal(await send('POST', '', { origin: 'alarm', title: 'Of nothing' }))).toEqual([422, 'workorders.say_from']);
  });

  test('that came of a simulated alarm says so, and counts in no figure', async () => {
    const open = async (): Promise<number> => (await get('/figures')).json<{ backlog: { count: number }[] }>().backlog.reduce((sum, { count }) => sum + count, 0);
    await fresh.owner.query(`insert into signals.source (id, protocol, account, name, site_id, is_simulated) values ($1, 'dc09', '6666', 'Simulated panel', $2, true)`, [uuidv7(), here]);
    const [ctx, before] = [await fresh.as(SERVICE.correlator), await open()];
    const position = await readPosition(ctx);
    await sendFrame(world, { account: '6666', sequence: 1, data: 'Nri1/BT09' });
    await correlate(ctx, position);
    const { rows } = await fresh.owner.query<{ id: string }>(`select id from alarms.alarm where is_simulated`);
    const order = await post('', { origin: 'alarm', fromId: rows[0]?.id }, operator);
    expect([order.isSimulated, await open()]).toEqual([true, before]);
    expect((await raise()).isSimulated).toBe(false);
    expect(await open()).toBe(before + 1);
  });

  test('is printed for the vendor as a tagged paper, with what stands on the plate', async ({ skip }) => {
    const order = await fixed({ detail: 'Third time this month' });
    const reply = await get(`/${order.id}/report.pdf`);
    expect(reply.statusCode, reply.body.slice(0, 300)).toBe(200);
    if (!canRead()) skip('poppler-utils is not installed');
    const text = withoutSpace(textOf(reply.rawPayload));
    for (const part of [order.number, 'SN-PIR-7', 'Third time this month', 'Corroded contact', 'Halden Alarm Service', 'CET']) expect(text).toContain(withoutSpace(part));
    expect(structureOf(reply.rawPayload)).toContain('H1');
  });
});

test('the times to repair are set by who plans, and count for what is raised then', async () => {
  expect((await send('PUT', '/settings', { urgentHours: 2, highHours: 8, normalDays: 3, lowDays: 10, repeatDays: 14 }, operator)).statusCode).toBe(403);
  expect((await send('PUT', '/settings', { urgentHours: 2, highHours: 8, normalDays: 3, lowDays: 10, repeatDays: 14 })).json()).toMatchObject({ urgentHours: 2, version: 2 });
  const order = await raise({ priority: 1 });
  expect(Date.parse(order.dueAt) - Date.parse(order.raisedAt)).toBe(2 * 3_600_000);
});
