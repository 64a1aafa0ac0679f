import { parentPort, workerData } from 'node:worker_threads';
import { OPENERS, type JobName } from './jobs.ts';
import type { Answer, Question } from './threads.ts';

// Runs in a thread of its own: one job is opened, and its methods are called one after the other.

const { job, input } = workerData as { job: JobName; input: never };
const tell = (told: unknown): void => parentPort?.postMessage({ told } satisfies Answer);
const opened = OPENERS[job](input, tell) as Promise<Record<string, (...args: unknown[]) => unknown>>;

async function answer({ id, method, args }: Question): Promise<Answer> {
  try {
    return { id, value: await (await opened)[method]?.(...args) };
  } catch (error) {
    return { id, fault: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (question: Question) => void answer(question).then((said) => parentPort?.postMessage(said)));
