import type { Work } from '#platform/kernel/http.ts';
import { catchUp } from './rights.service.ts';

const EVERY_MS = 3_000;

/** On one node: members of a group that is newly let give a role get it, also where the process that heard of it died. */
export const leadDirectories: Work = async ({ db, log, lead, wakeOn }) => {
  let isStopped = false;
  const wake = await wakeOn('directories');
  const running = (async () => {
    while (!isStopped && !(await lead('directories'))) await wake.within(1000);
    while (!isStopped) {
      await catchUp(db).catch((error: unknown) => log.warn({ err: error }, 'roles of groups were not given; tried again soon'));
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
