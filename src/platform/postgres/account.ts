import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Fault } from '#platform/kernel/fault.ts';

/** Who runs the database: a system user when we are root, else ourselves (`uid` undefined). */
export type Account = { uid?: number; gid?: number; name: string };

const NAME = 'parapet';
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const numberFrom = (flag: '-u' | '-g'): number | undefined => {
  const answer = spawnSync('id', [flag, NAME], { encoding: 'utf8', env: { PATH: SYSTEM_PATH } });
  return answer.status === 0 ? Number(answer.stdout.trim()) : undefined;
};

const createUser = (): void => {
  const home = ['--system', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
  const options = { encoding: 'utf8', env: { PATH: SYSTEM_PATH } } as const;
  spawnSync('groupadd', ['--system', NAME], options);
  const made = spawnSync('useradd', [...home, '--gid', NAME, NAME], options);
  if (numberFrom('-u') !== undefined) return;
  const why = made.error?.message ?? made.stderr.trim();
  throw new Fault(`The database may not run as root, and the system user "${NAME}" could not be created (${why}). Create it, start as an ordinary user, or set DATABASE_URL.`);
};

/**
 * The account for a cluster in `clusterDir`. As root it is the owner of an existing cluster when that is not root, so
 * that a folder begun by an ordinary user goes on, else the system user `parapet`, created when missing.
 */
export const chooseAccount = (clusterDir: string): Account => {
  if (process.getuid?.() !== 0) return { name: 'you' };
  if (existsSync(clusterDir)) {
    const { uid, gid } = statSync(clusterDir);
    if (uid !== 0) return { uid, gid, name: `uid ${uid}` };
  }
  if (numberFrom('-u') === undefined) createUser();
  const uid = numberFrom('-u');
  const gid = numberFrom('-g');
  if (uid === undefined || gid === undefined) throw new Fault(`The system user "${NAME}" has no id. Create it, or set DATABASE_URL.`);
  return { uid, gid, name: NAME };
};

const setpriv = (): string | undefined =>
  [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_PATH.split(':')].map((folder) => join(folder, 'setpriv')).find((file) => existsSync(file));

/**
 * How to run a program as that account so that it is sent a signal (SIGINT) when this process dies: by `setpriv` where
 * it is there, else by the ids alone (an orphan is then ended at the next start).
 */
export const runAs = (account: Account, program: string, args: string[], atOurDeath: 'SIGINT' | 'SIGKILL' = 'SIGINT'): { command: string; args: string[]; uid?: number; gid?: number } => {
  const tool = setpriv();
  const ids = account.uid === undefined ? {} : { uid: account.uid, gid: account.gid ?? account.uid };
  if (!tool) return { command: program, args, ...ids };
  const identity = account.uid === undefined ? [] : ['--reuid', String(ids.uid), '--regid', String(ids.gid), '--clear-groups'];
  return { command: tool, args: [...identity, '--pdeathsig', atOurDeath, '--', program, ...args] };
};

/** Whether the account may enter the folder, asked of the system itself so that every kind of rule counts. */
export const mayEnter = (account: Account, folder: string): boolean => {
  const { command, args, ...ids } = runAs(account, '/bin/sh', ['-c', 'cd "$1"', 'sh', folder]);
  return spawnSync(command, args, { cwd: '/', stdio: 'ignore', env: { PATH: SYSTEM_PATH }, ...ids }).status === 0;
};
