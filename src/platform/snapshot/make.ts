import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import pg from 'pg';
import { Fault } from '#platform/kernel/fault.ts';
import { headFileBytes } from '#platform/kernel/ledger/head-file.ts';
import { keyFiles, syncFolder } from '#platform/kernel/ledger/keys.ts';
import { ArchiveWriter } from '#platform/archive/archive.ts';
import { quoted, sequencesIn, type Table, tablesIn } from './catalog.ts';
import { copyOut } from './copy.ts';
import { type Manifest, MEMBER, programVersion, type TableCopy } from './manifest.ts';
import { sealKeys } from '#platform/archive/seal.ts';

/** Stored files, as a backup takes and gives them: by a name that says their content, so that a copy is never stale. */
export type StoredFiles = {
  /** Names of what the rows that this connection sees refer to, in parts that fit into memory. */
  referred(client: pg.ClientBase): AsyncIterable<string>;
  /** The bytes as they lie there, encrypted; null where they are missing. */
  read(name: string): Promise<Buffer | null>;
  write(name: string, bytes: Buffer): Promise<void>;
  isEmpty(): Promise<boolean>;
};

export type MakeOptions = {
  /** The owner of the tables: nobody else sees all rows. */
  ownerUrl: string;
  file: string;
  organisation: Manifest['organisation'];
  keyFolder: string;
  headFile: string;
  files?: StoredFiles;
  /** Takes the keys along, under this passphrase. */
  passphrase?: string;
};

/** A backup that is on the disk. */
export type Made = { manifest: Manifest; file: string; bytes: number; sha256: string; tookMs: number };

/** A row is made text, and read again, in one way whatever the server or the login says otherwise. */
export const SESSION = `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 3; set bytea_output = 'hex'; set row_security = off;
  set statement_timeout = 0; set lock_timeout = '30s'; set transaction_timeout = 0; set idle_in_transaction_session_timeout = 0; set client_encoding = 'UTF8'; set jit = off`;

const compress = promisify(zstdCompress);
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } };

/** The owner's connection for a long copy. */
export async function connectOwner(ownerUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'parapet backup', keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(SESSION);
  return client;
}

/**
 * Copies everything that one snapshot shows, beside a running server, into a file of mode 0600. It has another name
 * until it is whole and on the disk; where anything fails, nothing is left.
 * @throws Fault where the file exists, the disk is full, or the login does not see all rows.
 */
export async function makeBackup(options: MakeOptions): Promise<Made> {
  const began = performance.now();
  const file = resolve(options.file);
  if (existsSync(file)) throw new Fault(`${file} exists already. Give the backup another name; none is ever written over.`);
  const draft = `${file}.${randomUUID().slice(0, 8)}.part`;
  const handle = await open(draft, 'wx', 0o600).catch((error: unknown) => {
    throw wordOf(error, file);
  });
  try {
    const writer = new ArchiveWriter(handle);
    const manifest = await writeAll(writer, options);
    const sha256 = await writer.close();
    await handle.close();
    if (existsSync(file)) throw new Fault(`${file} was made by somebody else meanwhile. Give the backup another name.`);
    await rename(draft, file);
    syncFolder(dirname(file));
    return { manifest, file, bytes: writer.bytes, sha256, tookMs: Math.round(performance.now() - began) };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw wordOf(error, file);
  }
}

function wordOf(error: unknown, file: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return new Fault(`The backup ${file} was not made: there is no room for it on the disk (${code}). Free some, or use another folder.`, error);
  if (['ENOENT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EIO'].includes(code ?? '')) return new Fault(`The backup ${file} was not made: ${message}`, error);
  return error;
}

async function writeAll(writer: ArchiveWriter, options: MakeOptions): Promise<Manifest> {
  // Each head in the file was committed before it was written there, so that the snapshot has all that are in it now.
  const headBytes = headFileBytes(options.headFile);
  const client = await connectOwner(options.ownerUrl);
  try {
    await client.query('begin isolation level repeatable read read only');
    const found = await tablesIn(client);
    if (found.length === 0) throw new Fault('There is nothing to back up: the database is empty.');
    await client.query(`lock table ${found.map(quoted).join(', ')} in access share mode`);
    const facts = await factsOf(client);
    if (headBytes > 0) await writer.addPieces(MEMBER.heads, headBytes, createReadStream(options.headFile, { end: headBytes - 1 }) as AsyncIterable<Buffer>);
    const hasKeys = await addKeys(writer, options);
    const tables: TableCopy[] = [];
    for (const table of found) tables.push(await addTable(writer, client, table));
    const files = await addFiles(writer, client, options.files);
    const entries = tables.find(({ schema, name }) => schema === 'ledger' && name === 'entry')?.rows ?? 0;
    // Read last: numbers that were given meanwhile are never given again.
    const manifest: Manifest = { format: 1, id: randomUUID(), program: programVersion(), organisation: options.organisation, ...facts, tables, sequences: await sequencesIn(client), ledger: { entries, ...facts.ledger }, files, hasKeys };
    await writer.add(MEMBER.manifest, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));
    return manifest;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function factsOf(client: pg.ClientBase): Promise<Pick<Manifest, 'madeAt' | 'server' | 'migrations'> & { ledger: { leaves: number; note: string | null } }> {
  const { rows: [said] } = await client.query<{ madeAt: Date; server: string }>(`select now() as "madeAt", current_setting('server_version') as server`);
  const { rows: migrations } = await client.query<{ name: string; hash: string }>('select name, hash from platform.migration order by name');
  const { rows: [head] } = await client.query<{ size: string; note: string }>('select size, note from ledger.head order by size desc limit 1');
  return { madeAt: (said?.madeAt ?? new Date()).toISOString(), server: said?.server ?? '', migrations, ledger: { leaves: Number(head?.size ?? 0), note: head?.note ?? null } };
}

/** Public keys always, since nothing can be verified without them; the others only under a passphrase. */
async function addKeys(writer: ArchiveWriter, { keyFolder, passphrase }: MakeOptions): Promise<boolean> {
  const { publicFile } = keyFiles(keyFolder);
  if (existsSync(publicFile)) await writer.add(MEMBER.publicKeys, readFileSync(publicFile));
  if (passphrase === undefined) return false;
  const names = existsSync(keyFolder) ? readdirSync(keyFolder, { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name) : [];
  if (names.length === 0) throw new Fault(`There are no keys in ${keyFolder} to take along.`);
  await writer.add(MEMBER.keys, await sealKeys(Object.fromEntries(names.map((name) => [name, readFileSync(join(keyFolder, name))])), passphrase));
  return true;
}

async function addTable(writer: ArchiveWriter, client: pg.ClientBase, table: Table): Promise<TableCopy> {
  const { blocks, rows } = copyOut(client, `copy ${quoted(table)} (${table.columns.map((name) => pg.escapeIdentifier(name)).join(', ')}) to stdout`);
  const hash = createHash('sha256');
  let [part, bytes] = [0, 0];
  for await (const block of blocks) {
    hash.update(block);
    bytes += block.length;
    await writer.add(`${MEMBER.tables}${table.schema}.${table.name}/${String(++part).padStart(6, '0')}.copy.zst`, await compress(block, COMPRESSION));
  }
  return { ...table, rows: rows(), bytes, sha256: hash.digest('hex') };
}

async function addFiles(writer: ArchiveWriter, client: pg.ClientBase, files: StoredFiles | undefined): Promise<Manifest['files']> {
  const found: Manifest['files'] = { count: 0, bytes: 0, missing: [] };
  if (!files) return found;
  for await (const name of files.referred(client)) {
    const bytes = await files.read(name);
    if (!bytes) {
      found.missing.push(name);
      continue;
    }
    await writer.add(`${MEMBER.files}${name}`, bytes);
    found.count++;
    found.bytes += bytes.length;
  }
  return found;
}
