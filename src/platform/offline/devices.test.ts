import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import incidents from '#modules/incidents/module.ts';
import { aPerson, aSession, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Device } from './contract.ts';
import offline from './module.ts';
import { aDevice } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let ann: Somebody;
let bo: Somebody;
let keeper: Somebody;
let clock = new Date();

beforeAll(async () => {
  fresh = await freshDatabase({ max: 6 });
  app = await buildServer({ db: fresh.db, modules: [incidents, offline], now: () => clock });
  [ann, bo, keeper] = [await aPerson(fresh, 'Ann Officer', { role: 'cso' }), await aPerson(fresh, 'Bo Officer', { role: 'cso' }), await aPerson(fresh, 'Kim Keeper', { role: 'system-administrator' })];
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const ask = async (who: Somebody | null, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) => {
  const reply = await app.inject({ method, url: `/api/offline${path}`, headers: who?.headers ?? {}, ...(payload && { payload }) });
  return { status: reply.statusCode, json: <T = Record<string, unknown>>() => reply.json<T>() };
};
const contact = (who: Somebody, id: string, unsent = 0) => ask(who, 'PUT', `/devices/${id}/contact`, { deviceTime: new Date(clock.getTime() + 300_000).toISOString(), unsent });
const order = async (token: string, done = false) => (await ask(null, 'POST', '/order', { device: token, done })).json()['order'];
const listed = async (who: Somebody, path = '/devices') => (await ask(who, 'GET', path)).json<{ items: Device[] }>().items;

async function anIncident(who: Somebody, facts: object = {}): Promise<string> {
  const reply = await app.inject({ method: 'POST', url: '/api/incidents', headers: who.headers, payload: { title: 'Smoke', severity: 2, ...facts } });
  return reply.json<{ id: string }>().id;
}

describe('a device', () => {
  test('gets the same half of its key at each contact, for its person alone, and says how its clock stands and what waits', async () => {
    const { id } = await aDevice(app, ann, 'Ann’s phone');
    const [first, second] = [await contact(ann, id, 3), await contact(ann, id, 2)];
    expect([first.status, first.json()['half'] === second.json()['half'], Buffer.from(String(first.json()['half']), 'base64').length]).toEqual([200, true, 32]);
    expect((await contact(bo, id)).status).toBe(404);
    expect((await listed(ann)).find((device) => device.id === id)).toMatchObject({ label: 'Ann’s phone', state: 'in use', unsent: 2, skewMs: 300_000, sessions: 1 });
    expect((await listed(bo)).map((device) => device.id)).not.toContain(id);
    const { rows } = await fresh.owner.query(`select 1 from platform.command where reply::text like '%' || $1 || '%'`, [first.json()['half']]);
    expect(rows).toEqual([]);
  });

  test('takes records along that its person sees and that stand behind no wall, and that is in their ledger', async () => {
    const { id } = await aDevice(app, ann);
    const [open, walled] = [await anIncident(ann), await anIncident(ann, { custodianId: bo.id })];
    expect((await ask(ann, 'POST', `/devices/${id}/records`, { recordId: open })).status).toBe(200);
    expect((await ask(ann, 'POST', `/devices/${id}/records`, { recordId: walled })).status).toBe(422);
    expect((await ask(ann, 'POST', `/devices/${id}/records`, { recordId: uuidv7() })).status).toBe(404);
    expect((await contact(ann, id)).json()['records']).toEqual([{ id: open, kind: 'incidents.incident' }]);
    expect((await fresh.owner.query(`select 1 from ledger.entry where record_id = $1 and verb = 'offline.taken-along'`, [open])).rowCount).toBe(1);
    await fresh.owner.query(`insert into access.wall (id, opened_by) values ($1, $2)`, [walled, bo.id]);
    await fresh.owner.query(`update platform.record set wall_id = $2 where id = $1`, [open, walled]);
    expect((await contact(ann, id)).json()['records']).toEqual([]);
  });

  test('that is lost is wiped by its person or by who keeps sign-ins: its key is gone, its sessions end, it hears so without any', async () => {
    for (const wipe of [(id: string) => ask(ann, 'POST', `/devices/${id}/wipe`, { reason: 'Lost in a taxi' }), (id: string) => ask(keeper, 'POST', '/peoples-devices/wipe', { deviceId: id, reason: 'Reported lost' })]) {
      const { id, token } = await aDevice(app, ann, 'Lost phone');
      const phone: Somebody = { id: ann.id, headers: await aSession(fresh, ann.id) };
      expect([(await contact(phone, id)).status, await order(token)]).toEqual([200, 'keep']);
      expect((await wipe(id)).status).toBe(200);
      expect([(await ask(phone, 'GET', '/devices')).status, (await contact(ann, id)).status, await order(token)]).toEqual([401, 404, 'wipe']);
      expect((await listed(keeper, '/peoples-devices?q=Ann')).find((device) => device.id === id)).toMatchObject({ state: 'to be wiped' });
      expect(await order(token, true)).toBe('wipe');
      expect((await listed(ann)).find((device) => device.id === id)).toMatchObject({ state: 'wiped' });
      expect((await fresh.owner.query(`select half from offline.device where id = $1`, [id])).rows).toEqual([{ half: null }]);
      expect((await fresh.owner.query(`select 1 from ledger.entry where record_id = $1 and verb = 'offline.device-wiped'`, [id])).rowCount).toBe(1);
      expect((await wipe(id)).status).toBeGreaterThanOrEqual(404);
    }
  });

  test('of another is wiped by nobody who does not keep sign-ins, and of a person out of reach by nobody below', async () => {
    const { id, token } = await aDevice(app, bo, 'Bo’s phone');
    expect((await ask(ann, 'POST', `/devices/${id}/wipe`, { reason: 'For fun' })).status).toBe(404);
    expect((await ask(ann, 'POST', '/peoples-devices/wipe', { deviceId: id, reason: 'For fun' })).status).toBe(403);
    expect(await order(token)).toBe('keep');
    expect(await order(crypto.randomUUID())).toBe('unknown');
  });

  test('that was silent for longer than the stated days is shown so; it opens again for its person; one that was left does not', async () => {
    const { id, token } = await aDevice(app, ann, 'In a drawer');
    clock = new Date(clock.getTime() + 8 * 86_400_000);
    expect((await listed(ann)).find((device) => device.id === id)?.state).toBe('silent');
    expect((await contact(ann, id)).status).toBe(200);
    expect((await listed(ann)).find((device) => device.id === id)?.state).toBe('in use');
    expect((await ask(ann, 'DELETE', `/devices/${id}`)).status).toBe(200);
    expect([(await contact(ann, id)).status, await order(token), (await listed(ann)).some((device) => device.id === id)]).toEqual([404, 'wipe', false]);
  });
});
