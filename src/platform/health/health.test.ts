import type { FastifyInstance } from 'fastify';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { startBeating } from './beat.ts';
import { noteCheck } from './check.ts';
import type { Health } from './contract.ts';
import health from './module.ts';
import { checkState, clockState, diskState, processState, worst } from './rules.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let keeper: Somebody;
const read = async (): Promise<Health> => (await app.inject({ url: '/api/health', headers: keeper.headers })).json();

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [health] });
  keeper = await aPerson(fresh, 'Karl Keeper', { role: 'system-administrator' });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('health', () => {
  test('shows each process with its machine’s disk and clock, and the database', async () => {
    const beating = startBeating({ db: fresh.db, role: 'worker', folder: '/tmp/not/there/yet' });
    await beating.now();
    beating.stop();
    const { processes, disks, clocks, database } = await read();
    expect(processes).toMatchObject([{ node: hostname(), role: 'worker', pid: process.pid, version: expect.stringMatching(/^\d+\.\d+/) }]);
    expect(disks[0]?.bytes).toBeGreaterThan(disks[0]?.freeBytes ?? 0);
    expect(Math.abs(clocks[0]?.clockMs ?? 99_999)).toBeLessThan(1000);
    expect(database).toMatchObject({ version: expect.stringMatching(/^18/), state: 'good' });
    expect(database?.sizeBytes).toBeGreaterThan(1_000_000);
  });

  test('says when a clock jumped, and keeps saying it for a day', async () => {
    let wall = Date.parse('2026-11-21T12:00:00Z');
    let steady = 0;
    const beating = startBeating({ db: fresh.db, role: 'worker', folder: '/', wall: () => wall, steady: () => steady });
    await beating.now();
    steady += 5000;
    wall += 5000 + 3_600_000;
    await beating.now();
    wall += 5000;
    steady += 5000;
    await beating.now();
    beating.stop();
    expect((await read()).clocks[0]).toMatchObject({ jumpMs: 3_600_000, jumpedAt: expect.any(String) });
    expect((await fresh.owner.query(`select body from ledger.entry where verb = 'health.clock-jumped'`)).rows).toEqual([{ body: expect.stringMatching(/^{"after":{"jumpMs":3600000,"node":".+"}}$/) }]);
  });

  test('a process that says nothing for a minute is bad, and so is the whole', async () => {
    await fresh.owner.query(`update health.process set beat_at = now() - interval '61 seconds'`);
    const { processes, state } = await read();
    expect([processes[0]?.state, state]).toEqual(['bad', 'bad']);
  });

  test('a service says how it is, and what it does not say again in time is bad', async () => {
    await noteCheck(fresh.db, { key: 'backup', state: 'good', words: 'Proven by a restore.', againWithinS: 3600 });
    expect((await read()).checks).toMatchObject([{ key: 'backup', state: 'good', words: 'Proven by a restore.' }]);
    await noteCheck(fresh.db, { key: 'backup', state: 'good', words: 'Proven by a restore.', againWithinS: -1 });
    expect((await read()).checks).toMatchObject([{ key: 'backup', state: 'bad' }]);
  });

  test('is for who keeps the system', async () => {
    const chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
    expect((await app.inject({ url: '/api/health', headers: chief.headers })).statusCode).toBe(403);
  });
});

test('what is good, a warning and bad', () => {
  expect([processState(3, 20), processState(20, 20), processState(61, 0), processState(3, 1500)]).toEqual(['good', 'warning', 'bad', 'bad']);
  expect([diskState(100, 21), diskState(100, 20), diskState(100, 5), diskState(0, 0)]).toEqual(['good', 'warning', 'bad', 'good']);
  expect([clockState(50, null), clockState(-1200, null), clockState(9000, null), clockState(0, 60), clockState(0, 100_000)]).toEqual(['good', 'warning', 'bad', 'warning', 'good']);
  expect([worst([]), worst(['good', 'bad', 'warning']), checkState('good', '2026-01-01T00:00:00Z', new Date('2026-01-02T00:00:00Z'))]).toEqual(['good', 'bad', 'bad']);
});
