import type { FastifyInstance } from 'fastify';
import { Agent, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { type Actor, aDepartment, type Department } from './testing/department.ts';
import { buildWeb } from './web-server.ts';

const PAIRS = 1000;
const WARM = 200;
const MOST_APART = 0.05;

let fresh: FreshDatabase;
let department: Department;
let app: FastifyInstance;
let operator: Actor;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

beforeAll(async () => {
  fresh = await freshDatabase();
  department = await aDepartment(fresh);
  app = await buildWeb({ db: fresh.db, modules: await discoverModules() });
  await app.listen({ host: '127.0.0.1', port: 0 });
  [operator] = (await department.enrol([{ name: 'Operator', grants: [{ role: 'gsoc-operator', site: null, isInForce: true }], parts: [] }])) as [Actor];
});
afterAll(async () => {
  agent.destroy();
  await app.close();
  await fresh.drop();
});

/** Milliseconds from the request to the last byte, over one connection that stays. */
const took = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const from = performance.now();
    get({ agent, host: '127.0.0.1', port: (app.server.address() as AddressInfo).port, path, headers: operator.headers }, (answer) => answer.resume().on('end', () => resolve(performance.now() - from))).on('error', reject);
  });

const medianOf = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;

test.each([['an incident', 'incident', '/api/incidents/'], ['its timeline', 'incident', '/api/incidents/%/timeline'], ['a task', 'task', '/api/tasks/'], ['a file', 'file', '/api/files/']])('%s that is hidden takes as long to be refused as one that is not there, by the median of 2,000 interleaved', async (what, kind, form) => {
  const pathOf = (id: string): string => (form.includes('%') ? form.replace('%', id) : `${form}${id}`);
  const times: Record<'hidden' | 'absent', number[]> = { hidden: [], absent: [] };
  for (let i = -WARM; i < PAIRS; i++) {
    const pair = [['hidden', department.at(kind, i % 2 === 0 ? 'walled' : 'otherwise').id], ['absent', uuidv7()]] as const;
    for (const [which, id] of Math.random() < 0.5 ? pair : pair.toReversed()) {
      const ms = await took(pathOf(id));
      if (i >= 0) times[which].push(ms);
    }
  }
  const [hidden, absent] = [medianOf(times.hidden), medianOf(times.absent)];
  console.log(`${what}: hidden ${hidden.toFixed(3)} ms, absent ${absent.toFixed(3)} ms, ${((hidden / absent - 1) * 100).toFixed(1)} %`);
  expect(Math.abs(hidden / absent - 1)).toBeLessThan(MOST_APART);
});
