import { availableParallelism } from 'node:os';
import type { LossModel } from '#engines/loss/model.ts';
import { planLoss, type LossPlan } from '#engines/loss/plan.ts';
import { reduceLoss, reduceTail, tailThreshold, vulnerabilityOf, wrongRun, type LossResult } from '#engines/loss/reduce.ts';
import { blocksOf } from '#engines/loss/rows.ts';
import type { LossPart } from '#engines/loss/simulate.ts';
import { refuse, type Refusal } from '#engines/refusal.ts';
import { openThread, type Thread } from './threads.ts';

/**
 * How to run: `tail` asks what each scenario brings to the rows from that share on, `threads` from 1 (as many as the machine runs at once by default; the
 * result is the same), `onProgress` hears what share of the work is done, and `signal` stops it.
 */
export type LossRunOptions = { seed: number; rows: number; tail?: number; threads?: number; onProgress?: (share: number) => void; signal?: AbortSignal };

const MOST_THREADS = 64;

/** Hands out pieces 0 to count − 1, each to the first thread that is free. */
async function handOut<Value>(threads: readonly Thread<'loss'>[], count: number, work: (thread: Thread<'loss'>, piece: number) => Promise<Value>, onDone: () => void): Promise<Value[]> {
  const values: Value[] = [];
  let next = 0;
  await Promise.all(threads.map(async (thread) => {
    while (next < count) {
      const piece = next++;
      values[piece] = await work(thread, piece);
      onDone();
    }
  }));
  return values;
}

async function runOn(threads: readonly Thread<'loss'>[], plan: LossPlan, { seed, rows, tail, onProgress }: LossRunOptions): Promise<LossResult | Refusal> {
  const blocks = blocksOf(rows);
  const hasContests = plan.scenarios.some(({ contest }) => contest !== null);
  const total = blocks * ((hasContests ? 2 : 1) + (tail === undefined ? 0 : 1));
  let done = 0;
  const onDone = (): void => onProgress?.(++done / total);
  const contests = hasContests ? await handOut(threads, blocks, (thread, block) => thread.methods.contests(block), onDone) : [];
  const vulnerability = vulnerabilityOf(plan, contests, rows);
  await handOut(threads, blocks, (thread, block) => thread.methods.losses(block, vulnerability), onDone);
  const parts: LossPart[] = await Promise.all(threads.map((thread) => thread.methods.part()));
  const result = reduceLoss(plan, seed, rows, vulnerability, parts);
  if (!result.ok || tail === undefined) return result;
  const from = tailThreshold(result, tail);
  if (!from.ok) return from;
  return { ...result, tail: reduceTail(tail, from.threshold, await handOut(threads, blocks, (thread, block) => thread.methods.tail(block, vulnerability, from.threshold), onDone)) };
}

/** Runs a loss model in worker threads. The same model, seed and rows give the same bytes whatever the number of threads. Stopped, it gives no figures. */
export async function simulateLossInThreads(model: LossModel, options: LossRunOptions): Promise<LossResult | Refusal> {
  const { seed, rows, threads = availableParallelism(), signal } = options;
  const wrong = wrongRun(seed, rows);
  if (wrong) return wrong;
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) return refuse('threads', `The number of threads is a whole one from 1 to ${MOST_THREADS}.`);
  const planned = planLoss(model);
  if (!planned.ok) return planned;
  if (signal?.aborted) return refuse('signal', 'The run was stopped before it began.');
  const running = Array.from({ length: Math.min(threads, blocksOf(rows)) }, () => openThread('loss', { model, seed, rows }));
  const stop = (): void => void Promise.all(running.map((thread) => thread.end()));
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await runOn(running, planned.plan, options);
  } catch (error) {
    if (signal?.aborted) return refuse('signal', 'The run was stopped; it has no figures.');
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await Promise.all(running.map((thread) => thread.end()));
  }
}
