import { sql } from 'kysely';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { tasksBy } from '#modules/tasks/public.ts';
import type { Observation, ReviewAction, ReviewStanding } from '../review-contract.ts';
import { changeLine, incidents, type Tx } from '../record.ts';

export const WRITE = 'incidents:review';
export type Db = Pick<Tx, 'selectFrom'>;

const COLUMNS = ['r.id', 'r.incidentId', 'r.state', 'r.summary', 'r.heldAt', 'r.ratings', 'r.openedBy', 'r.openedAt', 'r.proposedBy', 'r.approvedBy', 'r.finishedAt', 'r.version'] as const;
export const selectReview = (db: Db, incidentId: string) => db.selectFrom('incidents.review as r').select(COLUMNS).where('r.incidentId', '=', incidentId);
export type ReviewRow = Awaited<ReturnType<ReturnType<typeof selectReview>['executeTakeFirstOrThrow']>>;

export const selectObservations = (db: Db, incidentId: string) =>
  db.selectFrom('incidents.reviewObservation as o').leftJoin('access.person as adder', 'adder.id', 'o.addedBy').leftJoin('access.person as striker', 'striker.id', 'o.struckBy')
    .select(['o.id', 'o.kind', 'o.capability', 'o.text', 'o.cause', 'o.recommendation', 'o.noActionReason', 'o.at', sql<string>`coalesce(adder.name, '')`.as('addedBy'), 'o.addedAt', 'o.struckAt', 'striker.name as struckBy', 'o.struckReason'])
    .where('o.incidentId', '=', incidentId).orderBy('o.addedAt').orderBy('o.id').limit(500);

export const selectActions = (db: Db, incidentId: string) =>
  db.selectFrom('incidents.reviewAction as a').select(['a.id', 'a.observationId', 'a.taskId', 'a.title', 'a.element']).where('a.incidentId', '=', incidentId).orderBy('a.addedAt').orderBy('a.id').limit(500);

/** Tasks by id as this reader sees them; none for who may not see tasks at all. */
export const tasksSeen = (ctx: Ctx, ids: readonly string[]): ReturnType<typeof tasksBy> =>
  tasksBy(ctx, ids).catch((error: unknown) => {
    if (error instanceof Problem && error.kind === 'forbidden') return new Map();
    throw error;
  });

type Rows<T extends { execute: () => Promise<unknown> }> = Awaited<ReturnType<T['execute']>>;

/** Observations with their actions, each as its task stands now. */
export async function withActions(ctx: Ctx, observations: Rows<ReturnType<typeof selectObservations>>, actions: Rows<ReturnType<typeof selectActions>>): Promise<Observation[]> {
  const tasks = await tasksSeen(ctx, actions.map(({ taskId }) => taskId));
  const actionOf = ({ observationId: _, ...action }: (typeof actions)[number]): ReviewAction => {
    const task = tasks.get(action.taskId);
    const isOverdue = task?.state === 'open' && task.dueAt !== null && Date.parse(task.dueAt) < ctx.now().getTime();
    return { ...action, title: task?.title ?? action.title, owner: task?.owner?.name ?? null, dueAt: task?.dueAt ?? null, state: task?.state ?? null, outcome: task?.outcome ?? '', endedAt: task?.endedAt ?? null, isOverdue };
  };
  return observations.map((one) => ({ ...one, actions: actions.filter(({ observationId }) => observationId === one.id).map(actionOf) }));
}

/** Takes the draft for this transaction. Throws 404 where there is none, 409 where it is finished, 412 where the caller read another version. */
export async function holdDraft(ctx: Ctx, tx: Tx, incidentId: string): Promise<ReviewRow> {
  const row = await selectReview(tx, incidentId).forUpdate().executeTakeFirst();
  if (!row) throw notFound();
  if (row.state === 'finished') throw new Problem('conflict', 'incidents.review_finished', `The review was finished at ${row.finishedAt ?? ''} and stands as it was approved. Its actions live on as tasks.`);
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== row.version) throw new Problem('stale', 'incidents.stale', 'Somebody changed the review since you read it. Read it again; what you wrote is still on your screen.', { version: row.version });
  return row;
}

type Done = { verb: string; fact: Record<string, unknown>; rowId?: string; state?: 'finished' };

/** Changes a draft in one entry of the incident's ledger; its version counts every change, so that what waits for approval is what was read. */
export const changeDraft = (ctx: Ctx, id: string, work: (tx: Tx, review: ReviewRow) => Promise<Done>): Promise<ReviewStanding> =>
  withStanding(ctx, async (settle) => {
    await changeLine(ctx, id, async (tx) => {
      const review = await holdDraft(ctx, tx, id);
      const { verb, fact, rowId, state = 'draft' } = await work(tx, review);
      if (state === 'draft') await tx.updateTable('incidents.review').set({ version: review.version + 1 }).where('id', '=', review.id).execute();
      settle({ id: review.id, state, version: review.version + 1, rowId: rowId ?? null });
      return { verb, row: { ...fact, id: rowId ?? review.id }, erasable: ['summary', 'text', 'recommendation', 'noActionReason', 'title'] };
    }, WRITE);
  });

/** The outermost of the transaction answers how the review stands, also to who sends the same command again. */
export const withStanding = (ctx: Ctx, work: (settle: (standing: ReviewStanding) => void) => Promise<void>): Promise<ReviewStanding> =>
  incidents.writeMany(ctx, WRITE, async () => {
    let result: ReviewStanding | null = null;
    await work((standing) => { result = standing; });
    if (result === null) throw notFound();
    return { changes: [], result: result as ReviewStanding };
  });

/** Whether this reader may write reviews of an incident with this label. */
export const mayReview = (db: Db, { siteId, wallId }: { siteId: string | null; wallId: string | null }) =>
  db.selectFrom(sql<{ may: boolean }>`(select access.may_at(${siteId}::uuid, ${wallId}::uuid, ${WRITE}) as may)`.as('m')).select('may');
