import { SERVICE } from '#platform/kernel/access.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import { actAs } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { watchDevices, watchPosition } from './device-watch.ts';
import { foldBehind, unfoldDue } from './folding.ts';
import { raiseClockJumps } from './own-clocks.ts';
import { raiseSilence } from './silence.ts';

const IDLE_MS = 1000;
const TEND_MS = 5000;

/** Keeps the health of devices while this process holds the lead, a second or so behind the correlator, and folds what stands behind those that are down. */
export const leadDeviceHealth = leading('device-health', 'signals', async ({ db, log }, { isOver, within }) => {
  log.info({}, 'the health of devices is kept here');
  const position = await watchPosition(await actAs(db, SERVICE.correlator));
  let tendsAt = 0;
  while (!isOver()) {
    const ctx = await actAs(db, SERVICE.correlator);
    const read = await watchDevices(ctx, position);
    if (nowMs() >= tendsAt) {
      await unlessMet(raiseSilence(ctx));
      await unlessMet(raiseClockJumps(ctx));
      await unlessMet(unfoldDue(ctx));
      tendsAt = nowMs() + TEND_MS;
    }
    await unlessMet(foldBehind(ctx));
    if (read === 0) await within(IDLE_MS);
  }
});

const MET = new Set(['platform.taken', 'platform.busy']);

/** Lets pass that the correlator or a person was at the same alarm at this moment: all of it reads states, and does the same a second later. */
async function unlessMet(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!MET.has((error as { code?: string }).code ?? '')) throw error;
  });
}
