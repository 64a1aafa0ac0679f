// Searching among a million records, by readers of all, some and next to none, with the rows that each touches, and what a hidden word costs.
// `npm run bench -- search [--records 1000000] [--times 60] [--asks 2000]`
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { migrateDatabase, startDatabase } from '../src/app/database.ts';
import { readConfig } from '../src/platform/kernel/config.ts';
import { actAs, type Ctx } from '../src/platform/kernel/context.ts';
import { openDatabase } from '../src/platform/kernel/db/pool.ts';
import { findRecords } from '../src/platform/search/search.service.ts';
import { argument, table } from './measure.ts';

const RECORDS = argument('records', 1_000_000);
const TIMES = argument('times', 60);
const ASKS = argument('asks', 2000);
const BATCH = 2000;

const dataDir = mkdtempSync(join(tmpdir(), 'parapet bench '));
chmodSync(dataDir, 0o755);
process.env['PARAPET_DATA'] = dataDir;
process.env['PARAPET_MODE'] = 'main';
const database = await startDatabase(readConfig(process.env, 'main'), () => undefined);
await migrateDatabase(database);
const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
const db = openDatabase({ url: database.urls.web, max: 4 });

// 30 sites in each of 67 regions, 5,000 walls; words by Zipf's law from 27,000 in titles of two to five.
const SETUP = `
create function public.syl(n bigint) returns text language sql immutable as $$ select (array['ba','der','kon','mi','stra','lo','ven','tar','hel','rin','oga','pel','schu','wam','fi','zor','nad','umbe','lis','kra','tho','gen','par','qui','sol','ter','vog','wil','yas','dro'])[1 + abs(n) % 30] $$;
create function public.wrd(n bigint) returns text language sql immutable as $$ select public.syl(n) || public.syl(n / 30) || case when n % 3 = 0 then public.syl(n / 900) else '' end $$;
create function public.zipf() returns bigint language sql volatile as $$ select floor(exp(random() * ln(27000)))::bigint $$;
create function public.site(n bigint) returns uuid language sql immutable as $$ select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
create function public.wall(n bigint) returns uuid language sql immutable as $$ select ('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
insert into access.site (id, path) select public.site(5000 + g), ('r' || g)::ltree from generate_series(1, 67) g;
insert into access.site (id, path) select public.site(g), ('r' || 1 + g / 30 || '.s' || g)::ltree from generate_series(1, 2000) g;
insert into access.person (id, kind, name, state) values (public.site(9999), 'human', 'Founder', 'active');
insert into access.wall (id, opened_by) select public.wall(g), public.site(9999) from generate_series(1, 5000) g;
insert into access.role (key, title, kind) values ('everything', 'Everything', 'human');
insert into access.role_permission (permission, role_id) select p, r.id from unnest(array['incidents:read', 'alarms:read', 'people:read', 'sites:read', 'signals:read']) p, access.role r where r.key = 'everything';`;

const FILL = `with g as (select n, uuidv7() as id, public.zipf() a, public.zipf() b, random() r from generate_series($1::int, $2::int) n),
  r as (insert into platform.record (id, kind, number, title, state, site_id, wall_id, read_permission, at)
    select id, case when r < 0.7 then 'incidents.incident' when r < 0.95 then 'alarms.alarm' else 'people.person' end,
      case when r < 0.7 then 'INC-2026-' || lpad(n::text, 7, '0') when r < 0.95 then 'ALM-2026-' || lpad(n::text, 7, '0') end,
      case when r < 0.7 then public.wrd(a) || ' door ' || public.wrd(b) || ' dock ' || n % 97 when r < 0.95 then 'Motion ' || public.wrd(a) || ' zone ' || n % 300 else initcap(public.wrd(a)) || ' ' || initcap(public.wrd(b * 7 + 11)) end,
      'open', public.site(1 + n % 2000), case when r < 0.05 then public.wall(1 + n % 5000) end, case when r < 0.7 then 'incidents:read' when r < 0.95 then 'alarms:read' else 'people:read' end, now() - ($3::int - n) * interval '10 seconds' from g returning id)
  select array_agg(id) as ids from r`;
/** In sets, by two writers at once, without the index of tokens, which is made at the end. */
async function fill(): Promise<{ writtenS: number; indexedS: number }> {
  const start = performance.now();
  await owner.query('drop index search.record_tokens_idx; alter table platform.record disable trigger found_by_itself');
  let at = 0;
  await Promise.all([1, 2].map(async () => {
    while (at < RECORDS) {
      const from = at;
      at += BATCH;
      const { rows: [made] } = await owner.query<{ ids: string[] }>(FILL, [from, Math.min(RECORDS, from + BATCH) - 1, RECORDS]);
      await owner.query('select search.keep($1)', [made?.ids]);
      if (from % 100_000 === 0) console.error(`${from} of ${RECORDS}`);
    }
  }));
  const written = performance.now();
  await owner.query(`set maintenance_work_mem = '512MB'; create index record_tokens_idx on search.record using gin (tokens) with (gin_pending_list_limit = 512); alter table platform.record enable trigger found_by_itself`);
  await owner.query('vacuum analyze');
  return { writtenS: (written - start) / 1000, indexedS: (performance.now() - written) / 1000 };
}

async function aReader(name: string, grants: { site?: number | null; walls?: number }): Promise<Ctx> {
  const id = uuidv7();
  await owner.query(`insert into access.person (id, kind, name, state) values ($1, 'human', $2, 'active')`, [id, name]);
  if (grants.site !== undefined) await owner.query(`insert into access.grant (id, person_id, role_id, site_id) select $1, $2, r.id, case when $3::int is null then null else public.site($3) end from access.role r where r.key = 'everything'`, [uuidv7(), id, grants.site]);
  if (grants.walls) await owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select public.wall(g), $1, r.id from generate_series(1, $2::int) g, access.role r where r.key = 'everything'`, [id, grants.walls]);
  await owner.query('select access.refresh_sight($1)', [id]);
  return actAs(db, id);
}

const some = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)] as T;
const wordOf = (n: number): string => {
  const parts = ['ba', 'der', 'kon', 'mi', 'stra', 'lo', 'ven', 'tar', 'hel', 'rin', 'oga', 'pel', 'schu', 'wam', 'fi', 'zor', 'nad', 'umbe', 'lis', 'kra', 'tho', 'gen', 'par', 'qui', 'sol', 'ter', 'vog', 'wil', 'yas', 'dro'];
  const syl = (i: number): string => parts[Math.floor(i) % 30] ?? '';
  return syl(n) + syl(n / 30) + (n % 3 === 0 ? syl(n / 900) : '');
};
const rare = (): string => wordOf(9000 + Math.floor(Math.random() * 18_000));
const slip = (word: string): string => word.slice(0, 2) + word.slice(3);

const ASKED: readonly (readonly [string, () => string])[] = [
  ['a number', () => `INC-2026-${String(Math.floor(Math.random() * RECORDS)).padStart(7, '0')}`],
  ['a word of every incident', () => 'door'],
  ['a rare word', rare],
  ['two words, one common', () => `${rare()} door`],
  ['three letters', () => rare().slice(0, 3)],
  ['a word with a slip', () => slip(wordOf(9001 + 3 * Math.floor(Math.random() * 6000)))],
  ['a name as it sounds', () => some(['Straloh', 'Schooven', 'Darkonn', 'Zornat', 'Wilker'])],
  ['nothing that is there', () => 'xylophonist qq'],
];

const COUNTED = `select coalesce(sum(coalesce(idx_tup_fetch, 0) + seq_tup_read), 0) as rows from pg_stat_xact_user_tables where schemaname = 'search' and relname in ('record', 'word')`;

/** Rows of the search's own tables that one search reads. */
async function touched(ctx: Ctx, q: string): Promise<number> {
  const client = await owner.connect();
  const count = async (): Promise<number> => Number((await client.query<{ rows: string }>(COUNTED)).rows[0]?.rows);
  try {
    await client.query('begin');
    await client.query(`select set_config('parapet.person', $1, true)`, [ctx.personId]);
    const before = await count();
    await client.query('select count(*) from platform.find_records($1, 50)', [q]);
    return (await count()) - before;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const at = (times: readonly number[], share: number): number => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

async function asking(name: string, ctx: Ctx): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [what, q] of ASKED) {
    for (let i = 0; i < 3; i++) await findRecords(ctx, { q: q(), limit: 20 });
    const times: number[] = [];
    let found = 0;
    for (let i = 0; i < TIMES; i++) times.push(await timed(async () => (found += (await findRecords(ctx, { q: q(), limit: 20 })).items.length)));
    const read: number[] = [];
    for (let i = 0; i < 10; i++) read.push(await touched(ctx, q()));
    rows.push([name, what, at(times, 0.5).toFixed(1), at(times, 0.99).toFixed(1), (found / TIMES).toFixed(1), String(Math.max(...read))]);
  }
  return rows;
}

/** A word behind walls of others, and one that is nowhere, asked for in turn. */
async function hiding(ctx: Ctx): Promise<string> {
  const ids = await owner.query<{ ids: string[] }>(`with r as (insert into platform.record (id, kind, title, state, wall_id, read_permission, at) select uuidv7(), 'incidents.incident', 'Operation Zwartkopje', 'open', public.wall(1 + g % 5000), 'incidents:read', now() from generate_series(1, 20000) g returning id) select array_agg(id) as ids from r`);
  await owner.query('select search.keep($1)', [ids.rows[0]?.ids]);
  const [hidden, absent]: [number[], number[]] = [[], []];
  for (let i = 0; i < ASKS; i++) {
    hidden.push(await timed(() => findRecords(ctx, { q: 'zwartkopje', limit: 20 })));
    absent.push(await timed(() => findRecords(ctx, { q: 'zwirtkepjo', limit: 20 })));
  }
  const [a, b] = [at(hidden, 0.5), at(absent, 0.5)];
  return `A word of 20,000 records behind walls of others: median ${a.toFixed(2)} ms; one that is nowhere: ${b.toFixed(2)} ms (${(((a - b) / b) * 100).toFixed(1)} %), ${ASKS} of each in turn.`;
}

try {
  const before = loadavg()[0] ?? 0;
  await owner.query(SETUP);
  const { writtenS, indexedS } = await fill();
  const { rows: sizes } = await owner.query<{ what: string; size: string }>(`select c.oid::regclass::text as what, pg_size_pretty(pg_table_size(c.oid)) || ' + ' || pg_size_pretty(pg_indexes_size(c.oid)) as size from pg_class c where c.relkind = 'r' and c.relnamespace = 'search'::regnamespace order by 1`);
  console.log(`${RECORDS.toLocaleString('en')} records were written in ${writtenS.toFixed(0)} s, their tokens indexed and all analysed in ${indexedS.toFixed(0)} s. Tables + indexes: ${sizes.map(({ what, size }) => `${what} ${size}`).join(', ')}.\n`);
  const readers = [
    ['organisation', await aReader('Organisation', { site: null })], ['organisation and 5 walls', await aReader('Walled', { site: null, walls: 5 })], ['one site', await aReader('Guard', { site: 7 })],
    ['a region of 30 sites', await aReader('Region', { site: 5003 })], ['500 walls', await aReader('Investigator', { walls: 500 })], ['one wall', await aReader('Member', { walls: 1 })],
  ] as const;
  const rows: string[][] = [];
  for (const [name, ctx] of readers) rows.push(...(await asking(name, ctx)));
  console.log(table(['reader', 'asked', 'p50 ms', 'p99 ms', 'found', 'rows touched, at most'], rows));
  console.log(`\n${await hiding(readers[2][1])}`);
  console.log(`\nLoad average: ${before.toFixed(1)} at the start, ${(loadavg()[0] ?? 0).toFixed(1)} at the end.`);
} finally {
  await Promise.all([db.close(), owner.end()]);
  await database.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
