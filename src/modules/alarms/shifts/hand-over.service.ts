import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { alarms, type Tx } from '../alarm-row.ts';
import type * as contract from '../shift-contract.ts';
import type { HandOver, Standing } from '../shift-contract.ts';
import { checkMayAt, endIn, handOverOf, hasEnded, holdShift, KEEP, ofShift, openShiftOf, passOn, selectHandOvers, shiftById, shiftChanged, type ShiftRow } from './shift-row.ts';
import { beginIn, standing } from './shifts.service.ts';

/** So long a hand-over waits until the supervisor is told that nobody took it. */
const WAITS_MS = 10 * 60_000;
const AT_ONCE = 50;

const handOverById = async (tx: Tx, id: string): Promise<HandOver> => handOverOf(await selectHandOvers(tx).where('h.id', '=', id).executeTakeFirstOrThrow());

/** What was handed over, for the ledger: which, not what each says. */
const idsOf = ({ held, waiting, shelved, silent, onTest = [], heldElsewhere, isCut }: Standing) => ({ onTest: onTest.map(({ id }) => id), held: held.map(({ id }) => id), waiting: waiting.map(({ id }) => id), shelved: shelved.map(({ id }) => id), silent: silent.map(({ id }) => id), heldElsewhere, isCut });

async function ownOpenShift(ctx: Ctx, tx: Tx, id: string): Promise<ShiftRow> {
  const shift = await holdShift(tx, id, KEEP);
  if (shift.personId !== ctx.personId) throw new Problem('refused', 'alarms.not_your_shift', `This is the shift of ${shift.name}, who hands it over.`);
  if (shift.endedAt !== null) throw hasEnded(shift);
  return shift;
}

type Given = { notes: string; checked: readonly string[] };

const frozenAt = async (ctx: Ctx, tx: Tx, shift: ShiftRow, { notes, checked }: Given) => ({ id: uuidv7(), shiftId: shift.id, proposedAt: ctx.now().toISOString(), notes, checked: [...new Set(checked)], frozen: await standing(tx, shift) });

export const proposeHandOver = (ctx: Ctx, { id, ...given }: Input<typeof contract.proposeHandOver>): Promise<HandOver> =>
  alarms.writeMany(ctx, KEEP, async (tx) => {
    const shift = await ownOpenShift(ctx, tx, id);
    if (await waitingOf(tx, id)) throw new Problem('conflict', 'alarms.handing_over_already', 'You hand this shift over already. Take that back to change it.');
    const row = await frozenAt(ctx, tx, shift, given);
    await tx.insertInto('alarms.handOver').values({ ...row, frozen: JSON.stringify(row.frozen), state: 'proposed' }).execute();
    return { changes: [ofShift('hand-over-proposed', shift, { ...row, frozen: idsOf(row.frozen) })], result: await handOverById(tx, row.id) };
  });

const waitingOf = (tx: Tx, shiftId: string) => tx.selectFrom('alarms.handOver').select('id').where('shiftId', '=', shiftId).where('state', '=', 'proposed').executeTakeFirst();

export const handOverToNobody = (ctx: Ctx, { id, reason, ...given }: Input<typeof contract.handOverToNobody>): Promise<HandOver> =>
  alarms.writeMany(ctx, KEEP, async (tx) => {
    const shift = await ownOpenShift(ctx, tx, id);
    const decided = { decidedAt: ctx.now().toISOString(), decidedBy: ctx.personId, why: reason };
    const waiting = await waitingOf(tx, id);
    if (waiting) await tx.updateTable('alarms.handOver').set({ state: 'withdrawn', ...decided }).where('id', '=', waiting.id).execute();
    const row = await frozenAt(ctx, tx, shift, given);
    const passed = await passOn(tx, shift, null);
    await tx.insertInto('alarms.handOver').values({ ...row, frozen: JSON.stringify(row.frozen), state: 'to-nobody', ...decided, moved: 0, returned: passed.returned }).execute();
    const ended = await endIn(ctx, tx, shift, { how: 'to-nobody', why: reason });
    const told = ofShift('hand-over-to-nobody', shift, { ...row, frozen: idsOf(row.frozen), why: reason, returned: passed.returned });
    return { changes: [...(waiting ? [ofShift('hand-over-withdrawn', shift, { id: waiting.id })] : []), told, ended, ...passed.changes], result: await handOverById(tx, row.id) };
  });

/** The hand-over and its shift, held: of two who decide at once the second finds it decided, and is told by whom. */
async function holdWaiting(tx: Tx, id: string): Promise<{ shift: ShiftRow; handOver: HandOver }> {
  const found = await tx.selectFrom('alarms.handOver').select(['id', 'shiftId']).where('id', '=', id).executeTakeFirst();
  if (!found) throw notFound();
  const shift = await holdShift(tx, found.shiftId, KEEP);
  const handOver = await handOverById(tx, id);
  if (handOver.state !== 'proposed') throw new Problem('conflict', 'alarms.hand_over_decided', `${handOver.decider ?? 'Somebody'} ${SAYS[handOver.state]} already.`, handOver.decider === null ? {} : { decidedBy: handOver.decider });
  return { shift, handOver };
}

const SAYS = { accepted: 'accepted this hand-over', refused: 'refused this hand-over', withdrawn: 'took this hand-over back', 'to-nobody': 'ended this shift', proposed: '' } as const;

/** Another than who leaves decides, and one who may do what the desk does there. */
async function checkIsNext(ctx: Ctx, tx: Tx, shift: ShiftRow): Promise<void> {
  if (shift.personId === ctx.personId) throw new Problem('refused', 'alarms.own_hand_over', 'You hand this shift over; another accepts it or refuses it. You may take it back.');
  await checkMayAt(tx, shift.siteId, 'alarms:handle');
}

export const acceptHandOver = (ctx: Ctx, { id, desk, reach }: Input<typeof contract.acceptHandOver>): Promise<HandOver> =>
  alarms.writeMany(ctx, KEEP, async (tx) => {
    const { shift } = await holdWaiting(tx, id);
    await checkIsNext(ctx, tx, shift);
    const changes: Change<{ id: string }>[] = [];
    let next = await openShiftOf(tx, ctx.personId);
    if (!next) {
      next = await beginIn(ctx, tx, { siteId: shift.siteId, desk: desk ?? shift.desk, reach });
      changes.push(shiftChanged('shift-begun', null, next));
    }
    const passed = await passOn(tx, shift, ctx.personId);
    const decided = { state: 'accepted' as const, decidedAt: ctx.now().toISOString(), decidedBy: ctx.personId, nextShift: next.id, moved: passed.moved, returned: passed.returned };
    await tx.updateTable('alarms.handOver').set(decided).where('id', '=', id).execute();
    const ended = await endIn(ctx, tx, shift, { how: 'handed-over', why: null });
    return { changes: [...changes, ofShift('hand-over-accepted', shift, { id, ...decided }, { id, state: 'proposed', personId: shift.personId }), ended, ...passed.changes], result: await handOverById(tx, id) };
  });

export const refuseHandOver = (ctx: Ctx, { id, reason }: Input<typeof contract.refuseHandOver>): Promise<HandOver> =>
  alarms.writeMany(ctx, KEEP, async (tx) => {
    const { shift } = await holdWaiting(tx, id);
    await checkIsNext(ctx, tx, shift);
    return decide(ctx, tx, shift, { id, state: 'refused', why: reason });
  });

export const withdrawHandOver = (ctx: Ctx, { id }: Input<typeof contract.withdrawHandOver>): Promise<HandOver> =>
  alarms.writeMany(ctx, KEEP, async (tx) => {
    const { shift } = await holdWaiting(tx, id);
    if (shift.personId !== ctx.personId) throw notAllowed(KEEP);
    return decide(ctx, tx, shift, { id, state: 'withdrawn', why: null });
  });

async function decide(ctx: Ctx, tx: Tx, shift: ShiftRow, { id, state, why }: { id: string; state: 'refused' | 'withdrawn'; why: string | null }) {
  const decided = { state, decidedAt: ctx.now().toISOString(), decidedBy: ctx.personId, why };
  await tx.updateTable('alarms.handOver').set(decided).where('id', '=', id).execute();
  return { changes: [ofShift(`hand-over-${state}`, shift, { id, ...decided }, { id, state: 'proposed', personId: shift.personId })], result: await handOverById(tx, id) };
}

/** Says of each hand-over that nobody accepted or refused in time, once, that it is so; the supervisor hears of it by that entry. */
export async function tellWaiting(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now().getTime() - WAITS_MS).toISOString();
  const due = await alarms.read(ctx).selectFrom('alarms.handOver').select(['id', 'shiftId']).where('state', '=', 'proposed').where('toldAt', 'is', null).where('proposedAt', '<=', before).orderBy('proposedAt').limit(AT_ONCE).execute();
  for (const { id, shiftId } of due) {
    await alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
      const told = await tx.updateTable('alarms.handOver').set({ toldAt: ctx.now().toISOString() }).where('id', '=', id).where('state', '=', 'proposed').where('toldAt', 'is', null).returning('id').executeTakeFirst();
      return { changes: told ? [ofShift('hand-over-waits', await shiftById(tx, shiftId), { id })] : [], result: null };
    });
  }
}
