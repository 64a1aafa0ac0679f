import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import alarms from '#modules/alarms/module.ts';
import identity from '#modules/identity/module.ts';
import { settleDue } from '#modules/identity/public.ts';
import { aPerson, aSession, type Somebody } from '#modules/identity/testing.ts';
import incidents from '#modules/incidents/module.ts';
import sites from '#modules/sites/module.ts';
import tasks from '#modules/tasks/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import live from '#platform/live/module.ts';
import { listening } from '#platform/live/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import twoPerson from '#platform/two-person/module.ts';
import type { HandedOver } from './contract.ts';
import people from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let served: Awaited<ReturnType<typeof listening>>;
let url: string;
let utrecht: string, cork: string;
let chief: Somebody, deputy: Somebody, admin: Somebody, pia: Somebody;
let n = 0;

const send = (who: Pick<Somebody, 'headers'>, method: 'GET' | 'POST', path: string, payload?: object) => app.inject({ method, url: `/api${path}`, headers: who.headers, ...(payload && { payload }) });
const one = async <T>(sql: string, ...values: unknown[]): Promise<T> => (await fresh.owner.query(sql, values)).rows[0] as T;
const operator = (siteId = utrecht) => aPerson(fresh, `Operator ${n++}`, { role: 'gsoc-operator', siteId });
const topicsAt = async (wall: string): Promise<string[]> => (await fresh.owner.query<{ topic: string }>(`select topic from platform.outbox where wall_id = $1 and topic like 'identity.%' order by xid, seq`, [wall])).rows.map(({ topic }) => topic);

async function anAlarm(holder: Somebody, siteId = utrecht): Promise<string> {
  const id = uuidv7();
  await fresh.owner.query(`insert into alarms.alarm (id, number, site_id, condition_key, type, title, priority, handling, is_active, raised_at, known_at, last_at, answer_by)
    values ($1, $2, $3, $2, 'intrusion.alarm', 'Break-in', 2, 'unacknowledged', true, now(), now(), now(), now() + interval '1 minute')`, [id, `ALM-2026-1${n++}`, siteId]);
  await fresh.owner.query(`insert into platform.record (id, kind, number, title, state, site_id, read_permission, at) select id, 'alarms.alarm', number, title, handling, site_id, 'alarms:read', now() from alarms.alarm where id = $1`, [id]);
  expect((await send(holder, 'POST', `/alarms/${id}/acknowledge`)).statusCode).toBe(200);
  return id;
}
const alarmNow = (id: string) => one<{ owner: string | null; handling: string; header: string }>(`select a.owner_id as owner, a.handling, r.state as header from alarms.alarm a join platform.record r on r.id = a.id where a.id = $1`, id);

async function anIncident(who: Somebody, over: object = {}): Promise<string> {
  const reply = await send(who, 'POST', '/incidents', { title: 'Something happened', severity: 2, siteId: utrecht, commanderId: who.id, ...over });
  expect(reply.statusCode, reply.body).toBe(201);
  return reply.json<{ id: string }>().id;
}
const aTask = async (by: Somebody, recordId: string, ownerId: string): Promise<string> => (await send(by, 'POST', '/tasks', { recordId, title: 'Look into it', ownerId })).json<{ id: string }>().id;
const ownerOf = async (task: string): Promise<string | null> => (await one<{ owner: string | null }>('select owner_id as owner from tasks.task where id = $1', task)).owner;
const commanderOf = async (id: string): Promise<string | null> => (await one<{ id: string | null }>('select commander_id as id from incidents.incident where id = $1', id)).id;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [identity, sites, people, alarms, tasks, incidents, twoPerson, live] });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  const aSite = async (code: string): Promise<string> => (await send(chief, 'POST', '/sites', { code, name: `Site ${code}`, kind: 'site', timeZone: 'UTC' })).json().id;
  [utrecht, cork] = [await aSite('UTR'), await aSite('CRK')];
  deputy = await aPerson(fresh, 'Dora Deputy', { role: 'deputy-cso' });
  admin = await aPerson(fresh, 'Ada Admin', { role: 'system-administrator' });
  pia = await aPerson(fresh, 'Pia Partner', { role: 'gsoc-operator', siteId: utrecht });
  served = await listening(app, fresh);
  ({ url } = served);
});
afterAll(async () => {
  await served.stop();
  await fresh.drop();
});

describe('the open work of who is stopped', () => {
  test('goes to a named person as far as they may have it, and is listed for who sees it', async () => {
    const olga = await operator();
    const [alarm, incident] = [await anAlarm(olga), await anIncident(olga)];
    const task = await aTask(chief, incident, olga.id);
    expect((await send(deputy, 'GET', `/people/${olga.id}/open-work`)).json().items.map(({ kind, id }: HandedOver) => [kind, id])).toEqual(expect.arrayContaining([['alarm', alarm], ['incident', incident], ['task', task]]));
    const reply = await send(deputy, 'POST', `/people/${olga.id}/suspend`, { reason: 'Lost badge', handTo: pia.id });
    const { items } = (await send(deputy, 'GET', `/people/${olga.id}/handed-over?handoverId=${reply.json().handoverId}`)).json();
    expect(items.map(({ kind, id, to }: HandedOver) => [kind, id, to]).sort()).toEqual([['alarm', alarm, 'Pia Partner'], ['incident', incident, 'Pia Partner'], ['task', task, 'Pia Partner']]);
    expect([await alarmNow(alarm), await commanderOf(incident), await ownerOf(task)]).toEqual([{ owner: pia.id, handling: 'acknowledged', header: 'acknowledged' }, pia.id, pia.id]);
    expect((await send(pia, 'GET', `/incidents/${incident}/timeline`)).json().items.at(-1)).toMatchObject({ verb: 'assigned', became: 'Pia Partner', person: 'Steward' });
    expect((await send(deputy, 'GET', `/people/${olga.id}/open-work`)).json().items).toEqual([]);
  });

  test('goes back to its queue where nobody is named, or where the named person may not have it', async () => {
    const far = await operator(cork);
    for (const handTo of [null, far.id]) {
      const olga = await operator();
      const [alarm, incident] = [await anAlarm(olga), await anIncident(olga)];
      const task = await aTask(chief, incident, olga.id);
      expect((await send(admin, 'POST', `/people/${olga.id}/leave`, { reason: 'New job', handTo })).statusCode).toBe(200);
      expect([await alarmNow(alarm), await commanderOf(incident), await ownerOf(task)]).toEqual([{ owner: null, handling: 'unacknowledged', header: 'unacknowledged' }, null, null]);
    }
  });

  test('is listed to nobody who does not see it: an administrator hands over what they never learn of', async () => {
    const olga = await operator();
    const alarm = await anAlarm(olga);
    expect((await send(admin, 'GET', `/people/${olga.id}/open-work`)).json()).toEqual({ items: [] });
    expect((await send(admin, 'POST', `/people/${olga.id}/suspend`, { reason: 'Lost badge', handTo: pia.id })).statusCode).toBe(200);
    expect((await send(admin, 'GET', `/people/${olga.id}/handed-over`)).json()).toEqual({ items: [] });
    expect((await alarmNow(alarm)).owner).toBe(pia.id);
    expect((await send(deputy, 'GET', `/people/${olga.id}/handed-over`)).json().items).toMatchObject([{ kind: 'alarm', id: alarm, to: 'Pia Partner', cause: 'suspended' }]);
  });

  test('is handed over by the steward where the verb did not come to it, and once only', async () => {
    const olga = await operator();
    const alarm = await anAlarm(olga);
    const id = uuidv7();
    await fresh.owner.query(`update access.person set state = 'suspended' where id = $1`, [olga.id]);
    await fresh.owner.query(`insert into identity.handover (id, person_id, cause, by_id, due_at) values ($1, $2, 'suspended', $3, now())`, [id, olga.id, admin.id]);
    expect((await Promise.all([settleDue(fresh.db), settleDue(fresh.db)])).some((count) => count > 0)).toBe(true);
    expect((await alarmNow(alarm)).owner).toBeNull();
    expect(await settleDue(fresh.db)).toBe(0);
    expect((await fresh.owner.query(`select from ledger.entry where verb = 'alarms.handed-over' and record_id = $1`, [alarm])).rowCount).toBe(1);
  });

  test('is not given to somebody who is not there, nor to the person themselves', async () => {
    const olga = await operator();
    for (const handTo of [olga.id, uuidv7()]) expect((await send(admin, 'POST', `/people/${olga.id}/suspend`, { reason: 'Lost badge', handTo })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/handTo' }] });
    expect((await one<{ state: string }>('select state from access.person where id = $1', olga.id)).state).toBe('active');
  });

  test('is handed over by the steward only: nobody else may call what does it', async () => {
    for (const [text, permission] of [[`select * from alarms.hand_over($1, null, false)`, 'identity:invite'], [`select * from tasks.hand_over($1, null, false)`, 'identity:settle'], [`select * from incidents.hand_over($1, null, false)`, 'incidents:write']] as const) {
      const code = await fresh.db.send([{ text: `select set_config('parapet.person', $1, true), set_config('role', 'parapet_org', true), set_config('parapet.permission', $2, true)`, values: [deputy.id, permission] }, { text, values: [pia.id] }]).then(() => 'done', (error: { code: string }) => error.code);
      expect(code).toBe('42501');
    }
  });
});

describe('a wall', () => {
  const lead = () => aPerson(fresh, `Lead ${n++}`, { role: 'investigations-lead' });
  async function aWall(custodian: Somebody): Promise<{ id: string; wall: string; leader: Somebody }> {
    const leader = await lead();
    const id = await anIncident(leader, { custodianId: custodian.id });
    return { id, leader, wall: (await one<{ wall: string }>('select wall_id as wall from incidents.incident where id = $1', id)).wall };
  }
  const partsOf = async (who: Somebody, id: string) => (await send(who, 'GET', `/incidents/${id}/members`)).json<{ items: { personId: string; part: string }[] }>().items.map(({ personId, part }) => `${part} ${personId}`).sort();

  test('whose custodian leaves gets the member who stood there longest, says so to its members, and to nobody else', async () => {
    const [keeper, first, second] = [await operator(), await operator(), await operator()];
    const { id, wall, leader } = await aWall(keeper);
    for (const member of [first, second]) await send(leader, 'POST', `/incidents/${id}/members`, { personId: member.id, part: 'wall-reader', reason: 'Needed here' });
    const told = (await send(admin, 'POST', `/people/${keeper.id}/leave`, { reason: 'New job' })).json();
    expect(JSON.stringify(told)).not.toContain(id);
    expect(await partsOf(leader, id)).toEqual([`wall-custodian ${first.id}`, `wall-lead ${leader.id}`, `wall-reader ${second.id}`]);
    expect(await topicsAt(wall)).toEqual(['identity.membership-ended', 'identity.custodian-succeeded']);
    expect((await fresh.owner.query(`select from ledger.entry where verb like 'identity.custodian%' and wall_id is null`)).rowCount).toBe(0);
  });

  test('where nobody else stands gets who keeps walls over the organisation for the longest, but never whom it is about', async () => {
    const keeper = await operator();
    const { id, leader } = await aWall(keeper);
    await send(leader, 'POST', `/incidents/${id}/people`, { role: 'subject', personId: chief.id });
    await send(admin, 'POST', `/people/${keeper.id}/suspend`, { reason: 'Lost badge' });
    expect(await partsOf(leader, id)).toEqual([`wall-custodian ${deputy.id}`, `wall-custodian ${keeper.id}`, `wall-lead ${leader.id}`]);
    expect((await send(deputy, 'GET', `/incidents/${id}`)).statusCode).toBe(200);
  });

  test('keeps its custodian when its lead leaves, who can give that part to another', async () => {
    const keeper = await operator();
    const { id, leader } = await aWall(keeper);
    const task = await aTask(leader, id, leader.id);
    await send(admin, 'POST', `/people/${leader.id}/leave`, { reason: 'New job', handTo: pia.id });
    expect(await partsOf(keeper, id)).toEqual([`wall-custodian ${keeper.id}`]);
    expect([await commanderOf(id), await ownerOf(task)]).toEqual([null, null]);
    expect((await send(keeper, 'POST', `/incidents/${id}/members`, { personId: pia.id, part: 'wall-lead', reason: 'Leads from now on' })).statusCode).toBe(200);
  });

  test('lets in nobody whom it is about, by whatever door', async () => {
    const [keeper, subject] = [await operator(), await operator()];
    const { id, wall, leader } = await aWall(keeper);
    const named = (await send(leader, 'POST', `/incidents/${id}/people`, { role: 'subject', personId: subject.id })).json<{ rowId: string }>();
    const letIn = () => fresh.owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select $1, $2, id from access.role where key = 'wall-reader'`, [wall, subject.id]);
    await expect(letIn()).rejects.toMatchObject({ code: '42501' });
    await send(leader, 'POST', `/incidents/${id}/people/${named.rowId}/strike`, { reason: 'Mistaken' });
    expect((await letIn()).rowCount).toBe(1);
  });
});

describe('who has left', () => {
  test('holds no role, no key, no session and no place behind a wall, and a live stream that is open ends within five seconds', async () => {
    const gone = await operator();
    const keyed = await aSession(fresh, gone.id);
    const stream = await fetch(`${url}/api/live`, { headers: gone.headers });
    const ended = (async () => {
      for await (const chunk of stream.body ?? []) void chunk;
      return Date.now();
    })();
    const from = Date.now();
    expect((await send(admin, 'POST', `/people/${gone.id}/leave`, { reason: 'In anger' })).statusCode).toBe(200);
    for (const headers of [gone.headers, keyed]) expect((await send({ headers }, 'GET', '/alarms')).statusCode).toBe(401);
    expect((await ended) - from).toBeLessThan(5000);
    expect(await one('select count(*)::int as n from access.grant where person_id = $1 and until > now()', gone.id)).toEqual({ n: 0 });
    expect(await one('select count(*)::int as n from access.session where person_id = $1', gone.id)).toEqual({ n: 0 });
    expect((await send({ headers: await aSession(fresh, gone.id) }, 'GET', '/identity/me')).statusCode).toBe(401);
    expect((await send(admin, 'POST', `/people/${gone.id}/reactivate`, { reason: 'Came back' })).statusCode).toBe(409);
  });
});

describe('a move', () => {
  const grantsOf = async (who: Somebody) => (await fresh.owner.query<{ key: string; site: string | null }>(`select r.key, g.site_id as site from access.grant g join access.role r on r.id = g.role_id where g.person_id = $1 and g.since <= now() and g.until > now() order by 1`, [who.id])).rows;
  const grantId = async (who: Somebody): Promise<string> => (await one<{ id: string }>('select id from access.grant where person_id = $1 and until > now()', who.id)).id;
  const homeOf = async (who: Somebody): Promise<string | null> => (await one<{ site: string | null }>('select site_id as site from people.person where id = $1', who.id)).site;

  test('ends and begins in one step what is the mover’s own to give, with the home site', async () => {
    const who = await aPerson(fresh, 'Rita Reception', { role: 'reception', siteId: utrecht });
    const reply = await send(chief, 'POST', `/people/${who.id}/move`, { siteId: cork, ends: [await grantId(who)], begins: [{ roleKey: 'reception', siteId: cork }], reason: 'Moves to Cork' });
    expect(reply.json()).toEqual({ state: 'moved', decisionId: null });
    expect([await grantsOf(who), await homeOf(who)]).toEqual([[{ key: 'reception', site: cork }], cork]);
  });

  test('that gives more than that waits whole for another person, and then happens whole; work of the old place goes back', async () => {
    const who = await operator();
    const alarm = await anAlarm(who);
    const moving = { siteId: cork, ends: [await grantId(who)], begins: [{ roleKey: 'gsoc-operator', siteId: cork }], reason: 'Moves to Cork' };
    const waiting = (await send(admin, 'POST', `/people/${who.id}/move`, moving)).json<{ state: string; decisionId: string }>();
    expect([waiting.state, await grantsOf(who), await homeOf(who)]).toEqual(['waiting', [{ key: 'gsoc-operator', site: utrecht }], null]);
    expect((await send(chief, 'GET', `/two-person/${waiting.decisionId}`)).json().facts).toMatchObject({ person: expect.any(String), role: 'GSOC operator', ends: 'GSOC operator', site: 'Site CRK (CRK)' });
    expect((await send(chief, 'POST', `/two-person/${waiting.decisionId}/approve`, {})).statusCode).toBe(200);
    expect([await grantsOf(who), await homeOf(who)]).toEqual([[{ key: 'gsoc-operator', site: cork }], cork]);
    await settleDue(fresh.db);
    expect((await alarmNow(alarm)).owner).toBeNull();
  });

  test('of which one part is refused does nothing', async () => {
    const who = await aPerson(fresh, 'Abel Auditor', { role: 'auditor' });
    for (const payload of [{ siteId: cork, begins: [{ roleKey: 'system-administrator', siteId: cork }] }, { siteId: cork, ends: [uuidv7()] }, { siteId: cork, ends: [await grantId(who)], begins: [{ roleKey: 'no-such-role', siteId: cork }] }]) {
      const reply = await send(chief, 'POST', `/people/${who.id}/move`, { ...payload, reason: 'Moves to Cork' });
      const decisionId = reply.json().decisionId as string | undefined;
      const last = decisionId ? await send(admin, 'POST', `/two-person/${decisionId}/approve`, {}) : reply;
      expect(last.statusCode).toBe(422);
      expect([await grantsOf(who), await homeOf(who)]).toEqual([[{ key: 'auditor', site: null }], null]);
    }
  });

  test('from one duty to another that is kept apart from it is possible, since the first ends as the second begins', async () => {
    const who = await aPerson(fresh, 'Alma Auditor', { role: 'auditor', siteId: utrecht });
    const waiting = (await send(chief, 'POST', `/people/${who.id}/move`, { ends: [await grantId(who)], begins: [{ roleKey: 'system-administrator', siteId: utrecht }], reason: 'Changes sides' })).json<{ decisionId: string }>();
    expect((await send(admin, 'POST', `/two-person/${waiting.decisionId}/approve`, {})).statusCode).toBe(200);
    expect(await grantsOf(who)).toEqual([{ key: 'system-administrator', site: utrecht }]);
  });

  test('of a later day ends and begins then, and not before', async () => {
    const who = await aPerson(fresh, 'Lara Later', { role: 'reception', siteId: utrecht });
    const at = new Date(Date.now() + 86_400_000).toISOString();
    expect((await send(chief, 'POST', `/people/${who.id}/move`, { ends: [await grantId(who)], begins: [{ roleKey: 'reception', siteId: cork }], at, reason: 'Moves tomorrow' })).json().state).toBe('moved');
    expect(await grantsOf(who)).toEqual([{ key: 'reception', site: utrecht }]);
    const { rows } = await fresh.owner.query(`select site_id as site, since = $2::timestamptz as begins, until = $2::timestamptz as ends from access.grant where person_id = $1 order by since`, [who.id, at]);
    expect(rows).toEqual([{ site: utrecht, begins: false, ends: true }, { site: cork, begins: true, ends: false }]);
  });

  test('is done by nobody to themselves, nor by who gives no roles where the person is', async () => {
    const keeper = await aPerson(fresh, 'Karl Keeper', { role: 'system-administrator', siteId: cork });
    const who = await aPerson(fresh, 'Mona Moved', { role: 'reception', siteId: utrecht });
    await fresh.owner.query('update people.person set site_id = $2 where id = $1', [who.id, utrecht]);
    expect((await send(keeper, 'POST', `/people/${who.id}/move`, { begins: [{ roleKey: 'reception', siteId: cork }], reason: 'Comes to us' })).statusCode).toBe(404);
    expect((await send(chief, 'POST', `/people/${chief.id}/move`, { siteId: cork, reason: 'Myself' })).statusCode).toBe(403);
  });
});
