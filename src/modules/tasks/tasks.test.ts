import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import sites from '#modules/sites/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Task } from './contract.ts';
import tasks from './module.ts';
import { openTasksOf } from './public.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;
let olga: Somebody;
let outsider: Somebody;
let auditor: Somebody;
let site: string;
let cork: string;
let walled: string;

const NOWHERE = '019a0000-0000-7000-8000-000000000000';
const call = (method: 'GET' | 'POST' | 'PATCH', url: string, who: Somebody, payload?: object, headers: Record<string, string> = {}) => app.inject({ method, url: `/api/tasks${url}`, headers: { ...who.headers, ...headers }, ...(payload ? { payload } : {}) });
const add = async (payload: object, who = chief): Promise<Task> => {
  const reply = await call('POST', '', who, { recordId: site, title: 'Mend the fence', ...payload });
  expect(reply.statusCode, reply.body).toBe(201);
  return reply.json();
};
const titles = async (url: string, who: Somebody): Promise<string[]> => (await call('GET', url, who)).json().items.map((task: Task) => task.title);
const aSite = async (code: string): Promise<string> => (await app.inject({ method: 'POST', url: '/api/sites', headers: chief.headers, payload: { code, name: `Site ${code}`, kind: 'site', timeZone: 'UTC' } })).json().id;
const aPartOf = (wall: string, person: Somebody, part: string) => fresh.owner.query('insert into access.wall_member (wall_id, person_id, part_id) select $1, $2, id from access.role where key = $3', [wall, person.id, part]);

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [sites, tasks] });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  site = await aSite('UTR');
  cork = await aSite('CRK');
  olga = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: site });
  outsider = await aPerson(fresh, 'Otto Outsider', { role: 'gsoc-operator', siteId: cork });
  auditor = await aPerson(fresh, 'Aida Auditor', { role: 'system-administrator' });
  walled = uuidv7();
  await fresh.owner.query('insert into access.wall (id, opened_by) values ($1, $2)', [walled, olga.id]);
  await fresh.owner.query(`insert into platform.record (id, kind, title, state, site_id, wall_id, read_permission, at) values ($1, 'incidents.incident', 'Behind the wall', 'open', $2, $1, 'incidents:read', now())`, [walled, site]);
  await aPartOf(walled, olga, 'wall-lead');
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('whose tasks I see', () => {
  test('a task is seen by whoever sees its record, and by nobody else, with the same bytes as one that is not there', async () => {
    const task = await add({ title: 'Check the gate' });
    expect(await titles(`?recordId=${site}`, olga)).toContain('Check the gate');
    expect(await titles(`?recordId=${site}`, outsider)).toEqual([]);
    for (const [method, path, payload] of [['GET', '', undefined], ['PATCH', '', { title: 'x' }], ['POST', '/complete', {}], ['POST', '/drop', { reason: 'because' }], ['POST', '/reopen', { reason: 'because' }]] as const) {
      const bytes = async (id: string) => (await call(method, `/${id}${path}`, outsider, payload)).body.replace(/"instance":"[^"]+"/, '');
      expect(await bytes(task.id)).toBe(await bytes(NOWHERE));
      expect(await bytes(task.id)).toContain('"status":404');
    }
  });

  test('a record out of sight takes no task, in the same words as one that is not there', async () => {
    const [hidden, absent] = await Promise.all([cork, NOWHERE].map(async (recordId) => (await call('POST', '', olga, { recordId, title: 'Spy' })).json()));
    expect({ ...hidden, instance: '' }).toEqual({ ...absent, instance: '' });
    expect(hidden.status).toBe(403);
  });

  test('behind a wall only its members see and write tasks; the chief of the whole organisation does not', async () => {
    await add({ recordId: walled, title: 'Talk to the witness' }, olga);
    expect(await titles(`?recordId=${walled}`, olga)).toEqual(['Talk to the witness']);
    expect(await titles(`?recordId=${walled}`, chief)).toEqual([]);
    expect((await call('POST', '', chief, { recordId: walled, title: 'Peep' })).statusCode).toBe(403);
    const reader = await aPerson(fresh, 'Rea Reader', { role: 'gsoc-operator', siteId: cork });
    await aPartOf(walled, reader, 'wall-reader');
    const { id } = (await call('GET', `?recordId=${walled}`, reader)).json().items[0];
    expect((await call('POST', `/${id}/complete`, reader, {})).statusCode).toBe(403);
    expect((await call('POST', `/${id}/complete`, olga, {})).statusCode).toBe(200);
  });

  test('who lacks tasks:read is refused', async () => {
    expect((await call('GET', `?recordId=${site}`, auditor)).statusCode).toBe(403);
  });
});

describe('owners', () => {
  test('a task goes only to somebody who sees its record', async () => {
    const refused = await call('POST', '', chief, { recordId: site, title: 'Yours', ownerId: outsider.id });
    expect([refused.statusCode, refused.json().errors[0].pointer]).toEqual([422, '/ownerId']);
    const task = await add({ title: 'Yours', ownerId: olga.id });
    expect(task.owner).toEqual({ id: olga.id, name: 'Olga Operator' });
    expect((await call('PATCH', `/${task.id}`, chief, { ownerId: outsider.id })).statusCode).toBe(422);
    expect((await call('POST', '', olga, { recordId: walled, title: 'Yours', ownerId: chief.id })).statusCode).toBe(422);
  });

  test('my tasks come next due first, those without a time last, page by page', async () => {
    const me = await aPerson(fresh, 'Mia Mine', { role: 'gsoc-operator', siteId: site });
    await add({ title: 'Some day', ownerId: me.id });
    await add({ title: 'Tomorrow', ownerId: me.id, dueAt: '2026-11-22T08:00:00Z' });
    await add({ title: 'Now', ownerId: me.id, dueAt: '2026-11-21T09:00:00+01:00' });
    await add({ title: 'Some other day', ownerId: me.id });
    const seen: string[] = [];
    let after = '';
    do {
      const page = (await call('GET', `/mine?limit=1${after}`, me)).json();
      seen.push(...page.items.map((task: Task) => task.title));
      after = page.next ? `&after=${page.next}` : '';
    } while (after);
    expect(seen).toEqual(['Now', 'Tomorrow', 'Some day', 'Some other day']);
    expect((await call('GET', '/mine', chief)).json().items).toEqual([]);
  });

  test('a task leaves my list when I lose sight of its record', async () => {
    const guest = await aPerson(fresh, 'Gil Guest', { role: 'gsoc-operator', siteId: site });
    await add({ title: 'For the guest', ownerId: guest.id });
    expect(await titles('/mine', guest)).toEqual(['For the guest']);
    await fresh.owner.query(`update access.grant set until = now() where person_id = $1`, [guest.id]);
    expect((await call('GET', '/mine', guest)).statusCode).toBe(403);
  });
});

describe('from open to done', () => {
  test('complete, reopen and drop leave their reasons in the ledger of the record', async () => {
    const task = await add({ title: 'Cycle' });
    expect((await call('POST', `/${task.id}/complete`, olga, { outcome: 'New lock' })).json()).toMatchObject({ state: 'done', outcome: 'New lock', endedBy: 'Olga Operator', version: 2 });
    expect((await call('POST', `/${task.id}/reopen`, chief, { reason: 'Wrong gate' })).json()).toMatchObject({ state: 'open', outcome: '', endedBy: null });
    expect((await call('POST', `/${task.id}/drop`, chief, { reason: 'Gate is gone' })).json()).toMatchObject({ state: 'dropped', outcome: 'Gate is gone' });
    const { rows } = await fresh.owner.query(`select verb, record_id, site_id from ledger.entry where body::jsonb ->> 'id' = $1 or body::jsonb -> 'after' ->> 'id' = $1 order by xid, id`, [task.id]);
    expect(rows).toEqual(['tasks.added', 'tasks.completed', 'tasks.reopened', 'tasks.dropped'].map((verb) => ({ verb, record_id: site, site_id: site })));
  });

  test('of two who complete one task at once, one does and the other is told by whom', async () => {
    const task = await add({ title: 'Race' });
    const replies = await Promise.all([chief, olga].map((who) => call('POST', `/${task.id}/complete`, who, {})));
    expect(replies.map((reply) => reply.statusCode).sort()).toEqual([200, 409]);
    const [won, lost] = replies.map((reply) => reply.json()).sort((a, b) => Number('by' in a) - Number('by' in b));
    expect(lost.by).toBe(won.endedBy);
  });

  test('a finished task is not changed, and a stale If-Match is 412', async () => {
    const task = await add({ title: 'Old' });
    expect((await call('PATCH', `/${task.id}`, chief, { title: 'New' }, { 'if-match': '"1"' })).headers['etag']).toBe('"2"');
    expect((await call('PATCH', `/${task.id}`, chief, { title: 'Newer' }, { 'if-match': '"1"' })).statusCode).toBe(412);
    await call('POST', `/${task.id}/complete`, chief, {});
    expect((await call('PATCH', `/${task.id}`, chief, { title: 'Late' })).statusCode).toBe(409);
  });

  test('the same Idempotency-Key adds a task once', async () => {
    const payload = { recordId: site, title: 'Once only' };
    const replies = await Promise.all([1, 2].map(() => call('POST', '', chief, payload, { 'idempotency-key': 'task-once-0001' })));
    expect(replies.map((reply) => reply.statusCode)).toEqual([201, 201]);
    expect(replies[0]?.json()).toEqual(replies[1]?.json());
    expect((await titles(`?recordId=${site}&limit=200`, chief)).filter((title) => title === 'Once only')).toHaveLength(1);
  });

  test('what is open on a record is told to the module that closes it', async () => {
    const ctx = await fresh.as(olga.id);
    await add({ recordId: walled, title: 'Write the report', ownerId: olga.id, dueAt: '2026-11-30T12:00:00Z' }, olga);
    expect(await openTasksOf(ctx, walled)).toMatchObject([{ title: 'Write the report', ownerId: olga.id, dueAt: '2026-11-30T12:00:00Z' }]);
    expect(await openTasksOf(await fresh.as(chief.id), walled)).toEqual([]);
  });

  test.each([
    ['no title', { title: '' }], ['a title of white space', { title: '   ' }], ['a list for a title', { title: ['x'] }], ['an unknown field', { priority: 1 }], ['a day without a time', { dueAt: '2026-11-30' }], ['a thirteenth month', { dueAt: '2026-13-01T00:00:00Z' }],
    ['an owner that is no id', { ownerId: 'me' }], ['a null byte', { detail: '\u0000' }],
  ])('%s is 400', async (_what, change) => {
    expect((await call('POST', '', chief, { recordId: site, title: 'T', ...change })).statusCode).toBe(400);
  });

  test('markup is stored and answered as text', async () => {
    expect(await add({ title: '<b onclick=alert(1)>', detail: '{{constructor}} ${x}' })).toMatchObject({ title: '<b onclick=alert(1)>', detail: '{{constructor}} ${x}' });
  });
});
