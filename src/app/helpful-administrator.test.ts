import { rmSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aProvider, CLIENT, walk } from '#modules/identity/oidc/testing.ts';
import { aDataFolder, shownBy } from '#modules/identity/sign-in/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { listening } from '#platform/live/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { type Actor, aDepartment, type Department } from './testing/department.ts';

const FIRST = 'correct horse battery';
const SECOND = 'another long password';

let folder: string;
let fresh: FreshDatabase;
let department: Department;
let app: FastifyInstance;
let admin: Actor, lead: Actor, keeper: Actor;
let url: string;
let served: Awaited<ReturnType<typeof listening>>;

beforeAll(async () => {
  folder = aDataFolder();
  fresh = await freshDatabase({ max: 8 });
  department = await aDepartment(fresh);
  const role = (key: string, site: string | null = null) => [{ role: key, site, isInForce: true }];
  [admin, lead, keeper] = (await department.enrol([
    { name: 'Admin', grants: role('system-administrator'), parts: [] }, { name: 'Lead', grants: role('investigations-lead'), parts: [] }, { name: 'Keeper of walls', grants: role('investigator'), parts: [] },
  ])) as [Actor, Actor, Actor];
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  served = await listening(app, fresh);
  ({ url } = served);
});
afterAll(async () => {
  await served.stop();
  await fresh.drop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (who: { headers: Record<string, string> } | null, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) => app.inject({ method, url: `/api${path}`, headers: who?.headers ?? {}, ...(payload && { payload }) });

async function signIn(email: string, password: string): Promise<{ headers: { authorization: string } } | number> {
  const reply = await ask(null, 'POST', '/identity/sign-in', { email, password });
  return reply.statusCode === 200 ? { headers: { authorization: `Bearer ${/parapet_session=([\w-]+)/.exec(String(reply.headers['set-cookie']))?.[1] ?? ''}` } } : reply.statusCode;
}

/** Somebody with an address to sign in with, where one is given, and the headers of their session. */
async function aMember(email: string | null): Promise<Actor> {
  const [person] = (await department.enrol([{ name: `Member ${uuidv7()}`, grants: [{ role: 'risk-manager', site: department.sites.elsewhere, isInForce: true }], parts: [] }])) as [Actor];
  if (email !== null) expect((await ask(admin, 'PUT', `/people/${person.id}/sign-in`, { email, password: FIRST })).statusCode).toBe(200);
  return email === null ? person : { ...person, ...((await signIn(email, FIRST)) as { headers: { authorization: string } }) };
}

/** An incident behind a wall that the lead leads, the keeper keeps, and the member reads. */
async function aWall(member: Actor): Promise<string> {
  const declared = await ask(lead, 'POST', '/incidents', { title: 'Behind a wall', severity: 2, siteId: department.sites.here, custodianId: keeper.id });
  const { id } = declared.json<{ id: string }>();
  expect((await ask(lead, 'POST', `/incidents/${id}/members`, { personId: member.id, part: 'wall-reader', reason: 'Needed here' })).statusCode).toBe(200);
  expect((await ask(member, 'GET', `/incidents/${id}`)).statusCode).toBe(200);
  return id;
}
/** How many suspensions of somebody this person sees, asked of the database as them. */
async function asPerson(who: Actor, permission: string, suspended: string): Promise<number> {
  const client = await fresh.owner.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('parapet.person', $1, true), set_config('parapet.permission', $2, true)`, [who.id, permission]);
    await client.query('set local role parapet_org');
    return (await client.query<{ n: number }>('select count(*)::int as n from identity.suspension where person_id = $1', [suspended])).rows[0]?.n ?? -1;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const sees = async (who: Pick<Actor, 'headers'>, id: string): Promise<number> => (await ask(who, 'GET', `/incidents/${id}`)).statusCode;

describe('a member whose sign-in another person touched', () => {
  test('stands outside after a new password, until a member lets them in again', async () => {
    const member = await aMember('reset@test.example');
    const id = await aWall(member);
    expect((await ask(admin, 'POST', `/people/${member.id}/reset-password`, { password: SECOND })).statusCode).toBe(200);
    expect(await sees(member, id)).toBe(401);
    const again = (await signIn('reset@test.example', SECOND)) as Pick<Actor, 'headers'>;
    expect(await sees(again, id)).toBe(404);
    expect((await ask(admin, 'POST', `/incidents/${id}/members`, { personId: member.id, part: 'wall-reader', reason: 'Let me help' })).statusCode).toBe(403);
    expect((await ask(lead, 'POST', `/incidents/${id}/members`, { personId: member.id, part: 'wall-reader', reason: 'It is really them' })).statusCode).toBe(200);
    expect(await sees(again, id)).toBe(200);
  });

  test('stands outside after a changed address', async () => {
    const member = await aMember('changed@test.example');
    const id = await aWall(member);
    expect((await ask(admin, 'PUT', `/people/${member.id}/sign-in`, { email: 'mine-now@test.example', password: SECOND })).statusCode).toBe(200);
    expect(await sees((await signIn('mine-now@test.example', SECOND)) as Pick<Actor, 'headers'>, id)).toBe(404);
  });

  test('stands outside after a first address, given to who had none', async () => {
    const member = await aMember(null);
    const id = await aWall(member);
    expect((await ask(admin, 'PUT', `/people/${member.id}/sign-in`, { email: 'first@test.example', password: SECOND })).statusCode).toBe(200);
    expect(await sees((await signIn('first@test.example', SECOND)) as Pick<Actor, 'headers'>, id)).toBe(404);
  });

  const hasFactor = async (member: Actor): Promise<void> => {
    const { secret } = (await ask(member, 'POST', '/identity/factors/totp')).json<{ secret: string }>();
    expect((await ask(member, 'POST', '/identity/factors/totp/confirm', { code: shownBy(secret, new Date()) })).statusCode).toBe(200);
  };

  test('stands outside after a second factor was taken away, and not for having set it up', async () => {
    const member = await aMember('factor@test.example');
    const id = await aWall(member);
    await hasFactor(member);
    expect(await sees(member, id)).toBe(200);
    expect((await ask(admin, 'POST', `/people/${member.id}/factors/reset`, { reason: 'Lost the phone' })).statusCode).toBe(200);
    const again = (await signIn('factor@test.example', FIRST)) as Pick<Actor, 'headers'>;
    expect(await sees(again, id)).toBe(404);
    expect((await ask(lead, 'POST', `/incidents/${id}/members`, { personId: member.id, part: 'wall-reader', reason: 'It is really them' })).statusCode).toBe(200);
    expect(await sees(again, id)).toBe(200);
  });

  test('stands outside from the moment a link to set a password was made, used or not', async () => {
    const member = await aMember('link@test.example');
    const id = await aWall(member);
    const { url: link } = (await ask(admin, 'POST', `/people/${member.id}/reset-link`)).json<{ url: string }>();
    expect(await sees(member, id)).toBe(404);
    expect((await ask(lead, 'POST', `/incidents/${id}/members`, { personId: member.id, part: 'wall-reader', reason: 'It is really them' })).statusCode).toBe(200);
    expect((await ask(null, 'POST', '/identity/reset', { token: new URL(link).hash.slice(1), password: SECOND })).statusCode).toBe(200);
    expect(await sees((await signIn('link@test.example', SECOND)) as Pick<Actor, 'headers'>, id)).toBe(404);
  });

  test('stands outside after a key was issued to them, and not for making one of their own; no key stands behind a wall', async () => {
    const member = await aMember('key@test.example');
    const id = await aWall(member);
    const own = (await ask(member, 'POST', '/identity/own-keys', { name: 'Own', roleKey: 'risk-manager', siteId: department.sites.elsewhere, until: new Date(Date.now() + 86_400_000).toISOString() })).json<{ secret: string }>();
    expect(await sees(member, id)).toBe(200);
    expect(await sees({ headers: { authorization: `Bearer ${own.secret}` } }, id)).toBe(404);
    const issued = await ask(admin, 'POST', '/identity/keys', { name: 'Issued', roleKey: 'service-source', ownerId: member.id });
    expect(issued.statusCode, issued.body).toBe(201);
    expect(await sees(member, id)).toBe(404);
    // No verb makes a key that acts as a person. One that did would close the walls to it.
    expect((await ask(lead, 'POST', `/incidents/${id}/members`, { personId: member.id, part: 'wall-reader', reason: 'It is really them' })).statusCode).toBe(200);
    await fresh.owner.query(`insert into access.session (token_hash, id, person_id, kind, expires_at) values (sha256('issued'), $1, $2, 'key', 'infinity')`, [uuidv7(), member.id]);
    expect(await sees(member, id)).toBe(404);
  });

  test('stands outside after being linked with a provider of single sign-on, unlinked, or once its word counts for more, and not for linking it themselves', async () => {
    const member = await aMember('linked@test.example');
    const id = await aWall(member);
    const [own, providerId] = [uuidv7(), uuidv7()];
    const house = await aProvider([`http://localhost:8080/sign-in/back/${own}`]);
    const add = (provider: string, issuer: string) => ask(admin, 'POST', '/identity/providers', { id: provider, name: issuer, issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret });
    for (const [provider, issuer] of [[own, house.issuer], [providerId, 'https://login.test.example']] as const) expect((await add(provider, issuer)).statusCode).toBe(201);
    await ask(admin, 'POST', '/net/allowances', { range: '127.0.0.1/32', port: Number(new URL(house.issuer).port), reason: 'The provider of the test' });
    house.seat('the-member');
    const begun = await ask(member, 'POST', '/identity/links', { providerId: own });
    const search = await walk(begun.json<{ url: string }>().url, 'http://localhost:8080/');
    const cookie = String(begun.headers['set-cookie']).split(';')[0] ?? '';
    expect((await ask({ headers: { ...member.headers, cookie } }, 'POST', '/identity/sign-in/single/finish', { providerId: own, search })).json()).toMatchObject({ isLinked: true });
    await house.stop();
    expect(await sees(member, id)).toBe(200);

    const again = async (): Promise<void> => {
      expect((await ask(lead, 'POST', `/incidents/${id}/members`, { personId: member.id, part: 'wall-reader', reason: 'It is really them' })).statusCode).toBe(200);
    };
    const { id: linkId } = (await ask(admin, 'POST', `/people/${member.id}/links`, { providerId, subject: 'chosen by an administrator' })).json<{ id: string }>();
    expect(await sees(member, id)).toBe(404);
    await again();
    const count = (secondFactor: string) => app.inject({ method: 'PATCH', url: `/api/identity/providers/${own}`, headers: admin.headers, payload: { secondFactor } });
    expect([(await count('trusted')).statusCode, await sees(member, id)]).toEqual([200, 404]);
    await again();
    expect([(await count('ask')).statusCode, await sees(member, id)]).toEqual([200, 200]);
    expect((await ask(admin, 'POST', `/people/${member.id}/links/end`, { linkId })).statusCode).toBe(200);
    expect(await sees((await signIn('linked@test.example', FIRST)) as Pick<Actor, 'headers'>, id)).toBe(404);
    const { rows } = await fresh.owner.query(`select from ledger.entry where verb = 'identity.membership-suspended' and record_id = $1 and body like '%' || $2 || '%'`, [id, member.id]);
    expect(rows).toHaveLength(3);
  });

  test('is told of to the wall: its members read who touched it and when, and who touched it learns of no wall', async () => {
    const member = await aMember('told@test.example');
    const [one, other] = [await aWall(member), await aWall(member)];
    const reply = await ask(admin, 'POST', `/people/${member.id}/reset-password`, { password: SECOND });
    expect(reply.json()).toEqual({ id: member.id });
    const { rows } = await fresh.owner.query<{ record_id: string; wall: boolean; actor: string; body: string }>(`select record_id, wall_id is not null as wall, actor, body from ledger.entry where verb = 'identity.membership-suspended' and body like '%' || $1 || '%'`, [member.id]);
    expect(rows.map((row) => row.record_id).sort()).toEqual([one, other].sort());
    for (const row of rows) expect({ ...row, body: JSON.parse(row.body) as unknown }).toMatchObject({ wall: true, actor: admin.id, body: { after: { id: member.id, part: 'wall-reader' } } });
    const told = await fresh.owner.query<{ seen: boolean }>(`select wall_id is not null and read_permission = 'incidents:read' as seen from platform.outbox where topic = 'identity.membership-suspended' and record_id = any ($1)`, [[one, other]]);
    expect(told.rows).toEqual([{ seen: true }, { seen: true }]);
    const seenBy = async (who: Actor, permission: string) => (await fresh.owner.query<{ n: number }>(`select count(*)::int as n from identity.suspension where person_id = $1`, [member.id])).rows[0]?.n === 2 && (await asPerson(who, permission, member.id));
    expect([await seenBy(lead, 'incidents:read'), await seenBy(admin, 'identity:read')]).toEqual([2, 0]);
    await ask(lead, 'POST', `/incidents/${one}/members`, { personId: member.id, part: 'wall-reader', reason: 'It is really them' });
    expect(await asPerson(lead, 'incidents:read', member.id)).toBe(1);
  });

  test('keeps their walls where they change the password themselves', async () => {
    const member = await aMember('own@test.example');
    const id = await aWall(member);
    expect((await ask(member, 'POST', '/identity/password', { current: FIRST, next: SECOND })).statusCode).toBe(200);
    expect(await sees(member, id)).toBe(200);
  });

  test('is let in again by the keeper where it was the lead', async () => {
    const member = await aMember('lead@test.example');
    const id = await aWall(member);
    await ask(admin, 'PUT', `/people/${lead.id}/sign-in`, { email: 'the-lead@test.example', password: SECOND });
    const back = (await signIn('the-lead@test.example', SECOND)) as Pick<Actor, 'headers'>;
    expect(await sees(back, id)).toBe(404);
    expect((await ask(keeper, 'POST', `/incidents/${id}/members`, { personId: lead.id, part: 'wall-lead', reason: 'It is really them' })).statusCode).toBe(200);
    expect(await sees(back, id)).toBe(200);
    lead = { ...lead, ...back };
  });
});

describe('an administrator', () => {
  test('grants nothing to themselves, ends no right of their own, and turns no state of their own', async () => {
    const own = (await ask(admin, 'GET', `/identity/grants?personId=${admin.id}`)).json<{ items: { id: string }[] }>().items[0]?.id;
    expect((await ask(admin, 'POST', '/identity/grants', { personId: admin.id, roleKey: 'cso', reason: 'To help' })).statusCode).toBe(403);
    expect((await ask(admin, 'POST', `/identity/grants/${own}/end`, { reason: 'To help' })).statusCode).toBe(403);
    for (const verb of ['suspend', 'leave', 'reactivate']) expect((await ask(admin, 'POST', `/people/${admin.id}/${verb}`, { reason: 'To help' })).statusCode).toBe(422);
    expect((await ask(admin, 'POST', `/people/${admin.id}/reset-password`, { password: SECOND })).statusCode).toBe(422);
  });

  test('makes no key that may do what they may not', async () => {
    for (const roleKey of ['cso', 'gsoc-operator', 'auditor', 'investigator']) expect([roleKey, (await ask(admin, 'POST', '/identity/keys', { name: 'Helpful', roleKey })).statusCode]).toEqual([roleKey, 403]);
    for (const roleKey of ['wall-lead', 'service-correlator', 'service-front-door']) expect([roleKey, (await ask(admin, 'POST', '/identity/keys', { name: 'Helpful', roleKey })).statusCode]).toEqual([roleKey, 422]);
  });

  test('of one site takes over nobody who reaches further, and revokes no key that does', async () => {
    const [local] = (await department.enrol([{ name: 'Local', grants: [{ role: 'system-administrator', site: department.sites.here, isInForce: true }], parts: [] }])) as [Actor];
    await fresh.owner.query('update people.person set site_id = $2 where id = $1', [lead.id, department.sites.here]);
    expect((await ask(local, 'GET', `/people/${lead.id}`)).statusCode).toBe(200);
    expect((await ask(local, 'POST', `/people/${lead.id}/reset-password`, { password: SECOND })).statusCode).toBe(403);
    expect((await ask(local, 'PUT', `/people/${lead.id}/sign-in`, { email: 'stolen@test.example', password: SECOND })).statusCode).toBe(403);
    expect((await ask(local, 'POST', `/people/${lead.id}/suspend`, { reason: 'To help' })).statusCode).toBe(403);
    expect((await ask(local, 'DELETE', `/identity/keys/${department.at('key', 'elsewhere').id}`)).statusCode).toBe(403);
    expect((await ask(local, 'DELETE', `/identity/keys/${department.at('key', 'here').id}`)).statusCode).toBe(200);
  });
});

describe('guesses', () => {
  test('sent all at once are counted one after the other, and the right one among them is not told', async () => {
    await aMember('guessed@test.example');
    const guesses = await Promise.all(Array.from({ length: 40 }, (_, i) => signIn('guessed@test.example', `wrong guess ${i}`)));
    expect(guesses.filter((status) => status === 401).length).toBe(5);
    expect(guesses.filter((status) => status === 429).length).toBe(35);
    expect(await signIn('guessed@test.example', FIRST)).toBe(429);
  });

  test('with the right one among too many of the same moment open at most one session', async () => {
    await aMember('among@test.example');
    const guesses = await Promise.all(Array.from({ length: 24 }, (_, i) => signIn('among@test.example', i === 23 ? FIRST : `wrong guess ${i}`)));
    expect(guesses.filter((one) => typeof one !== 'number').length).toBeLessThanOrEqual(1);
    expect(guesses.filter((status) => status === 401).length).toBeLessThanOrEqual(10);
  });
});

/** Follows live updates until the stream ends; answers what was heard and when it ended. */
function follow(who: Pick<Actor, 'headers'>): { heard: string[]; opened: Promise<unknown>; ended: Promise<number> } {
  const heard: string[] = [];
  const opened = fetch(`${url}/api/live`, { headers: who.headers });
  const ended = opened.then(async (reply) => {
    const decoder = new TextDecoder();
    for await (const chunk of reply.body ?? []) heard.push(decoder.decode(chunk as Uint8Array));
    return Date.now();
  });
  return { heard, opened, ended };
}
const until = async (isSo: () => boolean, withinMs = 4000): Promise<void> => {
  for (const end = Date.now() + withinMs; !isSo() && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isSo()).toBe(true);
};

describe('rights that are taken away', () => {
  test('end at once for the next request, and within five seconds on a live stream that is open', async () => {
    const [operator] = (await department.enrol([{ name: 'Operator', grants: [{ role: 'gsoc-operator', site: department.sites.here, isInForce: true }], parts: [] }])) as [Actor];
    const stream = follow(operator);
    await stream.opened;
    const [here, elsewhere] = [department.at('alarm', 'here').id, department.at('alarm', 'elsewhere').id];
    const [colleague] = (await department.enrol([{ name: 'Colleague', grants: [{ role: 'gsoc-operator', site: null, isInForce: true }], parts: [] }])) as [Actor];
    await ask(colleague, 'POST', `/alarms/${elsewhere}/claim`);
    await ask(colleague, 'POST', `/alarms/${here}/claim`);
    await until(() => stream.heard.join('').includes(here));
    expect(stream.heard.join('')).not.toContain(elsewhere);

    expect((await ask(operator, 'GET', '/alarms')).statusCode).toBe(200);
    const from = Date.now();
    expect((await ask(admin, 'POST', `/people/${operator.id}/suspend`, { reason: 'Left in anger' })).statusCode).toBe(200);
    expect((await ask(operator, 'GET', '/alarms')).statusCode).toBe(401);
    await ask(colleague, 'POST', `/alarms/${here}/release`);
    expect((await stream.ended) - from).toBeLessThan(5000);
    expect(stream.heard.join('')).not.toContain('alarms.released');
  });

  test('of a wall or a site are told of no more, on a stream that stays open', async () => {
    const member = await aMember('stream@test.example');
    const id = await aWall(member);
    const stream = follow(member);
    await stream.opened;
    await ask(lead, 'POST', `/incidents/${id}/log`, { text: 'While inside' });
    await until(() => stream.heard.join('').includes('incidents.log-added'));
    expect((await ask(lead, 'POST', `/incidents/${id}/members/remove`, { personId: member.id, reason: 'No longer needed' })).statusCode).toBe(200);
    stream.heard.length = 0;
    const [ear] = [follow(lead)];
    await ear.opened;
    await ask(lead, 'POST', `/incidents/${id}/log`, { text: 'While outside' });
    await until(() => ear.heard.join('').includes('incidents.log-added'));
    expect(stream.heard.join('')).not.toContain('incidents.log-added');
    expect(await sees(member, id)).toBe(404);
    await fresh.owner.query('delete from access.session where person_id = any ($1::uuid[])', [[member.id, lead.id]]);
    await Promise.all([stream.ended, ear.ended]);
  });
});
