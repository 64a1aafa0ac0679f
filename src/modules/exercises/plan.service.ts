import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { isCapability } from '#modules/incidents/public.ts';
import { typeOf } from '#modules/signals/public.ts';
import { siteOf } from '#modules/sites/public.ts';
import type { Input } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { ExerciseDetail } from './contract.ts';
import { act } from './act.ts';
import { changeOf, checkMay, exercises, headerOf, refuse, type Tx, type Values } from './exercise-row.ts';
import { mustSee, readExercise } from './read.service.ts';
import { hasCircle } from './rules.ts';

const PLAN = 'exercises:plan';
const CHANGED = { verb: 'change', said: 'changed' } as const;

export async function planExercise(ctx: Ctx, { siteId, ...facts }: Input<typeof contract.planExercise>): Promise<ExerciseDetail> {
  const id = uuidv7();
  return exercises.writeMany(ctx, PLAN, async (tx) => {
    if (siteId !== null && !(await siteOf(ctx, siteId))) throw toProblem({ code: '23503' });
    await checkMay(tx, { siteId }, PLAN);
    const { rows: found } = await sql<{ number: string }>`select platform.next_number('EXE', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
    await tx.insertInto('exercises.exercise').values({ id, ...facts, number: found[0]?.number ?? '', siteId, plannedBy: ctx.personId, plannedAt: ctx.now().toISOString() }).execute();
    const row = await mustSee(tx, id);
    // The header comes with the commit; what checks who could see the exercise needs one now.
    await tx.insertInto('platform.record').values({ id, ...headerOf(row) }).execute();
    return { changes: [changeOf('planned', null, row)], result: await readExercise(ctx, { id }) };
  });
}

export function changeExercise(ctx: Ctx, { id, ...asked }: Input<typeof contract.changeExercise>): Promise<ExerciseDetail> {
  return act(ctx, id, CHANGED, async (_tx, before) => {
    const set = Object.fromEntries(Object.entries(asked).filter(([field, value]) => value !== undefined && value !== before[field as keyof typeof before])) as Values;
    return Object.keys(set).length === 0 ? null : { set };
  });
}

export function cancelExercise(ctx: Ctx, { id, reason }: Input<typeof contract.cancelExercise>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'cancel', said: 'cancelled' }, async () => ({ set: { state: 'cancelled', endedAt: ctx.now().toISOString(), endedBy: ctx.personId, endNote: reason, isCleared: true } }));
}

/** Who takes part sees the exercise: a player who did not could not be told anything. */
export function setParticipants(ctx: Ctx, { id, people }: Input<typeof contract.setParticipants>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'change', said: 'participants-set' }, async (tx) => {
    if (new Set(people.map(({ personId }) => personId)).size < people.length) throw refuse('twice', 'Each person takes part once. Give them one part.', '/people');
    for (const [i, { personId }] of people.entries()) await checkSees(tx, personId, id, `/people/${i}/personId`);
    await tx.updateTable('exercises.participant').set({ outAt: ctx.now().toISOString() }).where('exerciseId', '=', id).where('outAt', 'is', null).execute();
    const values = people.map((one) => ({ id: uuidv7(), exerciseId: id, ...one }));
    if (values.length > 0) await tx.insertInto('exercises.participant').values(values).onConflict((conflict) => conflict.columns(['exerciseId', 'personId']).doUpdateSet((eb) => ({ role: eb.ref('excluded.role'), outAt: null }))).execute();
    return { more: { people } };
  });
}

export async function checkSees(tx: Tx, personId: string, exerciseId: string, pointer: string): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ could: boolean }>`(select tasks.could_see(${personId}::uuid, ${exerciseId}::uuid) as could)`.as('s')).select('could').execute();
  if (row?.could !== true) throw refuse('cannot_see', 'This person does not see exercises here. Choose somebody who does, or give them a role with which they do.', pointer);
}

export function checkCapability(key: string): void {
  if (!isCapability(key)) throw refuse('no_such_capability', 'Choose one of the capabilities.', '/capability');
}

export function addObjective(ctx: Ctx, { id, text, capability }: Input<typeof contract.addObjective>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'change', said: 'objective-added' }, async (tx) => {
    checkCapability(capability);
    await tx.insertInto('exercises.objective').values({ id: uuidv7(), exerciseId: id, text, capability, addedAt: ctx.now().toISOString() }).execute();
    return { more: { text, capability } };
  });
}

export function strikeObjective(ctx: Ctx, { id, rowId }: Input<typeof contract.strikeObjective>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'change', said: 'objective-struck' }, async (tx) => {
    const row = await tx.selectFrom('exercises.objective').select('struckAt').where('id', '=', rowId).where('exerciseId', '=', id).executeTakeFirst();
    if (!row) throw notFound();
    if (row.struckAt !== null) return null;
    await tx.updateTable('exercises.objective').set({ struckAt: ctx.now().toISOString() }).where('id', '=', rowId).execute();
    const used = await tx.selectFrom('exercises.expectation').select('id').where('objectiveId', '=', rowId).executeTakeFirst();
    if (used) throw refuse('objective_used', 'An expectation hangs on this objective. Give that one another first.', '/rowId');
    return { more: { rowId } };
  });
}

type Given = Omit<Input<typeof contract.addInject>, 'id'>;

function checkInject({ channel, trigger, afterId, expectationId, isAutomatic, signalType }: Given): void {
  if ((trigger === 'inject') !== (afterId !== null)) throw refuse('say_after', 'Say after which inject it comes; only then one is named.', '/afterId');
  if ((trigger === 'met') !== (expectationId !== null)) throw refuse('say_met', 'Say upon which expectation it comes; only then one is named.', '/expectationId');
  if (isAutomatic && (channel === 'spoken' || trigger === 'hand')) throw refuse('needs_controller', 'What is spoken, or comes when a controller says so, does not go by itself.', '/isAutomatic');
  if ((channel === 'signal') !== (signalType !== null)) throw refuse('say_signal', 'Say what the signal reports; only a signal reports something.', '/signalType');
  if (signalType !== null && !typeOf(signalType)) throw refuse('no_such_type', 'Choose one of the types of event.', '/signalType');
}

const valuesOf = ({ expected: _, ...values }: Given) => values;

/** Writes what is expected upon an inject: new ones, and those that stand anew; what is not named goes, unless another inject waits for it. */
async function writeExpected(ctx: Ctx, tx: Tx, id: string, injectId: string, expected: Given['expected']): Promise<void> {
  const objectives = new Set((await tx.selectFrom('exercises.objective').select('id').where('exerciseId', '=', id).where('struckAt', 'is', null).execute()).map((one) => one.id));
  const standing = new Set((await tx.selectFrom('exercises.expectation').select('id').where('injectId', '=', injectId).execute()).map((one) => one.id));
  for (const [i, { id: rowId, ...values }] of expected.entries()) {
    if (values.objectiveId !== null && !objectives.has(values.objectiveId)) throw refuse('no_such_objective', 'Choose one of the objectives.', `/expected/${i}/objectiveId`);
    if (rowId !== undefined && !standing.delete(rowId)) throw refuse('no_such_expectation', 'That expectation is not one of this inject.', `/expected/${i}/id`);
    if (rowId !== undefined) await tx.updateTable('exercises.expectation').set(values).where('id', '=', rowId).execute();
    else await tx.insertInto('exercises.expectation').values({ id: uuidv7(), exerciseId: id, injectId, ...values, addedAt: ctx.now().toISOString() }).execute();
  }
  if (standing.size > 0) throw refuse('expectation_left_out', 'An expectation of this inject was left out. Change its words; expectations are not taken away.', '/expected');
}

/** What an inject waits for is of the same exercise, and nothing waits for itself. */
async function checkOrder(tx: Tx, id: string): Promise<void> {
  const injects = await tx.selectFrom('exercises.inject').select(['id', 'afterId', 'expectationId']).where('exerciseId', '=', id).execute();
  const expectations = await tx.selectFrom('exercises.expectation').select(['id', 'injectId']).where('exerciseId', '=', id).execute();
  const [own, asked] = [new Set(injects.map((one) => one.id)), new Set(expectations.map((one) => one.id))];
  if (injects.some(({ afterId }) => afterId !== null && !own.has(afterId))) throw refuse('no_such_inject', 'Choose an inject of this exercise.', '/afterId');
  if (injects.some(({ expectationId }) => expectationId !== null && !asked.has(expectationId))) throw refuse('no_such_expectation', 'Choose an expectation of this exercise.', '/expectationId');
  if (hasCircle(injects, expectations)) throw refuse('circle', 'It would wait for itself. Choose another.', '/afterId');
}

export function addInject(ctx: Ctx, { id, ...given }: Input<typeof contract.addInject>): Promise<ExerciseDetail> {
  const rowId = uuidv7();
  return act(ctx, id, { verb: 'change', said: 'inject-added' }, async (tx) => {
    checkInject(given);
    await tx.insertInto('exercises.inject').values({ id: rowId, exerciseId: id, ...valuesOf(given), addedAt: ctx.now().toISOString() }).execute();
    await writeExpected(ctx, tx, id, rowId, given.expected);
    await checkOrder(tx, id);
    return { more: { rowId, inject: given.title, text: given.text } };
  });
}

export function changeInject(ctx: Ctx, { id, rowId, ...given }: Input<typeof contract.changeInject>): Promise<ExerciseDetail> {
  return act(ctx, id, { verb: 'change', said: 'inject-changed' }, async (tx) => {
    const held = await tx.selectFrom('exercises.inject').select('id').where('id', '=', rowId).where('exerciseId', '=', id).executeTakeFirst();
    if (!held) throw notFound();
    checkInject(given);
    await tx.updateTable('exercises.inject').set(valuesOf(given)).where('id', '=', rowId).execute();
    await writeExpected(ctx, tx, id, rowId, given.expected);
    await checkOrder(tx, id);
    return { more: { rowId, inject: given.title, text: given.text } };
  });
}
