import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Work } from '#platform/kernel/http.ts';

const EVERY_MS = 3_600_000;

/** Archives whose time has run out go. */
export const clearOnce = async (worker: Database): Promise<number> => Number((await worker.send([{ text: 'with gone as (delete from subjects.package p where p.expires_at <= now() returning 1) select count(*)::int as n from gone', values: [] }]))[0]?.rows[0]?.['n'] ?? 0);

/** Once an hour, by one node. */
export const clearExpired: Work = async ({ worker, log, lead }) => {
  const over = new AbortController();
  const done = (async () => {
    while (!over.signal.aborted) {
      if (await lead('subjects').catch(() => false)) await clearOnce(worker).catch((error: unknown) => log.warn({ err: error }, 'expired archives stay for another hour'));
      await sleep(EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  return { failed: new Promise<never>(() => undefined), stop: async () => { over.abort(); await done; } };
};
