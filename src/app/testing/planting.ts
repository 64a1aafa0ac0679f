import type pg from 'pg';
import { SERVICE } from '#platform/kernel/access.ts';
import type { FreshDatabase } from '#platform/testing/database.ts';
import type { Hidden } from './words.ts';

/** A column that can hold what somebody wrote. `name` is `schema.table.column`. */
export type Column = { table: string; column: string; name: string; type: string };

/** Columns of text, JSON, bytes and lists of text, of every table of these schemas. */
export async function columnsOf(owner: pg.Pool, schemas: readonly string[]): Promise<Column[]> {
  const { rows } = await owner.query<Column>(`select format('%I.%I', c.table_schema, c.table_name) as "table", format('%I', c.column_name) as "column", c.table_schema || '.' || c.table_name || '.' || c.column_name as name, c.udt_name as type
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name) join pg_class k on k.oid = format('%I.%I', c.table_schema, c.table_name)::regclass
    where c.table_schema = any ($1) and t.table_type = 'BASE TABLE' and not k.relispartition and c.is_generated = 'NEVER'
      and c.udt_name in ('text', 'varchar', 'bpchar', 'citext', 'name', 'xml', 'json', 'jsonb', 'bytea', '_text', '_varchar', '_citext', '_json', '_jsonb', '_bytea') order by 3`, [schemas]);
  return rows;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Values with the word in them that a column may take, the likest to what stands there first. */
const FORMS: Record<string, (column: string, word: string) => string[]> = {
  jsonb: (column, word) => [
    `case jsonb_typeof(${column}) when 'object' then ${column} || ${quoted(JSON.stringify({ [word]: word }))}::jsonb when 'array' then ${column} || ${quoted(JSON.stringify([word]))}::jsonb else ${quoted(JSON.stringify(word))}::jsonb end`,
    `${quoted(JSON.stringify({ [word]: word }))}::jsonb`,
  ],
  json: (_column, word) => [`${quoted(JSON.stringify({ [word]: word }))}::json`],
  bytea: (_column, word) => [`convert_to(${quoted(word)}, 'UTF8')`],
  _text: (column, word) => [`array_append(coalesce(${column}, '{}'), ${quoted(word)})`],
};
const ofText = (column: string, word: string): string[] => [
  ...[`coalesce(${column}, '') || ' ${word}'`, word, `/${word}`, `https://${word}.example`, `${word}@test.example`].map((text, i) => (i === 0 ? text : quoted(text))),
  quoted(JSON.stringify({ after: { words: word } })), quoted(word.repeat(5)), quoted(word.repeat(10)),
];

/** What a check, a type or a trigger that guards a row answers. */
const REFUSED = new Set(['23514', '22001', '22P02', '42501']);

/**
 * Writes a word of its own into each of these columns, as the owner, in a row of the first group of rows in
 * which the constraints let it stand.
 */
export async function plant({ owner }: FreshDatabase, hidden: Hidden, columns: readonly Column[], rowsOf: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const client = await owner.connect();
  try {
    for (const { table, column, name, type } of columns) {
      const forms = (FORMS[type] ?? ofText)(column, hidden.word(`planted: ${name}`));
      for (const is of rowsOf.get(table) ?? []) if (await isPlanted(client, { table, column, is, forms })) break;
    }
  } finally {
    client.release();
  }
}

type Place = { table: string; column: string; is: string; forms: readonly string[] };

async function isPlanted(client: pg.PoolClient, { table, column, is, forms }: Place): Promise<boolean> {
  for (const form of forms) {
    await client.query('begin');
    try {
      // The ledger's bodies go by retention only, and a comment is its author's: so the owner says to be both.
      await client.query(`select set_config('parapet.retention', 'on', true), set_config('parapet.person', '${SERVICE.frontDoor}', true)`);
      const { rowCount } = await client.query(`update ${table} set ${column} = ${form} where ctid = (select x.ctid from ${table} x where ${is} order by x.${column} is null, x.ctid desc limit 1)`);
      if (rowCount !== 1) throw new Error('There is no such row any more.');
      await client.query('commit');
      return true;
    } catch (error) {
      await client.query('rollback');
      if (!REFUSED.has((error as { code?: string }).code ?? '')) throw new Error(`${table}.${column}: ${(error as Error).message}`, { cause: error });
    }
  }
  return false;
}

/**
 * What stands behind these walls: rows of their label, and rows that name what is known to be there, from one table to
 * the next. Answers of each table that has any by what its rows are known (of `x`), and gives their ids to `hidden`.
 */
export async function rowsBehind({ owner }: FreshDatabase, hidden: Hidden, tables: readonly string[], walls: readonly string[], records: readonly string[]): Promise<Map<string, string>> {
  const tablesWith = async (column: string): Promise<Set<string>> =>
    new Set((await owner.query<{ table: string }>(`select format('%I.%I', table_schema, table_name) as "table" from information_schema.columns where column_name = $1 and udt_name = 'uuid'`, [column])).rows.map(({ table }) => table));
  const [hasWall, hasId] = [await tablesWith('wall_id'), await tablesWith('id')];
  const known = new Set([...walls, ...records]);
  const found = new Map<string, string>();
  for (let before = -1; before !== known.size; ) {
    before = known.size;
    for (const table of tables) {
      const is = hasWall.has(table) ? `x.wall_id in (${walls.map((wall) => `'${wall}'`).join()})` : `x::text ~ '${[...known].join('|')}'`;
      const { rows } = await owner.query<{ id: string | null }>(`select ${hasId.has(table) ? 'x.id::text' : 'null'} as id from ${table} x where ${is}`);
      if (rows.length > 0) found.set(table, is);
      for (const { id } of rows) {
        if (id === null || known.has(id)) continue;
        known.add(id);
        hidden.id(id, `an id of ${table}`);
      }
    }
  }
  for (const id of [...walls, ...records]) hidden.id(id, 'an id of a wall or its record');
  return found;
}

/** Which of these columns hold a hidden word in some row. */
export async function holdingColumns({ owner }: FreshDatabase, hidden: Hidden, columns: readonly Column[]): Promise<Set<string>> {
  const holding = new Set<string>();
  for (const { table, column, name, type } of columns) {
    const { rows } = await owner.query<{ text: string | null }>(`select string_agg(${type === 'bytea' ? `encode(${column}, 'escape')` : `${column}::text`}, ' ') as text from ${table}`);
    if (hidden.inText(rows[0]?.text ?? '', true).length > 0) holding.add(name);
  }
  return holding;
}
