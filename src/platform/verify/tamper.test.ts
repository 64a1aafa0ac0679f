import { createHash, randomBytes } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { philoxBlock } from '#engines/random/philox.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { erasable } from '#platform/kernel/ledger/body.ts';
import { seal, type TestLedger, testLedger } from '#platform/kernel/ledger/testing.ts';
import type { Break } from './break.ts';
import ledgerModule from '#platform/ledger/module.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { fileOf, type Said, verifiedByPython, withoutPython } from './testing.ts';
import { type Verified, verifyLedger } from './verify-ledger.ts';

const BATCH = 20;
const HEADS = 14;
const SIZE = BATCH * HEADS;
const PUT_BACK = ['entry', 'erasable', 'leaf', 'tile', 'head', 'cursor'];
const SEED = 20261121;
let drawn = 0;
const below = (limit: number): number => (philoxBlock([drawn++, 0, 0, 0], [SEED, 0])[0] as number) % limit;

/** Columns whose bits say nothing of what happened, and why. */
const APART: Record<string, string> = {
  'cursor.one': 'a constant that keeps the table to one row',
  'cursor.mentioned': 'where the next search for mentions begins; a number beyond the leaves is found, a lower one only begins earlier',
  'mention.entry_id': 'who may see an entry, not what it says', 'mention.record_id': 'the same', 'mention.xid': 'the same', 'walled.record_id': 'the same', 'walled.wall_id': 'the same',
};
/** Columns that say who may see a leaf: an export then seals what it showed, and what it shows is true. */
const SEALING = new Set(['leaf.record_id', 'leaf.wall_id', 'leaf.sight_id', 'leaf.actor']);

let ledger: TestLedger;
let app: FastifyInstance;
let token: string;
let heads: string;
let witness: string;
let original: string;

const hasPython = withoutPython() === null;
const rowsOf = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> => (await ledger.database.owner.query<Row>(sql, values)).rows;
const exported = async (): Promise<string> => (await app.inject({ url: '/api/ledger/export', headers: { authorization: `Bearer ${token}` } })).body;
const verify = (witnessed: readonly string[] = []): Promise<Verified | Break> => verifyLedger({ pool: ledger.database.owner, publicKeys: ledger.publicKeys, headFile: ledger.headFile, full: true, witnessed });
const entryAt = async (n: number) => (await rowsOf<{ record: string; hour: string }>(`select e.record_id as record, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24') as hour from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id where l.n = $1`, [n]))[0] as { record: string; hour: string };
const python = (text: string, kept?: string): Said => verifiedByPython([[fileOf(ledger.folder, 'judged', text), '--key', ledger.keys.publicLine, ...(kept === undefined ? [] : ['--heads', kept])]])[0] as Said;

async function anAuditor(): Promise<string> {
  const [id, made] = [uuidv7(), randomBytes(24).toString('base64url')];
  const { owner } = ledger.database;
  await owner.query(`insert into access.person (id, kind, name, state) values ($1, 'human', 'Auditor', 'active')`, [id]);
  await owner.query(`insert into access.session (token_hash, id, person_id, kind, expires_at) values ($1, $2, $3, 'key', now() + interval '1 hour')`, [createHash('sha256').update(made).digest(), uuidv7(), id]);
  await owner.query(`insert into access.grant (id, person_id, role_id) select $1, $2, id from access.role where key = 'auditor'`, [uuidv7(), id]);
  return made;
}

/** Entries with every column filled in some, a few behind a wall, a few with a text that may be erased. */
async function fill(): Promise<void> {
  const { owner } = ledger.database;
  await ledger.write(SIZE - 10);
  await owner.query(`insert into ledger.entry (actor, verb, record_id, site_id, body) select gen_random_uuid(), 'test.sited', gen_random_uuid(), gen_random_uuid(), '{"after":{"state":"closed"}}' from generate_series(1, 4)`);
  await owner.query(`insert into ledger.entry (actor, verb, record_id, wall_id, body) select gen_random_uuid(), 'test.walled', gen_random_uuid(), gen_random_uuid(), '{"after":{"state":"whispered"}}' from generate_series(1, 3)`);
  for (let i = 0; i < 3; i++) {
    const { body, row } = erasable(`He said ${i}, and café.`);
    await owner.query(`with e as (insert into ledger.entry (actor, verb, record_id, body) values (gen_random_uuid(), 'test.told', gen_random_uuid(), $1) returning id) insert into ledger.erasable (entry_id, field, salt, text) select id, 'after.text', decode($2, 'hex'), $3 from e`, [JSON.stringify({ after: { text: body } }), row.salt, row.text]);
  }
}

beforeAll(async () => {
  ledger = await testLedger();
  await fill();
  const sequencer = ledger.sequencer({ batch: BATCH });
  expect(await seal(sequencer, SIZE)).toEqual({ sealed: SIZE, heads: HEADS });
  await sequencer.stop();
  heads = readFileSync(ledger.headFile, 'utf8');
  witness = fileOf(ledger.folder, 'witness.heads', heads);
  token = await anAuditor();
  process.env['PARAPET_DATA'] = ledger.folder;
  cpSync(join(ledger.folder, 'keys'), ledgerFiles(readConfig().dataDir).keyFolder, { recursive: true });
  app = await buildServer({ db: ledger.database.db, modules: [ledgerModule] });
  // A superuser is held back by no check either.
  for (const { sql } of await rowsOf<{ sql: string }>(`select format('alter table %s drop constraint %I', conrelid::regclass, conname) as sql from pg_constraint where contype = 'c' and connamespace = 'ledger'::regnamespace`)) await ledger.database.owner.query(sql);
  await ledger.tamper(PUT_BACK.map((table) => `create table public.kept_${table} as select * from ledger.${table}`).join(';'));
  all = await rowsOf<Column>(COLUMNS);
  original = await exported();
  await putBack();
});
afterAll(async () => {
  await app?.close();
  await ledger.drop();
});
const putBack = async (tables: readonly string[] = PUT_BACK): Promise<void> => {
  writeFileSync(ledger.headFile, heads);
  const columns = (table: string): string => all.filter((column) => column.table === table).map(({ name }) => name).join(', ');
  await ledger.tamper(tables.map((table) => `truncate ledger.${table}; insert into ledger.${table} (${columns(table)}) select ${columns(table)} from public.kept_${table} order by ctid`).join(';'));
};
afterEach(() => putBack());

type Column = { table: string; name: string; type: string };
/** Every column of the ledger that holds something of its own. */
let all: Column[];
const COLUMNS = `select table_name as "table", column_name as name, data_type as type from information_schema.columns where table_schema = 'ledger' and is_generated = 'NEVER' order by 1, ordinal_position`;

/** SQL that flips one bit of a value; `r` is a random number. NULL becomes somebody's id. */
function flipped({ name, type }: Column, r: number): string {
  const of = (bytes: string): string => `set_bit(${bytes}, ${r} % (8 * length(${bytes})), 1 - get_bit(${bytes}, ${r} % (8 * length(${bytes}))))`;
  switch (type) {
    case 'uuid': return `case when ${name} is null then gen_random_uuid() else encode(${of(`uuid_send(${name})`)}, 'hex')::uuid end`;
    case 'bytea': return of(name);
    case 'text': return `convert_from(${of(`convert_to(${name}, 'UTF8')`)}, 'UTF8')`;
    case 'bigint': return `${name} # (1::bigint << ${r % 62})`;
    case 'smallint': return `(${name}::int # (1 << ${r % 14}))::smallint`;
    case 'xid8': return `(${name}::text::bigint # (1::bigint << ${r % 62}))::text::xid8`;
    case 'timestamp with time zone': return `${name} + interval '1 microsecond' * (1::bigint << ${r % 45})`;
    case 'boolean': return `not ${name}`;
    default: throw new Error(`No way to flip a bit of ledger.${name}, a ${type}: say how.`);
  }
}

/** Flips a bit of one row's column, another bit where the database will not take the first. */
async function flip(column: Column, ctid: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ledger.tamper(`update ledger.${column.table} set ${column.name} = ${flipped(column, below(2 ** 30))} where ctid = '${ctid}'`);
    } catch (error) {
      await ledger.database.owner.query('rollback').catch(() => undefined);
      if (attempt > 200) throw error;
    }
  }
}

describe('a bit flipped by a superuser', () => {
  it('of any column of the ledger, in the first, the last and other rows, is refused and named; an export that shows it is refused by both', async () => {
    const columns = all.filter(({ table, name }) => !(`${table}.${name}` in APART));
    expect(columns.length).toBeGreaterThan(28);
    const unseen: string[] = [];
    const exports: { what: string; text: string; isSealing: boolean }[] = [];
    for (const column of columns) {
      const what = `${column.table}.${column.name}`;
      // Each export is itself an entry.
      await putBack();
      const rows = await rowsOf<{ ctid: string }>(`select ctid::text from ledger.${column.table} t order by t.ctid`);
      for (const at of new Set([0, rows.length - 1, below(rows.length)])) {
        await flip(column, rows[at]?.ctid ?? '');
        const found = await verify();
        if (found.ok || found.detail === '') unseen.push(`${what}, row ${at}`);
        const text = await exported();
        if (text !== original) exports.push({ what: `${what}, row ${at}`, text, isSealing: SEALING.has(what) });
        await putBack([column.table]);
      }
    }
    expect(unseen).toEqual([]);
    expect(new Set(exports.map(({ what }) => what.split(',')[0]))).toEqual(new Set(['entry.id', 'entry.xid', 'entry.at', 'entry.actor', 'entry.verb', 'entry.record_id', 'entry.site_id', 'entry.wall_id', 'entry.body', 'leaf.n', 'leaf.xid', 'leaf.entry_id', 'tile.level', 'tile.idx', 'tile.hashes', 'head.size', 'head.root', 'head.note', ...exports.filter(({ isSealing }) => isSealing).map(({ what }) => what.split(',')[0] ?? '')]));
    if (!hasPython) return;
    const said = verifiedByPython(exports.map(({ text }, i) => [fileOf(ledger.folder, `flipped-${i}`, text), '--key', ledger.keys.publicLine, '--heads', witness]));
    expect(exports.filter(({ isSealing }, i) => !isSealing && said[i]?.code !== 1).map(({ what }) => what)).toEqual([]);
    expect(said.filter(({ code, words }) => code === 1 && !/^The ledger is broken \([a-z]+\): .*\nLeaf: (\d+|none) · record: .* · hour: /.test(words))).toEqual([]);
  }, 180_000);
});

const WHERE = (n: number): string => `(xid, id) = (select xid, entry_id from ledger.leaf where n = ${n})`;
const BETWEEN = (from: number, to: number): string => `(xid, id) in (select xid, entry_id from ledger.leaf where n >= ${from} and n < ${to})`;
/** The file of heads as somebody with the machine would leave it after taking those above a size away. */
const headsUpTo = (size: number): string => heads.split(/(?<=\n)(?=parapet-ledger-\w+\n)/).filter((note) => Number(note.split('\n')[1]) <= size).join('');

describe('rows removed, doubled, swapped or inserted by a superuser, without new hashes', () => {
  it.each<[string, string, number | null, RegExp]>([
    ['an entry removed', `delete from ledger.entry where ${WHERE(101)}`, 101, /removed/],
    ['an entry and its leaf removed', `delete from ledger.entry where ${WHERE(101)}; delete from ledger.leaf where n = 101`, null, /removed/],
    ['an entry behind a wall removed', `delete from ledger.entry where ${WHERE(SIZE - 5)}`, SIZE - 5, /removed/],
    ['a leaf removed', 'delete from ledger.leaf where n = 101', null, /removed/],
    ['the contents of two entries swapped', `update ledger.entry e set body = o.body from ledger.entry o where (e.xid, e.id) = (select xid, entry_id from ledger.leaf where n = 101) and (o.xid, o.id) = (select xid, entry_id from ledger.leaf where n = 200)`, 101, /entry/],
    ['two leaves swapped', 'update ledger.leaf set n = -1 where n = 101; update ledger.leaf set n = 101 where n = 102; update ledger.leaf set n = 102 where n = -1', 101, /entry/],
    ['an entry doubled over another', `update ledger.entry e set (actor, verb, record_id, body, at) = (select actor, verb, record_id, body, at from ledger.entry where ${WHERE(100)}) where ${WHERE(101)}`, 101, /entry|leaf/],
    ['two hashes of a tile swapped', `update ledger.tile set hashes = overlay(overlay(hashes placing substr(hashes, 33, 32) from 1 for 32) placing substr(hashes, 1, 32) from 33 for 32) where level = 0 and idx = 0`, 0, /entry/],
    ['a tile removed', 'delete from ledger.tile where level = 0 and idx = 0', 0, /entry|leaf/],
    ['the end cut, with its newest heads', `delete from ledger.entry where ${BETWEEN(240, SIZE)}; delete from ledger.leaf where n >= 240; delete from ledger.head where size > 240`, 240, /cut/],
    ['the beginning cut', `delete from ledger.entry where ${BETWEEN(0, 40)}; delete from ledger.leaf where n < 40`, null, /removed/],
  ])('%s: refused and named by both', async (what, sql, leaf, word) => {
    const named = leaf === null ? null : await entryAt(leaf);
    await ledger.tamper(sql);
    const found = await verify([witness]);
    expect(found).toMatchObject({ ok: false, ...(leaf === null ? {} : { leaf }) });
    if (named && !found.ok && found.recordId !== null && !/doubled|leaves swapped/.test(what)) expect([found.recordId, found.at?.slice(0, 13)]).toEqual([named.record, named.hour]);
    if (!hasPython) return;
    const { code, words } = python(await exported(), witness);
    expect([code, words]).toEqual([1, expect.stringMatching(word)]);
    expect(words).toMatch(/^The ledger is broken \([a-z]+\): .*\nLeaf: \d+ · record: /);
  });

  it('an entry inserted among the sealed ones is refused by the one that reads the database, and no export shows it', async () => {
    await ledger.tamper(`insert into ledger.entry (xid, actor, verb, record_id, body) select xid, actor, 'test.forged', gen_random_uuid(), '{}' from ledger.entry where ${WHERE(101)}`);
    expect(await verify()).toMatchObject({ ok: false, reason: 'entry-inserted', verb: 'test.forged' });
    expect(await exported()).toBe(original);
  });
});

/** As somebody would who holds the database, the key and this machine: changes entries, and has everything hashed, numbered and signed anew. */
async function rewrite(sql: string): Promise<void> {
  await ledger.tamper(`${sql}; delete from ledger.leaf; delete from ledger.tile; delete from ledger.head; update ledger.cursor set xid = '0', id = '00000000-0000-0000-0000-000000000000', size = 0, mentioned = 0`);
  rmSync(ledger.headFile);
  const { n } = (await rowsOf<{ n: number }>('select count(*)::int as n from ledger.entry'))[0] ?? { n: 0 };
  const sequencer = ledger.sequencer({ batch: BATCH });
  expect((await seal(sequencer, n)).sealed).toBe(n);
  await sequencer.stop();
}

describe('a chain rebuilt and signed again, by somebody with the database and the key', () => {
  const FORGERIES: [string, string, number, number?][] = [
    ['an entry altered', `update ledger.entry set body = '{"after":{"n":666}}' where ${WHERE(101)}`, 100],
    ['an entry removed', `delete from ledger.entry where ${WHERE(101)}`, 100],
    ['an entry inserted', `insert into ledger.entry (id, xid, actor, verb, record_id, body) select (substr(id::text, 1, 35) || case right(id::text, 1) when 'f' then 'e' else 'f' end)::uuid, xid, actor, 'test.forged', record_id, '{}' from ledger.entry where ${WHERE(101)}`, 100],
    ['two entries swapped', `update ledger.entry e set body = o.body from ledger.entry o where (e.xid, e.id) in (select xid, entry_id from ledger.leaf where n in (101, 150)) and (o.xid, o.id) in (select xid, entry_id from ledger.leaf where n in (101, 150)) and o.id <> e.id`, 100],
    ['the first entry altered', `update ledger.entry set actor = gen_random_uuid() where ${WHERE(0)}`, 0],
    ['the last entry altered', `update ledger.entry set verb = 'test.other' where ${WHERE(SIZE - 1)}`, SIZE - BATCH],
    ['the beginning cut', `delete from ledger.entry where ${BETWEEN(0, 10)}`, 0],
    ['the end cut', `delete from ledger.erasable; delete from ledger.entry where ${BETWEEN(SIZE - 30, SIZE)}`, SIZE - 2 * BATCH, SIZE - 30],
  ];

  it.each(FORGERIES)('%s: whole without a witness, refused and named by both with one', async (_what, sql, since, leaf = since) => {
    await rewrite(sql);
    expect(await verify()).toMatchObject({ ok: true });
    const found = await verify([witness]);
    expect(found).toMatchObject({ ok: false, leaf, lastGoodHead: since === 0 ? null : { size: since }, detail: expect.stringContaining('witness.heads holds a signed head of') as string });
    expect(found.ok || ['rewritten', 'rolled-back'].includes(found.reason)).toBe(true);
    expect(found).toMatchObject({ recordId: leaf === since ? (await entryAt(since)).record : null, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:/) as string });
    if (!hasPython) return;
    const text = await exported();
    expect(python(text)).toMatchObject({ code: 0 });
    expect(python(text, witness)).toEqual({ code: 1, words: expect.stringMatching(new RegExp(`broken \\((rewritten|cut)\\): witness\\.heads holds a head[^]*Leaf: ${leaf} · record: .+ · hour: [^]*${since === 0 ? 'No head that was kept' : `Last good head: ${since} leaves`}`)) as string });
  });

  it('rolled back to an older head with all that belongs to it, the file of heads too: a witness knows better', async () => {
    await ledger.tamper(`delete from ledger.entry where ${BETWEEN(240, SIZE)}; delete from ledger.erasable; delete from ledger.leaf where n >= 240; delete from ledger.head where size > 240; delete from ledger.tile where level = 0 and idx = 1;
      update ledger.tile set hashes = substr(hashes, 1, 240 * 32) where level = 0 and idx = 0; delete from ledger.tile where level = 1; update ledger.cursor set (xid, id, size, mentioned) = (select xid, entry_id, 240, 240 from ledger.leaf where n = 239)`);
    writeFileSync(ledger.headFile, headsUpTo(240));
    expect(await verify()).toMatchObject({ ok: true, size: 240 });
    expect(await verify([witness])).toMatchObject({ ok: false, reason: 'rolled-back', leaf: 240, lastGoodHead: { size: 240 } });
    if (hasPython) expect(python(await exported(), witness)).toEqual({ code: 1, words: expect.stringMatching(/broken \(cut\): witness\.heads holds a head of 260 leaves[^]*Last good head: 240 leaves/) as string });
  });

  it('a witness whose own list was damaged accuses nobody', async () => {
    const damaged = fileOf(ledger.folder, 'damaged.heads', heads.replace('\n80\n', '\n81\n'));
    expect(await verify([witness])).toMatchObject({ ok: true, witnessed: HEADS });
    expect(await verify([damaged])).toMatchObject({ ok: false, reason: 'heads-file', detail: expect.stringContaining('says nothing against the ledger') as string });
    expect(await verify([fileOf(ledger.folder, 'letter', 'no head\n')])).toMatchObject({ ok: false, reason: 'heads-file' });
  });
});
