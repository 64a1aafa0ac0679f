import { spawn, type ChildProcess } from 'node:child_process';
import { runAs } from '#platform/postgres/account.ts';
import type { Role } from './child.ts';

/** One of the processes under the supervisor, and its program. */
export type ProcessSpec = { name: Role; file: string };

/** What happens to a kept process: it serves, or it ended and is started again after `againInMs`. */
export type ProcessChange = { name: Role; kind: 'ready'; pid: number; address?: string } | { name: Role; kind: 'ended'; how: string; againInMs: number };

/** A process that is started again whenever it ends, until it is stopped. */
export type KeptProcess = { name: Role; stop(withinMs: number): Promise<void> };

/** Its environment, who is told of its changes and hears what else it says, and when it is useful to start it again: while the database is there. */
export type Keeping = { env: NodeJS.ProcessEnv; tell: (change: ProcessChange) => void; hear?: (message: unknown) => void; whenUseful: () => Promise<void> };

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const STEADY_AFTER_MS = 30_000;
const READY_WITHIN_MS = 60_000;

const isReady = (message: unknown): message is { ready: true; address?: string } => typeof message === 'object' && message !== null && 'ready' in message && message.ready === true;

/** Starts a program of ours in a group of its own that dies with us. */
export const spawnProcess = (file: string, env: NodeJS.ProcessEnv): ChildProcess => {
  const { command, args } = runAs({ name: 'you' }, process.execPath, [file], 'SIGKILL');
  return spawn(command, args, { env, detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
};

/**
 * Keeps a process: it must say `{ready: true}` over IPC within a minute, is started again when it ends (after 100 ms,
 * doubling to 5 s until one has been steady for half a minute, and not before it is useful), and dies with us. Its group is its own, so that Ctrl-C
 * reaches it only through us, in the right order.
 */
export const keepProcess = ({ name, file }: ProcessSpec, { env, tell, hear, whenUseful }: Keeping): KeptProcess => {
  let child: ChildProcess | undefined;
  let again: NodeJS.Timeout | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let stopped = false;
  let whenEnded: () => void = () => undefined;

  const ended = (since: number, how: string): void => {
    child = undefined;
    whenEnded();
    if (stopped) return;
    if (Date.now() - since > STEADY_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
    tell({ name, kind: 'ended', how, againInMs: pauseMs });
    if (stopped) return;
    again = setTimeout(() => void whenUseful().then(() => (stopped ? undefined : launch())), pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  };

  const launch = (): void => {
    const since = Date.now();
    const mine = spawnProcess(file, env);
    child = mine;
    const late = setTimeout(() => mine.kill('SIGKILL'), READY_WITHIN_MS);
    mine.on('message', (message) => {
      if (!isReady(message)) return hear?.(message);
      clearTimeout(late);
      tell({ name, kind: 'ready', pid: mine.pid ?? 0, ...(message.address === undefined ? {} : { address: message.address }) });
    });
    mine.once('error', (error) => (clearTimeout(late), mine.pid === undefined ? ended(since, error.message) : undefined));
    mine.once('exit', (code, signal) => (clearTimeout(late), ended(since, signal ?? `exit ${code}`)));
  };

  launch();
  return {
    name,
    stop: async (withinMs) => {
      stopped = true;
      clearTimeout(again);
      const mine = child;
      if (!mine) return;
      const gone = new Promise<void>((resolve) => (whenEnded = resolve));
      mine.kill('SIGTERM');
      const hard = setTimeout(() => mine.kill('SIGKILL'), withinMs);
      await gone;
      clearTimeout(hard);
    },
  };
};
