import { spawn, type ChildProcess } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Fault } from '#platform/kernel/fault.ts';
import { chooseAccount, runAs, type Account } from './account.ts';
import { placeBinaries } from './binaries.ts';
import { BARE_ENVIRONMENT, checkVersion, initialise, isInitialised, resetOwner } from './initialise.ts';
import { clearLeftovers, postmasterOf } from './leftovers.ts';
import { takeLock } from './lock.ts';
import { bringAlong, choosePlace, dropSocketFolder, makeFolder, makePrivate, makeSocketFolder, placeOf } from './place.ts';
import { isRunning, waitUntil } from './processes.ts';
import { openSecrets, type Secrets } from './secrets.ts';
import { openServerLog, type ServerLog } from './server-log.ts';
import { clusterSettings } from './settings.ts';

/** The superuser of an embedded cluster, who owns everything in it and runs the migrations. */
export const CLUSTER_OWNER = 'parapet_owner';
/** The one database of a data folder. */
export const DATABASE = 'parapet';

const PORT = 5432;
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 60_000;

/** How a postmaster ended; `expected` when `stop()` asked for it. */
export type ClusterExit = { code: number | null; signal: NodeJS.Signals | null; expected: boolean };

/** A running embedded PostgreSQL, reached only through a socket that its own account and this one may open. */
export type Cluster = {
  socketDir: string;
  port: number;
  pid: number;
  /** A connection string for `pg`; the login's password is made when it is first asked for, not set in the server. */
  url(database: string, login: string): string;
  /** Creates the login if missing and sets its generated password; it owns nothing and is superuser of nothing. */
  ensureLogin(login: string): Promise<void>;
  /** Ends it with a clean shutdown; idempotent. */
  stop(): Promise<void>;
  onExit(listener: (exit: ClusterExit) => void): void;
};

/** Where the cluster is kept, what is told of unusual steps, and settings that differ from ours. */
export type ClusterOptions = { dir: string; log?: (line: string) => void; settings?: Record<string, string> };

const connectionString = (socketDir: string, database: string, login: string, password: string): string =>
  `postgresql://${encodeURIComponent(login)}:${encodeURIComponent(password)}@localhost:${PORT}/${encodeURIComponent(database)}?host=${encodeURIComponent(socketDir)}`;

const launch = (binaries: string, place: string, socketDir: string, account: Account, settings: Record<string, string>, serverLog: ServerLog): ChildProcess => {
  const all = { ...clusterSettings(), ...settings, unix_socket_directories: `"${socketDir}"`, port: String(PORT) };
  const args = ['-D', join(place, 'cluster'), ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const { command, args: full, ...ids } = runAs(account, join(binaries, 'bin', 'postgres'), args);
  return spawn(command, full, { cwd: '/', env: BARE_ENVIRONMENT, detached: true, stdio: ['ignore', serverLog.fd, serverLog.fd], ...ids });
};

const waitReady = async (child: ChildProcess, clusterDir: string, serverLog: ServerLog): Promise<void> => {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  const ended = (): boolean => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  const ready = (): boolean => {
    const postmaster = postmasterOf(clusterDir);
    return postmaster !== undefined && postmaster.pid === child.pid && postmaster.status === 'ready';
  };
  const inTime = await waitUntil(() => ended() || ready(), READY_WITHIN_MS, 10);
  if (inTime && !ended()) return;
  if (!ended()) child.kill('SIGQUIT');
  throw new Fault(`The database did not start: ${failure?.message ?? (serverLog.sinceStart() || `it ended with ${child.exitCode ?? child.signalCode}`)}`, failure);
};

const withOwner = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const ensureDatabase = (url: string): Promise<void> =>
  withOwner(url, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  });

const setLogin = (url: string, login: string, password: string): Promise<void> =>
  withOwner(url, async (client) => {
    const name = pg.escapeIdentifier(login);
    const found = await client.query('select 1 from pg_roles where rolname = $1', [login]);
    if (found.rowCount === 0) await client.query(`create role ${name} noinherit`);
    await client.query(`alter role ${name} login password ${pg.escapeLiteral(password)}`);
  });

type Parts = { child: ChildProcess; socketDir: string; place: string; serverLog: ServerLog; secrets: Secrets; release: () => void };

const clusterOf = ({ child, socketDir, place, serverLog, secrets, release }: Parts): Cluster => {
  const listeners: ((exit: ClusterExit) => void)[] = [];
  let expected = false;
  let exit: ClusterExit | undefined;
  const ended = new Promise<void>((resolve) =>
    child.once('exit', (code, signal) => {
      exit = { code, signal, expected };
      dropSocketFolder(socketDir, place);
      serverLog.close();
      release();
      for (const listener of listeners) listener(exit);
      resolve();
    }),
  );
  const url = (database: string, login: string): string => connectionString(socketDir, database, login, secrets.passwordOf(login));
  return {
    socketDir,
    port: PORT,
    pid: child.pid ?? 0,
    url,
    ensureLogin: (login) => setLogin(url('postgres', CLUSTER_OWNER), login, secrets.passwordOf(login)),
    onExit: (listener) => (exit ? listener(exit) : void listeners.push(listener)),
    stop: async () => {
      expected = true;
      if (exit) return;
      child.kill('SIGINT');
      const hard = setTimeout(() => child.kill('SIGQUIT'), STOP_WITHIN_MS);
      await ended.finally(() => clearTimeout(hard));
    },
  };
};

const prepare = async (dir: string, place: string, account: Account, secrets: Secrets, log: (line: string) => void): Promise<string> => {
  const clusterDir = join(place, 'cluster');
  await clearLeftovers(join(dir, 'cluster'), log);
  bringAlong(dir, place);
  await clearLeftovers(clusterDir, log);
  const binaries = await placeBinaries(place);
  const known = secrets.has(CLUSTER_OWNER);
  const password = secrets.passwordOf(CLUSTER_OWNER);
  if (!isInitialised(clusterDir)) await initialise(binaries, place, account, CLUSTER_OWNER, password);
  else {
    checkVersion(clusterDir);
    makePrivate(clusterDir, account);
    if (!known) await resetOwner(binaries, clusterDir, account, CLUSTER_OWNER, password);
  }
  return binaries;
};

/** Finds the running cluster of `dir`, for a command beside the server; undefined when none runs there. */
export const attachCluster = (dir: string): Pick<Cluster, 'url' | 'pid'> | undefined => {
  const clusterDir = join(placeOf(dir), 'cluster');
  const postmaster = postmasterOf(clusterDir);
  if (postmaster?.status !== 'ready' || !isRunning(postmaster.pid)) return undefined;
  const secrets = openSecrets(dir);
  return { pid: postmaster.pid, url: (database, login) => connectionString(postmaster.socketDir, database, login, secrets.passwordOf(login)) };
};

/**
 * Starts the embedded PostgreSQL of the folder `dir`, creating it the first time, with the database `parapet` in it.
 * As root it runs as the system user `parapet`. It ends when this process dies, however it dies; what an earlier run
 * left behind is cleared first.
 * @throws Fault in one line when another process uses the folder or the server cannot start.
 */
export const startCluster = async ({ dir, log = () => undefined, settings = {} }: ClusterOptions): Promise<Cluster> => {
  makeFolder(dir);
  const account = chooseAccount(join(placeOf(dir), 'cluster'));
  const place = choosePlace(dir, account, log);
  const lock = takeLock(join(place, 'in-use'), `The database in ${dir}`);
  try {
    const secrets = openSecrets(dir);
    const binaries = await prepare(realpathSync(dir), place, account, secrets, log);
    const socketDir = makeSocketFolder(place, account);
    const serverLog = openServerLog(join(place, 'postgres.log'));
    const child = launch(binaries, place, socketDir, account, settings, serverLog);
    await waitReady(child, join(place, 'cluster'), serverLog).catch((error: unknown) => {
      serverLog.close();
      throw error;
    });
    const cluster = clusterOf({ child, socketDir, place, serverLog, secrets, release: lock.release });
    await ensureDatabase(cluster.url('postgres', CLUSTER_OWNER)).catch((error: unknown) => cluster.stop().then(() => Promise.reject(error)));
    return cluster;
  } catch (error) {
    lock.release();
    throw error;
  }
};
