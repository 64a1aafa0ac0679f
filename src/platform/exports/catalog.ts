import type pg from 'pg';

/** A column as the database has it. `choices` are those of a check constraint that names them. */
export type Column = { name: string; type: string; isNullable: boolean; choices: string[] | null };

/** A table of a service or module, partitions as the one that they are of. */
export type Table = { schema: string; name: string; columns: Column[]; key: string[]; isPartitioned: boolean };

const COLUMNS = `select n.nspname as schema, c.relname as name, c.relkind = 'p' as is_partitioned,
    array(select a.attname::text from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey) where i.indrelid = c.oid and i.indisprimary order by array_position(i.indkey::int2[], a.attnum)) as key,
    json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null), 'isNullable', not a.attnotnull, 'checks', (
      select json_agg(pg_get_constraintdef(k.oid)) from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum])) order by a.attnum) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public', 'graphile_worker')
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  group by n.nspname, c.oid, c.relname, c.relkind order by 1, 2`;

/** Choices stand alone in their check, or with a null beside them: more than that is no list. */
const CHOICES = /^CHECK \(\(\w+ = ANY \(ARRAY\[(('(?:[^']|'')*'::text(, )?)+)\]\)\)\)$/;

function choicesIn(checks: string[] | null): string[] | null {
  for (const check of checks ?? []) {
    const [, list] = CHOICES.exec(check) ?? [];
    if (list !== undefined) return [...list.matchAll(/'((?:[^']|'')*)'::text/g)].map(([, word = '']) => word.replaceAll("''", "'"));
  }
  return null;
}

/** Every table with its columns, without those of extensions and of the queue of jobs. */
export async function tablesIn(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<{ schema: string; name: string; is_partitioned: boolean; key: string[]; columns: (Omit<Column, 'choices'> & { checks: string[] | null })[] }>(COLUMNS);
  return rows.map(({ schema, name, key, is_partitioned, columns }) => ({ schema, name, key, isPartitioned: is_partitioned, columns: columns.map(({ checks, ...column }) => ({ ...column, choices: choicesIn(checks) })) }));
}
