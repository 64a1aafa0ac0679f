import { noteCheck } from '#platform/health/check.ts';
import { readConfig } from '#platform/kernel/config.ts';
import type { Module, Work } from '#platform/kernel/http.ts';
import { Courier } from './courier.ts';
import { targetsOf } from './targets.ts';

const EVERY_MS = 1000;
const MOST_WAIT_MS = 60_000;
const NOTE_EVERY_MS = 60_000;

/** What the page Health is told of all witnesses of this node. */
export function stateOf(couriers: readonly Pick<Courier, 'target' | 'error'>[]): { state: 'good' | 'warning' | 'bad'; words: string } {
  if (couriers.length === 0) return { state: 'warning', words: 'No witness is told the signed heads: whoever holds this machine could rewrite the ledger unseen. Set PARAPET_WITNESSES.' };
  const failing = couriers.filter(({ error }) => error !== null);
  if (failing.length === 0) return { state: 'good', words: `${couriers.length} ${couriers.length === 1 ? 'witness is' : 'witnesses are'} told the signed heads.` };
  return { state: 'bad', words: failing.map(({ target, error }) => `${target.name}: ${error}`).join(' ') };
}

/** One loop a witness, so that a slow one keeps none from another; who fails is asked less and less often, at last each minute. */
export const tellWitnesses: Work = async ({ worker, log, lead }) => {
  const couriers = targetsOf(readConfig().witnesses).map((target) => new Courier(target, { pool: worker.pool, log, lead }));
  const timers = new Map<Courier, NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  let stopped = false;
  const go = (courier: Courier, waitMs: number): void => {
    if (stopped) return;
    timers.set(courier, setTimeout(() => {
      const round = courier.round().then((told) => (told === null ? Math.min(MOST_WAIT_MS, waitMs * 2) : EVERY_MS), () => Math.min(MOST_WAIT_MS, waitMs * 2)).then((next) => {
        running.delete(round);
        go(courier, next);
      });
      running.add(round);
    }, waitMs));
  };
  const note = (): void => void noteCheck(worker, { key: 'witnesses', ...stateOf(couriers), againWithinS: (3 * NOTE_EVERY_MS) / 1000 }).catch((error: unknown) => log.warn({ err: error }, 'how the witnesses stand was not noted'));
  const noting = setInterval(note, NOTE_EVERY_MS);
  setTimeout(note, 3 * EVERY_MS).unref();
  for (const courier of couriers) go(courier, EVERY_MS);
  return {
    failed: new Promise<never>(() => undefined),
    stop: async () => {
      stopped = true;
      clearInterval(noting);
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(running);
    },
  };
};

export default { name: 'witness', work: tellWitnesses } satisfies Module;
