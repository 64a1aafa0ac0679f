import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEAF_TEXT } from '#platform/kernel/ledger/leaf.ts';
import type { TestLedger } from '#platform/kernel/ledger/testing.ts';
import { exportLedger } from '#platform/ledger/export.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'docs', 'verify');
const HEAD = 'select size, root, at, note from ledger.head order by size desc limit 1';

/** The export of somebody who sees every entry but those of `sealed`, read as the owner; bytes as the operation sends them. */
export async function exportOf({ database, keys }: TestLedger, sealed: readonly number[] = []): Promise<string> {
  const { rows: [head] } = await database.owner.query<{ size: string; root: Buffer; at: Date; note: string }>(HEAD);
  const signed = { size: Number(head?.size ?? 0), root: (head?.root ?? Buffer.alloc(0)).toString('base64'), at: head?.at.toISOString() ?? null, note: head?.note ?? null, publicKeys: [keys.publicLine] };
  let lines = '';
  for await (const some of exportLedger(signed, async (from, to) => {
    const tiles = await database.owner.query<{ idx: string; hashes: Buffer }>('select idx, hashes from ledger.tile where level = 0 and idx between $1 and $2', [Math.floor(from / 256), Math.floor((to - 1) / 256)]);
    const seen = await database.owner.query<{ n: string; entry: string | null }>(`select l.n, ${LEAF_TEXT} as entry from ledger.leaf l left join ledger.entry e on e.xid = l.xid and e.id = l.entry_id where l.n >= $1 and l.n < $2 and not l.n = any ($3) order by l.n`, [from, to, sealed]);
    const gone = await database.owner.query<{ n: string }>('select n from ledger.gaps($1, $2) gap(n)', [from, to]);
    return { gone: gone.rows.map(({ n }) => Number(n)), tiles: tiles.rows.map(({ idx, hashes }) => ({ idx: Number(idx), hashes })), seen: seen.rows.map(({ n, entry }) => ({ n: Number(n), entry })) };
  })) lines += some;
  return lines;
}

/** Why the second verifier cannot be run here; null where it can. Nothing may be skipped with CI=true. */
export function withoutPython(): string | null {
  if (spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0) return null;
  if (process.env['CI'] === 'true') throw new Error('python3 is missing, and with CI=true nothing may be skipped: run "npm run test:setup".');
  console.log('python3 is not installed: the second verifier is not run ("npm run test:setup" installs it).');
  return 'python3 is missing';
}

/** What the second verifier said, and its exit code. */
export type Said = { code: number; words: string };

const MANY = `
import contextlib, io, json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import importlib
script = importlib.import_module(sys.argv[2])
for args in json.load(sys.stdin):
    sys.argv = [script.__name__, *args]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = script.main()
        except SystemExit as end:
            code = end.code
    print(json.dumps({"code": code, "words": said.getvalue()}))
`;

/** Runs docs/verify/verify.py, or the script of that name, once with each of these lists of arguments, in one process of Python. */
export const verifiedByPython = (asked: readonly (readonly string[])[], script: 'verify' | 'verify_evidence' = 'verify'): Said[] =>
  execFileSync('python3', ['-c', MANY, FOLDER, script], { input: JSON.stringify(asked), encoding: 'utf8', maxBuffer: 2 ** 28 }).trimEnd().split('\n').map((line) => JSON.parse(line) as Said);

/** Writes a text to a file and answers its path. */
export function fileOf(folder: string, name: string, text: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}
