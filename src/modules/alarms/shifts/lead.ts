import { SERVICE } from '#platform/kernel/access.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import { actAs } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { tellWaiting } from './hand-over.service.ts';
import { offerDue } from './routing.service.ts';

const IDLE_MS = 1000;
const PACE_MS = 250;
const TEND_MS = 5000;

/** Tends the desks while this process holds the lead, beside the correlator and never before it: offers what was raised, and says of a hand-over that nobody takes that it waits. */
export const leadDesks = leading('alarm-desks', 'signals', async ({ db, log }, { isOver, within }) => {
  log.info({}, 'the desks of the Watch are tended here');
  let tendsAt = 0;
  let offersAt = 0;
  while (!isOver()) {
    const ctx = await actAs(db, SERVICE.correlator);
    if (nowMs() >= offersAt) {
      await unlessMet(offerDue(ctx));
      offersAt = nowMs() + PACE_MS;
    }
    if (nowMs() >= tendsAt) {
      await unlessMet(tellWaiting(ctx));
      tendsAt = nowMs() + TEND_MS;
    }
    await within(IDLE_MS);
  }
});

/** Lets pass that a person was at the same row at this moment: the next round reads how it stands. */
async function unlessMet(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!['platform.taken', 'platform.busy'].includes((error as { code?: string }).code ?? '')) throw error;
  });
}
