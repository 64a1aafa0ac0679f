import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from '../command-contract.ts';
import { doctrine } from '../command-rules.ts';
import type { Standing } from '../contract.ts';
import { utc } from '../given.ts';
import type { Tx } from '../record.ts';
import { refuseField } from '../refusals.ts';
import { changeCommand, COMMAND, PLAN } from './command-row.ts';

const LONGEST_MS = 7 * 24 * 3600_000;
const SHORTEST_MS = 15 * 60_000;

/** Begins a period; the one before ends in the same moment, in the same transaction. Two who change it at once: one does, the other is told. */
export function beginPeriod(ctx: Ctx, { id, after, endsAt, emphasis }: Input<typeof contract.beginPeriod>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { activation }) => {
    const now = ctx.now().toISOString();
    const open = await openPeriod(tx, activation.id);
    if ((open?.id ?? null) !== after) throw new Problem('conflict', 'incidents.period_changed', open ? `Period ${open.number} runs since ${open.startsAt}, begun by ${open.begunBy}.` : 'That period has ended.', { periodId: open?.id ?? null });
    checkEnd(now, endsAt);
    if (open) await tx.updateTable('incidents.period').set({ endedAt: now, endedBy: ctx.personId }).where('id', '=', open.id).execute();
    const { last } = await tx.selectFrom('incidents.period').select(sql<number>`coalesce(max(number), 0)`.as('last')).where('activationId', '=', activation.id).executeTakeFirstOrThrow();
    const row = { id: uuidv7(), number: last + 1, startsAt: now, endsAt: utc(endsAt), emphasis };
    await tx.insertInto('incidents.period').values({ ...row, incidentId: id, activationId: activation.id, begunBy: ctx.personId }).execute();
    return { verb: 'period-begun', row: { ...row, after }, said: `Operational period ${row.number} begins, until ${clock(row.endsAt)}.${open ? ` Period ${open.number} is over.` : ''}${emphasis ? ` ${emphasis}` : ''}`, kind: 'decision', erasable: ['emphasis'] };
  });
}

const clock = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

function checkEnd(startsAt: string, endsAt: string): void {
  const length = Date.parse(endsAt) - Date.parse(startsAt);
  if (length < SHORTEST_MS || length > LONGEST_MS) throw refuseField('/endsAt', 'incidents.period_length', 'A period lasts from fifteen minutes to seven days from now.');
}

const openPeriod = (tx: Tx, activationId: string) =>
  tx.selectFrom('incidents.period as p').leftJoin('access.person as b', 'b.id', 'p.begunBy').select(['p.id', 'p.number', 'p.startsAt', 'p.endsAt', 'p.emphasis', sql<string>`coalesce(b.name, '')`.as('begunBy')]).where('p.activationId', '=', activationId).where('p.endedAt', 'is', null).executeTakeFirst();

/** The present period of this command. Throws 404, or 409 where it is over. */
async function presentPeriod(tx: Tx, activationId: string, rowId: string) {
  const open = await openPeriod(tx, activationId);
  if (open?.id === rowId) return open;
  const other = await tx.selectFrom('incidents.period').select('number').where('id', '=', rowId).where('activationId', '=', activationId).executeTakeFirst();
  if (!other) throw notFound();
  throw new Problem('conflict', 'incidents.period_over', `Period ${other.number} is over${open ? `; ${open.begunBy} began period ${open.number}` : ''}.`);
}

export function changePeriod(ctx: Ctx, { id, rowId, endsAt, emphasis }: Input<typeof contract.changePeriod>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { activation }) => {
    const period = await presentPeriod(tx, activation.id, rowId);
    const after = { endsAt: endsAt === undefined ? period.endsAt : utc(endsAt), emphasis: emphasis ?? period.emphasis };
    const isMoved = Date.parse(after.endsAt) !== Date.parse(period.endsAt);
    if (isMoved) checkEnd(period.startsAt, after.endsAt);
    if (!isMoved && after.emphasis === period.emphasis) return null;
    await tx.updateTable('incidents.period').set(after).where('id', '=', rowId).execute();
    const said = [isMoved && `Period ${period.number} now ends at ${clock(after.endsAt)}.`, after.emphasis !== period.emphasis && `What matters most in period ${period.number}: ${after.emphasis || 'nothing said'}`].filter(Boolean).join(' ');
    return { verb: 'period-changed', row: { id: rowId, ...after }, said, kind: 'decision', erasable: ['emphasis'] };
  });
}

/** Marks a step of the planning cycle of the present period, or takes that back. */
export function markStep(ctx: Ctx, { id, rowId, step, isDone }: Input<typeof contract.markStep>): Promise<Standing> {
  return changeCommand(ctx, PLAN, id, async (tx, { activation }) => {
    const period = await presentPeriod(tx, activation.id, rowId);
    const known = doctrine.cycle.find(({ key }) => key === step);
    if (!known) throw refuseField('/step', 'incidents.no_such_step', 'The planning cycle has no such step.');
    const mark = { isDone, doneAt: ctx.now().toISOString(), doneBy: ctx.personId };
    const before = await tx.selectFrom('incidents.periodStep').select('isDone').where('periodId', '=', rowId).where('step', '=', step).executeTakeFirst();
    if ((before?.isDone ?? false) === isDone) return null;
    if (before) await tx.updateTable('incidents.periodStep').set(mark).where('periodId', '=', rowId).where('step', '=', step).execute();
    else await tx.insertInto('incidents.periodStep').values({ periodId: rowId, incidentId: id, step, ...mark }).execute();
    return { verb: 'period-step-marked', row: { id: rowId, step, isDone }, said: isDone ? `Period ${period.number}: ${known.title} done.` : `Period ${period.number}: ${known.title} taken back, it is not done.` };
  });
}
