import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, aSession, type Somebody } from '#modules/identity/testing.ts';
import type { Json } from '#engines/scim/json.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { catchUp } from './rights.service.ts';
import { aGroup, anEntraUser, aSpeaker, ENTERPRISE, type Speaker } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let admin: Somebody;
let other: Somebody;
let works: string;
let berlin: string;
let entra: Speaker;

const api = async (who: Somebody, method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT', url: string, payload?: object) => {
  const reply = await app.inject({ method, url, headers: who.headers, ...(payload && { payload }) });
  return { status: reply.statusCode, body: (reply.body === '' ? {} : reply.json()) as Json & { items: Json[] } };
};
const rowsOf = async (sql: string, values: unknown[] = []) => (await fresh.owner.query<Record<string, unknown>>(sql, values)).rows;

async function aDirectory(name: string, facts: object = {}): Promise<{ id: string; secret: string }> {
  const { body, status } = await api(admin, 'POST', '/api/directory', { name, ...facts });
  expect([status, body]).toMatchObject([201, {}]);
  const key = await api(admin, 'POST', `/api/directory/${String(body['id'])}/keys`, { name: `${name} key` });
  return { id: String(body['id']), secret: String(key.body['secret']) };
}

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: await discoverModules(), ...(process.env['SHOW'] ? { log: { info: () => undefined, warn: () => undefined, error: (fields: object) => process.stderr.write(JSON.stringify(fields).slice(0, 900) + '\n') } } : {}) });
  admin = await aPerson(fresh, 'Ada Admin', { role: 'system-administrator' });
  other = await aPerson(fresh, 'Otto Other', { role: 'system-administrator' });
  const made = await api(admin, 'POST', '/api/sites', { code: 'BER', name: 'Berlin Works', kind: 'site', timeZone: 'Europe/Berlin', parentId: null });
  berlin = String(made.body['id']);
  const directory = await aDirectory('Entra ID');
  works = directory.id;
  entra = await aSpeaker(app, directory.secret);
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const joins = async (name: string, more: object = {}): Promise<string> => {
  const { status, body } = await entra.post('/Users', anEntraUser(name, more));
  expect([status, body], name).toMatchObject([201, { id: expect.any(String) as string }]);
  return String(body['id']);
};

describe('what a directory may ask', () => {
  test('tells what is supported, and nothing to who has no key of it', async () => {
    expect((await entra.get('/ServiceProviderConfig')).body).toMatchObject({ patch: { supported: true }, bulk: { supported: false }, filter: { supported: true, maxResults: 200 }, sort: { supported: true }, etag: { supported: true } });
    expect((await entra.get('/ResourceTypes')).body).toMatchObject({ totalResults: 2, Resources: [{ id: 'User', schemaExtensions: [{ schema: ENTERPRISE, required: false }] }, { id: 'Group' }] });
    expect((await entra.get('/Schemas')).body['totalResults']).toBe(3);
    expect((await entra.get(`/Schemas/${ENTERPRISE}`)).body).toMatchObject({ id: ENTERPRISE });
    const stranger = await aSpeaker(app, `ps_${'x'.repeat(43)}`);
    const refused = await stranger.get('/Users');
    expect([refused.status, refused.headers.get('content-type'), refused.headers.get('www-authenticate')]).toEqual([401, 'application/scim+json; charset=utf-8', 'Bearer realm="Parapet SCIM"']);
    expect(refused.body).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' });
    expect((await entra.post('/Bulk', {})).status).toBe(501);
    expect((await entra.get('/Me')).status).toBe(501);
    expect((await entra.get('/Nothing')).status).toBe(404);
  });

  test('its key opens nothing but its own door, and no person opens that', async () => {
    const { secret } = await aDirectory('Narrow');
    const headers = { authorization: `Bearer ${secret}` };
    for (const url of ['/api/people', '/api/directory', '/api/identity/grants', '/api/sites']) expect((await app.inject({ url, headers })).statusCode, url).toBe(403);
    expect((await app.inject({ url: '/scim/v2/Users', headers: admin.headers })).statusCode).toBe(403);
  });

  test('an ended key and a directory that is switched off end it at once', async () => {
    const { id, secret } = await aDirectory('Short');
    const speaker = await aSpeaker(app, secret);
    await api(admin, 'PATCH', `/api/directory/${id}`, { isOn: false });
    expect((await speaker.get('/Users')).status).toBe(403);
    await api(admin, 'PATCH', `/api/directory/${id}`, { isOn: true });
    expect((await speaker.get('/Users')).status).toBe(200);
    const { items } = (await api(admin, 'GET', '/api/directory')).body;
    const [key] = items.filter((one) => one['id'] === id).flatMap((one) => one['keys'] as Json[]).map((one) => one['id']);
    expect((await api(admin, 'DELETE', `/api/directory/${id}/keys/${String(key)}`)).status).toBe(200);
    await expect.poll(async () => (await speaker.get('/Users')).status, { timeout: 10_000 }).toBe(401);
  });
});

describe('people, as Entra ID sends them', () => {
  test('a joiner is invited, a mover changes, one who is stopped loses every session, and comes back', async () => {
    expect((await entra.get(`/Users?filter=${encodeURIComponent('userName eq "jo.joiner@works.example"')}`)).body).toMatchObject({ totalResults: 0, Resources: [] });
    const id = await joins('Jo Joiner');
    const found = await entra.get(`/Users?filter=${encodeURIComponent('userName eq "JO.joiner@works.example"')}`);
    expect(found.body).toMatchObject({ totalResults: 1, startIndex: 1, itemsPerPage: 1, Resources: [{ id, userName: 'jo.joiner@works.example', active: true, externalId: 'entra-jo' }] });
    const moved = await entra.patch(`/Users/${id}`, [
      { op: 'Replace', path: 'displayName', value: 'Jo Mover' }, { op: 'Add', path: 'title', value: 'Analyst' }, { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Security' },
      { op: 'Add', path: 'addresses[type eq "work"].formatted', value: 'berlin works' }, { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '+49 30 1234' }, { op: 'Add', path: 'addresses[type eq "work"].country', value: 'DE' },
    ]);
    expect([moved.status, moved.body]).toMatchObject([200, { displayName: 'Jo Mover', title: 'Analyst', [ENTERPRISE]: { department: 'Security' } }]);
    expect((await api(admin, 'GET', `/api/people/${id}`)).body).toMatchObject({ name: 'Jo Mover', title: 'Analyst', department: 'Security', siteId: berlin, phone: '+49 30 1234', state: 'invited' });
    await fresh.owner.query(`update access.person set state = 'active' where id = $1`, [id]);
    const session = await aSession(fresh, id);
    expect((await app.inject({ url: '/api/identity/me', headers: session })).statusCode).toBe(200);
    expect((await entra.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }])).body['active']).toBe(false);
    await expect.poll(async () => (await app.inject({ url: '/api/identity/me', headers: session })).statusCode, { timeout: 15_000 }).toBe(401);
    expect(await rowsOf('select id from access.session where person_id = $1', [id])).toEqual([]);
    expect((await rowsOf('select cause, settled_at from identity.handover where person_id = $1', [id]))[0]).toMatchObject({ cause: 'suspended', settled_at: expect.any(Date) as Date });
    expect((await entra.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'True' }])).body['active']).toBe(true);
  });

  test('whoever was suspended by hand is not let in again by a directory', async () => {
    const id = await joins('Sus Pended');
    await api(admin, 'POST', `/api/people/${id}/suspend`, { reason: 'Under inquiry' });
    const refused = await entra.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: true }]);
    expect([refused.status, refused.body['status']]).toEqual([403, '403']);
    expect((await rowsOf('select state from access.person where id = $1', [id]))[0]).toEqual({ state: 'suspended' });
  });

  test('a deleted one is a leaver, never deleted, and is not found again', async () => {
    const id = await joins('Leo Leaver');
    expect((await entra.remove(`/Users/${id}`)).status).toBe(204);
    expect((await entra.get(`/Users/${id}`)).status).toBe(404);
    expect((await entra.remove(`/Users/${id}`)).status).toBe(404);
    expect((await api(admin, 'GET', `/api/people/${id}`)).body).toMatchObject({ state: 'leaver', name: 'Leo Leaver' });
  });

  test('the same one twice at once is made once; the other hears of uniqueness', async () => {
    const both = await Promise.all([entra.post('/Users', anEntraUser('Twin One')), entra.post('/Users', anEntraUser('Twin One'))]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(both.find(({ status }) => status === 409)?.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
  });

  test('a changed address is another’s hand: sessions end and walls close', async () => {
    const id = await joins('Mia Mail');
    await fresh.owner.query(`update access.person set state = 'active' where id = $1`, [id]);
    const wall = await aWallKeptBy(id, admin.id);
    const session = await aSession(fresh, id);
    expect((await entra.patch(`/Users/${id}`, [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'mia.new@works.example' }])).status).toBe(200);
    expect(await rowsOf('select 1 from access.wall_member where wall_id = $1 and person_id = $2 and until > now()', [wall, id])).toEqual([]);
    expect((await rowsOf('select email from identity.credential where person_id = $1', [id]))[0]).toEqual({ email: 'mia.new@works.example' });
    await expect.poll(async () => (await app.inject({ url: '/api/identity/me', headers: session })).statusCode, { timeout: 15_000 }).toBe(401);
  });

  test('manager, versions, projection, pages and order', async () => {
    const [boss, member] = [await joins('Bea Boss'), await joins('Max Member')];
    expect((await entra.patch(`/Users/${member}`, [{ op: 'Add', path: `${ENTERPRISE}:manager`, value: boss }])).body[ENTERPRISE]).toMatchObject({ manager: { value: boss, displayName: 'Bea Boss' } });
    const read = await entra.get(`/Users/${member}?attributes=userName,${ENTERPRISE}:manager.value`);
    expect(Object.keys(read.body).sort()).toEqual(['id', 'schemas', ENTERPRISE, 'userName'].sort());
    const tag = read.headers.get('etag') ?? '';
    expect((await entra.get(`/Users/${member}`, { 'if-none-match': tag })).status).toBe(304);
    expect((await entra.patch(`/Users/${member}`, [{ op: 'replace', value: { title: 'One' } }], { 'if-match': tag })).status).toBe(200);
    expect((await entra.patch(`/Users/${member}`, [{ op: 'replace', value: { title: 'Two' } }], { 'if-match': tag })).status).toBe(412);
    const seen: string[] = [];
    for (let startIndex = 1; ; startIndex += 2) {
      const page = await entra.get(`/Users?startIndex=${startIndex}&count=2&sortBy=userName&attributes=userName`);
      seen.push(...(page.body['Resources'] as Json[]).map((one) => String(one['userName'])));
      if (startIndex + 2 > Number(page.body['totalResults'])) break;
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect((await entra.get('/Users?count=0')).body).toMatchObject({ itemsPerPage: 0, Resources: [] });
  });

  test('is refused in the words of the standard', async () => {
    const id = await joins('Ref Used');
    const typeOf = async (answer: Promise<{ status: number; body: Json }>) => answer.then(({ status, body }) => [status, body['scimType']]);
    expect(await typeOf(entra.get('/Users?filter=userName%20is%20%22x%22'))).toEqual([400, 'invalidFilter']);
    expect(await typeOf(entra.get('/Users?filter=shoeSize%20eq%20%2244%22'))).toEqual([400, 'invalidFilter']);
    expect(await typeOf(entra.patch(`/Users/${id}`, [{ op: 'replace', path: 'shoeSize', value: '44' }]))).toEqual([400, 'invalidPath']);
    expect(await typeOf(entra.patch(`/Users/${id}`, [{ op: 'remove' }]))).toEqual([400, 'noTarget']);
    expect(await typeOf(entra.patch(`/Users/${id}`, [{ op: 'replace', path: 'id', value: 'x' }]))).toEqual([400, 'mutability']);
    expect(await typeOf(entra.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: 'perhaps' }]))).toEqual([400, 'invalidValue']);
    expect(await typeOf(entra.post('/Users', { userName: 'x' }))).toEqual([400, 'invalidSyntax']);
    expect(await typeOf(entra.send('POST', '/Users', '{"broken'))).toEqual([400, 'invalidSyntax']);
    expect(await typeOf(entra.post('/Users', anEntraUser('Bad Mail', { userName: 'bad', emails: [{ type: 'work', value: 'no address' }] })))).toEqual([400, 'invalidValue']);
    const { items } = (await api(admin, 'GET', `/api/directory/${works}/arrivals?refused=true`)).body;
    expect(items[0]).toMatchObject({ what: 'create user', status: 400, why: expect.stringMatching(/address/) as string });
  });

  test.each([['SQL', `'); drop table directory.person; --`], ['a null character', 'a\0b'], ['a prototype', '__proto__'], ['markup', '<script>alert(1)</script>'], ['a long text', 'x'.repeat(100_000)]])('takes %s as text or refuses it in words', async (_name, text) => {
    const answers = [
      await entra.get(`/Users?filter=${encodeURIComponent(`displayName co ${JSON.stringify(text.slice(0, 3000))}`)}`), await entra.post('/Users', anEntraUser('Hos Tile', { displayName: text, title: text })),
      await entra.send('PATCH', `/Users/${text.slice(0, 200).replaceAll('\0', '%00').replaceAll('/', '_')}`, { [text.slice(0, 50)]: 1 }), await entra.post('/Groups', aGroup(text)),
    ];
    for (const { status } of answers) expect(status).toBeLessThan(500);
    await fresh.owner.query(`update directory.person set gone_at = now() where user_name = 'hos.tile@works.example'`);
    await fresh.owner.query(`update identity.credential set email = gen_random_uuid() || '@gone.example' where email = 'hos.tile@works.example'`);
  });
});

/** A wall with a custodian and somebody who leads it. */
async function aWallKeptBy(custodian: string, leader: string): Promise<string> {
  const wall = uuidv7();
  await fresh.owner.query('insert into access.wall (id, opened_by) values ($1, $2)', [wall, leader]);
  await fresh.owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select $1, p.id, r.id from (values ($2::uuid, 'wall-custodian'), ($3::uuid, 'wall-lead')) p (id, part) join access.role r on r.key = p.part`, [wall, custodian, leader]);
  return wall;
}

describe('who is not removed by a directory', () => {
  test('the only custodian of a wall, until another is named', async () => {
    const id = await joins('Kay Keeper');
    await fresh.owner.query(`update access.person set state = 'active' where id = $1`, [id]);
    const wall = await aWallKeptBy(id, admin.id);
    for (const refused of [await entra.remove(`/Users/${id}`), await entra.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }])]) expect([refused.status, String(refused.body['detail'])]).toEqual([403, expect.stringMatching(/does not remove/)]);
    expect((await rowsOf('select state from access.person where id = $1', [id]))[0]).toEqual({ state: 'active' });
    await fresh.owner.query(`update access.wall_member set part_id = (select id from access.role where key = 'wall-custodian') where wall_id = $1 and person_id = $2`, [wall, admin.id]);
    expect((await entra.remove(`/Users/${id}`)).status).toBe(204);
  });

  test('the last administrator, also where two would go at once', async () => {
    const { id: directoryId, secret } = await aDirectory('Takes over', { adopts: true });
    const speaker = await aSpeaker(app, secret);
    await fresh.owner.query(`insert into identity.credential (person_id, email) values ($1, 'ada@works.example'), ($2, 'otto@works.example')`, [admin.id, other.id]);
    for (const who of [admin, other]) expect((await speaker.patch(`/Users/${who.id}`, [{ op: 'add', path: 'externalId', value: who.id }])).status).toBe(200);
    const both = await Promise.all([admin, other].map((who) => speaker.patch(`/Users/${who.id}`, [{ op: 'Replace', path: 'active', value: 'False' }])));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403]);
    await fresh.owner.query(`update access.person set state = 'active' where id in ($1, $2)`, [admin.id, other.id]);
    [admin, other] = [{ ...admin, headers: await aSession(fresh, admin.id) }, { ...other, headers: await aSession(fresh, other.id) }];
    expect((await api(admin, 'GET', `/api/directory/${directoryId}/arrivals?refused=true`)).body.items).toMatchObject([{ what: 'change user', status: 403, about: expect.stringMatching(/Ada Admin|Otto Other/) as string }]);
    expect(await rowsOf(`select verb from ledger.entry where record_id = $1 and verb = 'directory.kept'`, [directoryId])).toHaveLength(1);
  });
});

describe('groups', () => {
  const members = (body: Json): string[] => ((body['members'] ?? []) as Json[]).map((one) => String(one['value'])).sort();
  const rolesOf = async (id: string) => (await rowsOf(`select r.key, g.site_id from access.grant g join access.role r on r.id = g.role_id where g.person_id = $1 and g.until > now() order by 1`, [id])).map((row) => row['key']);
  const groupOf = async (name: string, ids: readonly string[] = []) => String((await entra.post('/Groups', aGroup(name, ids))).body['id']);
  const map = (who: Somebody, groupId: string, roleKey: string, siteId: string | null) => api(who, 'POST', `/api/directory/${works}/mappings`, { groupId, roleKey, siteId, reason: 'As the company has it' });

  test('lose and double nobody, in every way that Entra ID and Okta send, also at once', async () => {
    const ids = await Promise.all(['Gia One', 'Gia Two', 'Gia Three', 'Gia Four'].map((name) => joins(name)));
    const [a = '', b = '', c = '', d = ''] = ids;
    const id = await groupOf('Guards', [a]);
    await Promise.all([b, c, d].map((value) => entra.patch(`/Groups/${id}`, [{ op: 'Add', path: 'members', value: [{ value }] }])));
    expect(members((await entra.get(`/Groups/${id}`)).body)).toEqual(ids.toSorted());
    await entra.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: a, display: 'again' }] }]);
    expect(members((await entra.patch(`/Groups/${id}`, [{ op: 'Remove', path: 'members', value: [{ value: a }] }])).body)).toEqual([b, c, d].toSorted());
    expect(members((await entra.patch(`/Groups/${id}`, [{ op: 'remove', path: `members[value eq "${b}"]` }])).body)).toEqual([c, d].toSorted());
    expect(members((await entra.patch(`/Groups/${id}`, [{ op: 'replace', value: { id, displayName: 'Guards of Berlin' } }])).body)).toEqual([c, d].toSorted());
    expect((await entra.get(`/Groups?excludedAttributes=members&filter=${encodeURIComponent(`displayName eq "guards of berlin" and members.value eq "${c}"`)}`)).body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
    expect((await entra.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: uuidv7() }] }])).body).toMatchObject({ status: '400', scimType: 'invalidValue' });
    expect((await entra.remove(`/Groups/${id}`)).status).toBe(204);
    expect((await entra.get(`/Groups/${id}`)).status).toBe(404);
  });

  test('give nothing by themselves; a mapping gives what its two makers may, and takes it back', async () => {
    const person = await joins('Rae Role');
    const id = await groupOf('Receptionists', [person]);
    expect(await rolesOf(person)).toEqual([]);
    const asked = await map(admin, id, 'reception', berlin);
    expect(asked.body).toMatchObject({ state: 'waiting', id: null });
    expect(await rolesOf(person)).toEqual([]);
    expect((await api(other, 'POST', `/api/two-person/${String(asked.body['decisionId'])}/approve`, {})).status).toBe(200);
    await Promise.all([catchUp(fresh.db), catchUp(fresh.db), catchUp(fresh.db)]);
    expect(await rolesOf(person)).toEqual(['reception']);
    const late = await joins('Lia Late');
    await entra.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: late }] }]);
    expect(await rolesOf(late)).toEqual(['reception']);
    await entra.patch(`/Groups/${id}`, [{ op: 'remove', path: `members[value eq "${late}"]` }]);
    expect(await rolesOf(late)).toEqual([]);
    const [mapping] = (await api(admin, 'GET', `/api/directory/${works}/groups`)).body.items.filter((one) => one['id'] === id).flatMap((one) => one['mappings'] as Json[]);
    expect(mapping).toMatchObject({ roleKey: 'reception', given: 1, madeBy: 'Ada Admin', approvedBy: 'Otto Other', refused: [] });
    expect((await api(admin, 'POST', `/api/directory/${works}/mappings/${String(mapping?.['id'])}/end`, { reason: 'No more' })).body).toEqual({ ended: 1 });
    expect(await rolesOf(person)).toEqual([]);
  });

  test('whoever may give a role at one site only gives it there by a group, and not to themselves', async () => {
    const id = await groupOf('Sites');
    await fresh.owner.query(`insert into access.role (key, title, kind) values ('site-keeper', 'Keeper of a site', 'human') on conflict do nothing`);
    await fresh.owner.query(`insert into access.role_permission (permission, role_id) select p, id from access.role, unnest('{identity:grant,identity:sessions,identity:read,sites:read,people:read}'::text[]) p where key = 'site-keeper'`);
    const keeper = await aPerson(fresh, 'Kim Keeper', { role: 'site-keeper', siteId: berlin });
    expect((await map(keeper, id, 'site-keeper', null)).status).toBe(403);
    expect((await map(keeper, id, 'wall-reader', berlin)).status).toBe(422);
    expect((await map(keeper, id, 'service-directory', berlin)).status).toBe(422);
    expect((await map(keeper, id, 'system-administrator', berlin)).body).toMatchObject({ id: null, state: 'waiting' });
    expect((await map(keeper, id, 'site-keeper', berlin)).body).toMatchObject({ state: 'given' });
    await fresh.owner.query(`insert into directory.person (person_id, directory_id, user_name, added_at, changed_at) values ($1, $2, 'kim@works.example', now(), now())`, [keeper.id, works]);
    const refused = await entra.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: keeper.id }] }]);
    expect([refused.status, String(refused.body['detail'])]).toEqual([400, expect.stringMatching(/made or approved themselves/)]);
  });

  test('a duty that is kept apart is refused with its reason, all of the request', async () => {
    const [clash, free] = [await joins('Cla Sh'), await joins('Fre E')];
    const id = await groupOf('Auditors');
    const { body } = await map(admin, id, 'auditor', null);
    await api(other, 'POST', `/api/two-person/${String(body['decisionId'])}/approve`, {});
    const door = await fresh.as(SERVICE.frontDoor);
    const { grantRole } = await import('#modules/identity/grants.service.ts');
    await grantRole(door, { personId: clash, roleKey: 'system-administrator', siteId: null, reason: 'For the test' });
    const refused = await entra.patch(`/Groups/${id}`, [{ op: 'Add', path: 'members', value: [{ value: free }, { value: clash }] }]);
    expect(refused.body).toMatchObject({ status: '400', scimType: 'invalidValue', detail: expect.stringMatching(/kept apart/) as string });
    expect([await rolesOf(free), members((await entra.get(`/Groups/${id}`)).body)]).toEqual([[], []]);
  });

  test('no group opens a wall, and the database gives nothing beyond a mapping', async () => {
    const person = await joins('Wal L');
    const actor = await fresh.as(String((await rowsOf('select actor_id from directory.directory where id = $1', [works]))[0]?.['actor_id']));
    const { directory, PROVISION } = await import('./rows.ts');
    const { sql } = await import('kysely');
    const attempt = (statement: ReturnType<typeof sql>) => directory.writeMany(actor, PROVISION, async (tx) => ({ changes: [], result: await statement.execute(tx) })).then(() => 'done', (error: { kind?: string; code?: string }) => error.kind ?? error.code);
    expect(await attempt(sql`insert into access.grant (id, person_id, role_id) select uuidv7(), ${person}::uuid, id from access.role where key = 'cso'`)).toBe('forbidden');
    expect(await attempt(sql`insert into access.wall_member (wall_id, person_id, part_id) select ${uuidv7()}::uuid, ${person}::uuid, id from access.role where key = 'wall-reader'`)).toBe('forbidden');
    expect(await attempt(sql`select directory.give(${uuidv7()}::uuid, ${person}::uuid)`)).toBe('forbidden');
    expect(await attempt(sql`insert into directory.mapping (id, directory_id, group_id, role_id, reason, made_by, made_at, until) select uuidv7(), ${works}::uuid, g.id, r.id, 'x', ${actor.personId}::uuid, now(), 'infinity' from directory."group" g, access.role r where r.key = 'cso' limit 1`)).toBe('forbidden');
  });
});

describe('one directory and another', () => {
  test('neither sees nor changes whom the other brought, and every request is in the ledger as its actor', async () => {
    const mine = await joins('Own Ed');
    const { id, secret } = await aDirectory('Okta', { adopts: true });
    const okta = await aSpeaker(app, secret);
    expect((await okta.get(`/Users/${mine}`)).status).toBe(404);
    expect((await okta.patch(`/Users/${mine}`, [{ op: 'replace', value: { active: false } }])).status).toBe(404);
    const rival = await okta.post('/Users', anEntraUser('Own Ed'));
    expect([rival.status, rival.body['scimType']]).toEqual([409, 'uniqueness']);
    const made = await okta.post('/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'oki@works.example', name: { givenName: 'Oki', familyName: 'Okta' }, emails: [{ primary: true, value: 'oki@works.example', type: 'work' }], displayName: 'Oki Okta', locale: 'en-US', externalId: '00u1', groups: [], password: 'ignored1234', active: true });
    expect(made.status).toBe(201);
    const replaced = await okta.put(`/Users/${String(made.body['id'])}`, { ...made.body, title: 'Officer', active: false });
    expect(replaced.body).toMatchObject({ title: 'Officer', active: false });
    const entries = await rowsOf(`select e.verb, p.name, p.kind from ledger.entry e join access.person p on p.id = e.actor where e.record_id = $1 and e.verb in ('directory.said', 'directory.asked', 'directory.refused') order by e.at`, [id]);
    expect(new Set(entries.map((row) => `${String(row['verb'])} ${String(row['name'])} ${String(row['kind'])}`))).toEqual(new Set(['directory.refused Okta service', 'directory.said Okta service']));
    expect(entries.length).toBeGreaterThanOrEqual(5);
  });

  test('with a provider of single sign-on a joiner is linked by the subject it knows them by', async () => {
    const providerId = uuidv7();
    await fresh.owner.query(`insert into identity.provider (id, name, issuer, client_id, scopes, second_factor, is_on, made_at, made_by, changed_at) values ($1, 'House', 'https://login.works.example', 'parapet', 'openid', 'ask', true, now(), $2, now())`, [providerId, admin.id]);
    const { secret } = await aDirectory('Linked', { providerId, subjectFrom: 'external-id' });
    const linked = await aSpeaker(app, secret);
    const { body } = await linked.post('/Users', anEntraUser('Lin Ked'));
    expect(await rowsOf('select l.subject, p.state from identity.link l join access.person p on p.id = l.person_id where l.person_id = $1', [body['id']])).toEqual([{ subject: 'entra-lin', state: 'active' }]);
  });
});
