import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#platform/kernel/fault.ts';
import { runAs, type Account } from './account.ts';
import { makePrivate } from './place.ts';

const MAJOR = '18';
const INITDB = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--encoding=UTF8', '--data-checksums', '--auth-local=scram-sha-256', '--auth-host=scram-sha-256'];

/** The environment of every PostgreSQL process: none of ours, which holds secrets. */
export const BARE_ENVIRONMENT: Record<string, string> = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };

type Run = { account: Account; program: string; args: string[]; input?: string };

const run = ({ account, program, args, input }: Run): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const { command, args: full, ...ids } = runAs(account, program, args);
    const child = spawn(command, full, { cwd: '/', env: BARE_ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'], ...ids });
    let output = '';
    child.stdout.on('data', (part: Buffer) => (output += part.toString()));
    child.stderr.on('data', (part: Buffer) => (output += part.toString()));
    child.stdin.on('error', () => undefined);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: output.trim() }));
    child.stdin.end(input ?? '');
  });

const lastLines = (output: string): string => output.split('\n').slice(-4).join(' · ');

/** Checks that an existing cluster is of this major version. */
export const checkVersion = (clusterDir: string): void => {
  const version = readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8').trim();
  if (version !== MAJOR) throw new Fault(`The database in ${clusterDir} is of PostgreSQL ${version}; this release brings ${MAJOR}. Restore a backup into an empty data folder.`);
};

/**
 * Makes the cluster in a folder beside its own and renames it whole, so that a start killed in between begins anew.
 * Byte order and C.UTF-8 are PostgreSQL's own, so that no update of the system's locales ever breaks an index.
 */
export const initialise = async (binaries: string, place: string, account: Account, owner: string, password: string): Promise<void> => {
  const draft = join(place, 'cluster.new');
  const secret = join(place, 'run-once', 'password');
  rmSync(draft, { recursive: true, force: true });
  rmSync(join(place, 'run-once'), { recursive: true, force: true });
  makePrivate(draft, account);
  mkdirSync(join(place, 'run-once'), { mode: 0o700 });
  if (account.uid !== undefined) chownSync(join(place, 'run-once'), account.uid, account.gid ?? account.uid);
  writeFileSync(secret, password, { mode: 0o600 });
  if (account.uid !== undefined) chownSync(secret, account.uid, account.gid ?? account.uid);
  try {
    const made = await run({ account, program: join(binaries, 'bin', 'initdb'), args: ['-D', draft, '-U', owner, `--pwfile=${secret}`, ...INITDB] });
    if (made.code !== 0) throw new Fault(`The database could not be created in ${place}: ${lastLines(made.output)}`);
  } finally {
    rmSync(join(place, 'run-once'), { recursive: true, force: true });
  }
  renameSync(draft, join(place, 'cluster'));
};

/** Gives the owner a new password without a server, for a folder whose password file was lost. */
export const resetOwner = async (binaries: string, clusterDir: string, account: Account, owner: string, password: string): Promise<void> => {
  const input = `alter role ${owner} password '${password}'\n`;
  const done = await run({ account, program: join(binaries, 'bin', 'postgres'), args: ['--single', '-D', clusterDir, '-c', 'password_encryption=scram-sha-256', 'postgres'], input });
  if (done.code !== 0 || /ERROR|FATAL/.test(done.output)) throw new Fault(`passwords.json is missing and the owner's password could not be set anew: ${lastLines(done.output)}`);
};

/** Whether a whole cluster is there. */
export const isInitialised = (clusterDir: string): boolean => existsSync(join(clusterDir, 'PG_VERSION'));
