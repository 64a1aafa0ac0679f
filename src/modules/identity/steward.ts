import type { Work } from '#platform/kernel/http.ts';
import { settleDue } from './handover.service.ts';

const EVERY_MS = 3_000;

/** On one node: what is due about people's rights and work, also where the process that caused it died before it was done. */
export const leadSteward: Work = async ({ db, log, lead, wakeOn }) => {
  let isStopped = false;
  const wake = await wakeOn('steward');
  const running = (async () => {
    while (!isStopped && !(await lead('steward'))) await wake.within(1000);
    while (!isStopped) {
      await settleDue(db).catch((error: unknown) => log.warn({ err: error }, 'work of who left was not handed over; tried again soon'));
      await wake.within(EVERY_MS);
    }
  })();
  return {
    failed: running,
    stop: async () => {
      isStopped = true;
      wake.now();
      await running.catch(() => undefined);
    },
  };
};
