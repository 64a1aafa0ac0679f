import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { RED_AFTER_S } from '#platform/backup/contract.ts';
import type { Config } from '#platform/kernel/config.ts';
import { checkPlace } from '#platform/files/vault.ts';
import { isMigrated } from '#platform/kernel/migrate.ts';
import { attachCluster, CLUSTER_OWNER, DATABASE } from '#platform/postgres/cluster.ts';
import { holderPid } from '#platform/postgres/lock.ts';
import { nearestFolder } from '#platform/postgres/place.ts';
import { clusterDirOf } from './database.ts';
import { takenPorts, type PortUse } from './ports.ts';
import { askServer, grantsFor, objectionTo } from './server.ts';
import { inClear } from './tls.ts';

/** One line of the doctor: what was looked at, how it is, and for what is wrong the mend. */
export type Finding = { about: string; state: 'ok' | 'note' | 'wrong'; words: string };

const GB = 2 ** 30;
const LEAST_FREE_BYTES = GB;
const GOOD_FREE_BYTES = 5 * GB;
const MOST_DRIFT_MS = 2_000;
const ROLES = ['parapet_login', 'parapet_person', 'parapet_org', 'parapet_intake', 'parapet_worker'];

const finding = (about: string, state: Finding['state'], words: string): Finding => ({ about, state, words });
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const checkNode = (): Finding => {
  const major = Number(process.versions.node.split('.')[0]);
  return major >= 24 ? finding('Node', 'ok', process.versions.node) : finding('Node', 'wrong', `${process.versions.node} is too old: run "npm ci --ignore-scripts", which brings Node 24.`);
};

const checkFolder = (about: string, folder: string): Finding => {
  const there = nearestFolder(folder);
  try {
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return finding(about, 'wrong', `${there} may not be written by this user: give it to this user (it belongs to uid ${statSync(there).uid}), or set ${about === 'Files' ? 'PARAPET_FILES' : 'PARAPET_DATA'}.`);
  }
  return finding(about, 'ok', there === folder ? folder : `${folder} (made at the first start)`);
};

const checkFiles = async (config: Config): Promise<Finding> => {
  try {
    await checkPlace(config);
    return config.files.startsWith('s3://') ? finding('Files', 'ok', config.files) : checkFolder('Files', config.files);
  } catch (error) {
    return finding('Files', 'wrong', wordsOf(error));
  }
};

const checkDisk = (folder: string): Finding => {
  const { bavail, bsize } = statfsSync(nearestFolder(folder));
  const free = bavail * bsize;
  const words = `${(free / GB).toFixed(1)} GB free for ${folder}`;
  if (free < LEAST_FREE_BYTES) return finding('Disk', 'wrong', `${words}: free at least 1 GB, or set PARAPET_DATA to a larger disk; a full disk stops the receivers.`);
  return finding('Disk', free < GOOD_FREE_BYTES ? 'note' : 'ok', words);
};

const checkReadable = (about: string, file: string, variable: string): Finding => {
  try {
    readFileSync(file);
    return finding(about, 'ok', file);
  } catch (error) {
    return finding(about, 'wrong', `${variable} cannot be read (${(error as NodeJS.ErrnoException).code}): ${file}`);
  }
};

const checkPorts = async (config: Config, ports: PortUse[]): Promise<Finding[]> => {
  const serving = holderPid(join(config.dataDir, 'serving'));
  if (serving !== undefined) return [finding('Ports', 'ok', `Parapet is running (process ${serving})`)];
  const taken = await takenPorts(ports);
  if (taken.length > 0) return taken.map((words) => finding('Ports', 'wrong', words));
  return [finding('Ports', 'ok', ports.map(({ port, what }) => `${port} (${what})`).join(', ') + ' free')];
};

const checkSynchronised = (): Finding => {
  if (existsSync('/run/systemd/timesync/synchronized')) return finding('Clock', 'ok', 'kept by the network');
  const answer = spawnSync('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], { encoding: 'utf8' });
  if (answer.stdout?.trim() === 'yes') return finding('Clock', 'ok', 'kept by the network');
  return finding('Clock', 'note', `${new Date().toISOString()}; nothing says that the network keeps it: run an NTP service, since signals, evidence and reports carry this clock`);
};

type Asking = { url: string; variable: string; owner: boolean; plain: boolean };

const checkServer = async ({ url, variable, owner, plain }: Asking): Promise<Finding[]> => {
  try {
    const before = Date.now();
    const server = await askServer(url, variable);
    const objection = objectionTo(server, variable);
    if (objection) return [finding('Database', 'wrong', objection)];
    const findings = [finding('Database', 'ok', `PostgreSQL ${server.version}, database "${server.database}", login "${server.login}"`)];
    if (owner && !server.superuser && !server.ownsDatabase) findings.push(finding('Rights', 'wrong', `"${server.login}" does not own the database "${server.database}": alter database ${pg.escapeIdentifier(server.database)} owner to ${pg.escapeIdentifier(server.login)};`));
    if (owner && !server.superuser && !server.mayCreateRoles) findings.push(finding('Rights', 'wrong', `"${server.login}" may not make Parapet's roles: alter role ${pg.escapeIdentifier(server.login)} createrole;`));
    if (plain && server.superuser) findings.push(finding('Rights', 'note', `"${server.login}" is a superuser: give DATABASE_URL a plain login and PARAPET_MIGRATE_URL the owner.`));
    if (findings.some(({ state }) => state === 'wrong')) return findings;
    return [...findings, ...(await checkSchema(url, server.login, owner, before))];
  } catch (error) {
    return [finding('Database', 'wrong', wordsOf(error))];
  }
};

/** Stored files that were found damaged, for a login that may see them: the owner's. */
const checkDamage = async (client: pg.Client): Promise<Finding[]> => {
  const { rows: asked } = await client.query<{ may: boolean }>(`select coalesce(has_table_privilege(to_regclass('files.damage'), 'select'), false) as may`);
  if (!asked[0]?.may) return [];
  const { rows } = await client.query<{ id: string; record_id: string; blob: string; detail: string; found_at: Date }>(`select f.id, f.record_id, d.blob, d.detail, d.found_at from files.damage d join files.file f using (blob) order by d.found_at limit 20`);
  return rows.map(({ id, record_id: record, blob, detail, found_at: at }) =>
    finding('Files', 'wrong', `${blob.slice(-2)}/${blob} in the folder of files is damaged (file ${id} of record ${record}): ${detail}; found ${at.toISOString()}. Bring that folder back from the backup.`));
};

const checkSchema = async (url: string, login: string, owner: boolean, before: number): Promise<Finding[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: clocks } = await client.query<{ at: Date }>('select clock_timestamp() as at');
    const drift = Math.abs((clocks[0]?.at.getTime() ?? before) - Date.now());
    const clock = drift > MOST_DRIFT_MS ? [finding('Clock', 'wrong', `the database's clock is ${(drift / 1000).toFixed(1)} s from this machine's: run an NTP service on both`)] : [];
    const { rows } = await client.query<{ name: string; fits: boolean }>(`select rolname::text as name, pg_has_role(current_user, oid, case when rolname = 'parapet_login' then 'usage' else 'set' end) as fits from pg_roles where rolname = any($1)`, [ROLES]);
    if (rows.length < ROLES.length) return [...clock, finding('Schema', 'note', 'not there yet: the first start, or "npx parapet migrate", makes it')];
    const lacking = owner ? [] : rows.filter(({ fits }) => !fits).map(({ name }) => name);
    if (lacking.length > 0) return [...clock, finding('Rights', 'wrong', `"${login}" lacks ${lacking.join(', ')}: run "npx parapet migrate" as the owner, or: grant ${lacking.join(', ')} to ${pg.escapeIdentifier(login)};`)];
    const { rows: known } = await client.query<{ there: boolean }>(`select to_regclass('platform.migration') is not null as there`);
    if (!known[0]?.there) return [...clock, finding('Schema', 'note', 'not there yet: the first start, or "npx parapet migrate", makes it')];
    const current = await isMigrated(client);
    return [...clock, ...(await checkDamage(client)), current ? finding('Schema', 'ok', 'up to date') : finding('Schema', 'note', 'older than this release: the next start, or "npx parapet migrate", brings it up to date')];
  } finally {
    await client.end();
  }
};

const checkEmbedded = async (config: Config): Promise<Finding[]> => {
  const dir = clusterDirOf(config);
  try {
    const running = attachCluster(dir);
    if (running) return await checkServer({ url: running.url(DATABASE, CLUSTER_OWNER), variable: 'the embedded database', owner: true, plain: false });
  } catch (error) {
    return [finding('Database', 'wrong', wordsOf(error))];
  }
  const setpriv = spawnSync('setpriv', ['--version']).error === undefined;
  const leash = setpriv ? [] : [finding('Database', 'note', '"setpriv" (util-linux) is missing: if Parapet is killed, its database goes on until the next start')];
  return [finding('Database', 'ok', existsSync(dir) ? `embedded, in ${dir}, not running` : 'embedded, made at the first start'), ...leash];
};

const partsOf = (address: string | undefined): { login?: string; database?: string } => {
  if (address === undefined || !URL.canParse(address)) return {};
  const { username, pathname } = new URL(address);
  return { login: decodeURIComponent(username), database: decodeURIComponent(pathname.slice(1)) };
};

const checkOutside = async ({ databaseUrl = '', migrateUrl }: Config): Promise<Finding[]> => {
  const plain = await checkServer({ url: databaseUrl, variable: 'DATABASE_URL', owner: migrateUrl === undefined, plain: true });
  const owner = migrateUrl === undefined ? [] : await checkServer({ url: migrateUrl, variable: 'PARAPET_MIGRATE_URL', owner: true, plain: false });
  const { database, login } = partsOf(databaseUrl);
  const owning = partsOf(migrateUrl).login || 'parapet_owner';
  const grants = grantsFor({
    database: database && database !== 'postgres' ? database : 'parapet',
    login: migrateUrl === undefined || !login || login === owning ? 'parapet_app' : login,
    owner: owning,
  });
  const words = ['what the server needs once, run by its superuser; DATABASE_URL is then the plain login, PARAPET_MIGRATE_URL the owner:', ...grants.map((line) => `                 ${line}`)].join('\n');
  return [...plain, ...owner, finding('Grants', 'note', words)];
};

const DAY_S = 86_400;

/** A backup that was never restored is a hope: asked of a running database, of the real organisation only. */
const checkBackups = async ({ databaseUrl, migrateUrl, ...config }: Config): Promise<Finding[]> => {
  const url = migrateUrl ?? databaseUrl ?? attachCluster(clusterDirOf(config))?.url(DATABASE, CLUSTER_OWNER);
  if (config.mode !== 'main' || url === undefined) return [];
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query<{ s: number }>('select backup.unproven_s() as s');
    const seconds = rows[0]?.s ?? 0;
    const words = `the last moment up to which a restore was proven, or the beginning of this database, lies ${(seconds / DAY_S).toFixed(1)} days back`;
    return [seconds > RED_AFTER_S ? finding('Backups', 'wrong', `${words}: Administration, Backups says why; back up and prove there, now`) : finding('Backups', 'ok', words)];
  } catch {
    // The database and its schema have findings of their own.
    return [];
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Looks at everything that keeps Parapet from running well, and changes nothing. */
export const examine = async (config: Config, ports: PortUse[]): Promise<Finding[]> => [
  checkNode(),
  checkFolder('Data', config.dataDir),
  await checkFiles(config),
  checkDisk(config.dataDir),
  ...(config.tls ? [checkReadable('TLS', config.tls.cert, 'PARAPET_TLS_CERT'), checkReadable('TLS', config.tls.key, 'PARAPET_TLS_KEY')] : []),
  ...[inClear(config) ?? []].flat().map((words) => finding('TLS', 'note', words)),
  ...(await checkPorts(config, ports)),
  ...(config.databaseUrl === undefined ? await checkEmbedded(config) : await checkOutside(config)),
  ...(await checkBackups(config)),
  checkSynchronised(),
];

/** A finding as a line of the terminal. */
export const lineOf = ({ about, state, words }: Finding): string => `${state.padEnd(5)}  ${about.padEnd(8)}  ${words}`;
