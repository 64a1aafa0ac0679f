import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import pg from 'pg';
import { Fault } from '#platform/kernel/fault.ts';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';
import type { Archive } from '#platform/archive/archive.ts';
import { asideIn, quoted, tablesIn } from './catalog.ts';
import { copyIn, copyOut } from './copy.ts';
import { type Backup, type Manifest, MEMBER, type TableCopy } from './manifest.ts';

const decompress = promisify(zstdDecompress);
const nameOf = ({ schema, name }: { schema: string; name: string }): string => `${schema}.${name}`;
const columnsOf = ({ columns }: TableCopy): string => columns.map((name) => pg.escapeIdentifier(name)).join(', ');

/** Puts every row of the backup into tables of the backup's own schema, in one transaction: all or nothing. */
export async function loadTables(client: pg.ClientBase, { archive, manifest }: Backup): Promise<void> {
  await client.query(`begin; set local parapet.retention = 'on'; set local maintenance_work_mem = '256MB'`);
  await makeRoom(client, manifest);
  const aside = await asideIn(client);
  await client.query(aside.away.join('; '));
  for (const table of manifest.tables) await loadTable(client, archive, table);
  for (const statement of aside.back) await client.query(statement);
  for (const sequence of manifest.sequences) {
    await client.query(`create sequence if not exists ${quoted(sequence)}`);
    await client.query('select setval($1::regclass, $2::bigint, true)', [quoted(sequence), sequence.last]);
  }
  await client.query('commit');
}

/** Makes the partitions that came in the course of time, and takes away what migrations put into tables. */
async function makeRoom(client: pg.ClientBase, { tables }: Manifest): Promise<void> {
  const before = new Set((await tablesIn(client)).map(nameOf));
  for (const table of tables) {
    if (before.has(nameOf(table)) || table.partition === null) continue;
    const { schema, of, bound } = table.partition;
    await client.query(`create table ${quoted(table)} partition of ${quoted({ schema, name: of })} ${bound}`);
  }
  const there = new Map((await tablesIn(client)).map((table) => [nameOf(table), table]));
  for (const table of tables) {
    const columns = there.get(nameOf(table))?.columns ?? [];
    if (table.columns.some((column) => !columns.includes(column))) throw new Fault(`The backup has the table ${nameOf(table)}, and the schema of its migrations has it not, or with other columns. It cannot be restored here.`);
  }
  // Messages are not copied; what they refer to cannot be emptied while they are there.
  if (there.size > 0) await client.query(`truncate ${[...there.values(), { schema: 'platform', name: 'outbox' }].map(quoted).join(', ')}`);
}

async function loadTable(client: pg.ClientBase, archive: Archive, table: TableCopy): Promise<void> {
  const hash = createHash('sha256');
  const prefix = `${MEMBER.tables}${nameOf(table)}/`;
  async function* blocks(): AsyncGenerator<Buffer, void> {
    for (const member of archive.members) {
      if (!member.name.startsWith(prefix)) continue;
      const block = await decompress(await archive.read(member));
      hash.update(block);
      yield block;
    }
  }
  const rows = await copyIn(client, `copy ${quoted(table)} (${columnsOf(table)}) from stdin with (freeze)`, blocks());
  if (rows !== table.rows || hash.digest('hex') !== table.sha256) throw new Fault(`The table ${nameOf(table)} of ${archive.file} does not hold what its manifest says: ${rows} rows instead of ${table.rows}, or other ones.`);
}

/** The first table whose rows, read again, are not byte for byte those of the backup; null where all are. */
export async function differingTable(client: pg.ClientBase, { tables }: Manifest): Promise<string | null> {
  for (const table of tables) {
    const hash = createHash('sha256');
    for await (const block of copyOut(client, `copy ${quoted(table)} (${columnsOf(table)}) to stdout`).blocks) hash.update(block);
    if (hash.digest('hex') !== table.sha256) return nameOf(table);
  }
  return null;
}

/** What each service and module does to what was restored before anybody sees it: `on-restore.sql` in its folder, the ledger and the sessions first. */
export async function settle(client: pg.ClientBase): Promise<void> {
  const files = ['platform/snapshot', 'platform/*', 'modules/*'].flatMap((folder) => globSync(join(SOURCE_ROOT, folder, 'on-restore.sql')).sort());
  await client.query('begin');
  for (const file of new Set(files)) await client.query(readFileSync(file, 'utf8'));
  await client.query('commit');
}
