import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { aBrowser, aDataFolder, type Browser } from '../sign-in/testing.ts';
import { aProvider, CLIENT, type TestProvider, walk } from './testing.ts';

const PASSWORD = 'correct horse battery';
const BACK = 'http://localhost:8080/sign-in/back/';
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const ID = uuidv7();
const SUBJECT = 'sub-member';

let folder: string;
let fresh: FreshDatabase;
let app: FastifyInstance;
let admin: Browser;
let house: TestProvider;
let member = '';
let out = '';
let number = 0;

const aFreePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

beforeAll(async () => {
  folder = aDataFolder();
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  const port = await aFreePort();
  await app.listen({ port, host: '127.0.0.1' });
  out = `http://127.0.0.1:${port}/single-sign-out/${ID}`;
  house = await aProvider([`${BACK}${ID}`], { logoutUri: out });
  admin = aBrowser(app);
  await admin.post('/setup', { organisation: 'Test Works', name: 'Ada Admin', email: 'ada@test.example', password: PASSWORD });
  await admin.post('/sign-in', { email: 'ada@test.example', password: PASSWORD });
  await admin.post('/api/net/allowances', { range: '127.0.0.1/32', port: Number(new URL(house.issuer).port), reason: 'The provider of the test' });
  expect((await admin.post('/providers', { id: ID, name: 'House', issuer: house.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret })).statusCode).toBe(201);
  member = (await admin.post('/api/people', { name: 'Mia Member', signIn: { email: 'mia@test.example', password: PASSWORD } })).json<{ id: string }>().id;
  expect((await admin.post(`/api/people/${member}/links`, { providerId: ID, subject: SUBJECT })).statusCode).toBeLessThan(300);
});
afterAll(async () => {
  await app.close();
  await house.stop();
  await fresh.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Somebody who signs in by the provider in a browser of their own; with what it calls its session. */
async function comesIn(): Promise<{ browser: Browser; sid: string }> {
  const browser = aBrowser(app, `203.0.113.${++number}`);
  house.seat(SUBJECT);
  const { url } = (await browser.post('/sign-in/single', { providerId: ID, to: '/' })).json<{ url: string }>();
  expect((await browser.post('/sign-in/single/finish', { providerId: ID, search: await walk(url, `${BACK}${ID}`) })).statusCode).toBe(200);
  return { browser, sid: house.lastSid() ?? '' };
}

const now = (): number => Math.floor(Date.now() / 1000);
const claims = (more: object = {}): Record<string, unknown> => ({ iss: house.issuer, aud: CLIENT.id, iat: now(), exp: now() + 120, jti: uuidv7(), events: { [EVENT]: {} }, sub: SUBJECT, ...more });
const say = async (token: string, to = out): Promise<number> => (await fetch(to, { method: 'POST', body: new URLSearchParams({ logout_token: token }) })).status;

describe('a session that ended at its provider', () => {
  test('ends here, that one alone, as the provider itself tells it', async () => {
    const [one, other] = [await comesIn(), await comesIn()];
    expect(one.sid).not.toBe('');
    expect(one.sid).not.toBe(other.sid);
    await house.endSession(SUBJECT, one.sid);
    await expect.poll(() => one.browser.isSignedIn(), { timeout: 15_000 }).toBe(false);
    expect(await other.browser.isSignedIn()).toBe(true);
    const { rows } = await fresh.owner.query(`select 1 from ledger.entry where verb = 'identity.signed-out-by-provider' and record_id = $1`, [member]);
    expect(rows).toHaveLength(1);
  });

  test('without its name all end that it opened for that person, and none that a password opened', async () => {
    const [one, other] = [await comesIn(), await comesIn()];
    const own = aBrowser(app, '203.0.113.200');
    await own.post('/sign-in', { email: 'mia@test.example', password: PASSWORD });
    expect(await say(house.logoutToken(claims()))).toBe(200);
    for (const { browser } of [one, other]) await expect.poll(() => browser.isSignedIn(), { timeout: 15_000 }).toBe(false);
    expect(await own.isSignedIn()).toBe(true);
  });

  test('is told by nobody else, of no other sort, and once', async () => {
    const { browser, sid } = await comesIn();
    const token = (more: object, by: 'own' | 'foreign' | 'nobody' = 'own', header?: object) => house.logoutToken(claims({ sid, ...more }), by, header);
    const wrong = [
      token({}, 'foreign'), token({}, 'nobody'), token({}, 'own', { alg: 'HS256', kid: 'one', typ: 'logout+jwt' }), token({}, 'own', { alg: 'RS256', kid: 'another', typ: 'logout+jwt' }), token({}, 'own', { alg: 'RS256', kid: 'one', typ: 'JWT' }), token({}, 'own', { alg: 'RS256', kid: 'one' }), token({ iss: 'https://evil.example' }), token({ aud: 'another' }), token({ iat: now() - 3600 }), token({ exp: now() - 3600 }),
      token({ iat: now() + 3600 }), token({ events: {} }), token({ events: { other: {} } }), token({ nonce: 'n' }), token({ nonce: null }), token({ jti: '' }), token({ sub: undefined, sid: undefined }), token({}).slice(0, -8), `${token({})}.x`, '', 'x'.repeat(20_000),
    ];
    await fresh.owner.query('delete from identity.attempt');
    for (const one of wrong) {
      expect(await say(one)).toBe(400);
      await fresh.owner.query('delete from identity.attempt');
    }
    expect(await say(token({}), out.replace(ID, uuidv7()))).toBe(400);
    expect(await browser.isSignedIn()).toBe(true);
    const right = token({ sub: undefined });
    expect([await say(right), await say(right)]).toEqual([200, 400]);
    await expect.poll(() => browser.isSignedIn(), { timeout: 15_000 }).toBe(false);
  });

  test('and who guesses waits', async () => {
    await fresh.owner.query('delete from identity.attempt');
    const answers: number[] = [];
    for (let i = 0; i < 7; i++) answers.push(await say('a.b.c'));
    expect(answers).toEqual([400, 400, 400, 400, 400, 429, 429]);
  });
});
