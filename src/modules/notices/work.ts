import { SERVICE } from '#platform/kernel/access.ts';
import { timeNow } from '#platform/kernel/clock.ts';
import { actAs } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { outgoingOf } from '#platform/net/net.service.ts';
import { busyGateways, type Carrier, recoverSending, sendBy } from './carry.ts';
import { endNotices } from './end.service.ts';
import { handOver, mirror } from './hand-over.ts';

const EVERY_MS = 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Sends notifications while this process holds the lead: into lists of notices, to mail and push, and by each gateway at its own pace beside the others. */
export const leadNotices = leading('notices', 'outbox', async ({ db, worker, log }, { isOver, within }) => {
  log.info({}, 'notifications are sent from here');
  const cut = await recoverSending(worker);
  if (cut > 0) log.warn({ cut }, 'messages were cut off while they were handed over; they are not sent again');
  const carrier: Carrier = { worker, client: outgoingOf(worker), now: timeNow, wait: pause, isOver };
  const running = new Map<string, Promise<void>>();
  let failed: unknown = null;
  while (!isOver() && failed === null) {
    while ((await handOver(worker, carrier.now())) > 0 && !isOver());
    for (const gateway of await busyGateways(carrier)) {
      if (running.has(gateway.id)) continue;
      running.set(gateway.id, sendBy(gateway, carrier).then(() => undefined, (error: unknown) => void (failed = error)).finally(() => running.delete(gateway.id)));
    }
    await mirror(worker, carrier.now());
    await unlessMet(endNotices(await actAs(db, SERVICE.correlator), worker));
    await within(EVERY_MS);
  }
  await Promise.all(running.values());
  if (failed !== null) throw failed;
});

/** Lets pass that a person was at the same notice at this moment. */
async function unlessMet(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'platform.busy') throw error;
  });
}
