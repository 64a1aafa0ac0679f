import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { siteOf } from '#modules/sites/public.ts';
import { addTask } from '#modules/tasks/public.ts';
import { json, utc } from '../given.ts';
import { recordLook } from '../looks.ts';
import { checkNotMerged } from '../merges/merge-rows.ts';
import { changeLine, incidents, insertStep, READ, type Tx } from '../record.ts';
import { refuseField } from '../refusals.ts';
import type * as contract from '../review-contract.ts';
import type { Observation, Review, ReviewStanding } from '../review-contract.ts';
import { missingToFinish } from '../review-rules.ts';
import { changeDraft, mayReview, selectActions, selectObservations, selectReview, withActions, withStanding, WRITE } from './review-row.ts';

/** Opens the review of a closed incident; it has one. */
export const openReview = (ctx: Ctx, { id }: Input<typeof contract.openReview>): Promise<ReviewStanding> =>
  withStanding(ctx, async (settle) => {
    const reviewId = uuidv7();
    await changeLine(ctx, id, async (tx, incident) => {
      if (incident.state !== 'closed') throw new Problem('refused', 'incidents.review_open', 'A review looks back: close the incident first.');
      if (incident.mergedInto !== null) await checkNotMerged(tx, incident, 'review it, or review the one that lives on');
      const made = await tx.insertInto('incidents.review').values({ id: reviewId, incidentId: id, openedBy: ctx.personId, openedAt: ctx.now().toISOString() }).onConflict((conflict) => conflict.column('incidentId').doNothing()).returning('id').executeTakeFirst();
      if (!made) throw new Problem('conflict', 'incidents.review_there', 'It has a review already. Go on with that one.');
      await insertStep(ctx, tx, id, { verb: 'review-opened' });
      settle({ id: reviewId, state: 'draft', version: 1, rowId: null });
      return { verb: 'review-opened', row: { id: reviewId } };
    }, WRITE);
  });

export async function readReview(ctx: Ctx, { id }: Input<typeof contract.readReview>): Promise<Reply<typeof contract.readReview>> {
  const [rows, reviews, observations, actions, firsts] = await incidents.readAll(ctx, READ, (db) => [
    db.selectFrom('incidents.incident').select(['id', 'number', 'title', 'typeKey', 'severity', 'state', 'siteId', 'wallId', 'isSimulated', 'occurredFrom', 'knownAt', 'declaredAt', 'closedAt']).where('id', '=', id),
    selectReview(db as unknown as Tx, id).leftJoin('access.person as o', 'o.id', 'r.openedBy').leftJoin('access.person as p', 'p.id', 'r.proposedBy').leftJoin('access.person as a', 'a.id', 'r.approvedBy').select(['o.name as opener', 'p.name as proposer', 'a.name as approver']),
    selectObservations(db as unknown as Tx, id), selectActions(db as unknown as Tx, id),
    db.selectFrom('incidents.logEntry').select('at').where('incidentId', '=', id).where('struckAt', 'is', null).orderBy('at').limit(1),
  ]);
  const [row, review] = [rows[0], reviews[0]];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  if (!review) return { review: null };
  const [site, mays, found] = await Promise.all([row.siteId === null ? null : siteOf(ctx, row.siteId), mayReview(incidents.read(ctx, READ) as unknown as Tx, row).execute(), withActions(ctx, observations, actions)]);
  return { review: {
    incident: { id, number: row.number, title: row.title, type: row.typeKey, severity: row.severity, state: row.state, site: site?.name ?? null, timeZone: site?.timeZone ?? null, isWalled: row.wallId !== null, isSimulated: row.isSimulated },
    state: review.state, summary: review.summary, heldAt: review.heldAt, ratings: review.ratings as Review['ratings'], openedBy: review.opener ?? '', openedAt: review.openedAt, proposedBy: review.proposer, approvedBy: review.approver, finishedAt: review.finishedAt, version: review.version,
    moments: momentsOf(row, firsts[0]?.at ?? null), observations: found, missing: review.state === 'draft' ? missingOf(review.summary, found) : [], mayWrite: mays[0]?.may === true,
  } };
}

/** The turning points of the incident in order of time, each with how long after the one before. */
function momentsOf(row: { occurredFrom: string; knownAt: string; declaredAt: string; closedAt: string | null }, firstEntryAt: string | null): Review['moments'] {
  const all = ([['occurred', row.occurredFrom], ['known', row.knownAt], ['declared', row.declaredAt], ['first-entry', firstEntryAt], ['closed', row.closedAt]] as const)
    .flatMap(([key, at]) => (at === null ? [] : [{ key, at }])).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return all.map(({ key, at }, index) => ({ key, at, afterMs: index === 0 ? null : Date.parse(at) - Date.parse(all[index - 1]?.at ?? at) }));
}

export const missingOf = (summary: string, observations: readonly Observation[]): { pointer: string; detail: string }[] =>
  missingToFinish({ summary, observations: observations.filter(({ struckAt }) => struckAt === null).map((one) => ({ ...one, actions: one.actions.length })) });

export const changeReview = (ctx: Ctx, { id, summary, heldAt, ratings }: Input<typeof contract.changeReview>): Promise<ReviewStanding> =>
  changeDraft(ctx, id, async (tx, review) => {
    const set = { ...(summary !== undefined && { summary }), ...(heldAt !== undefined && { heldAt: heldAt === null ? null : utc(heldAt) }), ...(ratings && { ratings: json(ratings) }) };
    if (Object.keys(set).length > 0) await tx.updateTable('incidents.review').set(set).where('id', '=', review.id).execute();
    return { verb: 'review-changed', fact: { ...(summary !== undefined && { summary }), ...(heldAt !== undefined && { heldAt }), ...(ratings && { ratings }) } };
  });

type Given = Omit<Input<typeof contract.addObservation>, 'id'>;
const valuesOf = ({ kind, capability, text, cause, recommendation, noActionReason, at }: Given) => ({ kind, capability, text, cause, recommendation, noActionReason, at: at === null ? null : utc(at) });

export const addObservation = (ctx: Ctx, { id, ...given }: Input<typeof contract.addObservation>): Promise<ReviewStanding> =>
  changeDraft(ctx, id, async (tx) => {
    const rowId = uuidv7();
    const values = valuesOf(given);
    await tx.insertInto('incidents.reviewObservation').values({ id: rowId, incidentId: id, ...values, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    return { verb: 'observation-added', fact: values, rowId };
  });

/** An observation of this review that is not struck. Throws 404 where it is not there, 409 where it is struck. */
async function checkStanding(tx: Tx, incidentId: string, rowId: string): Promise<void> {
  const row = await tx.selectFrom('incidents.reviewObservation').select('struckAt').where('id', '=', rowId).where('incidentId', '=', incidentId).executeTakeFirst();
  if (!row) throw notFound();
  if (row.struckAt !== null) throw new Problem('conflict', 'incidents.already_struck', 'It is struck already.');
}

export const changeObservation = (ctx: Ctx, { id, rowId, ...given }: Input<typeof contract.changeObservation>): Promise<ReviewStanding> =>
  changeDraft(ctx, id, async (tx) => {
    await checkStanding(tx, id, rowId);
    const values = valuesOf(given);
    await tx.updateTable('incidents.reviewObservation').set(values).where('id', '=', rowId).execute();
    return { verb: 'observation-changed', fact: values, rowId };
  });

export const strikeObservation = (ctx: Ctx, { id, rowId, reason }: Input<typeof contract.strikeObservation>): Promise<ReviewStanding> =>
  changeDraft(ctx, id, async (tx) => {
    await checkStanding(tx, id, rowId);
    const action = await tx.selectFrom('incidents.reviewAction').select('id').where('observationId', '=', rowId).executeTakeFirst();
    if (action) throw refuseField('/rowId', 'incidents.has_actions', 'A corrective action came of it. Leave it, and drop that task with its reason.');
    await tx.updateTable('incidents.reviewObservation').set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckReason: reason }).where('id', '=', rowId).execute();
    return { verb: 'observation-struck', fact: { reason }, rowId };
  });

/** Gives a corrective action: a task on the incident in the same transaction, under the giver's right to give tasks. */
export const addAction = (ctx: Ctx, { id, observationId, title, detail, ownerId, dueAt, element }: Input<typeof contract.addAction>): Promise<ReviewStanding> =>
  changeDraft(ctx, id, async (tx) => {
    const observation = await tx.selectFrom('incidents.reviewObservation').select(['kind', 'struckAt']).where('id', '=', observationId).where('incidentId', '=', id).executeTakeFirst();
    if (!observation) throw refuseField('/observationId', 'incidents.no_such_observation', 'Choose an observation of this review.');
    if (observation.struckAt !== null) throw new Problem('conflict', 'incidents.already_struck', 'It is struck already.');
    if (observation.kind !== 'improvement') throw refuseField('/observationId', 'incidents.nothing_to_mend', 'An action mends something: choose an area for improvement.');
    const task = await addTask(ctx, { recordId: id, title, detail, ownerId, dueAt: utc(dueAt) });
    const rowId = uuidv7();
    await tx.insertInto('incidents.reviewAction').values({ id: rowId, incidentId: id, observationId, taskId: task.id, title, element, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    return { verb: 'action-added', fact: { observationId, taskId: task.id, title, element }, rowId };
  });
