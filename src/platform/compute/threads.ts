import { Worker } from 'node:worker_threads';
import type { JobName, Jobs, Methods } from './jobs.ts';

export type Question = { id: number; method: string; args: unknown[] };
export type Answer = { id: number; value: unknown } | { id: number; fault: string } | { told: unknown };

type Asynchronous<T> = { [Name in keyof T]: T[Name] extends (...args: infer Args) => infer Value ? (...args: Args) => Promise<Awaited<Value>> : never };

/** A job in a thread of its own. `methods` are the job's, each call answered in turn; `end` stops it at once, after which open calls are rejected. */
export type Thread<Name extends JobName> = { methods: Asynchronous<Methods<Name>>; end(): Promise<void> };

type Waiting = { resolve(value: unknown): void; reject(error: Error): void };

/** Starts a thread with one job; `onTold` hears what it tells while it works. The thread has no environment and no arguments of this process. */
export function openThread<Name extends JobName>(job: Name, input: Jobs[Name]['input'], onTold?: (told: Jobs[Name]['told']) => void): Thread<Name> {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: { job, input }, resourceLimits: { maxYoungGenerationSizeMb: 4 }, env: {}, execArgv: [], argv: [] });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let ended: Error | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => end(new Error('The thread ended.')));
  worker.on('message', (answer: Answer) => {
    if ('told' in answer) {
      onTold?.(answer.told as Jobs[Name]['told']);
      return;
    }
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('fault' in answer) one?.reject(new Error(answer.fault));
    else one?.resolve(answer.value);
  });
  const call = (method: string, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended) {
        reject(ended);
        return;
      }
      waiting.set(++last, { resolve, reject });
      worker.postMessage({ id: last, method, args } satisfies Question);
    });
  const methods = new Proxy({}, { get: (_, method) => (typeof method === 'string' ? (...args: unknown[]) => call(method, args) : undefined) }) as Asynchronous<Methods<Name>>;
  return { methods, end: async () => void (await worker.terminate()) };
}
