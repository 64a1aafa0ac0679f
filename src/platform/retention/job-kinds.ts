import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { leafHash, rootOf } from '#engines/merkle/hash.ts';
import { type JobKind, jobKind, type JobTools } from '#platform/jobs/port.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { at, READ, retention, RUN, told, WALLED } from './rows.ts';

/** So many of one kind go in one run, the oldest first. */
export const MOST_OF_A_KIND = 10_000;
/** So many go in one transaction: whoever places a hold waits for it. */
const BATCH = 100;
const MOST_LOOKS = 3;
const BUSY = '55P03';
const MOST_WAITS = 20;

const Args = z.object({ runId: z.uuid() });
type Worker = JobTools['worker'];
type Row = Record<string, unknown>;

const ask = async (worker: Worker, text: string, values: unknown[] = []): Promise<Row[]> => (await worker.send([{ text, values }]))[0]?.rows ?? [];
const kindsOf = async (worker: Worker, runId: string): Promise<string[]> =>
  (await ask(worker, `select k.key from retention.kind k join retention.run r on r.id = $1::uuid and k.class = any (r.classes) where k.due is not null order by k.key`, [runId])).map((row) => row['key'] as string);

/** Looks what is due, kind by kind, in a snapshot of the schedules; begun anew where one changes meanwhile. */
export const look: JobKind = jobKind({
  key: 'retention.look', title: 'Dry run of retention', permission: RUN, args: Args, isOneWrite: false,
  run: async (_ctx, { runId }, { worker, progress, signal }) => {
    const kinds = await kindsOf(worker, runId);
    for (let attempt = 1; attempt <= MOST_LOOKS; attempt++) {
      const [newest] = await ask(worker, 'select retention.newest_schedule() as version');
      for (const [index, kind] of kinds.entries()) {
        signal.throwIfAborted();
        progress(index / kinds.length, kind);
        await ask(worker, 'select retention.look($1::uuid, $2, $3)', [runId, kind, MOST_OF_A_KIND]);
      }
      const [end] = await ask(worker, 'select retention.end_look($1::uuid, $2::bigint) as ended', [runId, newest?.['version']]);
      if (end?.['ended']) {
        worker.committed();
        return { runId };
      }
    }
    throw new Problem('refused', 'retention.schedules_change', 'The schedules change while they are read. Start the dry run again.');
  },
});

/** Removes what was shown and approved, in small transactions, each with its proof; at whichever it is killed, it goes on with the next. */
export const remove: JobKind = jobKind({
  key: 'retention.remove', title: 'Removal by retention', permission: RUN, args: Args, isOneWrite: false,
  run: async (ctx, { runId }, { worker, progress, signal }) => {
    const [begun] = await ask(worker, 'select retention.begin_run($1::uuid) as why', [runId]);
    if (begun?.['why']) throw new Problem('refused', 'retention.not_as_shown', `${begun['why'] as string} Make a new dry run.`);
    const kinds = await kindsOf(worker, runId);
    const [all] = await ask(worker, `select count(*)::int as n from retention.run_item where run_id = $1::uuid and state in ('due', 'removed')`, [runId]);
    let done = 0;
    for (const kind of kinds) {
      for (let dealt = -1; dealt !== 0; done += Math.max(0, dealt)) {
        signal.throwIfAborted();
        dealt = await step(worker, runId, kind);
        progress(Math.min(1, done / Math.max(1, Number(all?.['n']))), kind);
      }
    }
    return finish(ctx, worker, runId);
  },
});

/** One batch; where something reads what is to go, it waits and tries again. */
async function step(worker: Worker, runId: string, kind: string): Promise<number> {
  for (let waits = 0; ; waits++) {
    try {
      const [row] = await ask(worker, 'select retention.step($1::uuid, $2, $3) as dealt', [runId, kind, BATCH]);
      return Number(row?.['dealt'] ?? 0);
    } catch (error) {
      if ((error as { code?: string }).code !== BUSY || waits >= MOST_WAITS) throw toProblem(error);
      await sleep(250 * (1 + Math.random()));
    }
  }
}

/** The root over the ids of all that went, in order: what the certificate and the ledger say. */
export const rootOfIds = (gone: readonly { kind: string; id: string }[]): Buffer => Buffer.from(rootOf(gone.map(({ kind, id }) => leafHash(Buffer.from(`${kind} ${id}`)))));

async function finish(ctx: Ctx, worker: Worker, runId: string): Promise<{ runId: string; removed: number }> {
  const gone = (await ask(worker, `select kind, id from retention.run_item where run_id = $1::uuid and state = 'removed' order by kind, id`, [runId])) as { kind: string; id: string }[];
  const root = rootOfIds(gone);
  await retention.writeMany(ctx, RUN, async (tx) => {
    const run = await tx.updateTable('retention.run').set({ state: 'done', endedAt: at(ctx), root }).where('id', '=', runId).where('state', '=', 'running').returning(['id', 'scheduleId', 'withWalled', 'approvedBy']).executeTakeFirst();
    if (!run) return { changes: [], result: null };
    const counts = await tx.selectFrom('retention.runCount').select(['kind', 'removed', 'stayed']).where('runId', '=', runId).orderBy('kind').execute();
    return { changes: [told('run-done', { id: runId, counts, root: root.toString('hex'), schedule: run.scheduleId }, run.withWalled ? WALLED : READ)], result: null };
  });
  return { runId, removed: gone.length };
}

export const jobKinds: readonly JobKind[] = [look, remove];
