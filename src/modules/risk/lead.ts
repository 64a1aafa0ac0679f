import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { type Remembered, watchPaths } from './live.service.ts';

const EVERY_MS = 2_000;

/** Keeps P(I) of protected assets as devices, doors, tests and response times move, while this process holds the lead. */
export const leadPaths = leading('paths', 'signals', async ({ db, log }, { isOver, within }) => {
  log.info({}, 'paths to protected assets are watched here');
  const remembered: Remembered = new Map();
  while (!isOver()) {
    await unlessMet(watchPaths(await actAs(db, SERVICE.correlator), remembered));
    await within(EVERY_MS);
  }
});

const MET = new Set(['platform.busy', 'platform.taken', 'risk.changed_meanwhile']);

/** Lets pass that somebody was at the same floor or alarm at this moment: two seconds later it is looked at again. */
async function unlessMet(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!MET.has((error as { code?: string }).code ?? '')) throw error;
  });
}
