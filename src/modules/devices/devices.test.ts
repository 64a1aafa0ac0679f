import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import type { Outcome } from '#platform/imports/port.ts';
import { givenRows, NOTHING_KNOWN } from '#platform/imports/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { DeviceDetail } from './contract.ts';
import { takeDevices } from './import.service.ts';
import devices from './module.ts';
import { aSite, aSource } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let engineer: Somebody;
let operator: Somebody;
let elsewhere: Somebody;
let here: string;
let there: string;
let panel: string;

const get = (url: string, who = engineer) => app.inject({ url: `/api/devices${url}`, headers: who.headers });
const send = (method: 'POST' | 'PATCH', url: string, payload: object, who = engineer, headers: Record<string, string> = {}) => app.inject({ method, url: `/api/devices${url}`, payload, headers: { ...who.headers, ...headers } });
const add = async (code: string, more: object = {}): Promise<DeviceDetail> => {
  const reply = await send('POST', '', { siteId: here, code, name: `Device ${code}`, kind: 'camera', ...more });
  expect(reply.statusCode, reply.body).toBe(201);
  return reply.json();
};
const refusal = (reply: { statusCode: number; json: () => { type: string } }) => [reply.statusCode, reply.json().type.replace('urn:problem:', '')];

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [devices] });
  [here, there] = [await aSite(fresh, 'UTR'), await aSite(fresh, 'CRK')];
  panel = await aSource(fresh, '4711', here);
  engineer = await aPerson(fresh, 'Enya Engineer', { role: 'systems-engineer' });
  operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: here });
  elsewhere = await aPerson(fresh, 'Ciara Cork', { role: 'systems-engineer', siteId: there });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('the register', () => {
  test('a device is added with its points, changed under If-Match, found by its serial number, and read by who sees its site', async () => {
    const made = await add('CAM-01', { make: 'Halden', model: 'Dome 4', serial: 'SN-7781', points: [{ sourceId: panel, point: 'zone:7' }] });
    expect(made).toMatchObject({ site: 'UTR', reach: 'unknown', points: [{ sourceId: panel, source: 'Panel 4711', point: 'zone:7' }], version: 1 });
    const changed = await send('PATCH', `/${made.id}`, { firmware: '9.1', warrantyUntil: '2027-03-01' }, engineer, { 'if-match': '"1"' });
    expect(changed.json()).toMatchObject({ firmware: '9.1', warrantyUntil: '2027-03-01', version: 2 });
    expect(refusal(await send('PATCH', `/${made.id}`, { firmware: '9.2' }, engineer, { 'if-match': '"1"' }))).toEqual([412, 'devices.changed_meanwhile']);
    expect((await get('?q=sn-7781', operator)).json()).toMatchObject({ items: [{ id: made.id }], total: 1 });
    expect((await get(`/${made.id}`, elsewhere)).statusCode).toBe(404);
    expect((await send('PATCH', `/${made.id}`, { name: 'Mine' }, operator)).statusCode).toBe(403);
  });

  test('of one site at most one device in use has a code, and at most one is known by a point; a retired one frees both', async () => {
    const first = await add('GATE', { points: [{ sourceId: panel, point: 'door:1' }] });
    expect(refusal(await send('POST', '', { siteId: here, code: 'gate', name: 'Other', kind: 'reader' }))).toEqual([409, 'devices.code_taken']);
    expect(refusal(await send('POST', '', { siteId: here, code: 'GATE-2', name: 'Other', kind: 'reader', points: [{ sourceId: panel, point: 'door:1' }] }))).toEqual([409, 'devices.point_taken']);
    expect((await send('POST', `/${first.id}/retire`, { reason: 'Drowned in the flood' })).json()).toMatchObject({ state: 'retired', points: [] });
    expect(refusal(await send('PATCH', `/${first.id}`, { name: 'X' }))).toEqual([422, 'devices.retired']);
    const next = await add('GATE', { points: [{ sourceId: panel, point: 'door:1' }] });
    expect(next.points[0]?.since).not.toBeNull();
  });

  test('pages by key in order of name, and counts', async () => {
    for (const n of [3, 1, 2]) await add(`PG-${n}`, { name: `Page ${n}`, kind: 'sensor' });
    const first = (await get('?q=PG-&limit=2')).json();
    expect([first.items.map((one: DeviceDetail) => one.name), first.total]).toEqual([['Page 1', 'Page 2'], 3]);
    expect((await get(`?q=PG-&limit=2&after=${first.next}`)).json().items.map((one: DeviceDetail) => one.name)).toEqual(['Page 3']);
  });
});

describe('what a device stands behind', () => {
  test('a circle is refused at any length, a chain is at most eight, and who others stand behind is not retired', async () => {
    const chain: DeviceDetail[] = [];
    for (let n = 0; n <= 8; n++) chain.push(await add(`CH-${n}`, { kind: 'switch', behindId: chain.at(-1)?.id ?? null }));
    expect(chain[8]?.above.map(({ name }) => name)).toEqual([7, 6, 5, 4, 3, 2, 1, 0].map((n) => `Device CH-${n}`));
    expect(refusal(await send('POST', '', { siteId: here, code: 'CH-9', name: 'Ninth', kind: 'camera', behindId: chain[8]?.id }))).toEqual([422, 'devices.chain_too_long']);
    expect(refusal(await send('PATCH', `/${chain[0]?.id}`, { behindId: chain[5]?.id }))).toEqual([422, 'devices.behind_itself']);
    expect(refusal(await send('PATCH', `/${chain[3]?.id}`, { behindId: chain[3]?.id }))[0]).toBe(422);
    expect(refusal(await send('POST', `/${chain[3]?.id}/retire`, { reason: 'Old' }))).toEqual([422, 'devices.others_behind']);
  });

  test('two at once cannot close a circle', async () => {
    const [a, b] = [await add('RING-A', { kind: 'switch' }), await add('RING-B', { kind: 'switch' })];
    const replies = await Promise.all([send('PATCH', `/${a.id}`, { behindId: b.id }), send('PATCH', `/${b.id}`, { behindId: a.id })]);
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, 422]);
  });

  test('a device out of sight is none to stand behind, nor is a source one to be known by', async () => {
    const mine = await add('UPLINK', { kind: 'switch' });
    const one = { siteId: there, code: 'C-1', name: 'Cork one', kind: 'camera' };
    expect(refusal(await send('POST', '', { ...one, behindId: mine.id }, elsewhere))).toEqual([422, 'devices.behind_unknown']);
    expect((await send('POST', '', { ...one, points: [{ sourceId: panel, point: 'zone:99' }] }, elsewhere)).statusCode).toBe(403);
    expect((await send('POST', '', { ...one, siteId: here }, elsewhere)).statusCode).toBe(403);
  });
});

describe('a file of devices', () => {
  const take = async (csv: string, who = engineer): Promise<readonly Outcome[]> => takeDevices(await fresh.as(who.id), await givenRows(csv), NOTHING_KNOWN);
  const FILE = 'site,code,name,kind,behind,points,warranty_until\nUTR,IM-2,Camera two,Camera,IM-1,4711 zone:20; 4711 zone:21,2028-01-31\nUTR,IM-1,Switch one,switch,,,\n';

  test('adds what others stand behind first, changes nothing when it comes again, and goes out as it came in', async () => {
    expect((await take(FILE)).map(({ does }) => does)).toEqual(['created', 'created']);
    expect((await take(FILE)).map(({ does }) => does)).toEqual(['unchanged', 'unchanged']);
    expect((await take(FILE.replace('2028-01-31', '2029-01-31'))).map(({ does }) => does)).toEqual(['changed', 'unchanged']);
    const out = (await get('/export')).body;
    expect(out).toContain('UTR,IM-2,Camera two,camera,,,,,,,,,2029-01-31,,,,IM-1,"4711 zone:20; 4711 zone:21",active');
    expect((await take(out)).every(({ does }) => does === 'unchanged')).toBe(true);
  });

  test('a wrong row is refused with its columns, and no other', async () => {
    const outcomes = await take('site,code,name,kind,behind,points,expected_every_s,state\nNONE,A,A,camera,,,,\nUTR,B-1,B,toaster,GONE,9999 zone:1,5,\nUTR,B-2,B,camera,,,600,retired\nUTR,B-3,B,camera,,,600,');
    expect(outcomes.map((one) => (one.does === 'refused' ? one.faults.map(({ column }) => column).sort() : one.does))).toEqual([['site'], ['behind', 'expected_every_s', 'kind', 'points'], ['state'], 'created']);
  });
});
