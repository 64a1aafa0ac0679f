import pg from 'pg';

/** A table that holds rows, as the catalog knows it. */
export type Table = { schema: string; name: string; columns: string[]; partition: { schema: string; of: string; bound: string } | null };

/** A name as SQL takes it. */
export const quoted = ({ schema, name }: { schema: string; name: string }): string => `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;

const OURS = `n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public')`;
/** Left out: messages and jobs of the past must not be sent again, and which migrations are applied is the target's own to say. */
const COPIED = `${OURS} and n.nspname <> 'graphile_worker' and (n.nspname, c.relname) not in (('platform', 'outbox'), ('platform', 'migration'), ('platform', 'restoring'))`;

const TABLES = `select n.nspname as schema, c.relname as name,
    array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
    case when c.relispartition then (select json_build_object('schema', pn.nspname, 'of', p.relname, 'bound', pg_get_expr(c.relpartbound, c.oid))
      from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace where i.inhrelid = c.oid) end as partition
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and ${COPIED} and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') order by 1, 2`;
const SEQUENCES = `select schemaname as schema, sequencename as name, last_value::text as last from pg_sequences
  where last_value is not null and (schemaname, sequencename) not in (('platform', 'outbox_seq_seq')) and exists (select from pg_namespace n join pg_class c on c.relnamespace = n.oid and c.relname = sequencename where n.nspname = schemaname and ${COPIED}) order by 1, 2`;

// What would act on rows that come in, or slow them, and how it is put back exactly as it was.
const KEYS = `select format('alter table %s alter constraint %I not enforced', conrelid::regclass, conname) as away, format('alter table %s alter constraint %I enforced', conrelid::regclass, conname) as back
  from pg_constraint k join pg_namespace n on n.oid = k.connamespace where contype = 'f' and conparentid = 0 and conenforced and convalidated and ${OURS}`;
const TRIGGERS = `select format('alter table %s disable trigger %I', tgrelid::regclass, tgname) as away, format('alter table %s enable %s trigger %I', tgrelid::regclass, case tgenabled when 'A' then 'always' when 'R' then 'replica' else '' end, tgname) as back
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace where not tgisinternal and tgparentid = 0 and tgenabled <> 'D' and ${OURS}`;
const INDEXES = `select format('drop index %s', i.indexrelid::regclass) as away, regexp_replace(pg_get_indexdef(i.indexrelid), '^(CREATE (UNIQUE )?INDEX [^ ]+ ON )ONLY ', '\\1') as back
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  where not i.indisprimary and not c.relispartition and not exists (select from pg_constraint k where k.conindid = i.indexrelid) and ${OURS}`;

/** Statements that take something away for a while, and put it back. */
export type Aside = { away: string[]; back: string[] };

/** The tables whose rows a backup holds, leaf by leaf where they are partitioned. */
export const tablesIn = async (client: pg.ClientBase): Promise<Table[]> => (await client.query<Table>(TABLES)).rows;

/** Where the sequences stand that were ever used. */
export const sequencesIn = async (client: pg.ClientBase): Promise<{ schema: string; name: string; last: string }[]> => (await client.query<{ schema: string; name: string; last: string }>(SEQUENCES)).rows;

/** Foreign keys, triggers and the indexes that no constraint needs: rows come in as they were, none of them acts, and all is checked and built once at the end. */
export async function asideIn(client: pg.ClientBase): Promise<Aside> {
  const aside: Aside = { away: [], back: [] };
  for (const sql of [KEYS, TRIGGERS, INDEXES]) {
    for (const { away, back } of (await client.query<{ away: string; back: string }>(sql)).rows) {
      aside.away.push(away);
      aside.back.unshift(back);
    }
  }
  return aside;
}

/** The schemas that are not PostgreSQL's own. */
export const schemasIn = async (client: pg.ClientBase): Promise<string[]> => (await client.query<{ name: string }>(`select n.nspname as name from pg_namespace n where ${OURS} order by 1`)).rows.map(({ name }) => name);
