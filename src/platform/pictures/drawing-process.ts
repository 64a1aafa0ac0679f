import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { Drawn, DrawJob } from './drawing.ts';

const MOST_BYTES = 512 * 2 ** 20;
const WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 25;

/** Bytes of memory by the names of /proc: `VmRSS`, `VmData`. 0 where the system has no such list. */
function memoryOf({ pid }: ChildProcess, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** From here on the system refuses it more memory. Address space that its engine only reserved is not counted. */
function limitMemory(child: ChildProcess): void {
  const reserved = memoryOf(child, 'VmData') - memoryOf(child, 'VmRSS');
  if (reserved >= 0) spawnSync('prlimit', ['--pid', String(child.pid), `--data=${reserved + MOST_BYTES}`, '--core=0'], { stdio: 'ignore' });
}

/**
 * Draws an image anew, small, in a process of its own that lives for this image only: without secrets in its
 * environment, with at most 512 MiB and 10 s, behind everything else that the machine does. Never throws: whatever the
 * image does to its process is a refusal.
 */
export function drawImage(job: DrawJob, withinMs = WITHIN_MS): Promise<Drawn> {
  return new Promise((resolve) => {
    const child = fork(new URL('./drawing.ts', import.meta.url), [], {
      execArgv: ['--max-old-space-size=96', '--v8-pool-size=1'], env: { LANG: 'C.UTF-8', UV_THREADPOOL_SIZE: '2', VIPS_CONCURRENCY: '1' }, serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    const settle = (drawn: Drawn): void => {
      clearTimeout(timer);
      clearInterval(watch);
      child.kill('SIGKILL');
      resolve(drawn);
    };
    const timer = setTimeout(() => settle({ refusal: 'it takes too long to draw' }), withinMs);
    const watch = setInterval(() => {
      if (memoryOf(child, 'VmRSS') > MOST_BYTES) settle({ refusal: 'it takes too much memory to draw' });
    }, LOOK_EVERY_MS);
    child.on('message', (word: 'ready' | Drawn) => {
      if (word !== 'ready') return settle(word);
      limitMemory(child);
      child.send(job);
    });
    child.once('error', ({ message }) => settle({ refusal: message }));
    child.once('exit', (code, signal) => settle({ refusal: `drawing it ended the process (${signal ?? code})` }));
  });
}
