import { join } from 'node:path';
import type { Config } from '#platform/kernel/config.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { migrate } from '#platform/kernel/migrate.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { attachCluster, CLUSTER_OWNER, DATABASE, startCluster, type Cluster } from '#platform/postgres/cluster.ts';
import { refuseHalfRestored } from '#platform/snapshot/marker.ts';
import type { RoleUrls } from './child.ts';
import { requireServer } from './server.ts';

/** The plain login of the three processes in an embedded cluster. */
export const LOGIN = 'parapet_app';

/** A database ready to be used: as its owner, and as the login by each process's rights. */
export type OpenDatabase = { ownerUrl: string; urls: RoleUrls; login: string; cluster?: Cluster; close(): Promise<void> };

/** The same login with only one role's rights from the first statement on. */
const asRole = (url: string, role: string): string => {
  const [before = url, query = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('options', `${parameters.get('options') ?? ''} -c role=${role}`.trim());
  return `${before}?${parameters.toString().replaceAll('+', '%20')}`;
};

const urlsOf = (url: string): RoleUrls => ({ web: url, intake: asRole(url, 'parapet_intake'), worker: asRole(url, 'parapet_worker') });

/** The folder of the embedded cluster of an organisation's data folder. */
export const clusterDirOf = (config: Config): string => join(config.dataDir, 'postgres');

const openOutside = async (config: Config, url: string): Promise<OpenDatabase> => {
  const { login, database } = await requireServer(url, 'DATABASE_URL');
  const ownerUrl = config.migrateUrl ?? url;
  if (config.migrateUrl !== undefined) {
    const owner = await requireServer(config.migrateUrl, 'PARAPET_MIGRATE_URL');
    if (owner.database !== database) throw new Fault(`DATABASE_URL names the database "${database}" and PARAPET_MIGRATE_URL "${owner.database}". They must be the same.`);
  }
  return { ownerUrl, urls: urlsOf(url), login, close: async () => undefined };
};

const openEmbedded = async (cluster: Pick<Cluster, 'url' | 'ensureLogin'>): Promise<Omit<OpenDatabase, 'close'>> => {
  await cluster.ensureLogin(LOGIN);
  return { ownerUrl: cluster.url(DATABASE, CLUSTER_OWNER), urls: urlsOf(cluster.url(DATABASE, LOGIN)), login: LOGIN };
};

/** For `serve`: starts the embedded cluster and keeps it, or checks the server of DATABASE_URL. Nothing is migrated. */
export const startDatabase = async (config: Config, log: (line: string) => void): Promise<OpenDatabase> => {
  refuseHalfRestored(config.dataDir);
  return startAnyDatabase(config, log);
};

/** The same for who restores: also where a restore was cut short. */
export const startAnyDatabase = async (config: Config, log: (line: string) => void): Promise<OpenDatabase> => {
  if (config.databaseUrl !== undefined) return openOutside(config, config.databaseUrl);
  const cluster = await startCluster({ dir: clusterDirOf(config), log });
  return { ...(await openEmbedded(cluster)), cluster, close: () => cluster.stop() };
};

/** For the verbs: the database of a running `serve` where there is one, else started for as long as the verb takes. */
export const openDatabase = async (config: Config): Promise<OpenDatabase> => {
  const running = config.databaseUrl === undefined ? attachCluster(clusterDirOf(config)) : undefined;
  if (!running) return startDatabase(config, (line) => console.error(line));
  return { ownerUrl: running.url(DATABASE, CLUSTER_OWNER), urls: urlsOf(running.url(DATABASE, LOGIN)), login: LOGIN, close: async () => undefined };
};

const wordOf = (error: unknown, login: string): string => {
  const { code, message } = error as { code?: string; message: string };
  const denied = code === '42501' || (error as { cause?: { code?: string } }).cause?.code === '42501';
  return denied ? `The owner's login may not prepare the database (${message}). "parapet doctor" prints what to grant to it and to "${login}".` : message;
};

/** Brings the schema up to date and the shipped defaults in, as the owner; answers the migrations applied now. */
export const migrateDatabase = async ({ ownerUrl, login }: Pick<OpenDatabase, 'ownerUrl' | 'login'>, isRestore = false): Promise<string[]> => {
  try {
    const applied = await migrate({ ownerUrl, login, isRestore });
    for (const module of await discoverModules()) await module.seed?.(ownerUrl);
    return applied;
  } catch (error) {
    throw new Fault(wordOf(error, login), error);
  }
};
