import { wrongPortfolio } from '#engines/portfolio/check.ts';
import type { Choice } from '#engines/portfolio/choose.ts';
import type { FrontierPoint } from '#engines/portfolio/frontier.ts';
import type { Portfolio } from '#engines/portfolio/problem.ts';
import { refuse, type Refusal } from '#engines/refusal.ts';
import type { ChoiceProgress } from './jobs.ts';
import { openThread, type Thread } from './threads.ts';

/** How long to look (seconds of the solver, a step), and what stops it. */
export type SolveOptions = { seconds?: number; signal?: AbortSignal };

const MOST_SECONDS = 3600;
const STOPPED = refuse('signal', 'The search was stopped; it has no choice.');

/** Works in a thread that ends with the work, or at once when it is stopped. */
async function inThread<Opened extends Pick<Thread<'choice' | 'frontier'>, 'end'>, Value>(problem: Portfolio, { seconds = 30, signal }: SolveOptions, open: (seconds: number) => Opened, work: (thread: Opened) => Promise<Value>): Promise<Value | Refusal> {
  const wrong = wrongPortfolio(problem) ?? (seconds > 0 && seconds <= MOST_SECONDS ? null : refuse('seconds', `A search takes more than 0 and at most ${MOST_SECONDS} seconds.`));
  if (wrong) return wrong;
  if (signal?.aborted) return STOPPED;
  const thread = open(seconds);
  const stop = (): void => void thread.end();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await work(thread);
  } catch (error) {
    if (signal?.aborted) return STOPPED;
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await thread.end();
  }
}

/** `choosePortfolio` in a thread of its own; `onProgress` hears the best savings so far and their bound. */
export const choosePortfolioInThread = (problem: Portfolio, { onProgress, ...options }: SolveOptions & { onProgress?: (progress: ChoiceProgress) => void } = {}): Promise<Choice | Refusal> =>
  inThread(problem, options, (seconds) => openThread('choice', { problem, seconds }, onProgress), (thread) => thread.methods.choose());

/** `frontier` in a thread of its own; `onStep` hears each point as it is solved. */
export const frontierInThread = (problem: Portfolio, steps: readonly (readonly number[])[], { onStep, ...options }: SolveOptions & { onStep?: (point: FrontierPoint) => void } = {}): Promise<{ ok: true; points: FrontierPoint[] } | Refusal> =>
  inThread(problem, options, (seconds) => openThread('frontier', { problem, steps, seconds }, onStep), (thread) => thread.methods.trace());
