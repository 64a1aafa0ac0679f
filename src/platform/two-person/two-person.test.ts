import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import identity from '#modules/identity/module.ts';
import sites from '#modules/sites/module.ts';
import { addTask } from '#modules/tasks/public.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Decision } from './contract.ts';
import { expireDecisions } from './expire.ts';
import { decisionKind } from './kinds.ts';
import twoPerson from './module.ts';
import { propose, tellNext } from './propose.service.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let site: string, cork: string;
let ann: Somebody, bob: Somebody, sue: Somebody, far: Somebody;
let n = 0;

/** Two people put a task on a record together; the task with the title "fail" cannot be put there. */
const taskKind = decisionKind({
  key: 'tasks.together', permission: 'tasks:write', expiresMinutes: 60, payload: z.object({ recordId: z.uuid(), title: z.string() }),
  run: async (ctx, { recordId, title }, { reason }) => {
    await addTask(ctx, { recordId, title, detail: reason, ownerId: null, dueAt: null });
    if (title === 'fail') throw new Problem('refused', 'tasks.together', 'Not this one.');
  },
});

const NOWHERE = '019a0000-0000-7000-8000-000000000000';
const call = (who: Pick<Somebody, 'headers'>, method: 'GET' | 'POST', url: string, payload?: object) => app.inject({ method, url: `/api/two-person${url}`, headers: who.headers, ...(payload && { payload }) });
const count = async (query: string, ...values: unknown[]): Promise<number> => Number((await fresh.owner.query<{ n: string }>(`select count(*) as n from ${query}`, values)).rows[0]?.n);
const tasksCalled = (title: string) => count('tasks.task where title = $1', title);
const proposed = async (who: Somebody, over: { title?: string; siteId?: string | null; subjectId?: string } = {}) => {
  const { title = `Together ${n++}`, siteId = site, subjectId = null } = over;
  return { title, ...(await propose(await fresh.as(who.id), taskKind, { payload: { recordId: site, title }, facts: { title }, subjectId, of: { recordId: site, siteId, wallId: null }, reason: 'Because two see more' })) };
};
const ids = async (who: Somebody, view: string): Promise<string[]> => (await call(who, 'GET', `/?view=${view}&limit=200`)).json<{ items: Decision[] }>().items.map(({ id }) => id);
const verbsTold = async (id: string): Promise<string[]> => (await fresh.owner.query<{ verb: string }>(`select verb from ledger.entry where body::jsonb -> 'after' ->> 'id' = $1 order by xid, id`, [id])).rows.map(({ verb }) => verb);

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [identity, sites, twoPerson] });
  const chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  const aSite = async (code: string): Promise<string> => (await app.inject({ method: 'POST', url: '/api/sites', headers: chief.headers, payload: { code, name: code, kind: 'site', timeZone: 'UTC' } })).json().id;
  [site, cork] = [await aSite('UTR'), await aSite('CRK')];
  await fresh.owner.query(`update access.grant set until = now() - interval '2 days', since = now() - interval '3 days' where person_id = $1`, [chief.id]);
  [ann, bob, sue] = [await aPerson(fresh, 'Ann One', { role: 'gsoc-operator', siteId: site }), await aPerson(fresh, 'Bob Two', { role: 'gsoc-operator', siteId: site }), await aPerson(fresh, 'Sue Subject', { role: 'gsoc-operator', siteId: site })];
  far = await aPerson(fresh, 'Fay Far', { role: 'gsoc-operator', siteId: cork });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('what one proposes', () => {
  test('waits for another who may do it there, and then is done in their name in the same moment', async () => {
    const { title, decisionId, state } = await proposed(ann);
    expect([state, await tasksCalled(title)]).toEqual(['waiting', 0]);
    expect(await ids(bob, 'for-me')).toContain(decisionId);
    const approved = await call(bob, 'POST', `/${decisionId}/approve`, { note: 'Seen it' });
    expect(approved.json()).toMatchObject({ state: 'approved', proposedBy: { name: 'Ann One' }, decidedBy: { name: 'Bob Two' }, decidedWhy: 'Seen it', may: [] });
    expect(await count('tasks.task where title = $1 and created_by = $2', title, bob.id)).toBe(1);
    expect(await verbsTold(decisionId)).toEqual(['two-person.proposed', 'two-person.approved']);
  });

  test('is decided neither by the same person, nor by whom it is about, nor by who may not do it there', async () => {
    const { title, decisionId } = await proposed(ann, { subjectId: sue.id });
    const codes = await Promise.all([ann, sue, far].map(async (who) => (await call(who, 'POST', `/${decisionId}/approve`, {})).statusCode));
    expect(codes).toEqual([403, 404, 404]);
    expect(await tasksCalled(title)).toBe(0);
    for (const who of [sue, far]) {
      const bytes = async (id: string) => (await call(who, 'GET', `/${id}`)).body.replace(/"instance":"[^"]+"/, '');
      expect(await bytes(decisionId)).toBe(await bytes(NOWHERE));
      expect(await ids(who, 'all')).not.toContain(decisionId);
    }
    expect((await call(ann, 'GET', `/${decisionId}`)).json()).toMatchObject({ may: ['withdraw'], blocked: null });
  });

  test('is not proposed by a machine, nor where one may not', async () => {
    await expect(proposed(far)).rejects.toMatchObject({ code: 'decisions.not_qualified' });
    const key = await aPerson(fresh, 'A key', { role: 'gsoc-operator', siteId: site });
    await fresh.owner.query(`update access.person set kind = 'service' where id = $1`, [key.id]);
    await expect(proposed(key)).rejects.toMatchObject({ code: 'decisions.not_qualified' });
    const { decisionId } = await proposed(ann);
    expect((await call(key, 'POST', `/${decisionId}/approve`, {})).statusCode).toBe(403);
    await fresh.owner.query(`update access.grant set until = now() where person_id = $1`, [key.id]);
  });

  test('is refused with a reason, or taken back by who proposed it, and not done then', async () => {
    const [one, two] = [await proposed(ann), await proposed(ann)];
    expect((await call(bob, 'POST', `/${one.decisionId}/refuse`, { why: 'Not now' })).json()).toMatchObject({ state: 'refused', decidedWhy: 'Not now' });
    expect((await call(bob, 'POST', `/${two.decisionId}/withdraw`)).statusCode).toBe(403);
    expect((await call(ann, 'POST', `/${two.decisionId}/withdraw`)).json()).toMatchObject({ state: 'withdrawn' });
    for (const { decisionId, title } of [one, two]) {
      expect((await call(bob, 'POST', `/${decisionId}/approve`, {})).statusCode).toBe(409);
      expect(await tasksCalled(title)).toBe(0);
    }
  });

  test('the same once more while the first waits is the first; from another person it is a conflict that leads there', async () => {
    const first = await proposed(ann);
    expect((await proposed(ann, { title: first.title })).decisionId).toBe(first.decisionId);
    await expect(proposed(bob, { title: first.title })).rejects.toMatchObject({ code: 'decisions.proposed_already', extra: { decisionId: first.decisionId } });
  });
});

describe('a decision', () => {
  test('approved again by the same person is the same answer, and is done once', async () => {
    const { title, decisionId } = await proposed(ann);
    const replies = [await call(bob, 'POST', `/${decisionId}/approve`, {}), await call(bob, 'POST', `/${decisionId}/approve`, {})];
    expect(replies.map((reply) => reply.statusCode)).toEqual([200, 200]);
    expect(await tasksCalled(title)).toBe(1);
  });

  test('raced for by all verbs at once ends one way, is done at most once, and the others are told by whom', async () => {
    const third = await aPerson(fresh, 'Tim Third', { role: 'gsoc-operator', siteId: site });
    for (let round = 0; round < 6; round++) {
      const { title, decisionId } = await proposed(ann);
      const replies = await Promise.all([
        call(bob, 'POST', `/${decisionId}/approve`, {}), call(third, 'POST', `/${decisionId}/approve`, {}), call(third, 'POST', `/${decisionId}/refuse`, { why: 'Not so' }), call(ann, 'POST', `/${decisionId}/withdraw`),
      ]);
      const won = replies.filter((reply) => reply.statusCode === 200);
      expect(won).toHaveLength(1);
      expect(replies.filter((reply) => reply.statusCode === 409).every((reply) => typeof reply.json().by === 'string')).toBe(true);
      expect(replies.map((reply) => reply.statusCode).sort()).toEqual([200, 409, 409, 409]);
      expect(await tasksCalled(title)).toBe(won[0]?.json().state === 'approved' ? 1 : 0);
      expect((await verbsTold(decisionId)).length).toBe(2);
    }
    await fresh.owner.query(`update access.grant set until = now() where person_id = $1`, [third.id]);
  });

  test('that cannot be done any more is not decided, and nothing of it is kept', async () => {
    const { decisionId } = await proposed(ann, { title: 'fail' });
    expect((await call(bob, 'POST', `/${decisionId}/approve`, {})).json()).toMatchObject({ status: 422, type: 'urn:problem:tasks.together' });
    expect((await call(bob, 'GET', `/${decisionId}`)).json()).toMatchObject({ state: 'waiting', may: ['approve', 'refuse'] });
    expect(await tasksCalled('fail')).toBe(0);
  });

  test('is not approved where the proposer lost the right meanwhile', async () => {
    const third = await aPerson(fresh, 'Lou Loser', { role: 'gsoc-operator', siteId: site });
    const { title, decisionId } = await proposed(third);
    await fresh.owner.query(`update access.grant set until = now() where person_id = $1`, [third.id]);
    expect((await call(bob, 'POST', `/${decisionId}/approve`, {})).statusCode).toBe(403);
    expect(await tasksCalled(title)).toBe(0);
    expect((await call(bob, 'POST', `/${decisionId}/refuse`, { why: 'No right any more' })).statusCode).toBe(200);
  });

  test('ends with its time: nobody approves it then, the steward notes it, and the same may be proposed anew', async () => {
    const late = await proposed(ann);
    await fresh.owner.query(`update two_person.decision set proposed_at = now() - interval '2 hours', expires_at = now() - interval '1 hour' where id = $1`, [late.decisionId]);
    expect((await call(bob, 'POST', `/${late.decisionId}/approve`, {})).json()).toMatchObject({ status: 409, type: 'urn:problem:decisions.decided' });
    expect((await call(bob, 'GET', `/${late.decisionId}`)).json().state).toBe('expired');
    const steward = await fresh.as(SERVICE.steward);
    expect([await expireDecisions(steward), await expireDecisions(steward)]).toEqual([1, 0]);
    expect(await verbsTold(late.decisionId)).toEqual(['two-person.proposed', 'two-person.expired']);
    expect((await proposed(ann, { title: late.title })).decisionId).not.toBe(late.decisionId);
    expect(await tasksCalled(late.title)).toBe(0);
  });

  test('cannot be altered below the verbs: neither its payload, nor who proposed it, nor its end', async () => {
    const { decisionId } = await proposed(ann);
    for (const set of [`payload = '{}'`, `proposed_by = '${bob.id}'`, `subject_id = null`, `expires_at = now() + interval '1 year'`, `permission = 'tasks:read'`]) {
      const refused = await fresh.db.send([
        { text: `select set_config('parapet.person', $1, true), set_config('role', 'parapet_person', true), set_config('parapet.permission', 'tasks:write', true)`, values: [bob.id] },
        { text: `update two_person.decision set ${set} where id = '${decisionId}'`, values: [] },
      ]).then(() => 'done', (error: { code: string }) => error.code);
      expect([set, refused]).toEqual([set, '42501']);
    }
    for (const [who, set] of [[ann, `state = 'approved', decided_by = '${ann.id}', decided_at = now()`], [ann, `state = 'approved', decided_by = '${bob.id}', decided_at = now()`], [bob, `state = 'withdrawn', decided_by = '${bob.id}', decided_at = now()`], [bob, `state = 'approved', decided_by = '${ann.id}', decided_at = now()`]] as const) {
      const answer = await fresh.db.send([
        { text: `select set_config('parapet.person', $1, true), set_config('role', 'parapet_person', true), set_config('parapet.permission', 'tasks:write', true)`, values: [who.id] },
        { text: `update two_person.decision set ${set} where id = '${decisionId}'`, values: [] },
      ]).then(([, done]) => done?.count, (error: { code: string }) => error.code);
      expect(['42501', '23514', 0]).toContain(answer);
    }
    expect((await call(bob, 'GET', `/${decisionId}`)).json().state).toBe('waiting');
  });
});

describe('while nobody else could decide', () => {
  const lonely = async (): Promise<{ place: string; solo: Somebody }> => {
    const place = uuidv7();
    await fresh.owner.query(`insert into sites.site (id, code, name, kind, time_zone) values ($1, $2, 'Lonely', 'site', 'UTC')`, [place, `L-${n++}`]);
    await fresh.owner.query(`insert into platform.record (id, kind, title, state, site_id, read_permission, at) values ($1, 'sites.site', 'Lonely', 'active', $1, 'sites:read', now())`, [place]);
    return { place, solo: await aPerson(fresh, 'Solo', { role: 'gsoc-operator', siteId: place }) };
  };
  const proposeAt = async (who: Somebody, place: string) => {
    const title = `Alone ${n++}`;
    return { title, ...(await propose(await fresh.as(who.id), taskKind, { payload: { recordId: place, title }, facts: { title }, of: { recordId: place, siteId: place, wallId: null }, reason: 'Nobody else is here' })) };
  };

  test('it is done at once, marked alone, and shown to the next who could, who is told and looks at it once', async () => {
    const { place, solo } = await lonely();
    const { title, decisionId, state } = await proposeAt(solo, place);
    expect([state, await tasksCalled(title)]).toEqual(['alone', 1]);
    expect((await call(solo, 'GET', `/${decisionId}`)).json()).toMatchObject({ state: 'alone', decidedBy: { id: solo.id }, may: [] });
    expect((await call(solo, 'POST', `/${decisionId}/review`, { verdict: 'confirmed' })).statusCode).toBe(403);
    const next = await aPerson(fresh, 'Nora Next', { role: 'gsoc-operator', siteId: place });
    expect(await tellNext(await fresh.as(solo.id), next.id)).toBe(1);
    expect(await count(`platform.outbox where topic = 'two-person.told-next' and site_id = $1`, place)).toBe(1);
    expect((await call(next, 'GET', '/waiting')).json()).toEqual({ toDecide: 0, toReview: 1 });
    expect(await ids(next, 'alone')).toEqual([decisionId]);
    expect((await call(next, 'POST', `/${decisionId}/review`, { verdict: 'objected', why: 'Should have waited' })).json()).toMatchObject({ state: 'alone', review: { verdict: 'objected', why: 'Should have waited', by: { name: 'Nora Next' } } });
    expect((await call(next, 'GET', '/waiting')).json()).toEqual({ toDecide: 0, toReview: 0 });
    expect((await proposeAt(solo, place)).state).toBe('waiting');
  });

  test('nobody becomes alone at once by stopping the other, or by ending their right', async () => {
    for (const stop of [`update access.person set state = 'suspended' where id = $1`, `update access.grant set until = greatest(now(), since + interval '1 microsecond') where person_id = $1`]) {
      const { place, solo } = await lonely();
      const other = await aPerson(fresh, 'Olaf Other', { role: 'gsoc-operator', siteId: place });
      await fresh.owner.query(stop, [other.id]);
      expect((await proposeAt(solo, place)).state).toBe('waiting');
      await fresh.owner.query(`update two_person.stopped set at = now() - interval '25 hours' where person_id = $1`, [other.id]);
      await fresh.owner.query(`update access.grant set since = now() - interval '3 days', until = now() - interval '2 days' where person_id = $1 and until < now()`, [other.id]);
      expect((await proposeAt(solo, place)).state).toBe('alone');
    }
  });

  test('somebody whom the proposer made within the day neither counts as the other nor approves; a day later they do', async () => {
    const { place, solo } = await lonely();
    const made = await aPerson(fresh, 'Mara Made', { role: 'gsoc-operator', siteId: place });
    await fresh.owner.query('insert into two_person.touched (person_id, by_id) values ($1, $2)', [made.id, solo.id]);
    expect((await proposeAt(solo, place)).state).toBe('alone');
    await fresh.owner.query(`update access.person set created_at = now() - interval '25 hours' where id = $1`, [made.id]);
    const { decisionId } = await proposeAt(solo, place);
    const blocked = await call(made, 'POST', `/${decisionId}/approve`, {});
    expect(blocked.json()).toMatchObject({ status: 422, type: 'urn:problem:decisions.not_independent' });
    expect((await call(made, 'GET', `/${decisionId}`)).json().blocked).toBe(blocked.json().detail);
    await fresh.owner.query(`update two_person.touched set at = now() - interval '25 hours'`);
    expect((await call(made, 'POST', `/${decisionId}/approve`, {})).statusCode).toBe(200);
  });
});

describe('behind a wall', () => {
  let wall: string, inside: Somebody, other: Somebody, decisionId: string;
  beforeEach(async () => {
    wall = uuidv7();
    [inside, other] = [await aPerson(fresh, 'Ida Inside'), await aPerson(fresh, 'Otis Other')];
    await fresh.owner.query('insert into access.wall (id, opened_by) values ($1, $2)', [wall, inside.id]);
    await fresh.owner.query(`insert into platform.record (id, kind, title, state, site_id, wall_id, read_permission, at) values ($1, 'incidents.incident', 'Walled away', 'open', $2, $1, 'incidents:read', now())`, [wall, site]);
    for (const who of [inside, other]) await fresh.owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select $1, $2, id from access.role where key = 'wall-lead'`, [wall, who.id]);
    const made = await propose(await fresh.as(inside.id), taskKind, { payload: { recordId: wall, title: 'Secret' }, facts: { title: 'Secret' }, of: { recordId: wall, siteId: site, wallId: wall }, reason: 'Hush' });
    decisionId = made.decisionId;
  });

  test('only members see that there is something to decide, and that they read it is recorded', async () => {
    expect(await ids(ann, 'all')).not.toContain(decisionId);
    expect((await call(ann, 'GET', `/${decisionId}`)).statusCode).toBe(404);
    expect((await call(ann, 'POST', `/${decisionId}/approve`, {})).statusCode).toBe(404);
    const seen = await call(other, 'GET', `/${decisionId}`);
    expect(seen.json()).toMatchObject({ isWalled: true, record: { title: 'Walled away' }, may: ['approve', 'refuse'] });
    expect(await count(`ledger.entry where record_id = $1 and verb = 'two-person.looked' and wall_id = $3 and actor = $2`, decisionId, other.id, wall)).toBe(1);
  });

  test('a member who has only a part to read does not decide', async () => {
    await fresh.owner.query(`update access.wall_member set part_id = (select id from access.role where key = 'wall-reader') where person_id = $1`, [other.id]);
    expect((await call(other, 'POST', `/${decisionId}/approve`, {})).statusCode).toBe(404);
  });
});

test('pages of decisions follow each other without loss', async () => {
  const who = await aPerson(fresh, 'Paula Pages', { role: 'gsoc-operator', siteId: site });
  const made = [];
  for (let i = 0; i < 5; i++) made.push((await proposed(who)).decisionId);
  const seen: string[] = [];
  for (let after = ''; ; ) {
    const page = (await call(who, 'GET', `/?view=mine&limit=2${after}`)).json<{ items: Decision[]; next: string | null }>();
    seen.push(...page.items.map(({ id }) => id));
    if (!page.next) break;
    after = `&after=${page.next}`;
  }
  expect(seen).toEqual(made.toReversed());
});
