import { type RawBuilder, sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor, sitesBelow } from '#platform/kernel/list.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { incidents, READ } from '../record.ts';
import type * as contract from '../review-contract.ts';
import { type ActionFact, countActions, dueOf, REVIEW_FROM_SEVERITY, type ReviewFact, trendsOf } from '../review-rules.ts';
import { tasksSeen } from './review-row.ts';

const MOST_ACTIONS = 2_000;
const MOST_REVIEWS = 5_000;
const SITE = sql<string | null>`(select s.name from sites.v_site s where s.id = i.site_id)`;

type Given = { id: string; observationId: string; incidentId: string; taskId: string; title: string };

/** Reviews, the latest first, with how their actions stand at this moment. */
export async function listReviews(ctx: Ctx, { state, after, limit }: Input<typeof contract.listReviews>): Promise<Reply<typeof contract.listReviews>> {
  const place = after === undefined ? null : readCursor(after);
  let query = incidents.read(ctx, READ).selectFrom('incidents.review as r').innerJoin('incidents.incident as i', 'i.id', 'r.incidentId')
    .select(['r.id', 'i.id as incidentId', 'i.number', 'i.title', 'i.severity', SITE.as('site'), sql<boolean>`i.wall_id is not null`.as('isWalled'), 'r.state', 'r.openedAt', 'r.finishedAt',
      sql<number>`(select count(*)::int from incidents.review_observation o where o.incident_id = i.id and o.kind = 'improvement' and o.struck_at is null)`.as('improvements'),
      sql<Given[]>`coalesce((select jsonb_agg(jsonb_build_object('taskId', a.task_id, 'title', a.title)) from incidents.review_action a where a.incident_id = i.id), '[]')`.as('given')])
    .orderBy('r.openedAt', 'desc').orderBy('r.id', 'desc').limit(limit);
  if (state) query = query.where('r.state', '=', state);
  if (place) query = query.where(sql<boolean>`(r.opened_at, r.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const rows = await query.execute();
  const tasks = await tasksSeen(ctx, rows.flatMap(({ given }) => given.map(({ taskId }) => taskId)));
  const last = rows.at(-1);
  const items = rows.map(({ id: _, given, ...row }) => {
    const { all, open, overdue } = countActions(given.map((one) => factOf(one, tasks)), ctx.now());
    return { ...row, actions: all, open, overdue };
  });
  return { items, next: last && rows.length === limit ? cursorAfter(last.openedAt, last.id) : null };
}

const factOf = ({ taskId, title }: Pick<Given, 'taskId' | 'title'>, tasks: Awaited<ReturnType<typeof tasksSeen>>): ActionFact => {
  const task = tasks.get(taskId);
  return { title, state: task?.state ?? null, dueAt: task?.dueAt ?? null, endedAt: task?.endedAt ?? null };
};

/** Closed incidents that are grave enough for a review and have none yet. */
export async function listReviewsDue(ctx: Ctx, { limit }: Input<typeof contract.listReviewsDue>): Promise<Reply<typeof contract.listReviewsDue>> {
  const rows = await incidents.read(ctx, READ).selectFrom('incidents.incident as i')
    .select(['i.id as incidentId', 'i.number', 'i.title', 'i.severity', SITE.as('site'), sql<boolean>`i.wall_id is not null`.as('isWalled'), sql<string>`i.closed_at`.as('closedAt'), sql<string | null>`case when jsonb_typeof(i.fields -> 'afterActionAt') = 'string' then i.fields ->> 'afterActionAt' end`.as('saidAt')])
    .where('i.state', '=', 'closed').where('i.severity', '>=', REVIEW_FROM_SEVERITY).where('i.isSimulated', '=', false).where('i.mergedInto', 'is', null)
    .where(sql<boolean>`not exists (select from incidents.review r where r.incident_id = i.id)`).orderBy('i.closedAt').limit(limit).execute();
  const items = rows.map(({ saidAt, ...row }) => {
    const dueAt = dueOf(row.closedAt, saidAt);
    return { ...row, dueAt, isOverdue: Date.parse(dueAt) < ctx.now().getTime() };
  });
  return { items: items.sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt)), next: null };
}

/** Corrective actions whose tasks are open, next due first. What stands behind a wall is read there, where the look is recorded. */
export async function listOpenActions(ctx: Ctx, { limit }: Input<typeof contract.listOpenActions>): Promise<Reply<typeof contract.listOpenActions>> {
  const rows = await incidents.read(ctx, READ).selectFrom('incidents.reviewAction as a').innerJoin('incidents.incident as i', 'i.id', 'a.incidentId').innerJoin('incidents.reviewObservation as o', 'o.id', 'a.observationId')
    .select(['a.taskId', 'a.incidentId', 'i.number', 'o.cause', SITE.as('site')]).where('i.wallId', 'is', null).orderBy('a.addedAt', 'desc').limit(MOST_ACTIONS).execute();
  const tasks = await tasksSeen(ctx, rows.map(({ taskId }) => taskId));
  const open = rows.flatMap((row) => {
    const task = tasks.get(row.taskId);
    return task?.state === 'open' ? [{ ...row, title: task.title, owner: task.owner?.name ?? null, dueAt: task.dueAt, isOverdue: task.dueAt !== null && Date.parse(task.dueAt) < ctx.now().getTime() }] : [];
  });
  const dueAt = (at: string | null): number => (at === null ? Number.MAX_SAFE_INTEGER : Date.parse(at));
  return { items: open.sort((a, b) => dueAt(a.dueAt) - dueAt(b.dueAt)).slice(0, limit), next: null, isWhole: open.length <= limit && rows.length < MOST_ACTIONS };
}

/** Recurring causes over the finished reviews that this reader sees, none of them behind a wall: a figure that is passed on says nothing of those. */
export async function readReviewTrends(ctx: Ctx, { from, to, siteId }: Input<typeof contract.readReviewTrends>): Promise<Reply<typeof contract.readReviewTrends>> {
  const now = ctx.now();
  const period = { from: new Date(from ?? Date.UTC(now.getUTCFullYear() - 1, now.getUTCMonth(), now.getUTCDate())).toISOString(), to: new Date(to ?? now).toISOString() };
  const facts = await factsOf(ctx, siteId ? sql<boolean>`i.site_id in ${sitesBelow(siteId)}` : sql<boolean>`true`);
  const within = facts.filter(({ occurredFrom }) => Date.parse(occurredFrom) >= Date.parse(period.from) && Date.parse(occurredFrom) < Date.parse(period.to));
  return { ...period, cutOffAt: now.toISOString(), reviews: within.length, isWhole: facts.length < MOST_REVIEWS, ...trendsOf(facts, { ...period, now }) };
}

type Finding = { cause: string; given: Pick<Given, 'taskId' | 'title'>[] };

async function factsOf(ctx: Ctx, where: RawBuilder<boolean>): Promise<ReviewFact[]> {
  const rows = await incidents.read(ctx, READ).selectFrom('incidents.review as r').innerJoin('incidents.incident as i', 'i.id', 'r.incidentId')
    .select(['i.id as incidentId', 'i.number', 'i.siteId', 'i.occurredFrom', 'r.ratings',
      sql<Finding[]>`coalesce((select jsonb_agg(jsonb_build_object('cause', o.cause, 'given', coalesce((select jsonb_agg(jsonb_build_object('taskId', a.task_id, 'title', a.title)) from incidents.review_action a where a.observation_id = o.id), '[]')))
        from incidents.review_observation o where o.incident_id = i.id and o.kind = 'improvement' and o.cause is not null and o.struck_at is null), '[]')`.as('findings')])
    .where('r.state', '=', 'finished').where('i.isSimulated', '=', false).where('i.wallId', 'is', null).where(where).orderBy('i.occurredFrom', 'desc').limit(MOST_REVIEWS).execute();
  const tasks = await tasksSeen(ctx, rows.flatMap(({ findings }) => findings.flatMap(({ given }) => given.map(({ taskId }) => taskId))));
  return rows.map(({ findings, ratings, ...row }) => ({ ...row, ratings: ratings as Record<string, string>, findings: findings.map(({ cause, given }) => ({ cause, actions: given.map((one) => factOf(one, tasks)) })) }));
}
