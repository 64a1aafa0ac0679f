import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Target } from './contract.ts';
import net from './module.ts';
import { clientOver, outgoingOf } from './net.service.ts';
import { aNameServer, aWebServer, type WebServer } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let server: WebServer;
let keeper: Somebody;
let keeperOfOneSite: Somebody;
let chief: Somebody;

const get = (path: string, who = keeper) => app.inject({ url: `/api/net${path}`, headers: who.headers });
const post = (path: string, payload: object, who = keeper) => app.inject({ method: 'POST', url: `/api/net${path}`, payload, headers: who.headers });
const targets = async (): Promise<Target[]> => (await get('/targets')).json<{ items: Target[] }>().items;
const asked = (url: string): Promise<unknown> => outgoingOf(fresh.db).send({ url, purpose: 'webhook' }).then(({ status }) => status, ({ reason }: { reason: string }) => reason);

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [net] });
  server = await aWebServer((_request, response) => void response.writeHead(204).end());
  const site = '019a0000-0000-7000-8000-0000000000a1';
  await fresh.owner.query(`insert into sites.site (id, code, name, kind, time_zone) values ($1, 'A', 'A', 'site', 'UTC')`, [site]);
  keeper = await aPerson(fresh, 'Karl Keeper', { role: 'system-administrator' });
  keeperOfOneSite = await aPerson(fresh, 'Kim Keeper', { role: 'system-administrator', siteId: site });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
});
afterAll(async () => {
  await app.close();
  await server.close();
  await fresh.drop();
});

describe('an allowance', () => {
  test('opens a block at once, ends at once, and stands in the ledger with who and why', async () => {
    expect(await asked(server.url)).toBe('forbidden-target');
    const made = await post('/allowances', { range: '127.0.0.1/32', port: server.port, reason: 'The webhook of this test' });
    expect(made.statusCode).toBe(201);
    expect(await asked(server.url)).toBe(204);
    expect((await get('/allowances')).json().items).toMatchObject([{ range: '127.0.0.1/32', port: server.port, reason: 'The webhook of this test', madeBy: 'Karl Keeper' }]);
    const { id } = made.json<{ id: string }>();
    expect((await post(`/allowances/${id}/end`, { reason: 'Not needed any more' })).statusCode).toBe(200);
    expect(await asked(server.url)).toBe('forbidden-target');
    expect((await post(`/allowances/${id}/end`, { reason: 'Not needed any more' })).statusCode).toBe(409);
    const { rows } = await fresh.owner.query<{ verb: string; actor: string }>(`select verb, actor from ledger.entry where record_id = $1 order by xid`, [id]);
    expect(rows).toEqual([{ verb: 'net.allowed', actor: keeper.id }, { verb: 'net.ended', actor: keeper.id }]);
  });

  test.each([['169.254.169.254/32', 80], ['127.0.0.0/8', null], ['0.0.0.0/0', null], ['8.8.8.0/24', null], ['10.0.0.1/8', null], ['10.0.0.0', null]])('is refused for %s, port %s', async (range, port) => {
    const reply = await post('/allowances', { range, port, reason: 'For a test' });
    expect([reply.statusCode, reply.json().errors]).toEqual([422, [{ pointer: expect.stringMatching(/range|port/), detail: expect.any(String) }]]);
  });

  test('is made by who keeps the whole system: not with it on one site, and not by a chief', async () => {
    const wish = { range: '10.0.0.0/8', port: null, reason: 'For a test' };
    expect([(await post('/allowances', wish, keeperOfOneSite)).statusCode, (await post('/allowances', wish, chief)).statusCode, (await get('/allowances', chief)).statusCode, (await get('/targets', chief)).statusCode]).toEqual([403, 403, 403, 403]);
    expect((await get('/allowances', keeperOfOneSite)).statusCode).toBe(200);
  });
});

test('each target is listed with when it was asked last, what came of it, and whether it rests', async () => {
  let now = Date.parse('2026-11-21T12:00:00Z');
  const zone = await aNameServer(() => ['127.0.0.1']);
  const client = clientOver(fresh.db, { resolve: zone.resolve, now: () => now });
  await server.close();
  await post('/allowances', { range: '127.0.0.1/32', port: server.port, reason: 'For a test' });
  for (let i = 0; i < 6; i++) await client.send({ url: `http://down.example:${server.port}/secret-path?token=x`, purpose: 'webhook' }).catch(() => undefined);
  await expect.poll(async () => (await targets()).find(({ origin }) => origin === `http://down.example:${server.port}`)).toMatchObject({ purpose: 'webhook', result: 'circuit-open', status: null, answered: 0, failed: 6, inRow: 5, breaker: 'open', openUntil: '2026-11-21T12:00:30Z' });
  expect(JSON.stringify(await targets())).not.toMatch(/secret-path|token/);
  now += 1;
  await zone.close();
});
