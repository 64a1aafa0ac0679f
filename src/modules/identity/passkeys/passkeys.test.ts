import { rmSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { createAccount } from '../accounts.service.ts';
import identity from '../module.ts';
import { aBrowser, aDataFolder, type Browser, shownBy } from '../sign-in/testing.ts';
import type { PasskeyOffer, PasskeyQuestion } from './contract.ts';
import { relyingPartyAt } from './relying-party.ts';
import { Authenticator } from './testing.ts';

const PASSWORD = 'correct horse battery';
const ORIGIN = 'https://parapet.test.example';

let folder: string;
let fresh: FreshDatabase;
let app: FastifyInstance;
let clock = new Date();
let number = 0;

beforeAll(async () => {
  folder = aDataFolder();
  process.env['PARAPET_PUBLIC_URL'] = `${ORIGIN}/`;
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [identity], now: () => clock });
  await aBrowser(app).post('/setup', { organisation: 'Test Works', name: 'Ada Admin', email: 'ada@test.example', password: PASSWORD });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
  delete process.env['PARAPET_PUBLIC_URL'];
  rmSync(folder, { recursive: true, force: true });
});
const later = (seconds: number): Date => (clock = new Date(clock.getTime() + seconds * 1000));

type Person = { id: string; email: string };
async function somebody(): Promise<Person> {
  const email = `person-${++number}@test.example`;
  const { id } = await createAccount(await fresh.as(SERVICE.frontDoor), { name: `Person ${number}`, email, password: PASSWORD });
  return { id, email };
}
const aNewBrowser = (): Browser => aBrowser(app, `192.0.2.${++number % 250}`);
async function signedIn({ email }: Person): Promise<Browser> {
  const browser = aNewBrowser();
  expect((await browser.post('/sign-in', { email, password: PASSWORD })).json()).toEqual({ next: null });
  return browser;
}
const offered = async (browser: Browser, path = '/factors/passkeys/offer') => (await browser.post(path)).json<PasskeyOffer>();
const asked = async (browser: Browser, path = '/sign-in/passkey/question') => (await browser.post(path)).json<PasskeyQuestion>();
async function withPasskey(name = 'Key ring') {
  const person = await somebody();
  const browser = await signedIn(person);
  const authenticator = new Authenticator(ORIGIN);
  const made = await browser.post('/factors/passkeys', authenticator.make(await offered(browser), name));
  expect(made.statusCode, made.body).toBe(201);
  return { person, browser, authenticator, ...made.json<{ id: string; recoveryCodes: string[] }>() };
}
const ledgerOf = async (id: string): Promise<string[]> => (await fresh.owner.query<{ verb: string }>('select verb from ledger.entry where record_id = $1 order by id', [id])).rows.map(({ verb }) => verb);

describe('a passkey', () => {
  test('is made for our name and this person, and signs in without a word typed', async () => {
    const { person, browser, authenticator, recoveryCodes } = await withPasskey();
    expect(recoveryCodes).toHaveLength(10);
    const offer = await offered(browser);
    expect(offer).toMatchObject({ rpId: 'parapet.test.example', rpName: 'Parapet Test Works', user: { name: person.email } });
    expect(offer.exclude).toEqual([{ id: authenticator.id.toString('base64url'), transports: ['usb'] }]);
    const other = aNewBrowser();
    const question = await asked(other);
    expect(question).toMatchObject({ rpId: 'parapet.test.example', allow: [] });
    expect((await other.post('/sign-in/passkey', authenticator.answer(question))).json()).toEqual({ next: null });
    expect((await other.get('/me')).json()).toMatchObject({ email: person.email });
    expect(await ledgerOf(person.id)).toEqual(expect.arrayContaining(['identity.passkey-added', 'identity.signed-in']));
  });

  test('is the second factor after a password, and only this person’s are asked for', async () => {
    const { person, authenticator } = await withPasskey();
    const other = aNewBrowser();
    expect((await other.post('/sign-in', { email: person.email, password: PASSWORD })).json()).toEqual({ next: 'second-factor', factors: ['passkey', 'recovery'] });
    const question = await asked(other);
    expect(question.allow).toEqual([{ id: authenticator.id.toString('base64url'), transports: ['usb'] }]);
    const stranger = await withPasskey();
    expect((await other.post('/sign-in/passkey', stranger.authenticator.answer(question))).statusCode).toBe(401);
    expect((await other.post('/sign-in/passkey', authenticator.answer(question))).json()).toEqual({ next: null });
    expect([...other.cookies.keys()]).toEqual(['parapet_session']);
  });

  test.each([
    ['another address', { origin: 'https://parapet.test.example.evil.example' }], ['another name', { rpId: 'evil.example' }], ['nobody made sure of', { isVerified: false }], ['a challenge of its own', { challenge: Buffer.alloc(36, 1).toString('base64url') }],
    ['an answer for making one', { type: 'webauthn.create' }], ['a page within another site’s', { crossOrigin: true }],
  ])('lets in nobody with %s', async (_name, told) => {
    const { authenticator } = await withPasskey();
    const browser = aNewBrowser();
    expect((await browser.post('/sign-in/passkey', authenticator.answer(await asked(browser), told))).json()).toMatchObject({ status: 401, type: 'urn:problem:identity.wrong_passkey' });
    expect(await browser.isSignedIn()).toBe(false);
  });

  test.each([['another address', { origin: 'https://evil.example' }], ['another name', { rpId: 'evil.example' }], ['nobody made sure of', { isVerified: false }], ['an answer for signing in', { type: 'webauthn.get' }]])('is not kept with %s', async (_name, told) => {
    const browser = await signedIn(await somebody());
    const made = new Authenticator(ORIGIN).make(await offered(browser), 'Bad', told);
    expect((await browser.post('/factors/passkeys', made)).json()).toMatchObject({ status: 422, type: 'urn:problem:identity.passkey_not_made' });
  });

  test('answers a question once, within ten minutes, and no other question than the one that was asked', async () => {
    const { browser: own, authenticator } = await withPasskey();
    const browser = aNewBrowser();
    const answer = authenticator.answer(await asked(browser));
    expect((await browser.post('/sign-in/passkey', answer)).statusCode).toBe(200);
    expect((await aNewBrowser().post('/sign-in/passkey', answer)).statusCode).toBe(401);
    const confirming = await asked(own, '/confirm/passkey/question');
    expect((await aNewBrowser().post('/sign-in/passkey', authenticator.answer(confirming))).statusCode).toBe(401);
    const late = await asked(browser);
    later(11 * 60);
    expect((await browser.post('/sign-in/passkey', authenticator.answer(late))).statusCode).toBe(401);
  });

  test('that was offered to one person is not kept by another, and one that is known is not kept twice', async () => {
    const [one, other] = [await signedIn(await somebody()), await signedIn(await somebody())];
    const made = new Authenticator(ORIGIN).make(await offered(one), 'Mine');
    expect((await other.post('/factors/passkeys', made)).statusCode).toBe(422);
    expect((await one.post('/factors/passkeys', made)).statusCode).toBe(201);
    expect((await one.post('/factors/passkeys', made)).statusCode).toBe(409);
  });

  test('of somebody suspended lets in nobody', async () => {
    const { person, authenticator } = await withPasskey();
    await fresh.owner.query(`update access.person set state = 'suspended' where id = $1`, [person.id]);
    const browser = aNewBrowser();
    expect((await browser.post('/sign-in/passkey', authenticator.answer(await asked(browser)))).json()).toMatchObject({ type: 'urn:problem:identity.wrong_passkey' });
  });
});

describe('several passkeys', () => {
  test('have names, say when they were used, and are renamed and removed each', async () => {
    const { person, browser, authenticator, id } = await withPasskey('Laptop');
    const phone = new Authenticator(ORIGIN);
    expect((await browser.post('/factors/passkeys', phone.make(await offered(browser), 'Phone'))).json()).toMatchObject({ recoveryCodes: null });
    const other = aNewBrowser();
    await other.post('/sign-in/passkey', phone.answer(await asked(other)));
    const list = async () => (await browser.get('/factors')).json<{ passkeys: { id: string; name: string; lastUsedAt: string | null }[] }>().passkeys;
    expect((await list()).map(({ name, lastUsedAt }) => [name, lastUsedAt !== null])).toEqual([['Laptop', false], ['Phone', true]]);
    expect((await browser.send(`/factors/passkeys/${id}`, { method: 'PATCH', payload: { name: 'Old laptop' } })).json()).toEqual({ id, name: 'Old laptop' });
    expect((await browser.remove(`/factors/passkeys/${id}`)).json()).toEqual({ removed: true });
    expect((await list()).map(({ name }) => name)).toEqual(['Phone']);
    expect((await other.post('/sign-in/passkey', authenticator.answer(await asked(aNewBrowser())))).statusCode).toBe(401);
    expect((await browser.get('/factors')).json()).toMatchObject({ recoveryCodes: { left: 10 } });
    expect(await ledgerOf(person.id)).toEqual(expect.arrayContaining(['identity.passkey-renamed', 'identity.passkey-removed']));
  });

  test('are mine to change and nobody else’s', async () => {
    const { id } = await withPasskey();
    const stranger = await signedIn(await somebody());
    expect((await stranger.send(`/factors/passkeys/${id}`, { method: 'PATCH', payload: { name: 'Taken' } })).statusCode).toBe(404);
    expect((await stranger.remove(`/factors/passkeys/${id}`)).statusCode).toBe(404);
  });

  test('that nobody has any more end the recovery codes too', async () => {
    const { person, browser, id } = await withPasskey();
    await browser.remove(`/factors/passkeys/${id}`);
    expect((await browser.get('/factors')).json()).toMatchObject({ passkeys: [], recoveryCodes: null });
    await signedIn(person);
  });
});

describe('a passkey whose counter went back', () => {
  test('may have been copied: neither it nor the copy lets in any more, it is told, and a password is not enough instead', async () => {
    const { person, browser, authenticator, recoveryCodes } = await withPasskey();
    const other = aNewBrowser();
    for (let use = 0; use < 3; use++) expect((await other.post('/sign-in/passkey', authenticator.answer(await asked(other)))).statusCode).toBe(200);
    expect((await other.post('/sign-in/passkey', authenticator.answer(await asked(other), { counter: 2 }))).json()).toMatchObject({ status: 401, type: 'urn:problem:identity.passkey_copied' });
    expect((await other.post('/sign-in/passkey', authenticator.answer(await asked(other), { counter: 50 }))).json()).toMatchObject({ type: 'urn:problem:identity.wrong_passkey' });
    expect((await browser.get('/factors')).json()).toMatchObject({ passkeys: [{ suspectAt: expect.any(String) }] });
    expect(await ledgerOf(person.id)).toContain('identity.passkey-suspect');
    const third = aNewBrowser();
    expect((await third.post('/sign-in', { email: person.email, password: PASSWORD })).json()).toEqual({ next: 'second-factor', factors: ['recovery'] });
    expect((await third.post('/sign-in/recovery-code', { code: recoveryCodes[0] })).statusCode).toBe(200);
  });

  test('that never counts is taken as it is: synced ones say 0', async () => {
    const { authenticator } = await withPasskey();
    for (let use = 0; use < 3; use++) {
      const browser = aNewBrowser();
      expect((await browser.post('/sign-in/passkey', authenticator.answer(await asked(browser), { counter: 0 }))).statusCode).toBe(200);
    }
  });

  test('sent twice at once lets one in', async () => {
    const { authenticator } = await withPasskey();
    const answer = authenticator.answer(await asked(aNewBrowser()));
    const replies = await Promise.all(Array.from({ length: 4 }, () => aNewBrowser().post('/sign-in/passkey', answer)));
    expect(replies.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  });
});

describe('proving by a passkey who sits there', () => {
  test('is enough to change credentials, with one’s own and no other', async () => {
    const { browser, authenticator } = await withPasskey();
    const stranger = await withPasskey();
    later(11 * 60);
    expect((await browser.post('/factors/totp')).json()).toMatchObject({ type: 'urn:problem:identity.confirm_first' });
    expect((await browser.get('/factors')).json()).toMatchObject({ confirming: { by: ['passkey', 'recovery'] } });
    expect((await browser.post('/confirm/passkey', stranger.authenticator.answer(await asked(browser, '/confirm/passkey/question')))).statusCode).toBe(422);
    expect((await browser.post('/confirm/passkey', authenticator.answer(await asked(browser, '/confirm/passkey/question')))).statusCode).toBe(200);
    expect((await browser.post('/factors/totp')).statusCode).toBe(200);
  });
});

test('where a role requires a second factor a passkey can be set up within the sign-in', async () => {
  const person = await somebody();
  await fresh.owner.query(`insert into access.grant (id, person_id, role_id) select uuidv7(), $1, id from access.role where key = 'employee'`, [person.id]);
  await fresh.owner.query(`insert into identity.role_rule (role_id, second_factor, set_at, set_by) select id, true, now(), $1 from access.role where key = 'employee'`, [SERVICE.frontDoor]);
  const browser = aNewBrowser();
  expect((await browser.post('/sign-in', { email: person.email, password: PASSWORD })).json()).toEqual({ next: 'enrol', factors: ['totp', 'passkey'] });
  const authenticator = new Authenticator(ORIGIN);
  const enrolled = await browser.post('/sign-in/enrol/passkey', authenticator.make(await offered(browser, '/sign-in/enrol/passkey/offer'), 'First'));
  expect(enrolled.json<{ recoveryCodes: string[] }>().recoveryCodes).toHaveLength(10);
  expect(await browser.isSignedIn()).toBe(true);
  const id = (await browser.get('/factors')).json<{ passkeys: { id: string }[] }>().passkeys[0]?.id;
  expect((await browser.remove(`/factors/passkeys/${id}`)).json()).toMatchObject({ type: 'urn:problem:identity.factor_required' });
  const { secret } = (await browser.post('/factors/totp')).json<{ secret: string }>();
  await browser.post('/factors/totp/confirm', { code: shownBy(secret, clock) });
  expect((await browser.remove(`/factors/passkeys/${id}`)).json()).toEqual({ removed: true });
});

test('an address without a name has no passkeys, and says so', async () => {
  expect([relyingPartyAt('http://192.0.2.1:8080'), relyingPartyAt('https://[2001:db8::1]'), relyingPartyAt('http://localhost:8080')]).toEqual([null, null, { id: 'localhost', origin: 'http://localhost:8080' }]);
  process.env['PARAPET_PUBLIC_URL'] = 'http://192.0.2.1:8080';
  try {
    const browser = await signedIn(await somebody());
    expect((await browser.get('/factors')).json()).toMatchObject({ canHavePasskeys: false });
    expect((await browser.post('/factors/passkeys/offer')).json()).toMatchObject({ status: 422, type: 'urn:problem:identity.passkeys_need_a_name' });
    expect((await aNewBrowser().post('/sign-in/passkey/question')).json()).toMatchObject({ type: 'urn:problem:identity.passkeys_need_a_name' });
  } finally {
    process.env['PARAPET_PUBLIC_URL'] = `${ORIGIN}/`;
  }
});
