import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from '../command-contract.ts';
import { isSingle, kindOf, mayStandUnder, type PositionKind } from '../command-rules.ts';
import type { Standing } from '../contract.ts';
import { READ, type Tx } from '../record.ts';
import { refuseField } from '../refusals.ts';
import { changeCommand, COMMAND } from './command-row.ts';
import { endHolders, holdersOf, seatHolder, wordsOfHolder } from './holders.ts';

type Place = { id: string; kind: PositionKind; title: string; parentId: string | null; closedAt: string | null };

/** A position of the command in force. Throws 404 for one that is not there, 409 for one that was dissolved. */
async function placeOf(tx: Tx, activationId: string, id: string): Promise<Place> {
  const place = await tx.selectFrom('incidents.commandPosition').select(['id', 'kind', 'title', 'parentId', 'closedAt']).where('id', '=', id).where('activationId', '=', activationId).executeTakeFirst();
  if (!place) throw notFound();
  if (place.closedAt !== null) throw new Problem('conflict', 'incidents.dissolved', 'This position was dissolved.');
  return place;
}

async function parentOf(tx: Tx, activationId: string, kind: PositionKind, parentId: string): Promise<Place> {
  const parent = await tx.selectFrom('incidents.commandPosition').select(['id', 'kind', 'title', 'parentId', 'closedAt']).where('id', '=', parentId).where('activationId', '=', activationId).where('closedAt', 'is', null).executeTakeFirst();
  if (!parent) throw refuseField('/parentId', 'incidents.no_such_position', 'That position is not in this organisation.');
  if (!mayStandUnder(kind, parent.kind)) throw refuseField('/parentId', 'incidents.not_under', `${kindOf(kind)?.title ?? kind} does not stand under ${parent.title}. Choose ${(kindOf(kind)?.under ?? []).map((one) => kindOf(one)?.title ?? one).join(' or ')}.`);
  return parent;
}

export function addPosition(ctx: Ctx, { id, parentId, kind, title: given }: Input<typeof contract.addPosition>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { activation }) => {
    const parent = await parentOf(tx, activation.id, kind, parentId);
    const same = isSingle(kind) ? await tx.selectFrom('incidents.commandPosition').select('title').where('activationId', '=', activation.id).where('kind', '=', kind).where('closedAt', 'is', null).executeTakeFirst() : undefined;
    if (same) throw refuseField('/kind', 'incidents.position_taken', `There is one already: ${same.title}.`);
    const { ordinal } = await tx.selectFrom('incidents.commandPosition').select(sql<number>`coalesce(max(ordinal), 0) + 1`.as('ordinal')).where('activationId', '=', activation.id).executeTakeFirstOrThrow();
    const row = { id: uuidv7(), parentId, kind, title: given ?? kindOf(kind)?.title ?? kind, ordinal };
    await tx.insertInto('incidents.commandPosition').values({ ...row, incidentId: id, activationId: activation.id, addedAt: ctx.now().toISOString(), addedBy: ctx.personId }).execute();
    return { verb: 'position-added', row, said: `${row.title} set up under ${parent.title}.`, erasable: ['title'] };
  });
}

export function changePosition(ctx: Ctx, { id, rowId, title, parentId }: Input<typeof contract.changePosition>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { activation }) => {
    const place = await placeOf(tx, activation.id, rowId);
    if (parentId !== undefined && place.kind === 'commander') throw refuseField('/parentId', 'incidents.top', 'The commander stands under nobody.');
    const parent = parentId === undefined ? null : await parentOf(tx, activation.id, place.kind, parentId);
    if ((title ?? place.title) === place.title && (parentId ?? place.parentId) === place.parentId) return null;
    await tx.updateTable('incidents.commandPosition').set({ ...(title !== undefined && { title }), ...(parentId !== undefined && { parentId }) }).where('id', '=', rowId).execute();
    const said = [title !== undefined && title !== place.title && `${place.title} is now called ${title}.`, parent && parentId !== place.parentId && `${title ?? place.title} now answers to ${parent.title}.`].filter(Boolean).join(' ');
    return { verb: 'position-changed', row: { id: rowId, title: title ?? place.title, parentId: parentId ?? place.parentId }, said, erasable: ['title'] };
  });
}

export function closePosition(ctx: Ctx, { id, rowId, reason }: Input<typeof contract.closePosition>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { activation }) => {
    const place = await placeOf(tx, activation.id, rowId);
    if (place.kind === 'commander') throw new Problem('refused', 'incidents.top', 'The commander goes when the command ends.');
    const under = await tx.selectFrom('incidents.commandPosition').select('title').where('parentId', '=', rowId).where('closedAt', 'is', null).execute();
    if (under.length > 0) throw new Problem('refused', 'incidents.leads_others', `${under.map(({ title }) => title).join(', ')} still ${under.length > 1 ? 'answer' : 'answers'} to it. Move or dissolve ${under.length > 1 ? 'them' : 'it'} first.`);
    const holders = await holdersOf(tx, rowId);
    if (holders.length > 0) await endHolders(ctx, tx, holders.map((holder) => holder.id));
    await tx.updateTable('incidents.commandPosition').set({ closedAt: ctx.now().toISOString(), closedBy: ctx.personId }).where('id', '=', rowId).execute();
    return { verb: 'position-closed', row: { id: rowId, reason }, said: `${place.title} dissolved${holders[0] ? `; ${wordsOfHolder(holders[0])} released` : ''}. ${reason}`, erasable: ['reason'] };
  });
}

export function fillPosition(ctx: Ctx, { id, rowId, ...who }: Input<typeof contract.fillPosition>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { incident, activation }) => {
    const place = await placeOf(tx, activation.id, rowId);
    if (place.kind === 'commander') throw refuseField('/personId', 'incidents.transfer_it', 'Command is handed over, with a briefing, to who accepts it.');
    const before = await holdersOf(tx, rowId);
    if (who.personId !== undefined && before[0]?.personId === who.personId) return null;
    if (before.length > 0) await endHolders(ctx, tx, before.map((holder) => holder.id));
    const holder = await seatHolder(ctx, tx, incident, { positionId: rowId, who, permission: READ });
    return { verb: 'position-filled', row: { id: rowId, holderId: holder.id, personId: holder.personId, name: holder.personId === null ? holder.name : null, agency: holder.agency }, said: `${place.title}: ${wordsOfHolder(holder)}${before[0] ? `, after ${wordsOfHolder(before[0])}` : ''}.`, erasable: ['name', 'agency'] };
  });
}

export function vacatePosition(ctx: Ctx, { id, rowId, reason }: Input<typeof contract.vacatePosition>): Promise<Standing> {
  return changeCommand(ctx, COMMAND, id, async (tx, { activation }) => {
    const place = await placeOf(tx, activation.id, rowId);
    if (place.kind === 'commander') throw new Problem('refused', 'incidents.transfer_it', 'Command is handed over, with a briefing, to who accepts it.');
    const [holder] = await holdersOf(tx, rowId);
    if (!holder) return null;
    await endHolders(ctx, tx, [holder.id]);
    return { verb: 'position-vacated', row: { id: rowId, holderId: holder.id, reason }, said: `${place.title}: ${wordsOfHolder(holder)} released. ${reason}`, erasable: ['reason'] };
  });
}
