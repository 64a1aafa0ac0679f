import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from '#platform/kernel/fault.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { makeBackup } from '#platform/snapshot/make.ts';
import { storedFilesAt } from '#platform/snapshot/stored-files.ts';
import { clusterDirOf, openDatabase } from '../database.ts';
import { recordOutcome } from '../record-outcome.ts';
import { newPassphrase } from '../passphrase.ts';
import { verbConfig } from '../verb-config.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'copy everything into one file, beside a running server or without one';

const USAGE = `parapet backup FILE [--with-keys [--passphrase-file FILE]] [--empty|--demo]
Without --with-keys the private keys stay where they are: keep a copy of them apart.`;

const optionsOf = (args: string[]): { file: string; withKeys: boolean; passphraseFile?: string } => {
  try {
    const { values, positionals } = parseArgs({ args, options: { 'with-keys': { type: 'boolean' }, 'passphrase-file': { type: 'string' } }, allowPositionals: true });
    const [file, ...more] = positionals;
    const passphraseFile = values['passphrase-file'];
    if (file === undefined || more.length > 0 || (passphraseFile !== undefined && !values['with-keys'])) throw new Error('Give one file.');
    return { file, withKeys: values['with-keys'] === true, ...(passphraseFile === undefined ? {} : { passphraseFile }) };
  } catch (error) {
    throw new Fault(`${(error as Error).message}\n${USAGE}`);
  }
};

/** `parapet backup FILE [--with-keys]`: 0 when the whole backup is on the disk under that name. */
export const run = async (args: string[]): Promise<number> => {
  const { config, rest } = verbConfig(args);
  const { file, withKeys, passphraseFile } = optionsOf(rest);
  if (config.databaseUrl === undefined && !existsSync(clusterDirOf(config))) throw new Fault(`There is nothing to back up in ${config.dataDir}.`);
  if (existsSync(file)) throw new Fault(`${file} exists already. Give the backup another name; none is ever written over.`);
  const passphrase = withKeys ? await newPassphrase(passphraseFile) : undefined;
  const startedAt = new Date().toISOString();
  const database = await openDatabase(config);
  try {
    const { manifest, bytes, sha256, tookMs } = await makeBackup({ ownerUrl: database.ownerUrl, file, organisation: config.mode, ...ledgerFiles(config.dataDir), files: storedFilesAt(config.files), ...(passphrase === undefined ? {} : { passphrase }) });
    await recordOutcome(database, 'backup', { ...manifest, file: resolve(file), bytes, sha256 }, { startedAt });
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    console.log(`${file}: ${manifest.tables.length} tables, ${rows} rows, ${manifest.files.count} stored files, the ledger up to ${manifest.ledger.leaves} leaves; ${(bytes / 2 ** 20).toFixed(1)} MB in ${(tookMs / 1000).toFixed(1)} s.`);
    if (manifest.files.missing.length > 0) console.log(`${manifest.files.missing.length} parts of stored files were missing already and are not in it, ${manifest.files.missing[0]} first: run "npx parapet verify".`);
    console.log(`SHA-256 ${sha256}`);
    if (!withKeys) console.log('The private keys are not in it: keep a copy of them apart, in fewer hands.');
    return 0;
  } finally {
    await database.close();
  }
};
