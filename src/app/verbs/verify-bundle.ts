import { existsSync, readFileSync } from 'node:fs';
import { Fault } from '#platform/kernel/fault.ts';
import { parsePublicKeys, type PublicKey } from '#platform/kernel/ledger/keys.ts';
import { Bundle } from '#platform/ledger/contract.ts';
import { type BundleAnswer, checkBundle } from '#platform/verify/check-bundle.ts';
import type { KeptHead } from '#platform/witness/head-line.ts';
import { keptHeads } from '#platform/witness/kept.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'check a file that proves entries of the ledger; needs no server';

type Asked = { file: string; keys: string[]; heads: string[] };

function askedBy(args: readonly string[]): Asked {
  const asked: Asked = { file: '', keys: [], heads: [] };
  for (let i = 0; i < args.length; i++) {
    const [arg = '', next] = args.slice(i, i + 2);
    if (arg === '--key' && next !== undefined) asked.keys.push(args[++i] as string);
    else if (arg === '--heads' && next !== undefined) asked.heads.push(args[++i] as string);
    else if (!arg.startsWith('--') && asked.file === '') asked.file = arg;
    else throw new Fault(`"verify-bundle" does not know ${arg}. It takes FILE, --key LINE|FILE with a key line that you kept, and --heads FILE with heads that a witness kept.`);
  }
  if (asked.file === '') throw new Fault('Name the file: parapet verify-bundle FILE --key LINE|FILE.');
  for (const file of [asked.file, ...asked.heads]) if (!existsSync(file)) throw new Fault(`${file} is not there.`);
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

/** `parapet verify-bundle FILE [--key LINE|FILE]... [--heads FILE]...`: 0 where each entry stands in the tree of the signed head, 1 at the first that does not. */
export const run = async (args: string[]): Promise<number> => {
  const { file, keys, heads } = askedBy(args);
  const json = readJson(file);
  const own = Bundle.safeParse(json).data?.keys ?? [];
  const answer = checkBundle(json, keysFrom(keys.length > 0 ? keys : own), await headsFrom(heads));
  console.log([...wordsOn(answer), ...(answer.ok && keys.length === 0 ? unkeptWords(own) : [])].join('\n'));
  return answer.ok ? 0 : 1;
};

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
