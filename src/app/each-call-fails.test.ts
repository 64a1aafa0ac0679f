import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settleDue } from '#modules/identity/handover.service.ts';
import type { Database, HeldClient } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { aDepartment, type Department } from './testing/department.ts';
import { type Operation, operationsOf } from './testing/operations.ts';
import { fixtureOf, requestOf, somebodyWhoMayAll } from './testing/trying.ts';

const modules = await discoverModules();
const LOOKS_AT_ALL = process.env['PARAPET_SOAK'] === '1';

/** Those that would hurt most by half, at each run; the long run tries all. */
const WORST = /^(?:POST \/api\/(?:incidents|incidents\/:id\/(?:wall|close|log|members)|alarms\/:id\/(?:claim|acknowledge|declare|close)|two-person\/:id\/approve|identity\/grants|people\/:id\/(?:suspend|leave|move)|files\/uploads|tasks|retention\/.*|imports\/.*|exports?\/?.*)|PATCH \/api\/(?:incidents|sites)\/:id)$/;
const operations = operationsOf(modules).filter(({ key, method, endpoint }) => method !== 'GET' && endpoint.permission !== 'public' && (LOOKS_AT_ALL || WORST.test(key)));

/** What they cause is noted with them and done by the steward, should it fail at once. */
const HAND_OVER = new Set(['POST /api/people/:id/suspend', 'POST /api/people/:id/leave', 'POST /api/people/:id/move']);

/** It asks a provider, notes that it asks, and answers with whatever went wrong meanwhile. */
const ASKS_OUTSIDE = 'POST /api/identity/providers/:id/check';

/** Which call to the database fails, counted from one, or none and all is taken back at its commit; `calls` were made. */
const planted = { at: 0, calls: 0 };
const MOST_CALLS = 40;
const TAKEN_BACK = [{ text: 'set constraints all immediate', values: [] }, { text: 'rollback', values: [] }];

/** What the server writes now and then, beside the requests, is not of the verb that is tried. */
const asking = new AsyncLocalStorage<true>();

/** The same database, of which one call fails before it is sent; the way back out of a transaction never does. */
function failing(db: Database): Database {
  const call = (): void => {
    if (asking.getStore() && ++planted.calls === planted.at) throw new Error('planted');
  };
  const held = (client: HeldClient): HeldClient => ({
    send: async (statements, role) => {
      if (statements[0]?.text !== 'rollback') call();
      return client.send(planted.at === 0 ? statements.flatMap((statement) => (statement.text === 'commit' ? TAKEN_BACK : [statement])) : statements, role);
    },
  });
  return {
    pool: db.pool, committed: () => undefined, close: () => db.close(),
    hold: (work) => db.hold((client) => work(held(client))),
    send: async (statements, role) => {
      call();
      return db.send(statements, role);
    },
  };
}

let fresh: FreshDatabase;
let department: Department;
let app: FastifyInstance;
let sums: string;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  department = await aDepartment(fresh);
  app = await buildServer({ db: failing(fresh.db), modules });
  const { rows } = await fresh.owner.query<{ name: string }>(`select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables where schemaname <> 'graphile_worker' and relname <> 'session' order by 1`);
  sums = rows.map(({ name }) => `select '${name}' as name, count(*)::text || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as sum from ${name} t`).join(' union all ');
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const stateOfAll = async (): Promise<Map<string, string>> => new Map((await fresh.owner.query<{ name: string; sum: string }>(sums)).rows.map(({ name, sum }) => [name, sum]));

describe('whichever call to the database fails, a verb has done all or nothing', () => {
  const tried: string[] = [];

  test.each(operations.map((one): [string, Operation] => [one.key, one]))('%s', async (key, operation) => {
    const request = requestOf(department, operation, { id: fixtureOf(department, operation, 'here')?.id ?? uuidv7(), recordId: department.at('incident', 'here').id });
    const { headers } = await somebodyWhoMayAll(department);
    const ask = async (at: number): Promise<number> => {
      Object.assign(planted, { at, calls: 0 });
      return (await asking.run(true, async () => await app.inject({ ...request, headers: { ...request.headers, ...headers } }))).statusCode;
    };
    // The second time costs no call for what is remembered of who asks.
    if ((await ask(0)) >= 400 || (await ask(0)) >= 400) return;
    const before = await stateOfAll();
    const calls = planted.calls;
    expect([key, calls > 0 && calls < MOST_CALLS]).toEqual([key, true]);
    for (let at = 1; at <= calls; at++) {
      const status = await ask(at);
      // What is remembered for a moment may have saved the last call.
      if ((planted.calls < at && at > 1) || (key === ASKS_OUTSIDE && status < 400)) break;
      if (HAND_OVER.has(key) && status < 400) {
        expect([key, await settleDue(fresh.db)]).toEqual([key, 1]);
        break;
      }
      expect([key, at, status >= 500 || status]).toEqual([key, at, true]);
      const after = await stateOfAll();
      expect([key, at, [...after].filter(([name, sum]) => before.get(name) !== sum)]).toEqual([key, at, []]);
    }
    tried.push(key);
  });

  test('most could be tried', () => {
    expect(tried.length).toBeGreaterThan(LOOKS_AT_ALL ? 45 : 8);
  });
});
