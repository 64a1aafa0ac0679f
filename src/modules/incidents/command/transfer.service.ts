import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from '../command-contract.ts';
import { doctrine, missingTopics } from '../command-rules.ts';
import type { Standing } from '../contract.ts';
import { json } from '../given.ts';
import type { Tx } from '../record.ts';
import { refuseField } from '../refusals.ts';
import { ACTIVATE, type Act, changeCommand, checkMay, COMMAND, type Held, nameOf } from './command-row.ts';
import { commandedBy, commandersOf, endHolders, mySeat, type Seated, seatHolder, wordsOfHolder } from './holders.ts';

/** Offers my command to the next, with what they must know. I command until they accept. */
export function proposeTransfer(ctx: Ctx, { id, toId, briefing }: Input<typeof contract.proposeTransfer>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { incident, activation }) => {
    const { seated } = await commandersOf(tx, activation.id);
    const seat = mySeat(ctx, seated, 'Only who holds command hands it over.');
    checkBriefing(briefing);
    if (seated.some(({ personId }) => personId === toId)) throw refuseField('/toId', 'incidents.commands_already', 'This person commands already.');
    const to = await checkMay(tx, toId, incident, COMMAND, '/toId');
    const waiting = await tx.selectFrom('incidents.transfer as t').innerJoin('access.person as p', 'p.id', 't.toId').select('p.name').where('t.holderId', '=', seat.id).where('t.state', '=', 'proposed').executeTakeFirst();
    if (waiting) throw new Problem('conflict', 'incidents.transfer_waits', `A hand-over to ${waiting.name} waits for their answer. Take it back first.`);
    const row = { id: uuidv7(), holderId: seat.id, toId, proposedAt: ctx.now().toISOString() };
    await tx.insertInto('incidents.transfer').values({ ...row, incidentId: id, activationId: activation.id, briefing: json(briefing), proposedBy: ctx.personId }).execute();
    return { verb: 'transfer-proposed', row: { ...row, briefing }, said: `${wordsOfHolder(seat)} hands command to ${to}, who has yet to accept.`, kind: 'order', erasable: ['briefing'] };
  });
}

function checkBriefing(briefing: Readonly<Record<string, string>>): void {
  const missing = missingTopics(briefing);
  if (missing.length > 0) throw new Problem('refused', 'incidents.brief_the_next', `Brief who comes next: ${missing.map(({ title }) => title.toLowerCase()).join(', ')}.`, { errors: missing.map(({ key, title }) => ({ pointer: `/briefing/${key}`, detail: `${title}: say it in a sentence.` })) });
  const unknown = Object.keys(briefing).find((key) => !doctrine.briefing.some((topic) => topic.key === key));
  if (unknown !== undefined) throw refuseField('/briefing', 'incidents.no_such_topic', 'A briefing has the topics of the form.');
}

type Waiting = { id: string; holderId: string; toId: string; state: string; decidedBy: string | null };

/** A hand-over of this command. Throws 404, or 409 with who decided it before. */
async function waitingTransfer(tx: Tx, { activation }: Held, rowId: string): Promise<Waiting> {
  const transfer = await tx.selectFrom('incidents.transfer').select(['id', 'holderId', 'toId', 'state', 'decidedBy']).where('id', '=', rowId).where('activationId', '=', activation.id).executeTakeFirst();
  if (!transfer) throw notFound();
  if (transfer.state === 'proposed') return transfer;
  const { seated } = await commandersOf(tx, activation.id);
  throw commandedBy(seated, `The hand-over was ${transfer.state}${transfer.decidedBy ? ` by ${await nameOf(tx, transfer.decidedBy)}` : ''}.`);
}

const decide = (ctx: Ctx, tx: Tx, id: string, state: 'accepted' | 'refused' | 'withdrawn', why = '') =>
  tx.updateTable('incidents.transfer').set({ state, decidedAt: ctx.now().toISOString(), decidedBy: ctx.personId, why }).where('id', '=', id).execute();

/** Takes command that was offered to me: in one moment the one before goes and I hold it. */
export function acceptTransfer(ctx: Ctx, { id, rowId }: Input<typeof contract.acceptTransfer>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, held) => {
    const transfer = await waitingTransfer(tx, held, rowId);
    if (transfer.toId !== ctx.personId) throw new Problem('refused', 'incidents.not_offered', `Command was offered to ${await nameOf(tx, transfer.toId)}: only they accept it.`);
    const { positionId, seated } = await commandersOf(tx, held.activation.id);
    const seat = seated.find((one) => one.id === transfer.holderId);
    if (!seat) throw commandedBy(seated, 'Who offered it to you holds it no more.');
    await decide(ctx, tx, rowId, 'accepted');
    return handTo(ctx, tx, held, { positionId, seated, seat, verb: 'command-transferred', said: (by) => `${by} accepts command from ${wordsOfHolder(seat)}.`, more: { transferId: rowId } });
  });
}

type Handing = { positionId: string; seated: readonly Seated[]; seat: Seated; verb: string; said: (by: string) => string; more: object; erasable?: readonly string[] };

async function handTo(ctx: Ctx, tx: Tx, { incident }: Held, { positionId, seated, seat, verb, said, more, erasable = [] }: Handing): Promise<Act> {
  await endHolders(ctx, tx, [seat.id]);
  const holder = await seatHolder(ctx, tx, incident, { positionId, seat: seat.seat, who: { personId: ctx.personId, agency: '' }, permission: COMMAND });
  const leads = seated.length > 1 && seated[0] !== seat ? {} : { leads: ctx.personId };
  return { verb, row: { id: holder.id, fromHolderId: seat.id, personId: ctx.personId, ...more }, said: said(holder.name), kind: 'order', ...leads, erasable };
}

export function refuseTransfer(ctx: Ctx, { id, rowId, reason }: Input<typeof contract.refuseTransfer>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, held) => {
    const transfer = await waitingTransfer(tx, held, rowId);
    if (transfer.toId !== ctx.personId) throw new Problem('refused', 'incidents.not_offered', `Command was offered to ${await nameOf(tx, transfer.toId)}: only they refuse it.`);
    await decide(ctx, tx, rowId, 'refused', reason);
    return { verb: 'transfer-refused', row: { id: rowId, reason }, said: `${await nameOf(tx, ctx.personId)} does not take command. ${reason}`, erasable: ['reason'] };
  });
}

export function withdrawTransfer(ctx: Ctx, { id, rowId }: Input<typeof contract.withdrawTransfer>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, held) => {
    const transfer = await waitingTransfer(tx, held, rowId);
    mySeat(ctx, (await commandersOf(tx, held.activation.id)).seated, 'Only who holds command takes a hand-over back.');
    await decide(ctx, tx, rowId, 'withdrawn');
    return { verb: 'transfer-withdrawn', row: { id: rowId }, said: `The hand-over of command to ${await nameOf(tx, transfer.toId)} was taken back.` };
  });
}

/** Takes command from who holds it, where they cannot hand it over. What they had offered to another is over with it. */
export function assumeCommand(ctx: Ctx, { id, holderId, reason }: Input<typeof contract.assumeCommand>): Promise<Standing> {
  return changeCommand(ctx, ACTIVATE, id, async (tx, held) => {
    const { positionId, seated } = await commandersOf(tx, held.activation.id);
    if (seated.some(({ personId }) => personId === ctx.personId)) throw new Problem('conflict', 'incidents.commands_already', 'You hold command already.');
    const seat = seated.find((one) => one.id === holderId);
    if (!seat) throw commandedBy(seated, 'Somebody was before you.');
    await tx.updateTable('incidents.transfer').set({ state: 'assumed', decidedAt: ctx.now().toISOString(), decidedBy: ctx.personId, why: reason }).where('holderId', '=', seat.id).where('state', '=', 'proposed').execute();
    return handTo(ctx, tx, held, { positionId, seated, seat, verb: 'command-assumed', said: (by) => `${by} takes command from ${wordsOfHolder(seat)}. ${reason}`, more: { reason }, erasable: ['reason'] });
  });
}

/** Lets somebody command beside who does now: police, the fire service, the owner of the building. */
export function joinCommand(ctx: Ctx, { id, ...who }: Input<typeof contract.joinCommand>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { incident, activation }) => {
    const { positionId, seated } = await commandersOf(tx, activation.id);
    mySeat(ctx, seated, 'Only who holds command shares it.');
    if (seated.some(({ personId }) => personId !== null && personId === who.personId)) throw refuseField('/personId', 'incidents.commands_already', 'This person commands already.');
    const seat = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].find((n) => !seated.some((one) => one.seat === n));
    if (seat === undefined) throw new Problem('refused', 'incidents.seats_taken', 'All seats of the unified command are taken.');
    const holder = await seatHolder(ctx, tx, incident, { positionId, seat, who, permission: COMMAND });
    await tx.updateTable('incidents.activation').set({ mode: 'unified' }).where('id', '=', activation.id).execute();
    return { verb: 'command-joined', row: { id: holder.id, personId: holder.personId, name: holder.personId === null ? holder.name : null, agency: holder.agency }, said: `Unified command: ${[...seated, holder].map(wordsOfHolder).join(', ')}.`, kind: 'decision', erasable: ['name', 'agency'] };
  });
}

/** Ends one seat of a unified command. The last one stays: that is handed over. */
export function leaveCommand(ctx: Ctx, { id, holderId, reason }: Input<typeof contract.leaveCommand>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { activation }) => {
    const { seated } = await commandersOf(tx, activation.id);
    mySeat(ctx, seated, 'Only who holds command ends a seat of it.');
    const seat = seated.find((one) => one.id === holderId);
    if (!seat) throw commandedBy(seated, 'That seat has ended already.');
    const left = seated.filter((one) => one !== seat);
    if (left.length === 0) throw new Problem('refused', 'incidents.last_commander', 'Somebody always commands. Hand it over instead.');
    const known = left.find(({ personId }) => personId !== null);
    if (!known?.personId) throw new Problem('refused', 'incidents.last_commander', 'Who stays has no account here and could not act. Hand your command over instead.');
    await endHolders(ctx, tx, [seat.id]);
    await tx.updateTable('incidents.transfer').set({ state: 'withdrawn', decidedAt: ctx.now().toISOString(), decidedBy: ctx.personId }).where('holderId', '=', seat.id).where('state', '=', 'proposed').execute();
    if (left.length === 1) await tx.updateTable('incidents.activation').set({ mode: 'single' }).where('id', '=', activation.id).execute();
    return { verb: 'command-left', row: { id: seat.id, reason }, said: `${wordsOfHolder(seat)} no longer commands. ${left.map(wordsOfHolder).join(', ')} ${left.length > 1 ? 'do' : 'does'}. ${reason}`, kind: 'decision', leads: known.personId, erasable: ['reason'] };
  });
}
