import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { CLUSTER_OWNER, DATABASE, attachCluster, startCluster, type Cluster, type ClusterExit } from './cluster.ts';
import { isRunning, serversIn, waitUntil } from './processes.ts';

const HOLD = join(import.meta.dirname, 'testing', 'hold-cluster.ts');
const SMALL = { shared_buffers: '32MB' };
const asRoot = process.getuid?.() === 0;
const base = mkdtempSync(join(tmpdir(), 'parapet cluster '));
chmodSync(base, 0o755);
const holders: ChildProcess[] = [];
const clusters: Cluster[] = [];
const litter: string[] = [base];
let folders = 0;

const newDir = (): string => join(base, `d${(folders += 1)}`);

const start = async (dir: string, log?: (line: string) => void): Promise<Cluster> => {
  const cluster = await startCluster({ dir, settings: SMALL, ...(log ? { log } : {}) });
  clusters.push(cluster);
  return cluster;
};

const ask = async <T extends pg.QueryResultRow>(url: string, text: string): Promise<T[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
};

const owner = (cluster: Cluster): string => cluster.url(DATABASE, CLUSTER_OWNER);

const hold = async (dir: string): Promise<{ process: ChildProcess; pid: number; url: string }> => {
  const child = spawn(process.execPath, [HOLD, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  holders.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, ...(JSON.parse(line.toString()) as { pid: number; url: string }) };
};

const giveTo = (file: string, like: string): void => {
  const { uid, gid } = statSync(like);
  if (asRoot) chownSync(file, uid, gid);
};

afterAll(async () => {
  for (const child of holders) child.kill('SIGKILL');
  await Promise.all(clusters.map((cluster) => cluster.stop()));
  for (const folder of litter) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

test('a first start is quick, a second quicker, and what was written is there', async () => {
  const dir = newDir();
  const begun = Date.now();
  const first = await start(dir);
  expect(Date.now() - begun).toBeLessThan(20_000);
  await ask(owner(first), 'create table kept as select 7 as n');
  await first.stop();
  const again = Date.now();
  const second = await start(dir);
  expect(Date.now() - again).toBeLessThan(10_000);
  expect(await ask(owner(second), 'select n from kept')).toEqual([{ n: 7 }]);
  await second.stop();
});

test('the server is durable, in UTC, in byte order with checksums, and reachable by its private socket alone', async () => {
  const dir = newDir();
  const cluster = await start(dir);
  const [settings] = await ask(
    owner(cluster),
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit, current_setting('listen_addresses') as addresses, current_setting('timezone') as zone,
     current_setting('data_checksums') as checksums, current_setting('jit') as jit, datlocprovider::text as provider, datlocale as locale, pg_encoding_to_char(encoding) as encoding from pg_database where datname = 'parapet'`,
  );
  expect(settings).toEqual({ fsync: 'on', commit: 'on', addresses: '', zone: 'UTC', checksums: 'on', jit: 'off', provider: 'b', locale: 'C.UTF-8', encoding: 'UTF8' });
  expect(statSync(cluster.socketDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(dir, 'cluster')).mode & 0o777).toBe(0o700);
  expect(statSync(join(dir, 'passwords.json')).mode & 0o777).toBe(0o600);
  await expect(ask(owner(cluster).replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(/password authentication failed/);
  await expect(ask(owner(cluster).replace(/:[^:@]+@/, '@'), 'select 1')).rejects.toThrow();
  await cluster.stop();
});

test('a login is made with a password of its own and without rights', async () => {
  const cluster = await start(newDir());
  await cluster.ensureLogin('parapet_app');
  await cluster.ensureLogin('parapet_app');
  expect(await ask(cluster.url(DATABASE, 'parapet_app'), 'select current_user::text as me, rolsuper, rolinherit, rolcreaterole from pg_roles where rolname = current_user')).toEqual([
    { me: 'parapet_app', rolsuper: false, rolinherit: false, rolcreaterole: false },
  ]);
  expect(cluster.url(DATABASE, 'parapet_app')).not.toContain(new URL(owner(cluster).replace('localhost', 'x')).password);
  await cluster.stop();
});

test('when the process that started it is killed, the server ends by itself and cleanly', async () => {
  const dir = newDir();
  const held = await hold(dir);
  await ask(held.url, 'create table kept as select 1 as n');
  held.process.kill('SIGKILL');
  expect(await waitUntil(() => !isRunning(held.pid), 10_000)).toBe(true);
  const next = await start(dir);
  expect(await ask(owner(next), 'select n from kept')).toEqual([{ n: 1 }]);
  expect(readFileSync(join(dir, 'postgres.log'), 'utf8')).not.toMatch(/interrupted|not properly shut down/);
  await next.stop();
});

test('a killed server is told to who started it, and starts again at once with what was committed', async () => {
  const dir = newDir();
  const cluster = await start(dir);
  await ask(owner(cluster), 'create table kept as select 5 as n');
  const exit = new Promise<ClusterExit>((resolve) => cluster.onExit(resolve));
  const idle = new pg.Client({ connectionString: owner(cluster) });
  idle.on('error', () => undefined);
  await idle.connect();
  process.kill(cluster.pid, 'SIGKILL');
  expect(await exit).toEqual({ code: null, signal: 'SIGKILL', expected: false });
  const next = await start(dir);
  expect(await ask(owner(next), 'select n from kept')).toEqual([{ n: 5 }]);
  await next.stop();
});

test('a second start on the same folder is refused and names the process that has it', async () => {
  const dir = newDir();
  const held = await hold(dir);
  await expect(startCluster({ dir })).rejects.toThrow(new RegExp(`in use by process ${held.process.pid} .*hold-cluster`));
  expect(await ask(held.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  expect(attachCluster(dir)?.pid).toBe(held.pid);
  held.process.kill('SIGKILL');
  await waitUntil(() => !isRunning(held.pid), 10_000);
  expect(attachCluster(dir)).toBeUndefined();
});

test('a server that lost its parent without ending is stopped first', async () => {
  const dir = newDir();
  const cluster = await start(dir);
  const command = readFileSync(`/proc/${cluster.pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  const { uid, gid } = statSync(join(dir, 'cluster'));
  await cluster.stop();
  const orphan = spawn(command[0] ?? '', command.slice(1), { cwd: '/', detached: true, stdio: 'ignore', ...(asRoot ? { uid, gid } : {}) });
  await waitUntil(() => attachCluster(dir) !== undefined, 10_000);
  const words: string[] = [];
  const next = await start(dir, (line) => words.push(line));
  expect(words.join()).toContain(`process ${orphan.pid}`);
  expect(isRunning(orphan.pid ?? 0)).toBe(false);
  expect(serversIn(join(realpathSync(dir), 'cluster'))).toContain(next.pid);
  await next.stop();
});

test.each([
  ['a zombie', 'true & echo $!; exec sleep 60'],
  ['by now another program', 'sleep 60 & echo $!; exec sleep 60'],
])('a stale postmaster.pid whose number is %s does not keep the server from starting', async (_what, script) => {
  const dir = newDir();
  await (await start(dir)).stop();
  const { uid, gid } = statSync(join(dir, 'cluster'));
  const holder = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true, ...(asRoot ? { uid, gid } : {}) });
  const [line] = (await once(holder.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  const file = join(dir, 'cluster', 'postmaster.pid');
  writeFileSync(file, `${pid}\n${join(dir, 'cluster')}\n1700000000\n5432\n${dir}\n\n  1234  1\nready   \n`, { mode: 0o600 });
  giveTo(file, join(dir, 'cluster'));
  const next = await start(dir);
  expect(await ask(owner(next), 'select 1 as n')).toEqual([{ n: 1 }]);
  expect(next.pid).not.toBe(pid);
  await next.stop();
  process.kill(-(holder.pid ?? 0), 'SIGKILL');
});

test('a first start that was killed in the middle begins anew', async () => {
  const dir = newDir();
  mkdirSync(join(dir, 'cluster.new', 'base'), { recursive: true });
  writeFileSync(join(dir, 'cluster.new', 'PG_VERSION'), '18\n');
  mkdirSync(join(dir, 'pgbin-0.0.1'));
  const cluster = await start(dir);
  expect(existsSync(join(dir, 'cluster.new'))).toBe(false);
  expect(existsSync(join(dir, 'pgbin-0.0.1'))).toBe(false);
  await cluster.stop();
});

test('a path with spaces and one too long for a socket both work', async () => {
  const dir = join(base, 'a folder with spaces', `${'long '.repeat(20)}name`, 'data');
  const cluster = await start(dir);
  expect(Buffer.byteLength(cluster.socketDir)).toBeLessThan(90);
  expect(statSync(cluster.socketDir).mode & 0o777).toBe(0o700);
  expect(await ask(owner(cluster), 'select 1 as n')).toEqual([{ n: 1 }]);
  await cluster.stop();
  expect(existsSync(cluster.socketDir)).toBe(false);
});

test('a folder that was moved starts where it is now', async () => {
  const dir = newDir();
  const cluster = await start(dir);
  await ask(owner(cluster), 'create table kept as select 3 as n');
  await cluster.stop();
  const moved = join(base, 'moved', 'here');
  mkdirSync(join(base, 'moved'));
  renameSync(dir, moved);
  const next = await start(moved);
  expect(await ask(owner(next), 'select n from kept')).toEqual([{ n: 3 }]);
  await next.stop();
});

test('a lost password file is made anew without losing the data', async () => {
  const dir = newDir();
  const cluster = await start(dir);
  await ask(owner(cluster), 'create table kept as select 4 as n');
  await cluster.stop();
  rmSync(join(dir, 'passwords.json'));
  const next = await start(dir);
  expect(await ask(owner(next), 'select n from kept')).toEqual([{ n: 4 }]);
  await next.stop();
});

test('a cluster of another version, and a server that cannot start, are one clear line and leave nothing behind', async () => {
  const dir = newDir();
  await (await start(dir)).stop();
  await expect(startCluster({ dir, settings: { shared_buffers: 'many' } })).rejects.toThrow(/^The database did not start: .*shared_buffers/);
  const file = join(dir, 'cluster', 'PG_VERSION');
  writeFileSync(file, '17\n');
  await expect(startCluster({ dir })).rejects.toThrow(/is of PostgreSQL 17; this release brings 18/);
  writeFileSync(file, '18\n');
  expect(serversIn(join(realpathSync(dir), 'cluster'))).toEqual([]);
  await (await start(dir)).stop();
});

if (asRoot) {
  test('as root the server runs as the system user parapet, even under a closed home folder, and a copy may not share it', async () => {
    const home = join(base, 'home');
    const dir = join(home, 'data', 'postgres');
    mkdirSync(home, { mode: 0o700 });
    const words: string[] = [];
    const cluster = await start(dir, (line) => words.push(line));
    const { place } = JSON.parse(readFileSync(join(dir, 'place.json'), 'utf8')) as { place: string };
    litter.push(place);
    expect(words.join()).toContain(`The database's files are in ${place}`);
    expect(statSync(`/proc/${cluster.pid}`).uid).toBe(Number(execFileSync('id', ['-u', 'parapet']).toString()));
    await ask(owner(cluster), 'create table kept as select 6 as n');
    await cluster.stop();
    cpSync(dir, `${dir}-copy`, { recursive: true });
    await expect(startCluster({ dir: `${dir}-copy` })).rejects.toThrow(/is a copy of .*two folders cannot share it/);
    renameSync(join(home, 'data'), join(home, 'elsewhere'));
    const moved = await start(join(home, 'elsewhere', 'postgres'));
    expect(await ask(owner(moved), 'select n from kept')).toEqual([{ n: 6 }]);
    await moved.stop();
  });

  test('a folder that was moved under a closed home folder takes its data along to where the server may go', async () => {
    const dir = newDir();
    const cluster = await start(dir);
    await ask(owner(cluster), 'create table kept as select 8 as n');
    await cluster.stop();
    const home = join(base, 'closed');
    mkdirSync(home, { mode: 0o700 });
    renameSync(dir, join(home, 'postgres'));
    const moved = await start(join(home, 'postgres'));
    litter.push((JSON.parse(readFileSync(join(home, 'postgres', 'place.json'), 'utf8')) as { place: string }).place);
    expect(await ask(owner(moved), 'select n from kept')).toEqual([{ n: 8 }]);
    await moved.stop();
  });
}
