import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArchiveWriter } from '#platform/archive/archive.ts';
import { signHead } from '#platform/kernel/ledger/head.ts';
import { openKeys } from '#platform/kernel/ledger/keys.ts';
import { type TestLedger, testLedger } from '#platform/kernel/ledger/testing.ts';
import { verifiedByPython, withoutPython } from '#platform/verify/testing.ts';
import { keptHead } from '#platform/witness/head-line.ts';
import { checkEvidence, type Outside } from './check-bundle.ts';
import { fingerprintOf, type Leaf, type Manifest } from './format.ts';
import { aBundle, built, type MadeBundle } from './testing.ts';
import { writeBundle } from './write-bundle.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', '..', 'docs', 'verify', 'verify_evidence.py');
const noPython = withoutPython() !== null;

let ledger: TestLedger;
let other: TestLedger;
let whole: MadeBundle;
let later: MadeBundle;
let foreign: MadeBundle;
let key: string;
let made = 0;

beforeAll(async () => {
  [ledger, other] = await Promise.all([testLedger(), testLedger()]);
  whole = await aBundle(ledger, 1);
  later = await aBundle(ledger, 2);
  foreign = await aBundle(other, 1);
  key = fingerprintOf(ledger.keys.publicLine);
});
afterAll(async () => {
  await Promise.all([ledger.drop(), other.drop()]);
});

const build = (parts: MadeBundle): Promise<string> => built(ledger.folder, `bundle-${++made}.tar`, parts);
const altered = (alter: (parts: MadeBundle) => void, of = whole): MadeBundle => {
  const copy = { ...of, manifest: structuredClone(of.manifest), ledger: structuredClone(of.ledger), chains: new Map([...of.chains].map(([id, leaves]) => [id, structuredClone(leaves) as Leaf[]])), files: new Map(of.files) };
  alter(copy);
  return copy;
};
const firstOf = ({ manifest }: { manifest: Manifest }) => manifest.exhibits[0] as Manifest['exhibits'][number];
const chainOf = (parts: MadeBundle): Leaf[] => parts.chains.get(firstOf(parts).id) as Leaf[];

type Said = { fault: string; words: string };
/** Both verifiers on the same files; what they say must agree in its word. */
async function judge(files: readonly string[], outside: Partial<Outside> & { headsFile?: string } = {}): Promise<Said[]> {
  const { headsFile, ...rest } = outside;
  const kept = headsFile === undefined ? [] : [keptHead(readFileSync(headsFile, 'utf8'), 'kept') ?? expect.unreachable()];
  const ours = await Promise.all(files.map(async (file): Promise<Said> => {
    const answer = await checkEvidence(file, { keys: [key], kept, ...rest });
    return answer.ok ? { fault: '', words: answer.stamp } : { fault: answer.fault, words: answer.reason };
  }));
  if (!noPython) {
    const args = [...(rest.keys ?? [key]).flatMap((one) => ['--key', one]), ...(headsFile === undefined ? [] : ['--heads', headsFile]), ...(['number', 'since', 'authority'] as const).flatMap((name) => (rest[name] === undefined ? [] : [`--${name}`, rest[name]]))];
    const theirs = verifiedByPython(files.map((file) => [file, ...args]), 'verify_evidence').map(({ code, words }) => (code === 0 ? '' : (/does not hold \(([\w-]+)\)/.exec(words)?.[1] ?? `exit ${code}: ${words}`)));
    expect(theirs).toEqual(ours.map(({ fault }) => fault));
  }
  return ours;
}
const judgeOne = async (parts: MadeBundle, outside = {}): Promise<Said> => (await judge([await build(parts)], outside))[0] as Said;

/** What somebody does to a bundle before building it anew, the word that both verifiers must say, and what ours says. */
const ALTERED: readonly [string, (parts: MadeBundle) => void, string, RegExp][] = [
  ['its head signed with another valid key', (parts) => { parts.ledger = resigned(parts, other.keys); }, 'key', /another key/],
  ['its head signed with another key under the name of this ledger, that key beside it', (parts) => { parts.ledger = resigned(parts, { ...openKeys(join(ledger.folder, 'evil')), name: ledger.keys.name }); }, 'key', /fingerprint/],
  ['its head signed with another key, the true key line left in', (parts) => { parts.ledger = { head: resigned(parts, { ...openKeys(join(ledger.folder, 'evil')), name: ledger.keys.name }).head, keys: [ledger.keys.publicLine] }; }, 'key', /signed by the key/],
  ['the head of another log', (parts) => { parts.ledger = structuredClone(foreign.ledger); }, 'key', /fingerprint/],
  ['a later head of the same log', (parts) => { parts.ledger = structuredClone(later.ledger); }, 'entry', /does not stand in the tree/],
  ['the last custody event dropped and everything rebuilt', (parts) => { chainOf(parts).pop(); firstOf(parts).events = 3; firstOf(parts).texts = 3; }, 'custody', /does not end with the closing of this bundle/],
  ['the event before the last dropped and everything rebuilt', (parts) => { chainOf(parts).splice(2, 1); firstOf(parts).events = 3; firstOf(parts).texts = 3; }, 'custody', /event 3 is missing/],
  ['the count alone altered', (parts) => { firstOf(parts).events = 5; }, 'custody', /has 4 events; the manifest says 5/],
  ['an event altered', (parts) => { const leaf = chainOf(parts)[1] as Leaf; leaf.entry = leaf.entry.replace('exhibits.filed', 'exhibits.filet'); }, 'entry', /leaf 1/],
  ['a text taken away', (parts) => { (chainOf(parts)[0] as Leaf).texts = []; }, 'text', /3 texts; the manifest says 4/],
  ['a text altered', (parts) => { const [text] = (chainOf(parts)[0] as Leaf).texts; if (text) text.text = 'another'; }, 'text', /not the one/],
  ['a text taken away and another doubled', (parts) => { const [first, second] = chainOf(parts) as [Leaf, Leaf]; first.texts = []; second.texts = [...second.texts, ...second.texts]; }, 'text', /not the one/],
  ['a title altered', (parts) => { firstOf(parts).title = 'Another'; }, 'manifest', /closed BND-2026-00001 with/],
  ['a newer number', (parts) => { parts.manifest.number = 'BND-2026-00009'; }, 'custody', /does not end with the closing of this bundle/],
  ['a file exchanged', (parts) => { parts.files.set(firstOf(parts).files[0]?.id ?? '', Buffer.from('a photogrAph')); }, 'file', /does not have the SHA-256/],
  ['a file exchanged and the manifest rebuilt', (parts) => { const [file] = firstOf(parts).files; parts.files.set(file?.id ?? '', Buffer.from('other')); Object.assign(file ?? {}, { size: 5, sha256: 'd9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa' }); }, 'manifest', /closed BND/],
  ['the exhibit of another bundle in the place of its own', (parts) => { const theirs = firstOf(later); parts.manifest.exhibits[0] = theirs; parts.chains = new Map([...parts.chains, ...later.chains]); later.files.forEach((bytes, id) => parts.files.set(id, bytes)); parts.ledger = later.ledger; }, 'custody', /it is of another bundle/],
  ['the files of two exhibits exchanged', (parts) => { const [a, b] = [...parts.files.keys()] as [string, string]; parts.manifest.exhibits.forEach(({ files }) => files.forEach((one) => { one.size = parts.files.get(one.id === a ? b : a)?.length ?? 0; })); parts.files = new Map([[a, parts.files.get(b) as Buffer], [b, parts.files.get(a) as Buffer]]); }, 'manifest', /closed BND/],
  ['an exhibit taken out of the manifest', (parts) => { parts.manifest.exhibits.pop(); }, 'manifest', /closed BND/],
];
let verdicts: Promise<Said[]> | undefined;

describe('an evidence bundle', () => {
  it('holds by fingerprint, key line and beside the head that was kept, and any tar lists it', async () => {
    const file = await build(whole);
    const headsFile = join(ledger.folder, 'kept-head');
    writeFileSync(headsFile, whole.ledger.head);
    for (const outside of [{}, { keys: [ledger.keys.publicLine] }, { headsFile }, { number: 'BND-2026-00001', since: '2026-01-01T00:00:00Z' }]) expect(await judge([file], outside)).toEqual([{ fault: '', words: 'none' }]);
    expect(execFileSync('tar', ['-tf', file], { encoding: 'utf8' }).split('\n')).toEqual(expect.arrayContaining(['manifest.json', 'custody/EXH-2026-00010.jsonl', 'files/EXH-2026-00011/1.bin']));
    if (!noPython) expect(spawnSync('python3', ['-B', SCRIPT, file, '--key', key], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: expect.stringMatching(/BND-2026-00001 of CAS-2026-00001 holds[^]*EXH-2026-00010 · Exhibit 1 · 4 custody events, the last at .* by /) as string });
  });

  it('is refused with any bit changed', async () => {
    const bytes = readFileSync(await build(whole));
    const files = Array.from({ length: 90 }, (_, i) => {
      const copy = Buffer.from(bytes);
      const at = Math.floor(((i + 0.5) / 90) * bytes.length);
      copy[at] = (copy[at] as number) ^ (1 << (i % 8));
      const file = join(ledger.folder, `flipped-${i}.tar`);
      writeFileSync(file, copy);
      return file;
    });
    expect(new Set((await judge(files)).map(({ fault }) => fault))).toEqual(new Set(['archive']));
    for (const file of files) rmSync(file);
  });

  it('is refused when cut anywhere', async () => {
    const bytes = readFileSync(await build(whole));
    const files = [0, 100, 512, 5000, bytes.length - 512, bytes.length - 1].map((length) => {
      const file = join(ledger.folder, `cut-${length}.tar`);
      writeFileSync(file, bytes.subarray(0, length));
      return file;
    });
    expect((await judge(files)).map(({ fault }) => fault)).toEqual(files.map(() => 'archive'));
  });

  it.each(ALTERED)('is refused with %s', async (what, _alter, fault, words) => {
    verdicts ??= (async () => judge(await Promise.all(ALTERED.map(([, alter]) => build(altered(alter))))))();
    expect((await verdicts)[ALTERED.findIndex(([name]) => name === what)]).toEqual({ fault, words: expect.stringMatching(words) as string });
  });

  it('is refused as an older one offered as newer, as another than the receipt names, and beside a kept head that differs', async () => {
    const file = await build(whole);
    const closed = (JSON.parse(chainOf(later)[3]?.entry ?? '') as { at: string }).at;
    const headsFile = join(ledger.folder, 'other-head');
    const [, size] = whole.ledger.head.split('\n');
    writeFileSync(headsFile, signHead({ size: Number(size), root: Buffer.alloc(32, 7), at: '2026-11-22T08:00:00.000Z' }, ledger.keys));
    expect(await judge([file], { since: closed })).toEqual([{ fault: 'older', words: expect.stringContaining('older bundle') as string }]);
    expect(await judge([file], { number: 'BND-2026-00002' })).toEqual([{ fault: 'other', words: expect.stringContaining('BND-2026-00001, not BND-2026-00002') as string }]);
    expect(await judge([file], { headsFile })).toEqual([{ fault: 'rewritten', words: expect.stringContaining('was rewritten') as string }]);
    const bothKnown = { keys: [ledger.keys.publicLine, other.keys.publicLine] };
    expect(await judgeOne(altered((parts) => { parts.ledger = foreign.ledger; }), bothKnown)).toEqual({ fault: 'head', words: expect.stringContaining('the manifest of') as string });
    expect(await judge([file], { keys: ['0'.repeat(64)] })).toEqual([{ fault: 'key', words: expect.stringContaining('fingerprint') as string }]);
  });

  it('is refused with any part missing, doubled or added', async () => {
    const members = await membersOf(whole);
    const files = [];
    const expected = [];
    for (const [i, [name]] of members.entries()) {
      files.push(await archiveOf(`missing-${i}.tar`, members.toSpliced(i, 1)), await archiveOf(`twice-${i}.tar`, [...members, members[i] as [string, Buffer]]));
      expected.push(`missing ${name}`, `extra ${name}`);
    }
    files.push(await archiveOf('added.tar', [...members, ['notes.txt', Buffer.from('hello')]]));
    expected.push('extra notes.txt');
    expect((await judge(files)).map(({ fault, words }) => `${fault} ${words.split(' ')[0]}`)).toEqual(expected.map((one) => one));
  });

  it('carries a time stamp that openssl finds good, and is refused with it missing, of another head or of another authority', async () => {
    const stamped = altered((parts) => { parts.stamp = stampOf(parts.ledger.head, 'tsa'); }, await aBundle(ledger, 3, [Buffer.from('x')], 'rfc3161'));
    const [authority, stranger] = ['tsa', 'stranger'].map((name) => authorityOf(name).certificate) as [string, string];
    expect(await judgeOne(stamped)).toEqual({ fault: '', words: 'not checked' });
    expect(await judgeOne(stamped, { authority })).toEqual({ fault: '', words: 'good' });
    expect(await judgeOne(stamped, { authority: stranger })).toMatchObject({ fault: 'time-stamp' });
    expect(await judgeOne(altered((parts) => { parts.stamp = stampOf('another head', 'tsa'); }, stamped), { authority })).toMatchObject({ fault: 'time-stamp' });
    expect(await judgeOne(altered((parts) => { parts.stamp = null; }, stamped))).toEqual({ fault: 'missing', words: 'head.tsr is missing.' });
    expect(await judgeOne(whole, { authority })).toMatchObject({ fault: 'time-stamp' });
  });

  it('is written from streams: only one piece of a file is held at a time', async () => {
    const [size, piece] = [96 * 2 ** 20, Buffer.alloc(2 ** 20)];
    const one = altered((parts) => { Object.assign(firstOf(parts).files[0] ?? {}, { size }); });
    let [held, most, written] = [0, 0, 0];
    async function* pieces() {
      for (let i = 0; i < size / piece.length; i++) {
        most = Math.max(most, (held += piece.length));
        yield piece;
      }
    }
    const sink = { write: async (bytes: Buffer, from: number) => { written += bytes.length - from; held = 0; return { bytesWritten: bytes.length - from }; }, sync: async () => undefined };
    await writeBundle(sink, { ...one, open: async (id) => (id === firstOf(one).files[0]?.id ? pieces() : [one.files.get(id) as Buffer] as unknown as AsyncIterable<Buffer>) });
    expect(written).toBeGreaterThan(size);
    expect(most).toBe(piece.length);
  });
});

function resigned({ ledger: { head } }: MadeBundle, keys: Parameters<typeof signHead>[1] & { publicLine: string }) {
  const [, size, root = '', at = ''] = head.split('\n');
  return { head: signHead({ size: Number(size), root: Buffer.from(root, 'base64'), at }, keys), keys: [keys.publicLine] };
}

/** The members of a bundle as they stand in its archive, without the hash at its end. */
async function membersOf(parts: MadeBundle): Promise<[string, Buffer][]> {
  const file = await build(parts);
  const names = execFileSync('tar', ['-tf', file], { encoding: 'utf8' }).trim().split('\n').slice(0, -1);
  return names.map((name) => [name, execFileSync('tar', ['-xOf', file, name])]);
}

async function archiveOf(name: string, members: readonly (readonly [string, Buffer])[]): Promise<string> {
  const pieces: Buffer[] = [];
  const archive = new ArchiveWriter({ write: async (bytes, from) => { pieces.push(Buffer.from(bytes.subarray(from))); return { bytesWritten: bytes.length - from }; }, sync: async () => undefined });
  for (const [member, body] of members) await archive.add(member, body);
  await archive.close();
  const file = join(ledger.folder, name);
  writeFileSync(file, Buffer.concat(pieces));
  return file;
}

/** A time-stamping authority of the test's own, made once by openssl. */
function authorityOf(name: string): { certificate: string; config: string } {
  const [secret, certificate, config] = ['key', 'pem', 'cnf'].map((end) => join(ledger.folder, `${name}.${end}`)) as [string, string, string];
  const known = authorities.get(name);
  if (known) return known;
  writeFileSync(config, `[tsa]\ndefault_tsa=t\n[t]\nserial=${ledger.folder}/${name}.serial\nsigner_cert=${certificate}\nsigner_key=${secret}\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\ness_cert_id_alg=sha256\n`);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', secret, '-out', certificate, '-days', '3650', '-subj', `/CN=${name}`, '-addext', 'extendedKeyUsage=critical,timeStamping'], { stdio: 'ignore' });
  authorities.set(name, { certificate, config });
  return { certificate, config };
}
const authorities = new Map<string, { certificate: string; config: string }>();

function stampOf(text: string, name: string): Buffer {
  const { config } = authorityOf(name);
  const [data, query, reply] = ['data', 'tsq', 'tsr'].map((end) => join(ledger.folder, `stamped.${end}`)) as [string, string, string];
  writeFileSync(data, text);
  execFileSync('openssl', ['ts', '-query', '-data', data, '-sha256', '-cert', '-out', query], { stdio: 'ignore' });
  execFileSync('openssl', ['ts', '-reply', '-config', config, '-section', 't', '-queryfile', query, '-out', reply], { stdio: 'ignore' });
  return readFileSync(reply);
}
