import { setTimeout as sleep } from 'node:timers/promises';
import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Log } from '#platform/kernel/http.ts';
import { replayed } from '#platform/kernel/idempotency.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { JobKind } from './port.ts';
import { JobStopped, stoppable } from './stoppable.ts';

/** A job under way in this process. `halt` stops it: for good, or because the worker ends and another goes on. */
export type Running = { halt(why: 'stop' | 'end'): void; told: { part: number; words: string } | null };

/** What running jobs needs: `db` acts as their owners, `worker` keeps them. */
export type RunOptions = { db: Database; worker: Database; kinds: ReadonlyMap<string, JobKind>; runnerId: string; log: Log; running: Map<string, Running> };

/** What came of one attempt; `again` is tried once more, at once or after a pause of the queue. */
type End = { state: 'done'; result: unknown } | { state: 'failed' | 'stopped'; error: string } | { state: 'again'; error: string; isAtOnce: boolean };

/** A job that is told to stop has so long to end by itself before it is left to itself, without effect; a statement under way is awaited, since it may be a commit. */
const GRACE_MS = 1500;
/** What a statement answered last is taken for so long to reach the job's end. */
const SETTLE_MS = 20;
const MOST_ATTEMPTS = 4;
const TAKEN = '23505';

/** Ends jobs with their ledger entry, and rings their owners' screens, in one statement; `ending` returns the rows that it ends. */
const toldWith = (ending: string, more = ''): string => `with ended as (${ending} returning id, person_id, kind, state)${more},
  entries as (insert into ledger.entry (actor, verb, record_id, site_id, wall_id, body) select person_id, 'jobs.' || state, id, null, null, format('{"after":{"id":"%s","kind":%s,"personId":"%s","state":"%s"}}', id, to_json(kind), person_id, state) from ended)
  insert into platform.outbox (topic, record_id, person_id, read_permission) select 'jobs.changed', id, person_id, '' from ended`;

const CLAIM = `update jobs.job set state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, now()), runner_id = $2::uuid, error = '' where id = $1::uuid and state = 'queued' and stop_at is null and attempts < ${MOST_ATTEMPTS}
  returning id, person_id, kind, attempts, (select c.args from jobs.content c where c.job_id = job.id) as args`;
const LET_GO = toldWith(`update jobs.job set state = 'stopped', ended_at = now() where state = 'queued' and stop_at is not null`);
const GIVE_UP = toldWith(`update jobs.job set state = 'failed', ended_at = now(), error = 'Its worker ended each time while it ran.' where id = $1::uuid and state = 'queued' and stop_at is null and attempts >= ${MOST_ATTEMPTS}`);
// Where another runner has it by now, its word holds. What a job was asked is not kept once it is done.
const END = toldWith(
  `update jobs.job set state = $2, error = $3, progress = case when $2 = 'done' then 1 else progress end, ended_at = now(), runner_id = null where id = $1::uuid and runner_id = $4::uuid and state = 'running'`,
  `, kept as (update jobs.content c set result = $5::jsonb, args = 'null' from ended where c.job_id = ended.id and ended.state = 'done')`);
const AGAIN = `with moved as (update jobs.job set state = 'queued', error = $2, runner_id = null, enqueued_at = case when $4 then null else enqueued_at end where id = $1::uuid and runner_id = $3::uuid and state = 'running' returning id, person_id)
  insert into platform.outbox (topic, record_id, person_id, read_permission) select 'jobs.changed', id, person_id, '' from moved`;

type Claimed = { id: string; personId: string; kind: string; attempts: number; args: unknown };

/** Runs one job that is due, once; throws where it is to be tried again after a pause, so that the queue does. */
export async function runJob(id: string, options: RunOptions): Promise<void> {
  const { worker, runnerId, log } = options;
  await worker.send([{ text: GIVE_UP, values: [id] }]);
  const job = await claim(id, options);
  if (!job) return worker.committed();
  const end = await attempt(job, options).catch((error: unknown): End => {
    log.error({ err: error, job: id }, 'a job broke');
    return { state: 'failed', error: 'Something broke on our side. It is in the log under the job.' };
  });
  const error = end.state === 'done' ? '' : end.error.slice(0, 1000);
  if (end.state === 'again' && job.attempts < MOST_ATTEMPTS) {
    await worker.send([{ text: AGAIN, values: [id, error, runnerId, end.isAtOnce] }]);
    if (end.isAtOnce) return;
    throw new Error(`The job ${id} is tried again: ${error}`);
  }
  await worker.send([{ text: END, values: [id, end.state === 'again' ? 'failed' : end.state, error, runnerId, JSON.stringify(end.state === 'done' ? (end.result ?? null) : null)] }]);
  worker.committed();
}

/** Takes a job that waits; null where it is gone, or another of its owner runs. */
async function claim(id: string, { worker, runnerId }: RunOptions): Promise<Claimed | null> {
  try {
    const [claimed] = await worker.send([{ text: CLAIM, values: [id, runnerId] }]);
    return (claimed?.rows[0] as Claimed | undefined) ?? null;
  } catch (error) {
    if ((error as { code?: string }).code !== TAKEN) throw error;
    await worker.send([{ text: `update jobs.job set enqueued_at = null where id = $1::uuid and state = 'queued'`, values: [id] }]);
    return null;
  }
}

async function attempt(job: Claimed, { db, worker, kinds, log, running }: RunOptions): Promise<End> {
  const kind = kinds.get(job.kind);
  if (!kind) return { state: 'failed', error: 'There are no such jobs any more.' };
  const args = kind.args.safeParse(job.args);
  if (!args.success) return { state: 'failed', error: 'What this job was asked is not understood any more. Start it anew.' };
  const controller = new AbortController();
  let why: 'stop' | 'end' = 'end';
  const shown: Running = { told: null, halt: (reason) => ((why = reason), controller.abort(new JobStopped())) };
  running.set(job.id, shown);
  const own = stoppable(db, controller.signal);
  const halted = new Promise<'halted'>((resolve) => controller.signal.addEventListener('abort', () => void sleep(GRACE_MS, undefined, { ref: false }).then(() => own.isQuiet()).then(() => sleep(SETTLE_MS)).then(() => resolve('halted')), { once: true }));
  const stopped = (): End => (why === 'stop' ? { state: 'stopped', error: '' } : { state: 'again', error: 'The worker ended while it ran.', isAtOnce: true });
  try {
    const ctx = { ...(await actAs(own.db, job.personId, undefined, `job-${job.id}`)), ...(kind.isOneWrite ? { command: { key: `job.${job.id}`, request: 'job' } } : {}) };
    const tools = { signal: controller.signal, worker, log, progress: (part: number, words = '') => void (shown.told = { part: Math.min(1, Math.max(0, part)), words: words.slice(0, 200) }) };
    const work = replayed(ctx, () => kind.run(ctx, args.data, tools));
    // What is left to itself must not end the process when it fails.
    work.catch(() => undefined);
    const result = await Promise.race([work, halted]);
    return result === 'halted' && controller.signal.aborted ? stopped() : { state: 'done', result };
  } catch (error) {
    if (controller.signal.aborted) return stopped();
    return endOf(error);
  } finally {
    running.delete(job.id);
  }
}

/** A refusal is for its owner; what may pass is tried again; the rest is ours. */
function endOf(error: unknown): End {
  if (!(error instanceof Problem)) throw error;
  if (error.kind === 'unavailable') return { state: 'again', error: error.message, isAtOnce: false };
  if (error.kind === 'internal') throw error;
  if (error.kind === 'unauthenticated') return { state: 'failed', error: 'Who started it is no longer active here.' };
  const [first] = error.extra.errors ?? [];
  return { state: 'failed', error: first && first.detail !== error.message ? `${error.message} ${first.detail}` : error.message };
}

/** Ends what was stopped before it ran. */
export async function letGoStopped({ worker }: RunOptions): Promise<void> {
  await worker.send([{ text: LET_GO, values: [] }]);
}

/** Writes how far jobs are, where that changed. */
export async function sayProgress({ worker, running }: RunOptions): Promise<void> {
  const told = [...running].filter(([, { told: one }]) => one !== null);
  if (told.length === 0) return;
  const rows = told.map(([id, one]) => ({ id, part: one.told?.part ?? 0, words: one.told?.words ?? '' }));
  for (const [, one] of told) one.told = null;
  await worker.send([{
    text: `with moved as (update jobs.job j set progress = r.part, progress_words = r.words from jsonb_to_recordset($1::jsonb) as r(id uuid, part real, words text) where j.id = r.id and j.state = 'running' returning j.id, j.person_id)
      insert into platform.outbox (topic, record_id, person_id, read_permission) select 'jobs.changed', id, person_id, '' from moved`,
    values: [JSON.stringify(rows)],
  }]);
  worker.committed();
}
