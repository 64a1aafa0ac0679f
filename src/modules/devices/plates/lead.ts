import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { duePlates, readPlate } from './plates.service.ts';

const IDLE_MS = 30_000;

/** Asks devices once a day what they are, one after the other, while this process holds the lead; a new one within half a minute. */
export const leadPlates = leading('device-plates', 'devices', async ({ db, log }, { isOver, within }) => {
  while (!isOver()) {
    try {
      const ctx = await actAs(db, SERVICE.cameras);
      for (const id of await duePlates(ctx)) {
        if (isOver()) break;
        await readPlate(ctx, id);
      }
    } catch (error) {
      log.warn({ err: error }, 'devices were not asked what they are; tried again soon');
    }
    await within(IDLE_MS);
  }
});
