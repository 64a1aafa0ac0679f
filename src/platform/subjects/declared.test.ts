import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { type AllConcerns, discoverConcerns } from './port.ts';

let fresh: FreshDatabase;
let all: AllConcerns;
let columns: { table: string; name: string; isText: boolean; isPerson: boolean }[];

beforeAll(async () => {
  fresh = await freshDatabase();
  all = await discoverConcerns();
  const found = await fresh.owner.query<{ table: string; name: string; is_text: boolean; is_person: boolean }>(`
    select c.table_schema || '.' || c.table_name as table, c.column_name as name, c.data_type in ('text', 'jsonb', 'json', 'character varying') or c.udt_name = '_text' as is_text,
      exists (select from pg_constraint k where k.contype = 'f' and k.conrelid = (quote_ident(c.table_schema) || '.' || quote_ident(c.table_name))::regclass and k.confrelid in ('access.person'::regclass, 'people.person'::regclass)
        and k.conkey @> array[(select a.attnum from pg_attribute a where a.attrelid = k.conrelid and a.attname = c.column_name)]) as is_person
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema', 'graphile_worker', 'public') and not exists (select from pg_inherits i where i.inhrelid = (quote_ident(c.table_schema) || '.' || quote_ident(c.table_name))::regclass)`);
  columns = found.rows.map(({ table, name, is_text: isText, is_person: isPerson }) => ({ table, name, isText, isPerson }));
});
afterAll(() => fresh.drop());

const saidOf = (table: string): Set<string> => {
  const { texts = [], plain = [], clear = [], secret = {} } = all.tables.get(table) ?? {};
  return new Set([...texts, ...plain, ...clear, ...Object.keys(secret)]);
};

test('each table says in a concerns.ts what it has to do with people, or why nothing, and no table that is gone is named', () => {
  const tables = [...new Set(columns.map(({ table }) => table))];
  expect(tables.filter((table) => all.tables.has(table) === all.apart.has(table))).toEqual([]);
  expect([...all.tables.keys(), ...all.apart.keys()].filter((table) => !tables.includes(table))).toEqual([]);
});

test('each reference to a person is declared: the row is about them, or they did it', () => {
  const missing = columns.filter(({ table, name, isPerson }) => {
    const { about = '', actors = [] } = all.tables.get(table) ?? {};
    return isPerson && !actors.includes(name) && !about.includes(`x.${name}`);
  });
  expect(missing.map(({ table, name }) => `${table}.${name}`)).toEqual([]);
});

test('each column that takes text is declared: somebody may be named in it, it is emptied, it is told to nobody, or it names nobody', () => {
  const missing = columns.filter(({ table, name, isText }) => isText && all.tables.has(table) && !saidOf(table).has(name));
  expect(missing.map(({ table, name }) => `${table}.${name}`)).toEqual([]);
  const there = new Set(columns.map(({ table, name }) => `${table}.${name}`));
  expect([...all.tables.keys()].flatMap((table) => [...saidOf(table)].map((name) => `${table}.${name}`)).filter((name) => !there.has(name))).toEqual([]);
});
