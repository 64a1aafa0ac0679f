import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#platform/kernel/fault.ts';
import { serversIn, waitUntil } from './processes.ts';

/** What a cluster's postmaster.pid says: process, folder of the socket, and state (`ready`, `starting`, …). */
export const postmasterOf = (clusterDir: string): { pid: number; socketDir: string; status: string } | undefined => {
  try {
    const lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), socketDir: lines[4] ?? '', status: (lines[7] ?? '').trim() };
  } catch {
    return undefined;
  }
};

const signal = (pids: number[], name: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      continue;
    }
  }
};

/**
 * Ends what an earlier run left in the cluster: an orphan postmaster is asked to stop (SIGINT, 30 s), then told to
 * (SIGQUIT); backends that outlived a killed postmaster are waited for. Then a stale postmaster.pid goes, be its number
 * a zombie's or by now somebody else's. Call it only while holding the folder's lock.
 */
export const clearLeftovers = async (clusterDir: string, log: (line: string) => void): Promise<void> => {
  const gone = (): boolean => serversIn(clusterDir).length === 0;
  const left = postmasterOf(clusterDir);
  const alive = serversIn(clusterDir);
  if (left && alive.includes(left.pid)) {
    log(`A database server of an earlier run (process ${left.pid}) still runs here; it is stopped first.`);
    signal([left.pid], 'SIGINT');
    if (!(await waitUntil(gone, 30_000))) signal([left.pid], 'SIGQUIT');
  }
  if (!(await waitUntil(gone, 10_000))) signal(serversIn(clusterDir), 'SIGKILL');
  if (!(await waitUntil(gone, 5_000))) {
    throw new Fault(`Processes ${serversIn(clusterDir).join(', ')} hold the database in ${clusterDir} and do not end. End them, then start again.`);
  }
  if (existsSync(join(clusterDir, 'postmaster.pid'))) rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
};
