import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { aBrowser, aDataFolder, type Browser, shownBy } from '../sign-in/testing.ts';
import { aProvider, CLIENT, type TestProvider, walk } from './testing.ts';

const PASSWORD = 'correct horse battery';
const ADA = 'ada@test.example';
const BACK = 'http://localhost:8080/sign-in/back/';
const ID = uuidv7();
const OTHER = uuidv7();
const MINUTE = 60_000;

let folder: string;
let fresh: FreshDatabase;
let app: FastifyInstance;
let admin: Browser;
let house: TestProvider;
let stranger: TestProvider;
let shiftMs = 0;
let number = 0;

const now = (): Date => new Date(Date.now() + shiftMs);
const anAddress = (): string => `203.0.113.${++number % 250}`;
const allow = (issuer: string) => admin.post('/api/net/allowances', { range: '127.0.0.1/32', port: Number(new URL(issuer).port), reason: 'The provider of the test' });
const add = (id: string, { issuer }: TestProvider, more: object = {}) => admin.post('/providers', { id, name: `House ${id.slice(-4)}`, issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, ...more });

beforeAll(async () => {
  folder = aDataFolder();
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: await discoverModules(), now });
  admin = aBrowser(app);
  await admin.post('/setup', { organisation: 'Test Works', name: 'Ada Admin', email: ADA, password: PASSWORD });
  await admin.post('/sign-in', { email: ADA, password: PASSWORD });
  [house, stranger] = await Promise.all([aProvider([`${BACK}${ID}`]), aProvider([`${BACK}${OTHER}`, `${BACK}${ID}`])]);
  expect((await add(ID, house)).statusCode).toBe(201);
  expect((await add(OTHER, stranger)).statusCode).toBe(201);
});
afterAll(async () => {
  await app.close();
  await Promise.all([house.stop(), stranger.stop()]);
  await fresh.drop();
  rmSync(folder, { recursive: true, force: true });
});

type Member = { id: string; email: string; subject: string; browser: Browser };

async function aMember(): Promise<Member> {
  const name = `member-${++number}`;
  const email = `${name}@test.example`;
  const { id } = (await admin.post('/api/people', { name, signIn: { email, password: PASSWORD } })).json<{ id: string }>();
  const browser = aBrowser(app, anAddress());
  expect((await browser.post('/sign-in', { email, password: PASSWORD })).statusCode).toBe(200);
  return { id, email, subject: `sub-${name}`, browser };
}

const finish = (browser: Browser, search: string, providerId = ID) => browser.post('/sign-in/single/finish', { providerId, search });
const begin = async (browser: Browser, providerId = ID, path = '/sign-in/single'): Promise<string> => (await browser.post(path, { providerId })).json<{ url: string }>().url;

/** A member whom the provider knows, since they linked it themselves. */
async function aLinkedMember(): Promise<Member> {
  const member = await aMember();
  house.seat(member.subject, { claims: { preferred_username: 'known.as' } });
  expect((await finish(member.browser, await walk(await begin(member.browser, ID, '/links'), BACK))).json()).toMatchObject({ isLinked: true, to: '/account' });
  return member;
}

/** Signs in from a browser that was never here. */
async function enter({ subject }: Pick<Member, 'subject'>, told: Parameters<TestProvider['seat']>[1] = {}) {
  const browser = aBrowser(app, anAddress());
  house.seat(subject, told);
  return { browser, reply: await finish(browser, await walk(await begin(browser), BACK)) };
}

const setRule = (secondFactor: string) => admin.send(`/providers/${ID}`, { method: 'PATCH', payload: { secondFactor } });

describe('a provider', () => {
  test('is asked by the guarded way out only: until its address is allowed it is silent, and its page says so', async () => {
    const reply = await aBrowser(app, anAddress()).post('/sign-in/single', { providerId: ID });
    expect([reply.statusCode, reply.body]).toEqual([503, expect.stringContaining('provider_silent')]);
    const { items } = (await admin.get('/providers')).json<{ items: { id: string; asked: object | null }[] }>();
    expect(items.find(({ id }) => id === ID)?.asked).toMatchObject({ isWell: false });
    expect([(await allow(house.issuer)).statusCode, (await allow(stranger.issuer)).statusCode]).toEqual([201, 201]);
  });

  test('is tried as it is set: it accepts this client, or says what is wrong', async () => {
    const check = async (id: string) => (await admin.post(`/providers/${id}/check`, undefined, { 'idempotency-key': uuidv7() })).json<{ isWell: boolean; words: string }>();
    expect(await check(ID)).toMatchObject({ isWell: true });
    const [secret, other] = [uuidv7(), uuidv7()];
    await add(secret, house, { clientSecret: 'not this one' });
    expect(await check(secret)).toMatchObject({ isWell: false, words: expect.stringContaining('does not accept this client') });
    // Somebody who answers in the house's name.
    const said = await (await fetch(`${house.issuer}/.well-known/openid-configuration`)).text();
    const copy = createServer((_request, response) => void response.setHeader('content-type', 'application/json').end(said));
    await new Promise<void>((resolve) => copy.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(copy.address() as AddressInfo).port}`;
    await add(other, house, { issuer });
    await allow(issuer);
    expect(await check(other)).toMatchObject({ isWell: false });
    copy.close();
    for (const id of [secret, other]) expect((await admin.send(`/providers/${id}`, { method: 'PATCH', payload: { isOn: false } })).statusCode).toBe(200);
  });

  test('whose secret this installation cannot open any more says so', async () => {
    await fresh.owner.query(`update identity.provider set sealed = sealed || '\\x00'::bytea where id = $1`, [OTHER]);
    expect((await admin.post(`/providers/${OTHER}/check`)).json()).toMatchObject({ isWell: false, words: expect.stringContaining('Write the secret anew') });
    expect((await admin.send(`/providers/${OTHER}`, { method: 'PATCH', payload: { clientSecret: CLIENT.secret } })).statusCode).toBe(200);
    expect((await admin.post(`/providers/${OTHER}/check`)).json()).toMatchObject({ isWell: true });
  });

  test('keeps its secret to itself: encrypted where it is stored, shown to nobody', async () => {
    expect((await admin.get('/providers')).body).not.toContain(CLIENT.secret);
    const { rows } = await fresh.owner.query<{ sealed: Buffer }>('select sealed from identity.provider where id = $1', [ID]);
    expect(rows[0]?.sealed.includes(CLIENT.secret)).toBe(false);
    expect((await fresh.owner.query(`select from ledger.entry where body::text like '%' || $1 || '%'`, [CLIENT.secret])).rowCount).toBe(0);
  });

  test('is asked once for all who begin at the same moment, and not by each of them where it answers nonsense', async () => {
    let asked = 0;
    const nonsense = createServer((_request, response) => void response.end(`${++asked}`));
    await new Promise<void>((resolve) => nonsense.listen(0, '127.0.0.1', resolve));
    const [id, issuer] = [uuidv7(), `http://127.0.0.1:${(nonsense.address() as AddressInfo).port}`];
    await add(id, house, { issuer });
    await allow(issuer);
    const replies = await Promise.all(Array.from({ length: 8 }, () => aBrowser(app, anAddress()).post('/sign-in/single', { providerId: id })));
    expect([new Set(replies.map(({ statusCode }) => statusCode)), asked]).toEqual([new Set([503]), 1]);
    nonsense.close();
    await admin.send(`/providers/${id}`, { method: 'PATCH', payload: { isOn: false } });
  });

  test('has an issuer with https, or on this machine', async () => {
    for (const issuer of ['http://login.test.example', 'https://login.test.example/?a=b', 'https://a:b@login.test.example', 'login', 'http://127.0.0.1.test.example']) expect([issuer, (await add(uuidv7(), house, { issuer })).statusCode]).toEqual([issuer, 422]);
  });
});

describe('signing in with a provider', () => {
  test('opens a session for whom its subject was linked with, with what it was opened, and the provider stands in the list as used', async () => {
    const member = await aLinkedMember();
    const { browser, reply } = await enter(member);
    expect([reply.statusCode, reply.json()]).toEqual([200, { next: null, to: '/', isLinked: false }]);
    expect((await browser.get('/me')).json()).toMatchObject({ personId: member.id });
    const { rows } = await fresh.owner.query(`select opened_with from identity.proof where person_id = $1 order by confirmed_at desc`, [member.id]);
    expect(rows).toContainEqual({ opened_with: ['single'] });
    expect((await member.browser.get('/factors')).json()).toMatchObject({ links: [{ knownAs: 'known.as', lastUsedAt: expect.any(String) }] });
  });

  test('signs nobody in by an address, however verified, and tells a stranger no more than that', async () => {
    const { browser, reply } = await enter({ subject: 'somebody-new' }, { claims: { email: ADA, email_verified: true, preferred_username: ADA } });
    expect([reply.statusCode, await browser.isSignedIn()]).toEqual([401, false]);
    expect(reply.body).toContain('identity.not_linked');
  });

  const LIES: Readonly<Record<string, [(claims: Record<string, unknown>) => Record<string, unknown>, ('own' | 'foreign' | 'nobody')?]>> = {
    'for another client (aud)': [(claims) => ({ ...claims, aud: 'another-client' })],
    'for several clients, without saying who asked (azp)': [(claims) => ({ ...claims, aud: [CLIENT.id, 'another-client'] })],
    'of another issuer (iss)': [(claims) => ({ ...claims, iss: 'https://elsewhere.test.example' })],
    'of another sign-in (nonce)': [(claims) => ({ ...claims, nonce: 'of-another-browser' })],
    'without the nonce': [({ nonce: _none, ...claims }) => claims],
    'that ran out (exp)': [(claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 60, iat: Math.floor(Date.now() / 1000) - 600 })],
    'without a subject': [({ sub: _none, ...claims }) => claims],
    'signed by another key': [(claims) => claims, 'foreign'],
    'signed by nobody': [(claims) => claims, 'nobody'],
  };
  test('believes a token that is signed again by the provider’s own key and says the same', async () => {
    const member = await aLinkedMember();
    const browser = aBrowser(app, anAddress());
    house.seat(member.subject);
    house.lie((claims) => claims);
    expect((await finish(browser, await walk(await begin(browser), BACK))).statusCode).toBe(200);
  });
  test.each(Object.entries(LIES))('believes no token %s', async (_name, [change, by]) => {
    const browser = aBrowser(app, anAddress());
    const member = await aLinkedMember();
    house.seat(member.subject);
    const search = await walk(await begin(browser), BACK);
    house.lie(change, by);
    const reply = await finish(browser, search);
    expect([reply.statusCode, await browser.isSignedIn()]).toEqual([401, false]);
    expect(reply.body).toContain('identity.provider_not_believed');
  });

  test('believes a code of its own browser, state and moment only, and once', async () => {
    const member = await aLinkedMember();
    house.seat(member.subject);
    const browser = aBrowser(app, anAddress());
    const search = await walk(await begin(browser), BACK);
    const kept = new Map(browser.cookies);
    const withCookies = (): Browser => {
      const again = aBrowser(app, anAddress());
      for (const [name, value] of kept) again.cookies.set(name, value);
      return again;
    };
    const refused = async (who: Browser, query: string) => [(await finish(who, query)).statusCode, await who.isSignedIn()];
    expect(await refused(aBrowser(app, anAddress()), search)).toEqual([401, false]);
    expect(await refused(withCookies(), search.replace(/state=[^&]+/, 'state=of-another'))).toEqual([401, false]);
    expect(await refused(withCookies(), `${search}&code=twice`)).toEqual([401, false]);
    shiftMs = 11 * MINUTE;
    expect(await refused(withCookies(), search)).toEqual([401, false]);
    shiftMs = 0;
    expect((await finish(browser, search)).statusCode).toBe(200);
    expect(await refused(withCookies(), search)).toEqual([401, false]);
  });

  test('believes no code that was asked for with another nonce or another proof of possession (PKCE)', async () => {
    const member = await aLinkedMember();
    house.seat(member.subject);
    for (const name of ['nonce', 'code_challenge']) {
      const browser = aBrowser(app, anAddress());
      const url = new URL(await begin(browser));
      url.searchParams.set(name, 'A'.repeat(43));
      expect([name, (await finish(browser, await walk(url.href, BACK))).statusCode]).toEqual([name, 401]);
    }
  });

  test('keeps two providers apart: what one sends is never taken for the other’s', async () => {
    const member = await aLinkedMember();
    const victim = aBrowser(app, anAddress());
    // Begun with the stranger, who sends the browser on to the house: its code comes back to the house's address.
    const url = new URL(await begin(victim, OTHER));
    const toHouse = new URL(`${house.issuer}/auth${url.search}`);
    toHouse.searchParams.set('redirect_uri', `${BACK}${ID}`);
    house.seat(member.subject);
    const search = await walk(toHouse.href, BACK);
    const kept = new Map(victim.cookies);
    expect((await finish(victim, search, ID)).statusCode).toBe(401);
    for (const [name, value] of kept) victim.cookies.set(name, value);
    // And to the stranger's own, where `iss` names the house.
    expect([(await finish(victim, search, OTHER)).statusCode, await victim.isSignedIn()]).toEqual([401, false]);
    // A subject of the house that the stranger claims is another person's.
    const plain = aBrowser(app, anAddress());
    stranger.seat(member.subject);
    expect((await finish(plain, await walk(await begin(plain, OTHER), BACK), OTHER)).json()).toMatchObject({ type: expect.stringContaining('not_linked') });
  });

  test('says so where the provider itself signed nobody in', async () => {
    const browser = aBrowser(app, anAddress());
    house.seat('nobody');
    house.decline();
    const reply = await finish(browser, await walk(await begin(browser), BACK));
    expect([reply.statusCode, reply.body]).toEqual([401, expect.stringContaining('access_denied')]);
  });

  test('leads only to pages of our own afterwards', async () => {
    const member = await aLinkedMember();
    for (const [to, led] of [['//elsewhere.example', '/'], ['https://elsewhere.example', '/'], ['/watch?q=1', '/watch?q=1']]) {
      const browser = aBrowser(app, anAddress());
      const { url } = (await browser.post('/sign-in/single', { providerId: ID, to })).json<{ url: string }>();
      house.seat(member.subject);
      expect((await finish(browser, await walk(url, BACK))).json()).toMatchObject({ to: led });
    }
  });
});

describe('a second factor', () => {
  const hasApp = async ({ browser }: Member): Promise<string> => {
    const { secret } = (await browser.post('/factors/totp')).json<{ secret: string }>();
    expect((await browser.post('/factors/totp/confirm', { code: shownBy(secret, now()) })).statusCode).toBe(200);
    return secret;
  };

  test('of our own is asked for in any case, unless the provider’s counts: where its token names several, or always', async () => {
    const member = await aLinkedMember();
    await hasApp(member);
    const nextAfter = async (amr: string[]) => (await enter(member, { amr })).reply.json<{ next: string | null }>().next;
    expect([await nextAfter(['pwd', 'otp', 'mfa'])]).toEqual(['second-factor']);
    await setRule('when-told');
    expect([await nextAfter(['pwd']), await nextAfter(['fpt']), await nextAfter(['pwd', 'otp']), await nextAfter(['mfa'])]).toEqual(['second-factor', 'second-factor', null, null]);
    await setRule('trusted');
    expect(await nextAfter(['pwd'])).toBe(null);
    await setRule('ask');
  });

  test('and the proof of who sits there are as old as the provider says that they are', async () => {
    const member = await aLinkedMember();
    const begun = async (ts: number) => (await (await enter(member, { ts })).browser.post('/factors/totp')).statusCode;
    expect(await begun(Math.floor(Date.now() / 1000) - 3600)).toBe(422);
    expect(await begun(Math.floor(Date.now() / 1000) - 5)).toBe(200);
  });
});

describe('a link', () => {
  test('is made in the browser of who asked for it, shortly after they showed who they are', async () => {
    const [member, other] = [await aMember(), await aMember()];
    house.seat('sub-of-a-link');
    const search = await walk(await begin(member.browser, ID, '/links'), BACK);
    for (const [name, value] of member.browser.cookies) if (name === 'parapet_single') other.browser.cookies.set(name, value);
    expect((await finish(other.browser, search)).statusCode).toBe(401);
    const late = await aMember();
    shiftMs = 11 * MINUTE;
    expect((await late.browser.post('/links', { providerId: ID })).json()).toMatchObject({ type: expect.stringContaining('confirm_first') });
    shiftMs = 0;
  });

  test('holds one person to one subject', async () => {
    const member = await aLinkedMember();
    const other = await aMember();
    house.seat(member.subject);
    expect((await finish(other.browser, await walk(await begin(other.browser, ID, '/links'), BACK))).statusCode).toBe(409);
    house.seat('another-subject');
    expect((await finish(member.browser, await walk(await begin(member.browser, ID, '/links'), BACK))).statusCode).toBe(409);
  });

  test('that is taken away lets in no more; by another’s hand it ends the sessions too', async () => {
    const member = await aLinkedMember();
    const { links } = (await member.browser.get('/factors')).json<{ links: { id: string }[] }>();
    expect((await member.browser.remove(`/links/${links[0]?.id}`)).statusCode).toBe(200);
    expect((await enter(member)).reply.statusCode).toBe(401);
    const { id: linkId } = (await admin.post(`/api/people/${member.id}/links`, { providerId: ID, subject: member.subject })).json<{ id: string }>();
    const { browser, reply } = await enter(member);
    expect(reply.statusCode).toBe(200);
    expect((await admin.post(`/api/people/${member.id}/links/end`, { linkId })).statusCode).toBe(200);
    expect([await browser.isSignedIn(), (await enter(member)).reply.statusCode]).toEqual([false, 401]);
  });

  test('stays where it is the only way in', async () => {
    const { id } = (await admin.post('/api/people', { name: 'Without a password', signIn: { email: `without-${++number}@test.example`, password: null } })).json<{ id: string }>();
    expect((await admin.post(`/api/people/${id}/links`, { providerId: ID, subject: 'the-only-way' })).statusCode).toBe(201);
    const { browser, reply } = await enter({ subject: 'the-only-way' }, { ts: Math.floor(Date.now() / 1000) - 5 });
    expect(reply.statusCode).toBe(200);
    const { links } = (await browser.get('/factors')).json<{ links: { id: string }[] }>();
    expect((await browser.remove(`/links/${links[0]?.id}`)).json()).toMatchObject({ type: expect.stringContaining('last_way_in') });
  });

  test.each(['suspend', 'leave'])('of whom one had to %s ends with them: sessions at once, and no way back in', async (verb) => {
    const member = await aLinkedMember();
    const { browser } = await enter(member);
    expect(await browser.isSignedIn()).toBe(true);
    expect((await admin.post(`/api/people/${member.id}/${verb}`, { reason: 'Left in anger' })).statusCode).toBe(200);
    expect([await browser.isSignedIn(), (await enter(member)).reply.json()]).toEqual([false, expect.objectContaining({ type: expect.stringContaining('not_linked') })]);
  });
});

test('a provider that is dead keeps nobody out who has a password (F22), and stands as failing', async () => {
  const member = await aLinkedMember();
  house.seat(member.subject);
  const half = aBrowser(app, anAddress());
  const search = await walk(await begin(half), BACK);
  await house.stop();
  expect((await finish(half, search)).statusCode).toBe(503);
  const { items } = (await admin.get('/providers')).json<{ items: { id: string; asked: { isWell: boolean } | null }[] }>();
  expect(items.find(({ id }) => id === ID)?.asked?.isWell).toBe(false);
  const browser = aBrowser(app, anAddress());
  expect((await browser.post('/sign-in', { email: member.email, password: PASSWORD })).statusCode).toBe(200);
  expect(await browser.isSignedIn()).toBe(true);
});
