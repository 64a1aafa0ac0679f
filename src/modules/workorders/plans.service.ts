import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { devicesOf } from '#modules/devices/public.ts';
import { siteOf } from '#modules/sites/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { readWordCursor, wordCursorAfter } from '#platform/kernel/word-cursor.ts';
import { changedMeanwhile, checkMay, orders, refuse, type Tx } from './order-row.ts';
import type * as contract from './plan-contract.ts';
import type { Plan } from './plan-contract.ts';
import { planChange, planOf, type PlanRow, planRows, seenPlan } from './plan-row.ts';
import { addDays, daysOf, dayIn } from './plan-rules.ts';

const PLAN = 'workorders:plan';
const KEEP = 'workorders:keep';

export async function listPlans(ctx: Ctx, { state, deviceId, after, limit }: Input<typeof contract.listPlans>): Promise<Reply<typeof contract.listPlans>> {
  const place = after === undefined ? null : readWordCursor(after);
  const found = await planRows(ctx, orders.read(ctx)).where((where) => where.and([
    ...(state ? [where('p.state', '=', state)] : []), ...(deviceId ? [where('p.deviceId', '=', deviceId)] : []), ...(place ? [where(where.refTuple('p.title', 'p.id'), '>', where.tuple(place.word, place.id))] : []),
  ])).orderBy('p.title').orderBy('p.id').limit(limit).execute();
  const last = found.at(-1);
  return { items: found.map(planOf), next: last && found.length === limit ? wordCursorAfter(last.title, last.id) : null };
}

const pointsOf = (texts: readonly string[]): Plan['points'] => texts.map((text, i) => ({ key: String(i + 1), text }));

export async function addPlan(ctx: Ctx, { points, ...input }: Input<typeof contract.addPlan>): Promise<Plan> {
  return orders.writeMany(ctx, PLAN, async (tx) => {
    const site = input.siteId === null ? null : await siteOf(ctx, input.siteId);
    if (input.siteId !== null && !site) throw toProblem({ code: '23503' });
    await checkMay(tx, { siteId: input.siteId }, PLAN);
    if (input.deviceId !== null && (await devicesOf(ctx, [input.deviceId])).size === 0) throw refuse('no_such_device', 'There is no such device, or it is not for you to see.', '/deviceId');
    if (input.deviceId !== null && input.deviceKind !== '') throw refuse('device_or_kind', 'Choose a device or a kind of device, not both.', '/deviceKind');
    const id = uuidv7();
    await tx.insertInto('workorders.plan').values({ ...input, id, points: JSON.stringify(pointsOf(points)), createdAt: ctx.now().toISOString() }).execute();
    await makeRounds(ctx, tx, await seenPlan(ctx, tx, id));
    const after = await seenPlan(ctx, tx, id);
    return { changes: [planChange('plan-added', null, after)], result: planOf(after) };
  });
}

async function holdPlan(ctx: Ctx, tx: Tx, id: string): Promise<PlanRow> {
  const first = await seenPlan(ctx, tx, id);
  await checkMay(tx, first, PLAN);
  await tx.selectFrom('workorders.plan').select('id').where('id', '=', id).forUpdate().execute();
  const row = await seenPlan(ctx, tx, id);
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== row.version) throw changedMeanwhile();
  if (row.state === 'stopped') throw new Problem('conflict', 'workorders.plan_stopped', 'This plan was stopped already.');
  return row;
}

export const changePlan = (ctx: Ctx, { id, points, ...asked }: Input<typeof contract.changePlan>): Promise<Plan> =>
  orders.writeMany(ctx, PLAN, async (tx) => {
    const before = await holdPlan(ctx, tx, id);
    await tx.updateTable('workorders.plan').set({ title: asked.title ?? before.title, detail: asked.detail ?? before.detail, ...(points && { points: JSON.stringify(pointsOf(points)) }), version: before.version + 1 }).where('id', '=', id).execute();
    const after = await seenPlan(ctx, tx, id);
    return { changes: [planChange('plan-changed', before, after)], result: planOf(after) };
  });

export const stopPlan = (ctx: Ctx, { id, reason }: Input<typeof contract.stopPlan>): Promise<Plan> =>
  orders.writeMany(ctx, PLAN, async (tx) => {
    const before = await holdPlan(ctx, tx, id);
    await tx.updateTable('workorders.plan').set({ state: 'stopped', stoppedWhy: reason, version: before.version + 1 }).where('id', '=', id).execute();
    await tx.updateTable('workorders.round').set({ state: 'dropped', version: sql`version + 1` }).where('planId', '=', id).where('state', '=', 'due').execute();
    const after = await seenPlan(ctx, tx, id);
    return { changes: [planChange('plan-stopped', before, after, { reason })], result: planOf(after) };
  });

/** Makes the rounds that a plan brings up to its horizon on the site's own calendar, after the last that was made. Answers how many are new. */
async function makeRounds(ctx: Ctx, tx: Tx, plan: PlanRow): Promise<{ made: number; until: string }> {
  const until = addDays(dayIn(ctx.now().getTime(), plan.timeZone ?? 'UTC'), plan.aheadDays);
  const days = daysOf(plan, { after: plan.plannedUntil, until });
  if (days.length > 0) await tx.insertInto('workorders.round').values(days.map((day) => ({ id: uuidv7(), planId: plan.id, plannedOn: day, dueOn: day }))).onConflict((conflict) => conflict.doNothing()).execute();
  const upTo = days.at(-1) !== undefined && days.length >= 2_000 ? (days.at(-1) ?? until) : until;
  if (plan.plannedUntil === null || plan.plannedUntil < upTo) await tx.updateTable('workorders.plan').set({ plannedUntil: upTo }).where('id', '=', plan.id).execute();
  return { made: days.length, until: upTo };
}

/** Brings the rounds of every plan up to its horizon; for who keeps them. The row of the plan is held, so that of two who do it at once one makes them. Answers how many it made. */
export async function planAhead(ctx: Ctx): Promise<number> {
  const now = ctx.now().toISOString();
  const due = await orders.read(ctx, 'workorders:read').selectFrom('workorders.plan as p').select('p.id').where('p.state', '=', 'active')
    .where(sql<boolean>`(p.planned_until is null or p.planned_until < (${now}::timestamptz at time zone coalesce((select s.time_zone from sites.v_site s where s.id = p.site_id), 'UTC'))::date + p.ahead_days)`).orderBy('p.id').limit(200).execute();
  let made = 0;
  for (const { id } of due) made += await planOne(ctx, id);
  return made;
}

const planOne = (ctx: Ctx, id: string): Promise<number> =>
  orders.writeMany(ctx, KEEP, async (tx) => {
    await tx.selectFrom('workorders.plan').select('id').where('id', '=', id).forUpdate().execute();
    const plan = await planRows(ctx, tx).where('p.id', '=', id).executeTakeFirst();
    if (!plan) throw notFound();
    if (plan.state !== 'active') return { changes: [], result: 0 };
    const { made, until } = await makeRounds(ctx, tx, plan);
    if (made === 0) return { changes: [], result: 0 };
    const { header: _header, words: _words, ...change } = planChange('rounds-made', null, plan, { made, until });
    return { changes: [{ ...change, of: { recordId: id, siteId: plan.siteId, wallId: null, readPermission: 'workorders:read' } }], result: made };
  });
