import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { watchRetests } from './watch-retests.ts';

const EVERY_MS = 1_000;

/** Ticks off running retests while this process holds the lead. */
export const leadMaintenance = leading('maintenance', 'signals', async ({ db, log }, { isOver, within }) => {
  log.info({}, 'retests are watched here');
  const readTo = new Map<string, number>();
  while (!isOver()) {
    await unlessMet(watchRetests(await actAs(db, SERVICE.correlator), readTo));
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
