import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { makeVapid } from './channels.ts';
import type { Delivery } from './contract.ts';
import deliver from './module.ts';
import { aBrowser, queue } from './testing.ts';

let fresh: FreshDatabase;
let worker: Database;
let app: FastifyInstance;
let olga: Somebody;
let keeper: Somebody;
let chief: Somebody;

const get = (path: string, who: Somebody) => app.inject({ url: `/api/deliver${path}`, headers: who.headers });
const send = (method: 'POST' | 'DELETE', path: string, who: Somebody, payload?: object, headers: Record<string, string> = {}) => app.inject({ method, url: `/api/deliver${path}`, headers: { ...who.headers, ...headers }, ...(payload && { payload }) });
const listed = async (query = ''): Promise<Delivery[]> => (await get(`/deliveries${query}`, keeper)).json<{ items: Delivery[] }>().items;

beforeAll(async () => {
  fresh = await freshDatabase();
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
  await makeVapid(worker);
  app = await buildServer({ db: fresh.db, modules: [deliver] });
  olga = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator' });
  keeper = await aPerson(fresh, 'Karl Keeper', { role: 'system-administrator' });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
});
afterAll(async () => {
  await app.close();
  await worker.close();
  await fresh.drop();
});

describe('deliveries', () => {
  test('are listed for who keeps the system with how they went, newest first, page by page', async () => {
    for (let i = 0; i < 5; i++) await queue(fresh, olga.id, 'mail');
    await fresh.owner.query(`update deliver.delivery set state = 'dead', reason = '550 no such user', attempts = 1 where id = (select id from deliver.delivery order by id limit 1)`);
    const first = (await get('/deliveries?limit=3', keeper)).json<{ items: Delivery[]; next: string }>();
    const rest = (await get(`/deliveries?limit=3&after=${first.next}`, keeper)).json<{ items: Delivery[]; next: string | null }>();
    expect([first.items.length, rest.items.length, rest.next, new Set([...first.items, ...rest.items].map(({ id }) => id)).size]).toEqual([3, 2, null, 5]);
    expect(await listed('?state=dead')).toMatchObject([{ person: 'Olga Operator', channel: 'mail', topic: 'test.said', reason: '550 no such user' }]);
    expect((await get('/deliveries', chief)).statusCode).toBe(403);
  });

  test('that were given up are sent again, in the ledger by whom; others are not', async () => {
    const [dead] = await listed('?state=dead');
    const [queued] = await listed('?state=queued');
    expect([(await send('POST', `/deliveries/${dead?.id}/retry`, keeper)).statusCode, (await send('POST', `/deliveries/${queued?.id}/retry`, keeper)).statusCode, (await send('POST', `/deliveries/${dead?.id}/retry`, chief)).statusCode]).toEqual([200, 409, 403]);
    expect((await fresh.owner.query('select verb, actor from ledger.entry where record_id = $1', [dead?.id])).rows).toEqual([{ verb: 'deliver.retried', actor: keeper.id }]);
    expect((await get(`/deliveries/${dead?.id}/attempts`, keeper)).json()).toEqual({ items: [] });
  });
});

describe('a device', () => {
  const subscription = () => ({ endpoint: `https://push.example/${Math.random()}`, keys: aBrowser().keys, label: 'Chromium on Linux' });

  test('is added once, listed for its person alone, and ended', async () => {
    const given = subscription();
    const { id } = (await send('POST', '/devices', olga, given)).json<{ id: string }>();
    expect((await send('POST', '/devices', olga, given)).json()).toEqual({ id });
    const channels = (await get('/channels', olga)).json();
    expect(channels).toMatchObject({ mail: { isSet: false }, pushKey: expect.stringMatching(/^[\w-]{87}$/), devices: [{ id, label: 'Chromium on Linux' }] });
    expect((await get('/channels', chief)).json().devices).toEqual([]);
    expect([(await send('DELETE', `/devices/${id}`, chief)).statusCode, (await send('DELETE', `/devices/${id}`, olga)).statusCode, (await send('DELETE', `/devices/${id}`, olga)).statusCode]).toEqual([404, 200, 404]);
    // The browser of somebody else: it must ask its push service for another address.
    expect((await send('POST', '/devices', chief, given)).statusCode).toBe(409);
  });

  test('must be reached by https and bring its keys; there are ten at most', async () => {
    for (const wrong of [{ ...subscription(), endpoint: 'http://push.example/1' }, { ...subscription(), keys: { p256dh: 'short', auth: 'short' } }]) expect((await send('POST', '/devices', olga, wrong)).statusCode).toBe(400);
    for (let i = 0; i < 10; i++) expect((await send('POST', '/devices', olga, subscription())).statusCode).toBe(201);
    expect((await send('POST', '/devices', olga, subscription())).statusCode).toBe(422);
  });

  test('says that a message came, for its own person only', async () => {
    const [id = ''] = await queue(fresh, olga.id, 'push');
    await fresh.owner.query(`update deliver.delivery set state = 'sent' where id = $1`, [id]);
    expect([(await send('POST', `/deliveries/${id}/arrived`, chief)).statusCode, (await send('POST', `/deliveries/${id}/arrived`, olga)).statusCode]).toEqual([404, 200]);
    expect((await listed('?channel=push')).filter((one) => one.id === id)).toMatchObject([{ state: 'delivered' }]);
  });
});

describe('a webhook', () => {
  test('is made by who may, its secret is shown once and read by nobody again, and it is ended', async () => {
    const wish = { name: 'Desk display', url: 'https://hooks.example/in?room=1' };
    expect((await send('POST', '/webhooks', olga, wish)).statusCode).toBe(403);
    const made = await send('POST', '/webhooks', chief, wish, { 'idempotency-key': 'one-and-the-same' });
    expect(made.json()).toMatchObject({ secret: expect.stringMatching(/^whsec_.{44}$/) });
    expect((await send('POST', '/webhooks', chief, wish, { 'idempotency-key': 'one-and-the-same' })).json()).toEqual({ ...made.json<object>(), secret: null });
    const listing = (await get('/channels', chief)).body;
    expect(JSON.parse(listing).webhooks).toMatchObject([{ name: 'Desk display', origin: 'https://hooks.example' }]);
    expect(listing).not.toContain('room=1');
    const everything = JSON.stringify((await fresh.owner.query(`select body from ledger.entry union all select reply::text from platform.command`)).rows);
    expect(everything).not.toContain(made.json<{ secret: string }>().secret.slice(6));
    const { id } = made.json<{ id: string }>();
    expect([(await send('DELETE', `/webhooks/${id}`, olga)).statusCode, (await send('DELETE', `/webhooks/${id}`, chief)).statusCode]).toEqual([404, 200]);
    expect((await send('POST', '/webhooks', chief, { ...wish, url: 'https://name:word@hooks.example/' })).statusCode).toBe(422);
  });
});
