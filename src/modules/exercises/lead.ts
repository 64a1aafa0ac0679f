import { sendSynthetic } from '#modules/signals/public.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { deliverDue } from './deliver.ts';

const EVERY_MS = 1_000;
const AGAIN_MS = 5_000;

/** Delivers what is due, while this process holds the lead. */
export const leadExercises = leading('exercises', 'exercises', async ({ db, log }, { isOver, within }) => {
  while (!isOver()) {
    const ctx = await actAs(db, SERVICE.correlator);
    const failed = await deliverDue(ctx, sendSynthetic).then(() => null, (error: unknown) => error);
    // A person was at the same exercise, or nobody takes signals at this moment: what is due stays due.
    if (failed instanceof Problem || failed instanceof TypeError) log.warn({ code: 'code' in failed ? failed.code : 'exercises.not_sent' }, 'an exercise waits');
    else if (failed !== null) throw failed;
    await within(failed === null ? EVERY_MS : AGAIN_MS);
  }
});
