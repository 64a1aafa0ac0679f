import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Standing } from '../contract.ts';
import { utc } from '../given.ts';
import type * as contract from '../objectives-contract.ts';
import { READ } from '../record.ts';
import { refuseField } from '../refusals.ts';
import { actOn, changeCommand, checkMay, nameOf, PLAN } from './command-row.ts';

const LONGEST_TIMER_MS = 7 * 24 * 3600_000;

/** Notes what was decided, why and instead of what; the log says it, too. */
export function noteDecision(ctx: Ctx, { id, decision, why, options, decidedBy: by = ctx.personId }: Input<typeof contract.noteDecision>): Promise<Standing> {
  return changeCommand(ctx, PLAN, id, async (tx, { incident, activation }) => {
    const name = by === ctx.personId ? await nameOf(tx, by) : await checkMay(tx, by, incident, READ, '/decidedBy');
    const { last } = await tx.selectFrom('incidents.decision').select(sql<number>`coalesce(max(number), 0)`.as('last')).where('activationId', '=', activation.id).executeTakeFirstOrThrow();
    const row = { id: uuidv7(), number: last + 1, decision, why, options, decidedBy: by, at: ctx.now().toISOString() };
    await tx.insertInto('incidents.decision').values({ ...row, incidentId: id, activationId: activation.id, notedBy: ctx.personId }).execute();
    return { verb: 'decision-noted', row, said: `${decision}${by === ctx.personId ? '' : ` (${name} decided)`}${why ? `; why: ${why}` : ''}`, kind: 'decision', erasable: ['decision', 'why', 'options'] };
  });
}

export function strikeDecision(ctx: Ctx, { id, rowId, reason }: Input<typeof contract.strikeDecision>): Promise<Standing> {
  return changeCommand(ctx, PLAN, id, async (tx, { activation }) => {
    const row = await tx.selectFrom('incidents.decision as d').leftJoin('access.person as p', 'p.id', 'd.struckBy').select(['d.number', 'd.struckAt', 'p.name']).where('d.id', '=', rowId).where('d.activationId', '=', activation.id).executeTakeFirst();
    if (!row) throw notFound();
    if (row.struckAt !== null) throw new Problem('conflict', 'incidents.already_struck', `${row.name ?? 'Somebody'} struck it before you.`, { by: row.name });
    await tx.updateTable('incidents.decision').set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckReason: reason }).where('id', '=', rowId).execute();
    return { verb: 'decision-struck', row: { id: rowId, reason }, said: `Decision ${row.number} struck. ${reason}`, kind: 'decision', erasable: ['reason'] };
  });
}

export function warnOfSafety(ctx: Ctx, { id, text }: Input<typeof contract.warnOfSafety>): Promise<Standing> {
  return changeCommand(ctx, PLAN, id, async (tx, { activation }) => {
    const row = { id: uuidv7(), text, at: ctx.now().toISOString() };
    await tx.insertInto('incidents.safetyMessage').values({ ...row, incidentId: id, activationId: activation.id, byId: ctx.personId }).execute();
    return { verb: 'safety-warned', row, said: `Safety: ${text}`, kind: 'order', erasable: ['text'] };
  });
}

export function endSafety(ctx: Ctx, { id, rowId }: Input<typeof contract.endSafety>): Promise<Standing> {
  return changeCommand(ctx, PLAN, id, async (tx, { activation }) => {
    const row = await tx.selectFrom('incidents.safetyMessage').select(['text', 'endedAt']).where('id', '=', rowId).where('activationId', '=', activation.id).executeTakeFirst();
    if (!row) throw notFound();
    if (row.endedAt !== null) return null;
    await tx.updateTable('incidents.safetyMessage').set({ endedAt: ctx.now().toISOString(), endedBy: ctx.personId }).where('id', '=', rowId).execute();
    return { verb: 'safety-ended', row: { id: rowId }, said: `No longer stands: ${row.text}` };
  });
}

/** Starts a named timer on an open incident, with or without a command. */
export function startTimer(ctx: Ctx, { id, name, dueAt }: Input<typeof contract.startTimer>): Promise<Standing> {
  return actOn(ctx, 'incidents:write', id, async (tx) => {
    const startedAt = ctx.now();
    const lengthMs = Date.parse(dueAt) - startedAt.getTime();
    if (lengthMs <= 0 || lengthMs > LONGEST_TIMER_MS) throw refuseField('/dueAt', 'incidents.timer_due', 'Give a time within the next seven days.');
    const row = { id: uuidv7(), name, dueAt: utc(dueAt), startedAt: startedAt.toISOString() };
    await tx.insertInto('incidents.timer').values({ ...row, incidentId: id, startedBy: ctx.personId }).execute();
    return { verb: 'timer-started', row, said: `Timer started: ${name}, due in ${minutes(lengthMs)}.`, erasable: ['name'] };
  });
}

const minutes = (ms: number): string => {
  const all = Math.max(1, Math.round(ms / 60_000));
  return all < 60 ? `${all} min` : `${Math.floor(all / 60)} h${all % 60 === 0 ? '' : ` ${all % 60} min`}`;
};

export function stopTimer(ctx: Ctx, { id, rowId }: Input<typeof contract.stopTimer>): Promise<Standing> {
  return actOn(ctx, 'incidents:write', id, async (tx) => {
    const row = await tx.selectFrom('incidents.timer').select(['name', 'dueAt', 'stoppedAt']).where('id', '=', rowId).where('incidentId', '=', id).executeTakeFirst();
    if (!row) throw notFound();
    if (row.stoppedAt !== null) return null;
    const at = ctx.now();
    await tx.updateTable('incidents.timer').set({ stoppedAt: at.toISOString(), stoppedBy: ctx.personId }).where('id', '=', rowId).execute();
    const over = at.getTime() - Date.parse(row.dueAt);
    return { verb: 'timer-stopped', row: { id: rowId }, said: `Timer stopped: ${row.name}, ${over > 0 ? `${minutes(over)} over` : `${minutes(-over)} before it was due`}.` };
  });
}
