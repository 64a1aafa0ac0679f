import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMigrated, migrate, readMigrations } from '#platform/kernel/migrate.ts';
import { sumsOf, type Target, aTarget } from '#platform/snapshot/testing.ts';
import { freshDatabase } from '#platform/testing/database.ts';
import { migrateDatabase } from './database.ts';

/** The last migration of 0.1: what stands before it is what 0.1 had. */
const LAST_OF_0_1 = '20261121T1500_incidents';
const PERSON = '01890000-0000-7000-8000-0000000000aa';
const SITE = '01890000-0000-7000-8000-000000000001';
const PROCESS = join(import.meta.dirname, 'testing', 'migrate-process.ts');
const APPLYING_MS = 30_000;

/** What a department of 0.1 has: every table that a later migration touches holds rows. */
const DEPARTMENT = `
  insert into access.role (key, title, kind) values ('cso', 'Chief Security Officer', 'human'), ('wall-lead', 'Lead', 'part');
  insert into access.person (id, kind, name, state) select ('01890000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'human', 'Person ' || n, 'active' from generate_series(4096, 4196) n;
  insert into access.person (id, kind, name, state) values ('${PERSON}', 'human', 'Cleo Chief', 'active');
  insert into identity.credential (person_id, email, password_hash) values ('${PERSON}', 'cleo@works.example', 'x');
  insert into access.grant (id, person_id, role_id) select gen_random_uuid(), '${PERSON}', id from access.role where key = 'cso';
  insert into access.session (token_hash, id, person_id, kind, label, expires_at) values ('\\x02', gen_random_uuid(), '${PERSON}', 'key', 'a key', 'infinity');
  insert into sites.site (id, code, name, kind, time_zone) values ('${SITE}', 'NL', 'Netherlands', 'region', 'Europe/Amsterdam');
  insert into sites.site (id, parent_id, code, name, kind, time_zone) select gen_random_uuid(), '${SITE}', 'S' || n, 'Site ' || n, 'site', 'UTC' from generate_series(1, 200) n;
  insert into people.person (id, site_id) select id, '${SITE}' from access.person where kind = 'human';
  insert into access.wall (id, opened_by) values ('01890000-0000-7000-8000-000000000009', '${PERSON}');
  insert into access.wall_member (wall_id, person_id, part_id) select '01890000-0000-7000-8000-000000000009', '${PERSON}', id from access.role where key = 'wall-lead';
  insert into incidents.incident (id, number, title, severity, site_id, wall_id, occurred_from, known_at, declared_by, declared_at)
    select gen_random_uuid(), 'INC-2026-' || n, 'Forced door ' || n, 3, '${SITE}', case when n % 50 = 0 then '01890000-0000-7000-8000-000000000009'::uuid end, now(), now(), '${PERSON}', now() from generate_series(1, 500) n;
  insert into platform.record (id, kind, number, title, state, site_id, wall_id, read_permission, at) select id, 'incidents.incident', number, title, state, site_id, wall_id, 'incidents:read', occurred_from from incidents.incident;
  insert into tasks.task (id, record_id, title, created_by) select gen_random_uuid(), id, 'Call the integrator', '${PERSON}' from incidents.incident;
  insert into incidents.loss (id, incident_id, kind, description, amount_minor, currency, recovered_minor, added_by, added_at) select gen_random_uuid(), id, 'property', 'A lock', 12345, 'EUR', 45, '${PERSON}', now() from incidents.incident;
  insert into signals.source (id, protocol, account, name, site_id) select gen_random_uuid(), 'dc09', 'A' || n, 'Panel ' || n, '${SITE}' from generate_series(1, 50) n;
  select signals.ensure_partitions();
  insert into signals.signal (key, seq, stream, source_ref, number, occurred_at, received_at, has_time, raw)
    select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || lpad(to_hex(n), 20, '0'))::uuid, n, 1, 1, n, now(), now(), true, decode(md5(n::text), 'hex') from generate_series(1, 5000) n;
  insert into ledger.entry (actor, verb, record_id, body) select '${PERSON}', 'incidents.declared', id, '{"after":{"number":"' || number || '"}}' from incidents.incident;
  insert into platform.outbox (topic, record_id, read_permission) select 'incidents.declared', id, 'incidents:read' from incidents.incident;`;

let target: Target;
beforeAll(async () => {
  target = await aTarget();
});
afterAll(() => target.drop());

const applied = async (): Promise<number> => (await target.owner.query<{ n: number }>('select count(*)::int as n from platform.migration')).rows[0]?.n ?? 0;
const processesOf = async (state: string): Promise<number> => (await target.owner.query(`select from pg_stat_activity where datname = current_database() and application_name = 'parapet migrate' and ${state}`)).rowCount ?? 0;

async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + APPLYING_MS; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 10))) if (await is()) return;
  throw new Error(`It never came: ${what}.`);
}

/** Starts the next migration, and kills it when all of it was run and it is about to be committed. */
async function killBeforeCommit(names: readonly string[]): Promise<void> {
  const barrier = new pg.Client({ connectionString: target.ownerUrl });
  await barrier.connect();
  await barrier.query('begin');
  await barrier.query('lock table platform.migration in share mode');
  const child: ChildProcess = spawn(process.execPath, [PROCESS, target.ownerUrl, ...names], { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr?.on('data', (data: Buffer) => (words += data.toString()));
  const ended = once(child, 'exit');
  await until(`the end of ${names.at(-1)} ${words}`, async () => {
    if (child.exitCode !== null) throw new Error(`It ended before it was killed: ${words}`);
    return (await processesOf(`wait_event_type = 'Lock' and query like 'insert into platform.migration%'`)) > 0;
  });
  child.kill('SIGKILL');
  await ended;
  await barrier.query('rollback');
  await barrier.end();
  await until('the end of its connection', async () => (await processesOf('true')) === 0);
}

/** Writes one task with its entry after the other, as a node of the old release that nobody stopped; answers which were committed. */
function writingMeanwhile(): { stop(): Promise<string[]> } {
  const pool = new pg.Pool({ connectionString: target.ownerUrl, max: 1 });
  pool.on('error', () => undefined);
  const kept: string[] = [];
  let isOver = false;
  const written = (async () => {
    while (!isOver) {
      const { rows } = await pool.query<{ id: string }>(`with t as (insert into tasks.task (id, record_id, title, created_by) select gen_random_uuid(), (select id from incidents.incident limit 1), 'Written meanwhile', $1 returning id, record_id),
        e as (insert into ledger.entry (actor, verb, record_id, body) select $1, 'tasks.added', record_id, '{"after":{}}' from t) select id from t`, [PERSON]);
      if (rows[0]) kept.push(rows[0].id);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return { stop: async () => ((isOver = true), await written, await pool.end(), kept) };
}

/** What the database is, apart from its rows: columns, constraints, indexes, policies, functions, triggers, rights. */
async function shapeOf(owner: pg.Pool): Promise<string[]> {
  const own = `nspname !~ '^(pg_|graphile)' and nspname <> 'information_schema'`;
  const { rows } = await owner.query<{ line: string }>(`
    select format('column %s.%s %s %s %s', c.oid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)) as line from pg_class c join pg_namespace n on n.oid = relnamespace join pg_attribute a on attrelid = c.oid and attnum > 0 and not attisdropped left join pg_attrdef d on adrelid = c.oid and adnum = attnum where relkind in ('r', 'p', 'v') and not relispartition and ${own}
    union all select format('rights %s %s %s', c.oid::regclass, relrowsecurity, (select string_agg(x::text, ',' order by x::text) from unnest(relacl) x)) from pg_class c join pg_namespace n on n.oid = relnamespace where relkind in ('r', 'p', 'v') and not relispartition and ${own}
    union all select format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(k.oid)) from pg_constraint k join pg_class c on c.oid = conrelid join pg_namespace n on n.oid = k.connamespace where not relispartition and ${own}
    union all select format('index %s', regexp_replace(pg_get_indexdef(indexrelid), 'INDEX \\S+', 'INDEX')) from pg_index i join pg_class c on c.oid = indrelid join pg_namespace n on n.oid = relnamespace where not relispartition and ${own}
    union all select format('policy %s.%s %s %s %s %s %s', schemaname, tablename, policyname, permissive, roles, qual, with_check) from pg_policies p join pg_namespace n on n.nspname = schemaname where ${own}
    union all select format('function %s %s', p.oid::regprocedure, md5(pg_get_functiondef(p.oid))) from pg_proc p join pg_namespace n on n.oid = pronamespace where prokind = 'f' and ${own} and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
    union all select format('trigger %s', pg_get_triggerdef(t.oid)) from pg_trigger t join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = relnamespace where not tgisinternal and not relispartition and ${own}
    order by 1`);
  return rows.map(({ line }) => line);
}

describe('an upgrade from 0.1', { timeout: 240_000 }, () => {
  const names = readMigrations().map(({ name }) => name);
  const before = names.filter((name) => name <= LAST_OF_0_1);
  const since = names.filter((name) => name > LAST_OF_0_1);

  test('killed at each migration, just before it is committed and with others writing, goes on where it stood and loses nothing', async () => {
    await migrate({ ownerUrl: target.ownerUrl, login: 'parapet_app', only: new Set(before) });
    await target.owner.query(DEPARTMENT);
    const rows = await sumsOf(target.owner);
    const writer = writingMeanwhile();
    for (const [at, name] of since.entries()) {
      await killBeforeCommit([...before, ...since.slice(0, at + 1)]);
      expect([name, await applied()]).toEqual([name, before.length + at]);
      expect(await migrate({ ownerUrl: target.ownerUrl, login: 'parapet_app', only: new Set([...before, ...since.slice(0, at + 1)]) })).toEqual([name]);
    }
    const kept = await writer.stop();
    expect(kept.length).toBeGreaterThan(since.length);
    expect((await target.owner.query('select from tasks.task where id = any ($1::uuid[])', [kept])).rowCount).toBe(kept.length);
    expect((await target.owner.query(`select from ledger.entry where verb = 'tasks.added'`)).rowCount).toBeGreaterThanOrEqual(kept.length);
    const count = async (table: string): Promise<number> => (await target.owner.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]?.n ?? 0;
    const held = Object.entries(rows).map(([table, sum]): [string, number] => [table, Number(sum.split(' ')[0])]).filter(([table, n]) => n > 0 && !/^(?:platform\.migration|tasks\.task|ledger\.entry)$/.test(table));
    expect(held.length).toBeGreaterThan(15);
    for (const [table, n] of held) expect([table, await count(table)]).toEqual([table, n]);
    expect((await target.owner.query(`select losses from incidents.incident limit 1`)).rows).toEqual([{ losses: [{ currency: 'EUR', amountMinor: 12345, recoveredMinor: 45 }] }]);
  });

  test('ends with the same database as one that is new', async () => {
    await migrateDatabase({ ownerUrl: target.ownerUrl, login: 'parapet_app' });
    expect(await isMigrated(target.owner)).toBe(true);
    const fresh = await freshDatabase();
    const [upgraded, made] = [await shapeOf(target.owner), await shapeOf(fresh.owner)];
    await fresh.drop();
    expect(upgraded.filter((line) => !made.includes(line))).toEqual([]);
    expect(made.filter((line) => !upgraded.includes(line))).toEqual([]);
    expect(made.length).toBeGreaterThan(1000);
  });
});
