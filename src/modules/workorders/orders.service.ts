import { type ExpressionBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { alarmForIncident } from '#modules/alarms/public.ts';
import { devicesOf } from '#modules/devices/public.ts';
import { isSimulatedIncident } from '#modules/incidents/public.ts';
import { siteOf } from '#modules/sites/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { cursorAfter, readCursor, sitesBelow } from '#platform/kernel/list.ts';
import { notFound } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { WorkOrderDetail } from './contract.ts';
import { isFaultCode, suggestedCode } from './fault-codes.ts';
import { bring, changeOf, checkMay, type Db, detailOf, headerOf, holdOrder, orderOf, orders, refuse, rows, seen, type Tx, type Values } from './order-row.ts';
import { dueOf, ENDED, OPEN, type Origin } from './rules.ts';
import { settingsIn } from './settings.service.ts';
import type { Tables } from './tables.gen.ts';

const READ = 'workorders:read';
const RAISE = 'workorders:raise';
const MOST_FOUND = 500;

type Where = ExpressionBuilder<{ w: Tables['workorders.workorder'] }, 'w'>;
type Asked = Omit<Input<typeof contract.listWorkOrders>, 'after' | 'limit'>;

const statesOf = (state: Asked['state']) => (state === 'open' ? OPEN : state === 'ended' ? ENDED : state === undefined ? null : [state]);

const fits = (ctx: Ctx, { state, deviceId, under, priority, faultCode, isOverdue, isMine, fixedFrom, fixedTo, q }: Asked) => (where: Where) => {
  const states = statesOf(state);
  return where.and([
    ...(states ? [where('w.state', 'in', states)] : []),
    ...(deviceId ? [sql<boolean>`exists (select from workorders.concern c where c.workorder_id = w.id and c.device_id = ${deviceId})`] : []),
    ...(under ? [sql<boolean>`w.site_id in ${sitesBelow(under)}`] : []),
    ...(priority ? [where('w.priority', '=', priority)] : []),
    ...(faultCode ? [where('w.faultCode', '=', faultCode)] : []),
    ...(isOverdue ? [where('w.state', 'in', OPEN), where('w.dueAt', '<', ctx.now().toISOString())] : []),
    ...(isMine ? [where('w.ownerId', '=', me)] : []),
    ...(fixedFrom ? [where('w.fixedAt', '>=', fixedFrom)] : []),
    ...(fixedTo ? [where('w.fixedAt', '<', fixedTo)] : []),
    ...(q ? [sql<boolean>`w.id in (select f.record_id from platform.find_records(${q}, ${MOST_FOUND}) f)`] : []),
  ]);
};

/** Work orders in order of when they are due, or were raised, page by page. */
export async function listWorkOrders(ctx: Ctx, { after, limit, ...asked }: Input<typeof contract.listWorkOrders>): Promise<Reply<typeof contract.listWorkOrders>> {
  const place = after === undefined ? null : readCursor(after);
  const down = asked.sort === '-raised';
  const [column, direction] = down ? (['w.raisedAt', 'desc'] as const) : (['w.dueAt', 'asc'] as const);
  const beyond = (where: Where) => (place ? where(where.refTuple(column, 'w.id'), down ? '<' : '>', where.tuple(place.at, place.id)) : sql<boolean>`true`);
  const [found, counted] = await orders.readAll(ctx, READ, (db) => [
    rows(db).where(fits(ctx, asked)).where(beyond).orderBy(column, direction).orderBy('w.id', direction).limit(limit),
    db.selectFrom('workorders.workorder as w').select((eb) => eb.fn.countAll<number>().as('n')).where(fits(ctx, asked)),
  ]);
  const last = found.at(-1);
  return { items: found.map(orderOf), next: last && found.length === limit ? cursorAfter(down ? last.raisedAt : last.dueAt, last.id) : null, total: counted[0]?.n ?? 0 };
}

export async function readWorkOrder(ctx: Ctx, { id }: Input<typeof contract.readWorkOrder>): Promise<WorkOrderDetail> {
  const db = orders.read(ctx);
  const row = await seen(db, id);
  if (!row) throw notFound();
  return detailOf(db, row);
}

/** From what a work order is raised: what is not said is taken from there. */
type Raising = { origin: Origin; isSimulated?: boolean; fromId?: string | undefined; title?: string | undefined; detail: string; siteId?: string | null | undefined; deviceIds: readonly string[]; faultCode?: string | undefined; priority: number; failedAt?: string | undefined; dueAt?: string | undefined };

async function filledFrom(ctx: Ctx, given: Raising): Promise<Raising> {
  if (given.fromId === undefined) return given;
  if (given.origin === 'alarm') {
    const alarm = await alarmForIncident(ctx, given.fromId);
    if (!alarm) throw refuse('no_such_alarm', 'That alarm is not there, or it is not for you to see.', '/fromId');
    const deviceIds = given.deviceIds.length > 0 ? given.deviceIds : alarm.device ? [alarm.device.id] : [];
    return { ...given, isSimulated: alarm.isSimulated, title: given.title ?? alarm.title, siteId: given.siteId === undefined ? alarm.siteId : given.siteId, deviceIds, faultCode: given.faultCode ?? suggestedCode(alarm.type), failedAt: given.failedAt ?? alarm.raisedAt };
  }
  const from = await orders.read(ctx, READ).selectFrom('platform.record').select(['id', 'kind', 'title', 'siteId', 'wallId']).where('id', '=', given.fromId).executeTakeFirst();
  if (from?.kind !== 'incidents.incident') throw refuse('no_such_incident', 'That incident is not there, or it is not for you to see.', '/fromId');
  // The order itself stands in the open, and would tell of it.
  if (from.wallId !== null) throw refuse('behind_wall', 'That incident stands behind a wall. Raise the work order by hand, without naming it.', '/fromId');
  return { ...given, isSimulated: await isSimulatedIncident(ctx, from.id), title: given.title ?? from.title, siteId: given.siteId === undefined ? from.siteId : given.siteId };
}

const checkCode = (code: string | undefined): void => {
  if (code !== undefined && !isFaultCode(code)) throw refuse('no_such_code', 'Choose one of the fault codes.', '/faultCode');
};

/** The devices that it concerns must be seen by who names them. */
async function checkDevices(ctx: Ctx, ids: readonly string[]): Promise<void> {
  if ((await devicesOf(ctx, ids)).size < new Set(ids).size) throw refuse('no_such_device', 'There is no such device, or it is not for you to see.', '/deviceIds');
}

async function siteOfDevice(tx: Tx, deviceId: string | undefined): Promise<string | null> {
  if (deviceId === undefined) return null;
  const found = await tx.selectFrom(sql<{ siteId: string | null }>`(select site_id from devices.v_device where id = ${deviceId})`.as<'d'>(sql`d`)).select('siteId').executeTakeFirst();
  return found?.siteId ?? null;
}

const nextNumber = async (ctx: Ctx, tx: Tx): Promise<string> => {
  const { rows: found } = await sql<{ number: string }>`select platform.next_number('WO', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
  return found[0]?.number ?? '';
};

async function insertConcerns(tx: Tx, workorderId: string, deviceIds: readonly string[]): Promise<void> {
  const all = [...new Set(deviceIds)];
  if (all.length > 0) await tx.insertInto('workorders.concern').values(all.map((deviceId) => ({ id: uuidv7(), workorderId, deviceId }))).execute();
}

/** Raises a work order under `permission`; joins an open transaction. */
export async function raise(ctx: Ctx, permission: string, asked: Raising): Promise<WorkOrderDetail> {
  const given = await filledFrom(ctx, asked);
  return orders.writeMany(ctx, permission, async (tx) => {
    await checkDevices(ctx, given.deviceIds);
    const siteId = given.siteId === undefined ? await siteOfDevice(tx, given.deviceIds[0]) : given.siteId;
    const site = siteId === null ? null : await siteOf(ctx, siteId);
    if (siteId !== null && !site) throw toProblem({ code: '23503' });
    await checkMay(tx, { siteId }, permission);
    checkCode(given.faultCode);
    const { title } = given;
    if (title === undefined) throw refuse('say_what', 'Say what is wrong.', '/title');
    const [id, now] = [uuidv7(), ctx.now()];
    const raisedAt = now.toISOString();
    const dueAt = given.dueAt ?? new Date(dueOf({ priority: given.priority, atMs: now.getTime(), zone: site?.timeZone ?? 'UTC', targets: await settingsIn(tx) })).toISOString();
    const failedAt = given.failedAt !== undefined && Date.parse(given.failedAt) < now.getTime() ? given.failedAt : raisedAt;
    const number = await nextNumber(ctx, tx);
    await tx.insertInto('workorders.workorder').values({ id, number, title, detail: given.detail, siteId, origin: given.origin, isSimulated: given.isSimulated ?? false, faultCode: given.faultCode ?? 'other', priority: given.priority, dueAt, failedAt, raisedAt, raisedBy: ctx.personId }).execute();
    await insertConcerns(tx, id, given.deviceIds);
    if (given.fromId !== undefined) await linkFrom(ctx, tx, given.fromId, { id, number, title, isSimulated: given.isSimulated ?? false, state: 'raised', siteId, raisedAt });
    return { changes: [changeOf('raised', null, await mustSee(tx, id))], result: await detailOf(tx, await mustSee(tx, id)) };
  });
}

/** Draws the thread to what it came from. The header comes with the commit; the link needs one now. */
async function linkFrom(ctx: Ctx, tx: Tx, fromId: string, order: Parameters<typeof headerOf>[0] & { id: string }): Promise<void> {
  await tx.insertInto('platform.record').values({ id: order.id, ...headerOf(order) }).execute();
  await tx.insertInto('platform.link').values({ fromId, toId: order.id, kind: 'became', at: order.raisedAt, actor: ctx.personId }).execute();
}

export async function mustSee(db: Db, id: string) {
  const row = await seen(db, id);
  if (!row) throw notFound();
  return row;
}

export const raiseWorkOrder = (ctx: Ctx, input: Input<typeof contract.raiseWorkOrder>): Promise<WorkOrderDetail> => {
  const needsSource = input.origin === 'alarm' || input.origin === 'incident';
  if (needsSource !== (input.fromId !== undefined)) throw refuse('say_from', needsSource ? 'Say from which alarm or incident it comes.' : 'Only what comes from an alarm or incident names one.', '/fromId');
  return raise(ctx, RAISE, input);
};

export async function changeWorkOrder(ctx: Ctx, { id, deviceIds, ...asked }: Input<typeof contract.changeWorkOrder>): Promise<WorkOrderDetail> {
  return orders.writeMany(ctx, RAISE, async (tx) => {
    const before = await holdOrder(ctx, tx, id, 'change');
    checkCode(asked.faultCode);
    const values = Object.fromEntries(Object.entries(asked).filter(([field, value]) => value !== undefined && value !== before[field as keyof typeof before])) as Values;
    if (values.failedAt !== undefined && Date.parse(values.failedAt) > ctx.now().getTime()) throw refuse('failed_later', 'A fault cannot begin in the future.', '/failedAt');
    const isOther = deviceIds !== undefined && JSON.stringify(deviceIds.toSorted()) !== JSON.stringify(before.devices.map((one) => one.id).sort());
    if (Object.keys(values).length === 0 && !isOther) return { changes: [], result: await detailOf(tx, before) };
    if (isOther) await insertNewConcerns(ctx, tx, id, deviceIds);
    const after = await bring(tx, before, values);
    return { changes: [changeOf('changed', before, after)], result: await detailOf(tx, after) };
  });
}

/** Devices are added, never taken away: what was once named stays in their history. */
async function insertNewConcerns(ctx: Ctx, tx: Tx, id: string, deviceIds: readonly string[]): Promise<void> {
  await checkDevices(ctx, deviceIds);
  const known = new Set((await tx.selectFrom('workorders.concern').select('deviceId').where('workorderId', '=', id).execute()).map(({ deviceId }) => deviceId));
  await insertConcerns(tx, id, deviceIds.filter((one) => !known.has(one)));
}
