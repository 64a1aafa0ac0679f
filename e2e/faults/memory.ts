import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const V1 = '/sys/fs/cgroup/memory';
const V2 = '/sys/fs/cgroup';
const isV2 = existsSync(join(V2, 'cgroup.controllers'));
const [LIMIT, USED] = isV2 ? ['memory.max', 'memory.current'] : ['memory.limit_in_bytes', 'memory.usage_in_bytes'];
const FIRST_BYTES = 8 * 2 ** 20;
const LEAST_BYTES = 2 ** 20;

let made = 0;

function aGroup(): string {
  const folder = join(isV2 ? V2 : V1, `parapet-test-${process.pid}-${++made}`);
  mkdirSync(folder);
  return folder;
}

/** Limits of memory need root and a kernel that lets it make a control group. */
export const canLimitMemory = ((): boolean => {
  try {
    const folder = aGroup();
    const isThere = existsSync(join(folder, LIMIT));
    rmdirSync(folder);
    return isThere;
  } catch {
    return false;
  }
})();

/** Lets a running process have hardly more memory than it holds; settles with how often the kernel killed for it, once it has. What it held before is not counted to it. */
export async function takeMemoryFrom(pid: number, withinMs = 60_000): Promise<number> {
  const folder = aGroup();
  const numberIn = (file: string): number => Number(/\d+/.exec(readFileSync(join(folder, file), 'utf8'))?.[0]);
  const limit = (bytes: number): void => {
    try {
      writeFileSync(join(folder, LIMIT), String(bytes));
    } catch {
      // More than that is in use already; the next look tries a little less.
    }
  };
  try {
    writeFileSync(join(folder, 'cgroup.procs'), String(pid));
    limit(FIRST_BYTES);
    for (const until = Date.now() + withinMs; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 100))) {
      const killed = Number(/oom_kill (\d+)/.exec(readFileSync(join(folder, isV2 ? 'memory.events' : 'memory.oom_control'), 'utf8'))?.[1] ?? 0);
      if (killed > 0 && readFileSync(join(folder, 'cgroup.procs'), 'utf8').trim() === '') return killed;
      limit(Math.max(LEAST_BYTES, numberIn(USED)));
    }
    writeFileSync(join(folder, '..', 'cgroup.procs'), String(pid));
    throw new Error(`Process ${pid} went on with the memory that it had for ${withinMs / 1000} s.`);
  } finally {
    rmdirSync(folder);
  }
}
