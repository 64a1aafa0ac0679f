// List of 50 of a million incidents, and an update with its ledger entry, by HTTP with session, row security and checked replies.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';
import { type Api, type Product, signIn, startProduct } from '../e2e/product.ts';
import { argument, table } from './measure.ts';

const ROWS = argument('rows', 1_000_000);
const SECONDS = argument('seconds', 4);
const RUNS = argument('runs', 3);
const SITES = 50;
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'parapet-records-'));

type Load = { perS: number; p50Ms: number; p99Ms: number; failed: number };
type Request = { method: string; path: string; body?: string };

const siteId = (n: number) => `00000000-0000-7000-9000-${n.toString(16).padStart(12, '0')}`;

const FILL = `
insert into sites.site (id, code, name, kind, time_zone) select ('00000000-0000-7000-9000-' || lpad(to_hex(g), 12, '0'))::uuid, 'S' || g, 'Site ' || g, 'site', 'Europe/Amsterdam' from generate_series(1, ${SITES}) g;
insert into incidents.incident (id, number, title, type_key, severity, site_id, occurred_from, known_at, declared_by, declared_at, place, narrative)
  select uuidv7(make_interval(secs => g - ${ROWS})), 'INC-2026-' || lpad(g::text, 7, '0'), 'Forced door #' || g, 'burglary', 1 + g % 5, ('00000000-0000-7000-9000-' || lpad(to_hex(1 + (g::bigint * 19) % ${SITES}), 12, '0'))::uuid,
    t, t, '00000000-0000-7000-8000-000000000004', t, 'Dock ' || g % 90, 'The guard saw a broken lock near camera ' || g % 4000 from (select g, timestamptz '2026-01-01' + g * interval '25 s' as t from generate_series(1, ${ROWS}) g) x;
alter table platform.record disable trigger found_by_itself;
insert into platform.record (id, kind, number, title, state, site_id, read_permission, at) select id, 'incidents.incident', number, title, state, site_id, 'incidents:read', occurred_from from incidents.incident;
alter table platform.record enable trigger found_by_itself;
vacuum analyze incidents.incident, platform.record;`;

/** What is found by search, in sets: row by row, as a million writes would do it, takes a quarter of an hour. */
const BATCH = 5000;
const KEEP = `select search.keep(array_agg(id)) from (select id from platform.record where kind = 'incidents.incident' and id > $1 order by id limit ${BATCH}) r`;
const LAST = `select max(id::text) as last from (select id from platform.record where kind = 'incidents.incident' and id > $1 order by id limit ${BATCH}) r`;

// A Directus with the same million rows may be named: PARAPET_BENCH_DIRECTUS=http://127.0.0.1:8055 and its token in PARAPET_BENCH_DIRECTUS_TOKEN.
const PEER = process.env['PARAPET_BENCH_DIRECTUS'];
const TOKEN = process.env['PARAPET_BENCH_DIRECTUS_TOKEN'] ?? '';
const PEER_LIST = Array.from({ length: 200 }, (_, i) => ({ method: 'GET', path: `/items/incidents?limit=50&sort=-occurred_at&filter[site][_eq]=S${String((i * 19) % 50).padStart(2, '0')}&filter[status][_eq]=open` }));
const PEER_UPDATE = Array.from({ length: 4000 }, (_, i) => ({ method: 'PATCH', path: `/items/incidents/${1 + (i * 7919) % 1_000_000}`, body: JSON.stringify({ category: ['access', 'theft', 'safety'][i % 3], severity: 1 + (i % 5) }) }));

async function load(name: string, headers: Record<string, string>, port: string, requests: Request[], connections: number): Promise<Load> {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ headers, requests }));
  const loads: Load[] = [];
  for (let i = 0; i < RUNS; i++) loads.push(JSON.parse((await run(process.execPath, [join(import.meta.dirname, 'http-load.ts'), file, port, String(connections), String(SECONDS)])).stdout) as Load);
  const middle = (of: (l: Load) => number) => loads.map(of).toSorted((a, b) => a - b)[Math.floor(loads.length / 2)] as number;
  return { perS: middle((l) => l.perS), p50Ms: middle((l) => l.p50Ms), p99Ms: middle((l) => l.p99Ms), failed: loads.reduce((n, l) => n + l.failed, 0) };
}

async function keepFound(owner: pg.Client): Promise<void> {
  await owner.query('drop index search.record_tokens_idx');
  for (let after: string | null = '00000000-0000-0000-0000-000000000000'; after !== null; ) {
    await owner.query(KEEP, [after]);
    after = (await owner.query<{ last: string | null }>(LAST, [after])).rows[0]?.last ?? null;
  }
  await owner.query('create index record_tokens_idx on search.record using gin (tokens) with (gin_pending_list_limit = 512)');
  await owner.query('vacuum analyze');
}

/** A person with one role, over the organisation or a site, and a session of theirs. */
async function person(product: Product, owner: pg.Client, name: string, role: string, site: string | null): Promise<Api> {
  const email = `${name}@works.example`;
  await owner.query(`with p as (insert into access.person (id, kind, name, state) values (uuidv7(), 'human', $1, 'active') returning id),
    c as (insert into identity.credential (person_id, email, password_hash) select p.id, $2, (select password_hash from identity.credential limit 1) from p)
    insert into access.grant (id, person_id, role_id, site_id) select uuidv7(), p.id, r.id, $4 from p, access.role r where r.key = $3`, [name, email, role, site]);
  return signIn(product.url, { email, found: false });
}

const product = await startProduct();
try {
  await signIn(product.url);
  const owner = await product.owner();
  await owner.query('set statement_timeout = 0');
  for (const statement of FILL.split(';\n')) await owner.query(statement);
  await keepFound(owner);
  const chief = await person(product, owner, 'chief', 'cso', null);
  const local = await person(product, owner, 'local', 'gsoc-supervisor', siteId(7));
  const ids = (await owner.query<{ id: string }>('select id from incidents.incident tablesample system (1) limit 4000')).rows.map((row) => row.id);
  const port = new URL(product.url).port;
  const bySite = Array.from({ length: 200 }, (_, i) => ({ method: 'GET', path: `/api/incidents?limit=50&state=open&siteId=${siteId(1 + (i * 19) % SITES)}` }));
  const plain = [{ method: 'GET', path: '/api/incidents?limit=50&state=open' }];
  const updates = ids.map((id, i) => ({ method: 'PATCH', path: `/api/incidents/${id}`, body: JSON.stringify({ place: `Dock ${i % 97} east` }) }));
  const rows: string[][] = [];
  for (const connections of [1, 16, 64]) {
    for (const [name, api, requests] of [['list, organisation', chief, plain], ['list of a site, organisation', chief, bySite], ['list, reader of one site', local, plain], ['update with ledger', chief, updates]] as const) {
      const { perS, p50Ms, p99Ms, failed } = await load(name.replaceAll(/\W+/g, '-'), { cookie: api.cookie }, port, [...requests], connections);
      rows.push([name, String(connections), Math.round(perS).toLocaleString('en'), p50Ms.toFixed(2), p99Ms.toFixed(2), String(failed)]);
    }
    for (const [name, requests] of PEER ? ([['Directus: list of a site', PEER_LIST], ['Directus: update with its activity', PEER_UPDATE]] as const) : []) {
      const { perS, p50Ms, p99Ms, failed } = await load('directus', { authorization: `Bearer ${TOKEN}` }, new URL(PEER ?? '').port, [...requests], connections);
      rows.push([name, String(connections), Math.round(perS).toLocaleString('en'), p50Ms.toFixed(2), p99Ms.toFixed(2), String(failed)]);
    }
  }
  await owner.end();
  const rss = (['intake', 'web', 'worker'] as const).map((name) => `${name} ${Math.round(product.pidsOf(name).reduce((sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]), 0) / 1024)} MiB`);
  console.log(`\n${ROWS.toLocaleString('en')} incidents, ${SITES} sites; median of ${RUNS} runs of ${SECONDS} s\n\n${table(['operation', 'connections', 'per s', 'p50 ms', 'p99 ms', 'failed'], rows)}\n\nmemory after: ${rss.join(' · ')}`);
} finally {
  await product.stop();
  rmSync(folder, { recursive: true, force: true });
}
