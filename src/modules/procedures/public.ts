import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { begin, type Followed, inForceForType } from './begin.ts';
import { at, FOLLOW, procedures, type Tx } from './rows.ts';
import { blockersOf, standingOf } from './rules.ts';
import { followed, headerOf, inRun, runningOn, type RunRow } from './run-row.ts';

export { runsOn } from './runs.service.ts';
export type { Run } from './contract.ts';

/** Begins the procedure in force for this event type, in the caller's transaction; nothing where there is none, or where it is under way. */
export async function beginByType(ctx: Ctx, { type, ...on }: Followed & { type: string }): Promise<void> {
  await procedures.writeMany(ctx, FOLLOW, async (tx) => {
    const procedure = await inForceForType(tx, type);
    return { changes: procedure ? (await begin(ctx, tx, on, procedure)).changes : [], result: null };
  });
}

/** Ends the runs on a record that is being closed, in the caller's transaction. Throws 422 where a step still stands in the way. */
export async function endRuns(ctx: Ctx, { recordId, disposition }: { recordId: string; disposition: string }): Promise<void> {
  await procedures.writeMany(ctx, FOLLOW, async (tx) => {
    const changes = [];
    for (const run of await runningOn(tx, recordId)) changes.push(await endRun(ctx, tx, run, disposition));
    return { changes, result: null };
  });
}

async function endRun(ctx: Ctx, tx: Tx, run: RunRow, disposition: string) {
  const { content, entries } = await followed(tx, run);
  const standing = standingOf(content, run.begunAt, entries);
  const [first] = blockersOf(standing);
  if (first)
    throw new Problem('refused', 'procedures.step_open', `“${run.title}” is not done: “${first.step.text}” is still to be ${first.step.required ? 'done, or passed over with a reason' : 'done or passed over'}.`, { runId: run.id, stepId: first.step.id });
  const end = standing.due.find(({ step }) => step.kind === 'end')?.step.id ?? '';
  await tx.insertInto('procedures.entry').values({ runId: run.id, seq: (entries.at(-1)?.seq ?? 0) + 1, stepId: end, what: 'ended', answer: disposition, note: '', dueAt: null, at: at(ctx), by: ctx.personId }).execute();
  const after: RunRow = { ...run, state: 'ended', endedAt: at(ctx), endedBy: ctx.personId, version: run.version + 1 };
  await tx.updateTable('procedures.run').set({ state: after.state, endedAt: after.endedAt, endedBy: after.endedBy, version: after.version }).where('id', '=', run.id).execute();
  const { of: _of, ...ended } = inRun('ended', run, { disposition });
  return { ...ended, header: headerOf(after) };
}
