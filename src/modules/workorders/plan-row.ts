import { sql } from 'kysely';
import { notFound } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import type { Db } from './order-row.ts';
import type { Answer, Plan, Round } from './plan-contract.ts';
import { dayIn } from './plan-rules.ts';

const siteName = (of: string) => sql<string | null>`(select s.name from sites.v_site s where s.id = ${sql.ref(`${of}.siteId`)})`;
const siteZone = (of: string) => sql<string | null>`(select s.time_zone from sites.v_site s where s.id = ${sql.ref(`${of}.siteId`)})`;
const deviceOf = sql<Plan['device']>`(select jsonb_build_object('id', d.id, 'name', d.name) from devices.v_device d where d.id = p.device_id)`;
/** The day that it is now where the plan's site is. */
const today = (ctx: Ctx) => sql`(${ctx.now().toISOString()}::timestamptz at time zone coalesce((select s.time_zone from sites.v_site s where s.id = p.site_id), 'UTC'))::date`;

/** Plans with names, under the reader's sight. */
export const planRows = (ctx: Ctx, db: Db) =>
  db.selectFrom('workorders.plan as p').select([
    'p.id', 'p.title', 'p.detail', 'p.siteId', 'p.deviceId', 'p.deviceKind', 'p.every', 'p.unit', sql<string>`p.starts_on::text`.as('startsOn'), 'p.aheadDays', sql<Plan['points']>`p.points`.as('points'), 'p.state', 'p.stoppedWhy', sql<string | null>`p.planned_until::text`.as('plannedUntil'), 'p.createdAt', 'p.version',
    siteName('p').as('site'), siteZone('p').as('timeZone'), deviceOf.as('device'),
    sql<string | null>`(select min(r.due_on)::text from workorders.round r where r.plan_id = p.id and r.state = 'due')`.as('nextOn'),
    sql<number>`(select count(*)::int from workorders.round r where r.plan_id = p.id and r.state = 'due' and r.due_on < ${today(ctx)})`.as('overdue'),
  ]);
export type PlanRow = Awaited<ReturnType<ReturnType<typeof planRows>['execute']>>[number];

export const planOf = ({ deviceId: _d, plannedUntil: _u, ...plan }: PlanRow): Plan => plan;

export const roundRows = (db: Db) =>
  db.selectFrom('workorders.round as r').innerJoin('workorders.plan as p', 'p.id', 'r.planId').leftJoin('access.person as d', 'd.id', 'r.doneBy').select([
    'r.id', 'r.planId', 'p.title', 'p.siteId', 'p.deviceId', sql<string>`r.planned_on::text`.as('plannedOn'), sql<string>`r.due_on::text`.as('dueOn'), 'r.state', 'r.postponedWhy', sql<Answer[] | null>`r.answers`.as('answers'), 'r.note', 'r.doneAt', 'd.name as doneBy', 'r.version', sql<Plan['points']>`p.points`.as('points'),
    siteName('p').as('site'), siteZone('p').as('timeZone'), deviceOf.as('device'),
  ]);
export type RoundRow = Awaited<ReturnType<ReturnType<typeof roundRows>['execute']>>[number];

export const roundOf = (ctx: Ctx, { planId, title, deviceId: _d, ...row }: RoundRow): Round => ({ ...row, plan: { id: planId, name: title }, isOverdue: row.state === 'due' && row.dueOn < dayIn(ctx.now().getTime(), row.timeZone ?? 'UTC') });

export async function seenPlan(ctx: Ctx, db: Db, id: string): Promise<PlanRow> {
  const row = await planRows(ctx, db).where('p.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

/** A change of a plan with its header and the words to find it by. */
export const planChange = (verb: string, before: PlanRow | null, after: PlanRow, more: object = {}): Change<{ id: string }> => {
  const bare = ({ site: _s, timeZone: _t, device: _d, nextOn: _n, overdue: _o, ...row }: PlanRow): { id: string } => row;
  const none = Object.fromEntries(Object.keys(more).map((key) => [key, null]));
  return {
    verb, before: before && { ...bare(before), ...none }, after: { ...bare(after), ...more }, erasable: ['detail', 'stoppedWhy', 'reason', 'note'], words: [after.title, after.detail.slice(0, 2000), after.device?.name ?? ''].join(' '),
    header: { kind: 'workorders.plan', number: null, title: after.title, state: after.state, siteId: after.siteId, wallId: null, readPermission: 'workorders:read', at: after.createdAt },
  };
};
