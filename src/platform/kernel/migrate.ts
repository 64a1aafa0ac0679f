import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import pg from 'pg';
import { Fault } from './fault.ts';
import { SOURCE_ROOT } from './modules.ts';

type Migration = { name: string; sql: string; hash: string };

const FOLDERS = ['platform/kernel/migrations', 'platform/*/migrations', 'modules/*/migrations'];
const LOCK = 7_204_001;

/** Every migration of kernel, services and modules, in the order of their time stamps. */
export function readMigrations(): Migration[] {
  const files = [...new Set(FOLDERS.flatMap((folder) => globSync(join(SOURCE_ROOT, folder, '*.sql'))))];
  return files
    .map((file) => {
      const sql = readFileSync(file, 'utf8');
      return { name: basename(file, '.sql'), sql, hash: createHash('sha256').update(sql).digest('hex') };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `login` is the plain login that the processes use. A restore says so, and may ask for some of the files only. */
export type MigrateOptions = { ownerUrl: string; login: string; isRestore?: boolean; only?: ReadonlySet<string> };

/**
 * Brings the database at `ownerUrl` up to date: forward only, each file in its own transaction, under one advisory
 * lock. The login is made a member of the product's roles.
 * Answers the names applied now. Throws where an applied file was changed since, and where a restore was cut short.
 */
export async function migrate({ ownerUrl, login, isRestore = false, only }: MigrateOptions): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'parapet migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    if (!isRestore) await refuseHalfRestored(client);
    await prepare(client, login);
    const applied = new Map((await client.query<{ name: string; hash: string }>('select name, hash from platform.migration')).rows.map((row) => [row.name, row.hash]));
    const fresh: string[] = [];
    for (const migration of readMigrations()) {
      if (only && !only.has(migration.name)) continue;
      const known = applied.get(migration.name);
      if (known === undefined) {
        await apply(client, migration);
        fresh.push(migration.name);
      } else if (known !== migration.hash) {
        throw new Error(`Migration ${migration.name} was changed after it was applied. Restore the file, and write what is new into a migration of its own.`);
      }
    }
    return fresh;
  } finally {
    await client.end();
  }
}

async function refuseHalfRestored(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('platform.restoring') is not null as there`);
  if (rows[0]?.there) throw new Fault('The database holds half of a restore that was cut short, and is not served. Run "npx parapet restore FILE" again: it begins anew.');
}

/** True when every migration of this version is applied, and no restore is under way. */
export async function isMigrated(pool: { query(sql: string): Promise<{ rows: { name: string }[] }> }): Promise<boolean> {
  const applied = new Set((await pool.query(`select name from platform.migration where to_regclass('platform.restoring') is null`)).rows.map((row) => row.name));
  return readMigrations().every((migration) => applied.has(migration.name));
}

async function apply(client: pg.Client, { name, sql, hash }: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into platform.migration (name, hash) values ($1, $2)', [name, hash]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}

const ROLES = ['parapet_login', 'parapet_person', 'parapet_org', 'parapet_intake', 'parapet_worker'];

async function prepare(client: pg.Client, login: string): Promise<void> {
  // Roles belong to the whole server, so two databases may make them at once.
  await client.query(`do $$ declare wanted text; begin
    foreach wanted in array array['${ROLES.join("','")}'] loop
      begin
        if not exists (select from pg_roles where rolname = wanted) then execute format('create role %I nologin', wanted); end if;
      exception when duplicate_object or unique_violation then null;
      end;
    end loop; end $$`);
  const quoted = pg.escapeIdentifier(login);
  const { rows } = await client.query<{ same: boolean }>('select current_user = $1 as same', [login]);
  if (!rows[0]?.same) {
    await client.query(`grant parapet_login to ${quoted} with inherit true`);
    await client.query(`grant parapet_person, parapet_org, parapet_intake, parapet_worker to ${quoted} with inherit false, set true`);
  }
  await client.query('create schema if not exists platform');
  await client.query('create table if not exists platform.migration (name text primary key, hash text not null, at timestamptz not null default now())');
  await client.query('grant usage on schema platform to parapet_login');
  await client.query('grant select on platform.migration to parapet_login');
}
