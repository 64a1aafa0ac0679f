import { hostname } from 'node:os';
import { Logger, run, type Runner } from 'graphile-worker';
import { v7 as uuidv7 } from 'uuid';
import { noteCheck } from '#platform/health/check.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import type { Log, Work } from '#platform/kernel/http.ts';
import { discoverJobKinds, type JobKind } from './port.ts';
import { letGoStopped, runJob, type RunOptions, sayProgress } from './run.ts';

const AT_ONCE = 2;
const LOOK_MS = 500;
const SILENT_S = 15;
const SAY_EVERY_MS = 15_000;
const MOST_ATTEMPTS = 10;

// Jobs come into the queue by the worker, in a transaction of its own: whoever starts one notifies nobody while writing. The oldest of a person comes
// in when none of theirs is in or runs; what the queue lost comes in anew, and so does what a worker took that ended before the job had begun.
const IN = `coalesce((select p.locked_at is null or p.locked_at > now() - interval '${SILENT_S} seconds' from graphile_worker._private_jobs p where p.key = j.id::text), j.enqueued_at > now() - interval '60 seconds')`;
const ENQUEUE = `with under_way as (select j.id, j.person_id, j.queued_at, j.state = 'running' or (j.enqueued_at is not null and ${IN}) as is_in from jobs.job j where j.state in ('queued', 'running')),
  next as (select distinct on (u.person_id) u.id from under_way u where not exists (select from under_way o where o.person_id = u.person_id and o.is_in) order by u.person_id, u.queued_at, u.id),
  fresh as (update jobs.job set enqueued_at = now() where id in (select id from jobs.job where id in (select id from next) and state = 'queued' for update skip locked) returning id)
  select graphile_worker.add_job('run-job', json_build_object('id', id), max_attempts := ${MOST_ATTEMPTS}, job_key := id::text) is not null as added from fresh`;
// A runner that was taken for dead comes back with nothing of its own.
const BEAT = `insert into jobs.runner as r (id, node, pid) values ($1::uuid, $2, $3::int) on conflict (id) do update set beat_at = now() returning r.xmax = 0 as is_new`;
const STOPS = `select id from jobs.job where runner_id = $1::uuid and state = 'running' and stop_at is not null`;
// What a dead worker ran is let go in the queue, comes into it anew and runs again; dead is who is silent, or whose process on this machine is no more.
const ORPHANS = `with dead as (delete from jobs.runner where id <> $1::uuid and (beat_at < now() - interval '${SILENT_S} seconds' or (node = $2 and pid = any ($3::int[]))) returning id),
  freed as (update jobs.job set state = 'queued', runner_id = null, enqueued_at = null, error = 'Its worker ended while it ran; it is run again.' where state = 'running' and (runner_id in (select id from dead) or not exists (select from jobs.runner r where r.id = runner_id)) returning id)
  select graphile_worker.force_unlock_workers(array(select p.locked_by from graphile_worker._private_jobs p where p.key in (select id::text from freed) and p.locked_by is not null)) is null as freed from (select 1) x where exists (select from freed)`;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Runs jobs in this worker, two at once, one of a person at a time. Every node may; a job is run by one. */
export const runJobs = (given?: ReadonlyMap<string, JobKind>): Work => async ({ db, worker, log, wakeOn }) => {
  const wake = await wakeOn('outbox');
  const runnerId = uuidv7();
  const own = openDatabase({ url: worker.pool.options.connectionString ?? '', role: 'parapet_worker', max: AT_ONCE + 2, name: 'parapet jobs' });
  const options: RunOptions = { db, worker, kinds: given ?? (await discoverJobKinds()), runnerId, log, running: new Map() };
  await worker.send([{ text: BEAT, values: [runnerId, hostname(), process.pid] }]);
  await freeOrphans(worker, runnerId);
  const queue = await openQueue(own, log, (id) => runJob(id, options));
  let isStopped = false;
  const looking = (async () => {
    for (let saidAt = 0; !isStopped; await wake.within(LOOK_MS)) {
      await look(options);
      if (nowMs() - saidAt < SAY_EVERY_MS) continue;
      saidAt = nowMs();
      await sayHow(worker);
    }
  })();
  return {
    failed: Promise.race([looking, queue.promise]),
    stop: async () => {
      isStopped = true;
      wake.now();
      for (const job of options.running.values()) job.halt('end');
      await queue.stop();
      await looking.catch(() => undefined);
      await worker.send([{ text: 'delete from jobs.runner where id = $1::uuid', values: [runnerId] }]).catch(() => undefined);
      await own.close();
    },
  };
};

/** One look around: beats, takes in what was started, stops what is to stop, frees what dead workers ran, says how far jobs are. */
async function look(options: RunOptions): Promise<void> {
  const { worker, runnerId, running } = options;
  const [beat, , stops] = await worker.send([{ text: BEAT, values: [runnerId, hostname(), process.pid] }, { text: ENQUEUE, values: [] }, { text: STOPS, values: [runnerId] }]);
  if (beat?.rows[0]?.['isNew'] === true) for (const job of running.values()) job.halt('end');
  for (const row of stops?.rows ?? []) running.get(row['id'] as string)?.halt('stop');
  await letGoStopped(options);
  await freeOrphans(worker, runnerId);
  await sayProgress(options);
}

async function freeOrphans(worker: Database, runnerId: string): Promise<void> {
  const [here] = await worker.send([{ text: 'select pid from jobs.runner where node = $1 and id <> $2::uuid', values: [hostname(), runnerId] }]);
  const dead = (here?.rows ?? []).map((row) => row['pid'] as number).filter((pid) => pid !== process.pid && !isAlive(pid));
  await worker.send([{ text: ORPHANS, values: [runnerId, hostname(), dead] }]);
}

function openQueue(own: Database, log: Log, work: (id: string) => Promise<void>): Promise<Runner> {
  // A connection that is lost while the queue holds it must not end the process by itself; the queue asks for another.
  own.pool.on('connect', (client) => client.on('error', () => undefined));
  const logger = new Logger(() => (level, message) => {
    if (level === 'error') log.warn({}, message);
  });
  return run({ pgPool: own.pool, concurrency: AT_ONCE, pollInterval: 500, noHandleSignals: true, logger, taskList: { 'run-job': async (payload) => work((payload as { id: string }).id) }, parsedCronItems: [] });
}

async function sayHow(worker: Database): Promise<void> {
  const [answer] = await worker.send([{ text: `select count(*) filter (where state in ('queued', 'running'))::int as open, count(*) filter (where state = 'failed' and ended_at > now() - interval '24 hours')::int as failed from jobs.job where state in ('queued', 'running', 'failed')`, values: [] }]);
  const { open = 0, failed = 0 } = (answer?.rows[0] ?? {}) as { open?: number; failed?: number };
  await noteCheck(worker, { key: 'jobs', state: 'good', words: `${open} under way; ${failed} failed in 24 hours.`, againWithinS: 120 });
}
