import { sql } from 'kysely';
import { eventTypes, typeOf } from '#modules/signals/public.ts';
import { tasksBy } from '#modules/tasks/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor, sitesBelow } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { ExerciseDetail, Observation } from './contract.ts';
import { type Db, exerciseOf, exercises, rows, seen } from './exercise-row.ts';
import { dueS, OPEN } from './rules.ts';

const READ = 'exercises:read';
const MOST = 500;

/** Exercises, the one planned last first, page by page. */
export async function listExercises(ctx: Ctx, { state, under, after, limit }: Input<typeof contract.listExercises>): Promise<Reply<typeof contract.listExercises>> {
  let query = rows(exercises.read(ctx)).orderBy('x.plannedFor', 'desc').orderBy('x.id', 'desc').limit(limit);
  if (state !== undefined) query = query.where('x.state', 'in', state === 'open' ? OPEN : [state]);
  if (under) query = query.where(sql<boolean>`x.site_id in ${sitesBelow(under)}`);
  if (after) {
    const { at, id } = readCursor(after);
    query = query.where(sql<boolean>`(x.planned_for, x.id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const found = await query.execute();
  const last = found.at(-1);
  return { items: found.map(exerciseOf), next: last && found.length === limit ? cursorAfter(last.plannedFor, last.id) : null };
}

export const injectsOf = (db: Db, exerciseId: string) =>
  db.selectFrom('exercises.inject as i').leftJoin('access.person as d', 'd.id', 'i.deliveredBy')
    .select(['i.id', 'i.title', 'i.text', 'i.channel', 'i.trigger', 'i.afterId', 'i.expectationId', 'i.delayS', 'i.isAutomatic', 'i.signalType', 'i.signalPoint', 'i.state', 'i.deliveredAt', 'i.deliveredS', 'd.name as deliveredBy', 'i.skipReason', 'i.addedAt'])
    .where('i.exerciseId', '=', exerciseId).orderBy('i.addedAt').orderBy('i.id').limit(MOST);

export const expectationsOf = (db: Db, exerciseId: string) =>
  db.selectFrom('exercises.expectation as t').leftJoin('access.person as r', 'r.id', 't.ratedBy')
    .select(['t.id', 't.injectId', 't.objectiveId', 't.text', 't.withinS', 't.rating', 't.observation', 't.metS', 'r.name as ratedBy', 't.ratedAt']).where('t.exerciseId', '=', exerciseId).orderBy('t.addedAt').orderBy('t.id').limit(2000);

/** What a synthetic signal can report. */
export async function listSignalTypes(ctx: Ctx): Promise<Reply<typeof contract.listSignalTypes>> {
  await exercises.read(ctx, 'exercises:plan').selectFrom('exercises.exercise').select('id').limit(1).execute();
  return { items: eventTypes.filter(({ raisesAlarm }) => raisesAlarm).map(({ key, title }) => ({ key, title })) };
}

/** One exercise, with as much of its script as the reader may see. */
export async function readExercise(ctx: Ctx, { id }: Input<typeof contract.readExercise>): Promise<ExerciseDetail> {
  const [found, participants, objectives, injects, expectations, observations, actions, incidents, [script]] = await exercises.readAll(ctx, READ, (db) => [
    rows(db as unknown as Db).where('x.id', '=', id),
    db.selectFrom('exercises.participant as a').innerJoin('access.person as p', 'p.id', 'a.personId').select(['a.id', 'a.personId', 'p.name', 'a.role']).where('a.exerciseId', '=', id).where('a.outAt', 'is', null).orderBy('a.role').orderBy('p.name').limit(MOST),
    db.selectFrom('exercises.objective').select(['id', 'text', 'capability']).where('exerciseId', '=', id).where('struckAt', 'is', null).orderBy('addedAt').orderBy('id').limit(100),
    injectsOf(db as unknown as Db, id), expectationsOf(db as unknown as Db, id),
    db.selectFrom('exercises.observation as o').innerJoin('access.person as p', 'p.id', 'o.addedBy').select(['o.id', 'o.kind', 'o.capability', 'o.text', 'o.cause', 'o.recommendation', 'p.name as addedBy', 'o.addedAt', 'o.struckReason']).where('o.exerciseId', '=', id).orderBy('o.addedAt').orderBy('o.id').limit(MOST),
    db.selectFrom('exercises.action').select(['id', 'observationId', 'taskId', 'title']).where('exerciseId', '=', id).orderBy('addedAt').orderBy('id').limit(MOST),
    db.selectFrom('platform.link as l').innerJoin('platform.record as r', 'r.id', 'l.toId').select(['r.id', 'r.number', 'r.title', 'r.state']).where('l.fromId', '=', id).where('l.kind', '=', 'became').where('r.kind', '=', 'incidents.incident').orderBy('r.number').limit(50),
    db.selectFrom(sql<{ isWhole: boolean }>`(select access.holds(access.me(), 'exercises:script') as is_whole)`.as('s')).select('isWhole'),
  ] as const);
  const row = found[0];
  if (!row) throw notFound();
  return {
    ...exerciseOf(row), scenario: row.scenario, plannedBy: row.plannerName, endedBy: row.enderName, endNote: row.endNote, summary: row.summary, evaluatedBy: row.evaluatorName, evaluatedAt: row.evaluatedAt, isCleared: row.isCleared,
    participants: participants.map(({ id: rowId, personId, name, role }) => ({ id: rowId, person: { id: personId, name }, role })), objectives,
    injects: injects.map(({ addedAt: _, ...one }) => ({ ...one, signalTitle: one.signalType === null ? null : (typeOf(one.signalType)?.title ?? one.signalType), dueS: dueS(one, injects, expectations) })), expectations, observations: await withActions(ctx, observations, actions), incidents, isWhole: script?.isWhole === true || row.endedAt !== null,
  };
}

type Rows = { observations: readonly Omit<Observation, 'actions'>[]; actions: readonly { id: string; observationId: string; taskId: string; title: string }[] };

/** Each observation with its actions as their tasks stand now; without a state for who may not see tasks. */
async function withActions(ctx: Ctx, observations: Rows['observations'], actions: Rows['actions']): Promise<Observation[]> {
  const tasks = await tasksBy(ctx, actions.map(({ taskId }) => taskId)).catch((error: unknown) => {
    if (error instanceof Problem && error.kind === 'forbidden') return new Map<string, never>();
    throw error;
  });
  const actionOf = ({ observationId: _, ...action }: Rows['actions'][number]): Observation['actions'][number] => {
    const task = tasks.get(action.taskId);
    return { ...action, title: task?.title ?? action.title, owner: task?.owner?.name ?? null, dueAt: task?.dueAt ?? null, state: task?.state ?? null };
  };
  return observations.map((one) => ({ ...one, actions: actions.filter(({ observationId }) => observationId === one.id).map(actionOf) }));
}

export async function mustSee(db: Db, id: string) {
  const row = await seen(db, id);
  if (!row) throw notFound();
  return row;
}
