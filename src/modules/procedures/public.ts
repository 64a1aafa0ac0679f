import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { begin, type Followed, inForceForType } from './begin.ts';
import { at, END, FOLLOW, procedures, type Tx } from './rows.ts';
import { blockersOf, standingOf } from './rules.ts';
import { followed, headerOf, inRun, runningOn, type RunRow } from './run-row.ts';

export { runsOn } from './runs.service.ts';
export type { Run } from './contract.ts';

const MOST_NOTE = 2000;

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
    for (const run of await runningOn(tx, [recordId])) changes.push(await endRun(ctx, tx, run, disposition));
    return { changes, result: null };
  });
}

async function endRun(ctx: Ctx, tx: Tx, run: RunRow, disposition: string) {
  const { content, entries } = await followed(tx, run);
  const standing = standingOf(content, run.begunAt, entries);
  const [first] = blockersOf(standing);
  if (first)
    throw new Problem('refused', 'procedures.step_open', `“${run.title}” is not done: “${first.step.text}” is still to be ${first.step.required ? 'done, or passed over with a reason' : 'done or passed over'}.`, { runId: run.id, stepId: first.step.id });
  const stepId = standing.due.find(({ step }) => step.kind === 'end')?.step.id ?? '';
  return writeEnd(ctx, tx, run, { seq: (entries.at(-1)?.seq ?? 0) + 1, stepId, answer: disposition, note: '', said: { disposition } });
}

/**
 * Ends the runs on records that closed without a person's finding, with why, in the caller's transaction. Nothing stands in the way of that:
 * what was still to be done is named in the log and counted in the message.
 */
export async function endRunsByRule(ctx: Ctx, recordIds: readonly string[], { why, as = END }: { why: string; /** A person's own permission, where a person's act closed it. */ as?: typeof END | typeof FOLLOW }): Promise<void> {
  if (recordIds.length === 0) return;
  await procedures.writeMany(ctx, as, async (tx) => {
    const changes = [];
    for (const run of await runningOn(tx, recordIds)) {
      const { content, entries } = await followed(tx, run);
      const open = standingOf(content, run.begunAt, entries).due.filter(({ step }) => step.kind !== 'end' && step.required);
      const left = open.length === 0 ? '' : ` Not done: ${open.map(({ step }) => `“${step.text}”`).join(', ')}.`;
      changes.push(await writeEnd(ctx, tx, run, { seq: (entries.at(-1)?.seq ?? 0) + 1, stepId: '', answer: null, note: `${why}${left}`.slice(0, MOST_NOTE), said: { reason: why, open: open.length } }));
    }
    return { changes, result: null };
  });
}

type End = { seq: number; stepId: string; answer: string | null; note: string; said: object };

async function writeEnd(ctx: Ctx, tx: Tx, run: RunRow, { said, ...entry }: End) {
  await tx.insertInto('procedures.entry').values({ runId: run.id, ...entry, what: 'ended', dueAt: null, at: at(ctx), by: ctx.personId }).execute();
  const after: RunRow = { ...run, state: 'ended', endedAt: at(ctx), endedBy: ctx.personId, version: run.version + 1 };
  await tx.updateTable('procedures.run').set({ state: after.state, endedAt: after.endedAt, endedBy: after.endedBy, version: after.version }).where('id', '=', run.id).execute();
  const { of: _of, ...ended } = inRun('ended', run, said);
  return { ...ended, header: headerOf(after) };
}
