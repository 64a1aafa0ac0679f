import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process as Linux shows it: its state letter (`Z` is a zombie), its parent, and when it began, in ticks since boot. */
export type ProcessState = { pid: number; state: string; parent: number; began: string };

/** Reads /proc/PID/stat; undefined when there is no such process, or no /proc. */
export const processState = (pid: number): ProcessState | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, state: fields[0] ?? '?', parent: Number(fields[1]), began: fields[19] ?? '' };
  } catch {
    return undefined;
  }
};

/** Whether the process runs: there, and not a zombie that only waits for its parent to look. */
export const isRunning = (pid: number): boolean => {
  const found = processState(pid);
  if (found) return found.state !== 'Z' && found.state !== 'X';
  try {
    process.kill(pid, 0);
    return processState(process.pid) === undefined;
  } catch {
    return false;
  }
};

/** The command line of a process in one line of at most 120 characters, or undefined where it may not be read. */
export const commandOf = (pid: number): string | undefined => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
    const text = words === '' ? readFileSync(`/proc/${pid}/comm`, 'utf8').trim() : words;
    return text.length > 120 ? `${text.slice(0, 50)}…${text.slice(-69)}` : text;
  } catch {
    return undefined;
  }
};

/** The PostgreSQL processes whose working directory is this cluster's folder: its postmaster and all its backends. */
export const serversIn = (folder: string): number[] => {
  const found: number[] = [];
  for (const name of listProc()) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const cwd = readlinkSync(`/proc/${pid}/cwd`);
      if (cwd === folder && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres' && isRunning(pid)) found.push(pid);
    } catch {
      continue;
    }
  }
  return found;
};

const listProc = (): string[] => {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
};

/** Waits until the condition holds, looking every `everyMs`; false when `withinMs` passed first. */
export const waitUntil = async (condition: () => boolean, withinMs: number, everyMs = 20): Promise<boolean> => {
  const deadline = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return true;
};
