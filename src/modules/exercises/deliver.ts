import { clearForExercise } from '#modules/alarms/public.ts';
import { endForExercise, incidentsOpenOf } from '#modules/incidents/public.ts';
import { lendSource, returnSource, type SyntheticSignal } from '#modules/signals/public.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { act } from './act.ts';
import { changeOf, exercises, type Row, rows, seen } from './exercise-row.ts';
import { expectationsOf, injectsOf } from './read.service.ts';
import { deliverIn } from './run.service.ts';
import { dueNow, elapsedS, MARK } from './rules.ts';
import { keyOf } from './keys.ts';

const DELIVER = 'exercises:deliver';
/** So long after the end what was still on its way has arrived and is closed too. */
const CLEARED_AFTER_MS = 20_000;

/** Sends one synthetic signal by the way of any other; the same twice is stored once. */
export type Send = (signal: SyntheticSignal, key: string) => Promise<void>;

/** One look at everything that goes by itself: injects that are due, signals on their way, and what is left of exercises that ended. Answers how much was done. */
export async function deliverDue(ctx: Ctx, send: Send): Promise<number> {
  const all = await rows(exercises.read(ctx, DELIVER)).where((eb) => eb.or([eb('x.state', '=', 'running'), eb('x.isCleared', '=', false)])).where('x.startedAt', 'is not', null).orderBy('x.startedAt').limit(50).execute();
  let done = 0;
  for (const exercise of all) {
    if (exercise.state === 'running') done += await deliverIts(ctx, exercise);
    done += await sendIts(ctx, exercise, send);
    if (exercise.endedAt !== null) done += await clear(ctx, exercise);
  }
  return done;
}

async function deliverIts(ctx: Ctx, exercise: Row): Promise<number> {
  const db = exercises.read(ctx, DELIVER);
  const due = dueNow(await injectsOf(db, exercise.id).execute(), await expectationsOf(db, exercise.id).execute(), elapsedS(exercise, ctx.now().getTime()));
  for (const { id: rowId } of due) await act(ctx, exercise.id, { verb: 'deliver', said: 'inject-delivered', permission: DELIVER }, async (tx, before) => (before.state === 'running' ? { more: await deliverIn(ctx, tx, before, rowId) } : null));
  return due.length;
}

/** Hands over what is marked as being sent. Cut off in between it is sent again under the same name, and stored once. */
async function sendIts(ctx: Ctx, exercise: Row, send: Send): Promise<number> {
  const sending = await injectsOf(exercises.read(ctx, DELIVER), exercise.id).where('i.state', '=', 'sending').execute();
  if (sending.length === 0) return 0;
  await lend(ctx, exercise);
  for (const { id, text, signalType, signalPoint, deliveredAt } of sending) {
    await send({ externalId: id, occurredAt: deliveredAt ?? ctx.now().toISOString(), type: signalType ?? '', message: `${MARK}: ${text}`.slice(0, 2000), ...(signalPoint !== null && signalPoint !== '' && { device: signalPoint }) }, keyOf(exercise.id));
    await record(ctx, exercise.id, 'inject-sent', id, async (tx) => void (await tx.updateTable('exercises.inject').set({ state: 'delivered' }).where('id', '=', id).execute()));
  }
  return sending.length;
}

type Tx = Parameters<Parameters<typeof exercises.writeMany>[2]>[0];

/** An entry of the worker's about an exercise in any state. */
const record = (ctx: Ctx, id: string, said: string, rowId: string | null, work: (tx: Tx) => Promise<void>): Promise<null> =>
  exercises.writeMany(ctx, DELIVER, async (tx) => {
    await tx.selectFrom('exercises.exercise').select('id').where('id', '=', id).forUpdate().execute();
    const before = await seen(tx, id);
    await work(tx);
    await tx.updateTable('exercises.exercise').set((eb) => ({ version: eb('version', '+', 1) })).where('id', '=', id).execute();
    const after = await seen(tx, id);
    return { changes: before && after ? [changeOf(said, before, after, rowId === null ? {} : { rowId })] : [], result: null };
  });

/** Its simulated source, made with its first signal. */
const lend = async (ctx: Ctx, { id, number, title, siteId, sourceId }: Row): Promise<unknown> =>
  sourceId === null && record(ctx, id, 'source-lent', null, async (tx) => {
    const lent = await lendSource(ctx, { account: number, name: `${MARK} ${number} ${title}`.slice(0, 120), siteId, key: keyOf(id) });
    await tx.updateTable('exercises.exercise').set({ sourceId: lent }).where('id', '=', id).execute();
  });

/**
 * Closes what was synthetic: the source ends, the alarms that it raised are closed as a drill, and the incidents that they became with them. Nothing is removed.
 * An incident that is still commanded is waited for.
 */
async function clear(ctx: Ctx, { id, number, sourceId, endedAt }: Row): Promise<number> {
  if (sourceId === null) return cleared(ctx, id);
  const { closed, incidents } = await exercises.writeMany(ctx, DELIVER, async () => {
    await returnSource(ctx, sourceId, `${number} ended`);
    return { changes: [], result: await clearForExercise(ctx, sourceId, `${number} ended.`) };
  });
  let left = 0;
  for (const incidentId of await incidentsOpenOf(ctx, incidents))
    await endForExercise(ctx, incidentId, `${number} ended.`).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.kind !== 'conflict') throw error;
      left++;
    });
  return left > 0 || ctx.now().getTime() - Date.parse(endedAt ?? '') < CLEARED_AFTER_MS ? closed : cleared(ctx, id);
}

async function cleared(ctx: Ctx, id: string): Promise<number> {
  await record(ctx, id, 'cleared', null, async (tx) => void (await tx.updateTable('exercises.exercise').set({ isCleared: true }).where('id', '=', id).execute()));
  return 1;
}
