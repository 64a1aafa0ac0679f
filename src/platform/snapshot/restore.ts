import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import { Fault } from '#platform/kernel/fault.ts';
import { type Head, openHead, parseHead } from '#platform/kernel/ledger/head.ts';
import { HeadFile, HeadsDisagree } from '#platform/kernel/ledger/head-file.ts';
import { keyFiles, parsePublicKeys, syncFolder, writeDurably } from '#platform/kernel/ledger/keys.ts';
import { migrate } from '#platform/kernel/migrate.ts';
import type { Break } from '#platform/verify/break.ts';
import { type BatchChecker, type Verified, verifyLedger } from '#platform/verify/verify-ledger.ts';
import { schemasIn } from './catalog.ts';
import { differingTable, loadTables, settle } from './load.ts';
import { connectOwner, type StoredFiles } from './make.ts';
import { type Backup, checkFits, type Manifest, MEMBER } from './manifest.ts';
import { isMarked, mark, markerOf, unmark } from './marker.ts';
import { type KeyFiles, openKeys } from '#platform/archive/seal.ts';

export type RestoreOptions = {
  backup: Backup;
  ownerUrl: string;
  /** The plain login that the processes use. */
  login: string;
  dataDir: string;
  keyFolder: string;
  headFile: string;
  files?: StoredFiles;
  /** Opens the keys of a backup that has some; without it they stay in it. */
  passphrase?: string;
  /** Heads of this ledger that somebody kept elsewhere, and says so. */
  witness?: string;
  /** What the configured witnesses keep; a list of theirs that is damaged holds nothing up. */
  keptByWitnesses?: readonly string[];
  /** Applies what this program has beyond the backup's schema, and the shipped defaults. */
  migrateForward: () => Promise<string[]>;
  batchCheckers: Readonly<Record<string, BatchChecker>>;
  /** Compares each table with the backup, byte for byte, before anything is done to it. */
  compare?: boolean;
  /** Records the restore, while nobody else is there. */
  record?: (restored: Omit<Restored, 'ledger'>) => Promise<void>;
  say?: (line: string) => void;
};

/** What came of a restore. `rolledBack`: a signed head is known that the backup does not reach. */
export type Restored = { manifest: Manifest; ledger: Verified | Break; rolledBack: { leaves: number; known: Head } | null; applied: string[]; hasSigningKey: boolean };

/**
 * Puts a backup into an empty database and data folder. Nothing is written before the backup was found whole, fitting
 * and openable and the target empty; until all is there, both are marked and nothing serves them.
 * @throws Fault in one line.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { backup, dataDir, say = () => undefined } = options;
  checkFits(backup);
  const keys = await keysFor(options);
  const known = await newestKnown(options, keys);
  const client = await connectOwner(options.ownerUrl);
  try {
    await requireEmpty(client, options);
    await mark(client, dataDir, basename(backup.archive.file));
    say('Restoring the tables.');
    await restoreTables(client, options);
    const applied = await options.migrateForward();
    await settle(client);
    await placeKeys(options.keyFolder, keys);
    await placeHeads(client, options, known !== null);
    await placeFiles(options);
    await client.query('analyze');
    const { leaves } = backup.manifest.ledger;
    const rolledBack = known && known.size > leaves ? { leaves: known.size - leaves, known } : null;
    const done = { manifest: backup.manifest, rolledBack, applied, hasSigningKey: existsSync(keyFiles(options.keyFolder).privateFile) };
    await options.record?.(done);
    say('Verifying the ledger.');
    const ledger = await verify(options);
    await unmark(client, dataDir);
    return { ...done, ledger };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function requireEmpty(client: pg.ClientBase, { dataDir, files, say = () => undefined }: RestoreOptions): Promise<void> {
  const schemas = await schemasIn(client);
  if (await isMarked(client)) {
    say('A restore was cut short here; it begins anew.');
    for (const schema of schemas) await client.query(`drop schema ${pg.escapeIdentifier(schema)} cascade`);
  } else if (schemas.length > 0) throw new Fault(`The database is not empty: it has ${schemas.join(', ')}. Restore into an empty data folder (PARAPET_DATA) or an empty database; nothing was written.`);
  else if (!existsSync(markerOf(dataDir)) && files && !(await files.isEmpty())) throw new Fault(`The folder of stored files is not empty. Restore into an empty one; nothing was written.`);
}

async function restoreTables(client: pg.Client, { backup, ownerUrl, login, compare }: RestoreOptions): Promise<void> {
  await migrate({ ownerUrl, login, isRestore: true, only: new Set(backup.manifest.migrations.map(({ name }) => name)) });
  await loadTables(client, backup);
  const differing = compare ? await differingTable(client, backup.manifest) : null;
  if (differing !== null) throw new Fault(`The table ${differing} does not come out of the database as it went in.`);
  // Transaction ids of another server mean nothing here: what comes is ordered after all that is stored.
  await client.query('select ledger.rebase()');
}

const memberOf = async ({ backup: { archive } }: RestoreOptions, name: string): Promise<Buffer | null> => {
  const member = archive.members.find((one) => one.name === name);
  return member ? archive.read(member) : null;
};

/** The keys to be written: those of the backup, none of which may stand in the place of another that is there. */
async function keysFor(options: RestoreOptions): Promise<KeyFiles> {
  const sealed = await memberOf(options, MEMBER.keys);
  const publicKeys = await memberOf(options, MEMBER.publicKeys);
  const keys = sealed && options.passphrase !== undefined ? await openKeys(sealed, options.passphrase) : {};
  const publicName = basename(keyFiles(options.keyFolder).publicFile);
  if (publicKeys) keys[publicName] ??= publicKeys;
  for (const [name, bytes] of Object.entries(keys)) {
    if (basename(name) !== name) throw new Fault(`The backup has a key with the name ${name}. It was made by nobody's hand but an intruder's.`);
    const there = join(options.keyFolder, name);
    if (!existsSync(there) || readFileSync(there).equals(bytes)) continue;
    const own = readFileSync(there, 'utf8');
    if (name !== publicName || !bytes.toString('utf8').split('\n').every((line) => own.includes(line))) throw new Fault(`${there} is another key than the backup's. Move it away if this is the right folder; nothing was written.`);
    delete keys[name];
  }
  return keys;
}

async function placeKeys(folder: string, keys: KeyFiles): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, bytes] of Object.entries(keys)) writeDurably(join(folder, name), 'w', bytes, name.endsWith('.pub') ? 0o644 : 0o600);
  syncFolder(folder);
}

/** The newest signed head of this ledger that is known outside the backup: the data folder's own, one put aside before, or a witness's copy. */
async function newestKnown({ headFile, keyFolder, witness, keptByWitnesses = [] }: RestoreOptions, keys: KeyFiles): Promise<Head | null> {
  const { publicFile } = keyFiles(keyFolder);
  const trusted = parsePublicKeys([keys[basename(publicFile)]?.toString('utf8') ?? '', existsSync(publicFile) ? readFileSync(publicFile, 'utf8') : ''].join('\n'));
  if (witness !== undefined && !existsSync(witness)) throw new Fault(`${witness} is not there. Give the file of heads that was kept.`);
  const files = [headFile, ...globSync(`${headFile}.before-restore-*`), ...(witness === undefined ? [] : [witness]), ...keptByWitnesses].filter((file) => existsSync(file));
  let newest: Head | null = null;
  for (const file of files) {
    const note = await lastNoteOf(file);
    if (note === null) continue;
    const opened = openHead(note, trusted);
    if (!opened.ok && keptByWitnesses.includes(file)) continue;
    if (!opened.ok) throw new Fault(`The last head in ${file} is not one of this ledger: ${opened.reason}. Move the file away if it belongs to another; nothing was written.`);
    if (!newest || opened.head.size > newest.size) newest = opened.head;
  }
  return newest;
}

const TAIL_BYTES = 4096;
const NOTE_ENDS = 6;

async function lastNoteOf(file: string): Promise<string | null> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(Math.min(size, TAIL_BYTES)), 0, Math.min(size, TAIL_BYTES), Math.max(0, size - TAIL_BYTES));
    const lines = buffer.toString('utf8').split('\n');
    for (let end = lines.length; end >= NOTE_ENDS; end--) {
      const note = `${lines.slice(end - NOTE_ENDS, end).join('\n')}\n`;
      if (parseHead(note)) return note;
    }
    return null;
  } finally {
    await handle.close();
  }
}

/**
 * The heads that the backup was made with, and those that its database has beyond them; what was here is kept beside
 * it, since it may know more. Where the two disagree, the verification says so.
 */
async function placeHeads(client: pg.Client, options: RestoreOptions, keepsOld: boolean): Promise<void> {
  const { headFile } = options;
  mkdirSync(dirname(headFile), { recursive: true });
  if (keepsOld && existsSync(headFile)) renameSync(headFile, `${headFile}.before-restore-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`);
  rmSync(`${headFile}.verified`, { force: true });
  const { archive } = options.backup;
  const member = archive.members.find(({ name }) => name === MEMBER.heads);
  writeDurably(headFile, 'w', '', 0o644);
  if (member) for await (const piece of archive.stream(member)) writeDurably(headFile, 'a', piece, 0o644);
  await new HeadFile(headFile).follow(async <Row>(sql: string, values: unknown[]) => (await client.query(sql, values)).rows as Row[]).catch((error: unknown) => {
    if (!(error instanceof HeadsDisagree)) throw error;
  });
  syncFolder(dirname(headFile));
}

async function placeFiles({ backup: { archive }, files }: RestoreOptions): Promise<void> {
  for (const member of archive.members) {
    if (!member.name.startsWith(MEMBER.files)) continue;
    if (!files) throw new Fault('The backup has stored files, and this program has no place for them.');
    await files.write(member.name.slice(MEMBER.files.length), await archive.read(member));
  }
}

async function verify({ ownerUrl, keyFolder, headFile, batchCheckers }: RestoreOptions): Promise<Verified | Break> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 3, application_name: 'parapet restore' });
  pool.on('error', () => undefined);
  try {
    const { publicFile } = keyFiles(keyFolder);
    const publicKeys = existsSync(publicFile) ? parsePublicKeys(readFileSync(publicFile, 'utf8')) : [];
    return await verifyLedger({ pool, publicKeys, headFile, full: true, batchCheckers });
  } finally {
    await pool.end();
  }
}
