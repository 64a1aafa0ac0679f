import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { freezeDue } from './freeze.service.ts';

const EVERY_MS = 10_000;

/** On one node: looks every ten seconds whether a month or a quarter is over, and freezes its figures. */
export const leadFreezing = leading('metrics-freeze', 'metrics', async ({ db, log }, { isOver, within }) => {
  for (; !isOver(); await within(EVERY_MS)) {
    await freezeDue(await actAs(db, SERVICE.steward)).catch((error: unknown) => log.warn({ err: error }, 'figures of what is over were not frozen; it is tried again'));
  }
});
