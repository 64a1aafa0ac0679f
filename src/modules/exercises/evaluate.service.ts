import { v7 as uuidv7 } from 'uuid';
import { isCause } from '#modules/incidents/public.ts';
import { addTask } from '#modules/tasks/public.ts';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { ExerciseDetail } from './contract.ts';
import { act } from './act.ts';
import { refuse } from './exercise-row.ts';
import { checkCapability } from './plan.service.ts';
import { elapsedS } from './rules.ts';

/** Rates what was expected. The first rating that is not U says when it was met, upon which injects may wait. */
export function rateExpectation(ctx: Ctx, { id, rowId, rating, observation }: Input<typeof contract.rateExpectation>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'rate', said: 'expectation-rated' }, async (tx, before) => {
    const row = await tx.selectFrom('exercises.expectation').select('metS').where('id', '=', rowId).where('exerciseId', '=', id).executeTakeFirst();
    if (!row) throw notFound();
    const now = ctx.now();
    const metS = rating === 'U' ? null : (row.metS ?? (before.state === 'ended' ? null : elapsedS(before, now.getTime())));
    await tx.updateTable('exercises.expectation').set({ rating, observation, metS, ratedBy: ctx.personId, ratedAt: now.toISOString() }).where('id', '=', rowId).execute();
    return { more: { rowId, rating, observation, metS } };
  });
}

export function addObservation(ctx: Ctx, { id, ...values }: Input<typeof contract.addObservation>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'observe', said: 'observation-added' }, async (tx) => {
    checkCapability(values.capability);
    if (values.cause !== null && !isCause(values.cause)) throw refuse('no_such_cause', 'Choose one of the causes.', '/cause');
    const rowId = uuidv7();
    await tx.insertInto('exercises.observation').values({ id: rowId, exerciseId: id, ...values, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    return { more: { rowId, ...values, kind: undefined, observationKind: values.kind } };
  });
}

export function strikeObservation(ctx: Ctx, { id, rowId, reason }: Input<typeof contract.strikeObservation>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'observe', said: 'observation-struck' }, async (tx) => {
    const row = await tx.selectFrom('exercises.observation').select('struckAt').where('id', '=', rowId).where('exerciseId', '=', id).executeTakeFirst();
    if (!row) throw notFound();
    if (row.struckAt !== null) throw new Problem('conflict', 'exercises.already_struck', 'It is struck already.');
    const used = await tx.selectFrom('exercises.action').select('id').where('observationId', '=', rowId).executeTakeFirst();
    if (used) throw refuse('has_actions', 'A corrective action came of it. Leave it, and drop that task with its reason.', '/rowId');
    await tx.updateTable('exercises.observation').set({ struckAt: ctx.now().toISOString(), struckReason: reason }).where('id', '=', rowId).execute();
    return { more: { rowId, reason } };
  });
}

/** Gives a corrective action: a task on the exercise in the same transaction, under the giver's right to give tasks. It lives on when the evaluation is finished. */
export function addAction(ctx: Ctx, { id, observationId, title, ownerId, dueAt }: Input<typeof contract.addAction>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'act', said: 'action-added' }, async (tx) => {
    const row = await tx.selectFrom('exercises.observation').select(['kind', 'struckAt', 'recommendation']).where('id', '=', observationId).where('exerciseId', '=', id).executeTakeFirst();
    if (!row || row.struckAt !== null) throw refuse('no_such_observation', 'Choose an observation of this exercise.', '/observationId');
    if (row.kind !== 'improvement') throw refuse('nothing_to_mend', 'An action mends something: choose what is to be improved.', '/observationId');
    const task = await addTask(ctx, { recordId: id, title, detail: row.recommendation, ownerId, dueAt: new Date(dueAt).toISOString() });
    const rowId = uuidv7();
    await tx.insertInto('exercises.action').values({ id: rowId, exerciseId: id, observationId, taskId: task.id, title, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    return { more: { rowId, observationId, taskId: task.id } };
  });
}

/** Freezes the evaluation, once every expectation upon what was delivered is rated. */
export function finishEvaluation(ctx: Ctx, { id, summary }: Input<typeof contract.finishEvaluation>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'finish', said: 'evaluated' }, async (tx) => {
    const open = await tx.selectFrom('exercises.expectation as t').innerJoin('exercises.inject as i', 'i.id', 't.injectId').select('t.text').where('t.exerciseId', '=', id).where('t.rating', 'is', null).where('i.state', 'in', ['sending', 'delivered']).orderBy('t.addedAt').limit(3).execute();
    if (open.length > 0) throw refuse('not_rated', `Not rated yet: ${open.map(({ text }) => `“${text}”`).join(', ')}.`, '/summary');
    return { set: { state: 'evaluated', summary, evaluatedBy: ctx.personId, evaluatedAt: ctx.now().toISOString() } };
  });
}
