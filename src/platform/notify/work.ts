import { noteCheck } from '#platform/health/check.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { leading } from '#platform/kernel/lead.ts';
import { escalate } from './escalate.ts';
import { feed } from './feed.ts';
import { discoverNotices } from './port.ts';

const IDLE_MS = 1000;
const SAY_EVERY_MS = 30_000;

/** Tells people what concerns them, while this process alone, of all nodes, leads it. */
export const leadNotices = leading('notify', 'outbox', async ({ worker, log }, { isOver, within }) => {
  log.info({}, 'people are told from here');
  const sources = await discoverNotices();
  for (let saidAt = 0; !isOver(); ) {
    const moved = (await feed(worker, sources)) + (await escalate(worker, sources));
    if (nowMs() - saidAt > SAY_EVERY_MS) {
      saidAt = nowMs();
      await sayHow(worker);
    }
    if (moved === 0) await within(IDLE_MS);
  }
});

/** A ladder that came to its end unheard is never silent. */
async function sayHow(worker: Database): Promise<void> {
  const [answer] = await worker.send([{ text: `select count(*)::int as unheard from notify.escalation where state = 'exhausted' and ended_at > now() - interval '24 hours'`, values: [] }]);
  const unheard = Number(answer?.rows[0]?.['unheard'] ?? 0);
  await noteCheck(worker, { key: 'escalation', state: unheard === 0 ? 'good' : 'bad', words: unheard === 0 ? 'Nobody was called in vain.' : `${unheard} times in 24 hours nobody acknowledged, up to the last step. Look at who holds the roles of the ladder.`, againWithinS: 180 });
}
