import { rmSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import people from '#modules/people/module.ts';
import sites from '#modules/sites/module.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { grantRole } from '../grants.service.ts';
import identity from '../module.ts';
import { aBrowser, aDataFolder, type Browser } from '../sign-in/testing.ts';
import { SeenTokens } from '../tokens/token-watch.ts';

const PASSWORD = 'correct horse battery';
const ADA = 'ada@test.example';

let folder: string;
let fresh: FreshDatabase;
let app: FastifyInstance;
let clock = new Date();
let admin: Browser;
let number = 0;

const server = () => buildServer({ db: fresh.db, modules: [identity, people, sites], now: () => clock });
beforeAll(async () => {
  folder = aDataFolder();
  fresh = await freshDatabase();
  app = await server();
  await aBrowser(app).post('/setup', { organisation: 'Test Works', name: 'Ada Admin', email: ADA, password: PASSWORD });
  admin = await signedIn(ADA);
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function signedIn(email: string): Promise<Browser> {
  const browser = aBrowser(app, `192.0.2.${++number % 250}`);
  expect((await browser.post('/sign-in', { email, password: PASSWORD })).statusCode).toBe(200);
  return browser;
}

/** Somebody of the register who signs in, with a role of the whole organisation where one is given. */
async function somebody(role?: string): Promise<{ id: string; email: string }> {
  const email = `member-${++number}@test.example`;
  const { id } = (await admin.post('/api/people', { name: `Member ${number}`, signIn: { email, password: PASSWORD } })).json<{ id: string }>();
  if (role) await grantRole(await fresh.as(SERVICE.frontDoor), { personId: id, roleKey: role, siteId: null, reason: 'For a test' });
  return { id, email };
}
type Session = { id: string; current: boolean; lastSeenAt: string; createdAt: string; address: string; agent: string };
const sessionsIn = async (browser: Browser) => (await browser.get('/sessions')).json<{ items: Session[] }>().items;
const inDays = (days: number): string => new Date(clock.getTime() + days * 86_400_000).toISOString();
const asKey = (secret: string, path = '/api/identity/me') => app.inject({ url: path, headers: { authorization: `Bearer ${secret}` } });

describe('my sessions', () => {
  test('are listed with device, address, and when each was seen first and last', async () => {
    const { email } = await somebody();
    const [here, there] = [await signedIn(email), await signedIn(email)];
    const items = await sessionsIn(here);
    expect(items).toHaveLength(2);
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    expect(items[0]).toMatchObject({ address: expect.stringMatching(/^192\.0\.2\./), agent: 'lightMyRequest' });
    await there.get('/me');
  });

  test('end one by one, or all others at once', async () => {
    const { email } = await somebody();
    const [here, there, elsewhere, far] = [await signedIn(email), await signedIn(email), await signedIn(email), await signedIn(email)];
    const [other] = (await sessionsIn(there)).filter(({ current }) => current);
    await here.remove(`/sessions/${other?.id}`);
    expect(await there.isSignedIn()).toBe(false);
    expect((await here.post('/sessions/end-others')).json()).toEqual({ ended: 2 });
    expect([await elsewhere.isSignedIn(), await far.isSignedIn(), await here.isSignedIn()]).toEqual([false, false, true]);
  });

  test('of somebody else are not mine to see or end', async () => {
    const [mine, theirs] = [await signedIn((await somebody()).email), await signedIn((await somebody()).email)];
    const [session] = await sessionsIn(theirs);
    expect((await mine.remove(`/sessions/${session?.id}`)).statusCode).toBe(404);
    expect((await sessionsIn(mine)).map(({ id }) => id)).not.toContain(session?.id);
  });
});

describe('when a token was last seen', () => {
  const seenAt = async (personId: string) => (await fresh.owner.query<{ at: Date }>('select last_seen_at as at from access.session where person_id = $1', [personId])).rows[0]?.at.toISOString();

  test('is written beside the requests, and at most once a minute', async () => {
    const { id, email } = await somebody();
    const own = await server();
    const browser = aBrowser(own, '192.0.2.77');
    await browser.post('/sign-in', { email, password: PASSWORD });
    const opened = await seenAt(id);
    const before = (await fresh.owner.query<{ n: number }>(`select count(*)::int as n from ledger.entry`)).rows[0]?.n;
    clock = new Date(clock.getTime() + 5 * 60_000);
    await browser.get('/me');
    expect(await seenAt(id)).toBe(opened);
    await own.close();
    expect(await seenAt(id)).toBe(clock.toISOString());
    expect((await fresh.owner.query<{ n: number }>(`select count(*)::int as n from ledger.entry`)).rows[0]?.n).toBe(before);
  });

  test('is not written again within the minute, and is after it', async () => {
    const { id, email } = await somebody();
    await signedIn(email);
    const { rows } = await fresh.owner.query<{ hash: Buffer }>('select token_hash as hash from access.session where person_id = $1', [id]);
    const hash = rows[0]?.hash ?? Buffer.alloc(0);
    const watch = new SeenTokens(fresh.db, () => clock);
    const use = async (afterMs: number): Promise<string | undefined> => {
      clock = new Date(clock.getTime() + afterMs);
      watch.held(hash);
      await watch.write();
      return seenAt(id);
    };
    const first = await use(61_000);
    expect(first).toBe(clock.toISOString());
    expect(await use(59_000)).toBe(first);
    expect(await use(2_000)).toBe(clock.toISOString());
    await watch.stop();
  });
});

describe('who keeps sessions', () => {
  test('sees those of a person with what each was opened with, ends one and then all, and the person is signed out at once', async () => {
    const { id, email } = await somebody();
    const [here, there] = [await signedIn(email), await signedIn(email)];
    const { items } = (await admin.get(`/api/people/${id}/sessions`)).json<{ items: { id: string; openedWith: string[] }[] }>();
    expect(items.map(({ openedWith }) => openedWith)).toEqual([['password'], ['password']]);
    const [mine] = (await sessionsIn(here)).filter(({ current }) => current);
    expect((await admin.post(`/api/people/${id}/sessions/end`, { sessionId: mine?.id })).json()).toEqual({ ended: 1 });
    expect([await here.isSignedIn(), await there.isSignedIn()]).toEqual([false, true]);
    expect((await admin.post(`/api/people/${id}/sessions/end`, { sessionId: mine?.id })).statusCode).toBe(404);
    expect((await admin.post(`/api/people/${id}/sessions/end`, {})).json()).toEqual({ ended: 1 });
    expect(await there.isSignedIn()).toBe(false);
  });

  test('sees who is signed in, page by page and by name', async () => {
    const { id, email } = await somebody();
    await signedIn(email);
    const all: string[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const page: { items: { id: string }[]; next: string | null } = (await admin.get(`/open-sessions?limit=3${after ? `&after=${after}` : ''}`)).json();
      all.push(...page.items.map((item) => item.id));
      after = page.next;
    }
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(3);
    expect((await admin.get('/open-sessions?q=Ada')).json<{ items: { person: string }[] }>().items.every(({ person }) => person === 'Ada Admin')).toBe(true);
    expect((await admin.get(`/open-sessions?q=${id}`)).json()).toMatchObject({ items: [] });
  });

  test('is refused without the right', async () => {
    const { id } = await somebody();
    const chief = await signedIn((await somebody('cso')).email);
    expect((await chief.get(`/api/people/${id}/sessions`)).statusCode).toBe(403);
    expect((await chief.get('/open-sessions')).statusCode).toBe(403);
    expect((await chief.get(`/api/people/${id}/factors`)).statusCode).toBe(200);
  });
});

describe('a key of my own', () => {
  test('acts with one of my roles and no more, is shown once, and says when it was used', async () => {
    const { id, email } = await somebody('risk-manager');
    const browser = await signedIn(email);
    const made = (await browser.post('/own-keys', { name: 'Figures', roleKey: 'risk-manager', until: inDays(30) })).json<{ id: string; secret: string }>();
    const me = (await asKey(made.secret)).json<{ personId: string; name: string; permissions: string[] }>();
    expect(me).toMatchObject({ name: 'Figures', permissions: (await browser.get('/me')).json<{ permissions: string[] }>().permissions });
    expect(me.personId).not.toBe(id);
    expect((await browser.get('/own-keys')).json()).toMatchObject({ items: [{ id: made.id, name: 'Figures', role: 'Risk manager', madeBy: expect.stringMatching(/^Member/) }] });
    expect(JSON.stringify((await browser.get('/own-keys')).json())).not.toContain(made.secret);
    expect((await browser.remove(`/own-keys/${made.id}`)).json()).toEqual({ revoked: true });
    expect((await asKey(made.secret)).statusCode).toBe(401);
    expect((await browser.remove(`/own-keys/${made.id}`)).statusCode).toBe(404);
  });

  test('has no role that I do not hold, no end later than mine, and none in the past', async () => {
    const { email } = await somebody('risk-manager');
    const browser = await signedIn(email);
    const ask = async (body: object) => (await browser.post('/own-keys', { name: 'Figures', roleKey: 'risk-manager', until: inDays(30), ...body })).json<{ type?: string }>().type;
    expect(await ask({ roleKey: 'system-administrator' })).toBe('urn:problem:identity.role_not_held');
    expect(await ask({ roleKey: 'service-front-door' })).toBe('urn:problem:identity.role_not_held');
    expect(await ask({ until: inDays(-1) })).toBe('urn:problem:identity.key_end');
    expect(await ask({ until: inDays(900) })).toBe('urn:problem:identity.key_end');
    const long = (await browser.post('/own-keys', { name: 'Long', roleKey: 'risk-manager', until: inDays(365) })).json<{ id: string }>();
    const { rows } = await fresh.owner.query<{ same: boolean }>(`select s.expires_at = g.until and g.until <= o.until as same from access.session s join identity.api_key k on k.person_id = s.person_id join access.grant g on g.person_id = k.person_id join access.grant o on o.id = k.grant_id where s.id = $1`, [long.id]);
    expect(rows).toEqual([{ same: true }]);
  });

  test('is of a site where I hold the role, or below, and not above', async () => {
    const region = (await admin.post('/api/sites', { code: 'REG', name: 'Region', kind: 'region', timeZone: 'Europe/Berlin' })).json<{ id: string }>().id;
    const site = (await admin.post('/api/sites', { code: 'SITE', name: 'Site', kind: 'site', parentId: region })).json<{ id: string }>().id;
    const floor = (await admin.post('/api/sites', { code: 'FLR', name: 'Floor', kind: 'floor', parentId: site })).json<{ id: string }>().id;
    const { id, email } = await somebody();
    await grantRole(await fresh.as(SERVICE.frontDoor), { personId: id, roleKey: 'risk-manager', siteId: site, reason: 'Here' });
    const browser = await signedIn(email);
    const ask = async (siteId: string | null) => (await browser.post('/own-keys', { name: 'Key', roleKey: 'risk-manager', siteId, until: inDays(5) })).statusCode;
    expect([await ask(site), await ask(floor), await ask(region), await ask(null)]).toEqual([201, 201, 422, 422]);
  });

  test('needs that I showed just now who I am', async () => {
    const browser = await signedIn((await somebody('risk-manager')).email);
    clock = new Date(clock.getTime() + 11 * 60_000);
    expect((await browser.post('/own-keys', { name: 'Key', roleKey: 'risk-manager', until: inDays(5) })).json()).toMatchObject({ type: 'urn:problem:identity.confirm_first' });
    admin = await signedIn(ADA);
  });

  test('ends with the grant that it stands on, and with its owner’s own access', async () => {
    const makeOne = async () => {
      const person = await somebody('risk-manager');
      const { secret } = (await (await signedIn(person.email)).post('/own-keys', { name: 'Key', roleKey: 'risk-manager', until: inDays(5) })).json<{ secret: string }>();
      expect((await asKey(secret)).statusCode).toBe(200);
      return { ...person, secret };
    };
    const [ended, suspended, shortened] = [await makeOne(), await makeOne(), await makeOne()];
    await fresh.owner.query(`update access.grant set until = now() where person_id = $1`, [ended.id]);
    await admin.post(`/api/people/${suspended.id}/suspend`, { reason: 'Lost badge' });
    for (const { secret } of [ended, suspended]) expect((await asKey(secret)).statusCode).toBe(401);
    await fresh.owner.query(`update access.grant set until = now() + interval '1 hour' where person_id = $1`, [shortened.id]);
    const { rows } = await fresh.owner.query<{ soon: boolean }>(`select s.expires_at < now() + interval '2 hours' as soon from identity.api_key k join access.session s on s.person_id = k.person_id where k.owner_id = $1`, [shortened.id]);
    expect(rows).toEqual([{ soon: true }]);
  });

  test('of somebody else is not mine to see or revoke', async () => {
    const [mine, theirs] = [await signedIn((await somebody('risk-manager')).email), await signedIn((await somebody('risk-manager')).email)];
    const { id, secret } = (await theirs.post('/own-keys', { name: 'Theirs', roleKey: 'risk-manager', until: inDays(5) })).json<{ id: string; secret: string }>();
    expect((await mine.get('/own-keys')).json()).toEqual({ items: [] });
    expect((await mine.remove(`/own-keys/${id}`)).statusCode).toBe(404);
    expect((await asKey(secret)).statusCode).toBe(200);
    expect((await admin.get('/keys')).json<{ items: { label: string; owner: string | null }[] }>().items.find(({ label }) => label === 'Theirs')?.owner).toMatch(/^Member/);
    expect((await admin.send(`/keys/${id}`, { method: 'DELETE' })).statusCode).toBe(200);
    expect((await asKey(secret)).statusCode).toBe(401);
  });
});

describe('coming back in', () => {
  test('by a link that an administrator made: once, for a day, the newest only, and other sessions end', async () => {
    const { id, email } = await somebody();
    const browser = await signedIn(email);
    const linkFor = async () => new URL((await admin.post(`/api/people/${id}/reset-link`)).json<{ url: string }>().url);
    const [older, link] = [await linkFor(), await linkFor()];
    expect(link.pathname).toBe('/reset');
    const reset = async (token: string, password = 'a password of my own') => (await aBrowser(app, '192.0.2.201').post('/reset', { token, password })).statusCode;
    expect(await reset(older.hash.slice(1))).toBe(422);
    expect(await browser.isSignedIn()).toBe(true);
    expect(await reset(link.hash.slice(1))).toBe(200);
    expect(await browser.isSignedIn()).toBe(false);
    expect(await reset(link.hash.slice(1))).toBe(422);
    expect((await aBrowser(app).post('/sign-in', { email, password: 'a password of my own' })).statusCode).toBe(200);
    expect((await fresh.owner.query(`select 1 from identity.reset_link where token_hash::text like '%' || $1 || '%'`, [link.hash.slice(1)])).rowCount).toBe(0);
    const late = await linkFor();
    clock = new Date(clock.getTime() + 25 * 3_600_000);
    expect(await reset(late.hash.slice(1))).toBe(422);
    admin = await signedIn(ADA);
  });

  test('of somebody invited makes them active, and a second factor is asked for as before', async () => {
    const { id } = (await admin.post('/api/people', { name: 'Will Waiting', signIn: { email: 'will@test.example' } })).json<{ id: string }>();
    const token = new URL((await admin.post(`/api/people/${id}/reset-link`)).json<{ url: string }>().url).hash.slice(1);
    expect((await aBrowser(app).post('/reset', { token, password: PASSWORD })).json()).toEqual({ email: 'will@test.example' });
    await signedIn('will@test.example');
  });

  test('nobody makes a link for themselves, for who has no address, or for who holds more than they', async () => {
    const me = (await admin.get('/me')).json<{ personId: string }>().personId;
    await fresh.owner.query('insert into people.person (id) values ($1) on conflict do nothing', [me]);
    expect((await admin.post(`/api/people/${me}/reset-link`)).statusCode).toBe(422);
    const { id } = (await admin.post('/api/people', { name: 'No Address' })).json<{ id: string }>();
    expect((await admin.post(`/api/people/${id}/reset-link`)).json()).toMatchObject({ type: 'urn:problem:identity.no_sign_in' });
  });
});

test('my own address changes once I showed who I am; it is told in the ledger without standing there in clear', async () => {
  const { id, email } = await somebody();
  const browser = await signedIn(email);
  expect((await browser.post('/email', { email: ADA })).json()).toMatchObject({ status: 409, errors: [{ pointer: '/email' }] });
  expect((await browser.post('/email', { email: 'New-Name@test.example' })).json()).toEqual({ email: 'new-name@test.example' });
  await signedIn('new-name@test.example');
  expect((await aBrowser(app).post('/sign-in', { email, password: PASSWORD })).statusCode).toBe(401);
  const { rows } = await fresh.owner.query<{ body: string }>(`select body from ledger.entry where record_id = $1 and verb = 'identity.email-changed'`, [id]);
  expect(rows[0]?.body).toMatch(/sha256:/);
  expect(rows[0]?.body).not.toMatch(/new-name|member-/);
  clock = new Date(clock.getTime() + 11 * 60_000);
  expect((await browser.post('/email', { email: 'again@test.example' })).json()).toMatchObject({ type: 'urn:problem:identity.confirm_first' });
});

describe('a password that is guessed first', () => {
  const common = { type: 'urn:problem:identity.common_password', status: 422 };

  test('is refused wherever somebody sets one, for themselves or for another, and nothing changes', async () => {
    const { id, email } = await somebody();
    const browser = await signedIn(email);
    const told = async (reply: { json<T>(): T }): Promise<object> => reply.json<object>();
    expect(await told(await browser.post('/password', { current: PASSWORD, next: 'Password1234' }))).toMatchObject({ ...common, errors: [{ pointer: '/next' }] });
    expect(await told(await admin.post(`/api/people/${id}/reset-password`, { password: 'qwertyuiop123' }))).toMatchObject({ ...common, errors: [{ pointer: '/password' }] });
    expect(await told(await admin.post('/api/people', { name: 'Newcomer', signIn: { email: 'newcomer@test.example', password: '123456789012' } }))).toMatchObject({ ...common, errors: [{ pointer: '/signIn/password' }] });
    const { url } = (await admin.post(`/api/people/${id}/reset-link`)).json<{ url: string }>();
    const token = url.split('#')[1];
    expect(await told(await browser.post('/reset', { token, password: 'parapet-2026!' }))).toMatchObject({ type: 'urn:problem:identity.password_of_names', errors: [{ pointer: '/password' }] });
    expect((await signedIn(email)).cookies.size).toBe(1);
    expect((await browser.post('/reset', { token, password: 'a crooked gate in Halden' })).statusCode).toBe(200);
  });
});

describe('a password of one’s own', () => {
  test('has 12 to 200 characters of any kind, fits as it was typed and no other way, and is changed by who knows the present one', async () => {
    const { email } = await somebody();
    const browser = await signedIn(email);
    const change = async (current: string, next: string): Promise<number> => (await browser.post('/password', { current, next })).statusCode;
    expect([await change(PASSWORD, 'eleven sign'), await change(PASSWORD, 'x'.repeat(201)), await change('not the present one', 'another quiet evening')]).toEqual([400, 400, 422]);
    const long = `${'Ünder the Brücke '.repeat(11)} 🦊 end`.slice(0, 199);
    expect(await change(PASSWORD, long)).toBe(200);
    const opens = async (password: string): Promise<number> => (await aBrowser(app, '192.0.2.201').post('/sign-in', { email, password })).statusCode;
    expect([await opens(long.toLowerCase()), await opens(long.slice(0, -1)), await opens(` ${long}`.slice(0, 200)), await opens(long)]).toEqual([401, 401, 401, 200]);
  });
});
