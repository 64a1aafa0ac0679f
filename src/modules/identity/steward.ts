import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { leading } from '#platform/kernel/lead.ts';
import { tellRunOut } from './glass/entries.service.ts';
import { settleDue } from './handover.service.ts';
import { endRunOut } from './see-as/see-as.service.ts';

const EVERY_MS = 3_000;

/** On one node: what is due about people's rights and work, also where the process that caused it died before it was done. */
export const leadSteward = leading('steward', 'steward', async ({ db, log }, { isOver, within }) => {
  for (; !isOver(); await within(EVERY_MS)) {
    await settleDue(db).catch((error: unknown) => log.warn({ err: error }, 'work of who left was not handed over; tried again soon'));
    await actAs(db, SERVICE.steward).then(tellRunOut).catch((error: unknown) => log.warn({ err: error }, 'walls were not told whose visitors went; tried again soon'));
    await actAs(db, SERVICE.steward).then(endRunOut).catch((error: unknown) => log.warn({ err: error }, 'who saw as another does so after its time; tried again soon'));
  }
});
