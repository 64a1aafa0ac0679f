import type { Updateable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Standing } from '../contract.ts';
import { utc } from '../given.ts';
import { changeLine, checkOpen, type Tx } from '../record.ts';
import type * as contract from '../resource-contract.ts';
import { mayMove, RESOURCE_MOVES, type ResourceVerb, STRIKABLE } from '../resource-rules.ts';
import type { IncidentsResource } from '../tables.gen.ts';
import { CARD, CARD_TEXTS, cardOf, FIELDS, type CardRow, happenedAt, movedBefore, nextSeq, noteMove } from './card.ts';

const MESSAGES = {
  order: 'resource-ordered', send: 'resource-sent', 'check-in': 'resource-checked-in', stage: 'resource-staged', assign: 'resource-assigned', 'out-of-service': 'resource-out-of-service', 'plan-release': 'resource-release-planned', release: 'resource-released',
} as const satisfies Record<ResourceVerb, string>;

type Set = Updateable<IncidentsResource>;
const said = (words: Set): Omit<Set, 'kind' | 'name'> => Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined && value !== ''));
const atOf = (time: string | undefined): string | undefined => (time === undefined ? undefined : utc(time));

/** A new card, held within its incident. */
export async function insertCard(ctx: Ctx, tx: Tx, incidentId: string, card: Pick<CardRow, 'kind' | 'name'> & Set, at: string): Promise<CardRow> {
  const seq = await nextSeq(tx, incidentId);
  const now = ctx.now().toISOString();
  const row = { ...card, id: uuidv7(), incidentId, seq, state: card.state ?? 'requested', stateAt: at, requestedAt: at, requestedBy: ctx.personId };
  const made = await tx.insertInto('incidents.resource').values(row).returning(FIELDS).executeTakeFirstOrThrow();
  await noteMove(ctx, tx, incidentId, { resourceId: made.id, verb: made.state === 'requested' ? 'request' : 'check-in', was: null, became: made.state, at: at < now ? at : now, words: made.notes });
  return made;
}

export const requestResource = (ctx: Ctx, { id, at, expectedAt, ...card }: Input<typeof contract.requestResource>): Promise<Standing> =>
  changeLine(ctx, id, async (tx, incident) => {
    await checkOpen(tx, incident);
    const row = await insertCard(ctx, tx, id, { ...card, expectedAt: expectedAt === null ? null : utc(expectedAt) }, happenedAt(ctx, at));
    return { verb: 'resource-requested', row, erasable: CARD_TEXTS };
  });

/** Who came without being asked for has a card from here on. */
export const recordArrival = (ctx: Ctx, { id, at, departedAt, place, departedFrom, travel, ...card }: Input<typeof contract.recordArrival>): Promise<Standing> =>
  changeLine(ctx, id, async (tx, incident) => {
    await checkOpen(tx, incident);
    const came = happenedAt(ctx, at);
    const row = await insertCard(ctx, tx, id, { ...card, ...said({ place, departedFrom, travel, departedAt: atOf(departedAt) }), state: 'checked-in', checkedInAt: came, checkedInBy: ctx.personId }, came);
    return { verb: 'resource-checked-in', row, erasable: CARD_TEXTS };
  });

type Moved = { set: Set; words: string };

/** Moves a card: only from the states that the verb takes, and of two who move it at once one does; the other is told who. */
function moveCard(ctx: Ctx, { id, rowId, at }: { id: string; rowId: string; at?: string | undefined }, verb: ResourceVerb, moved: (at: string) => Moved): Promise<Standing> {
  return changeLine(ctx, id, async (tx, incident) => {
    const before = await cardOf(tx, id, rowId);
    await checkOpen(tx, incident);
    if (before.struckAt !== null || !mayMove(verb, before.state as never)) throw await movedBefore(tx, before);
    const happened = happenedAt(ctx, at);
    const { set, words } = moved(happened);
    const { to } = RESOURCE_MOVES[verb];
    const after = await tx.updateTable('incidents.resource as r').set({ ...set, ...(to !== 'assigned' && { assignedTo: '' }), state: to, stateAt: happened, version: before.version + 1 })
      .where('r.id', '=', rowId).where('r.version', '=', before.version).returning(CARD).executeTakeFirst();
    if (!after) throw await movedBefore(tx, await cardOf(tx, id, rowId));
    await noteMove(ctx, tx, id, { resourceId: rowId, verb, was: before.state as Exclude<typeof before.state, 'released'>, became: to, at: happened, words });
    return { verb: MESSAGES[verb], row: { ...after, was: before.state, words }, erasable: CARD_TEXTS };
  });
}

const joined = (...words: readonly (string | undefined)[]): string => words.filter(Boolean).join(', ');

export const orderResource = (ctx: Ctx, { orderNumber, expectedAt, ...of }: Input<typeof contract.orderResource>): Promise<Standing> => moveCard(ctx, of, 'order', () => ({ set: said({ orderNumber, expectedAt: atOf(expectedAt) }), words: orderNumber ?? '' }));
export const sendResource = (ctx: Ctx, { departedFrom, travel, expectedAt, ...of }: Input<typeof contract.sendResource>): Promise<Standing> =>
  moveCard(ctx, of, 'send', (at) => ({ set: said({ departedFrom, travel, expectedAt: atOf(expectedAt), departedAt: at }), words: joined(departedFrom, travel) }));
export const checkInResource = (ctx: Ctx, { place, departedFrom, departedAt, travel, leader, contact, agency, qualifications, persons, ...of }: Input<typeof contract.checkInResource>): Promise<Standing> =>
  moveCard(ctx, of, 'check-in', (at) => ({ set: { ...said({ place, departedFrom, departedAt: atOf(departedAt), travel, leader, contact, agency, qualifications, persons }), checkedInAt: at, checkedInBy: ctx.personId }, words: joined(place, departedFrom) }));
export const stageResource = (ctx: Ctx, { place, ...of }: Input<typeof contract.stageResource>): Promise<Standing> => moveCard(ctx, of, 'stage', () => ({ set: said({ place }), words: place ?? '' }));
export const assignResource = (ctx: Ctx, { to, place, ...of }: Input<typeof contract.assignResource>): Promise<Standing> => moveCard(ctx, of, 'assign', () => ({ set: { assignedTo: to, ...said({ place }) }, words: joined(to, place) }));
export const takeOutOfService = (ctx: Ctx, { reason, ...of }: Input<typeof contract.takeOutOfService>): Promise<Standing> => moveCard(ctx, of, 'out-of-service', () => ({ set: {}, words: reason }));
export const planRelease = (ctx: Ctx, { releaseAt, ...of }: Input<typeof contract.planRelease>): Promise<Standing> => moveCard(ctx, of, 'plan-release', () => ({ set: said({ releaseAt: atOf(releaseAt) }), words: '' }));
export const releaseResource = (ctx: Ctx, { destination, ...of }: Input<typeof contract.releaseResource>): Promise<Standing> => moveCard(ctx, of, 'release', (at) => ({ set: { releaseAt: at }, words: destination }));

/** Corrects the words of a card; its state stays. `If-Match` with another version of the card than the present one is 412. */
export const changeResource = (ctx: Ctx, { id, rowId, expectedAt, ...words }: Input<typeof contract.changeResource>): Promise<Standing> =>
  changeLine(ctx, id, async (tx, incident) => {
    const before = await cardOf(tx, id, rowId);
    await checkOpen(tx, incident);
    if (before.struckAt !== null) throw await movedBefore(tx, before);
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw new Problem('stale', 'incidents.stale', 'Somebody changed this card since you read it. Read it again; what you wrote is still on your screen.', { version: before.version });
    const set = { ...(Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as Set), ...(expectedAt !== undefined && { expectedAt: expectedAt === null ? null : utc(expectedAt) }) };
    if (Object.keys(set).length === 0) return null;
    const row = await tx.updateTable('incidents.resource as r').set({ ...set, version: before.version + 1 }).where('r.id', '=', rowId).returning(CARD).executeTakeFirstOrThrow();
    return { verb: 'resource-changed', row, erasable: CARD_TEXTS };
  });

export const strikeResource = (ctx: Ctx, { id, rowId, reason }: Input<typeof contract.strikeResource>): Promise<Standing> =>
  changeLine(ctx, id, async (tx, incident) => {
    const before = await cardOf(tx, id, rowId);
    await checkOpen(tx, incident);
    if (before.struckAt !== null || !STRIKABLE.includes(before.state as never)) throw await movedBefore(tx, before);
    await tx.updateTable('incidents.resource').set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckReason: reason, version: before.version + 1 }).where('id', '=', rowId).execute();
    return { verb: 'resource-struck', row: { id: rowId, reason } };
  });
