import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import identity from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let clock = new Date();
const ADMIN = { organisation: 'Test Works', name: 'Ada Admin', email: 'ada@test.example', password: 'correct horse battery' };

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [identity], now: () => clock });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const post = (url: string, payload: object, headers: Record<string, string> = {}) => app.inject({ method: 'POST', url: `/api/identity${url}`, payload, headers });
const cookieOf = (reply: { headers: Record<string, unknown> }) => String(reply.headers['set-cookie']).split(';')[0] as string;

describe('founding', () => {
  test('asks for the first administrator until there is one, and never again', async () => {
    expect((await app.inject('/api/identity/setup')).json()).toEqual({ needed: true });
    expect((await post('/setup', ADMIN)).statusCode).toBe(201);
    expect((await app.inject('/api/identity/setup')).json()).toEqual({ needed: false });
    expect((await post('/setup', { ...ADMIN, email: 'other@test.example' })).statusCode).toBe(409);
  });
});

describe('signing in', () => {
  test('opens a session that says who I am, and signing out ends it', async () => {
    const signedIn = await post('/sign-in', { email: 'ADA@test.example', password: ADMIN.password });
    expect(signedIn.statusCode).toBe(200);
    const cookie = cookieOf(signedIn);
    const me = await app.inject({ url: '/api/identity/me', headers: { cookie } });
    expect(me.json()).toMatchObject({ name: 'Ada Admin', email: 'ada@test.example', organisation: 'Test Works' });
    expect(me.json().permissions).toContain('identity:grant');
    await post('/sign-out', {}, { cookie });
    expect((await app.inject({ url: '/api/identity/me', headers: { cookie } })).statusCode).toBe(401);
  });

  test('answers an unknown address and a wrong password with the same words', async () => {
    const wrong = await post('/sign-in', { email: ADMIN.email, password: 'not it at all' });
    const unknown = await post('/sign-in', { email: 'nobody@test.example', password: 'not it at all' });
    expect([wrong.statusCode, unknown.statusCode]).toEqual([401, 401]);
    expect({ ...wrong.json(), instance: '' }).toEqual({ ...unknown.json(), instance: '' });
  });

  test.each([['empty', ''], ['null', null], ['array', ['a@b.example']], ['object', { $ne: '' }]])('refuses a password that is %s', async (_name, password) => {
    expect((await post('/sign-in', { email: ADMIN.email, password })).statusCode).toBe(400);
    expect((await post('/sign-in', { email: password, password: ADMIN.password })).statusCode).toBe(400);
  });

  test('makes a guesser wait after five wrong passwords, even with the right one, and lets in after the wait', async () => {
    for (let i = 0; i < 5; i++) await post('/sign-in', { email: ADMIN.email, password: `wrong ${i}` });
    const blocked = await post('/sign-in', { email: ADMIN.email, password: ADMIN.password });
    expect(blocked.statusCode).toBe(429);
    expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(0);
    clock = new Date(clock.getTime() + 16 * 60_000);
    expect((await post('/sign-in', { email: ADMIN.email, password: ADMIN.password })).statusCode).toBe(200);
  });

  test('refuses a state-changing request that a browser sends from another site', async () => {
    const cookie = cookieOf(await post('/sign-in', { email: ADMIN.email, password: ADMIN.password }));
    expect((await post('/sign-out', {}, { cookie, 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await post('/sign-out', {}, { cookie, origin: 'https://evil.example' })).statusCode).toBe(403);
  });
});

describe('changing a password', () => {
  test('stores no fast hash of it: what is kept of an answered command is the same whatever the passwords were', async () => {
    const cookie = cookieOf(await post('/sign-in', { email: ADMIN.email, password: ADMIN.password }));
    await post('/password', { current: ADMIN.password, next: 'another battery horse' }, { cookie, 'idempotency-key': 'password-one' });
    await post('/password', { current: 'another battery horse', next: ADMIN.password }, { cookie, 'idempotency-key': 'password-two' });
    const { rows } = await fresh.owner.query<{ request: string }>(`select request from platform.command where key like 'password-%'`);
    expect([rows.length, new Set(rows.map(({ request }) => request)).size]).toEqual([2, 1]);
  });
});

describe('granting', () => {
  test('nobody grants a right to themselves', async () => {
    const cookie = cookieOf(await post('/sign-in', { email: ADMIN.email, password: ADMIN.password }));
    const { personId } = (await app.inject({ url: '/api/identity/me', headers: { cookie } })).json();
    const refused = await post('/grants', { personId, roleKey: 'cso', reason: 'because' }, { cookie });
    expect(refused.statusCode).toBe(403);
  });

  test("the rights of the product's own services are given to nobody, neither to a person nor to a key", async () => {
    const cookie = cookieOf(await post('/sign-in', { email: ADMIN.email, password: ADMIN.password }));
    for (const roleKey of ['service-front-door', 'service-correlator', 'wall-lead', 'no-such-role']) {
      expect([403, 422]).toContain((await post('/keys', { name: 'Thief', roleKey }, { cookie })).statusCode);
      expect((await post('/grants', { personId: '00000000-0000-7000-8000-000000000002', roleKey, reason: 'because' }, { cookie })).statusCode).toBe(422);
    }
    const offered = async (whom: string) => (await app.inject({ url: `/api/identity/roles?for=${whom}`, headers: { cookie } })).json().items.map((role: { key: string }) => role.key);
    expect(await offered('person')).not.toContain('service-source');
    expect((await offered('key')).filter((key: string) => key.startsWith('service-'))).toEqual(['service-source']);
  });

  test('nobody makes a key that may do more than they may', async () => {
    const cookie = cookieOf(await post('/sign-in', { email: ADMIN.email, password: ADMIN.password }));
    expect((await post('/keys', { name: 'Too strong', roleKey: 'cso' }, { cookie })).json()).toMatchObject({ status: 403, type: 'urn:problem:identity.key_too_strong' });
  });

  test('a key acts with its role until it is revoked', async () => {
    const cookie = cookieOf(await post('/sign-in', { email: ADMIN.email, password: ADMIN.password }));
    const made = (await post('/keys', { name: 'Reader', roleKey: 'service-source' }, { cookie })).json();
    const authorization = `Bearer ${made.secret}`;
    expect((await app.inject({ url: '/api/identity/me', headers: { authorization } })).json()).toMatchObject({ name: 'Reader' });
    await app.inject({ method: 'DELETE', url: `/api/identity/keys/${made.id}`, headers: { cookie } });
    expect((await app.inject({ url: '/api/identity/me', headers: { authorization } })).statusCode).toBe(401);
  });

  test('the same Idempotency-Key gets the first answer again, and another request with it is refused', async () => {
    const cookie = cookieOf(await post('/sign-in', { email: ADMIN.email, password: ADMIN.password }));
    const headers = { cookie, 'idempotency-key': 'key-0001-aaaa' };
    const first = await post('/keys', { name: 'Twice', roleKey: 'service-source' }, headers);
    const again = await post('/keys', { name: 'Twice', roleKey: 'service-source' }, headers);
    expect(again.json()).toEqual({ ...first.json(), secret: null });
    expect((await post('/keys', { name: 'Other', roleKey: 'service-source' }, headers)).statusCode).toBe(422);
  });
});
