import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';
import type { Break } from '#platform/verify/break.ts';
import type { BatchChecker, Verified } from '#platform/verify/verify-ledger.ts';

const SLOW_S = 60;

/** The checkers of every module that has batches in the ledger (`ledger-checks.ts`, exporting `batchCheckers` by verb). */
export async function discoverCheckers(): Promise<Record<string, BatchChecker>> {
  const all: Record<string, BatchChecker> = {};
  for (const file of globSync(join(SOURCE_ROOT, 'modules/*/ledger-checks.ts'))) {
    const { batchCheckers } = (await import(pathToFileURL(file).href)) as { batchCheckers: Record<string, BatchChecker> };
    Object.assign(all, batchCheckers);
  }
  return all;
}

/** What a verification found, in lines for the terminal. */
export const wordsOn = (answer: Verified | Break): string[] => (answer.ok ? goodWords(answer) : brokenWords(answer));

function goodWords({ from, size, heads, batches, pending, oldestPendingS, headsNotInFile, witnessed, note }: Verified): string[] {
  const [, , root = '', at = ''] = note?.split('\n') ?? [];
  return [
    size === 0 ? 'The ledger is whole; nothing is sealed in it yet.' : `The ledger is whole: leaves ${from} to ${size} and ${heads} signed heads${batches > 0 ? ` and ${batches} batches` : ''} recomputed.`,
    ...(note ? [`Newest head: ${size} leaves, root ${root}, ${at}.`] : []),
    ...(witnessed > 0 ? [`${witnessed} heads that witnesses kept agree with it.`] : []),
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
