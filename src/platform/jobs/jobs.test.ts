import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Job } from './contract.ts';
import { startJob } from './jobs.service.ts';
import type { JobKind } from './port.ts';
import { aJobWorker, KINDS } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let worker: { stop(): Promise<void> };
let cleo: Somebody;
let keeper: Somebody;
let incident: string;
const site = uuidv7();

const kindOf = (key: string): JobKind => KINDS.find((kind) => kind.key === key) as JobKind;
const start = async (who: Somebody, key: string, args: object): Promise<string> => (await startJob(await fresh.as(who.id), kindOf(key), args)).id;
const get = (path: string, who: Somebody) => app.inject({ url: `/api/jobs${path}`, headers: who.headers });
const post = (path: string, who: Somebody) => app.inject({ method: 'POST', url: `/api/jobs${path}`, headers: who.headers });
const read = async (id: string, who: Somebody): Promise<Job & { result: unknown }> => (await get(`/${id}`, who)).json();
const ended = async (id: string, who: Somebody, timeout = 15_000): Promise<Job & { result: unknown }> => {
  await expect.poll(async () => (await read(id, who)).state, { timeout, interval: 50 }).toMatch(/done|failed|stopped/);
  return read(id, who);
};
const until = (id: string, who: Somebody, state: string) => expect.poll(async () => (await read(id, who)).state, { timeout: 15_000, interval: 30 }).toBe(state);
const someone = (name: string): Promise<Somebody> => aPerson(fresh, name, { role: 'cso' });
const tasksCalled = async (title: string): Promise<number> => (await fresh.owner.query('select from tasks.task where title = $1', [title])).rowCount ?? 0;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  await fresh.owner.query(`insert into sites.site (id, code, name, kind, time_zone) values ($1, 'A', 'A', 'site', 'UTC')`, [site]);
  cleo = await someone('Cleo Chief');
  keeper = await aPerson(fresh, 'Karl Keeper', { role: 'system-administrator' });
  incident = (await app.inject({ method: 'POST', url: '/api/incidents', headers: cleo.headers, payload: { siteId: site, title: 'Van at the fence', severity: 2, occurredFrom: '2026-11-20T12:00:00Z' } })).json<{ id: string }>().id;
  worker = await aJobWorker(fresh.url);
});
afterAll(async () => {
  await worker.stop();
  await app.close();
  await fresh.drop();
});

describe('a job', () => {
  test('runs as who started it, shows how far it is, and keeps its result for its owner', async () => {
    const id = await start(cleo, 'test.counts', { steps: 6, stepMs: 250 });
    await expect.poll(async () => (await read(id, cleo)).progressWords, { timeout: 10_000 }).toMatch(/^Step [1-5]$/);
    expect(await ended(id, cleo)).toMatchObject({ state: 'done', progress: 1, result: { seen: 1 }, attempts: 1, error: '', title: 'Counts what I see', isMine: true });
    expect(await read(id, keeper)).toMatchObject({ state: 'done', result: null, owner: { name: 'Cleo Chief' }, isMine: false });
    expect((await get(`/${id}`, await someone('Another Chief'))).statusCode).toBe(404);
    expect((await fresh.owner.query('select args from jobs.content where job_id = $1', [id])).rows).toEqual([{ args: null }]);
    const { rows } = await fresh.owner.query('select verb, actor from ledger.entry where record_id = $1 order by xid', [id]);
    expect(rows).toEqual([{ verb: 'jobs.started', actor: cleo.id }, { verb: 'jobs.done', actor: cleo.id }]);
  });

  test('sees what its owner may see when it runs, and not when it was started', async () => {
    const dana = await someone('Dana Deputy');
    const blocking = await start(dana, 'test.counts', { steps: 3, stepMs: 150 });
    const id = await start(dana, 'test.counts', { steps: 1, stepMs: 1 });
    await until(blocking, dana, 'running');
    await fresh.owner.query(`update access.grant set until = now() where person_id = $1`, [dana.id]);
    expect(await ended(id, keeper)).toMatchObject({ state: 'failed', error: expect.stringContaining('incidents:read') });
    const leo = await someone('Leo Leaver');
    const waiting = await start(leo, 'test.counts', { steps: 3, stepMs: 150 });
    const last = await start(leo, 'test.counts', { steps: 1, stepMs: 1 });
    await until(waiting, keeper, 'running');
    await fresh.owner.query(`update access.person set state = 'leaver' where id = $1`, [leo.id]);
    expect(await ended(last, keeper)).toMatchObject({ state: 'failed', error: 'Who started it is no longer active here.' });
  });

  test('that is refused fails with the words of the refusal, one that breaks without an inner word, one that is hindered is tried again', async () => {
    const nora = await someone('Nora Nobody');
    const [refused, broken, passing] = [await start(nora, 'test.fails', { how: 'refused' }), await start(nora, 'test.fails', { how: 'broken' }), await start(nora, 'test.fails', { how: 'passing' })];
    expect(await ended(refused, nora)).toMatchObject({ state: 'failed', error: 'Line 3 cannot be read.', attempts: 1 });
    expect(await ended(broken, nora)).toMatchObject({ state: 'failed', error: expect.not.stringContaining('inner word') });
    expect(await ended(passing, nora, 25_000)).toMatchObject({ state: 'done', result: 'at last', attempts: 2 });
  });

  test('of a person waits for the one before, and five are under way at most', async () => {
    const many = await someone('Mona Many');
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await start(many, 'test.counts', { steps: 2, stepMs: 40 }));
    await expect(start(many, 'test.counts', { steps: 1, stepMs: 1 })).rejects.toMatchObject({ code: 'jobs.many' });
    await until(ids[0] ?? '', many, 'running');
    const states = (await get('?limit=10', many)).json<{ items: Job[] }>().items.map(({ state }) => state);
    expect([states.filter((state) => state === 'running').length, states.filter((state) => state === 'queued').length]).toEqual([1, 4]);
    for (const id of ids) expect((await ended(id, many)).state).toBe('done');
  });

  test('is started only by who may', async () => {
    await expect(startJob(await fresh.as(keeper.id), kindOf('test.counts'), {})).rejects.toMatchObject({ status: 403 });
  });
});

describe('stopping', () => {
  const took = async (id: string, who: Somebody): Promise<number> => {
    const began = Date.now();
    expect((await post(`/${id}/stop`, who)).statusCode).toBe(200);
    await until(id, who, 'stopped');
    return Date.now() - began;
  };

  test('ends a job within two seconds', async () => {
    const sara = await someone('Sara Stops');
    const id = await start(sara, 'test.counts', { steps: 10_000, stepMs: 20 });
    await until(id, sara, 'running');
    expect(await took(id, sara)).toBeLessThan(2000);
    expect(await read(id, sara)).toMatchObject({ stoppedBy: 'Sara Stops', result: null });
    expect((await post(`/${id}/stop`, sara)).statusCode).toBe(409);
  });

  test('ends also one that takes no notice, and what it does afterwards has no effect', async () => {
    const ivan = await someone('Ivan Ignores');
    const id = await start(ivan, 'test.ignores', { recordId: incident, afterMs: 2400 });
    await until(id, ivan, 'running');
    expect(await took(id, ivan)).toBeLessThan(2600);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect([await tasksCalled('Written too late'), (await read(id, ivan)).state]).toEqual([0, 'stopped']);
  });

  test('while its commit is under way says what came of it: done, where it is there', async () => {
    await fresh.owner.query(`create function public.dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(3); return null; end $$;
      create constraint trigger dawdle after insert on tasks.task deferrable initially deferred for each row when (new.title = 'Written by a job') execute function public.dawdle()`);
    const carl = await someone('Carl Commits');
    const id = await start(carl, 'test.writes', { recordId: incident, hangs: false });
    await until(id, carl, 'running');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await post(`/${id}/stop`, carl)).statusCode).toBe(200);
    expect([(await ended(id, carl)).state, await tasksCalled('Written by a job')]).toEqual(['done', 1]);
    await fresh.owner.query(`drop trigger dawdle on tasks.task; update tasks.task set title = 'Written anyway' where title = 'Written by a job'`);
  });

  test('one that waits keeps it from ever running; who keeps the system may, somebody else may not', async () => {
    const wanda = await someone('Wanda Waits');
    const first = await start(wanda, 'test.counts', { steps: 25, stepMs: 200 });
    const id = await start(wanda, 'test.writes', { recordId: incident, hangs: false });
    await until(first, wanda, 'running');
    expect((await post(`/${id}/stop`, cleo)).statusCode).toBe(404);
    expect(await took(id, keeper)).toBeLessThan(2000);
    expect(await ended(id, wanda)).toMatchObject({ state: 'stopped', stoppedBy: 'Karl Keeper', startedAt: null });
    expect(await tasksCalled('Written by a job')).toBe(0);
  });

  test('and starting again makes a new job with the same wish', async () => {
    const rita = await someone('Rita Repeats');
    const id = await start(rita, 'test.counts', { steps: 10_000, stepMs: 20 });
    await until(id, rita, 'running');
    await took(id, rita);
    expect((await post(`/${id}/again`, cleo)).statusCode).toBe(404);
    // Sorts of the tests are not those of the product.
    expect((await post(`/${id}/again`, rita)).json()).toMatchObject({ type: 'urn:problem:jobs.unknown_kind' });
  });
});

describe('a worker that is killed', () => {
  test('while a job runs: it runs again, and what it had written is written once', async () => {
    await worker.stop();
    const kim = await someone('Kim Killed');
    const id = await start(kim, 'test.writes', { recordId: incident, hangs: true });
    const child = fork(fileURLToPath(new URL('testing-process.ts', import.meta.url)), { env: { ...process.env, TEST_URL: fresh.url, TEST_HANGS: '1' }, execArgv: ['--no-warnings'], stdio: 'inherit' });
    await expect.poll(() => tasksCalled('Written by a job'), { timeout: 30_000, interval: 30 }).toBe(1);
    expect((await read(id, kim)).state).toBe('running');
    child.kill('SIGKILL');
    await once(child, 'exit');
    worker = await aJobWorker(fresh.url);
    const job = await ended(id, kim, 25_000);
    expect(job).toMatchObject({ state: 'done', attempts: 2, result: { id: expect.any(String), title: 'Written by a job' } });
    expect(await tasksCalled('Written by a job')).toBe(1);
  });

  test('between taking a job and beginning it: the job comes in anew', async () => {
    await worker.stop();
    const tara = await someone('Tara Taken');
    const id = await start(tara, 'test.counts', { steps: 1, stepMs: 1 });
    await fresh.owner.query(`with taken as (select graphile_worker.add_job('run-job', json_build_object('id', $1::text), job_key := $1::text)) update jobs.job set enqueued_at = now() where id = $1::uuid and exists (select from taken)`, [id]);
    await fresh.owner.query(`update graphile_worker._private_jobs set locked_by = 'a-worker-that-was-killed', locked_at = now() - interval '16 seconds' where key = $1`, [id]);
    worker = await aJobWorker(fresh.url);
    expect(await ended(id, tara)).toMatchObject({ state: 'done', attempts: 1 });
  });

  test('and one that was only taken for dead, leaves its job to the other, whose word holds', async () => {
    const sue = await someone('Sue Silent');
    const id = await start(sue, 'test.counts', { steps: 10, stepMs: 100 });
    await until(id, sue, 'running');
    // As another runner does that heard nothing for too long.
    await fresh.owner.query(`with gone as (delete from jobs.runner returning id) update jobs.job set runner_id = $2, attempts = 3 where id = $1`, [id, uuidv7()]);
    await new Promise((resolve) => setTimeout(resolve, 1800));
    expect(await ended(id, sue, 100_000)).toMatchObject({ state: 'done', attempts: 4, result: { seen: 1 } });
    expect((await ended(await start(sue, 'test.counts', { steps: 1, stepMs: 1 }), sue)).state).toBe('done');
    expect((await fresh.owner.query(`select count(*)::int as n from ledger.entry where record_id = $1 and verb = 'jobs.done'`, [id])).rows).toEqual([{ n: 1 }]);
  });

  test('each time, is not killed for ever', async () => {
    const gus = await someone('Gus Gone');
    const id = await start(gus, 'test.counts', { steps: 1, stepMs: 1 });
    await fresh.owner.query(`update jobs.job set attempts = 4 where id = $1`, [id]);
    expect(await ended(id, gus)).toMatchObject({ state: 'failed', error: 'Its worker ended each time while it ran.' });
  });

  test('and one that ends in good order, lets another go on', async () => {
    const otto = await someone('Otto Orderly');
    const id = await start(otto, 'test.counts', { steps: 20, stepMs: 50 });
    await until(id, otto, 'running');
    await worker.stop();
    expect(await read(id, otto)).toMatchObject({ state: 'queued' });
    worker = await aJobWorker(fresh.url);
    expect(await ended(id, otto, 25_000)).toMatchObject({ state: 'done', attempts: 2 });
  });
});

test('after a restore nothing goes on that was under way', async () => {
  const rhea = await someone('Rhea Restored');
  await worker.stop();
  const id = await start(rhea, 'test.writes', { recordId: incident, hangs: false });
  await fresh.owner.query(readFileSync(new URL('on-restore.sql', import.meta.url), 'utf8'));
  worker = await aJobWorker(fresh.url);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await read(id, rhea)).toMatchObject({ state: 'stopped', error: expect.stringContaining('restored') });
});
