import { fork } from 'node:child_process';
import type { Answer, Job } from './job.ts';

/** The process that compiles. `kill` ends it at once, after which it is heard no more; `hold` says whether it keeps this process alive. */
export type CompilingProcess = { pid: number | undefined; send(job: Job): void; hold(isHeld: boolean): void; kill(): Promise<void> };

/** The process is given no secrets, and no way out: a proxy that isn't there. */
const ENVIRONMENT = { LANG: 'C.UTF-8', HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', ALL_PROXY: 'http://127.0.0.1:9' };

/**
 * Starts the compiling process over the templates of a folder.
 * @param hear what it answers, and its end where nobody asked for that, with its last words.
 */
export function startCompiling(root: string, hear: { answer(answer: Answer): void; end(cause: Error): void }): CompilingProcess {
  const child = fork(new URL('./compiler.ts', import.meta.url), [], { execArgv: [], env: ENVIRONMENT, serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let lastWords = '';
  let isEnded = false;
  const end = (cause: Error): void => {
    if (isEnded) return;
    isEnded = true;
    child.kill('SIGKILL');
    hear.end(cause);
  };
  child.stderr?.on('data', (chunk: Buffer) => void (lastWords = (lastWords + chunk.toString()).slice(-2000)));
  child.on('error', end);
  child.on('close', (code, signal) => end(new Error(`The compiling process ended (${signal ?? code}): ${lastWords}`)));
  child.on('message', (answer: Answer) => {
    if (!isEnded) hear.answer(answer);
  });
  child.send({ kind: 'open', root });
  return {
    pid: child.pid,
    send: (job) => void child.send(job),
    hold: (isHeld) => {
      for (const handle of [child, child.channel, child.stderr as { ref?(): void; unref?(): void } | null]) (isHeld ? handle?.ref : handle?.unref)?.call(handle);
    },
    kill: async () => {
      isEnded = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise<void>((done) => child.once('exit', () => done()));
      child.kill('SIGKILL');
      await gone;
    },
  };
}
