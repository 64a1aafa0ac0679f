import { noteCheck } from '#platform/health/check.ts';
import { nowMs, timeNow } from '#platform/kernel/clock.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { leading } from '#platform/kernel/lead.ts';
import { outgoingOf } from '#platform/net/net.service.ts';
import { feed } from './feed.ts';
import { TOO_OLD_MS } from './rules.ts';
import { sendTo, type SendOptions, waitingDestinations } from './send.ts';

const IDLE_MS = 1000;
const SAY_EVERY_MS = 30_000;
const TOO_OLD = `update convergence.message set state = 'dead', reason = 'waited over seven days', ended_at = now() where state = 'queued' and queued_at < now() - make_interval(secs => $1::float8)`;
const HOW = `select (select count(*)::int from convergence.destination where state = 'paused') as paused, (select count(*)::int from convergence.destination where state = 'active' and failing_since < now() - interval '5 minutes') as failing`;

/** Tells systems outside what happened, while this process alone, of all nodes, leads it. Destinations go on beside each other, so that one that is slow holds up none. */
export const leadDestinations = leading('destinations', 'outbox', async ({ db, worker, log }, { isOver, within }) => {
  log.info({}, 'destinations are told from here');
  const sending = startSending({ db, worker, log, client: outgoingOf(worker), now: timeNow });
  for (let saidAt = 0; !isOver(); ) {
    const moved = await feed(worker);
    await sending.begin();
    if (nowMs() - saidAt > SAY_EVERY_MS) {
      saidAt = nowMs();
      await worker.send([{ text: TOO_OLD, values: [TOO_OLD_MS / 1000] }]);
      await sayHow(worker);
    }
    if (moved === 0) await within(IDLE_MS);
  }
  await sending.ended();
});

/** Sends to every destination at once, to each one batch after the other. `begin` never waits for a destination; `ended` waits for all. */
export function startSending(options: SendOptions): { begin(): Promise<void>; ended(): Promise<void> } {
  const busy = new Map<string, Promise<void>>();
  let isOver = false;
  const work = async (id: string): Promise<void> => {
    while (!isOver && (await sendTo(id, options)) > 0);
  };
  return {
    begin: async () => {
      for (const id of await waitingDestinations(options)) {
        if (busy.has(id)) continue;
        busy.set(id, work(id).catch((error: unknown) => options.log?.error({ err: error, destination: id }, 'a destination could not be told')).finally(() => busy.delete(id)));
      }
    },
    ended: async () => {
      isOver = true;
      await Promise.all(busy.values());
    },
  };
}

async function sayHow(worker: Database): Promise<void> {
  const [answer] = await worker.send([{ text: HOW, values: [] }]);
  const { paused = 0, failing = 0 } = (answer?.rows[0] ?? {}) as { paused?: number; failing?: number };
  const words = paused + failing === 0 ? 'Every system outside takes what it is told.' : `${failing} take nothing at the moment, ${paused} are paused. Look at them under Destinations.`;
  await noteCheck(worker, { key: 'destinations', state: paused + failing === 0 ? 'good' : 'warning', words, againWithinS: 180 });
}
