import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Config } from '#platform/kernel/config.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { keyFiles, readPublicKeys, writeDurably } from '#platform/kernel/ledger/keys.ts';
import { checkFiles } from '#platform/files/check.ts';
import { vaultAt } from '#platform/files/vault.ts';
import type { Break } from '#platform/verify/break.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { type Verified, verifyLedger } from '#platform/verify/verify-ledger.ts';
import { targetsOf } from '#platform/witness/targets.ts';
import { openDatabase } from '../database.ts';
import { discoverCheckers, wordsOn } from '#platform/verify/words.ts';
import { verbConfig } from '../verb-config.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'recompute the ledger from the last verified head, or with --full from its beginning, and read all stored files again';

type Asked = { full: boolean; heads: string[] };

function askedBy(args: readonly string[]): Asked {
  const asked: Asked = { full: false, heads: [] };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--full') asked.full = true;
    else if (args[i] === '--heads' && args[i + 1] !== undefined) asked.heads.push(args[++i] as string);
    else throw new Fault(`"verify" does not know ${args[i]}. It takes --full, --heads FILE with heads that a witness kept, and --empty or --demo for the organisation.`);
  }
  for (const file of asked.heads) if (!existsSync(file)) throw new Fault(`--heads names ${file}, which is not there.`);
  return asked;
}

/** The files that witnesses in folders hold of the ledgers with these names. */
export const keptInFolders = (addresses: readonly string[], names: readonly string[]): string[] =>
  targetsOf(addresses).flatMap((target) => (target.kind === 'folder' && existsSync(target.folder) ? readdirSync(target.folder).filter((file) => file.endsWith('.heads') && names.some((name) => file.startsWith(`${name}.`))).map((file) => join(target.folder, file)) : []));

/** `parapet verify [--full] [--heads FILE]...`: 0 where all holds, 1 at the first break, which is named with its record, time and the last good head; with `--full` also 1 where a stored file does not hold, each of which is named. */
export const run = async (args: string[]): Promise<number> => {
  const { config, rest } = verbConfig(args);
  const asked = askedBy(rest);
  const database = await openDatabase(config);
  const pool = new pg.Pool({ connectionString: database.ownerUrl, max: 3, application_name: 'parapet verify' });
  try {
    const answer = await verify(pool, config, asked);
    console.log(wordsOn(answer).join('\n'));
    return answer.ok && (!asked.full || (await verifyFiles(pool, config))) ? 0 : 1;
  } finally {
    await pool.end();
    await database.close();
  }
};

/** Reads every stored file again. False where one does not hold: each is named with its record, when it was attached, and what is wrong. */
async function verifyFiles(pool: pg.Pool, config: Config): Promise<boolean> {
  let broken = 0;
  const { files, bytes } = await checkFiles(pool, vaultAt(config), {
    found: ({ id, recordId, addedAt, place, detail }) => {
      broken += 1;
      console.log(`A stored file is broken: ${detail}\nFile: ${id} · record: ${recordId} · attached: ${addedAt} · at: ${place}`);
    },
  });
  if (broken === 0) console.log(files === 0 ? 'No file is stored.' : `The stored files are whole: ${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB read again.`);
  return broken === 0;
}

/** Verifies, and keeps the newest head as the checkpoint from which the next short verification goes on. */
async function verify(pool: pg.Pool, config: Config, { full, heads }: Asked): Promise<Verified | Break> {
  const { keyFolder, headFile } = ledgerFiles(config.dataDir);
  const { publicFile } = keyFiles(keyFolder);
  const checkpointFile = `${headFile}.verified`;
  const checkpoint = existsSync(checkpointFile) ? readFileSync(checkpointFile, 'utf8') : null;
  const publicKeys = existsSync(publicFile) ? readPublicKeys(publicFile) : [];
  const witnessed = [...heads, ...keptInFolders(config.witnesses, publicKeys.map(({ name }) => name))];
  const answer = await verifyLedger({ pool, publicKeys, headFile, full, checkpoint, witnessed, batchCheckers: await discoverCheckers() });
  if (answer.ok && answer.note && answer.note !== checkpoint) {
    writeDurably(`${checkpointFile}.new`, 'w', answer.note, 0o644);
    renameSync(`${checkpointFile}.new`, checkpointFile);
  }
  return answer;
}
