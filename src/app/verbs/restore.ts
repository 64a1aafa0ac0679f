import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '#platform/kernel/config.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { parsePublicKeys } from '#platform/kernel/ledger/keys.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { takeLock } from '#platform/postgres/lock.ts';
import { makeFolder } from '#platform/postgres/place.ts';
import { type Backup, MEMBER, openBackup } from '#platform/snapshot/manifest.ts';
import { type Restored, restoreBackup } from '#platform/snapshot/restore.ts';
import { storedFilesAt } from '#platform/snapshot/stored-files.ts';
import { discoverCheckers, wordsOn } from '#platform/verify/words.ts';
import { migrateDatabase, startAnyDatabase } from '../database.ts';
import { recordOutcome } from '../record-outcome.ts';
import { keptInFolders } from './verify.ts';
import { knownPassphrase } from '../passphrase.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'put a backup into an empty data folder, or an empty database of DATABASE_URL';

const USAGE = `parapet restore FILE [--heads FILE] [--passphrase-file FILE] [--demo]
--heads: a copy of the ledger's heads that somebody kept; says by how much the backup is older.`;

const optionsOf = (args: string[]): { file: string; isDemo: boolean; heads?: string; passphraseFile?: string } => {
  try {
    const { values, positionals } = parseArgs({ args, options: { heads: { type: 'string' }, 'passphrase-file': { type: 'string' }, demo: { type: 'boolean' }, empty: { type: 'boolean' } }, allowPositionals: true });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new Error('Give one file.');
    const { heads, 'passphrase-file': passphraseFile } = values;
    return { file, isDemo: values.demo === true, ...(heads === undefined ? {} : { heads }), ...(passphraseFile === undefined ? {} : { passphraseFile }) };
  } catch (error) {
    throw new Fault(`${(error as Error).message}\n${USAGE}`);
  }
};

/** `parapet restore FILE`: 0 when all is back and the ledger is whole, 1 where it is back and the ledger is broken, as it was. */
export const run = async (args: string[]): Promise<number> => {
  const { file, isDemo, heads, passphraseFile } = optionsOf(args);
  const config = readConfig(process.env, isDemo ? 'demonstration' : 'main');
  const backup = await openBackup(file);
  if (backup.manifest.organisation !== config.mode) throw new Fault(`${file} is a backup of ${isDemo ? 'the real organisation: restore it without --demo' : 'the demonstration: restore it with --demo'}.`);
  const passphrase = backup.manifest.hasKeys ? await knownPassphrase(passphraseFile) : undefined;
  const startedAt = new Date().toISOString();
  makeFolder(config.dataDir);
  const lock = takeLock(join(config.dataDir, 'serving'), `The data folder ${config.dataDir}`);
  try {
    const database = await startAnyDatabase(config, (line) => console.error(line));
    try {
      const restored = await restoreBackup({
        backup, ownerUrl: database.ownerUrl, login: database.login, dataDir: config.dataDir, ...ledgerFiles(config.dataDir), batchCheckers: await discoverCheckers(), files: storedFilesAt(config.files),
        migrateForward: () => migrateDatabase(database, true), say: (line) => console.error(line),
        record: ({ rolledBack }) => recordOutcome(database, 'restore', { ...backup.manifest, file: backup.archive.file, bytes: backup.archive.bytes, sha256: backup.archive.sha256 }, { startedAt, rolledBack: rolledBack?.leaves ?? null }),
        keptByWitnesses: keptInFolders(config.witnesses, await ledgerNames(backup)), ...(heads === undefined ? {} : { witness: heads }), ...(passphrase === undefined ? {} : { passphrase }),
      });
      console.log([...wordsOfRestore(backup, restored), ...wordsOn(restored.ledger)].join('\n'));
      return restored.ledger.ok ? 0 : 1;
    } finally {
      await database.close();
    }
  } finally {
    lock.release();
  }
};

/** What the ledger of a backup is called, by which witnesses name their files. */
const ledgerNames = async ({ archive }: Backup): Promise<string[]> => {
  const member = archive.members.find(({ name }) => name === MEMBER.publicKeys);
  return member ? parsePublicKeys((await archive.read(member)).toString('utf8')).map(({ name }) => name) : [];
};

const wordsOfRestore = ({ archive, manifest }: Backup, { rolledBack, applied, hasSigningKey }: Restored): string[] => [
  `Restored from ${archive.file}, made ${manifest.madeAt} by Parapet ${manifest.program}: ${manifest.tables.length} tables, ${manifest.tables.reduce((sum, { rows }) => sum + rows, 0)} rows, ${manifest.files.count} stored files.`,
  ...(applied.length > 0 ? [`Brought forward by ${applied.length} migrations.`] : []),
  rolledBack ? `ROLLED BACK by ${rolledBack.leaves} ledger entries: a head of ${rolledBack.known.size} leaves was signed at ${rolledBack.known.at}, and the backup ends at ${manifest.ledger.leaves}. What was done between is lost here.` : 'No newer head of this ledger is known here: what was done after the backup is lost, and nobody here can say how much.',
  'All sessions are ended, and nothing that waited to be sent is sent. API keys stay; what was taken away after the backup (grants, keys, people who left) is back: look at it.',
  ...(hasSigningKey ? [] : ['The private keys are not here: put the copy of the keys folder into the data folder before the first start. Without it a new signing key is made, and no stored file can be opened.']),
];
