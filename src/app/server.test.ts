import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLUSTER_OWNER, startCluster, type Cluster } from '#platform/postgres/cluster.ts';
import { askServer, grantsFor, objectionTo, requireServer } from './server.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const base = mkdtempSync(join(tmpdir(), 'parapet-server-'));
chmodSync(base, 0o755);
let cluster: Cluster;
let superuser = '';

const run = async (text: string, url = superuser): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
};

const as = (login: string, database: string): string => cluster.url(database, CLUSTER_OWNER).replace(/\/\/[^@]+@/, `//${login}:pw@`);

const parapet = (verb: string, env: Record<string, string>): Promise<{ code: number | null; out: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, verb], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] ?? '', PARAPET_DATA: join(base, 'data'), PORT: '0', PARAPET_DC09_PORT: 'off', ...env } });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (out += part.toString()));
    child.once('close', (code) => resolve({ code, out }));
  });

beforeAll(async () => {
  cluster = await startCluster({ dir: join(base, 'server'), settings: { shared_buffers: '32MB', fsync: 'on' } });
  superuser = cluster.url('postgres', CLUSTER_OWNER);
});

afterAll(async () => {
  await cluster.stop();
  rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

test('with the statements that doctor prints another server is migrated by its owner, used by a plain login, and found well', async () => {
  for (const statement of grantsFor({ database: 'their db', login: 'plain', owner: 'owning' })) await run(statement.replace("'...'", "'pw'"));
  const env = { DATABASE_URL: as('plain', 'their db'), PARAPET_MIGRATE_URL: as('owning', 'their db') };
  const before = await parapet('doctor', env);
  expect(before.out).toContain('Schema    not there yet');
  const migrated = await parapet('migrate', env);
  expect(migrated.out).toMatch(/^applied /);
  expect(migrated.code).toBe(0);
  expect(await parapet('migrate', env)).toEqual({ code: 0, out: 'The schema is up to date.\n' });
  const after = await parapet('doctor', env);
  expect(after.out).toContain('ok     Schema    up to date');
  expect(after.out).not.toContain('wrong');
  expect(after.code).toBe(0);
});

test('doctor names the right that is missing and the statement that gives it', async () => {
  await run("create role poor login noinherit password 'pw'");
  const lacking = await parapet('doctor', { DATABASE_URL: as('poor', 'their db'), PARAPET_MIGRATE_URL: as('poor', 'their db') });
  expect(lacking.code).toBe(1);
  expect(lacking.out).toMatch(/wrong {2}Rights {4}"poor" lacks .*grant .*parapet_person.* to "poor";/);
  expect(lacking.out).toContain('alter database "their db" owner to "poor";');
  expect(lacking.out).toContain('alter role "poor" createrole;');
  const refused = await parapet('migrate', { DATABASE_URL: as('poor', 'postgres') });
  expect(refused.code).toBe(1);
  expect(refused.out.trim()).toMatch(/^The owner's login may not prepare the database \([^\n]*\)[^\n]*parapet doctor[^\n]*$/);
});

test('a server without durability is refused in one line that names what is off', async () => {
  await run("create role hasty login password 'pw'");
  await run('alter role hasty set synchronous_commit = off');
  await expect(requireServer(as('hasty', 'postgres'), 'DATABASE_URL')).rejects.toThrow(/^The server of DATABASE_URL has synchronous_commit off, .*login "hasty"\.$/);
  const unsafe = await startCluster({ dir: join(base, 'unsafe'), settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '32MB' } });
  await expect(requireServer(unsafe.url('postgres', CLUSTER_OWNER), 'DATABASE_URL')).rejects.toThrow(/has fsync and full_page_writes off/);
  await unsafe.stop();
});

test('a server older than 18 is refused in one line', async () => {
  const server = await askServer(superuser, 'DATABASE_URL');
  expect(objectionTo(server, 'DATABASE_URL')).toBeUndefined();
  expect(objectionTo({ ...server, version: '17.6', versionNumber: 170_006 }, 'DATABASE_URL')).toBe('The server of DATABASE_URL is PostgreSQL 17.6; Parapet needs 18 or later.');
});

test('a wrong password and a missing database are one line each, without the address', async () => {
  await expect(askServer(as('hasty', 'postgres').replace(':pw@', ':hunter2@'), 'DATABASE_URL')).rejects.toThrow(/^The PostgreSQL server of DATABASE_URL cannot be used: password authentication failed for user "hasty"\. /);
  await expect(askServer(as('hasty', 'nowhere'), 'DATABASE_URL')).rejects.toThrow(/database "nowhere" does not exist/);
});
