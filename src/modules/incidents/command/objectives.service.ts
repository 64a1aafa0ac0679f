import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Standing } from '../contract.ts';
import type * as contract from '../objectives-contract.ts';
import type { Progress } from '../objectives-contract.ts';
import type { Tx } from '../record.ts';
import { refuseField } from '../refusals.ts';
import { changeCommand, COMMAND, PLAN } from './command-row.ts';

const WORDS: Record<Progress, string> = { open: 'is open again', partly: 'is partly met', met: 'is met' };

export function setObjective(ctx: Ctx, { id, text, strategies, priority, positionId, needs }: Input<typeof contract.setObjective>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { activation }) => {
    await checkOwner(tx, activation.id, positionId);
    const at = ctx.now().toISOString();
    const { last } = await tx.selectFrom('incidents.objective').select(sql<number>`coalesce(max(number), 0)`.as('last')).where('activationId', '=', activation.id).executeTakeFirstOrThrow();
    const period = await tx.selectFrom('incidents.period').select('id').where('activationId', '=', activation.id).where('endedAt', 'is', null).executeTakeFirst();
    const row = { id: uuidv7(), number: last + 1, text, strategies, priority, positionId, periodId: period?.id ?? null };
    await tx.insertInto('incidents.objective').values({ ...row, incidentId: id, activationId: activation.id, setAt: at, setBy: ctx.personId, changedAt: at }).execute();
    if (needs.length > 0) await tx.insertInto('incidents.need').values(needs.map((need) => ({ id: uuidv7(), incidentId: id, objectiveId: row.id, text: need, addedAt: at, addedBy: ctx.personId, changedAt: at }))).execute();
    return { verb: 'objective-set', row: { ...row, needs }, said: `Objective ${row.number}: ${text}`, kind: 'decision', erasable: ['text', 'strategies', 'needs'] };
  });
}

async function checkOwner(tx: Tx, activationId: string, positionId: string | null): Promise<void> {
  const found = positionId === null || (await tx.selectFrom('incidents.commandPosition').select('id').where('id', '=', positionId).where('activationId', '=', activationId).where('closedAt', 'is', null).executeTakeFirst());
  if (!found) throw refuseField('/positionId', 'incidents.no_such_position', 'That position is not in this organisation.');
}

/** An objective in force. Throws 404, or 409 for one that was struck. */
async function objectiveOf(tx: Tx, activationId: string, rowId: string) {
  const row = await tx.selectFrom('incidents.objective').select(['id', 'number', 'text', 'strategies', 'priority', 'positionId', 'state', 'struckAt']).where('id', '=', rowId).where('activationId', '=', activationId).executeTakeFirst();
  if (!row) throw notFound();
  if (row.struckAt !== null) throw new Problem('conflict', 'incidents.already_struck', `Objective ${row.number} was struck.`);
  return row;
}

export function changeObjective(ctx: Ctx, { id, rowId, text, strategies, priority, positionId }: Input<typeof contract.changeObjective>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { activation }) => {
    const { number, state: _state, struckAt: _struckAt, id: _id, ...before } = await objectiveOf(tx, activation.id, rowId);
    if (positionId !== undefined) await checkOwner(tx, activation.id, positionId);
    const after = { text: text ?? before.text, strategies: strategies ?? before.strategies, priority: priority ?? before.priority, positionId: positionId === undefined ? before.positionId : positionId };
    if (JSON.stringify(after) === JSON.stringify(before)) return null;
    await tx.updateTable('incidents.objective').set({ ...after, changedAt: ctx.now().toISOString() }).where('id', '=', rowId).execute();
    return { verb: 'objective-changed', row: { id: rowId, ...after }, said: `Objective ${number} changed: ${after.text}`, kind: 'decision', erasable: ['text', 'strategies'] };
  });
}

export function moveObjective(ctx: Ctx, { id, rowId, state }: Input<typeof contract.moveObjective>): Promise<Standing> {
  return changeCommand(ctx, PLAN, id, async (tx, { activation }) => {
    const row = await objectiveOf(tx, activation.id, rowId);
    if (row.state === state) return null;
    await tx.updateTable('incidents.objective').set({ state, changedAt: ctx.now().toISOString() }).where('id', '=', rowId).execute();
    return { verb: 'objective-moved', row: { id: rowId, state }, said: `Objective ${row.number} ${WORDS[state]}: ${row.text}` };
  });
}

export function strikeObjective(ctx: Ctx, { id, rowId, reason }: Input<typeof contract.strikeObjective>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { activation }) => {
    const row = await objectiveOf(tx, activation.id, rowId);
    await tx.updateTable('incidents.objective').set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckReason: reason }).where('id', '=', rowId).execute();
    return { verb: 'objective-struck', row: { id: rowId, reason }, said: `Objective ${row.number} struck. ${reason}`, kind: 'decision', erasable: ['reason'] };
  });
}

export function addNeed(ctx: Ctx, { id, rowId, text }: Input<typeof contract.addNeed>): Promise<Standing> {
  return changeCommand(ctx, PLAN, id, async (tx, { activation }) => {
    const { number } = await objectiveOf(tx, activation.id, rowId);
    const at = ctx.now().toISOString();
    const row = { id: uuidv7(), objectiveId: rowId, text };
    await tx.insertInto('incidents.need').values({ ...row, incidentId: id, addedAt: at, addedBy: ctx.personId, changedAt: at }).execute();
    return { verb: 'need-added', row, said: `Objective ${number} needs: ${text}`, erasable: ['text'] };
  });
}

export function moveNeed(ctx: Ctx, { id, rowId, state }: Input<typeof contract.moveNeed>): Promise<Standing> {
  return changeCommand(ctx, PLAN, id, async (tx, { activation }) => {
    const need = await tx.selectFrom('incidents.need as n').innerJoin('incidents.objective as o', 'o.id', 'n.objectiveId').select(['n.text', 'n.state', 'o.id as objectiveId']).where('n.id', '=', rowId).where('o.activationId', '=', activation.id).executeTakeFirst();
    if (!need) throw notFound();
    const { number } = await objectiveOf(tx, activation.id, need.objectiveId);
    if (need.state === state) return null;
    await tx.updateTable('incidents.need').set({ state, changedAt: ctx.now().toISOString() }).where('id', '=', rowId).execute();
    return { verb: 'need-moved', row: { id: rowId, state }, said: `Need of objective ${number} ${WORDS[state]}: ${need.text}` };
  });
}
