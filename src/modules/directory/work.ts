import { leading } from '#platform/kernel/lead.ts';
import { catchUp } from './rights.service.ts';

const EVERY_MS = 3_000;

/** On one node: members of a group that is newly let give a role get it, also where the process that heard of it died. */
export const leadDirectories = leading('directories', 'directories', async ({ db, log }, { isOver, within }) => {
  for (; !isOver(); await within(EVERY_MS)) await catchUp(db).catch((error: unknown) => log.warn({ err: error }, 'roles of groups were not given; tried again soon'));
});
