import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isKeeperCall } from '#platform/backup/work.ts';
import { isLoopback, type Config } from '#platform/kernel/config.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { createLog, type Log } from '#platform/kernel/log.ts';
import { takeLock, type Lock } from '#platform/postgres/lock.ts';
import { makeFolder } from '#platform/postgres/place.ts';
import type { BackupOrder } from './backup-process.ts';
import { migrateDatabase, startDatabase, type OpenDatabase } from './database.ts';
import { keepProcess, spawnProcess, type KeptProcess, type ProcessChange, type ProcessSpec } from './keep-process.ts';
import { takenPorts, type PortUse } from './ports.ts';
import { welcome } from './welcome.ts';

/** What `serve` is given; a test brings its own processes and schema. */
export type SuperviseOptions = {
  config: Config;
  processes: ProcessSpec[];
  /** What the processes are going to listen on, checked before anything starts. */
  ports: PortUse[];
  /** Runs once the schema is up to date and before the processes start; `stopped` tells that nobody waits for it any more. */
  prepare?: (database: OpenDatabase, log: Log, stopped: AbortSignal) => Promise<void>;
  /** Brings the schema up to date; the product's migrations unless said. */
  migrateWith?: (database: OpenDatabase) => Promise<string[]>;
  /** Words for the operator. */
  say: (line: string) => void;
  log?: Log;
};

/** A `serve` under way: `ready` fails with a Fault, and then nothing is left running. */
export type Supervisor = { ready: Promise<void>; stop(): Promise<void> };

type Run = SuperviseOptions & { log: Log; abort: AbortController; started: boolean; kept: KeptProcess[]; databaseIsThere: Promise<void>; lock?: Lock; database?: OpenDatabase; keeper?: ChildProcess; address?: string };

const KEEPER = join(import.meta.dirname, 'backup-process.ts');
const DRAIN_WITHIN_MS = 10_000;
const LONGEST_PAUSE_MS = 5_000;
const STARTING_WITHIN_MS = 90_000;

/** The demonstration's passwords are printed and known, so that it stays on this machine until it is ended. */
const refuseOpenDemonstration = ({ mode, host, dataDir }: Config): void => {
  if (mode !== 'demonstration' || isLoopback(host) || existsSync(join(dataDir, 'demo-ended'))) return;
  throw new Fault(`HOST is ${host}, but the demonstration's passwords live: keep it on 127.0.0.1, end them with "npx parapet demo end", or start the real organisation with "npm start -- --empty".`);
};

const childEnvironment = (config: Config, database: OpenDatabase): NodeJS.ProcessEnv => {
  const { DATABASE_URL: _plain, PARAPET_MIGRATE_URL: _owner, PARAPET_ADMIN_EMAIL: _email, PARAPET_ADMIN_PASSWORD: _password, ...env } = process.env;
  return { ...env, PARAPET_ROLE_URLS: JSON.stringify(database.urls), PARAPET_MODE: config.mode, PARAPET_DATA: config.dataRoot };
};

const watchCluster = (run: Run): void =>
  run.database?.cluster?.onExit((exit) => {
    if (exit.expected || run.abort.signal.aborted) return;
    run.log.error({ exit: exit.signal ?? exit.code }, 'the database ended; it is started again');
    run.databaseIsThere = restartCluster(run);
  });

const restartCluster = async (run: Run): Promise<void> => {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (run.abort.signal.aborted) return;
    try {
      const database = await startDatabase(run.config, (line) => run.log.warn(line));
      if (run.abort.signal.aborted) return await database.close();
      run.database = database;
      watchCluster(run);
      return run.log.info('the database is back');
    } catch (error) {
      run.log.error({ err: error }, 'the database could not be started again');
    }
  }
};

const tellChange = ({ log, abort }: Run, change: ProcessChange): void => {
  if (abort.signal.aborted) return;
  if (change.kind === 'ready') log.info({ child: change.name, childPid: change.pid }, `${change.name} is ready again`);
  else log.error({ child: change.name, how: change.how, againInMs: change.againInMs }, `${change.name} ended; it is started again`);
};

/** The worker says what is due; only we hold the owner's login, so a process of its own carries it out, one at a time. */
const hearCall = (run: Run, env: NodeJS.ProcessEnv, message: unknown): void => {
  if (!isKeeperCall(message) || run.keeper || !run.database || run.abort.signal.aborted) return;
  const { ownerUrl, urls } = run.database;
  const keeper = spawnProcess(KEEPER, env);
  run.keeper = keeper;
  keeper.once('message', () => keeper.send({ carryOut: message.carryOut, ownerUrl, url: urls.web } satisfies BackupOrder));
  keeper.once('error', (error) => run.log.error({ err: error }, 'backups cannot be made'));
  keeper.once('close', () => delete run.keeper);
};

const stopKeeper = async ({ keeper }: Run): Promise<void> => {
  if (!keeper) return;
  const ended = new Promise((resolve) => keeper.once('close', resolve));
  keeper.kill('SIGTERM');
  const hard = setTimeout(() => keeper.kill('SIGKILL'), DRAIN_WITHIN_MS);
  await ended.finally(() => clearTimeout(hard));
};

const startProcesses = (run: Run, env: NodeJS.ProcessEnv): Promise<void> =>
  new Promise((resolve, reject) => {
    const waiting = new Set(run.processes.map(({ name }) => name));
    const late = setTimeout(() => reject(new Fault(`Parapet did not start: after ${STARTING_WITHIN_MS / 1000} s these are not ready: ${[...waiting].join(', ')}.`)), STARTING_WITHIN_MS);
    run.abort.signal.addEventListener('abort', () => (clearTimeout(late), reject(run.abort.signal.reason as Error)));
    const tell = (change: ProcessChange): void => {
      if (run.started) return tellChange(run, change);
      if (change.kind === 'ready') {
        if (change.name === 'web' && change.address !== undefined) run.address = change.address;
        waiting.delete(change.name);
        if (waiting.size > 0) return;
        run.started = true;
        resolve();
      } else reject(new Fault(`Parapet did not start: the process "${change.name}" ended (${change.how}). Its own words stand above.`));
      clearTimeout(late);
    };
    run.kept = run.processes.map((spec) => keepProcess(spec, { env, tell, hear: (message) => hearCall(run, env, message), whenUseful: () => run.databaseIsThere }));
  });

const startAll = async (run: Run): Promise<void> => {
  const { config, log, abort } = run;
  refuseOpenDemonstration(config);
  makeFolder(config.dataDir);
  run.lock = takeLock(join(config.dataDir, 'serving'), `The data folder ${config.dataDir}`);
  const taken = await takenPorts(run.ports);
  if (taken.length > 0) throw new Fault(taken.join('\n'));
  run.database = await startDatabase(config, run.say);
  watchCluster(run);
  abort.signal.throwIfAborted();
  const applied = await (run.migrateWith ?? migrateDatabase)(run.database);
  log.debug({ applied }, 'the schema is up to date');
  await run.prepare?.(run.database, log, abort.signal);
  abort.signal.throwIfAborted();
  await startProcesses(run, childEnvironment(config, run.database));
  for (const line of welcome(config, run.address)) run.say(line);
};

/** Intake goes last: panels are acknowledged until nothing else is left to stop. */
const closeAll = async (run: Run): Promise<void> => {
  run.abort.abort(new Fault('stopped'));
  await stopKeeper(run);
  await Promise.all(run.kept.filter(({ name }) => name !== 'intake').map((each) => each.stop(DRAIN_WITHIN_MS)));
  await Promise.all(run.kept.filter(({ name }) => name === 'intake').map((each) => each.stop(DRAIN_WITHIN_MS)));
  await run.database?.close();
  run.lock?.release();
};

/**
 * The parent of the three processes: checks what can be checked before anything starts, starts the database, brings its
 * schema up to date, starts the processes and keeps them all running until `stop()`.
 */
export const supervise = (options: SuperviseOptions): Supervisor => {
  const run: Run = { ...options, log: options.log ?? createLog('serve', options.config.logLevel), abort: new AbortController(), started: false, kept: [], databaseIsThere: Promise.resolve() };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeAll(run));
  const ready = startAll(run).catch(async (error: unknown) => {
    const asked = run.abort.signal.aborted;
    await close();
    if (!asked) throw error;
  });
  return {
    ready,
    stop: async () => {
      run.abort.abort(new Fault('stopped'));
      await ready.catch(() => undefined);
      await close();
    },
  };
};
