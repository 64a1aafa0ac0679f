import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMigrated, migrate } from '#platform/kernel/migrate.ts';
import { type Cluster, startCluster } from '#platform/postgres/cluster.ts';
import { makeBackup } from './make.ts';
import { openBackup } from './manifest.ts';
import { restoreBackup } from './restore.ts';
import { aSource, aTarget, type Source, sumsOf, type Target } from './testing.ts';

const PROCESS = join(import.meta.dirname, 'testing-process.ts');
const MANY = `insert into signals.signal (key, seq, stream, source_ref, number, occurred_at, received_at, has_time, raw)
  select ('ffffffff-ffff-4fff-8fff-' || lpad(to_hex(n), 12, '0'))::uuid, n, 1, 1, 1, now(), now(), true, decode(md5(n::text) || md5('x' || n), 'hex') from generate_series(1, 120000) n`;

let source: Source;
let there: Target;
let restoring: string;
beforeAll(async () => {
  source = await aSource(20);
  await source.database.owner.query(MANY);
  there = await aTarget();
  const { dataDir, ownerUrl } = there;
  restoring = JSON.stringify({ file: source.file('many.tar'), ownerUrl, login: 'parapet_app', dataDir, keyFolder: join(dataDir, 'keys'), headFile: join(dataDir, 'ledger', 'heads') });
}, 120_000);
afterAll(async () => {
  await there.drop();
  await source.drop();
});

/** One connection, which the cluster may end before it has said goodbye. */
function poolOf(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 1 });
  pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const makingOf = (file: string): string => JSON.stringify({ ownerUrl: source.database.ownerUrl, file, organisation: 'main', keyFolder: join(source.folder, 'keys'), headFile: source.headFile });
const started = (what: 'make' | 'restore', options: string, shell = ''): ChildProcess => {
  const [command, ...args] = [...(shell === '' ? [] : ['bash', '-c', `${shell} exec "$@"`, 'bash']), process.execPath, PROCESS, what, options];
  return spawn(command as string, args, { stdio: ['ignore', 'ignore', 'pipe'] });
};
const ended = (child: ChildProcess): Promise<{ code: number | null; words: string }> => {
  let words = '';
  child.stderr?.on('data', (data: Buffer) => (words += data.toString()));
  return new Promise((resolve) => child.once('exit', (code) => setImmediate(() => resolve({ code, words }))));
};

/** Kills the process as soon as the moment is there; fails where it ended before. */
async function killWhen(child: ChildProcess, isThere: () => boolean | Promise<boolean>): Promise<void> {
  const over = ended(child);
  for (const until = Date.now() + 60_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 3))) {
    if (child.exitCode !== null) throw new Error(`It ended before it was killed: ${(await over).words}`);
    if (!(await isThere())) continue;
    child.kill('SIGKILL');
    await over;
    return;
  }
  child.kill('SIGKILL');
  throw new Error('The moment to kill it never came.');
}

describe('a backup that is killed', () => {
  test('leaves no file of its name, and what it leaves is refused', async () => {
    const drafts = (): string[] => readdirSync(source.folder).filter((name) => name.startsWith('killed'));
    await killWhen(started('make', makingOf(source.file('killed.tar'))), () => drafts().some((name) => statSync(source.file(name)).size > 500_000));
    const [draft = '', ...more] = drafts();
    expect(draft).toMatch(/^killed\.tar\.[0-9a-f]{8}\.part$/);
    expect(more).toEqual([]);
    await expect(openBackup(source.file(draft))).rejects.toThrow('no whole backup');
    await makeBackup(JSON.parse(makingOf(source.file('killed.tar'))) as never);
    expect((await openBackup(source.file('killed.tar'))).manifest.tables.find(({ name }) => name === 'signal_other')?.rows).toBe(120_001);
  });

  test('by the size that a file may have leaves nothing, and says it in one line', async () => {
    const { code, words } = await ended(started('make', makingOf(source.file('large.tar')), `trap '' XFSZ; ulimit -f 1000;`));
    expect({ code, words }).toEqual({ code: 1, words: expect.stringMatching(/^The backup \S+large\.tar was not made: there is no room[^\n]*$/) as string });
    expect(readdirSync(source.folder).filter((name) => name.startsWith('large'))).toEqual([]);
  });
});

describe('a restore that is killed', () => {
  const asked = (sql: string) => async (): Promise<boolean> => (await there.owner.query<{ yes: boolean }>(`select (${sql}) as yes`)).rows[0]?.yes === true;
  const running = (query: string) => asked(`select count(*) > 0 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query ilike '${query}%'`);
  const MOMENTS: readonly [string, () => Promise<boolean>][] = [
    ['while the schema is made', asked(`to_regclass('access.person') is not null`)],
    ['while tables come in', running('copy "signals"."signal')],
    ['while indexes are built', running('create index')],
    ['while the ledger is verified', asked(`exists (select from pg_stat_activity where application_name = 'parapet restore' and datname = current_database())`)],
  ];

  test.each(process.env['PARAPET_SOAK'] ? MOMENTS : MOMENTS.slice(1, 2))('%s is not served and not taken for whole', async (_when, isThere) => {
    await makeOnce();
    await killWhen(started('restore', restoring), isThere);
    await untilAlone();
    await expect(migrate({ ownerUrl: there.ownerUrl, login: 'parapet_app' })).rejects.toThrow(/^[^\n]*half of a restore[^\n]*$/);
    expect(await isMigrated(there.owner).catch(() => false)).toBe(false);
    expect(readdirSync(there.dataDir)).toContain('restoring');
  }, 120_000);

  test('begins anew, and then all is there', async () => {
    await makeOnce();
    expect(await ended(started('restore', restoring))).toEqual({ code: 0, words: '' });
    const [before, after] = [await sumsOf(source.database.owner), await sumsOf(there.owner)];
    for (const table of ['signals.signal_other', 'ledger.entry', 'access.person', 'platform.record']) expect(after[table]).toBe(before[table]);
    expect(await isMigrated(there.owner)).toBe(true);
    expect(readdirSync(there.dataDir).sort()).toEqual(['keys', 'ledger']);
  }, 120_000);

  const makeOnce = async (): Promise<void> => {
    if (!readdirSync(source.folder).includes('many.tar')) await makeBackup(JSON.parse(makingOf(source.file('many.tar'))) as never);
  };
  /** The server notices that a client is gone at the end of its statement. */
  const untilAlone = async (): Promise<void> => {
    for (const until = Date.now() + 60_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const { rows } = await there.owner.query<{ n: number }>(`select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name like 'parapet%'`);
      if (rows[0]?.n === 0) return;
    }
  };
});

describe('as a plain owner, who is superuser of nothing', () => {
  let cluster: Cluster;
  let dir: string;
  const ownerUrl = (database: string): string => cluster.url('postgres', 'parapet_owner').replace(/\/\/[^@]*@/, '//plain_owner:secret@').replace('/postgres?', `/${database}?`);
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'plain owner '));
    cluster = await startCluster({ dir, settings: { fsync: 'off' } });
    const admin = new pg.Client({ connectionString: cluster.url('postgres', 'parapet_owner') });
    await admin.connect();
    for (const sql of [`create role plain_owner login createrole password 'secret'`, 'create role plain_app login noinherit', 'create database first owner plain_owner', 'create database second owner plain_owner']) await admin.query(sql);
    await admin.end();
  }, 180_000);
  afterAll(async () => {
    await cluster.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test('a backup is made and restored alike', async () => {
    await migrate({ ownerUrl: ownerUrl('first'), login: 'plain_app' });
    const first = poolOf(ownerUrl('first'));
    await first.query(`insert into access.person (id, kind, name, state) values (gen_random_uuid(), 'human', 'Somebody', 'active'); insert into sites.site (id, code, name, kind, time_zone) values (gen_random_uuid(), 'A', 'A', 'site', 'UTC')`);
    const folders = (name: string) => ({ dataDir: join(dir, name), keyFolder: join(dir, name, 'keys'), headFile: join(dir, name, 'heads') });
    await makeBackup({ ownerUrl: ownerUrl('first'), file: join(dir, 'plain.tar'), organisation: 'main', ...folders('one') });
    const second = ownerUrl('second');
    expect(await restoreBackup({ backup: await openBackup(join(dir, 'plain.tar')), ownerUrl: second, login: 'plain_app', ...folders('two'), batchCheckers: {}, compare: true, migrateForward: () => migrate({ ownerUrl: second, login: 'plain_app', isRestore: true }) })).toMatchObject({ ledger: { ok: true } });
    const restored = poolOf(second);
    const [before, after] = [await sumsOf(first), await sumsOf(restored)];
    expect({ ...after, 'platform.migration': '', 'ledger.cursor': '' }).toEqual({ ...before, 'platform.migration': '', 'ledger.cursor': '' });
    await Promise.all([first.end(), restored.end()]);
  }, 180_000);
});
