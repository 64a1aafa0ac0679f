import type { Work } from '#platform/kernel/http.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { tellRunOut } from './glass/entries.service.ts';
import { settleDue } from './handover.service.ts';
import { endRunOut } from './see-as/see-as.service.ts';

const EVERY_MS = 3_000;

/** On one node: what is due about people's rights and work, also where the process that caused it died before it was done. */
export const leadSteward: Work = async ({ db, log, lead, wakeOn }) => {
  let isStopped = false;
  const wake = await wakeOn('steward');
  const running = (async () => {
    while (!isStopped && !(await lead('steward'))) await wake.within(1000);
    while (!isStopped) {
      await settleDue(db).catch((error: unknown) => log.warn({ err: error }, 'work of who left was not handed over; tried again soon'));
      await actAs(db, SERVICE.steward).then(tellRunOut).catch((error: unknown) => log.warn({ err: error }, 'walls were not told whose visitors went; tried again soon'));
      await actAs(db, SERVICE.steward).then(endRunOut).catch((error: unknown) => log.warn({ err: error }, 'who saw as another does so after its time; tried again soon'));
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
