import { readConfig, type Config } from '#platform/kernel/config.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { createLog, type Log } from '#platform/kernel/log.ts';

/** The three processes under the supervisor. */
export type Role = 'intake' | 'web' | 'worker';

/** Connection strings by role: one login, which may take on the rights of its role only. */
export type RoleUrls = Record<Role, string>;

/** What a process is started with. */
export type Start = { config: Config; urls: RoleUrls; log: Log };

/** What a started process answers: how it drains and stops, and where it serves, for the word to the operator. */
export type Started = { stop(): Promise<void>; address?: string };

const DRAIN_WITHIN_MS = 9_000;

const readUrls = (): RoleUrls => {
  const text = process.env['PARAPET_ROLE_URLS'];
  if (!text) throw new Fault('This process is started by "parapet serve", not by hand.');
  return JSON.parse(text) as RoleUrls;
};

/**
 * Runs one of the three processes by the supervisor's contract: tells `{ready: true}` over IPC once it serves, drains
 * and stops at SIGTERM, ends at once when the parent is gone, and exits 1 at any failure so that it is started again.
 */
export const runChild = async (role: Role, start: (given: Start) => Promise<Started>): Promise<void> => {
  const config = readConfig();
  const log = createLog(role, config.logLevel);
  const fail = (error: unknown): void => {
    if (error instanceof Fault) log.error(error.message);
    else log.fatal({ err: error }, 'the process ends at an unforeseen error');
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => process.exit(0));
  if (process.send && !process.connected) process.exit(0);
  let started: Started | undefined;
  process.once('SIGTERM', () => {
    setTimeout(() => process.exit(1), DRAIN_WITHIN_MS).unref();
    if (!started) process.exit(0);
    started.stop().then(() => process.exit(0), fail);
  });
  try {
    started = await start({ config, urls: readUrls(), log });
  } catch (error) {
    fail(error);
  }
  process.send?.({ ready: true, ...(started?.address === undefined ? {} : { address: started.address }) });
};
