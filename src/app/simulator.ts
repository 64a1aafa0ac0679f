import { randomInt } from 'node:crypto';
import { SERVICE } from '#platform/kernel/access.ts';
import { isLoopback, type Config } from '#platform/kernel/config.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Log, Work } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { waysOf } from '#modules/signals/simulator/simulator.service.ts';
import { demonstrationOf } from '#modules/identity/demonstration.service.ts';
import { type NightShift, openNightShift, walkRounds } from './demo/night-shift.ts';
import { SideStream } from './demo/side-stream.ts';
import { LiveStream } from './demo/stream.ts';
import { SEED } from './demo/seed.ts';
import { WIRES } from './demo/wires.ts';

const LOOK_MS = 5_000;
const MOST_SKIPPED = 400;
const EVERYWHERE = new Set(['0.0.0.0', '::', '*']);

/** Where the simulator can reach the receiver on this machine; null where the receiver is off or listens on another address only. */
export const simulatedPort = ({ dc09Port, listen }: Pick<Config, 'dc09Port' | 'listen'>): number | null => (dc09Port && (isLoopback(listen) || EVERYWHERE.has(listen)) ? dc09Port : null);

/**
 * The life of the demonstration, in the worker of one node: a calm stream of signals over the real port, and a night shift
 * that answers what nobody takes, so that the queue stays calm. It rests until the demonstration is loaded and ends with it.
 */
export const simulator = (config: Config): Work => async ({ db, log, lead }) => {
  const port = simulatedPort(config);
  let wake: () => void = () => undefined;
  let isStopped = false;
  const rest = (): Promise<void> => new Promise((resolve) => {
    const timer = setTimeout(resolve, LOOK_MS);
    wake = () => (clearTimeout(timer), resolve());
  });
  const live = async (): Promise<void> => {
    if (port === null) return log.info({}, 'the simulator rests: no receiver that it could reach on this machine');
    while (!isStopped && !((await standing(db)) === 'loaded' && (await lead('simulator')))) await rest();
    if (!isStopped) await simulate({ db, log, port, config }, { rest, isStopped: () => isStopped });
  };
  const running = live();
  return {
    failed: running,
    stop: async () => {
      isStopped = true;
      wake();
      await running.catch(() => undefined);
    },
  };
};

async function simulate({ db, log, port, config }: { db: Database; log: Log; port: number; config: Config }, { rest, isStopped }: { rest: () => Promise<void>; isStopped: () => boolean }): Promise<void> {
  const shift = await openNightShift(db, { seed: SEED, since: (await demonstrationOf(await actAs(db, SERVICE.frontDoor)))?.foundedAt ?? '' });
  const stream = new LiveStream({ port, seed: SEED, skip: randomInt(MOST_SKIPPED) });
  const side = new SideStream({ ways: waysOf(config), dataDir: config.dataDir, seed: SEED, headEndId: [...shift.sources].find(([, account]) => account === WIRES.headEnd)?.[0] });
  log.info({ port }, 'the simulator sends');
  try {
    while (!isStopped() && (await look(db, shift, log))) await rest();
  } finally {
    stream.stop();
    side.stop();
    log.info({}, 'the simulator stopped');
  }
}

/** One round of the night shift; false once the demonstration has ended. A database that is away for a moment is asked again. */
async function look(db: Database, shift: NightShift, log: Log): Promise<boolean> {
  try {
    if ((await standing(db)) !== 'loaded') return false;
    await walkRounds(shift);
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'unavailable') throw error;
    log.warn({ code: error.code }, 'the night shift rests until the database answers');
  }
  return true;
}

async function standing(db: Database): Promise<'loaded' | 'not loaded' | 'ended'> {
  const demonstration = await demonstrationOf(await actAs(db, SERVICE.frontDoor));
  if (demonstration?.endedAt) return 'ended';
  return demonstration?.isDemo && demonstration.loadedAt !== null ? 'loaded' : 'not loaded';
}
