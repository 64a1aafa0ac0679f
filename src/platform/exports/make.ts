import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { Damage, vaultAt } from '#platform/files/vault.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { keyFiles } from '#platform/kernel/ledger/keys.ts';
import { LEAF_TEXT } from '#platform/kernel/ledger/leaf.ts';
import { exportLedger, type Stretch } from '#platform/ledger/export.ts';
import { base64, ledgerFiles } from '#platform/ledger/prove.ts';
import { quoted } from '#platform/snapshot/catalog.ts';
import { connectOwner } from '#platform/snapshot/make.ts';
import { programVersion } from '#platform/snapshot/manifest.ts';
import { type Table, tablesIn } from './catalog.ts';
import { discoverParts, type Extra } from './port.ts';
import { README } from './readme.ts';
import { tableSchema } from './schema.ts';
import { findWalled, type Walled } from './walled.ts';

/** What the exporter needs: the owner's login, the folders of the installation, and a folder that is empty or not there. */
export type ExportOptions = { ownerUrl: string; folder: string; organisation: string; dataDir: string; files: string };

/** One table of the export. `sealed` rows stand behind a wall and are counted only. */
export type TableFile = { table: string; file: string; schema: string; rows: number; sealed: number; leftOut: Record<string, string>; bytes: number; sha256: string };

/** What `manifest.json` says. */
export type ExportManifest = {
  format: 1; program: string; organisation: string; madeAt: string; migration: string; tables: TableFile[]; leftOut: Record<string, string>;
  files: { count: number; bytes: number; sealed: number; gone: number; damaged: string[] }; ledger: { leaves: number; sealed: number; root: string; bytes: number; sha256: string };
};

const ROWS_AT_ONCE = 500;

/** A file that is written piece by piece, hashed and counted, and on the disk when it is closed. */
async function written(path: string, pieces: AsyncIterable<string | Buffer>): Promise<{ bytes: number; sha256: string }> {
  const handle = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      const buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
      hash.update(buffer);
      bytes += buffer.length;
      await handle.appendFile(buffer);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function* rowsOf(client: pg.ClientBase, sql: string): AsyncGenerator<string, void> {
  await client.query(`declare export_rows no scroll cursor for ${sql}`);
  try {
    for (;;) {
      const { rows } = await client.query<{ line: string }>(`fetch ${ROWS_AT_ONCE} from export_rows`);
      for (const { line } of rows) yield line;
      if (rows.length < ROWS_AT_ONCE) return;
    }
  } finally {
    await client.query('close export_rows');
  }
}

const fullName = ({ schema, name }: Table): string => `${schema}.${name}`;

/** A row as one line: its columns but those that are left out, and what the line has beyond them. */
function lineSql(table: Table, left: readonly string[], extras: readonly Extra[]): string {
  const more = extras.map(({ name, sql }) => ` || jsonb_build_object(${pg.escapeLiteral(name)}, ${sql})`).join('');
  const order = table.isPartitioned || table.key.length === 0 ? '' : ` order by ${table.key.map((column) => `t.${pg.escapeIdentifier(column)}`).join(', ')}`;
  return `select ((to_jsonb(t) - array[${left.map((column) => pg.escapeLiteral(column)).join(', ')}]::text[])${more})::text as line from ${quoted(table)} t${order}`;
}

const ID = /"id": ?"([0-9a-f-]{36})"/;
/** Persons, places and records that stand open are no part of what they are named beside. */
const OPEN = /^(access\.(person|role|site)|people\.person|sites\.site|platform\.record|alarms\.alarm)$/;

/** Finds all that hangs on what stands behind a wall, whatever hangs on that in turn. */
async function followWalled(client: pg.ClientBase, tables: readonly Table[], walled: Walled): Promise<void> {
  const hanging = tables.filter((table) => table.columns.some(({ name }) => name === 'id') && !OPEN.test(fullName(table)) && table.schema !== 'signals');
  for (let before = -1; walled.size() > 0 && before !== walled.size(); ) {
    before = walled.size();
    for (const table of hanging) {
      for await (const line of rowsOf(client, lineSql(table, [], []))) {
        const [, id] = walled.has(line) ? (ID.exec(line) ?? []) : [];
        if (id !== undefined) walled.add(id);
      }
    }
  }
}

type Work = { client: pg.ClientBase; options: ExportOptions; walled: Walled; leftOut: ReadonlyMap<string, string>; more: ReadonlyMap<string, readonly Extra[]> };

async function exportTable({ client, options, walled, leftOut, more }: Work, table: Table): Promise<TableFile> {
  const name = fullName(table);
  const left = table.columns.map((column) => column.name).filter((column) => leftOut.has(`${name}.${column}`));
  const extras = more.get(name) ?? [];
  const [file, schema] = [`records/${name}.jsonl`, `schema/${name}.schema.json`];
  let [rows, sealed] = [0, 0];
  const lines = async function* (): AsyncGenerator<string, void> {
    for await (const line of rowsOf(client, lineSql(table, left, extras))) {
      if (walled.has(line)) sealed++;
      else if (++rows) yield `${line}\n`;
    }
  };
  await writeFile(join(options.folder, schema), `${JSON.stringify(tableSchema(table, new Set(left), extras), null, 1)}\n`, { mode: 0o600 });
  const { bytes, sha256 } = await written(join(options.folder, file), lines());
  return { table: name, file, schema, rows, sealed, leftOut: Object.fromEntries(left.map((column) => [column, leftOut.get(`${name}.${column}`) ?? ''])), bytes, sha256 };
}

type FileRow = { id: string; size: string; blob: string | null; data_key: Buffer | null; sha256: Buffer; line: string };

async function exportFiles({ client, options, walled }: Work): Promise<ExportManifest['files']> {
  const told: ExportManifest['files'] = { count: 0, bytes: 0, sealed: 0, gone: 0, damaged: [] };
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await client.query<FileRow>('select id, size, blob, data_key, sha256, to_jsonb(t)::text as line from files.file t where id > $1 order by id limit 100', [after]);
    for (const row of rows) {
      after = row.id;
      if (walled.has(row.line)) told.sealed++;
      else if (row.blob === null || row.data_key === null) told.gone++;
      else await exportFile(options, row, { blob: row.blob, size: Number(row.size), dataKey: row.data_key }, told);
    }
    if (rows.length < 100) return told;
  }
}

async function exportFile(options: ExportOptions, row: FileRow, content: { blob: string; size: number; dataKey: Buffer }, told: ExportManifest['files']): Promise<void> {
  try {
    told.bytes += (await written(join(options.folder, 'files', row.id), vaultAt(options).read(content, row.sha256))).bytes;
    told.count++;
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    told.damaged.push(row.id);
  }
}

type LeafRow = { n: string; entry: string | null; entry_id: string | null; wall: boolean };

/** One stretch of the ledger, without what stands behind a wall: there only number and hash are told. */
const stretchOf = ({ client, walled }: Work, seal: (entryId: string) => void) => async (from: number, to: number): Promise<Stretch> => {
  const { rows: tiles } = await client.query<{ idx: string; hashes: Buffer }>('select idx, hashes from ledger.tile where level = 0 and idx >= $1 and idx <= $2', [Math.floor(from / 256), Math.floor((to - 1) / 256)]);
  const { rows } = await client.query<LeafRow>(`select s.n, ${LEAF_TEXT} as entry, l.entry_id, l.wall_id is not null as wall from generate_series($1::bigint, $2::bigint - 1) s(n)
    left join ledger.leaf l on l.n = s.n left join ledger.entry e on e.xid = l.xid and e.id = l.entry_id order by s.n`, [from, to]);
  const isSealed = ({ entry, wall }: LeafRow): boolean => wall || (entry !== null && walled.has(entry));
  for (const row of rows) if (isSealed(row) && row.entry_id !== null) seal(row.entry_id);
  const open = rows.filter((row) => !isSealed(row)).map(({ n, entry }) => ({ n: Number(n), entry }));
  return { tiles: tiles.map(({ idx, hashes }) => ({ idx: Number(idx), hashes })), seen: open.filter(({ entry }) => entry !== null), gone: open.filter(({ entry }) => entry === null).map(({ n }) => n) };
};

async function exportLeaves(work: Work): Promise<ExportManifest['ledger']> {
  const { client, options, walled } = work;
  const { rows: [head] } = await client.query<{ size: string; root: Buffer; at: Date; note: string }>('select size, root, at, note from ledger.head order by size desc limit 1');
  const { publicFile } = keyFiles(ledgerFiles(options.dataDir).keyFolder);
  const publicKeys = existsSync(publicFile) ? readFileSync(publicFile, 'utf8').split('\n').filter((line) => line !== '') : [];
  const signed = { size: Number(head?.size ?? 0), root: head ? base64(head.root) : '', at: head?.at.toISOString() ?? null, note: head?.note ?? null, publicKeys };
  let sealed = 0;
  const seal = (entryId: string): void => (sealed++, walled.add(entryId));
  const { bytes, sha256 } = await written(join(options.folder, 'ledger', 'ledger.jsonl'), exportLedger(signed, stretchOf(work, seal)));
  return { leaves: signed.size, sealed, root: signed.root, bytes, sha256 };
}

/** `sha256sum -c SHA256SUMS` reads it. */
async function addSums(folder: string): Promise<void> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
  const sums: string[] = [];
  for (const name of names) {
    const hash = createHash('sha256');
    const handle = await open(join(folder, name));
    for await (const piece of handle.createReadStream()) hash.update(piece as Buffer);
    sums.push(`${hash.digest('hex')}  ${name}\n`);
  }
  await writeFile(join(folder, 'SHA256SUMS'), sums.join(''), { mode: 0o600 });
}

/**
 * Writes everything that one snapshot shows into a folder, beside a running server: a file of JSON lines a table with its
 * schema, the bytes of files, the ledger, a manifest. What stands behind a wall is counted, not told; secrets are left out.
 * @throws Fault where the folder is not empty.
 */
export async function exportAll(options: ExportOptions): Promise<ExportManifest> {
  const { folder, ownerUrl, organisation } = options;
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Fault(`${folder} is not empty. Give a folder that is not there yet; nothing is ever written over.`);
  for (const name of ['records', 'schema', 'files', 'ledger']) await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  const client = await connectOwner(ownerUrl);
  try {
    await client.query('begin isolation level repeatable read read only');
    const all = await tablesIn(client);
    const parts = await discoverParts();
    const tables = all.filter((table) => !parts.leftOut.has(fullName(table)));
    const work: Work = { client, options, walled: await findWalled(client, all), ...parts };
    await followWalled(client, all, work.walled);
    // The ledger first: of an entry that is sealed there the texts are not told either.
    const ledger = await exportLeaves(work);
    const { rows: [said] } = await client.query<{ at: Date; migration: string }>('select now() as at, max(name) as migration from platform.migration');
    const files: TableFile[] = [];
    for (const table of tables) files.push(await exportTable(work, table));
    const manifest: ExportManifest = {
      format: 1, program: programVersion(), organisation, madeAt: said?.at.toISOString() ?? '', migration: said?.migration ?? '', tables: files,
      leftOut: Object.fromEntries(all.map(fullName).flatMap((name) => (parts.leftOut.has(name) ? [[name, parts.leftOut.get(name) ?? '']] : []))), files: await exportFiles(work), ledger,
    };
    await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600 });
    await writeFile(join(folder, 'README.md'), README, { mode: 0o600 });
    await addSums(folder);
    return manifest;
  } finally {
    await client.end().catch(() => undefined);
  }
}
