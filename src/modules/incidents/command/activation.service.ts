import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { icsLevels } from '../classification.ts';
import type * as contract from '../command-contract.ts';
import type { PositionKind } from '../command-rules.ts';
import type { Standing } from '../contract.ts';
import { json } from '../given.ts';
import type { IncidentRow, Tx } from '../record.ts';
import { type Act, ACTIVATE, actOn, changeCommand, checkMay, COMMAND, findCommand, type Held } from './command-row.ts';
import { commandedBy, commandersOf, endHolders, seatHolder, wordsOfHolder } from './holders.ts';
import { levelFor, startsWith } from './starts.ts';
import { openWords, stillOpen } from './still-open.ts';

/** Activates a command: positions as the type and level ask, somebody who commands, and the first line of its log. */
export function activateCommand(ctx: Ctx, { id, level: asked, commanderId, why }: Input<typeof contract.activateCommand>): Promise<Standing> {
  return actOn(ctx, ACTIVATE, id, async (tx, incident) => {
    const standing = await findCommand(tx, id);
    if (standing) throw commandedBy((await commandersOf(tx, standing.id)).seated, 'A command is in force already.');
    const level = asked ?? levelFor(incident.typeKey);
    const personId = commanderId ?? ((await mayCommand(tx, incident)) ? (incident.commanderId ?? ctx.personId) : ctx.personId);
    await checkMay(tx, personId, incident, COMMAND, '/commanderId');
    const row = { id: uuidv7(), number: await nextNumber(tx, id), level, mode: 'single' as const, why, activatedAt: ctx.now().toISOString(), activatedBy: ctx.personId };
    await tx.insertInto('incidents.activation').values({ ...row, incidentId: id }).execute();
    const positionId = await insertPositions(ctx, tx, { incidentId: id, activationId: row.id, typeKey: incident.typeKey, level });
    const holder = await seatHolder(ctx, tx, incident, { positionId, who: { personId, agency: '' }, permission: COMMAND });
    const said = `Command activated at level ${level} (${icsLevels.find((one) => one.level === level)?.name ?? ''}). ${holder.name} commands.${why ? ` ${why}` : ''}`;
    return { verb: 'command-activated', row: { ...row, commanderId: personId }, said, kind: 'decision', leads: personId, erasable: ['why'] };
  });
}

/** May who leads the incident command it? An operator who declared it may not: then who activates does. */
async function mayCommand(tx: Tx, { commanderId, siteId, wallId }: IncidentRow): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`select two_person.may(${commanderId}::uuid, ${siteId}::uuid, ${wallId}::uuid, ${COMMAND}) as may`.execute(tx);
  return rows[0]?.may ?? false;
}

async function nextNumber(tx: Tx, incidentId: string): Promise<number> {
  const { last } = await tx.selectFrom('incidents.activation').select(sql<number>`coalesce(max(number), 0)`.as('last')).where('incidentId', '=', incidentId).executeTakeFirstOrThrow();
  return last + 1;
}

/** Answers the id of the commander's position. */
async function insertPositions(ctx: Ctx, tx: Tx, { incidentId, activationId, typeKey, level }: { incidentId: string; activationId: string; typeKey: string | null; level: number }): Promise<string> {
  const starts = startsWith(typeKey, level).map((start, ordinal) => ({ ...start, id: uuidv7(), ordinal }));
  const idOf = (kind: PositionKind): string => starts.find((start) => start.kind === kind)?.id ?? starts[0]?.id ?? '';
  const added = { incidentId, activationId, addedAt: ctx.now().toISOString(), addedBy: ctx.personId };
  await tx.insertInto('incidents.commandPosition').values(starts.map(({ id, ordinal, kind, title, under }) => ({ ...added, id, ordinal, kind, title, parentId: under === null ? null : idOf(under) }))).execute();
  return idOf('commander');
}

/** Ends the command: everybody is released, what is still open is counted and kept with it. */
export function endCommand(ctx: Ctx, { id, summary, despite }: Input<typeof contract.endCommand>): Promise<Standing> {
  return changeCommand(ctx, ACTIVATE, id, async (tx, held) => {
    const open = await stillOpen(ctx, tx, held);
    const words = openWords(open);
    if (words !== '' && despite === undefined) throw new Problem('refused', 'incidents.still_open', `Still open: ${words}. Settle it, or say why the command ends all the same.`, { errors: [{ pointer: '/despite', detail: `Still open: ${words}.` }] });
    return release(ctx, tx, held, { why: despite === undefined ? summary : `${summary}\n${despite}`, open, words });
  });
}

async function release(ctx: Ctx, tx: Tx, { activation }: Held, { why, open, words }: { why: string; open: object; words: string }): Promise<Act> {
  const at = ctx.now().toISOString();
  const { seated } = await commandersOf(tx, activation.id);
  const filled = await tx.selectFrom('incidents.positionHolder as h').innerJoin('incidents.commandPosition as p', 'p.id', 'h.positionId').select('h.id').where('p.activationId', '=', activation.id).where('h.untilAt', 'is', null).execute();
  await endHolders(ctx, tx, filled.map(({ id }) => id));
  await tx.updateTable('incidents.transfer').set({ state: 'withdrawn', decidedAt: at, decidedBy: ctx.personId }).where('activationId', '=', activation.id).where('state', '=', 'proposed').execute();
  await tx.updateTable('incidents.period').set({ endedAt: at, endedBy: ctx.personId }).where('activationId', '=', activation.id).where('endedAt', 'is', null).execute();
  await tx.updateTable('incidents.activation').set({ endedAt: at, endedBy: ctx.personId, endedWhy: why, leftOpen: json(open) }).where('id', '=', activation.id).execute();
  const said = `Command ended; ${seated.map(wordsOfHolder).join(' and ')} commanded last. ${why}${words ? ` Left open: ${words}.` : ''}`;
  return { verb: 'command-ended', row: { id: activation.id, endedAt: at, why, leftOpen: open }, said, kind: 'decision', erasable: ['why'] };
}
