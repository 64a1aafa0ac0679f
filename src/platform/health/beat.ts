import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { followDatabaseClock } from '#platform/kernel/clock.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';
import type { ProcessRole } from './rules.ts';

const EVERY_MS = 5000;
/** Wall clock and steady clock may part by so much between two beats before it counts as a jump. */
const JUMP_MS = 1000;
const BEAT = 'select health.beat($1::text, $2::text, $3::int, $4::text, $5::timestamptz, $6::timestamptz, $7::bigint, $8::real, $9::real, $10::text, $11::bigint, $12::bigint)';

const version = (): string => (JSON.parse(readFileSync(join(SOURCE_ROOT, '..', 'package.json'), 'utf8')) as { version: string }).version;

/** The nearest folder above that is there, since the data folder may lie on a disk that is gone. */
const standing = (folder: string): string => (existsSync(folder) || folder === dirname(folder) ? folder : standing(dirname(folder)));

/** What a beat is made with; a test brings its own clocks. */
export type BeatOptions = { db: Database; role: ProcessRole; folder: string; everyMs?: number; wall?: () => number; steady?: () => number };

/** Says every five seconds that this process lives and how it is, and follows the database's clock. A beat that cannot be written is left out. */
export function startBeating({ db, role, folder, everyMs = EVERY_MS, wall = Date.now, steady = () => performance.now() }: BeatOptions): { now(): Promise<void>; stop(): void } {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const own = { node: hostname(), version: version(), startedAt: new Date(wall() - process.uptime() * 1000) };
  let last = { wall: wall(), steady: steady() };
  let untold = 0;
  const beat = async (): Promise<void> => {
    const at = { wall: wall(), steady: steady() };
    const jumpMs = at.wall - last.wall - (at.steady - last.steady);
    last = at;
    if (Math.abs(jumpMs) > JUMP_MS) untold += jumpMs;
    const loopMs = Number.isNaN(delay.mean) ? 0 : Math.max(0, delay.percentile(99) / 1e6 - 20);
    delay.reset();
    const disk = await statfs(standing(folder));
    const values = [own.node, role, process.pid, own.version, own.startedAt, new Date(at.wall), process.memoryUsage().rss, loopMs, untold === 0 ? null : untold, folder, disk.blocks * disk.bsize, disk.bavail * disk.bsize];
    await db.send([{ text: BEAT, values }]);
    untold = 0;
    await followDatabaseClock(db);
  };
  const timer = setInterval(() => void beat().catch(() => undefined), everyMs).unref();
  void beat().catch(() => undefined);
  return { now: beat, stop: () => (clearInterval(timer), delay.disable()) };
}
