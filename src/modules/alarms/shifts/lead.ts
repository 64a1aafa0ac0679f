import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { tellWaiting } from './hand-over.service.ts';

const IDLE_MS = 5000;

/** Tends the desks while this process holds the lead: says of a hand-over that nobody takes that it waits. */
export const leadDesks = leading('alarm-desks', 'signals', async ({ db, log }, { isOver, within }) => {
  log.info({}, 'the desks of the Watch are tended here');
  while (!isOver()) {
    await tellWaiting(await actAs(db, SERVICE.correlator));
    await within(IDLE_MS);
  }
});
