import { existsSync, globSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import type { Config } from '#platform/kernel/config.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { keyFiles, readPublicKeys, writeDurably } from '#platform/kernel/ledger/keys.ts';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';
import type { Break } from '#platform/ledger/break.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { type BatchChecker, type Verified, verifyLedger } from '#platform/ledger/verify.ts';
import { openDatabase } from '../database.ts';
import { verbConfig } from '../verb-config.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'recompute the ledger from the last verified head, or with --full from its beginning';

const SLOW_S = 60;

/** The checkers of every module that has batches in the ledger (`ledger-checks.ts`, exporting `batchCheckers` by verb). */
async function discoverCheckers(): Promise<Record<string, BatchChecker>> {
  const all: Record<string, BatchChecker> = {};
  for (const file of globSync(join(SOURCE_ROOT, 'modules/*/ledger-checks.ts'))) {
    const { batchCheckers } = (await import(pathToFileURL(file).href)) as { batchCheckers: Record<string, BatchChecker> };
    Object.assign(all, batchCheckers);
  }
  return all;
}

/** `parapet verify [--full]`: 0 where all holds, 1 at the first break, which is named with its record, time and the last good head. */
export const run = async (args: string[]): Promise<number> => {
  const { config, rest } = verbConfig(args);
  const unknown = rest.find((arg) => arg !== '--full');
  if (unknown !== undefined) throw new Fault(`"verify" does not know ${unknown}. It takes --full, and --empty or --demo for the organisation.`);
  const database = await openDatabase(config);
  const pool = new pg.Pool({ connectionString: database.ownerUrl, max: 3, application_name: 'parapet verify' });
  try {
    const answer = await verify(pool, config, rest.includes('--full'));
    console.log((answer.ok ? goodWords(answer) : brokenWords(answer)).join('\n'));
    return answer.ok ? 0 : 1;
  } finally {
    await pool.end();
    await database.close();
  }
};

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

function goodWords({ from, size, heads, batches, pending, oldestPendingS, headsNotInFile, note }: Verified): string[] {
  const [, , root = '', at = ''] = note?.split('\n') ?? [];
  return [
    size === 0 ? 'The ledger is whole; nothing is sealed in it yet.' : `The ledger is whole: leaves ${from} to ${size} and ${heads} signed heads${batches > 0 ? ` and ${batches} batches` : ''} recomputed.`,
    ...(note ? [`Newest head: ${size} leaves, root ${root}, ${at}.`] : []),
    ...(from > 0 ? [`What lies before leaf ${from} was verified earlier; verify --full looks at it again.`] : []),
    ...(headsNotInFile > 0 ? [`The heads file lacks the last ${headsNotInFile}; the worker writes them when it runs.`] : []),
    ...(pending > 0 ? [`${pending} entries wait to be sealed${oldestPendingS > SLOW_S ? `, the oldest for ${oldestPendingS} s: does the worker run, and does a long transaction hold the server?` : '.'}`] : []),
  ];
}

function brokenWords({ reason, detail, leaf, recordId, verb, at, lastGoodHead }: Break): string[] {
  return [
    `The ledger is broken (${reason}): ${detail}`,
    `Leaf: ${leaf ?? 'none'} · record: ${recordId ?? 'unknown'} · verb: ${verb ?? 'unknown'} · time: ${at ?? 'unknown'}`,
    lastGoodHead ? `Last good head: ${lastGoodHead.size} leaves, root ${lastGoodHead.root}, ${lastGoodHead.at}` : 'No head before it is good.',
    'Keep the database, its folder and this output as they are, and compare with the heads that your witnesses hold.',
  ];
}
