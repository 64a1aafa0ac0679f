import type { Ctx } from '#platform/kernel/store.ts';
import type { Run } from '#modules/procedures/contract.ts';
import { blockersOf, standingOf, stepsToEnd } from '#modules/procedures/rules.ts';
import { answerStep, runsOn } from '#modules/procedures/runs.service.ts';

const MOST_STEPS = 100;

/** Answers what is due on an alarm, the shortest way, until its procedures are at their end. */
export async function followProcedures(by: Ctx, recordId: string): Promise<void> {
  for (let n = 0; n < MOST_STEPS; n++) {
    const { items } = await runsOn(by, { recordId });
    const open = items.find((run) => run.state === 'running' && dueIn(run) !== undefined);
    const due = open && dueIn(open);
    if (!open || !due) return;
    const [shortest] = due.step.answers.toSorted((a, b) => (stepsToEnd(open.content, a.next) ?? Infinity) - (stepsToEnd(open.content, b.next) ?? Infinity));
    await answerStep(by, { id: open.id, stepId: due.step.id, answer: shortest?.answer ?? null, note: '' });
  }
}

const dueIn = (run: Run) => blockersOf(standingOf(run.content, run.begunAt, run.entries))[0];
