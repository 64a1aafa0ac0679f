// Access figures on a million rows: lists, reads, inserts and updates under row security beside the same without it, in one run.
// `npm run bench -- access [--rows 1000000] [--seconds 3]`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { enter, enterToRead } from '../src/platform/kernel/access.ts';
import type { Statement } from '../src/platform/kernel/db/flush.ts';
import { type Database, openDatabase } from '../src/platform/kernel/db/pool.ts';
import { migrate } from '../src/platform/kernel/migrate.ts';
import { discoverModules } from '../src/platform/kernel/modules.ts';
import { startCluster } from '../src/platform/postgres/cluster.ts';
import { argument, closedLoop, type Figures, table } from './measure.ts';

const ROWS = argument('rows', 1_000_000);
const SECONDS = argument('seconds', 3);
const SITES = 2000;
const WALLS = 20_000;

type Reader = { name: string; personId: string; form: 'plain' | 'lateral'; labels: string[] };

const SETUP = `
create schema bench;
create table bench.incident (id uuid primary key, title text not null, status text not null, severity smallint not null, site_id uuid, wall_id uuid,
  sight_id uuid generated always as (coalesce(wall_id, site_id)) stored, occurred_at timestamptz not null, version int not null default 1) with (fillfactor = 85);
grant usage on schema bench to parapet_person, parapet_org;
select access.protect('bench.incident', 'incidents', 'incidents:read');`;

const FILL = `
insert into access.person (id, kind, name, state) values ('${uuid(9, 0)}', 'human', 'Opener', 'active');
insert into access.site (id, path) select ('00000000-0000-7000-9000-' || lpad(to_hex(g), 12, '0'))::uuid, replace('00000000-0000-7000-9000-' || lpad(to_hex(g), 12, '0'), '-', '')::ltree from generate_series(1, ${SITES}) g;
insert into access.wall (id, opened_by) select ('00000000-0000-7000-a000-' || lpad(to_hex(g), 12, '0'))::uuid, '${uuid(9, 0)}' from generate_series(1, ${WALLS}) g;
insert into bench.incident (id, title, status, severity, site_id, wall_id, occurred_at)
  select uuidv7(make_interval(secs => g - ${ROWS})), 'Forced door #' || g, (array['new', 'triage', 'open', 'contained', 'closed', 'closed', 'closed'])[1 + (g * 3) % 7], 1 + g % 5,
    ('00000000-0000-7000-9000-' || lpad(to_hex(1 + (g::bigint * 7919) % ${SITES}), 12, '0'))::uuid,
    case when g % 10 = 0 then ('00000000-0000-7000-a000-' || lpad(to_hex(1 + (g / 10) % ${WALLS}), 12, '0'))::uuid end,
    timestamptz '2026-01-01' + g * interval '20 s'
  from generate_series(1, ${ROWS}) g;
create index on bench.incident (sight_id, status, occurred_at desc, id desc);
create index on bench.incident (occurred_at desc, id desc);
vacuum analyze bench.incident;`;

function uuid(family: number, n: number): string {
  return `00000000-0000-7000-${['8', '9', 'a'][family] ?? '8'}000-${n.toString(16).padStart(12, '0')}`;
}
const site = (n: number) => uuid(1, n);
const wall = (n: number) => uuid(2, n);

const PLAIN = `select id, title, status, severity, occurred_at from bench.incident where status = any ($1::text[]) order by occurred_at desc, id desc limit 50`;
const LATERAL = `with top as (select i.id, i.occurred_at from unnest($2::uuid[]) l cross join unnest($1::text[]) st cross join lateral (
  select id, occurred_at from bench.incident where sight_id = l and status = st order by occurred_at desc, id desc limit 50) i order by 2 desc, 1 desc limit 50)
  select i.id, i.title, i.status, i.severity, i.occurred_at from top join bench.incident i using (id) order by top.occurred_at desc, top.id desc`;

async function people(owner: pg.Client): Promise<Reader[]> {
  const make = async (name: string, form: Reader['form'], role: string, sites: readonly (string | null)[], walls: readonly string[]): Promise<Reader> => {
    const personId = uuidv7();
    await owner.query(`insert into access.person (id, kind, name, state) values ($1, 'human', $2, 'active')`, [personId, name]);
    await owner.query(`insert into access.grant (id, person_id, role_id, site_id) select uuidv7(), $1, r.id, s from access.role r, unnest($2::uuid[]) s where r.key = $3`, [personId, sites, role]);
    await owner.query(`alter table access.wall_member disable trigger refresh_sight`);
    await owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select w, $1, r.id from access.role r, unnest($2::uuid[]) w where r.key = 'wall-writer'`, [personId, walls]);
    await owner.query(`alter table access.wall_member enable trigger refresh_sight`);
    await owner.query('select access.refresh_sight($1)', [personId]);
    return { name, personId, form, labels: [...sites.filter((s) => s !== null), ...walls] };
  };
  const upTo = (n: number, of: (i: number) => string) => Array.from({ length: n }, (_, i) => of(i * 7 + 1));
  return [
    await make('organisation + 3 walls', 'plain', 'cso', [null], upTo(3, wall)),
    await make('organisation, no wall', 'plain', 'cso', [null], []),
    await make('one site', 'lateral', 'gsoc-supervisor', upTo(1, site), []),
    await make('19 sites', 'lateral', 'gsoc-supervisor', upTo(19, site), []),
    await make('200 sites', 'plain', 'gsoc-supervisor', upTo(200, site), []),
    await make('1 wall', 'lateral', 'gsoc-supervisor', [], upTo(1, wall)),
    await make('500 walls', 'lateral', 'gsoc-supervisor', [], upTo(500, wall)),
    await make('nothing', 'lateral', 'gsoc-supervisor', [], []),
  ];
}

const STATES = '{new,open}';
const list = (reader: Reader): Statement => (reader.form === 'plain' ? { text: PLAIN, values: [STATES] } : { text: LATERAL, values: [STATES, `{${reader.labels.join(',')}}`] });
const asReader = (db: Database, reader: Reader, statement: Statement, role: string) => () => db.send([enterToRead({ kind: 'person', personId: reader.personId }, ''), statement], role);
const asWriter = (db: Database, reader: Reader, permission: string, statement: () => Statement, role: string) => () => db.send([enter({ kind: 'person', personId: reader.personId }, permission), statement()], role);

async function measureReaders(db: Database, free: Database, readers: Reader[]): Promise<string[][]> {
  const rows: string[][] = [];
  for (const reader of readers) {
    const role = reader.name.startsWith('organisation') ? 'parapet_org' : 'parapet_person';
    const open = await both(() => free.send([list(reader)]));
    const guarded = await both(asReader(db, reader, list(reader), role));
    rows.push([reader.name, reader.form, figure(open[0]), figure(open[1]), figure(guarded[0]), figure(guarded[1]), (guarded[0].p50Ms / open[0].p50Ms).toFixed(2)]);
  }
  return rows;
}

const both = async (run: () => Promise<unknown>): Promise<[Figures, Figures]> => [await closedLoop(1, SECONDS, run), await closedLoop(16, SECONDS, run)];
const figure = (f: Figures): string => `${f.p50Ms.toFixed(2)} (${f.p99Ms.toFixed(1)}) · ${Math.round(f.perS)}/s`;

async function measureSingles(db: Database, free: Database, readers: Reader[], owner: pg.Client): Promise<string[][]> {
  const rows: string[][] = [];
  let n = 0;
  let ids: string[] = await visibleIds(owner, []);
  const get = (): Statement => ({ text: 'select id, title, status from bench.incident where id = $1::uuid', values: [ids[n++ % ids.length]] });
  const update = (): Statement => ({ text: 'update bench.incident set severity = 1 + severity % 5, version = version + 1 where id = $1::uuid returning id', values: [ids[n++ % ids.length]] });
  rows.push(['get by id', 'no row security', ...(await both(() => free.send([get()]))).map(figure)]);
  rows.push(['update, commit', 'no row security', ...(await both(() => free.send([update()]))).map(figure)]);
  for (const reader of readers.filter(({ name }) => ['organisation, no wall', 'one site', '500 walls'].includes(name))) {
    const role = reader.name.startsWith('organisation') ? 'parapet_org' : 'parapet_person';
    ids = await visibleIds(owner, reader.labels);
    const insert = (): Statement => ({ text: `insert into bench.incident (id, title, status, severity, site_id, wall_id, occurred_at) values ($1, 'New', 'new', 2, $2, $3, now()) returning id`, values: [uuidv7(), reader.labels[0]?.includes('-a000-') ? null : (reader.labels[0] ?? site(1)), reader.labels[0]?.includes('-a000-') ? reader.labels[0] : null] });
    rows.push(['get by id', reader.name, ...(await both(() => asReader(db, reader, get(), role)())).map(figure)]);
    rows.push(['update, commit', reader.name, ...(await both(asWriter(db, reader, 'incidents:write', update, role))).map(figure)]);
    rows.push(['insert, commit', reader.name, ...(await both(asWriter(db, reader, 'incidents:write', insert, role))).map(figure)]);
  }
  return rows;
}

const visibleIds = async (owner: pg.Client, labels: readonly string[]): Promise<string[]> =>
  (await owner.query<{ id: string }>(`select id from bench.incident where case when cardinality($1::uuid[]) = 0 then wall_id is null else sight_id = any ($1) end order by occurred_at desc limit 5000`, [labels])).rows.map((row) => row.id);

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'parapet-bench-'));
  const cluster = await startCluster({ dir, settings: { shared_buffers: '2GB', max_wal_size: '8GB' } });
  try {
    await cluster.ensureLogin('parapet_app');
    const ownerUrl = cluster.url('parapet', 'parapet_owner');
    await migrate({ ownerUrl, login: 'parapet_app' });
    for (const module of await discoverModules()) await module.seed?.(ownerUrl);
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    await owner.query(SETUP);
    for (const statement of FILL.split(';\n')) await owner.query(statement);
    const readers = await people(owner);
    const db = openDatabase({ url: cluster.url('parapet', 'parapet_app'), max: 16 });
    const free = openDatabase({ url: ownerUrl, max: 16 });
    console.log(`\n${ROWS.toLocaleString('en')} incidents, a tenth of them walled, ${SITES} sites, ${WALLS} walls; 50 newest of 2 states; p50 (p99) ms · per s\n`);
    console.log(table(['reader', 'form', 'no row security, 1', 'no row security, 16', 'row security, 1', 'row security, 16', 'ratio of p50 at 1'], await measureReaders(db, free, readers)));
    console.log(`\n${table(['operation', 'reader', '1', '16'], await measureSingles(db, free, readers, owner))}`);
    await Promise.all([db.close(), free.close(), owner.end()]);
  } finally {
    await cluster.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

await main();
