import type { Input, Reply } from '#platform/kernel/contract.ts';
import { sql } from 'kysely';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { readWordCursor, wordCursorAfter } from '#platform/kernel/word-cursor.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { changedMeanwhile, checkMay, orders, refuse, type Tx } from './order-row.ts';
import { raise } from './orders.service.ts';
import type * as contract from './plan-contract.ts';
import type { Answer, Round } from './plan-contract.ts';
import { type RoundRow, roundOf, roundRows } from './plan-row.ts';
import { dayIn } from './plan-rules.ts';

const PERFORM = 'workorders:perform';

/** Rounds in the order of the days on which they are due. */
export async function listRounds(ctx: Ctx, { from, to, state, planId, after, limit }: Input<typeof contract.listRounds>): Promise<Reply<typeof contract.listRounds>> {
  const place = after === undefined ? null : readWordCursor(after);
  const found = await roundRows(orders.read(ctx)).where((where) => where.and([
    ...(from ? [sql<boolean>`r.due_on >= ${from}::date`] : []), ...(to ? [sql<boolean>`r.due_on <= ${to}::date`] : []), ...(state ? [where('r.state', '=', state)] : []), ...(planId ? [where('r.planId', '=', planId)] : []),
    ...(place ? [sql<boolean>`(r.due_on, r.id) > (${place.word}::date, ${place.id}::uuid)`] : []),
  ])).orderBy('r.dueOn').orderBy('r.id').limit(limit).execute();
  const last = found.at(-1);
  return { items: found.map((row) => roundOf(ctx, row)), next: last && found.length === limit ? wordCursorAfter(last.dueOn, last.id) : null };
}

async function seenRound(tx: Tx, id: string): Promise<RoundRow> {
  const row = await roundRows(tx).where('r.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

/** The round, held while it is due; of two who do it at once the other is told who did. */
async function holdRound(ctx: Ctx, tx: Tx, id: string): Promise<RoundRow> {
  await checkMay(tx, await seenRound(tx, id), PERFORM);
  await tx.selectFrom('workorders.round').select('id').where('id', '=', id).forUpdate().execute();
  const row = await seenRound(tx, id);
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== row.version) throw changedMeanwhile();
  if (row.state !== 'due') throw new Problem('conflict', 'workorders.round_already', row.state === 'done' ? `${row.doneBy ?? 'Somebody'} has done this round already.` : 'This round was dropped with its plan.', { by: row.doneBy, at: row.doneAt });
  return row;
}

const changeOf = (verb: string, { id, planId, siteId, plannedOn }: RoundRow, more: object): Change<{ id: string }> =>
  ({ verb, before: null, after: { id: planId, roundId: id, plannedOn, ...more } as { id: string }, of: { recordId: planId, siteId, wallId: null, readPermission: 'workorders:read' }, erasable: ['reason', 'note', 'answers'] });

export const postponeRound = (ctx: Ctx, { id, dueOn, reason }: Input<typeof contract.postponeRound>): Promise<Round> =>
  orders.writeMany(ctx, PERFORM, async (tx) => {
    const before = await holdRound(ctx, tx, id);
    if (dueOn <= dayIn(ctx.now().getTime(), before.timeZone ?? 'UTC')) throw refuse('not_later', 'Choose a day that is still to come.', '/dueOn');
    await tx.updateTable('workorders.round').set({ dueOn, postponedWhy: reason, version: before.version + 1 }).where('id', '=', id).execute();
    return { changes: [changeOf('round-postponed', before, { from: before.dueOn, dueOn, reason })], result: roundOf(ctx, await seenRound(tx, id)) };
  });

/** Answers every point; each that failed raises a work order on the plan's device and site, in the same transaction. */
export const completeRound = (ctx: Ctx, { id, answers, note }: Input<typeof contract.completeRound>): Promise<Round> =>
  orders.writeMany(ctx, PERFORM, async (tx) => {
    const before = await holdRound(ctx, tx, id);
    const byKey = new Map(answers.map((one) => [one.key, one]));
    if (byKey.size !== before.points.length || before.points.some(({ key }) => !byKey.has(key))) throw refuse('answer_all', 'Answer every point, each once.', '/answers');
    const unsaid = answers.findIndex((one) => one.result === 'failed' && one.note.length < 3);
    if (unsaid >= 0) throw refuse('say_what_failed', 'Say what is wrong with it.', `/answers/${unsaid}/note`);
    const whole: Answer[] = [];
    for (const { key, text } of before.points) {
      const { result, note: said } = byKey.get(key) ?? { result: 'not-applicable' as const, note: '' };
      const order = result === 'failed' ? await raise(ctx, PERFORM, { origin: 'calendar', title: `${before.title}: ${text}`.slice(0, 200), detail: said, siteId: before.siteId, deviceIds: before.device ? [before.device.id] : [], faultCode: 'inspection.point', priority: 3 }) : null;
      whole.push({ key, text, result, note: said, orderId: order?.id ?? null });
    }
    await tx.updateTable('workorders.round').set({ state: 'done', answers: JSON.stringify(whole), note, doneAt: ctx.now().toISOString(), doneBy: ctx.personId, version: before.version + 1 }).where('id', '=', id).execute();
    return { changes: [changeOf('round-done', before, { note, answers: whole, failed: whole.filter(({ result }) => result === 'failed').length })], result: roundOf(ctx, await seenRound(tx, id)) };
  });
