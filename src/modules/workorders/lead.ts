import { SERVICE } from '#platform/kernel/access.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import { actAs } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { planAhead } from './plans.service.ts';
import { watchRetests } from './watch-retests.ts';

const EVERY_MS = 1_000;
const PLAN_EVERY_MS = 60_000;

/** Ticks off running retests, and makes the rounds of plans ahead, while this process holds the lead. */
export const leadMaintenance = leading('maintenance', 'signals', async ({ db, log }, { isOver, within }) => {
  log.info({}, 'retests are watched here');
  const readTo = new Map<string, number>();
  let plansAt = 0;
  while (!isOver()) {
    const ctx = await actAs(db, SERVICE.correlator);
    await unlessMet(watchRetests(ctx, readTo));
    if (nowMs() >= plansAt) {
      await unlessMet(planAhead(ctx));
      plansAt = nowMs() + PLAN_EVERY_MS;
    }
    await within(EVERY_MS);
  }
});

const MET = new Set(['platform.busy', 'workorders.changed_meanwhile', 'workorders.no_retest']);

/** Lets pass that a person was at the same order at this moment: a second later it is looked at again. */
async function unlessMet(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!MET.has((error as { code?: string }).code ?? '')) throw error;
  });
}
