import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, me, store } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Job } from './contract.ts';
import { discoverJobKinds, type JobKind } from './port.ts';
import type { Tables } from './tables.gen.ts';

const jobs = store<Tables>('jobs');
type Db = Pick<Parameters<Parameters<typeof jobs.readAll>[2]>[0], 'selectFrom'>;

const MOST_UNDER_WAY = 5;
const ENDED = ['done', 'failed', 'stopped'] as const;

const rows = (db: Db) =>
  db.selectFrom('jobs.job as j').innerJoin('access.person as p', 'p.id', 'j.personId').leftJoin('access.person as s', 's.id', 'j.stoppedBy')
    .select(['j.id', 'j.kind', 'j.title', 'j.personId', 'p.name', 'j.state', 'j.progress', 'j.progressWords', 'j.error', 'j.attempts', 'j.queuedAt', 'j.startedAt', 'j.endedAt', 'j.stopAt', 's.name as stoppedBy']);
type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

const jobOf = (ctx: Ctx, { personId, name, stopAt, ...row }: Row): Job => ({ ...row, owner: { id: personId, name }, isMine: personId === ctx.personId, isStopping: stopAt !== null && !(ENDED as readonly string[]).includes(row.state) });

/** Words and arguments of a job may name what only its owner sees; the entry says that it was started, and which. */
const changeOf = (verb: string, before: object | null, after: { id: string } & Record<string, unknown>): Change<{ id: string }> => ({ verb, before, after, of: { recordId: after.id, siteId: null, wallId: null, readPermission: 'platform:system' } });

/** Starts a job as the person of the context, in the open transaction where there is one. Throws 403 where they may not, 422 where too many of theirs are under way. */
export async function startJob(ctx: Ctx, kind: JobKind, args: unknown): Promise<{ id: string }> {
  return jobs.writeMany(ctx, kind.permission, async (tx) => {
    const { count } = await tx.selectFrom('jobs.job').select(sql<number>`count(*)::int`.as('count')).where('personId', '=', me).where('state', 'in', ['queued', 'running']).executeTakeFirstOrThrow();
    if (count >= MOST_UNDER_WAY) throw new Problem('refused', 'jobs.many', `${MOST_UNDER_WAY} jobs of yours are under way. Wait until one has ended, or stop one.`);
    const id = uuidv7();
    await tx.insertInto('jobs.job').values({ id, personId: ctx.personId, kind: kind.key, title: kind.title, queuedAt: ctx.now().toISOString() }).execute();
    await tx.insertInto('jobs.content').values({ jobId: id, args: JSON.stringify(args ?? null) }).execute();
    return { changes: [changeOf('started', null, { id, kind: kind.key })], result: { id } };
  });
}

export async function listJobs(ctx: Ctx, { whose, state, after, limit }: Input<typeof contract.listJobs>): Promise<Reply<typeof contract.listJobs>> {
  const place = after === undefined ? null : readCursor(after);
  let query = rows(jobs.read(ctx, '')).orderBy('j.queuedAt', 'desc').orderBy('j.id', 'desc').limit(limit);
  if (whose === 'mine') query = query.where('j.personId', '=', me);
  if (state) query = query.where('j.state', '=', state);
  if (place) query = query.where(sql<boolean>`(j.queued_at, j.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const found = await query.execute();
  const last = found.at(-1);
  return { items: found.map((row) => jobOf(ctx, row)), next: last && found.length === limit ? cursorAfter(last.queuedAt, last.id) : null };
}

export async function readJob(ctx: Ctx, { id }: Input<typeof contract.readJob>): Promise<Reply<typeof contract.readJob>> {
  const [found, content] = await jobs.readAll(ctx, '', (db) => [rows(db).where('j.id', '=', id), db.selectFrom('jobs.content').select('result').where('jobId', '=', id)]);
  if (!found[0]) throw notFound();
  return { ...jobOf(ctx, found[0]), result: content[0]?.result ?? null };
}

export async function stopJob(ctx: Ctx, { id }: Input<typeof contract.stopJob>): Promise<{ id: string }> {
  return jobs.writeMany(ctx, '', async (tx) => {
    const before = await tx.selectFrom('jobs.job').select(['state', 'stopAt', 'personId']).where('id', '=', id).executeTakeFirst();
    if (!before) throw notFound();
    if ((ENDED as readonly string[]).includes(before.state)) throw new Problem('conflict', 'jobs.ended', 'This job has ended already.');
    if (before.stopAt !== null) return { changes: [], result: { id } };
    const stopped = await tx.updateTable('jobs.job').set({ stopAt: ctx.now().toISOString(), stoppedBy: ctx.personId }).where('id', '=', id).where('stopAt', 'is', null).where('state', 'in', ['queued', 'running']).executeTakeFirst();
    if (stopped.numUpdatedRows === 0n) throw new Problem('forbidden', 'jobs.not_yours', 'This job is another person’s. Who keeps the whole system may stop it.');
    return { changes: [changeOf('stop-asked', null, { id })], result: { id } };
  });
}

export async function repeatJob(ctx: Ctx, { id }: Input<typeof contract.repeatJob>): Promise<{ id: string }> {
  const [found, content] = await jobs.readAll(ctx, '', (db) => [db.selectFrom('jobs.job').select(['kind', 'state']).where('id', '=', id).where('personId', '=', me), db.selectFrom('jobs.content').select('args').where('jobId', '=', id)]);
  if (!found[0] || !content[0]) throw notFound();
  if (found[0].state !== 'failed' && found[0].state !== 'stopped') throw new Problem('conflict', 'jobs.not_failed', 'Only a job that failed or was stopped is started again.');
  const kind = (await discoverJobKinds()).get(found[0].kind);
  if (!kind) throw new Problem('refused', 'jobs.unknown_kind', 'There are no such jobs any more.');
  return startJob(ctx, kind, content[0].args);
}
