import { sql } from 'kysely';
import type { Input } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { WorkOrderDetail } from './contract.ts';
import { isFaultCode } from './fault-codes.ts';
import { bring, changeOf, detailOf, holdOrder, orders, refuse, type Row, type Tx, type Values } from './order-row.ts';
import { PERMISSION, type Verb } from './rules.ts';

type Move = { verb: Verb; said: string; set: (before: Row) => Values; reason?: string; check?: (tx: Tx, before: Row) => Promise<void> };

/** Moves a work order on; of two at once one moves it and the other is told how it stands. */
const move = (ctx: Ctx, id: string, { verb, said, set, reason, check }: Move): Promise<WorkOrderDetail> =>
  orders.writeMany(ctx, PERMISSION[verb], async (tx) => {
    const before = await holdOrder(ctx, tx, id, verb);
    if (check) await check(tx, before);
    const after = await bring(tx, before, set(before));
    return { changes: [changeOf(said, before, after, reason === undefined ? {} : { reason })], result: await detailOf(tx, after) };
  });

/** Who is to do it is an active person who sees it; else the work would be nobody's. */
async function checkOwner(tx: Tx, ownerId: string | null, recordId: string): Promise<void> {
  if (ownerId === null) return;
  const [row] = await tx.selectFrom(sql<{ could: boolean }>`(select tasks.could_see(${ownerId}::uuid, ${recordId}::uuid) as could)`.as('s')).select('could').execute();
  if (row?.could !== true) throw refuse('owner_cannot_see', 'This person does not see the work order. Give it to somebody who does.', '/ownerId');
}

export const assignWorkOrder = (ctx: Ctx, { id, ownerId, firm, firmContact }: Input<typeof contract.assignWorkOrder>): Promise<WorkOrderDetail> =>
  move(ctx, id, {
    verb: 'assign', said: 'assigned', check: async (tx) => {
      if (ownerId === null && firm === '') throw refuse('say_who', 'Choose a person, or name the firm.', '/ownerId');
      await checkOwner(tx, ownerId, id);
    },
    set: (before) => ({ ownerId, firm, firmContact, assignedAt: ctx.now().toISOString(), ...(before.state === 'raised' && { state: 'assigned' }) }),
  });

export const startWork = (ctx: Ctx, { id }: Input<typeof contract.startWork>): Promise<WorkOrderDetail> =>
  move(ctx, id, { verb: 'start', said: 'started', set: (before) => ({ state: 'working', waitingWhy: '', startedAt: before.startedAt ?? ctx.now().toISOString() }) });

export const pauseWork = (ctx: Ctx, { id, reason }: Input<typeof contract.pauseWork>): Promise<WorkOrderDetail> => move(ctx, id, { verb: 'pause', said: 'paused', set: () => ({ state: 'waiting', waitingWhy: reason }) });

export const fixWork = (ctx: Ctx, { id, cause, done, labourMinutes, faultCode }: Input<typeof contract.fixWork>): Promise<WorkOrderDetail> =>
  move(ctx, id, {
    verb: 'fix', said: 'fixed',
    set: () => {
      if (faultCode !== undefined && !isFaultCode(faultCode)) throw refuse('no_such_code', 'Choose one of the fault codes.', '/faultCode');
      return { state: 'fixed', cause, done, labourMinutes, fixedAt: ctx.now().toISOString(), fixedBy: ctx.personId, ...(faultCode !== undefined && { faultCode }) };
    },
  });

/** Closes it after a passed retest, or with the reason why none was needed. */
export const closeWorkOrder = (ctx: Ctx, { id, exemption }: Input<typeof contract.closeWorkOrder>): Promise<WorkOrderDetail> =>
  move(ctx, id, {
    verb: 'close', said: 'closed',
    set: (before) => {
      if (before.state === 'fixed' && exemption.length < 3) throw new Problem('refused', 'workorders.not_tested', 'No retest has passed. Begin one, or say why none is needed.', { errors: [{ pointer: '/exemption', detail: 'Say why no retest is needed.' }] });
      return { state: 'closed', exemption: before.state === 'fixed' ? exemption : '', endedAt: ctx.now().toISOString(), endedBy: ctx.personId };
    },
  });

/** As one is that comes back: to who had it, and nothing of the former fix holds any more. */
export const backToWork = (before: Row): Values => ({ state: before.ownerId !== null || before.firm !== '' ? 'assigned' : 'raised', testedAt: null, exemption: '', endedAt: null, endedBy: null, returns: before.returns + 1 });

export const reopenWorkOrder = (ctx: Ctx, { id, reason }: Input<typeof contract.reopenWorkOrder>): Promise<WorkOrderDetail> => move(ctx, id, { verb: 'reopen', said: 'reopened', reason, set: backToWork });

export const cancelWorkOrder = (ctx: Ctx, { id, reason }: Input<typeof contract.cancelWorkOrder>): Promise<WorkOrderDetail> =>
  move(ctx, id, { verb: 'cancel', said: 'cancelled', set: () => ({ state: 'cancelled', waitingWhy: '', cancelReason: reason, endedAt: ctx.now().toISOString(), endedBy: ctx.personId }) });
