import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { addTask } from '#modules/tasks/public.ts';
import { openLeads } from '#app/leads.ts';
import { connectAlone } from '#platform/kernel/db/connection.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { store } from '#platform/kernel/store.ts';
import { jobKind, type JobKind } from './port.ts';
import { runJobs } from './work.ts';

const nothing = store<object>('incidents');
let failures = 0;

/** Sorts of job for tests: what each does says its key. */
export const KINDS: readonly JobKind[] = [
  jobKind({
    key: 'test.counts', title: 'Counts what I see', permission: 'incidents:read', args: z.object({ steps: z.number(), stepMs: z.number() }), isOneWrite: false,
    run: async (ctx, { steps, stepMs }, { progress }) => {
      let seen = 0;
      for (let step = 1; step <= steps; step++) {
        seen = (await nothing.read(ctx, 'incidents:read').selectFrom('platform.record').select('id').where('kind', '=', 'incidents.incident').execute()).length;
        progress(step / steps, `Step ${step}`);
        await sleep(stepMs);
      }
      return { seen };
    },
  }),
  jobKind({
    key: 'test.ignores', title: 'Takes no notice, then writes', permission: 'tasks:write', args: z.object({ recordId: z.string(), afterMs: z.number() }), isOneWrite: true,
    run: async (ctx, { recordId, afterMs }) => {
      await sleep(afterMs);
      return addTask(ctx, { recordId, title: 'Written too late', detail: '', ownerId: null, dueAt: null });
    },
  }),
  jobKind({
    key: 'test.writes', title: 'Writes once, then hangs', permission: 'tasks:write', args: z.object({ recordId: z.string(), hangs: z.boolean() }), isOneWrite: true,
    run: async (ctx, { recordId, hangs }) => {
      const task = await addTask(ctx, { recordId, title: 'Written by a job', detail: '', ownerId: null, dueAt: null });
      if (hangs && process.env['TEST_HANGS']) await sleep(600_000);
      return task;
    },
  }),
  jobKind({
    key: 'test.fails', title: 'Fails', permission: 'incidents:read', args: z.object({ how: z.enum(['refused', 'broken', 'passing']) }), isOneWrite: false,
    run: async (_ctx, { how }) => {
      if (how === 'refused') throw new Problem('refused', 'test.refused', 'Line 3 cannot be read.');
      if (how === 'broken') throw new TypeError('an inner word');
      if (failures++ < 1) throw new Problem('unavailable', 'test.busy', 'The other side is busy.', { retryAfterS: 1 });
      return 'at last';
    },
  }),
];

/** A worker that runs jobs on a database, of these sorts unless others are given. */
export async function aJobWorker(url: string, kinds: ReadonlyMap<string, JobKind> = new Map(KINDS.map((kind) => [kind.key, kind]))): Promise<{ stop(): Promise<void> }> {
  const db = openDatabase({ url, max: 4 });
  const worker = openDatabase({ url, role: 'parapet_worker', max: 3 });
  const connection = await connectAlone({ url, role: 'parapet_worker', name: 'test leads', onLost: () => undefined });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const work = await runJobs(kinds)({ db, worker, log, ...openLeads(connection) });
  work.failed.catch(() => undefined);
  return {
    stop: async () => {
      await work.stop();
      await connection.end();
      await Promise.all([db.close(), worker.close()]);
    },
  };
}
