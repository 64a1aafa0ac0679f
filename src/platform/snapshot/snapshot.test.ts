import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { verifyLedger } from '#platform/verify/verify-ledger.ts';
import { openKeys, readPublicKeys } from '#platform/kernel/ledger/keys.ts';
import { seal } from '#platform/kernel/ledger/testing.ts';
import { startSequencer } from '#platform/kernel/ledger/sequencer.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { isMigrated, migrate, readMigrations } from '#platform/kernel/migrate.ts';
import { openBackup } from './manifest.ts';
import type { Restored } from './restore.ts';
import { aSource, aTarget, shapeOf, type Source, sumsOf, type Target } from './testing.ts';

vi.setConfig({ testTimeout: 120_000 });

let source: Source;
let restored: Target;
let outcome: Restored;
const targets: Target[] = [];
const target = async (): Promise<Target> => {
  const made = await aTarget();
  targets.push(made);
  return made;
};

beforeAll(async () => {
  source = await aSource();
  await source.make('whole.tar', { passphrase: 'correct horse battery' });
  restored = await aTarget();
  outcome = await restored.restore(source.file('whole.tar'), { passphrase: 'correct horse battery' });
}, 120_000);
afterEach(async () => {
  for (const one of targets.splice(0)) await one.drop();
});
afterAll(async () => {
  await restored.drop();
  await source.drop();
});

/** What a restore alters by design: sessions end, the ledger counts from above, messages are not sent, migrations carry their own time. */
const ALTERED = ['convergence.cursor', 'notify.cursor', 'access.session', 'ledger.cursor', 'platform.outbox', 'platform.migration'];
const untouched = (sums: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(sums).filter(([name]) => !ALTERED.includes(name) && !isOfQueue(name)));
/** The queue of jobs is laid anew at the next start. */
const isOfQueue = (said: string): boolean => said.includes('graphile_worker');

describe('a backup, restored', () => {
  test('has every row of every table, every constraint, trigger, index, policy and number as it was', async () => {
    expect(outcome).toMatchObject({ ledger: { ok: true, size: 301, pending: 0 }, applied: [], rolledBack: null });
    const before = untouched(await sumsOf(source.database.owner));
    expect(Object.keys(before).length).toBeGreaterThan(30);
    expect(before['signals.signal_other']).toMatch(/^1 rows/);
    expect(untouched(await sumsOf(restored.owner))).toEqual(before);
    const shape = async (owner: Parameters<typeof shapeOf>[0]) => (await shapeOf(owner)).filter((line) => !isOfQueue(line));
    expect(await shape(restored.owner)).toEqual(await shape(source.database.owner));
    expect(await isMigrated(restored.owner)).toBe(true);
  });

  test('sends nothing old and keeps nobody signed in; API keys stay', async () => {
    expect((await restored.owner.query('select kind from access.session')).rows).toEqual([{ kind: 'key' }]);
    expect((await restored.owner.query('select count(*)::int as n from platform.outbox')).rows).toEqual([{ n: 0 }]);
  });

  test('gives numbers that were never given, and goes on in its ledger under its own key', async () => {
    expect((await restored.owner.query(`select platform.next_number('INC', 2026) as n, platform.next_number('INC-W', 2026) as w`)).rows).toEqual([{ n: 'INC-2026-00003', w: 'INC-W-2026-00002' }]);
    await restored.owner.query(`insert into ledger.entry (actor, verb, body) values (gen_random_uuid(), 'test.after', '{}')`);
    const url = new URL(source.database.url);
    url.pathname = `/${restored.name}`;
    const { pool, close } = openDatabase({ url: url.href, role: 'parapet_worker', max: 2 });
    const [keyFolder, headFile] = [join(restored.dataDir, 'keys'), join(restored.dataDir, 'ledger', 'heads')];
    const sequencer = startSequencer({ pool, keys: openKeys(keyFolder), headFile, everyMs: 0 });
    expect((await seal(sequencer, 1)).sealed).toBe(1);
    await sequencer.stop();
    await close();
    const publicKeys = readPublicKeys(join(keyFolder, 'ledger.ed25519.pub'));
    expect(publicKeys).toHaveLength(1);
    expect(await verifyLedger({ pool: restored.owner, publicKeys, headFile, full: true })).toMatchObject({ ok: true, size: 302 });
  });

  test('shows of what was written meanwhile each transaction whole or not at all', async () => {
    const { owner } = source.database;
    await owner.query('create schema busy; create table busy.one (n int primary key); create table busy.two (n int primary key references busy.one, text text)');
    let isOver = false;
    let written = 0;
    const writing = (async () => {
      for (; !isOver; written++) await owner.query(`begin; insert into busy.one values (${written}); insert into busy.two values (${written}, repeat('x', 100)); commit`);
    })();
    try {
      while (written < 50) await new Promise((resolve) => setTimeout(resolve, 5));
      const { manifest } = await source.make('busy.tar');
      isOver = true;
      await writing;
      const rowsOf = (name: string): number => manifest.tables.find((table) => table.schema === 'busy' && table.name === name)?.rows ?? -1;
      expect(rowsOf('one')).toBeGreaterThanOrEqual(50);
      expect(rowsOf('two')).toBe(rowsOf('one'));
      expect(written).toBeGreaterThan(rowsOf('one'));
    } finally {
      isOver = true;
      await writing;
      await owner.query('drop schema busy cascade');
    }
  });

  test('of an older schema is brought forward', async () => {
    const [old, there] = [await target(), await target()];
    const names = readMigrations().map(({ name }) => name);
    await migrate({ ownerUrl: old.ownerUrl, login: 'parapet_app', only: new Set(names.slice(0, 5)) });
    await old.owner.query(`insert into access.person (id, kind, name, state) values (gen_random_uuid(), 'human', 'Somebody', 'active')`);
    await source.make('older.tar', { ownerUrl: old.ownerUrl });
    const { applied } = await there.restore(source.file('older.tar'));
    expect(applied).toEqual(names.slice(5));
    expect(await isMigrated(there.owner)).toBe(true);
    expect((await there.owner.query(`select name from access.person where kind = 'human'`)).rows).toEqual([{ name: 'Somebody' }]);
  });
});

describe('a backup', () => {
  test('is readable by its owner only, and is never written over another', async () => {
    expect(statSync(source.file('whole.tar')).mode & 0o777).toBe(0o600);
    const before = readFileSync(source.file('whole.tar'));
    await expect(source.make('whole.tar')).rejects.toThrow('exists already');
    expect(readFileSync(source.file('whole.tar')).equals(before)).toBe(true);
  });

  test('holds the private key only when asked to, and then only under the passphrase', async () => {
    const secret = readFileSync(join(source.folder, 'keys', 'ledger.ed25519'));
    await source.make('keyless.tar');
    for (const name of ['whole.tar', 'keyless.tar']) expect(readFileSync(source.file(name)).includes(secret.subarray(20, -1))).toBe(false);
    const there = await target();
    await expect(there.restore(source.file('whole.tar'), { passphrase: 'another horse battery' })).rejects.toThrow('does not open');
    expect(readdirSync(there.dataDir)).toEqual([]);
    expect(outcome.hasSigningKey).toBe(true);
    expect(readFileSync(join(restored.dataDir, 'keys', 'ledger.ed25519')).equals(secret)).toBe(true);
    expect(statSync(join(restored.dataDir, 'keys', 'ledger.ed25519')).mode & 0o777).toBe(0o600);
    expect(await there.restore(source.file('keyless.tar'))).toMatchObject({ hasSigningKey: false, ledger: { ok: true } });
    expect(readdirSync(join(there.dataDir, 'keys'))).toEqual(['ledger.ed25519.pub']);
  });

  test('of a newer program is refused in one line, before anything is written', async () => {
    const { owner } = source.database;
    await owner.query(`insert into platform.migration (name, hash) values ('29991231T2359_what_comes', 'x')`);
    await source.make('newer.tar').finally(() => owner.query(`delete from platform.migration where name like '2999%'`));
    const there = await target();
    await expect(there.restore(source.file('newer.tar'))).rejects.toThrow(/^[^\n]*29991231T2359_what_comes[^\n]*newer[^\n]*$/);
    expect((await there.owner.query(`select count(*)::int as n from pg_namespace where nspname = 'platform'`)).rows).toEqual([{ n: 0 }]);
  });

  test('of a build whose migration said another thing is refused', async () => {
    const backup = await openBackup(source.file('whole.tar'));
    const [first, ...others] = backup.manifest.migrations;
    const there = await target();
    await expect(there.restore(source.file('whole.tar'), { backup: { ...backup, manifest: { ...backup.manifest, migrations: [{ name: first?.name ?? '', hash: '00' }, ...others] } } })).rejects.toThrow('says another thing');
  });

  test('that cannot be written leaves nothing that looks like one', async () => {
    await expect(source.make('nowhere/backup.tar')).rejects.toThrow('was not made');
    const ended = source.make('ended.tar');
    for (const until = Date.now() + 10_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 1))) {
      const { rowCount } = await source.database.owner.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'parapet backup' and datname = current_database()`);
      if (rowCount) break;
    }
    await expect(ended).rejects.toThrow();
    expect(readdirSync(source.folder).filter((name) => name.startsWith('ended'))).toEqual([]);
  });
});

describe('a restore', () => {
  test('refuses a database with anything in it, and leaves it as it is', async () => {
    const there = await target();
    await there.owner.query('create schema mine; create table mine.kept (a int); insert into mine.kept values (1)');
    await expect(there.restore(source.file('whole.tar'))).rejects.toThrow(/not empty: it has mine.*nothing was written/);
    expect((await there.owner.query('select a from mine.kept')).rows).toEqual([{ a: 1 }]);
    expect(readdirSync(there.dataDir)).toEqual([]);
  });

  test('refuses a data folder with the keys of another ledger', async () => {
    const there = await target();
    openKeys(join(there.dataDir, 'keys'));
    await expect(there.restore(source.file('whole.tar'), { passphrase: 'correct horse battery' })).rejects.toThrow('another key than the backup');
    await expect(there.restore(source.file('whole.tar'))).rejects.toThrow('another key than the backup');
    expect((await there.owner.query(`select count(*)::int as n from pg_namespace where nspname = 'platform'`)).rows).toEqual([{ n: 0 }]);
  });

  test('says by how many entries the ledger was rolled back, where a newer head is known, and keeps that head; a damaged list of a witness holds nothing up', async () => {
    await source.write(40, 1000);
    const sequencer = source.sequencer();
    await seal(sequencer, 40);
    await sequencer.stop();
    const own = await target();
    mkdirSync(join(own.dataDir, 'ledger'));
    cpSync(source.headFile, join(own.dataDir, 'ledger', 'heads'));
    const damaged = readFileSync(source.headFile, 'utf8').split('\n').slice(-7, -1);
    damaged[1] = '99999';
    writeFileSync(source.file('damaged.heads'), `${damaged.join('\n')}\n`);
    const { rolledBack, ledger } = await own.restore(source.file('whole.tar'), { keptByWitnesses: [source.file('damaged.heads')] });
    expect(rolledBack).toMatchObject({ leaves: 40, known: { size: 341 } });
    expect(ledger).toMatchObject({ ok: true, size: 301 });
    const kept = readdirSync(join(own.dataDir, 'ledger')).find((name) => name.startsWith('heads.before-restore-'));
    expect(readFileSync(join(own.dataDir, 'ledger', kept ?? ''))).toEqual(readFileSync(source.headFile));
  });

  test('believes no head that this ledger did not sign', async () => {
    const there = await target();
    const note = readFileSync(source.headFile, 'utf8').split('\n').slice(-7, -1);
    note[1] = '99999';
    writeFileSync(join(there.dataDir, 'witness'), `${note.join('\n')}\n`);
    await expect(there.restore(source.file('whole.tar'), { witness: join(there.dataDir, 'witness') })).rejects.toThrow('not one of this ledger');
  });

  test('tells that the ledger is broken where it was broken before', async () => {
    const other = await aSource(10);
    try {
      await other.tamper(`update ledger.entry set body = '{}' where verb = 'test.3'`);
      await other.make('broken.tar');
      const there = await target();
      expect((await there.restore(other.file('broken.tar'))).ledger).toMatchObject({ ok: false, reason: 'entry', verb: 'test.3' });
    } finally {
      await other.drop();
    }
  });

  test('that failed midway is neither served nor taken for whole, and begins anew', async () => {
    const there = await target();
    await expect(there.restore(source.file('whole.tar'), { migrateForward: () => Promise.reject(new Error('the disk is full')) })).rejects.toThrow('the disk is full');
    expect(existsSync(join(there.dataDir, 'restoring'))).toBe(true);
    expect(await isMigrated(there.owner)).toBe(false);
    await expect(migrate({ ownerUrl: there.ownerUrl, login: 'parapet_app' })).rejects.toThrow('half of a restore');
    const said: string[] = [];
    expect(await there.restore(source.file('whole.tar'), { say: (line) => said.push(line) })).toMatchObject({ ledger: { ok: true } });
    expect(said.join(' ')).toContain('begins anew');
    expect(existsSync(join(there.dataDir, 'restoring'))).toBe(false);
    expect(await isMigrated(there.owner)).toBe(true);
  });
});

test('every table that holds ids of transactions is treated by a restore: they mean nothing on another server', async () => {
  const { rows } = await source.database.owner.query<{ name: string }>(`select distinct table_schema || '.' || table_name as name from information_schema.columns where udt_name in ('xid8', 'xid', 'pg_snapshot') and table_schema !~ '^(pg_|information)' order by 1`);
  const treated = globSync(join(import.meta.dirname, '../../*/*/on-restore.sql')).map((file) => readFileSync(file, 'utf8')).join('\n');
  const KNOWN = ['ledger.cursor', 'ledger.entry', 'ledger.erasable', 'ledger.leaf', 'ledger.mention', 'platform.outbox'];
  expect(rows.map(({ name }) => name).filter((name) => !KNOWN.includes(name) && !treated.includes(name))).toEqual([]);
});
