import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import identity from '#modules/identity/module.ts';
import { aPerson, aSession, type Somebody } from '#modules/identity/testing.ts';
import sites from '#modules/sites/module.ts';
import twoPerson from '#platform/two-person/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import people from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let admin: Somebody;
let chief: Somebody;
let operator: Somebody;
let keeper: Somebody;
let utrecht: string;
let cork: string;

const NOWHERE = '019a0000-0000-7000-8000-000000000000';
type Method = 'GET' | 'POST' | 'PATCH' | 'PUT';
const call = (method: Method, url: string, who: Somebody, payload?: object, headers: Record<string, string> = {}) => app.inject({ method, url: `/api/people${url}`, headers: { ...who.headers, ...headers }, ...(payload ? { payload } : {}) });
const add = async (payload: object, who = chief) => {
  const reply = await call('POST', '', who, payload);
  expect(reply.statusCode, reply.body).toBe(201);
  return reply.json();
};
const namesFor = async (who: Somebody, query = ''): Promise<string[]> => (await call('GET', `?limit=200${query}`, who)).json().items.map((person: { name: string }) => person.name);
const signIn = (email: string, password: string) => app.inject({ method: 'POST', url: '/api/identity/sign-in', payload: { email, password } });
const aSite = async (code: string, name: string): Promise<string> => (await app.inject({ method: 'POST', url: '/api/sites', headers: chief.headers, payload: { code, name, kind: 'site', timeZone: 'UTC' } })).json().id;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [identity, sites, people, twoPerson] });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  admin = await aPerson(fresh, 'Ada Admin', { role: 'system-administrator' });
  utrecht = await aSite('UTR', 'Halden House');
  cork = await aSite('CRK', 'Cork');
  operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: utrecht });
  keeper = await aPerson(fresh, 'Karl Keeper', { role: 'system-administrator', siteId: utrecht });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('the register', () => {
  test('holds everybody who may sign in, whichever verb made them, and no service of the product', async () => {
    const names = await namesFor(chief);
    expect(names).toEqual(expect.arrayContaining(['Ada Admin', 'Cleo Chief', 'Olga Operator']));
    expect(names).not.toContain('Front door');
    const frontDoor = '00000000-0000-7000-8000-000000000001';
    expect((await call('GET', `/${frontDoor}`, admin)).statusCode).toBe(404);
  });

  test('a person has a home site, whose readers see them; without one, only readers of the whole organisation do', async () => {
    const here = await add({ name: 'Hanna Here', siteId: utrecht, title: 'Receptionist', employer: 'Halden Works', email: 'hanna@halden.example', phone: '+31 30 123 4567' });
    await add({ name: 'Theo There', siteId: cork });
    await add({ name: 'Nora Nowhere' });
    expect(here).toMatchObject({ state: 'invited', site: 'Halden House', version: 1 });
    expect(await namesFor(operator)).toEqual(['Hanna Here']);
    expect((await call('GET', `/${here.id}`, operator)).statusCode).toBe(200);
    expect(await namesFor(chief, `&siteId=${cork}`)).toEqual(['Theo There']);
    expect(await namesFor(chief, '&q=reception')).toEqual(['Hanna Here']);
  });

  test('who is out of sight answers with the same bytes as nobody, for every verb', async () => {
    const there = await add({ name: 'Tina There', siteId: cork });
    for (const [method, path, payload] of [['GET', '', undefined], ['PATCH', '', { title: 'Spy' }], ['POST', '/suspend', { reason: 'because' }], ['POST', '/reset-password', { password: 'correct horse battery' }], ['PUT', '/sign-in', { email: 'x@y.example' }]] as const) {
      const bytes = async (id: string) => (await call(method, `/${id}${path}`, keeper, payload)).body.replace(/"instance":"[^"]+"/, '');
      expect(await bytes(there.id)).toBe(await bytes(NOWHERE));
      expect(await bytes(there.id)).toContain('"status":404');
    }
  });

  test('a keeper of one site adds and changes people there, and moves nobody out of it', async () => {
    const mine = await add({ name: 'Mona Mine', siteId: utrecht }, keeper);
    expect((await call('PATCH', `/${mine.id}`, keeper, { title: 'Guard' })).json()).toMatchObject({ title: 'Guard', version: 2 });
    expect((await call('PATCH', `/${mine.id}`, keeper, { siteId: cork })).statusCode).toBe(403);
    expect((await call('POST', '', keeper, { name: 'Stranger', siteId: cork })).statusCode).toBe(403);
    expect((await call('POST', '', keeper, { name: 'Stranger' })).statusCode).toBe(403);
    expect((await call('PATCH', `/${mine.id}`, operator, { title: 'Boss' })).statusCode).toBe(403);
  });

  test('pages by name without losing or repeating anybody, two of one name included', async () => {
    await add({ name: 'Same Name' });
    await add({ name: 'Same Name' });
    const seen: string[] = [];
    let after = '';
    do {
      const page = (await call('GET', `?limit=1${after}`, chief)).json();
      seen.push(...page.items.map((person: { id: string }) => person.id));
      after = page.next ? `&after=${page.next}` : '';
    } while (after);
    expect([new Set(seen).size, seen.length]).toEqual([seen.length, (await call('GET', '', chief)).json().total]);
  });

  test('any active person may choose a colleague by name, and learns nothing but the name', async () => {
    const items = (await call('GET', '/names?q=chief', operator)).json().items;
    expect(items).toEqual([{ id: chief.id, name: 'Cleo Chief' }]);
  });

  test('a stale If-Match is 412, and a change carries name, header and search along', async () => {
    const person = await add({ name: 'Vera Version', email: 'vera@halden.example' });
    expect((await call('PATCH', `/${person.id}`, chief, { name: 'Vera Newname' }, { 'if-match': '"1"' })).headers['etag']).toBe('"2"');
    expect((await call('PATCH', `/${person.id}`, chief, { name: 'Old' }, { 'if-match': '"1"' })).statusCode).toBe(412);
    const { rows } = await fresh.owner.query('select r.title, s.words from platform.record r join platform.search s on s.record_id = r.id where r.id = $1', [person.id]);
    expect(rows[0].title).toBe('Vera Newname');
    expect(rows[0].words).toContain('vera@halden.example');
    const { rows: bodies } = await fresh.owner.query(`select body from ledger.entry where record_id = $1`, [person.id]);
    expect(bodies.map((row) => row.body).join()).not.toContain('Vera');
  });

  test.each([
    ['no name', { name: ' ' }], ['an unknown field', { name: 'A', state: 'active' }], ['a number for a name', { name: 1 }], ['a broken address', { name: 'A', email: 'nobody' }], ['letters for a telephone', { name: 'A', phone: 'call me' }],
    ['a short password', { name: 'A', signIn: { email: 'a@b.example', password: 'short' } }], ['a site that is no id', { name: 'A', siteId: "' or 1=1 --" }], ['a null byte', { name: 'A\u0000' }],
  ])('%s is 400', async (_what, payload) => {
    expect((await call('POST', '', chief, payload)).statusCode).toBe(400);
  });

  test('markup in a name comes back as text', async () => {
    const name = '<script>alert(1)</script> & "O\'Neil"';
    expect((await call('GET', `/${(await add({ name })).id}`, chief)).json().name).toBe(name);
  });
});

describe('signing in', () => {
  test('a person added with a password signs in at once; with an address only they wait for one', async () => {
    const ready = await add({ name: 'Rita Ready', signIn: { email: 'Rita@halden.example', password: 'correct horse battery' } }, admin);
    const waiting = await add({ name: 'Will Waiting', signIn: { email: 'will@halden.example' } }, admin);
    expect([ready.state, waiting.state]).toEqual(['active', 'invited']);
    expect((await signIn('rita@halden.example', 'correct horse battery')).statusCode).toBe(200);
    expect((await signIn('will@halden.example', 'correct horse battery')).statusCode).toBe(401);
    await call('POST', `/${waiting.id}/reset-password`, admin, { password: 'another horse battery' });
    expect((await signIn('will@halden.example', 'another horse battery')).statusCode).toBe(200);
    expect((await call('GET', `/${waiting.id}`, admin)).json()).toMatchObject({ state: 'active', signIn: { email: 'will@halden.example', changedBy: 'Ada Admin' } });
  });

  test('how somebody signs in is shown to who administers sign-ins, and to nobody else', async () => {
    const person = await add({ name: 'Sara Signed', siteId: utrecht, signIn: { email: 'sara@halden.example' } }, admin);
    expect((await call('GET', `/${person.id}`, keeper)).json().signIn).toMatchObject({ email: 'sara@halden.example' });
    expect((await call('GET', `/${person.id}`, operator)).json()).toMatchObject({ name: 'Sara Signed', signIn: null, turn: null });
  });

  test('who writes the register without administering sign-ins adds a person, and no way in', async () => {
    const importer = { id: '', headers: await aSession(fresh, '00000000-0000-7000-8000-000000000004') };
    expect((await call('POST', '', importer, { name: 'Ina Imported' })).statusCode).toBe(201);
    expect((await call('POST', '', importer, { name: 'Ivo Intruder', signIn: { email: 'ivo@halden.example', password: 'correct horse battery' } })).statusCode).toBe(403);
    expect(await namesFor(chief, '&q=Intruder')).toEqual([]);
  });

  test('one address signs in one person: of two at once one is told that it is taken', async () => {
    const replies = await Promise.all(['A', 'B'].map((name) => call('POST', '', admin, { name, signIn: { email: 'twin@halden.example' } })));
    expect(replies.map((reply) => reply.statusCode).sort()).toEqual([201, 409]);
    const lone = await add({ name: 'Lone' });
    expect((await call('PUT', `/${lone.id}/sign-in`, admin, { email: 'TWIN@halden.example' })).json().type).toBe('urn:problem:identity.email_taken');
  });

  test('suspending ends every session at once, says who did it to who comes second, and is taken back', async () => {
    const guard = await aPerson(fresh, 'Gus Guard', { role: 'gsoc-operator' });
    expect((await call('GET', '', guard)).statusCode).toBe(200);
    expect((await call('POST', `/${guard.id}/suspend`, admin, { reason: 'Lost badge' })).json()).toEqual({ id: guard.id, state: 'suspended', handoverId: expect.any(String) });
    expect((await call('GET', '', guard)).statusCode).toBe(401);
    const second = await call('POST', `/${guard.id}/suspend`, admin, { reason: 'Again' });
    expect([second.statusCode, second.json().by]).toEqual([409, 'Ada Admin']);
    expect((await call('GET', `/${guard.id}`, admin)).json().turn).toMatchObject({ state: 'suspended', reason: 'Lost badge', by: 'Ada Admin' });
    await call('POST', `/${guard.id}/reactivate`, admin, { reason: 'Found it' });
    expect((await call('GET', '', guard)).statusCode).toBe(401);
    expect((await call('GET', '', { ...guard, headers: await aSession(fresh, guard.id) })).statusCode).toBe(200);
    expect((await fresh.owner.query('select state from platform.record where id = $1', [guard.id])).rows[0].state).toBe('active');
  });

  test('of two who suspend one person at the same moment, one does and the other is told', async () => {
    const target = await add({ name: 'Tom Target' });
    const replies = await Promise.all([1, 2].map(() => call('POST', `/${target.id}/suspend`, admin, { reason: 'Race' })));
    expect(replies.map((reply) => reply.statusCode).sort()).toEqual([200, 409]);
  });

  test('who has left does not come back', async () => {
    const gone = await add({ name: 'Lea Leaver' });
    expect((await call('POST', `/${gone.id}/leave`, admin, { reason: 'New job' })).json().state).toBe('leaver');
    expect((await call('POST', `/${gone.id}/reactivate`, admin, { reason: 'Came back' })).statusCode).toBe(409);
  });

  test('nobody suspends themselves, or gives themselves a password or an address', async () => {
    expect((await call('POST', `/${admin.id}/suspend`, admin, { reason: 'Holiday' })).statusCode).toBe(422);
    expect((await call('POST', `/${admin.id}/reset-password`, admin, { password: 'correct horse battery' })).statusCode).toBe(422);
    expect((await call('PUT', `/${admin.id}/sign-in`, admin, { email: 'new@halden.example' })).statusCode).toBe(422);
  });

  test('a keeper of one site cannot take over who holds more than that site, although their home is there', async () => {
    const boss = await add({ name: 'Bea Boss', siteId: utrecht, signIn: { email: 'bea@halden.example', password: 'correct horse battery' } }, admin);
    const { decisionId } = (await app.inject({ method: 'POST', url: '/api/identity/grants', headers: admin.headers, payload: { personId: boss.id, roleKey: 'cso', reason: 'New chief' } })).json();
    expect((await app.inject({ method: 'POST', url: `/api/two-person/${decisionId}/approve`, headers: chief.headers, payload: {} })).statusCode).toBe(200);
    const taken = await call('POST', `/${boss.id}/reset-password`, keeper, { password: 'mine mine mine mine' });
    expect([taken.statusCode, taken.json().type]).toEqual([403, 'urn:problem:identity.beyond_reach']);
    expect((await call('POST', `/${boss.id}/suspend`, keeper, { reason: 'Coup' })).statusCode).toBe(403);
    expect((await signIn('bea@halden.example', 'correct horse battery')).statusCode).toBe(200);
  });

  test('a password given by another hand closes the walls to that person', async () => {
    const lead = await aPerson(fresh, 'Lars Lead');
    await fresh.owner.query(`insert into identity.credential (person_id, email) values ($1, 'lars@halden.example')`, [lead.id]);
    await fresh.owner.query(`with w as (insert into access.wall (id, opened_by) values (uuidv7(), $1) returning id) insert into access.wall_member (wall_id, person_id, part_id, since) select w.id, $1, r.id, now() - interval '1 hour' from w, access.role r where r.key = 'wall-lead'`, [lead.id]);
    await call('POST', `/${lead.id}/reset-password`, admin, { password: 'correct horse battery' });
    const { rows } = await fresh.owner.query('select until <= now() as closed from access.wall_member where person_id = $1', [lead.id]);
    expect(rows).toEqual([{ closed: true }]);
  });
});

describe('granting', () => {
  const grant = (who: Somebody, payload: object) => app.inject({ method: 'POST', url: '/api/identity/grants', headers: who.headers, payload: { roleKey: 'gsoc-operator', reason: 'For a test', ...payload } });

  test('a keeper of one site grants there and below, neither elsewhere nor over the organisation', async () => {
    const someone = await add({ name: 'Sia Someone', siteId: utrecht });
    expect((await grant(keeper, { personId: someone.id, siteId: utrecht })).statusCode).toBe(201);
    expect((await grant(keeper, { personId: someone.id, siteId: cork })).statusCode).toBe(403);
    expect((await grant(keeper, { personId: someone.id })).statusCode).toBe(403);
  });

  test('a keeper of one site ends no grant beyond it, and makes no key beyond it', async () => {
    const someone = await aPerson(fresh, 'Sam Someone', { role: 'gsoc-operator' });
    const { id } = (await app.inject({ url: `/api/identity/grants?personId=${someone.id}`, headers: admin.headers })).json().items[0];
    expect((await app.inject({ method: 'POST', url: `/api/identity/grants/${id}/end`, headers: keeper.headers, payload: { reason: 'Mine now' } })).statusCode).toBe(403);
    expect((await app.inject({ method: 'POST', url: '/api/identity/keys', headers: keeper.headers, payload: { name: 'Mine', roleKey: 'cso' } })).statusCode).toBe(403);
  });

  test('a grant opens the door at once and its end closes it at once', async () => {
    const someone = await aPerson(fresh, 'Pia Plain');
    expect((await call('GET', '', someone)).statusCode).toBe(403);
    const { decisionId } = (await grant(admin, { personId: someone.id, siteId: utrecht })).json();
    expect((await call('GET', '', someone)).statusCode).toBe(403);
    await app.inject({ method: 'POST', url: `/api/two-person/${decisionId}/approve`, headers: chief.headers, payload: {} });
    const { id } = (await app.inject({ url: `/api/identity/grants?personId=${someone.id}`, headers: admin.headers })).json().items[0];
    expect(await namesFor(someone)).toContain('Hanna Here');
    await app.inject({ method: 'POST', url: `/api/identity/grants/${id}/end`, headers: admin.headers, payload: { reason: 'Enough' } });
    expect((await call('GET', '', someone)).statusCode).toBe(403);
  });
});
