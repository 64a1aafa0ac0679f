import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Standing } from './contract.ts';
import { ADD, byEvent, checkPlace, checkState, exhibits, holdExhibit, ofExhibit, refuse, standingOf, type Tx } from './exhibit-row.ts';

/** Puts it in another place. */
export const moveExhibit = (ctx: Ctx, { id, placeId, isSealWhole, note }: Input<typeof contract.moveExhibit>): Promise<Standing> =>
  byEvent(ctx, ADD, id, async (tx, row) => {
    checkState(row, 'move');
    await checkPlace(tx, placeId);
    return placeId === row.placeId ? null : { kind: 'moved', place: placeId, isSealWhole, note };
  });

/** Opens it and seals it anew; whether the former seal was whole stands with it. */
export const resealExhibit = (ctx: Ctx, { id, seal, packaging, isSealWhole, note }: Input<typeof contract.resealExhibit>): Promise<Standing> =>
  byEvent(ctx, ADD, id, async (_tx, row) => {
    checkState(row, 'reseal');
    if (seal !== '' && seal === row.seal) throw refuse('same_seal', 'A new seal has another number than the one that was broken.', '/seal');
    return { kind: 'resealed', seal, isSealWhole, note, set: { seal, packaging: packaging || row.packaging } };
  });

/** Gives it out to somebody outside, until a day. */
export const lendExhibit = (ctx: Ctx, { id, to, dueBackAt, isSealWhole, note }: Input<typeof contract.lendExhibit>): Promise<Standing> =>
  byEvent(ctx, ADD, id, async (tx, row) => {
    checkState(row, 'lend');
    await checkNotOffered(tx, id);
    if (Date.parse(dueBackAt) <= ctx.now().getTime()) throw refuse('due_before', 'Choose a day that is still to come.', '/dueBackAt');
    return { kind: 'lent', holder: null, place: null, isSealWhole, note: `${to}: ${note}`, set: { state: 'lent', lentTo: to, dueBackAt: new Date(dueBackAt).toISOString() } };
  });

/** Takes back what was given out. */
export const takeBackExhibit = (ctx: Ctx, { id, placeId, seal, isSealWhole, note }: Input<typeof contract.takeBackExhibit>): Promise<Standing> =>
  byEvent(ctx, ADD, id, async (tx, row) => {
    checkState(row, 'takeBack');
    await checkPlace(tx, placeId);
    return { kind: 'taken-back', holder: ctx.personId, place: placeId, seal, isSealWhole, note, set: { state: 'held', lentTo: '', dueBackAt: null, ...(seal !== '' && { seal }) } };
  });

const waiting = (tx: Tx, exhibitId: string) =>
  tx.selectFrom('exhibits.offer as o').innerJoin('access.person as t', 't.id', 'o.toId').innerJoin('access.person as f', 'f.id', 'o.fromId').select(['o.id', 'o.fromId', 'f.name as from', 'o.toId', 't.name as to', 'o.purpose']).where('o.exhibitId', '=', exhibitId).where('o.state', '=', 'waiting').executeTakeFirst();

async function checkNotOffered(tx: Tx, exhibitId: string): Promise<void> {
  const offer = await waiting(tx, exhibitId);
  if (offer) throw new Problem('conflict', 'exhibits.offered', `${offer.from} has offered it to ${offer.to}, who has yet to confirm. Take that back first.`, { by: offer.from });
}

/** Offers it to somebody of the room. Only who holds it does; of two at once one wins, and the other is told. */
export function offerExhibit(ctx: Ctx, { id, toId, purpose }: Input<typeof contract.offerExhibit>): Promise<Standing> {
  return exhibits.writeMany(ctx, ADD, async (tx) => {
    const row = await holdExhibit(tx, id, ADD);
    checkState(row, 'offer');
    await checkNotOffered(tx, id);
    if (row.holderId !== ctx.personId) throw new Problem('conflict', 'exhibits.not_yours', 'Only who holds it hands it over. Look again who does.');
    if (toId === ctx.personId) throw refuse('to_yourself', 'You hold it already. Choose another person.', '/toId');
    const to = await tx.selectFrom('access.person').select(['name', sql<boolean>`two_person.may(id, null, ${row.wallId}::uuid, ${ADD})`.as('may')]).where('id', '=', toId).where('kind', '=', 'human').where('state', '=', 'active').executeTakeFirst();
    if (!to?.may) throw refuse('may_not_hold', 'Choose a person of this case who may hold exhibits.', '/toId');
    const offer = { id: uuidv7(), toId, purpose, offeredAt: ctx.now().toISOString() };
    await tx.insertInto('exhibits.offer').values({ ...offer, exhibitId: id, fromId: ctx.personId }).execute();
    return { changes: [{ verb: 'offered', before: null, after: offer, of: ofExhibit(row), erasable: ['purpose'] }], result: standingOf(row) };
  });
}

const nothingWaits = (): Problem => new Problem('conflict', 'exhibits.not_offered', 'Nothing waits to be confirmed: it was taken back or answered already. Look again.');
const end = (ctx: Ctx, tx: Tx, id: string, state: 'taken' | 'refused' | 'withdrawn', why = '') => tx.updateTable('exhibits.offer').set({ state, endedAt: ctx.now().toISOString(), why }).where('id', '=', id).execute();

/** Confirms a hand-over, by which custody changes, or refuses it. */
export function answerOffer(ctx: Ctx, { id, isTaken, isSealWhole, note }: Input<typeof contract.answerOffer>): Promise<Standing> {
  if (isTaken) return byEvent(ctx, ADD, id, async (tx) => {
    const offer = await offerToMe(ctx, tx, id);
    await end(ctx, tx, offer.id, 'taken', note);
    return { kind: 'handed-over', holder: ctx.personId, isSealWhole, note: [offer.purpose, note].filter(Boolean).join(' · ') };
  });
  return exhibits.writeMany(ctx, ADD, async (tx) => {
    const row = await holdExhibit(tx, id, ADD);
    const offer = await offerToMe(ctx, tx, id);
    if (note.length < 3) throw refuse('say_why', 'Say why you do not take it.', '/note');
    await end(ctx, tx, offer.id, 'refused', note);
    return { changes: [{ verb: 'offer-refused', before: null, after: { id: offer.id, note }, of: ofExhibit(row), erasable: ['note'] }], result: standingOf(row) };
  });
}

async function offerToMe(ctx: Ctx, tx: Tx, id: string) {
  const offer = await waiting(tx, id);
  if (!offer) throw nothingWaits();
  if (offer.toId !== ctx.personId) throw new Problem('conflict', 'exhibits.not_to_you', `It was offered to ${offer.to}: only they confirm it.`);
  return offer;
}

/** Takes back an offer that was not confirmed; who offered it, or who holds it since. */
export function withdrawOffer(ctx: Ctx, { id }: Input<typeof contract.withdrawOffer>): Promise<Standing> {
  return exhibits.writeMany(ctx, ADD, async (tx) => {
    const row = await holdExhibit(tx, id, ADD);
    const offer = await waiting(tx, id);
    if (!offer) throw nothingWaits();
    if (offer.fromId !== ctx.personId) throw new Problem('conflict', 'exhibits.not_your_offer', `${offer.from} offered it: only they take that back.`);
    await end(ctx, tx, offer.id, 'withdrawn');
    return { changes: [{ verb: 'offer-withdrawn', before: null, after: { id: offer.id }, of: ofExhibit(row) }], result: standingOf(row) };
  });
}

