import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { startJob } from '#platform/jobs/jobs.service.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type DecisionKind, decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import { z } from 'zod';
import type * as contract from './contract.ts';
import type { Count, Run } from './contract.ts';
import { look, remove } from './job-kinds.ts';
import { discoverKept } from './port.ts';
import { at, checkHoldsEverywhere, type Db, DECIDED_WITHIN_MINUTES, personOf, READ, retention, RUN, told, type Tx, WALLED } from './rows.ts';

/** A dry run is approved within so many days, or looked at anew. */
const SHOWN_FOR_MS = 7 * 86_400_000;

const rows = (db: Db) =>
  db.selectFrom('retention.run as r').innerJoin('access.person as a', 'a.id', 'r.askedBy').leftJoin('access.person as p', 'p.id', 'r.approvedBy')
    .select(['r.id', 'r.state', 'r.classes', 'r.withWalled', 'r.asOf', 'r.scheduleId', 'r.askedBy', 'a.name as asker', 'r.askedAt', 'r.approvedBy', 'p.name as approver', 'r.approvedAt', 'r.decisionId', 'r.jobId', 'r.endedAt', 'r.outcome', 'r.root']);
type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

const runOf = ({ scheduleId, askedBy, asker, approvedBy, approver, root, ...row }: Row): Run => ({
  ...row, scheduleVersion: scheduleId, askedBy: { id: askedBy, name: asker }, approvedBy: personOf(approvedBy, approver), root: root?.toString('hex') ?? null,
});

export async function listRuns(ctx: Ctx, { after, limit }: Input<typeof contract.listRuns>): Promise<Reply<typeof contract.listRuns>> {
  const place = after === undefined ? null : readCursor(after);
  let query = rows(retention.read(ctx, READ)).orderBy('r.askedAt', 'desc').orderBy('r.id', 'desc').limit(limit);
  if (place) query = query.where(sql<boolean>`(r.asked_at, r.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const found = await query.execute();
  const last = found.at(-1);
  return { items: found.map(runOf), next: last && found.length === limit ? cursorAfter(last.askedAt, last.id) : null };
}

/** One run with its counts: what stands open for every reader of retention, what stands behind walls only for who may count it, and what was spared by holds that the reader sees. */
export async function readRun(ctx: Ctx, { id }: Input<typeof contract.readRun>): Promise<Reply<typeof contract.readRun>> {
  const [found, counts, walled, spared] = await retention.readAll(ctx, READ, (db) => [
    rows(db).where('r.id', '=', id),
    db.selectFrom('retention.runCount').select(['kind', 'days', 'cutoff', 'due', 'removed', 'stayed', 'isCapped']).where('runId', '=', id).orderBy('kind'),
    db.selectFrom('retention.runWalled').select(['kind', 'due', 'removed']).where('runId', '=', id),
    db.selectFrom('retention.runItem').select(['kind', sql<number>`count(*)::int`.as('n')]).where('runId', '=', id).where('state', '=', 'spared').groupBy('kind'),
  ] as const);
  if (!found[0]) throw notFound();
  const titles = new Map((await discoverKept()).kinds.map((kind) => [kind.key, kind]));
  const countOf = ({ kind, ...count }: (typeof counts)[number]): Count => {
    const behind = walled.find((one) => one.kind === kind);
    return { ...count, kind, title: titles.get(kind)?.title ?? kind, goes: titles.get(kind)?.goes ?? '', spared: spared.find((one) => one.kind === kind)?.n ?? 0, walled: behind ? { due: behind.due, removed: behind.removed } : null };
  };
  const most = ({ due, spared: held, walled: behind }: Count): number => due + held + (behind?.due ?? 0);
  return { ...runOf(found[0]), counts: counts.map(countOf).toSorted((a, b) => most(b) - most(a) || a.title.localeCompare(b.title, 'en')) };
}

export async function listItems(ctx: Ctx, { id, kind, state, after, limit }: Input<typeof contract.listItems>): Promise<Reply<typeof contract.listItems>> {
  const place = after === undefined ? null : readCursor(after);
  const [found, items] = await retention.readAll(ctx, READ, (db) => {
    let query = db.selectFrom('retention.runItem as i').leftJoin('platform.record as r', 'r.id', 'i.recordId').leftJoin('retention.hold as h', 'h.id', 'i.holdId')
      .select(['i.id', 'i.kind', 'i.at', 'i.state', 'i.why', 'i.recordId', 'r.kind as recordKind', 'r.number', 'r.title', 'i.holdId', 'h.number as holdNumber'])
      .where('i.runId', '=', id).where('i.kind', '=', kind).orderBy('i.at').orderBy('i.id').limit(limit);
    if (state) query = query.where('i.state', '=', state);
    if (place) query = query.where(sql<boolean>`(i.at, i.id) > (${place.at}::timestamptz, ${place.id}::uuid)`);
    return [db.selectFrom('retention.run').select('id').where('id', '=', id), query] as const;
  });
  if (!found[0]) throw notFound();
  const last = items.at(-1);
  return {
    items: items.map(({ recordId, recordKind, number, title, holdId, holdNumber, ...item }) => ({
      ...item, record: recordId === null || recordKind === null ? null : { id: recordId, kind: recordKind, number, title: title ?? '' }, hold: holdId === null || holdNumber === null ? null : { id: holdId, number: holdNumber },
    })),
    next: last && items.length === limit ? cursorAfter(last.at, last.id) : null,
  };
}

/** Starts a dry run as a job. Throws 422 where a class is named that nothing is kept under. */
export async function startRun(ctx: Ctx, { classes, withWalled }: Input<typeof contract.startRun>): Promise<Reply<typeof contract.startRun>> {
  const known = new Set((await discoverKept()).kinds.filter(({ removal }) => removal).map((kind) => kind.class));
  return retention.writeMany(ctx, RUN, async (tx) => {
    await checkHoldsEverywhere(tx, RUN);
    if (withWalled) await checkHoldsEverywhere(tx, WALLED);
    const wrong = classes.find((name) => !known.has(name));
    if (wrong !== undefined) throw new Problem('refused', 'retention.no_such_class', `Nothing is kept under the class ${wrong}.`);
    const id = uuidv7();
    const job = await startJob(ctx, look, { runId: id });
    await tx.insertInto('retention.run').values({ id, classes: [...new Set(classes)].sort(), withWalled, asOf: at(ctx), askedBy: ctx.personId, askedAt: at(ctx), jobId: job.id }).execute();
    return { changes: [told('run-asked', { id, classes, withWalled }, withWalled ? WALLED : READ)], result: { id, jobId: job.id } };
  });
}

const Payload = z.object({ runId: z.uuid() });

/** Approved: the removal begins in the same moment, as a job of who approved. */
const approval = (key: 'retention.run' | 'retention.run-walled', permission: string): DecisionKind<{ runId: string }> => decisionKind({
  key, permission, expiresMinutes: DECIDED_WITHIN_MINUTES, payload: Payload,
  run: async (ctx, { runId }, { id: decisionId, reason }) => {
    await retention.writeMany(ctx, RUN, async (tx) => {
      const job = await startJob(ctx, remove, { runId });
      const run = await tx.updateTable('retention.run').set({ state: 'approved', approvedBy: ctx.personId, approvedAt: at(ctx), decisionId, jobId: job.id }).where('id', '=', runId).where('state', '=', 'shown').returning(['id', 'scheduleId', 'withWalled']).executeTakeFirst();
      if (!run) throw notNow('This dry run was decided on already.');
      return { changes: [told('run-approved', { id: runId, decisionId, reason, schedule: run.scheduleId }, run.withWalled ? WALLED : READ)], result: null };
    });
  },
});
const open = approval('retention.run', RUN);
const walled = approval('retention.run-walled', WALLED);

const notNow = (words: string): Problem => new Problem('conflict', 'retention.not_now', words);

export async function proposeRun(ctx: Ctx, { id, reason }: Input<typeof contract.proposeRun>): Promise<Reply<typeof contract.proposeRun>> {
  const { kinds } = await discoverKept();
  return retention.writeMany(ctx, RUN, async (tx) => {
    const run = await rows(tx).where('r.id', '=', id).executeTakeFirst();
    if (!run) throw notFound();
    await checkHoldsEverywhere(tx, RUN);
    if (run.state !== 'shown') throw notNow('Only what a dry run showed, and nobody decided on yet, is proposed for removal.');
    if (ctx.now().getTime() - Date.parse(run.asOf) > SHOWN_FOR_MS) throw notNow('This dry run is over a week old. Make a new one.');
    const facts = await factsOf(tx, id, kinds);
    if (Object.keys(facts).length === 0 && !run.withWalled) throw new Problem('refused', 'retention.nothing_due', 'Nothing is due: there is nothing to remove.');
    return { changes: [], result: await propose(ctx, run.withWalled ? walled : open, { payload: { runId: id }, facts: { ...facts, asOf: run.asOf }, of: { recordId: id, siteId: null, wallId: null }, reason }) };
  });
}

/** What goes, by kind, in words for who decides. */
async function factsOf(tx: Tx, runId: string, kinds: readonly { key: string; title: string }[]): Promise<Record<string, string>> {
  const [counts, behind] = await Promise.all([
    tx.selectFrom('retention.runCount').select(['kind', 'due']).where('runId', '=', runId).orderBy('kind').execute(),
    tx.selectFrom('retention.runWalled').select(['kind', 'due']).where('runId', '=', runId).where('due', '>', 0).execute(),
  ]);
  const walledOf = new Map(behind.map(({ kind, due }) => [kind, due]));
  return Object.fromEntries(counts.filter(({ kind, due }) => due > 0 || walledOf.has(kind)).map(({ kind, due }) => [kinds.find(({ key }) => key === kind)?.title ?? kind, walledOf.has(kind) ? `${due}, and ${walledOf.get(kind)} behind walls` : String(due)]));
}

/** Goes on where a removal stands: its job was stopped or failed. */
export async function continueRun(ctx: Ctx, { id }: Input<typeof contract.continueRun>): Promise<Reply<typeof contract.continueRun>> {
  return retention.writeMany(ctx, RUN, async (tx) => {
    const run = await tx.selectFrom('retention.run').select(['state', 'withWalled']).where('id', '=', id).executeTakeFirst();
    if (!run) throw notFound();
    await checkHoldsEverywhere(tx, RUN);
    if (run.state !== 'running' && run.state !== 'approved') throw notNow('Nothing is under way here to go on with.');
    const job = await startJob(ctx, remove, { runId: id });
    await tx.updateTable('retention.run').set({ jobId: job.id }).where('id', '=', id).execute();
    return { changes: [told('run-continued', { id, jobId: job.id }, run.withWalled ? WALLED : READ)], result: { id, jobId: job.id } };
  });
}
