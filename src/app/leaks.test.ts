import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { store } from '#platform/kernel/store.ts';
import type { Tables as KernelTables } from '#platform/kernel/tables.gen.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Tables as IncidentTables } from '#modules/incidents/tables.gen.ts';
import { type Actor, aDepartment, type Department } from './testing/department.ts';

type Tables = IncidentTables & KernelTables;

let fresh: FreshDatabase;
let department: Department;
let app: FastifyInstance;
let operator: Actor;
let single: Database;
const modules = await discoverModules();
const OWN = ['access', 'platform', 'ledger', ...modules.map(({ name }) => name)];

beforeAll(async () => {
  fresh = await freshDatabase();
  department = await aDepartment(fresh);
  app = await buildServer({ db: fresh.db, modules });
  [operator] = (await department.enrol([{ name: 'Operator', grants: [{ role: 'gsoc-operator', site: department.sites.here, isInForce: true }], parts: [] }])) as [Actor];
  single = openDatabase({ url: fresh.url, max: 1 });
});
afterAll(async () => {
  await app.close();
  await single.close();
  await fresh.drop();
});

const rowsOf = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> => (await fresh.owner.query<Row>(sql, values)).rows;

/** Statements as a role without superuser's rights; with the person's context where one is given. */
async function asRole<T>(role: string, person: { id: string; permission: string } | null, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await fresh.owner.connect();
  try {
    await client.query('begin');
    await client.query(`set local role ${role}`);
    if (person) await client.query(`select set_config('parapet.person', $1, true), set_config('parapet.permission', $2, true)`, [person.id, person.permission]);
    return await work(client);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: unknown) => (error as { code?: string }).code ?? String(error));

describe('the catalogue', () => {
  test('no view shows what its owner sees, and nothing is materialised', async () => {
    const views = await rowsOf<{ name: string; relkind: string; options: string[] | null }>(`select c.oid::regclass::text as name, relkind, reloptions as options from pg_class c join pg_namespace n on n.oid = relnamespace where relkind in ('v', 'm') and nspname = any ($1)`, [OWN]);
    expect(views.filter(({ relkind, options }) => relkind === 'm' || !options?.includes('security_invoker=true'))).toEqual([]);
  });

  test('every table is under row security, and the parts of a partitioned one are granted to nobody', async () => {
    const open = await rowsOf<{ name: string; relispartition: boolean; granted: boolean }>(
      `select c.oid::regclass::text as name, relispartition, exists (select from aclexplode(relacl) a where a.grantee <> relowner) as granted
       from pg_class c join pg_namespace n on n.oid = relnamespace where relkind in ('r', 'p') and nspname = any ($1) and not relrowsecurity`, [OWN]);
    expect(open.filter(({ relispartition, granted }) => !relispartition || granted)).toEqual([]);
  });

  test('nobody may truncate, refer, trigger or maintain, and only what must be may be deleted', async () => {
    const grants = await rowsOf<{ who: string; may: string; tables: string[] }>(
      `select a.grantee::regrole::text as who, a.privilege_type as may, array_agg(c.oid::regclass::text order by c.oid::regclass::text collate "C") as tables
       from pg_class c join pg_namespace n on n.oid = relnamespace cross join lateral aclexplode(c.relacl) a
       where nspname = any ($1) and relkind in ('r', 'p', 'v', 'm') and a.grantee <> relowner and a.privilege_type not in ('SELECT', 'INSERT', 'UPDATE') group by 1, 2 order by 1`, [OWN]);
    const people = ['access.session', 'access.wall_member', 'alarms.analysis', 'directory.arrival', 'directory.given', 'directory.member', 'identity.attempt', 'identity.ceremony', 'identity.link', 'identity.passkey', 'identity.recovery_code', 'identity.totp', 'imports.import', 'imports.outcome', 'procedures.handled', 'subjects.package'];
    const signals = ['signals.batch', 'signals.heard', 'signals.quarantine', 'signals.refusal', 'signals.seen'];
    expect(grants).toEqual([
      { who: 'parapet_intake', may: 'DELETE', tables: signals },
      { who: 'parapet_org', may: 'DELETE', tables: people },
      { who: 'parapet_person', may: 'DELETE', tables: people },
      { who: 'parapet_worker', may: 'DELETE', tables: ['convergence.message', 'jobs.runner', 'ledger.erasable', 'platform.command', 'platform.outbox', ...signals, 'subjects.package'] },
    ]);
  });

  test('nobody of the product is a superuser, passes row security, owns anything or makes anything', async () => {
    const roles = await rowsOf<{ rolname: string }>(`select rolname from pg_roles where rolname ~ '^parapet_(login|person|org|intake|worker|app)$' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`);
    expect(roles).toEqual([]);
    expect(await rowsOf(`select relname from pg_class c join pg_roles r on r.oid = relowner where rolname ~ '^parapet_(login|person|org|intake|worker|app)$'`)).toEqual([]);
    for (const role of ['parapet_login', 'parapet_person', 'parapet_org', 'parapet_intake', 'parapet_worker']) {
      const made = await rowsOf<{ schema: string }>(`select nspname as schema from pg_namespace where (nspname = any ($2) or nspname = 'public') and has_schema_privilege($1, oid, 'create')`, [role, OWN]);
      expect([role, made]).toEqual([role, []]);
    }
  });

  test('functions of the owner fix their search path and are for those who need them, never for everybody', async () => {
    const definers = await rowsOf<{ name: string; config: string[] | null; who: string[] }>(
      `select p.oid::regproc::text as name, proconfig as config, array(select case when a.grantee = 0 then 'everybody' else a.grantee::regrole::text end from aclexplode(coalesce(proacl, acldefault('f', proowner))) a where a.grantee <> proowner order by 1) as who
       from pg_proc p join pg_namespace n on n.oid = pronamespace where prosecdef and nspname = any ($1) order by 1`, [OWN]);
    expect(definers.length).toBeGreaterThan(20);
    for (const { name, config, who } of definers) {
      expect([name, config?.find((setting) => setting.startsWith('search_path='))]).toEqual([name, expect.stringMatching(/^search_path=pg_catalog, (public, )?pg_temp$/)]);
      expect([name, who]).not.toEqual([name, expect.arrayContaining(['everybody'])]);
    }
    const trusted = definers.filter(({ who }) => who.includes('parapet_login')).map(({ name }) => name);
    expect(trusted).toEqual(['access.holds', 'backup.unproven_s', 'health.beat', 'health.note_check', 'identity.is_founded', 'ledger.unsequenced_age_s', 'live.key_of_marks', 'net.allowances', 'net.note_target', 'offline.hear_order', 'platform.outbox_end', 'platform.outbox_since']);
  });

  test('a unique key holds the label, or a value that people do not choose; the few that they choose are named here', async () => {
    const keys = await rowsOf<{ key: string }>(
      `select i.indrelid::regclass || ' (' || (select string_agg(pg_get_indexdef(indexrelid, k, true), ', ' order by k) from generate_series(1, indnkeyatts) k) || ')' as key
       from pg_index i join pg_class c on c.oid = indrelid join pg_namespace n on n.oid = relnamespace where indisunique and nspname = any ($1) and not relispartition order by 1`, [OWN]);
    const CHOSEN = ['access.role (key)', 'alarms.rationale (type)', 'alarms.rationale (type)', 'devices.device (site_id, upper(code))', 'devices.model (lower(make), lower(model))', 'directory."group" (directory_id, external_id)', 'directory.person (lower(user_name))', 'exhibits.place (code)', 'identity.attempt (key)', 'identity.credential (email)', 'identity.link (provider_id, subject)', 'imports.known (kind, source, external_id)', 'notices.gateway (kind)', 'notices.template (key)', 'procedures.handled (type)', 'signals.source (protocol, account)', 'sites.site (code)'];
    const MADE = /\((?:.*\b(?:id|person_id|service_id|sender_id|actor_id|decision_id|group_id|mapping_id|record_id|notice_id|muster_id|code_hash|device_id|rule_id|instead_of_card|instead_of_holder|rule_version_id|on_test_id|floor_id|alarm_id|analysis_id|incident_id|activation_id|objective_id|position_id|holder_id|period_id|chain_id|request_id|workorder_id|case_id|exhibit_id|file_id|plan_id|cutoff_id|starts_at|pack_id|shift_id|procedure_id|ask_id|wall_id|from_id|signal_key|entry_id|role_id|token_hash|credential_id|session_id|number|ref|xid|seq|n|key, request|run_id|target|actor|level|size|one|day|source_ref|stream|same_as|blob|source_id|cause_id|item_id|job_id|node|origin|endpoint|class)\b.*|name|key|shipped|tbl|condition_key)\)$/;
    expect(keys.map(({ key }) => key).filter((key) => CHOSEN.includes(key)).sort()).toEqual(CHOSEN);
    expect(keys.map(({ key }) => key).filter((key) => !CHOSEN.includes(key) && !MADE.test(key))).toEqual([]);
  });

  test('whatever refers to a protected record checks that its writer sees it', async () => {
    const PROTECTED = ['platform.record', 'incidents.incident', 'alarms.alarm', 'signals.source', 'tasks.task', 'files.file', 'people.person', 'sites.site', 'devices.device', 'workorders.workorder', 'workorders.plan', 'risk.asset', 'exercises.exercise', 'continuity.process', 'cases."case"', 'exhibits.exhibit'];
    const references = await rowsOf<{ from: string; column: string; to: string; check: string | null; granted: boolean }>(
      `select conrelid::regclass::text as "from", a.attname as column, confrelid::regclass::text as "to", has_table_privilege('parapet_person', conrelid, 'insert') as granted,
         (select string_agg(with_check, ' ') from pg_policies p where p.schemaname || '.' || p.tablename = conrelid::regclass::text and p.cmd in ('INSERT', 'ALL') and 'parapet_person' = any (p.roles)) as "check"
       from pg_constraint c join pg_attribute a on a.attrelid = conrelid and a.attnum = any (conkey) where contype = 'f' and confrelid::regclass::text = any ($1)`, [PROTECTED]);
    expect(references.length).toBeGreaterThan(7);
    const isTheirOwn = ({ from, column }: { from: string; column: string }) => (from === 'sites.site' && column === 'id') || (from === 'devices.device' && column === 'behind_id') || (from === 'incidents.incident' && column === 'merged_into'); // a trigger asks, since a policy cannot ask its own table
    expect(references.filter((one) => one.granted && !isTheirOwn(one) && !one.check?.includes(one.column)).map(({ from, column, to }) => `${from}.${column} -> ${to}`)).toEqual([]);
  });
});

describe('without a person', () => {
  test('the plain login reads sessions, lenses and people only, to know who asks', async () => {
    const login = new pg.Client({ connectionString: fresh.url });
    await login.connect();
    const tables = await rowsOf<{ name: string }>(`select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = relnamespace where relkind in ('r', 'p', 'v') and nspname = any ($1)`, [OWN]);
    const readable: string[] = [];
    for (const { name } of tables) if ((await codeOf(login.query(`select from ${name} limit 1`))) === 'done') readable.push(name);
    expect(readable.sort()).toEqual(['access.lens', 'access.person', 'access.session', 'platform.migration']);
    for (const name of ['access.lens', 'access.person', 'access.session']) for (const sql of [`delete from ${name}`, `update ${name} set id = id`, `truncate ${name}`]) expect([sql, await codeOf(login.query(sql))]).toEqual([sql, '42501']);
    await login.end();
  });

  test.each(['parapet_person', 'parapet_org'])('%s without a person sees no row of any record, setting or person, and writes none', async (role) => {
    const OPEN = ['access.role', 'access.role_permission', 'access.site', 'ledger.cursor', 'ledger.head', 'ledger.mention', 'ledger.tile', 'ledger.walled'];
    const tables = await rowsOf<{ name: string }>(`select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = relnamespace where relkind in ('r', 'p', 'v') and nspname = any ($1) and has_any_column_privilege($2, c.oid, 'select')`, [OWN, role]);
    expect(tables.length).toBeGreaterThan(25);
    const seen = await asRole(role, null, async (client) => {
      const found: string[] = [];
      for (const { name } of tables) if (((await client.query<{ n: number }>(`select count(*)::int as n from (select from ${name}) x`)).rows[0]?.n ?? 0) > 0) found.push(name);
      return found;
    });
    expect(seen.filter((name) => !OPEN.includes(name))).toEqual([]);
    expect(await codeOf(asRole(role, null, (client) => client.query(`insert into alarms.cursor values (1, 1)`)))).toBe('42501');
    expect(await codeOf(asRole(role, null, (client) => client.query(`insert into platform.outbox (topic, record_id, read_permission) values ('a.b', $1, '')`, [uuidv7()])))).toBe('42501');
  });

  test('statistics of columns are told to nobody, and no one copies files or programs', async () => {
    await fresh.owner.query('analyze');
    for (const role of ['parapet_person', 'parapet_org', 'parapet_login']) {
      expect((await asRole(role, null, (client) => client.query(`select schemaname, tablename from pg_stats where schemaname = any ($1)`, [OWN]))).rows).toEqual([]);
      expect(await codeOf(asRole(role, null, (client) => client.query(`copy access.role to program 'true'`)))).toBe('42501');
      expect(await codeOf(asRole(role, null, (client) => client.query(`select pg_read_file('/etc/passwd')`)))).toBe('42501');
    }
  });
});

const incidents = store<IncidentTables>('incidents');
const WHO = `select current_user::text as user, session_user::text as login, coalesce(current_setting('parapet.person', true), '') as person, coalesce(current_setting('parapet.permission', true), '') as permission, current_setting('transaction_read_only') as read_only`;

describe('one connection after the other', () => {
  const whoIsThere = async () => (await single.send([{ text: WHO, values: [] }]))[0]?.rows[0];
  const nobody = { user: 'parapet_app', login: 'parapet_app', person: '', permission: '', readOnly: 'off' };

  test('is the plain login again, without a person, after a read, a refused read, a write, a refused write and a lost transaction', async () => {
    const ctx = { ...(await fresh.as(operator.id)), db: single };
    const id = department.at('incident', 'here').id;
    await incidents.read(ctx).selectFrom('incidents.incident').select('id').execute();
    expect(await whoIsThere()).toEqual(nobody);
    await expect(incidents.read(ctx).selectFrom('incidents.incident').select('id').where('id', '=', 'none').execute()).rejects.toMatchObject({ kind: 'invalid' });
    expect(await whoIsThere()).toEqual(nobody);
    await expect(incidents.read(ctx, 'incidents:wall').selectFrom('incidents.incident').select('id').execute()).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await whoIsThere()).toEqual(nobody);
    await incidents.writeMany(ctx, 'incidents:write', async (tx) => (await tx.updateTable('incidents.incident').set({ place: 'Gate 1' }).where('id', '=', id).execute(), { changes: [], result: null }));
    expect(await whoIsThere()).toEqual(nobody);
    await expect(incidents.writeMany(ctx, 'incidents:write', async (tx) => (await tx.insertInto('incidents.logEntry').values({ id: uuidv7(), incidentId: department.at('incident', 'walled').id, seq: 9, text: 'x', at: new Date().toISOString(), notedAt: new Date().toISOString(), authorId: operator.id }).execute(), { changes: [], result: null }))).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await whoIsThere()).toEqual(nobody);
    await expect(incidents.writeMany(ctx, 'incidents:write', async () => { throw new Error('lost'); })).rejects.toMatchObject({ kind: 'internal' });
    expect(await whoIsThere()).toEqual(nobody);
  });

  test('a refusal of the database does not hold one connection while it waits for another', async () => {
    const asked = Array.from({ length: 12 }, () => app.inject({ method: 'POST', url: '/api/incidents', headers: operator.headers, payload: { title: 'Not mine', severity: 2, siteId: department.sites.elsewhere } }));
    const started = Date.now();
    expect(new Set((await Promise.all(asked)).map(({ statusCode }) => statusCode))).toEqual(new Set([403]));
    expect(Date.now() - started).toBeLessThan(4000);
  });

  test('reading cannot write, by the mode of its transaction, whoever turns the type away', async () => {
    const ctx = await fresh.as(operator.id);
    const writer = incidents.read(ctx, 'incidents:write') as unknown as Kysely<Tables>;
    const { id } = department.at('incident', 'here');
    await expect(writer.updateTable('incidents.incident').set({ title: 'Written while reading' }).where('id', '=', id).execute()).rejects.toMatchObject({ cause: { code: '25006' } });
    expect(await rowsOf('select from incidents.incident where title like $1', ['Written while%'])).toEqual([]);
  });
});

describe('what is hidden and what is not there', () => {
  const attempt = async (permission: string, work: (tx: Kysely<Tables>) => Promise<unknown>) =>
    incidents.writeMany(await fresh.as(operator.id), permission, async (tx) => ({ changes: [], result: await work(tx as Kysely<Tables>) })).then((result) => JSON.stringify(result, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)), (error: unknown) => `${(error as { kind: string }).kind} ${(error as Error).message}`);
  const lineOf = (incidentId: string) => ({ id: uuidv7(), incidentId, addedBy: operator.id, addedAt: new Date().toISOString() });
  const now = new Date().toISOString();

  test.each([
    ['an update touches nothing', (tx: Kysely<Tables>, id: string) => tx.updateTable('incidents.incident').set({ title: 'Mine' }).where('id', '=', id).execute()],
    ['a lock holds nothing', (tx: Kysely<Tables>, id: string) => tx.selectFrom('incidents.incident').select('id').where('id', '=', id).forUpdate().execute()],
    ['a log line', (tx: Kysely<Tables>, id: string) => tx.insertInto('incidents.logEntry').values({ id: uuidv7(), incidentId: id, seq: 7, text: 'x', at: now, notedAt: now, authorId: operator.id }).execute()],
    ['a person involved', (tx: Kysely<Tables>, id: string) => tx.insertInto('incidents.personInvolved').values({ ...lineOf(id), role: 'witness', name: 'x' }).execute()],
    ['a thing involved', (tx: Kysely<Tables>, id: string) => tx.insertInto('incidents.thingInvolved').values({ ...lineOf(id), kind: 'item', description: 'x' }).execute()],
    ['a loss', (tx: Kysely<Tables>, id: string) => tx.insertInto('incidents.loss').values({ ...lineOf(id), kind: 'cash', description: 'x', amountMinor: 1, currency: 'EUR' }).execute()],
    ['a step', (tx: Kysely<Tables>, id: string) => tx.insertInto('incidents.step').values({ id: uuidv7(), incidentId: id, verb: 'x', at: now, personId: operator.id }).execute()],
    ['a link to it', (tx: Kysely<Tables>, id: string) => tx.insertInto('platform.link').values({ fromId: department.at('incident', 'here').id, toId: id, kind: 'about', actor: operator.id }).execute()],
    ['a link from it', (tx: Kysely<Tables>, id: string) => tx.insertInto('platform.link').values({ fromId: id, toId: department.at('incident', 'here').id, kind: 'about', actor: operator.id }).execute()],
    ['words to find it by', (tx: Kysely<Tables>, id: string) => tx.insertInto('platform.search').values({ recordId: id, words: 'x' }).execute()],
  ] as [string, (tx: Kysely<Tables>, id: string) => Promise<unknown>][])('are refused alike: %s', async (_name, write) => {
    const absent = await attempt('incidents:write', (tx) => write(tx, uuidv7()));
    for (const place of ['walled', 'elsewhere', 'otherwise', 'nowhere'] as const) expect([place, await attempt('incidents:write', (tx) => write(tx, department.at('incident', place).id))]).toEqual([place, absent]);
    expect(await attempt('incidents:write', (tx) => write(tx, department.at('incident', 'here').id))).not.toBe(absent);
  });

  test('a record is not moved to where its writer may not write, nor behind a wall that is not theirs', async () => {
    const { id } = department.at('incident', 'here');
    const outcomes = [];
    for (const set of [{ siteId: department.sites.elsewhere }, { siteId: uuidv7() }, { siteId: null }, { wallId: department.walls.one }, { wallId: uuidv7() }]) outcomes.push(await attempt('incidents:write', (tx) => tx.updateTable('incidents.incident').set(set).where('id', '=', id).execute()));
    expect(new Set(outcomes).size).toBe(1);
    expect(outcomes[0]).toMatch(/^forbidden /);
  });

  test('one permission of a module does not write with the rights of another', async () => {
    const { id } = department.at('incident', 'here');
    expect(await attempt('alarms:handle', (tx) => tx.updateTable('incidents.incident').set({ title: 'By an alarm' }).where('id', '=', id).execute())).toMatch(/"numUpdatedRows":"0"|"0"/);
    expect(await attempt('incidents:wall', (tx) => tx.updateTable('incidents.incident').set({ title: 'By a wall' }).where('id', '=', id).execute())).toMatch(/^forbidden /);
    expect(await rowsOf(`select from incidents.incident where title like 'By %'`)).toEqual([]);
  });

  test('a chosen value that is taken out of sight says that it is taken, and no more', async () => {
    const [engineer] = await department.enrol([{ name: 'Engineer', grants: [{ role: 'systems-engineer', site: department.sites.here, isInForce: true }], parts: [] }]);
    const send = (url: string, payload: object) => app.inject({ method: 'POST', url, headers: engineer?.headers ?? {}, payload });
    const account = await send('/api/signals/sources', { protocol: 'dc09', account: 'CAN2', name: 'Mine', siteId: department.sites.here });
    const code = await send('/api/sites', { code: 'CANARY-ELSEWHERE', name: 'Mine', kind: 'site', parentId: department.sites.here });
    for (const answer of [account, code]) {
      expect(answer.statusCode).toBe(409);
      expect(answer.body).not.toMatch(/canary-|elsewhere|CAN2/i);
    }
  });
});

test('a number of the open series tells nothing of what is declared behind a wall', async () => {
  const [lead] = await department.enrol([{ name: 'Lead', grants: [{ role: 'investigations-lead', site: null, isInForce: true }], parts: [] }]);
  const declare = async (more: object) => (await app.inject({ method: 'POST', url: '/api/incidents', headers: lead?.headers ?? {}, payload: { title: 'Number', severity: 2, siteId: department.sites.here, ...more } })).json<{ number: string }>().number;
  const numbers = [await declare({}), await declare({ custodianId: department.keeper }), await declare({}), await declare({ custodianId: department.keeper })];
  expect(numbers.map((number) => number.replace(/\d+$/, ''))).toEqual(['INC', 'INC-W', 'INC', 'INC-W'].map((series) => `${series}-${new Date().getUTCFullYear()}-`));
  const last = (number: string | undefined) => Number(/\d+$/.exec(number ?? '')?.[0]);
  expect(last(numbers[2])).toBe(last(numbers[0]) + 1);
});

test('what is told to who listens is empty', async () => {
  const ear = new pg.Client({ connectionString: fresh.url });
  await ear.connect();
  const heard: (string | undefined)[] = [];
  ear.on('notification', ({ payload }) => heard.push(payload));
  await ear.query('listen outbox');
  await app.inject({ method: 'POST', url: `/api/alarms/${department.at('alarm', 'here').id}/claim`, headers: operator.headers });
  for (const until = Date.now() + 3000; heard.length === 0 && Date.now() < until; ) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(new Set(heard)).toEqual(new Set(['']));
  await ear.end();
});

test('the ledger of a record goes behind its wall with it, texts and all, and stays whole', async () => {
  const people = await department.enrol([
    { name: 'Commander', grants: [{ role: 'incident-commander', site: null, isInForce: true }], parts: [] }, { name: 'Auditor', grants: [{ role: 'auditor', site: null, isInForce: true }], parts: [] }, { name: 'Auditor of the site', grants: [{ role: 'auditor', site: department.sites.here, isInForce: true }], parts: [] },
  ]);
  const [commander, auditor, near] = people as [Actor, Actor, Actor];
  const declared = await app.inject({ method: 'POST', url: '/api/incidents', headers: commander.headers, payload: { title: 'Before the wall', narrative: 'whispered-name', severity: 2, siteId: department.sites.here } });
  const { id } = declared.json<{ id: string }>();
  await app.inject({ method: 'POST', url: '/api/tasks', headers: commander.headers, payload: { recordId: id, title: 'whispered-task' } });
  const entriesSeen = async (who: Actor) => (await store<object>('ledger').read(await fresh.as(who.id), 'ledger:read').selectFrom('ledger.entry as e').leftJoin('ledger.erasable as x', (join) => join.onRef('x.xid', '=', 'e.xid').onRef('x.entryId', '=', 'e.id')).select(['e.verb', 'x.text']).where('e.recordId', '=', id).execute());
  expect((await entriesSeen(auditor)).some(({ text }) => text === 'whispered-name')).toBe(true);
  const walled = await app.inject({ method: 'POST', url: `/api/incidents/${id}/wall`, headers: commander.headers, payload: { custodianId: department.keeper, reason: 'It names somebody' } });
  expect(walled.statusCode).toBe(200);
  expect([await entriesSeen(auditor), await entriesSeen(near)]).toEqual([[], []]);
  expect((await entriesSeen(commander)).map(({ verb }) => verb)).toEqual(expect.arrayContaining(['incidents.declared', 'tasks.added', 'incidents.walled']));
  const [orphans] = await rowsOf<{ n: number }>('select count(*)::int as n from ledger.entry where record_id = $1 and wall_id is null', [id]);
  expect(orphans?.n).toBeGreaterThan(1);
});

test('an alarm forgets the number of an incident that has gone out of sight', async () => {
  const [commander, watch] = (await department.enrol([
    { name: 'Duty manager', grants: [{ role: 'tat-security', site: null, isInForce: true }], parts: [] }, { name: 'Watch', grants: [{ role: 'gsoc-supervisor', site: department.sites.elsewhere, isInForce: true }], parts: [] },
  ])) as [Actor, Actor];
  const alarm = department.at('alarm', 'elsewhere').id;
  const declared = await app.inject({ method: 'POST', url: '/api/incidents', headers: commander.headers, payload: { fromAlarmId: alarm, severity: 2 } });
  const { id, number } = declared.json<{ id: string; number: string }>();
  const told = async (who: Actor) => (await Promise.all([`/api/alarms/${alarm}`, '/api/alarms?state=all&limit=200'].map(async (url) => (await app.inject({ url, headers: who.headers })).body))).map((body) => body.includes(number) && body.includes(id));
  expect([await told(watch), await told(commander)]).toEqual([[true, true], [true, true]]);
  expect((await app.inject({ method: 'POST', url: `/api/incidents/${id}/wall`, headers: commander.headers, payload: { custodianId: department.keeper, reason: 'It names somebody' } })).statusCode).toBe(200);
  expect([await told(watch), await told(commander)]).toEqual([[false, false], [true, true]]);
  const again = await app.inject({ method: 'POST', url: '/api/incidents', headers: watch.headers, payload: { fromAlarmId: alarm, severity: 2 } });
  expect(again.statusCode).toBe(409);
  expect(again.body).not.toContain(number);
});

test('hundreds of hidden matches push nothing out of a search that may be seen', async () => {
  await fresh.owner.query(`with made as (insert into platform.record (id, kind, title, state, site_id, read_permission, at) select uuidv7(), 'test.record', 'quagga', 'open', $1, 'incidents:read', now() from generate_series(1, 700) returning id)
    insert into platform.search (record_id, words) select id, 'quagga' from made`, [department.sites.elsewhere]);
  await fresh.owner.query(`update platform.search set words = 'subquaggaish at the gate' where record_id = $1`, [department.at('incident', 'here').id]);
  for (const url of ['/api/search?q=quagga', '/api/incidents?q=quagga']) {
    const { items } = (await app.inject({ url, headers: operator.headers })).json<{ items: { id: string }[] }>();
    expect([url, items.map(({ id }) => id)]).toEqual([url, [department.at('incident', 'here').id]]);
  }
});

test('the key of an outside source learns nobody and nothing', async () => {
  const [machine] = (await department.enrol([{ name: 'Panel gateway', kind: 'service', grants: [{ role: 'service-source', site: department.sites.here, isInForce: true }], parts: [] }])) as [Actor];
  for (const url of ['/api/people/names', '/api/search?q=canary', '/api/identity/sessions']) expect([url, (await app.inject({ url, headers: machine.headers })).json<{ items: { kind?: string }[] }>().items.filter(({ kind }) => kind !== 'browser')]).toEqual([url, []]);
  expect((await app.inject({ url: '/api/people/names', headers: operator.headers })).json<{ items: unknown[] }>().items.length).toBeGreaterThan(3);
});

test('no service of the product has more than its row says', async () => {
  for (const [name, id] of Object.entries(SERVICE)) {
    const held = await rowsOf<{ role: string }>('select r.key as role from access.grant g join access.role r on r.id = g.role_id where g.person_id = $1', [id]);
    expect([name, held]).toEqual([name, [{ role: `service-${name === 'frontDoor' ? 'front-door' : name}` }]]);
  }
  expect(await rowsOf('select from access.wall_member m join access.person p on p.id = m.person_id where p.kind = $1', ['service'])).toEqual([]);
});
