import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import incidents from '#modules/incidents/module.ts';
import ledger from '#platform/ledger/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import search from '#platform/search/module.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Case, CaseRow, Standing, TimelineItem } from './contract.ts';
import cases from './module.ts';
import { aCase, calling, type Calling, withoutIdsAndTimes } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Calling;
let lead: Somebody, keeper: Somebody, inspector: Somebody, chief: Somebody;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [cases, incidents, ledger, search] });
  call = calling(app);
  [lead, keeper, inspector, chief] = [await aPerson(fresh, 'Lena Lead', { role: 'investigations-lead' }), await aPerson(fresh, 'Kees Keeper', { role: 'investigator' }), await aPerson(fresh, 'Ines Inspector', { role: 'investigator' }), await aPerson(fresh, 'Cecilia Chief', { role: 'cso' })];
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const read = async (who: Somebody, id: string): Promise<Case> => (await call(who, 'GET', `/${id}`)).json<Case>();
const partsOf = async (who: Somebody, id: string): Promise<string[]> => (await read(who, id)).members.map(({ name, part }) => `${name}, ${part}`);
const listed = async (who: Somebody, query = ''): Promise<CaseRow[]> => (await call(who, 'GET', `?limit=200${query}`)).json<{ items: CaseRow[] }>().items;

describe('a case', () => {
  test('stands behind its wall from its first second: who holds every grant over the organisation sees nothing of it', async () => {
    const { id, number } = await aCase(call, lead, keeper);
    expect(number).toMatch(/^CASE-\d{4}-\d{5}$/);
    for (const who of [chief, inspector]) {
      expect((await call(who, 'GET', `/${id}`)).body.replace(/"instance":"[^"]*"/, '')).toBe((await call(who, 'GET', `/${uuidv7()}`)).body.replace(/"instance":"[^"]*"/, ''));
      expect((await listed(who)).map((row) => row.id)).not.toContain(id);
      for (const [path, body] of [['/members', { personId: who.id, part: 'case-observer', reason: 'Let me in' }], ['/members/remove', { personId: keeper.id, reason: 'Out' }]] as const) expect([403, 404]).toContain((await call(who, 'POST', `/${id}${path}`, body)).status);
    }
    expect(await partsOf(lead, id)).toEqual(['Kees Keeper, wall-custodian', 'Lena Lead, case-lead']);
    await expect(fresh.owner.query(`update cases.case set wall_id = null where id = $1`, [id])).rejects.toThrow();
  });

  test('is opened once for the same id, and never without another person as its keeper', async () => {
    const id = uuidv7();
    const first = await aCase(call, lead, keeper, { id });
    expect(await aCase(call, lead, keeper, { id })).toEqual(first);
    const refused = await call(lead, 'POST', '', { title: 'Kept by myself', type: 'other', custodianId: lead.id });
    expect([refused.status, refused.json()['type']]).toEqual([422, 'urn:problem:cases.another_custodian']);
    expect((await call(keeper, 'POST', '', { title: 'No such kind', type: 'gossip', custodianId: lead.id })).status).toBe(422);
  });

  test('is opened from an incident whose readers learn nothing of it: the link shows to who sees both', async () => {
    const incident = (await app.inject({ method: 'POST', url: '/api/incidents', headers: lead.headers, payload: { title: 'Pallets gone from bay 4', severity: 2 } })).json<{ id: string; number: string; version: number }>();
    const before = (await app.inject({ url: `/api/incidents/${incident.id}/thread`, headers: chief.headers })).body;
    const { id } = await aCase(call, lead, keeper, { title: undefined, fromId: incident.id });
    expect(await read(lead, id)).toMatchObject({ title: 'Pallets gone from bay 4', source: 'incident', from: [{ number: incident.number, kind: 'incidents.incident' }] });
    expect((await listed(lead, `&fromId=${incident.id}`)).map((row) => row.id)).toEqual([id]);
    expect(await listed(chief, `&fromId=${incident.id}`)).toEqual([]);
    expect((await app.inject({ url: `/api/incidents/${incident.id}/thread`, headers: chief.headers })).body).toBe(before);
    expect((await app.inject({ url: `/api/incidents/${incident.id}/thread`, headers: lead.headers })).body).toContain('CASE-');
    expect((await fresh.owner.query(`select from platform.outbox where record_id = $1 and at > (select opened_at from cases.case where id = $2)`, [incident.id, id])).rowCount).toBe(0);
    expect((await call(lead, 'POST', '', { type: 'cargo', custodianId: keeper.id, fromId: uuidv7() })).json()['type']).toBe('urn:problem:cases.no_such_origin');
  });

  test('records each look, and fails closed where the look cannot be recorded', async () => {
    const { id } = await aCase(call, lead, keeper);
    await call(keeper, 'GET', `/${id}`);
    expect((await fresh.owner.query(`select from ledger.entry where verb = 'cases.looked' and record_id = $1 and actor = $2`, [id, keeper.id])).rowCount).toBe(1);
  });

  test('refuses a change over a newer one, and tells both who they are', async () => {
    const { id } = await aCase(call, lead, keeper);
    const change = (title: string) => app.inject({ method: 'PATCH', url: `/api/cases/${id}`, headers: { ...lead.headers, 'if-match': '"1"' }, payload: { title } });
    const answers = await Promise.all([change('One title'), change('Another title')]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412]);
  });
});

describe('the room', () => {
  test('keeps a lead and a custodian, whoever goes; a new lead takes over and the one before goes on investigating', async () => {
    const { id } = await aCase(call, lead, keeper);
    for (const gone of [lead, keeper]) expect((await call(lead, 'POST', `/${id}/members/remove`, { personId: gone.id, reason: 'Goes' })).json()['type']).toBe('urn:problem:cases.room_unkept');
    expect((await call(lead, 'POST', `/${id}/members`, { personId: inspector.id, part: 'case-lead', reason: 'Takes over' })).status).toBe(200);
    expect(await partsOf(inspector, id)).toEqual(['Ines Inspector, case-lead', 'Kees Keeper, wall-custodian', 'Lena Lead, case-investigator']);
    expect(await read(inspector, id)).toMatchObject({ lead: 'Ines Inspector', version: 2 });
    expect((await call(lead, 'POST', `/${id}/members`, { personId: chief.id, part: 'case-observer', reason: 'No more mine' })).status).toBe(403);
    expect((await call(keeper, 'POST', `/${id}/members/remove`, { personId: lead.id, reason: 'Elsewhere now' })).status).toBe(200);
    expect((await call(lead, 'GET', `/${id}`)).status).toBe(404);
  });

  test('lets each part do what it is for, until its end', async () => {
    const { id } = await aCase(call, lead, keeper);
    const may: Record<string, boolean> = {};
    for (const part of ['case-investigator', 'case-legal', 'case-hr', 'case-observer']) {
      await call(lead, 'POST', `/${id}/members`, { personId: inspector.id, part, reason: 'By turns' });
      may[part] = (await call(inspector, 'PATCH', `/${id}`, { summary: `By ${part}` })).status === 200;
    }
    expect(may).toEqual({ 'case-investigator': true, 'case-legal': true, 'case-hr': false, 'case-observer': false });
    expect((await call(lead, 'POST', `/${id}/members`, { personId: inspector.id, part: 'case-observer', until: new Date(Date.now() + 86_400_000).toISOString(), reason: 'For a day' })).status).toBe(200);
    await fresh.owner.query(`update access.wall_member set until = now() - interval '1 minute', since = now() - interval '1 hour' where person_id = $1 and until <> 'infinity'`, [inspector.id]);
    expect((await call(inspector, 'GET', `/${id}`)).status).toBe(404);
    expect((await call(lead, 'GET', `/${id}/timeline`)).json<{ items: TimelineItem[] }>().items.map(({ verb }) => verb)).toEqual(['opened', ...Array.from({ length: 5 }, () => 'admitted')]);
  });
});

test('a system without case B answers the members of case A with the same bytes but for ids and times', async () => {
  const told = async (hasB: boolean): Promise<string[]> => {
    const twin = await freshDatabase();
    const server = await buildServer({ db: twin.db, modules: [cases, incidents, ledger, search] });
    const ask = calling(server);
    const [one, two, three] = [await aPerson(twin, 'Lena Lead', { role: 'investigations-lead' }), await aPerson(twin, 'Kees Keeper', { role: 'investigator' }), await aPerson(twin, 'Ines Inspector', { role: 'investigator' })];
    const incident = (await server.inject({ method: 'POST', url: '/api/incidents', headers: one.headers, payload: { title: 'Pallets gone', severity: 2 } })).json<{ id: string }>();
    const { id } = await aCase(ask, one, two, { fromId: incident.id });
    if (hasB) await aCase(ask, three, two, { title: 'Pallets that never arrived either', fromId: incident.id }).then((b: Standing) => ask(three, 'PATCH', `/${b.id}`, { summary: 'Pallets' }));
    const answers = [await ask(one, 'PATCH', `/${id}`, { summary: 'Two pallets' }), await ask(one, 'GET', ''), await ask(one, 'GET', '?q=pallets'), await ask(one, 'GET', `?fromId=${incident.id}`), await ask(one, 'GET', `/${id}`), await ask(one, 'GET', `/${id}/timeline`)].map(({ body }) => body);
    const around = await Promise.all(['/api/search?q=pallets', `/api/incidents/${incident.id}/thread`].map(async (url) => (await server.inject({ url, headers: one.headers })).body));
    await server.close();
    await twin.drop();
    return [...answers, ...around].map(withoutIdsAndTimes);
  };
  const [without, withB] = [await told(false), await told(true)];
  expect(withB).toEqual(without);
});
