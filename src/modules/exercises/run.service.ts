import { declareForExercise, endForExercise, incidentsOpenOf } from '#modules/incidents/public.ts';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { ExerciseDetail } from './contract.ts';
import { act } from './act.ts';
import { refuse, type Row, type Tx, type Values } from './exercise-row.ts';
import { expectationsOf, injectsOf } from './read.service.ts';
import { dueNow, elapsedS, marked } from './rules.ts';

export function startExercise(ctx: Ctx, { id }: Input<typeof contract.startExercise>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'start', said: 'started' }, async (tx, before) => {
    const now = ctx.now().toISOString();
    const isFirst = before.state === 'planned';
    if (isFirst && (await peopleIn(tx, id, ['player'])).length === 0) throw refuse('no_players', 'Nobody plays yet. Say who takes part first.', '/id');
    // Who pauses and goes on tells nobody again.
    const to = isFirst ? await peopleIn(tx, id, ['player', 'controller', 'evaluator', 'observer']) : [];
    return { set: { state: 'running', clockFrom: now, ...(isFirst && { startedAt: now }) }, more: { to } };
  });
}

const peopleIn = async (tx: Tx, id: string, roles: readonly Row['myRole'][]): Promise<string[]> =>
  (await tx.selectFrom('exercises.participant').select('personId').where('exerciseId', '=', id).where('outAt', 'is', null).where('role', 'in', roles as NonNullable<Row['myRole']>[]).orderBy('personId').execute()).map(({ personId }) => personId);

export function pauseExercise(ctx: Ctx, { id }: Input<typeof contract.pauseExercise>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'pause', said: 'paused' }, async (_tx, before) => ({ set: { state: 'paused', ...stopped(ctx, before) } }));
}

const stopped = (ctx: Ctx, before: Row): Values => ({ runS: elapsedS(before, ctx.now().getTime()), clockFrom: null });

/** Sets the clock forward. What it passes goes at once, since it is due then, or is skipped. */
export function jumpClock(ctx: Ctx, { id, toS, isSkipping }: Input<typeof contract.jumpClock>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'jump', said: 'clock-set' }, async (tx, before) => {
    const now = ctx.now();
    const elapsed = elapsedS(before, now.getTime());
    if (toS < elapsed) throw refuse('backwards', 'The clock goes forward only: what was delivered stays delivered.', '/toS');
    const passed = isSkipping ? dueNow(await injectsOf(tx, id).execute(), await expectationsOf(tx, id).execute(), toS) : [];
    for (const one of passed) await tx.updateTable('exercises.inject').set({ state: 'skipped', skipReason: 'The clock was set past it' }).where('id', '=', one.id).execute();
    return { set: { runS: toS, ...(before.state === 'running' && { clockFrom: now.toISOString() }) }, more: { toS, skipped: passed.map((one) => one.id) } };
  });
}

/** Ends it with its incidents in one transaction; its alarms and its source are closed by the worker right after. What still waits is skipped, nothing is removed. */
export function endExercise(ctx: Ctx, { id, note }: Input<typeof contract.endExercise>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'end', said: 'ended' }, async (tx, before) => {
    const links = (await tx.selectFrom('platform.link').select('toId').where('fromId', '=', id).where('kind', '=', 'became').execute()).map(({ toId }) => toId);
    for (const incidentId of await incidentsOpenOf(ctx, links)) await endForExercise(ctx, incidentId, `${before.number} ended: ${note}`);
    await tx.updateTable('exercises.inject').set({ state: 'skipped', skipReason: 'The exercise ended before it' }).where('exerciseId', '=', id).where('state', '=', 'waiting').execute();
    return { set: { state: 'ended', ...stopped(ctx, before), endedAt: ctx.now().toISOString(), endedBy: ctx.personId, endNote: note } };
  });
}

type Held = Awaited<ReturnType<ReturnType<typeof injectsOf>['execute']>>[number];

/** An inject that still waits; of two who deliver it one does, and the other is told. */
async function waitingInject(tx: Tx, id: string, rowId: string): Promise<Held> {
  const held = await injectsOf(tx, id).where('i.id', '=', rowId).executeTakeFirst();
  if (!held) throw notFound();
  if (held.state === 'skipped') throw new Problem('conflict', 'exercises.inject_skipped', `It was left out: ${held.skipReason}.`);
  if (held.state !== 'waiting') throw new Problem('conflict', 'exercises.inject_delivered', `${held.deliveredBy ?? 'The clock'} has delivered it already.`, { at: held.deliveredAt });
  return held;
}

/** Delivers an inject of a held exercise: to the players' notices with this entry, or, as a signal, by the worker that takes it from here. */
export async function deliverIn(ctx: Ctx, tx: Tx, exercise: Row, rowId: string): Promise<{ inject: string; to: string[]; rowId: string }> {
  const inject = await waitingInject(tx, exercise.id, rowId);
  const now = ctx.now();
  await tx.updateTable('exercises.inject').set({ state: inject.channel === 'signal' ? 'sending' : 'delivered', deliveredAt: now.toISOString(), deliveredS: elapsedS(exercise, now.getTime()), deliveredBy: ctx.personId }).where('id', '=', rowId).execute();
  return { rowId, inject: inject.title, to: inject.channel === 'notice' ? await peopleIn(tx, exercise.id, ['player']) : [] };
}

export function deliverInject(ctx: Ctx, { id, rowId }: Input<typeof contract.deliverInject>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'deliver', said: 'inject-delivered' }, async (tx, before) => ({ more: await deliverIn(ctx, tx, before, rowId) }));
}

export function skipInject(ctx: Ctx, { id, rowId, reason }: Input<typeof contract.skipInject>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'deliver', said: 'inject-skipped' }, async (tx) => {
    await waitingInject(tx, id, rowId);
    await tx.updateTable('exercises.inject').set({ state: 'skipped', skipReason: reason }).where('id', '=', rowId).execute();
    return { more: { rowId, reason } };
  });
}

/** Declares an incident of the exercise: simulated from its first moment, with the mark in its title, and linked to the exercise. */
export function declareIncident(ctx: Ctx, { id, title, type, severity }: Input<typeof contract.declareIncident>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'declare', said: 'incident-declared' }, async (_tx, before) => {
    const incident = await declareForExercise(ctx, { exerciseId: id, title: marked(title), type, severity, siteId: before.siteId });
    return { more: { incidentId: incident.id, incident: incident.number } };
  });
}
