import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { Fault } from '#platform/kernel/fault.ts';
import { commandOf, isRunning, processState } from './processes.ts';

/** Holds a folder for one process; `release` is idempotent. */
export type Lock = { release(): void };

type Holder = { pid: number; began: string; boot: string };

const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
};

const self = (): Holder => ({ pid: process.pid, began: processState(process.pid)?.began ?? '', boot: bootId() });

const holderOf = (file: string): Holder | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
};

const holds = (holder: Holder): boolean =>
  holder.boot === bootId() && isRunning(holder.pid) && (processState(holder.pid)?.began ?? '') === holder.began;

/**
 * Takes the lock file for this process, and a stale one over: it names process, its start and the boot, so that a
 * recycled process id or a restarted machine never counts as a holder.
 * @throws Fault naming the holder while it lives.
 */
export const takeLock = (file: string, what: string): Lock => {
  const mine = JSON.stringify(self());
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const draft = `${file}.${process.pid}.${randomUUID().slice(0, 8)}`;
    writeFileSync(draft, mine, { mode: 0o600 });
    try {
      linkSync(draft, file);
      return { release: () => release(file, mine) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    dropStale(file, what);
  }
  throw new Fault(`${what} could not be locked: ${file} is contended. Wait for the other start to end, then start again.`);
};

/** The process that holds the lock file now, or undefined. */
export const holderPid = (file: string): number | undefined => {
  const holder = holderOf(file);
  return holder && holds(holder) ? holder.pid : undefined;
};

const dropStale = (file: string, what: string): void => {
  const holder = holderOf(file);
  if (holder && holds(holder)) {
    const command = commandOf(holder.pid);
    throw new Fault(`${what} is in use by process ${holder.pid}${command ? ` (${command})` : ''}. Stop that one first, or use another folder (PARAPET_DATA).`);
  }
  const aside = `${file}.stale.${randomUUID().slice(0, 8)}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = holderOf(aside);
  if (moved && holds(moved)) linkSync(aside, file);
  rmSync(aside, { force: true });
};

const release = (file: string, mine: string): void => {
  const holder = holderOf(file);
  if (holder && JSON.stringify(holder) === mine) rmSync(file, { force: true });
};
