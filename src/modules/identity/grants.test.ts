import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import sites from '#modules/sites/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import twoPerson from '#platform/two-person/module.ts';
import identity from './module.ts';
import type { Given, Offer } from './rights-contract.ts';
import { aPerson, type Somebody } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let utrecht: string, cork: string;
let chief: Somebody, admin: Somebody, keeper: Somebody, second: Somebody;

const send = (who: Pick<Somebody, 'headers'>, method: 'GET' | 'POST', url: string, payload?: object) => app.inject({ method, url: `/api${url}`, headers: who.headers, ...(payload && { payload }) });
const give = (who: Somebody, payload: object) => send(who, 'POST', '/identity/grants', { reason: 'For a test', ...payload });
const approve = (who: Somebody, { decisionId }: Given) => send(who, 'POST', `/two-person/${decisionId}/approve`, {});
const rolesOf = async (who: Somebody): Promise<string[]> => (await fresh.owner.query<{ key: string }>(`select r.key from access.grant g join access.role r on r.id = g.role_id where g.person_id = $1 and g.until > now() order by 1`, [who.id])).rows.map(({ key }) => key);
const someone = (...roles: Parameters<typeof aPerson>[2][]) => aPerson(fresh, `Someone ${uuidv7()}`, ...roles);

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [identity, sites, twoPerson] });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  const aSite = async (code: string): Promise<string> => (await send(chief, 'POST', '/sites', { code, name: `Site ${code}`, kind: 'site', timeZone: 'UTC' })).json().id;
  [utrecht, cork] = [await aSite('UTR'), await aSite('CRK')];
  admin = await aPerson(fresh, 'Ada Admin', { role: 'system-administrator' });
  keeper = await aPerson(fresh, 'Karl Keeper', { role: 'system-administrator', siteId: utrecht });
  second = await aPerson(fresh, 'Sven Second', { role: 'system-administrator', siteId: utrecht });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('a role', () => {
  test('that the giver holds whole at that site is given at once', async () => {
    const who = await someone();
    expect((await give(keeper, { personId: who.id, roleKey: 'system-administrator', siteId: utrecht })).json()).toMatchObject({ state: 'given', decisionId: null, id: expect.any(String) });
    expect(await rolesOf(who)).toEqual(['system-administrator']);
  });

  test('that may more than its giver waits for another person, who sees what it is about and gives it by approving', async () => {
    const who = await someone();
    const proposed = await give(keeper, { personId: who.id, roleKey: 'gsoc-operator', siteId: utrecht });
    expect([proposed.statusCode, proposed.json()]).toEqual([201, { id: null, state: 'waiting', decisionId: expect.any(String) }]);
    expect(await rolesOf(who)).toEqual([]);
    expect((await send(second, 'GET', `/two-person/${proposed.json().decisionId}`)).json()).toMatchObject({ kind: 'identity.grant', facts: { role: 'GSOC operator', site: 'Site UTR (UTR)' }, subject: { id: who.id }, may: ['approve', 'refuse'] });
    expect((await approve(second, proposed.json())).statusCode).toBe(200);
    const [grant] = (await send(admin, 'GET', `/identity/grants?personId=${who.id}`)).json().items;
    expect(grant).toMatchObject({ roleKey: 'gsoc-operator', grantedBy: 'Karl Keeper', approvedBy: 'Sven Second', isAlone: false });
  });

  test('over the whole organisation always takes two, although the giver holds all of it', async () => {
    const who = await someone();
    const proposed = (await give(admin, { personId: who.id, roleKey: 'system-administrator' })).json<Given>();
    expect(proposed.state).toBe('waiting');
    expect((await approve(keeper, proposed)).statusCode).toBe(404);
    expect((await approve(chief, proposed)).statusCode).toBe(200);
    expect(await rolesOf(who)).toEqual(['system-administrator']);
  });

  test('is given by nobody beyond their place, to nobody by themselves, and decided by nobody about themselves', async () => {
    const who = await someone();
    expect((await give(keeper, { personId: who.id, roleKey: 'reception', siteId: cork })).statusCode).toBe(403);
    expect((await give(keeper, { personId: who.id, roleKey: 'reception' })).statusCode).toBe(403);
    expect((await give(keeper, { personId: keeper.id, roleKey: 'reception', siteId: utrecht })).statusCode).toBe(403);
    const forSecond = (await give(keeper, { personId: second.id, roleKey: 'reception', siteId: utrecht })).json<Given>();
    expect((await approve(second, forSecond)).statusCode).toBe(404);
    expect(await rolesOf(second)).toEqual(['system-administrator']);
  });

  test('is not given to a service, nor to somebody who left', async () => {
    const gone = await someone();
    await fresh.owner.query(`update access.person set state = 'leaver' where id = $1`, [gone.id]);
    for (const personId of [gone.id, '00000000-0000-7000-8000-000000000002', uuidv7()]) expect((await give(keeper, { personId, roleKey: 'reception', siteId: utrecht })).json().type).toBe('urn:problem:identity.no_such_person');
  });

  test('that a machine has the right to give is given by it as far as it holds it, and proposed by it never', async () => {
    const { secret } = (await send(admin, 'POST', '/identity/keys', { name: 'Script', roleKey: 'system-administrator', siteId: utrecht })).json<{ secret: string }>();
    const key = { id: '', headers: { authorization: `Bearer ${secret}` } };
    const who = await someone();
    expect((await give(key, { personId: who.id, roleKey: 'system-administrator', siteId: utrecht })).json()).toMatchObject({ state: 'given' });
    expect((await give(key, { personId: who.id, roleKey: 'gsoc-operator', siteId: utrecht })).json()).toMatchObject({ status: 403, type: 'urn:problem:decisions.not_qualified' });
  });
});

describe('duties that are kept apart', () => {
  test('are not given to one person, with the reason, neither at once nor by a decision', async () => {
    const who = await someone({ role: 'auditor' });
    const refused = await give(admin, { personId: who.id, roleKey: 'system-administrator' });
    expect(refused.json()).toMatchObject({ status: 422, type: 'urn:problem:identity.separation_of_duty', errors: [{ pointer: '/roleKey', detail: 'Reader of the ledger is not its keeper.' }] });
    expect((await give(keeper, { personId: who.id, roleKey: 'system-administrator', siteId: utrecht })).json().type).toBe('urn:problem:identity.separation_of_duty');
  });

  test('are asked for again when it is approved: what came between is not passed over, and nothing is decided', async () => {
    const who = await someone();
    const waiting = (await give(admin, { personId: who.id, roleKey: 'auditor' })).json<Given>();
    expect((await give(keeper, { personId: who.id, roleKey: 'system-administrator', siteId: utrecht })).json().state).toBe('given');
    expect((await approve(chief, waiting)).json().type).toBe('urn:problem:identity.separation_of_duty');
    expect((await send(chief, 'GET', `/two-person/${waiting.decisionId}`)).json().state).toBe('waiting');
    expect(await rolesOf(who)).toEqual(['system-administrator']);
  });

  test('given by two at the same moment come one after the other: one is refused', async () => {
    for (let round = 0; round < 4; round++) {
      const who = await someone();
      const waiting = (await give(admin, { personId: who.id, roleKey: 'auditor' })).json<Given>();
      const replies = await Promise.all([approve(chief, waiting), give(keeper, { personId: who.id, roleKey: 'system-administrator', siteId: utrecht })]);
      expect(replies.map((reply) => (reply.statusCode < 300 ? 'given' : reply.json().type)).sort()).toEqual(['given', 'urn:problem:identity.separation_of_duty']);
    }
  });

  test('are shown before anything is given, with what is lacking and whether somebody else could decide', async () => {
    const who = await someone({ role: 'auditor' });
    const offers = (await send(keeper, 'GET', `/identity/roles/offers?personId=${who.id}&siteId=${utrecht}`)).json<{ isAlone: boolean; items: Offer[] }>();
    const of = (key: string) => offers.items.find(({ roleKey }) => roleKey === key);
    expect(offers.isAlone).toBe(false);
    expect(of('system-administrator')).toMatchObject({ how: 'barred', keptApart: [{ key: 'sod-17', kind: 'static', why: 'Reader of the ledger is not its keeper.' }] });
    expect(of('gsoc-operator')).toMatchObject({ how: 'two-people', keptApart: [] });
    expect(of('gsoc-operator')?.lacking.map(({ key }) => key)).toContain('alarms:handle');
    for (const place of [`&siteId=${cork}`, '']) expect((await send(keeper, 'GET', `/identity/roles/offers?personId=${who.id}${place}`)).json()).toEqual({ mayGive: false, isAlone: false, items: [] });
  });
});

describe('below the verbs', () => {
  /** A statement as this person, under the right to grant. */
  const asGiver = (who: Somebody, text: string, permission = 'identity:grant'): Promise<string | number> => fresh.db.send([
    { text: `select set_config('parapet.person', $1, true), set_config('role', (select db_role from access.person where id = $1::uuid), true), set_config('parapet.permission', $2, true)`, values: [who.id, permission] },
    { text, values: [] },
  ]).then(([, done]) => done?.count ?? 0, (error: { code: string }) => error.code);
  const insert = (personId: string, role: string, site: string | null, more = '', value = '') => `insert into access.grant (id, person_id, role_id, site_id, granted_by${more}) select uuidv7(), '${personId}', id, ${site ? `'${site}'` : 'null'}, null${value} from access.role where key = '${role}'`;

  test('the database itself takes no grant of what its giver does not hold, nor over the organisation, nor with a decision that is another', async () => {
    const who = await someone();
    expect(await asGiver(keeper, insert(who.id, 'system-administrator', utrecht))).toBe(1);
    for (const [giver, role, site] of [[keeper, 'gsoc-operator', utrecht], [keeper, 'system-administrator', cork], [keeper, 'system-administrator', null], [admin, 'system-administrator', null], [admin, 'gsoc-operator', utrecht], [keeper, 'service-source', utrecht], [keeper, 'wall-lead', utrecht]] as const) {
      expect([role, await asGiver(giver, insert(who.id, role, site))]).toEqual([role, '42501']);
    }
    const waiting = (await give(keeper, { personId: who.id, roleKey: 'gsoc-operator', siteId: utrecht })).json<Given>();
    const withIt = (role: string, personId = who.id) => insert(personId, role, utrecht, ', decision_id', `, '${waiting.decisionId}'`);
    expect(await asGiver(second, withIt('gsoc-operator'))).toBe('42501');
    expect((await approve(second, waiting)).statusCode).toBe(200);
    for (const [role, personId] of [['gsoc-supervisor', who.id], ['gsoc-operator', admin.id]] as const) expect(await asGiver(second, withIt(role, personId))).toBe('42501');
    expect(await asGiver(second, withIt('gsoc-operator'))).toBe('23505');
    expect(await asGiver(admin, insert(who.id, 'gsoc-operator', utrecht), 'identity:sessions')).toBe('42501');
  });

  test('a grant is ended, and nothing else of it changes', async () => {
    const who = await someone({ role: 'system-administrator', siteId: utrecht });
    for (const set of [`role_id = (select id from access.role where key = 'cso')`, `site_id = null`, `person_id = '${keeper.id}'`, `until = 'infinity'`, `until = until + interval '1 day'`]) expect([set, await asGiver(keeper, `update access.grant set ${set} where person_id = '${who.id}'`)]).toEqual([set, '42501']);
    expect(await asGiver(keeper, `update access.grant set until = now() where person_id = '${who.id}' and since < now()`)).toBe(1);
  });
});

describe('a first administrator', () => {
  test('gives the first roles alone, marked so, until somebody of another making can decide with them', async () => {
    const empty = await freshDatabase();
    const own = await buildServer({ db: empty.db, modules: [identity, twoPerson] });
    const post = async (url: string, payload: object, cookie = '') => own.inject({ method: 'POST', url: `/api${url}`, payload, headers: cookie ? { cookie } : {} });
    const founder = { email: 'ada@test.example', password: 'correct horse battery' };
    await post('/identity/setup', { organisation: 'Test Works', name: 'Ada Admin', ...founder });
    const cookie = String((await post('/identity/sign-in', founder)).headers['set-cookie']).split(';')[0] as string;
    const { personId: ada } = (await own.inject({ url: '/api/identity/me', headers: { cookie } })).json();
    const cleo = await aPerson(empty, 'Cleo Chief');
    await empty.owner.query('insert into two_person.touched (person_id, by_id) values ($1, $2)', [cleo.id, ada]);
    const given = (await post('/identity/grants', { personId: cleo.id, roleKey: 'cso', reason: 'Owns the programme' }, cookie)).json<Given>();
    expect(given).toMatchObject({ state: 'alone', id: expect.any(String) });
    expect((await own.inject({ url: `/api/identity/grants?personId=${cleo.id}`, headers: { cookie } })).json().items[0]).toMatchObject({ isAlone: true, approvedBy: 'Ada Admin' });
    expect((await own.inject({ url: '/api/two-person/waiting', headers: cleo.headers })).json()).toEqual({ toDecide: 0, toReview: 0 });
    const third = await aPerson(empty, 'Theo Third');
    expect((await post('/identity/grants', { personId: third.id, roleKey: 'gsoc-operator', reason: 'Works the queue' }, cookie)).json().state).toBe('alone');
    expect((await own.inject({ url: '/api/two-person/waiting', headers: cleo.headers })).json()).toEqual({ toDecide: 0, toReview: 1 });
    await empty.owner.query(`update access.person set created_at = now() - interval '2 days'`);
    await empty.owner.query(`update two_person.touched set at = now() - interval '2 days'`);
    const later = (await post('/identity/grants', { personId: third.id, roleKey: 'reception', reason: 'Helps out' }, cookie)).json<Given>();
    expect(later.state).toBe('waiting');
    expect((await own.inject({ method: 'POST', url: `/api/two-person/${later.decisionId}/approve`, headers: cleo.headers, payload: {} })).statusCode).toBe(200);
    await own.close();
    await empty.drop();
  });
});
