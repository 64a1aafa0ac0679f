import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { tellAll } from '#platform/notify/testing.ts';
import { joinSources } from '#platform/notify/port.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Task } from './contract.ts';
import tasks from './module.ts';
import { noticeSource } from './notices.ts';
import { completeTask } from './tasks.service.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;
let olga: Somebody;
let record: string;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [tasks] });
  const site = uuidv7();
  await fresh.owner.query('select access.place_site($1, null)', [site]);
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  olga = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: site });
  record = await aRecord(site);
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

async function aRecord(siteId: string, state = 'open'): Promise<string> {
  const id = uuidv7();
  await fresh.owner.query(`insert into platform.record (id, kind, title, state, site_id, read_permission, at) values ($1, 'test.record', 'A record', $3, $2, 'incidents:read', now())`, [id, siteId, state]);
  return id;
}
const call = (method: 'GET' | 'POST' | 'PATCH', path: string, payload?: object) => app.inject({ method, url: `/api/tasks${path}`, headers: chief.headers, ...(payload && { payload }) });
const add = async (more: object): Promise<Task> => {
  const answer = await call('POST', '', { recordId: record, title: 'Test the panic button', ...more });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
};
const openOn = async (recordId = record): Promise<Task[]> => (await call('GET', `?recordId=${recordId}&state=open&limit=200`)).json<{ items: Task[] }>().items;
const weekly = { rule: 'FREQ=WEEKLY', zone: 'Europe/Berlin' };
const onSeries = async (title: string): Promise<Task[]> => (await openOn()).filter((task) => task.title === title);
const at = (moment: string) => fresh.as(chief.id, () => new Date(moment));

describe('a task that repeats', () => {
  test('has one open at a time: the next is made when it is finished, at the first time by its rule that is not over, for the same owner', async () => {
    const task = await add({ title: 'Weekly', dueAt: '2026-10-19T07:00:00Z', ownerId: olga.id, repeats: weekly });
    expect(task.repeats).toMatchObject(weekly);
    const { id } = task;
    await completeTask(await at('2026-10-18T12:00:00Z'), { id, outcome: 'Rings' });
    const [second, ...more] = await onSeries('Weekly');
    // A week later by the clocks of Berlin, which went back an hour in between.
    expect([second, more]).toEqual([expect.objectContaining({ dueAt: '2026-10-26T08:00:00Z', owner: { id: olga.id, name: 'Olga Operator' }, detail: '', state: 'open', repeats: expect.objectContaining(weekly) }), []]);
    await completeTask(await at('2026-11-20T12:00:00Z'), { id: second?.id ?? '', outcome: '' });
    expect((await onSeries('Weekly')).map(({ dueAt }) => dueAt)).toEqual(['2026-11-23T08:00:00Z']);
    expect((await fresh.owner.query(`select verb from ledger.entry e where record_id = $1 and exists (select from ledger.erasable x where x.xid = e.xid and x.entry_id = e.id and x.text like '%Weekly%') order by xid, id`, [record])).rows.map(({ verb }) => verb)).toEqual(['tasks.added', 'tasks.added', 'tasks.added']);
  });

  test('is skipped by dropping it, ends with its rule, and stops when it is told not to repeat', async () => {
    const counted = await add({ title: 'Twice', dueAt: '2099-01-05T08:00:00Z', repeats: { rule: 'FREQ=DAILY;COUNT=2', zone: 'UTC' } });
    expect((await call('POST', `/${counted.id}/drop`, { reason: 'Holiday' })).statusCode).toBe(200);
    const [last] = await onSeries('Twice');
    expect(last).toMatchObject({ dueAt: '2099-01-06T08:00:00Z', repeats: { nextDueAt: null } });
    await call('POST', `/${last?.id}/complete`, {});
    expect(await onSeries('Twice')).toEqual([]);
    const stopped = await add({ title: 'No more', dueAt: '2099-01-05T08:00:00Z', repeats: weekly });
    expect((await call('PATCH', `/${stopped.id}`, { repeats: null })).json()).toMatchObject({ repeats: null });
    await call('POST', `/${stopped.id}/complete`, {});
    expect(await onSeries('No more')).toEqual([]);
  });

  test('keeps its rhythm when one is put off, and begins anew with a new rule', async () => {
    const task = await add({ title: 'Rhythm', dueAt: '2099-01-05T08:00:00Z', repeats: weekly });
    expect((await call('PATCH', `/${task.id}`, { dueAt: '2099-01-07T08:00:00Z' })).json()).toMatchObject({ repeats: { nextDueAt: '2099-01-12T08:00:00.000Z' } });
    expect((await call('PATCH', `/${task.id}`, { repeats: { rule: 'FREQ=DAILY;INTERVAL=2', zone: 'UTC' } })).json()).toMatchObject({ repeats: { nextDueAt: '2099-01-09T08:00:00.000Z' } });
    expect((await call('PATCH', `/${task.id}`, { dueAt: null })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/dueAt' }] });
  });

  test('opened again takes the next back while nobody touched it, and is refused after', async () => {
    const task = await add({ title: 'Too early', dueAt: '2099-01-05T08:00:00Z', repeats: weekly });
    await call('POST', `/${task.id}/complete`, {});
    expect((await call('POST', `/${task.id}/reopen`, { reason: 'Pressed by mistake' })).statusCode).toBe(200);
    expect((await onSeries('Too early')).map(({ id }) => id)).toEqual([task.id]);
    await call('POST', `/${task.id}/complete`, {});
    const [next] = await onSeries('Too early');
    await call('PATCH', `/${next?.id}`, { detail: 'With the new key' });
    expect((await call('POST', `/${task.id}/reopen`, { reason: 'Pressed by mistake' })).json()).toMatchObject({ status: 409, type: 'urn:problem:tasks.next_is_open' });
    expect((await onSeries('Too early')).map(({ id }) => id)).toEqual([next?.id]);
  });

  test('makes one next, however many finish it at once; none on a closed record; nobody’s where its owner lost sight', async () => {
    const task = await add({ title: 'Race', dueAt: '2099-01-05T08:00:00Z', repeats: weekly });
    expect((await Promise.all([1, 2, 3].map(() => call('POST', `/${task.id}/complete`, {})))).map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
    expect(await onSeries('Race')).toHaveLength(1);
    const siteId = (await fresh.owner.query<{ site_id: string }>('select site_id from platform.record where id = $1', [record])).rows[0]?.site_id ?? '';
    const closing = await aRecord(siteId);
    const last = await add({ recordId: closing, dueAt: '2099-01-05T08:00:00Z', repeats: weekly });
    await fresh.owner.query(`update platform.record set state = 'closed' where id = $1`, [closing]);
    expect((await call('POST', `/${last.id}/complete`, {})).statusCode).toBe(200);
    expect(await openOn(closing)).toEqual([]);
    const guest = await aPerson(fresh, 'Gil Guest', { role: 'gsoc-operator', siteId });
    const lost = await add({ title: 'Lost', ownerId: guest.id, dueAt: '2099-01-05T08:00:00Z', repeats: weekly });
    await fresh.owner.query('update access.grant set until = now() where person_id = $1', [guest.id]);
    await call('POST', `/${lost.id}/complete`, {});
    expect((await onSeries('Lost')).map(({ owner }) => owner)).toEqual([null]);
  });

  test.each([
    ['no due time', { repeats: weekly }, '/dueAt'], ['an unknown part', { dueAt: '2099-01-05T08:00:00Z', repeats: { rule: 'FREQ=DAILY;BYHOUR=3', zone: 'UTC' } }, '/repeats/rule'], ['no such zone', { dueAt: '2099-01-05T08:00:00Z', repeats: { rule: 'FREQ=DAILY', zone: 'Mars/Base' } }, '/repeats/zone'],
  ])('%s is refused with its pointer', async (_what, more, pointer) => {
    expect((await call('POST', '', { recordId: record, title: 'T', ...more })).json()).toMatchObject({ status: 422, errors: [{ pointer }] });
  });

  test('an old one, and one that never fits, are answered at once', async () => {
    const started = performance.now();
    await add({ title: 'Old', dueAt: '0001-01-01T00:00:00Z', repeats: { rule: 'FREQ=DAILY', zone: 'UTC' } });
    await add({ title: 'Never', dueAt: '2026-02-01T00:00:00Z', repeats: { rule: 'FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31', zone: 'UTC' } });
    expect((await onSeries('Never'))[0]?.repeats?.nextDueAt).toBeNull();
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});

describe('a task that waits for others', () => {
  test('is not done before they are, and is by dropping or taking away what it waits for', async () => {
    const [first, other] = [await add({ title: 'Buy the lock' }), await add({ title: 'Ask the owner' })];
    const last = await add({ title: 'Fit the lock', blockedBy: [first.id, other.id] });
    expect(last.blockedBy).toEqual([{ id: first.id, title: 'Buy the lock', state: 'open' }, { id: other.id, title: 'Ask the owner', state: 'open' }]);
    expect((await call('POST', `/${last.id}/complete`, {})).json()).toMatchObject({ status: 422, detail: 'First finish “Buy the lock”, “Ask the owner”, or let this task not wait for it.' });
    await call('POST', `/${first.id}/complete`, {});
    expect((await call('POST', `/${last.id}/complete`, {})).json()).toMatchObject({ status: 422, detail: expect.stringContaining('First finish “Ask the owner”') });
    await call('POST', `/${other.id}/drop`, { reason: 'Not needed' });
    expect((await call('POST', `/${last.id}/complete`, {})).statusCode).toBe(200);
  });

  test('is free when the last is finished, and its owner is told, once', async () => {
    const [first, other] = [await add({ title: 'Order it' }), await add({ title: 'Pay it' })];
    await add({ title: 'Fetch it', ownerId: olga.id, blockedBy: [first.id, other.id] });
    const worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
    const told = async (): Promise<number | undefined> => {
      await tellAll(fresh, worker, joinSources([noticeSource]));
      return (await fresh.owner.query<{ n: number }>(`select count(*)::int as n from notify.notice where class = 'tasks.freed' and person_id = $1`, [olga.id])).rows[0]?.n;
    };
    const before = (await told()) ?? 0;
    await call('POST', `/${first.id}/complete`, {});
    expect(await told()).toBe(before);
    await call('POST', `/${other.id}/drop`, { reason: 'It was free' });
    expect([await told(), await told()]).toEqual([before + 1, before + 1]);
    await worker.close();
  });

  test('waits in no circle, by whatever way, nor for itself, nor for what stands elsewhere', async () => {
    const a = await add({ title: 'A' });
    const b = await add({ title: 'B', blockedBy: [a.id] });
    const c = await add({ title: 'C', blockedBy: [b.id] });
    const elsewhere = await aRecord((await fresh.owner.query<{ site_id: string }>('select site_id from platform.record where id = $1', [record])).rows[0]?.site_id ?? '');
    const far = await add({ recordId: elsewhere, title: 'Far' });
    const type = async (id: string, blockedBy: string[]) => (await call('PATCH', `/${id}`, { blockedBy })).json<{ type?: string; detail?: string }>();
    expect(await type(a.id, [c.id])).toMatchObject({ type: 'urn:problem:tasks.circle', detail: '“C” waits for this task already, itself or through others. Take that away first.' });
    expect(await type(a.id, [a.id])).toMatchObject({ type: 'urn:problem:tasks.circle' });
    expect(await type(a.id, [far.id])).toMatchObject({ type: 'urn:problem:tasks.waits_elsewhere' });
    expect(await type(a.id, [uuidv7()])).toMatchObject({ type: 'urn:problem:tasks.waits_elsewhere' });
    await expect(fresh.owner.query('update tasks.task set blocked_by = array[$2::uuid] where id = $1', [a.id, c.id])).rejects.toThrow('a circle');
    await expect(fresh.owner.query('update tasks.task set blocked_by = array[$2::uuid] where id = $1', [a.id, far.id])).rejects.toThrow('elsewhere');
  });

  test('two at once do not close a circle', async () => {
    for (let round = 0; round < 3; round++) {
      const [a, b] = [await add({ title: 'Left' }), await add({ title: 'Right' })];
      const replies = await Promise.all([call('PATCH', `/${a.id}`, { blockedBy: [b.id] }), call('PATCH', `/${b.id}`, { blockedBy: [a.id] })]);
      expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, 422]);
    }
  });
});
