import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Work } from '#platform/kernel/http.ts';

const EVERY_MS = 12 * 3_600_000;
const REST_MS = 50;
const AT_ONCE = 500;
const FIRST_ROOM = '-9223372036854775808';

/** Looks at every word that records can be found by: one that is of no record any more is marked, and goes at the next sweep. */
export async function sweepOnce(worker: Database, signal?: AbortSignal): Promise<void> {
  let place: readonly [string, string] | null = [FIRST_ROOM, ''];
  while (place !== null && !signal?.aborted) {
    const [answer]: { rows: Record<string, unknown>[] }[] = await worker.send([{ text: 'select room::text as room, word from search.sweep($1::bigint, $2, $3::int)', values: [...place, AT_ONCE] }]);
    const row = answer?.rows[0];
    place = row ? [row['room'] as string, row['word'] as string] : null;
    await sleep(REST_MS);
  }
}

/** Twice a day, by one node. */
export const sweepWords: Work = async ({ worker, log, lead }) => {
  const over = new AbortController();
  const done = (async () => {
    for (;;) {
      await sleep(EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined);
      if (over.signal.aborted) return;
      if (await lead('search').catch(() => false)) await sweepOnce(worker, over.signal).catch((error: unknown) => log.warn({ err: error }, 'the sweep of words was put off'));
    }
  })();
  return { failed: new Promise<never>(() => undefined), stop: async () => { over.abort(); await done; } };
};
