import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { checkEvidence, type EvidenceAnswer } from '#platform/evidence/check-bundle.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { parsePublicKeys, type PublicKey } from '#platform/kernel/ledger/keys.ts';
import { Bundle } from '#platform/ledger/contract.ts';
import { type BundleAnswer, checkBundle } from '#platform/verify/check-bundle.ts';
import type { KeptHead } from '#platform/witness/head-line.ts';
import { keptHeads } from '#platform/witness/kept.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'check an evidence bundle, or a file that proves entries of the ledger; needs no server';

type Asked = { file: string; keys: string[]; heads: string[]; number?: string; since?: string; authority?: string };

const TAKES = '"verify-bundle" takes FILE, --key FINGERPRINT|LINE|FILE of the key that you kept, --heads FILE with heads that a witness kept, and for an evidence bundle --number NUMBER, --since TIME and --authority FILE with the certificates of who stamped its time.';

function askedBy(args: readonly string[]): Asked {
  const asked: Asked = { file: '', keys: [], heads: [] };
  for (let i = 0; i < args.length; i++) {
    const [arg = '', next] = args.slice(i, i + 2);
    if (arg === '--key' && next !== undefined) asked.keys.push(args[++i] as string);
    else if (arg === '--heads' && next !== undefined) asked.heads.push(args[++i] as string);
    else if ((arg === '--number' || arg === '--since' || arg === '--authority') && next !== undefined) asked[arg.slice(2) as 'number' | 'since' | 'authority'] = args[++i] as string;
    else if (!arg.startsWith('--') && asked.file === '') asked.file = arg;
    else throw new Fault(`"verify-bundle" does not know ${arg}. ${TAKES}`);
  }
  if (asked.file === '') throw new Fault('Name the file: parapet verify-bundle FILE --key FINGERPRINT|LINE|FILE.');
  if (asked.since !== undefined && Number.isNaN(Date.parse(asked.since))) throw new Fault(`--since takes a moment as 2026-11-22T08:00:00Z, not ${asked.since}.`);
  for (const file of [asked.file, ...asked.heads, ...(asked.authority ? [asked.authority] : [])]) if (!existsSync(file)) throw new Fault(`${file} is not there.`);
  return asked;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function keysFrom(lines: readonly string[]): PublicKey[] {
  try {
    return lines.flatMap((line) => parsePublicKeys(existsSync(line) ? readFileSync(line, 'utf8') : line));
  } catch {
    throw new Fault('What --key names is not a key line of a ledger (name+id+key), nor a file of them.');
  }
}

async function headsFrom(files: readonly string[]): Promise<KeptHead[]> {
  const all: KeptHead[] = [];
  for (const file of files) for await (const head of keptHeads(file)) all.push(head);
  return all;
}

/** An evidence bundle is a tar archive, whose first block has zeros; a proof of entries is text. */
function isArchive(file: string): boolean {
  const handle = openSync(file, 'r');
  const start = Buffer.alloc(512);
  const length = readSync(handle, start, 0, start.length, 0);
  closeSync(handle);
  return start.subarray(0, length).includes(0);
}

/** `parapet verify-bundle FILE [--key FINGERPRINT|LINE|FILE]... [--heads FILE]...`: 0 where all of it stands under the signed head, 1 at the first that does not. */
export const run = async (args: string[]): Promise<number> => {
  const asked = askedBy(args);
  return isArchive(asked.file) ? runOnEvidence(asked) : runOnProof(asked);
};

async function runOnEvidence({ file, keys, heads, ...rest }: Asked): Promise<number> {
  if (keys.length === 0) throw new Fault('Name the key with --key: its fingerprint, from who gave you the bundle, by another way than the bundle. Without it a bundle proves nothing.');
  const lines = keys.flatMap((key) => (existsSync(key) ? readFileSync(key, 'utf8') : key).split('\n').map((line) => line.trim())).filter((line) => line !== '');
  const answer = await checkEvidence(file, { keys: lines, kept: await headsFrom(heads), ...rest });
  console.log(evidenceWords(answer).join('\n'));
  return answer.ok ? 0 : 1;
}

const STAMPED = { none: '', good: ' Its time stamp is good.', 'not checked': ' Its time stamp was not checked: name the authority with --authority.' } as const;

function evidenceWords(answer: EvidenceAnswer): string[] {
  if (!answer.ok) return [`The evidence bundle does not hold (${answer.fault}): ${answer.reason}`];
  const { manifest, head, exhibits, stamp } = answer;
  return [
    `The evidence bundle ${manifest.number} of ${manifest.of.number ?? manifest.of.title} holds, under the head of ${head.size} leaves, root ${head.root.toString('base64')}, ${head.at}.${STAMPED[stamp]}`,
    ...exhibits.flatMap(({ number, title, events, files, closedAt, closedBy }) => [
      `${number} · ${title} · ${events} custody events, the last at ${closedAt} by ${manifest.people[closedBy] ?? closedBy}`,
      ...files.map((one) => `  ${one.path ?? 'left out'} · ${one.name} · ${one.size} bytes · ${one.sha256}${one.leftOut === null ? '' : ` · ${one.leftOut}`}`),
    ]),
  ];
}

async function runOnProof({ file, keys, heads }: Asked): Promise<number> {
  const json = readJson(file);
  const own = Bundle.safeParse(json).data?.keys ?? [];
  const answer = checkBundle(json, keysFrom(keys.length > 0 ? keys : own), await headsFrom(heads));
  console.log([...wordsOn(answer), ...(answer.ok && keys.length === 0 ? unkeptWords(own) : [])].join('\n'));
  return answer.ok ? 0 : 1;
}

function wordsOn(answer: BundleAnswer): string[] {
  if (!answer.ok) return [`The bundle does not hold: ${answer.reason}`];
  const { head, entries } = answer;
  return [
    `The bundle holds: ${entries.length} ${entries.length === 1 ? 'entry stands' : 'entries stand'} under the head of ${head.size} leaves, root ${head.root.toString('base64')}, ${head.at}.`,
    ...entries.map(({ n, record, at, verb, actor }) => `Leaf: ${n} · record: ${record ?? 'none'} · time: ${at} · verb: ${verb} · actor: ${actor}`),
  ];
}

/** Without a kept key the file vouches for itself, and it says so. */
const unkeptWords = (lines: readonly string[]): string[] => ['It was checked by the key in the file itself, which proves only that the file fits together. Compare with the line that you kept, or name it with --key:', ...lines.map((line) => `  ${line}`)];
