import { existsSync, readFileSync, renameSync } from 'node:fs';
import pg from 'pg';
import type { Config } from '#platform/kernel/config.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { keyFiles, readPublicKeys, writeDurably } from '#platform/kernel/ledger/keys.ts';
import { checkFiles } from '#platform/files/check.ts';
import { vaultAt } from '#platform/files/vault.ts';
import type { Break } from '#platform/ledger/break.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { type Verified, verifyLedger } from '#platform/ledger/verify.ts';
import { openDatabase } from '../database.ts';
import { discoverCheckers, wordsOn } from '../ledger-words.ts';
import { verbConfig } from '../verb-config.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'recompute the ledger from the last verified head, or with --full from its beginning, and read all stored files again';

/** `parapet verify [--full]`: 0 where all holds, 1 at the first break, which is named with its record, time and the last good head; with `--full` also 1 where a stored file does not hold, each of which is named. */
export const run = async (args: string[]): Promise<number> => {
  const { config, rest } = verbConfig(args);
  const unknown = rest.find((arg) => arg !== '--full');
  if (unknown !== undefined) throw new Fault(`"verify" does not know ${unknown}. It takes --full, and --empty or --demo for the organisation.`);
  const database = await openDatabase(config);
  const pool = new pg.Pool({ connectionString: database.ownerUrl, max: 3, application_name: 'parapet verify' });
  try {
    const answer = await verify(pool, config, rest.includes('--full'));
    console.log(wordsOn(answer).join('\n'));
    return answer.ok && (!rest.includes('--full') || (await verifyFiles(pool, config))) ? 0 : 1;
  } finally {
    await pool.end();
    await database.close();
  }
};

/** Reads every stored file again. False where one does not hold: each is named with its record, when it was attached, and what is wrong. */
async function verifyFiles(pool: pg.Pool, config: Config): Promise<boolean> {
  let broken = 0;
  const { files, bytes } = await checkFiles(pool, vaultAt(config), ({ id, recordId, addedAt, place, detail }) => {
    broken += 1;
    console.log(`A stored file is broken: ${detail}\nFile: ${id} · record: ${recordId} · attached: ${addedAt} · at: ${place}`);
  });
  if (broken === 0) console.log(files === 0 ? 'No file is stored.' : `The stored files are whole: ${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB read again.`);
  return broken === 0;
}

/** Verifies, and keeps the newest head as the checkpoint from which the next short verification goes on. */
async function verify(pool: pg.Pool, config: Config, full: boolean): Promise<Verified | Break> {
  const { keyFolder, headFile } = ledgerFiles(config.dataDir);
  const { publicFile } = keyFiles(keyFolder);
  const checkpointFile = `${headFile}.verified`;
  const checkpoint = existsSync(checkpointFile) ? readFileSync(checkpointFile, 'utf8') : null;
  const publicKeys = existsSync(publicFile) ? readPublicKeys(publicFile) : [];
  const answer = await verifyLedger({ pool, publicKeys, headFile, full, checkpoint, batchCheckers: await discoverCheckers() });
  if (answer.ok && answer.note && answer.note !== checkpoint) {
    writeDurably(`${checkpointFile}.new`, 'w', answer.note, 0o644);
    renameSync(`${checkpointFile}.new`, checkpointFile);
  }
  return answer;
}
