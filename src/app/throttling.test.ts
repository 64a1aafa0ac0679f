import { rmSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aProvider, CLIENT, type TestProvider, walk } from '#modules/identity/oidc/testing.ts';
import { Authenticator } from '#modules/identity/passkeys/testing.ts';
import { aBrowser, aDataFolder, type Browser, shownBy } from '#modules/identity/sign-in/testing.ts';
import { endpoint } from '#platform/kernel/contract.ts';
import { buildServer, type Module, serve } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { operationsOf, shapeOf } from './testing/operations.ts';
import { buildWeb } from './web-server.ts';

const PASSWORD = 'correct horse battery';
const NEXT = 'another battery horse';
const ADA = 'ada@test.example';
const ORIGIN = 'http://localhost:8080';
const LONGEST_WAIT_MS = 16 * 60_000;
const HOUSE = uuidv7();
const BACK = `${ORIGIN}/sign-in/back/`;

const modules = await discoverModules();

let folder: string;
let fresh: FreshDatabase;
let app: FastifyInstance;
let admin: Browser;
let house: TestProvider;
let clock = new Date();
let number = 0;

const anAddress = (): string => `198.51.${Math.floor(++number / 250)}.${(number % 250) + 1}`;

beforeAll(async () => {
  folder = aDataFolder();
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules, now: () => clock });
  admin = aBrowser(app, anAddress());
  await admin.post('/setup', { organisation: 'Test Works', name: 'Ada Admin', email: ADA, password: PASSWORD });
  await admin.post('/sign-in', { email: ADA, password: PASSWORD });
  house = await aProvider([`${BACK}${HOUSE}`]);
  await admin.post('/api/net/allowances', { range: '127.0.0.1/32', port: Number(new URL(house.issuer).port), reason: 'The provider of the test' });
  await admin.post('/providers', { id: HOUSE, name: 'House', issuer: house.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret });
});
afterAll(async () => {
  await app.close();
  await house.stop();
  await fresh.drop();
  rmSync(folder, { recursive: true, force: true });
});

type Member = { id: string; email: string; secret: string; codes: string[]; browser: Browser };

/** Somebody with an address, and an authenticator app where one is wanted, signed in from an address of their own. */
async function aMember({ hasApp = false } = {}): Promise<Member> {
  const email = `member-${++number}@test.example`;
  const { id } = (await admin.post('/api/people', { name: `Member ${number}`, signIn: { email, password: PASSWORD } })).json<{ id: string }>();
  const browser = aBrowser(app, anAddress());
  await browser.post('/sign-in', { email, password: PASSWORD });
  if (!hasApp) return { id, email, secret: '', codes: [], browser };
  const { secret } = (await browser.post('/factors/totp')).json<{ secret: string }>();
  const { recoveryCodes } = (await browser.post('/factors/totp/confirm', { code: shownBy(secret, clock) })).json<{ recoveryCodes: string[] }>();
  clock = new Date(clock.getTime() + 60_000);
  return { id, email, secret, codes: recoveryCodes, browser };
}

/** A browser whose password was right and whose second factor is due. */
async function halfIn({ email }: Member): Promise<Browser> {
  const browser = aBrowser(app, anAddress());
  expect((await browser.post('/sign-in', { email, password: PASSWORD })).json()).toMatchObject({ next: 'second-factor' });
  return browser;
}

let began = 0;

/** A member whom the provider knows, and both ends of their signing in there. */
async function aSingleSignOn() {
  const { id } = await aMember();
  const subject = `sub-${id}`;
  expect((await admin.post(`/api/people/${id}/links`, { providerId: HOUSE, subject })).statusCode).toBe(201);
  began = clock.getTime();
  return {
    begin: async (browser: Browser) => {
      house.seat(subject);
      return walk((await browser.post('/sign-in/single', { providerId: HOUSE })).json<{ url: string }>().url, BACK);
    },
    end: (browser: Browser, search: string) => browser.post('/sign-in/single/finish', { providerId: HOUSE, search }),
  };
}

type Reply = { statusCode: number; headers: Record<string, unknown> };
/** One way to guess: a wrong try, and a right one, both on the same account from an address of its own. `free` wrong ones are let pass. */
type Path = { operations: readonly string[]; free: number; begin: () => Promise<{ wrong: () => Promise<Reply>; right: () => Promise<Reply> }> };

const PATHS: Readonly<Record<string, Path>> = {
  'a password, guessed for one account': {
    operations: ['POST /api/identity/sign-in'], free: 5,
    begin: async () => {
      const { email } = await aMember();
      const from = (address: string, password: string) => aBrowser(app, address).post('/sign-in', { email, password });
      return { wrong: () => from(anAddress(), 'not this one'), right: () => from(anAddress(), PASSWORD) };
    },
  },
  'a password, tried on many accounts from one address': {
    operations: ['POST /api/identity/sign-in'], free: 30,
    begin: async () => {
      const { email } = await aMember();
      const browser = aBrowser(app, anAddress());
      return { wrong: () => browser.post('/sign-in', { email: `nobody-${uuidv7()}@test.example`, password: 'not this one' }), right: () => browser.post('/sign-in', { email, password: PASSWORD }) };
    },
  },
  'the code of an app at the sign-in, in as many sign-ins as one likes': {
    operations: ['POST /api/identity/sign-in/totp'], free: 5,
    begin: async () => {
      const member = await aMember({ hasApp: true });
      return { wrong: async () => (await halfIn(member)).post('/sign-in/totp', { code: '000000' }), right: async () => (await halfIn(member)).post('/sign-in/totp', { code: shownBy(member.secret, clock) }) };
    },
  },
  'a recovery code at the sign-in': {
    operations: ['POST /api/identity/sign-in/recovery-code'], free: 5,
    begin: async () => {
      const member = await aMember({ hasApp: true });
      return { wrong: async () => (await halfIn(member)).post('/sign-in/recovery-code', { code: 'aaaa-bbbb-cccc-dddd' }), right: async () => (await halfIn(member)).post('/sign-in/recovery-code', { code: member.codes[0] }) };
    },
  },
  'the first code of an app that is set up, signed in': {
    operations: ['POST /api/identity/factors/totp/confirm'], free: 5,
    begin: async () => {
      const { browser } = await aMember();
      const { secret } = (await browser.post('/factors/totp')).json<{ secret: string }>();
      const rightAfter = async () => {
        await browser.post('/confirm', { by: 'password', secret: PASSWORD });
        return browser.post('/factors/totp/confirm', { code: shownBy(secret, clock) });
      };
      return { wrong: () => browser.post('/factors/totp/confirm', { code: '000000' }), right: rightAfter };
    },
  },
  'the first code of an app that is set up within a sign-in': {
    operations: ['POST /api/identity/sign-in/enrol/totp/confirm'], free: 5,
    begin: async () => {
      const { id, email } = await aMember();
      await fresh.owner.query(`insert into access.grant (id, person_id, role_id) select uuidv7(), $1, id from access.role where key = 'employee'`, [id]);
      await admin.put('/sign-in-policy', { roleKey: 'employee', secondFactor: true });
      const enrolling = async () => {
        const browser = aBrowser(app, anAddress());
        expect((await browser.post('/sign-in', { email, password: PASSWORD })).json()).toMatchObject({ next: 'enrol' });
        return { browser, secret: (await browser.post('/sign-in/enrol/totp')).json<{ secret: string }>().secret };
      };
      return {
        wrong: async () => (await enrolling()).browser.post('/sign-in/enrol/totp/confirm', { code: '000000' }),
        right: async () => {
          const { browser, secret } = await enrolling();
          return browser.post('/sign-in/enrol/totp/confirm', { code: shownBy(secret, clock) });
        },
      };
    },
  },
  'a passkey at the sign-in, with answers that do not fit': {
    operations: ['POST /api/identity/sign-in/passkey'], free: 5,
    begin: async () => {
      const { browser } = await aMember();
      const authenticator = new Authenticator(ORIGIN);
      await browser.post('/factors/passkeys', authenticator.make((await browser.post('/factors/passkeys/offer')).json(), 'Key'));
      const answer = async (told: object) => {
        const own = aBrowser(app, anAddress());
        return own.post('/sign-in/passkey', authenticator.answer((await own.post('/sign-in/passkey/question')).json(), told));
      };
      return { wrong: () => answer({ isVerified: false }), right: () => answer({}) };
    },
  },
  'the proof by a passkey': {
    operations: ['POST /api/identity/confirm/passkey'], free: 5,
    begin: async () => {
      const { browser } = await aMember();
      const authenticator = new Authenticator(ORIGIN);
      await browser.post('/factors/passkeys', authenticator.make((await browser.post('/factors/passkeys/offer')).json(), 'Key'));
      const answer = async (told: object) => browser.post('/confirm/passkey', authenticator.answer((await browser.post('/confirm/passkey/question')).json(), told));
      return { wrong: () => answer({ isVerified: false }), right: () => answer({}) };
    },
  },
  'the present password, in a session that was left open': {
    operations: ['POST /api/identity/password'], free: 5,
    begin: async () => {
      const { browser } = await aMember();
      return { wrong: () => browser.post('/password', { current: 'not this one', next: NEXT }), right: () => browser.post('/password', { current: PASSWORD, next: NEXT }) };
    },
  },
  'the proof by password, in a session that was left open': {
    operations: ['POST /api/identity/confirm'], free: 5,
    begin: async () => {
      const { browser } = await aMember();
      return { wrong: () => browser.post('/confirm', { by: 'password', secret: 'not this one' }), right: () => browser.post('/confirm', { by: 'password', secret: PASSWORD }) };
    },
  },
  'the proof by the code of an app': {
    operations: ['POST /api/identity/confirm'], free: 5,
    begin: async () => {
      const { browser, secret } = await aMember({ hasApp: true });
      return { wrong: () => browser.post('/confirm', { by: 'totp', secret: '000000' }), right: () => browser.post('/confirm', { by: 'totp', secret: shownBy(secret, clock) }) };
    },
  },
  'the proof by a recovery code': {
    operations: ['POST /api/identity/confirm'], free: 5,
    begin: async () => {
      const { browser, codes } = await aMember({ hasApp: true });
      return { wrong: () => browser.post('/confirm', { by: 'recovery', secret: 'aaaa-bbbb-cccc-dddd' }), right: () => browser.post('/confirm', { by: 'recovery', secret: codes[0] }) };
    },
  },
  'a link to set a password': {
    operations: ['POST /api/identity/reset'], free: 5,
    begin: async () => {
      const { id } = await aMember();
      const token = new URL((await admin.post(`/api/people/${id}/reset-link`)).json<{ url: string }>().url).hash.slice(1);
      const browser = aBrowser(app, anAddress());
      return { wrong: () => browser.post('/reset', { token: uuidv7(), password: NEXT }), right: () => browser.post('/reset', { token, password: NEXT }) };
    },
  },
  'what a provider of single sign-on is said to have sent, for one sign-in that was begun': {
    operations: ['POST /api/identity/sign-in/single/finish'], free: 5,
    begin: async () => {
      const { begin, end } = await aSingleSignOn();
      const browser = aBrowser(app, anAddress());
      const search = await begin(browser);
      const begun = browser.cookies.get('parapet_single') ?? '';
      const keeping = (query: string) => {
        browser.cookies.set('parapet_single', begun);
        return end(browser, query);
      };
      return {
        wrong: () => keeping(search.replace(/code=[^&]+/, 'code=guessed')),
        // After the wait what was begun has run out, and begins anew.
        right: async () => (clock.getTime() > began + LONGEST_WAIT_MS / 2 ? end(browser, await begin(browser)) : keeping(search)),
      };
    },
  },
  'the same, each time begun anew, from one address': {
    operations: ['POST /api/identity/sign-in/single/finish'], free: 30,
    begin: async () => {
      const { begin, end } = await aSingleSignOn();
      const browser = aBrowser(app, anAddress());
      const attempt = async (change: (search: string) => string) => end(browser, change(await begin(browser)));
      return { wrong: () => attempt((search) => search.replace(/state=[^&]+/, 'state=guessed')), right: () => attempt((search) => search) };
    },
  },
  'API keys, each another one, from one address': {
    operations: [], free: 200,
    begin: async () => {
      const { secret } = (await admin.post('/keys', { name: `Key ${++number}`, roleKey: 'service-source' })).json<{ secret: string }>();
      const address = anAddress();
      const ask = (key: string) => app.inject({ url: '/api/identity/me', remoteAddress: address, headers: { authorization: `Bearer ${key}` } });
      return { wrong: () => ask(`pk_${uuidv7().repeat(2).replaceAll('-', '')}`), right: () => ask(secret) };
    },
  },
};

describe('whatever can be guessed', () => {
  test.each(Object.entries(PATHS))('%s: after the free tries it must wait, the right one too, with the seconds said; after the wait the right one holds', async (_name, { free, begin }) => {
    const { wrong, right } = await begin();
    for (let tried = 1; tried <= free; tried++) expect([tried, [401, 422].includes((await wrong()).statusCode)]).toEqual([tried, true]);
    const refused = await right();
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    clock = new Date(clock.getTime() + LONGEST_WAIT_MS);
    expect((await right()).statusCode).toBeLessThan(300);
    await admin.post('/sign-in', { email: ADA, password: PASSWORD });
  });

  const SECRET = /^(current|password|secret|code|token|signature|assertion|otp|pin|answer|search)$/i;
  const fieldsOf = ({ body, query, params }: { body?: z.ZodType | undefined; query?: z.ZodType | undefined; params?: z.ZodType | undefined }): string[] => [body, query, params].flatMap((schema) => Object.keys(shapeOf(schema)));

  /** Operations on which something can be guessed: what nobody need be signed in for, and what takes a secret of one's own. A public read is one as soon as it takes anything. */
  const guessableIn = (of: readonly Module[]): string[] =>
    operationsOf(of).filter(({ method, endpoint: { permission, ...asked } }) => (permission === 'public' ? method !== 'GET' || fieldsOf(asked).length > 0 : permission === 'signed-in' && fieldsOf(asked).some((field) => SECRET.test(field)))).map(({ key }) => key);
  /** What takes nothing that could be right or wrong: the first administrator, once; beginning something; a new passkey or a new device, which are compared with nothing that is kept; and what a device is to do, asked by a random token of 122 bits that opens nothing. */
  const NOTHING_TO_GUESS = ['POST /api/identity/setup', 'POST /api/identity/sign-in/enrol/totp', 'POST /api/identity/sign-in/enrol/passkey', 'POST /api/identity/sign-in/enrol/passkey/offer', 'POST /api/identity/sign-in/passkey/question', 'POST /api/identity/sign-in/single', 'POST /api/offline/devices', 'POST /api/offline/order', 'POST /api/notices/mine/:id/answer', 'POST /api/cases/report'];
  /** By a code of 132 random bits and more; how often an address may try is in `src/modules/notices/notices.test.ts`: “of another’s is not there, and guessing is slowed”, and in `src/modules/cases/reports.test.ts`: “the channel goes both ways by the code”. */
  const BY_A_LONG_CODE = ['POST /api/notices/gateways/:id/receipts', 'POST /api/notices/answer/open', 'POST /api/notices/answer', 'POST /api/cases/report/open', 'POST /api/cases/report/say'];
  const walked = Object.values(PATHS).flatMap(({ operations }) => operations);
  const unwalkedIn = (of: readonly Module[]): string[] => guessableIn(of).filter((key) => !walked.includes(key) && ![...NOTHING_TO_GUESS, ...BY_A_LONG_CODE].includes(key));

  test('is in the list above: every operation without a session, and every one that takes a secret', () => {
    expect(guessableIn(modules).length).toBeGreaterThan(12);
    expect([unwalkedIn(modules), [...walked, ...NOTHING_TO_GUESS, ...BY_A_LONG_CODE].filter((key) => !guessableIn(modules).includes(key))]).toEqual([[], []]);
  });

  test('is missed in that list as soon as an operation brings a new way to guess', () => {
    const ok = z.object({ ok: z.boolean() });
    const routes = [
      endpoint({ method: 'POST', path: '/enter', summary: 'A new way in', permission: 'public', body: z.object({ badge: z.string() }), reply: ok }),
      endpoint({ method: 'GET', path: '/shares/:token', summary: 'A share by its token', permission: 'public', params: z.object({ token: z.string() }), reply: ok }),
      endpoint({ method: 'PUT', path: '/pin', summary: 'Another PIN', permission: 'signed-in', body: z.object({ pin: z.string(), next: z.string() }), reply: ok }),
      endpoint({ method: 'GET', path: '/open', summary: 'Nothing to guess', permission: 'public', reply: ok }),
    ].map((one) => serve(one, async () => ({ ok: true })));
    expect(unwalkedIn([...modules, { name: 'novel', routes }])).toEqual(['POST /api/novel/enter', 'GET /api/novel/shares/:token', 'PUT /api/novel/pin']);
  });

  test('passkeys that nobody has, from one address, make strangers wait there, and nobody who has one', async () => {
    const { browser: own } = await aMember();
    const authenticator = new Authenticator(ORIGIN);
    await own.post('/factors/passkeys', authenticator.make((await own.post('/factors/passkeys/offer')).json(), 'Key'));
    const browser = aBrowser(app, anAddress());
    const answer = async (who: Authenticator) => (await browser.post('/sign-in/passkey', who.answer((await browser.post('/sign-in/passkey/question')).json()))).statusCode;
    for (let tried = 0; tried < 5; tried++) expect(await answer(new Authenticator(ORIGIN))).toBe(401);
    expect(await answer(new Authenticator(ORIGIN))).toBe(429);
    expect(await answer(authenticator)).toBe(200);
  });

  test('a dead key that is tried again and again makes nobody else of its address wait', async () => {
    const { wrong: _wrong, right } = await (PATHS['API keys, each another one, from one address'] as Path).begin();
    expect((await right()).statusCode).toBe(200);
    const dead = { authorization: `Bearer pk_${'d'.repeat(43)}` };
    for (let tried = 0; tried < 300; tried++) expect((await app.inject({ url: '/api/identity/me', remoteAddress: '198.51.100.9', headers: dead })).statusCode).toBe(401);
    expect((await app.inject({ url: '/api/identity/me', remoteAddress: '198.51.100.9', headers: { authorization: `Bearer pk_${'e'.repeat(43)}` } })).statusCode).toBe(401);
  });

  test('keys at the door of the metrics are counted there as well', async () => {
    const web = await buildWeb({ db: fresh.db, modules: [] });
    const ask = async (key: string) => (await web.inject({ url: '/metrics', remoteAddress: '198.51.100.11', headers: { authorization: `Bearer pk_${key}` } })).statusCode;
    for (let tried = 0; tried < 200; tried++) await ask(uuidv7().repeat(2).replaceAll('-', ''));
    expect(await ask('g'.repeat(43))).toBe(429);
    await web.close();
  });

  test('a key that holds goes on from an address that must wait, once it was used', async () => {
    const { secret } = (await admin.post('/keys', { name: 'Steady', roleKey: 'service-source' })).json<{ secret: string }>();
    const ask = (key: string) => app.inject({ url: '/api/identity/me', remoteAddress: '198.51.100.10', headers: { authorization: `Bearer ${key}` } });
    expect((await ask(secret)).statusCode).toBe(200);
    for (let tried = 0; tried < 200; tried++) await ask(`pk_${uuidv7().repeat(2).replaceAll('-', '')}`);
    expect((await ask(`pk_${'f'.repeat(43)}`)).statusCode).toBe(429);
    expect((await ask(secret)).statusCode).toBe(200);
  });
});
