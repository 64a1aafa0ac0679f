import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { alarms, selectAlarms, type Tx } from '../alarm-row.ts';
import type * as contract from '../shift-contract.ts';
import type { OnDuty, Shift, ShiftDetail, Standing } from '../shift-contract.ts';
import { checkMayAt, type Db, endIn, handOverOf, hasEnded, holdShift, KEEP, openShiftOf, passOn, read, selectHandOvers, selectShifts, shiftById, shiftChanged, shiftOf, type ShiftRow } from './shift-row.ts';
import { type OpenAlarm, standingOf } from './standing.ts';

const MOST_OPEN = 500;
const MOST_ON_TEST = 100;
const MOST_ON_DUTY = 200;
const MOST_HAND_OVERS = 50;
const MOST_OFFERS = 200;

export async function listShifts(ctx: Ctx, { state, personId, after, limit }: Input<typeof contract.listShifts>): Promise<Reply<typeof contract.listShifts>> {
  const place = after === undefined ? null : readCursor(after);
  let query = selectShifts(read(ctx)).orderBy('s.beganAt', 'desc').orderBy('s.id', 'desc').limit(limit);
  if (state !== 'all') query = query.where('s.endedAt', state === 'open' ? 'is' : 'is not', null);
  if (personId) query = query.where('s.personId', '=', personId);
  if (place) query = query.where(sql<boolean>`(s.began_at, s.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const items = (await query.execute()).map(shiftOf);
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? cursorAfter(last.beganAt, last.id) : null };
}

export async function getShift(ctx: Ctx, { id }: Input<typeof contract.getShift>): Promise<ShiftDetail> {
  const [shifts, handOvers] = await alarms.readAll(ctx, 'alarms:read', (db) => [
    selectShifts(db as unknown as Db).where('s.id', '=', id),
    selectHandOvers(db as unknown as Db).where('h.shiftId', '=', id).orderBy('h.proposedAt', 'desc').limit(MOST_HAND_OVERS),
  ]);
  if (!shifts[0]) throw notFound();
  return { ...shiftOf(shifts[0]), handOvers: handOvers.map(handOverOf) };
}

export const beginShift = (ctx: Ctx, given: Input<typeof contract.beginShift>): Promise<Shift> =>
  alarms.writeMany(ctx, KEEP, async (tx) => {
    await checkMayAt(tx, given.siteId, KEEP);
    const shift = await beginIn(ctx, tx, given);
    return { changes: [shiftChanged('shift-begun', null, shift)], result: shiftOf(shift) };
  });

/** Opens a shift in the caller's transaction. One person has one open shift: 409, also for two at once. */
export async function beginIn(ctx: Ctx, tx: Tx, { siteId, desk, reach }: { siteId: string | null; desk: string; reach: string }): Promise<ShiftRow> {
  const { rows } = await sql<{ number: string }>`select platform.next_number('SHF', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
  const id = uuidv7();
  const made = await tx.insertInto('alarms.shift').values({ id, number: rows[0]?.number ?? '', siteId, personId: ctx.personId, desk, reach, beganAt: ctx.now().toISOString() })
    .onConflict((conflict) => conflict.column('personId').where('endedAt', 'is', null).doNothing()).returning('id').executeTakeFirst();
  if (!made) throw await isOnDuty(ctx, tx);
  return shiftById(tx, id);
}

async function isOnDuty(ctx: Ctx, tx: Tx): Promise<Problem> {
  const open = await openShiftOf(tx, ctx.personId);
  return new Problem('conflict', 'alarms.on_duty_already', `You are on duty already${open ? `, by ${open.number}` : ''}. Hand that shift over first.`, open ? { shiftId: open.id } : {});
}

export const endShift = (ctx: Ctx, { id, reason }: Input<typeof contract.endShift>): Promise<Shift> =>
  alarms.writeMany(ctx, 'alarms:supervise', async (tx) => {
    const shift = await holdShift(tx, id, 'alarms:supervise');
    if (shift.endedAt !== null) throw hasEnded(shift);
    if (shift.personId === ctx.personId) throw new Problem('refused', 'alarms.own_shift', 'This is your own shift: hand it over, or say that nobody comes after you.');
    const passed = await passOn(tx, shift, null);
    await tx.updateTable('alarms.handOver').set({ state: 'withdrawn', decidedAt: ctx.now().toISOString(), decidedBy: ctx.personId, why: reason }).where('shiftId', '=', id).where('state', '=', 'proposed').execute();
    const ended = await endIn(ctx, tx, shift, { how: 'by-supervisor', why: reason });
    return { changes: [ended, ...passed.changes], result: shiftOf(ended.after) };
  });

export async function readStanding(ctx: Ctx, { id }: Input<typeof contract.readStanding>): Promise<Standing> {
  const shift = await shiftById(read(ctx), id);
  return standing(read(ctx), shift);
}

/** What stands open in the part of the estate that the shift watches, as its reader may see it; what the person leaving holds comes first, so that it is never cut off. */
export async function standing(db: Db, { siteId, personId }: ShiftRow): Promise<Standing> {
  const within = siteId === null ? sql<boolean>`true` : sql<boolean>`a.site_id in (select s.id from access.site s join access.site top on s.path operator(public.<@) top.path where top.id = ${siteId}::uuid)`;
  const open = (await selectAlarms(db).where('a.handling', '<>', 'closed').where('a.foldedInto', 'is', null).where('a.wallId', 'is', null).where(within)
    .orderBy(sql`(a.owner_id is not distinct from ${personId}::uuid)`, 'desc').orderBy('a.priority').orderBy('a.raisedAt').orderBy('a.id').limit(MOST_OPEN + 1).execute()) as OpenAlarm[];
  const [other] = await db.selectFrom('alarms.alarm as a').select(sql<number>`count(*)::int`.as('count')).where('a.ownerId', '=', personId).where('a.handling', '<>', 'closed').where(sql<boolean>`not (${within} and a.wall_id is null) is not false`).execute();
  const onTest = await db.selectFrom('alarms.onTest as a').select(['a.id', 'a.name', 'a.endsAt as until', 'a.reason as why']).where('a.wallId', 'is', null).where('a.endedAt', 'is', null).where('a.holdsUntil', 'is', null).where(sql<boolean>`a.begins_at <= now() and a.ends_at > now()`).where(within).orderBy('a.endsAt').orderBy('a.id').limit(MOST_ON_TEST).execute();
  return standingOf(open.slice(0, MOST_OPEN), personId, { onTest, heldElsewhere: other?.count ?? 0, isCut: open.length > MOST_OPEN });
}

export async function readDuty(ctx: Ctx): Promise<Reply<typeof contract.readDuty>> {
  const [open, waiting, last, offers] = await alarms.readAll(ctx, 'alarms:read', (db) => [
    selectShifts(db as unknown as Db).where('s.endedAt', 'is', null).orderBy('s.beganAt').orderBy('s.id').limit(MOST_ON_DUTY),
    selectHandOvers(db as unknown as Db).where('h.state', '=', 'proposed').orderBy('h.proposedAt').limit(MOST_HAND_OVERS),
    db.selectFrom('alarms.shift').select(['siteId', 'desk', 'reach']).where('personId', '=', ctx.personId).orderBy('beganAt', 'desc').limit(1),
    db.selectFrom('alarms.offer as o').innerJoin('alarms.alarm as a', 'a.id', 'o.alarmId').innerJoin('access.person as p', 'p.id', 'o.personId').select(['o.alarmId', 'p.id as personId', 'p.name', 'o.offeredAt as at', 'o.open', 'o.among'])
      .where('a.handling', '=', 'unacknowledged').where('a.ownerId', 'is', null).where(sql<boolean>`exists (select from alarms.routing r where r.is_on)`).orderBy('a.priority').orderBy('a.raisedAt').limit(MOST_OFFERS),
  ]);
  const mine = open.find(({ personId }) => personId === ctx.personId);
  return {
    mine: mine ? shiftOf(mine) : null, last: last[0] ?? null, offers, handOvers: waiting.map(handOverOf),
    onDuty: open.map(({ id, personId, name, desk, reach, beganAt, siteId, site }) => ({ shiftId: id, personId, name, desk, reach, beganAt, siteId, site })),
  };
}

export async function onDutyFor(ctx: Ctx, { id }: Input<typeof contract.onDutyFor>): Promise<Reply<typeof contract.onDutyFor>> {
  const alarm = await alarms.read(ctx).selectFrom('alarms.alarm').select(['id', 'siteId']).where('id', '=', id).executeTakeFirst();
  if (!alarm) throw notFound();
  const items = await alarms.read(ctx).selectFrom(sql<OnDuty>`alarms.on_duty_at(${alarm.siteId}::uuid)`.as('d')).select(['d.shiftId', 'd.personId', 'd.name', 'd.desk', 'd.reach', 'd.beganAt']).execute();
  return { items };
}
