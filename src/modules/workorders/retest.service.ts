import { v7 as uuidv7 } from 'uuid';
import { placesOf } from '#modules/devices/public.ts';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { WorkOrderDetail } from './contract.ts';
import { backToWork } from './moves.service.ts';
import { bring, changeOf, changedMeanwhile, checkMay, detailOf, holdOrder, orders, refuse, type Row, seen, type Tx } from './order-row.ts';
import { type Check, isPassed, type State } from './rules.ts';

const RETEST = 'workorders:retest';
const KEEP = 'workorders:keep';
const MINUTE_MS = 60_000;

/** A device can be retested by what is heard of it only where signals are known to be its own. */
async function checkHearable(ctx: Ctx, before: Row, checks: readonly { deviceId: string }[]): Promise<void> {
  const concerned = new Set(before.devices.map(({ id }) => id));
  for (const [at, { deviceId }] of checks.entries()) {
    if (!concerned.has(deviceId)) throw refuse('not_concerned', 'The work order does not concern this device.', `/checks/${at}/deviceId`);
    if (!(await placesOf(ctx, deviceId)).some(({ until }) => until === null)) throw refuse('never_heard', 'No signals are known to be of this device. Give it its points in the register, or retest it by hand.', `/checks/${at}/deviceId`);
  }
}

/** Begins the retest: from now on it is watched what is heard of these devices. */
export const startRetest = (ctx: Ctx, { id, checks, withinMinutes }: Input<typeof contract.startRetest>): Promise<WorkOrderDetail> =>
  orders.writeMany(ctx, RETEST, async (tx) => {
    const before = await holdOrder(ctx, tx, id, 'retest');
    await checkHearable(ctx, before, checks);
    const unique = [...new Map(checks.map((one) => [`${one.deviceId} ${one.expect}`, one])).values()];
    const [rowId, now] = [uuidv7(), ctx.now()];
    const until = new Date(now.getTime() + withinMinutes * MINUTE_MS).toISOString();
    const wanted: Check[] = unique.map((one) => ({ ...one, heardAt: null, signalKey: null, type: null }));
    await tx.insertInto('workorders.retest').values({ id: rowId, workorderId: id, startedAt: now.toISOString(), startedBy: ctx.personId, until, checks: JSON.stringify(wanted), fixerId: before.fixedBy ?? ctx.personId }).execute();
    const after = await bring(tx, before, { state: 'retesting' });
    return { changes: [changeOf('retest-started', before, after, { retestId: rowId, until })], result: await detailOf(tx, after) };
  });

type Ended = { isPassed: boolean; reason: string; byHand: string | null; checks?: readonly Check[] };

/** Ends the running retest of a held order. */
async function end(ctx: Ctx, tx: Tx, before: Row, { isPassed: passed, reason, byHand, checks }: Ended) {
  const now = ctx.now().toISOString();
  const { numUpdatedRows } = await tx.updateTable('workorders.retest').set({ state: passed ? 'passed' : 'failed', endedAt: now, reason, byHand, ...(checks && { checks: JSON.stringify(checks) }) }).where('workorderId', '=', before.id).where('state', '=', 'running').executeTakeFirst();
  if (numUpdatedRows === 0n) throw changedMeanwhile();
  const after = await bring(tx, before, passed ? { state: 'tested', testedAt: now } : backToWork(before));
  return { after, change: changeOf(passed ? 'retest-passed' : 'retest-failed', before, after, { reason }) };
}

/** The order under retest, held; 409 where it is not any more. */
async function holdRetesting(ctx: Ctx, tx: Tx, id: string, permission: string): Promise<Row> {
  const first = await seen(tx, id);
  if (!first) throw notFound();
  await checkMay(tx, first, permission);
  await tx.selectFrom('workorders.workorder').select('id').where('id', '=', id).forUpdate().execute();
  const row = (await seen(tx, id)) ?? first;
  const state: State = row.state;
  if (state !== 'retesting') throw new Problem('conflict', 'workorders.no_retest', 'No retest is running. Look again.', { state });
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== row.version) throw changedMeanwhile();
  return row;
}

/** Decides a retest by hand. Passed only by another than who fixed it. */
export const endRetest = (ctx: Ctx, { id, isPassed: passed, reason }: Input<typeof contract.endRetest>): Promise<WorkOrderDetail> =>
  orders.writeMany(ctx, RETEST, async (tx) => {
    const before = await holdRetesting(ctx, tx, id, RETEST);
    if (passed && before.fixedBy === ctx.personId) throw new Problem('refused', 'workorders.own_fix', 'You fixed it. By hand, somebody else passes the retest; what is heard of the device passes it by itself.');
    const { after, change } = await end(ctx, tx, before, { isPassed: passed, reason, byHand: ctx.personId });
    return { changes: [change], result: await detailOf(tx, after) };
  });

/** A retest that runs, as the watch of signals takes it. */
export type Running = { id: string; workorderId: string; startedAt: string; until: string; checks: Check[] };

/** The retests that run; for who keeps them. */
export async function runningRetests(ctx: Ctx): Promise<Running[]> {
  const rows = await orders.read(ctx, 'workorders:read').selectFrom('workorders.retest').select(['id', 'workorderId', 'startedAt', 'until', 'checks']).where('state', '=', 'running').orderBy('until').limit(200).execute();
  return rows.map((row) => ({ ...row, checks: row.checks as unknown as Check[] }));
}

/** Writes what was heard; passes the retest when all was, fails it when its time is over. Answers whether something changed. */
export const settleRetest = (ctx: Ctx, running: Running, checks: readonly Check[], isOver: boolean): Promise<boolean> =>
  orders.writeMany(ctx, KEEP, async (tx) => {
    const held = await tx.selectFrom('workorders.retest').select('checks').where('id', '=', running.id).where('state', '=', 'running').forUpdate().executeTakeFirst();
    if (!held) return { changes: [], result: false };
    if (isPassed(checks) || isOver) {
      const before = await holdRetesting(ctx, tx, running.workorderId, KEEP);
      const passed = isPassed(checks);
      const { change } = await end(ctx, tx, before, { isPassed: passed, reason: '', byHand: null, checks });
      return { changes: [change], result: true };
    }
    if (JSON.stringify(held.checks) === JSON.stringify(checks)) return { changes: [], result: false };
    await tx.updateTable('workorders.retest').set({ checks: JSON.stringify(checks) }).where('id', '=', running.id).execute();
    const row = await seen(tx, running.workorderId);
    if (!row) throw notFound();
    const { header: _header, words: _words, ...change } = changeOf('retest-heard', null, row, { heard: checks.filter(({ heardAt }) => heardAt !== null).length, of: checks.length });
    return { changes: [{ ...change, of: { recordId: row.id, siteId: row.siteId, wallId: null, readPermission: 'workorders:read' } }], result: true };
  });
