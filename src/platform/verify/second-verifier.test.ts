import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seal, type TestLedger, testLedger } from '#platform/kernel/ledger/testing.ts';
import { exportOf, fileOf, type Said, verifiedByPython, withoutPython } from './testing.ts';

const HEADS = 6;
const BATCH = 50;
const SIZE = HEADS * BATCH;
const SEALED = [3, 60, 61, 299];
const SCRIPT = join(import.meta.dirname, '..', '..', '..', 'docs', 'verify', 'verify.py');

let ledger: TestLedger;
let whole: string;
let heads: string;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

type Asked = { text?: string | Buffer; heads?: string; paper?: string; key?: string };
/** The second verifier on several exports at once. */
const judge = (all: readonly Asked[]): Said[] =>
  verifiedByPython(all.map(({ text = whole, heads: kept, paper, key }, i) => [
    fileOf(ledger.folder, `export-${i}`, text), '--key', key ?? ledger.keys.publicLine,
    ...(kept === undefined ? [] : ['--heads', fileOf(ledger.folder, `heads-${i}`, kept)]), ...(paper === undefined ? [] : ['--paper', paper]),
  ]));
const judgeOne = (asked: Asked): Said => judge([asked])[0] as Said;
const lines = (): string[] => whole.split('\n').slice(0, -1);
const joined = (all: readonly string[]): string => `${all.join('\n')}\n`;
const noteOf = (i: number): string => `${heads.split('\n').slice(6 * i, 6 * (i + 1)).join('\n')}\n`;

describe.skipIf(withoutPython() !== null)('the verifier in Python', () => {
  beforeAll(async () => {
    ledger = await testLedger();
    const sequencer = ledger.sequencer({ batch: BATCH });
    await ledger.write(SIZE);
    expect(await seal(sequencer, SIZE)).toEqual({ sealed: SIZE, heads: HEADS });
    await sequencer.stop();
    heads = readFileSync(ledger.headFile, 'utf8');
    whole = await exportOf(ledger, SEALED);
  });
  afterAll(() => ledger.drop());

  it('has under 300 lines and takes nothing but the standard library', () => {
    const text = readFileSync(SCRIPT, 'utf8');
    expect(text.trimEnd().split('\n').length).toBeLessThan(300);
    const [, imported = ''] = /^import (.*)$/m.exec(text) ?? [];
    expect(text.match(/^(?:import|from) /gm)).toHaveLength(1);
    expect(imported.split(', ')).toEqual(['argparse', 'base64', 'hashlib', 'json', 'os', 're', 'sys']);
  });

  it('finds a whole export whole, by the key and every head that was kept, also from paper and from lines of syslog', () => {
    const [, size = '', root = '', at = '', , signed = ''] = noteOf(3).split('\n');
    const line = `<110>1 ${at} host parapet - head - parapet-head ${ledger.keys.name} ${size} ${root} ${at} ${signed.split(' ')[2]}\n<13>1 - - - - - - something else\n`;
    for (const said of judge([{}, { heads }, { heads: line }, { paper: `${size}:${root}` }, { paper: `${size}:${Buffer.from(root, 'base64').toString('hex')}` }])) {
      expect(said).toEqual({ code: 0, words: expect.stringContaining(`The export is whole: ${SIZE} leaves, ${SIZE - SEALED.length} of them with their entries and ${SEALED.length} sealed`) as string });
    }
    expect(spawnSync('python3', ['-B', SCRIPT, fileOf(ledger.folder, 'whole', whole), '--key', fileOf(ledger.folder, 'key', `${ledger.keys.publicLine}\n`)]).status).toBe(0);
    expect(spawnSync('python3', ['-B', SCRIPT, join(ledger.folder, 'nowhere'), '--key', ledger.keys.publicLine]).status).toBe(2);
  });

  it('finds a ledger without entries whole', async () => {
    const empty = await testLedger();
    expect(judgeOne({ text: await exportOf(empty), key: empty.keys.publicLine })).toEqual({ code: 0, words: expect.stringContaining('Nothing is sealed') as string });
    await empty.drop();
  });

  it('refuses every one of many flipped bits, wherever they are in the file', () => {
    const bytes = Buffer.from(whole);
    const places = Array.from({ length: 400 }, (_, i) => Math.floor(((i + 0.5) / 400) * bytes.length));
    const last = bytes.lastIndexOf('{"head"');
    for (let at = last; at < bytes.length; at += 3) places.push(at);
    const flipped = places.map((at, i) => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] as number) ^ (1 << (i % 8));
      return copy;
    });
    const passed: string[] = [];
    for (let i = 0; i < flipped.length; i += 100) judge(flipped.slice(i, i + 100).map((text) => ({ text }))).forEach(({ code, words }, j) => { if (code !== 1 || !/broken/.test(words)) passed.push(`byte ${places[i + j]} bit ${(i + j) % 8}: ${code} ${words}`); });
    expect(passed).toEqual([]);
  });

  it.each<[string, () => string, RegExp]>([
    ['an entry altered', () => whole.replace('"test.100"', '"test.999"'), /broken \(entry\).*leaf 100[^]*Leaf: 100 · record: [0-9a-f-]{36} · hour: \d{4}-\d\d-\d\dT\d\d:00Z .*verb: test\.999[^]*Last good head: 100 leaves/],
    ['a leaf removed', () => joined(lines().toSpliced(100, 1)), /broken \(removed\): Leaf 100 is not there[^]*Leaf: 100/],
    ['a leaf doubled', () => joined(lines().toSpliced(100, 0, lines()[99] ?? '')), /broken \(inserted\): Where leaf 100 belongs stands leaf 99[^]*verb: test\.99 /],
    ['two leaves swapped', () => joined(lines().toSpliced(100, 2, lines()[101] ?? '', lines()[100] ?? '')), /broken \(removed\): Leaf 100/],
    ['a leaf inserted and all after it numbered anew', () => joined([...lines().slice(0, 10), lines()[9]?.replace('"n":9', '"n":10') ?? '', ...lines().slice(10, SIZE).map((line, i) => line.replace(`"n":${i + 10}`, `"n":${i + 11}`)), lines()[SIZE] ?? '']), /broken \(rewritten\).*leaves 0 to 49|broken \(cut\)/],
    ['the end cut, the head kept', () => joined(lines().toSpliced(SIZE - 20, 20)), /broken \(cut\)|Leaf: 280/],
    ['the file cut short', () => joined(lines().slice(0, 200)), /broken \(cut\): The export ends after 200 leaves/],
    ['the head cut off at the beginning', () => joined(lines().slice(1)), /broken \(removed\): Leaf 0/],
    ['an entry said to be missing', () => whole.replace(/("n":7,"hash":"[0-9a-f]+"),"entry":.*\}$/m, '$1,"missing":true}'), /broken \(removed\): The entry of leaf 7/],
    ['other last bits of the signature, which base64 does not use', () => whole.replace(/([A-Za-z0-9+/])=\\n"\}/, (_, letter: string) => `${BASE64[BASE64.indexOf(letter) + 1]}=\\n"}`), /broken \(head\).*its signature is not valid/],
    ['something behind the head', () => `${whole}{"n":300}\n`, /Something stands behind/],
    ['nothing at all', () => '', /broken \(cut\)/],
  ])('names %s', (_what, make, words) => {
    const said = judgeOne({ text: make(), heads });
    expect(said).toEqual({ code: 1, words: expect.stringMatching(words) as string });
  });

  it('names the stretch in which an entry and its hash were altered together, by the heads that were kept', async () => {
    const [line = ''] = lines().slice(120, 121);
    const entry = (/"entry":(.*)\}$/.exec(line)?.[1] ?? '').replace('"n":120', '"n":666');
    const { leafHash } = await import('#engines/merkle/hash.ts');
    const text = whole.replace(line, `{"n":120,"hash":"${Buffer.from(leafHash(Buffer.from(entry))).toString('hex')}","entry":${entry}}`);
    expect(judgeOne({ text, heads })).toEqual({ code: 1, words: expect.stringMatching(/broken \(rewritten\).*head of 150 leaves[^]*Among leaves 100 to 149[^]*Leaf: 100 ·[^]*Last good head: 100 leaves/) as string });
    expect(judgeOne({ text })).toEqual({ code: 1, words: expect.stringMatching(/broken \(rewritten\).*Among leaves 0 to 299[^]*No head that was kept/) as string });
  });

  it('knows a rolled back ledger by a kept head that lies beyond its end', async () => {
    const older = joined([...lines().slice(0, 250), JSON.stringify({ head: { size: 250, root: noteOf(4).split('\n')[2], at: noteOf(4).split('\n')[3], note: noteOf(4) }, publicKeys: [] })]);
    expect(judgeOne({ text: older })).toMatchObject({ code: 0 });
    expect(judgeOne({ text: older, heads })).toEqual({ code: 1, words: expect.stringMatching(/broken \(cut\).*head of 300 leaves[^]*Last good head: 250 leaves/) as string });
  });

  it('believes no head that the kept key did not sign, and accuses nobody by a damaged list', async () => {
    const other = await testLedger();
    expect(judgeOne({ key: other.keys.publicLine })).toEqual({ code: 1, words: expect.stringMatching(/broken \(head\).*a key that you did not name/) as string });
    const damaged = heads.replace(noteOf(2).split('\n')[2] ?? '', noteOf(1).split('\n')[2] ?? '');
    expect(judgeOne({ heads: damaged })).toEqual({ code: 1, words: expect.stringMatching(/broken \(head\): The head of 150 leaves in heads-0 does not hold: its signature is not valid/) as string });
    expect(judgeOne({ heads: 'a letter\n' })).toEqual({ code: 1, words: expect.stringMatching(/What was kept does not hold/) as string });
    await other.drop();
  });

  it('checks Ed25519 as others do, and refuses what RFC 8032 refuses', () => {
    const vectors = `
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from verify import is_signed, ORDER
# RFC 8032, section 7.1, tests 1 to 3.
key = [bytes.fromhex(x) for x in ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")]
msg = [b"", b"\\x72", bytes.fromhex("af82")]
sig = [bytes.fromhex(x) for x in ("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
for k, m, s in zip(key, msg, sig):
    assert is_signed(k, m, s)
    assert not is_signed(k, m + b"x", s)
    for i in range(0, 512, 37):
        bad = bytearray(s)
        bad[i // 8] ^= 1 << i % 8
        assert not is_signed(k, m, bytes(bad))
    other = int.from_bytes(s[32:], "little") + ORDER
    assert not is_signed(k, m, s[:32] + other.to_bytes(32, "little"))
    assert not is_signed(k, m, s[:63]) and not is_signed(b"\\xff" * 32, m, s)
`;
    const { status, stderr } = spawnSync('python3', ['-c', vectors, join(SCRIPT, '..')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});
