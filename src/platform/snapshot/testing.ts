import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { type TestLedger, seal, testLedger } from '#platform/kernel/ledger/testing.ts';
import { migrate } from '#platform/kernel/migrate.ts';
import { administer } from '#platform/testing/database.ts';
import { makeBackup, type Made, type MakeOptions } from './make.ts';
import { openBackup } from './manifest.ts';
import { type Restored, restoreBackup, type RestoreOptions } from './restore.ts';

/** A database with rows of every awkward kind, and its sealed ledger. */
export type Source = TestLedger & { file(name: string): string; make(name: string, options?: Partial<MakeOptions>): Promise<Made> };

const SITE = (n: number): string => `01890000-0000-7000-8000-0000000000${String(n).padStart(2, '0')}`;
const PERSON = '01890000-0000-7000-8000-0000000000aa';

const AWKWARD = `
  insert into access.person (id, kind, name, state) values ('${PERSON}', 'human', E'tab\\tnewline\\nreturn\\rback\\\\slash \\\\N quote" é 漢字 🦊', 'active');
  insert into access.session (token_hash, id, person_id, kind, label, expires_at) values
    ('\\x01', gen_random_uuid(), '${PERSON}', 'browser', '', now() + interval '1 hour'), ('\\x02', gen_random_uuid(), '${PERSON}', 'key', 'a key', 'infinity');
  insert into sites.site (id, code, name, kind, time_zone, latitude, longitude) values ('${SITE(1)}', 'TOP', 'Top', 'region', 'Europe/Berlin', 0.1, 1e-300);
  insert into sites.site (id, parent_id, code, name, kind, time_zone) values ('${SITE(3)}', '${SITE(1)}', 'LOW', 'Low', 'site', 'UTC'), ('${SITE(2)}', '${SITE(3)}', 'LOWER', 'Lower', 'room', 'UTC');
  insert into access.grant (id, person_id, role_id, site_id) select gen_random_uuid(), '${PERSON}', min(id), '${SITE(1)}' from access.role;
  insert into access.wall (id, opened_by) values ('${SITE(9)}', '${PERSON}');
  insert into access.wall_member (wall_id, person_id, part_id) select '${SITE(9)}', '${PERSON}', min(id) from access.role;
  insert into platform.record (id, kind, number, title, state, site_id, read_permission, at) values ('${SITE(4)}', 'incidents.incident', platform.next_number('INC', 2026), E'\\\\.', 'open', '${SITE(2)}', 'incidents:read', '2026-11-21 12:00:00.123456+00');
  insert into platform.command (actor, key, request, reply) values ('${PERSON}', 'a', 'b', '{"a": [1, 2.50, null, "\\u00e9\\n"]}'), ('${PERSON}', 'null', '', 'null');
  insert into platform.outbox (topic, record_id, read_permission) values ('a.b', '${SITE(4)}', 'incidents:read');
  select platform.next_number('INC', 2026), platform.next_number('INC-W', 2026);
  select signals.ensure_partitions();
  insert into signals.signal (key, seq, stream, source_ref, number, occurred_at, received_at, has_time, raw)
    select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || lpad(to_hex(n), 20, '0'))::uuid, n, 1, 1, n, now(), now(), true, decode(md5(n::text), 'hex') from generate_series(1, 2000) n;
  insert into signals.signal (key, seq, stream, source_ref, number, occurred_at, received_at, has_time, raw) select '00000000-0000-0000-0000-000000000001', 9, 1, 1, 1, '1970-01-01Z', 'infinity', false, decode(repeat('00ff0a', 3000000), 'hex');
  insert into ledger.entry (actor, verb, body) select '${PERSON}', 'test.text', '{"after":{"text":{"text":"sha256:' || encode(sha256(decode(md5('salt'), 'hex') || 'kept apart'), 'hex') || '"}}}';
  insert into ledger.erasable (entry_id, field, salt, text) select id, 'after.text', decode(md5('salt'), 'hex'), 'kept apart' from ledger.entry where verb = 'test.text';`;

/** Opens it; \`entries\` of the ledger are sealed. */
export async function aSource(entries = 300): Promise<Source> {
  const ledger = await testLedger();
  await ledger.database.owner.query(AWKWARD);
  await ledger.write(entries);
  const sequencer = ledger.sequencer();
  await seal(sequencer, entries + 1);
  await sequencer.stop();
  const file = (name: string): string => join(ledger.folder, name);
  return { ...ledger, file, make: (name, options = {}) => makeBackup({ ownerUrl: ledger.database.ownerUrl, file: file(name), organisation: 'main', keyFolder: join(ledger.folder, 'keys'), headFile: ledger.headFile, ...options }) };
}

/** An empty database and an empty data folder. */
export type Target = { name: string; ownerUrl: string; dataDir: string; owner: pg.Pool; restore(file: string, options?: Partial<RestoreOptions>): Promise<Restored>; drop(): Promise<void> };

export async function aTarget(): Promise<Target> {
  const { ownerUrl: serverUrl } = inject('postgres');
  const name = `t_${randomBytes(8).toString('hex')}`;
  await administer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const ownerUrl = url.href;
  const dataDir = mkdtempSync(join(tmpdir(), 'restored '));
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 2, options: '-c TimeZone=UTC' });
  owner.on('error', () => undefined);
  return {
    name, ownerUrl, dataDir, owner,
    restore: async (file, options = {}) =>
      restoreBackup({
        backup: await openBackup(file), ownerUrl, login: 'parapet_app', dataDir, keyFolder: join(dataDir, 'keys'), headFile: join(dataDir, 'ledger', 'heads'), batchCheckers: {},
        migrateForward: () => migrate({ ownerUrl, login: 'parapet_app', isRestore: true }), ...options,
      }),
    drop: async () => {
      await owner.end();
      await administer(serverUrl, `drop database if exists ${name} with (force)`);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const TABLES = `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1`;

/** Of each table its number of rows and a sum that does not mind their order. */
export async function sumsOf(owner: pg.Pool): Promise<Record<string, string>> {
  const { rows } = await owner.query<{ name: string }>(TABLES);
  const sums: Record<string, string> = {};
  for (const { name } of rows) {
    const { rows: [sum] } = await owner.query<{ sum: string }>(`select count(*) || ' rows, ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as sum from ${name} t`);
    sums[name] = sum?.sum ?? '';
  }
  return sums;
}

const SHAPE = `
  select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(k.oid) || ' ' || conenforced::text || convalidated::text as line from pg_constraint k join pg_namespace n on n.oid = connamespace where conrelid <> 0 and n.nspname !~ '^(pg_|information)'
  union all select 'trigger ' || pg_get_triggerdef(t.oid) || ' ' || tgenabled::text from pg_trigger t join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = c.relnamespace where not tgisinternal
  union all select 'index ' || indexdef || ' ' || (select i.indisvalid from pg_index i where i.indexrelid = (quote_ident(schemaname) || '.' || quote_ident(indexname))::regclass) from pg_indexes where schemaname !~ '^(pg_|information)'
  union all select 'policy ' || tablename || policyname || coalesce(qual, '') || coalesce(with_check, '') || roles::text from pg_policies
  union all select 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || attnotnull || attidentity::text || attgenerated::text || coalesce(c.relrowsecurity::text, '') from pg_attribute a join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = c.relnamespace where attnum > 0 and not attisdropped and c.relkind in ('r', 'p', 'v') and n.nspname !~ '^(pg_|information)'
  union all select 'sequence ' || schemaname || '.' || sequencename || ' ' || coalesce(last_value, 0) from pg_sequences where (schemaname, sequencename) <> ('platform', 'outbox_seq_seq')
  order by 1`;

/** Constraints, triggers, indexes, policies, columns and where the sequences stand, each a line. */
export const shapeOf = async (owner: pg.Pool): Promise<string[]> => (await owner.query<{ line: string }>(SHAPE)).rows.map(({ line }) => line);
