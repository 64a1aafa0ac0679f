import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHead, parseHead, signHead } from './head.ts';
import { HeadFile, headFileBytes, HeadsDisagree, type Query, readHeadFile } from './head-file.ts';
import { keyFiles, type LedgerKeys, openKeys, parsePublicKeys, readPublicKeys } from './keys.ts';

let folder: string;
let keys: LedgerKeys;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heads-'));
  keys = openKeys(join(folder, 'keys'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const noteOf = (size: number): string => signHead({ size, root: Buffer.alloc(32, size % 256), at: new Date(size * 1000).toISOString() }, keys);
const trusted = () => readPublicKeys(keyFiles(join(folder, 'keys')).publicFile);

/** Answers as the database would that has these heads. */
const databaseWith = (sizes: readonly number[], note = noteOf): Query => async <Row>(_sql: string, [from, most]: unknown[]) =>
  sizes.filter((size) => size >= (from as number)).slice(0, most as number).map((size) => ({ size: String(size), note: note(size) })) as Row[];

async function fileNotes(file: string): Promise<string[]> {
  const notes: string[] = [];
  for await (const note of readHeadFile(file, headFileBytes(file))) notes.push(note);
  return notes;
}

describe('keys', () => {
  it('are made once, the private one for its owner only, and found again', () => {
    const { privateFile, publicFile } = keyFiles(join(folder, 'keys'));
    expect(statSync(privateFile).mode & 0o777).toBe(0o600);
    expect(openKeys(join(folder, 'keys')).publicLine).toBe(keys.publicLine);
    expect(readFileSync(publicFile, 'utf8')).toBe(`${keys.publicLine}\n`);
  });

  it('made anew keep the name, and the old public key stays so that old heads still verify', () => {
    const place = join(folder, 'rotated');
    const first = openKeys(place);
    rmSync(keyFiles(place).privateFile);
    const second = openKeys(place);
    expect(second.name).toBe(first.name);
    expect(second.keyId).not.toBe(first.keyId);
    const both = readPublicKeys(keyFiles(place).publicFile);
    for (const one of [first, second]) expect(openHead(signHead({ size: 1, root: Buffer.alloc(32), at: new Date(0).toISOString() }, one), both).ok).toBe(true);
  });

  it('that are damaged are refused in words', () => {
    const place = join(folder, 'damaged');
    openKeys(place);
    writeFileSync(keyFiles(place).privateFile, 'PRIVATE+KEY+x+00000000+AAAA\n');
    expect(() => openKeys(place)).toThrow(/damaged/);
    expect(() => parsePublicKeys('x+00000000+AAAA')).toThrow(/not a key/);
  });

  it("read the example key of Go's note package and accept the signature that it made", () => {
    // golang.org/x/mod/sumdb/note, package documentation (BSD-3-Clause).
    const [key] = parsePublicKeys('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    const text = 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n';
    const signature = Buffer.from('x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=', 'base64');
    expect(signature.subarray(0, 4).toString('hex')).toBe(key?.keyId);
    expect(key?.isSigned(text, signature.subarray(4))).toBe(true);
    expect(key?.isSigned(text.replace('think', 'thunk'), signature.subarray(4))).toBe(false);
  });
});

describe('a head', () => {
  it('is a note that says what was signed', () => {
    const note = noteOf(300);
    expect(openHead(note, trusted())).toEqual({ ok: true, head: parseHead(note) });
    expect(note.split('\n').slice(0, 4)).toEqual([keys.name, '300', Buffer.alloc(32, 44).toString('base64'), '1970-01-01T00:05:00.000Z']);
  });

  it('does not open with any one bit changed', () => {
    const bytes = Buffer.from(noteOf(7));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(openHead(altered.toString('utf8'), trusted()).ok, `bit ${bit}`).toBe(false);
    }
  });

  it('signed by another key is refused by its name', () => {
    const other = openKeys(join(folder, 'other'));
    const note = signHead({ size: 1, root: Buffer.alloc(32), at: new Date(0).toISOString() }, other);
    expect(openHead(note, trusted())).toMatchObject({ ok: false, reason: expect.stringContaining(other.keyId) as string });
  });
});

describe('the heads file', () => {
  it('gets the heads that it lacks, once, in order', async () => {
    const file = join(folder, 'a', 'heads');
    const heads = new HeadFile(file);
    expect(await heads.follow(databaseWith([1, 2, 5]))).toBe(3);
    expect(await heads.follow(databaseWith([1, 2, 5]))).toBe(0);
    expect(await new HeadFile(file).follow(databaseWith([1, 2, 5, 9]))).toBe(1);
    expect(await fileNotes(file)).toEqual([1, 2, 5, 9].map(noteOf));
  });

  it('is whole again after a write that was cut short anywhere, also with zeros left behind', async () => {
    const all = [1, 2, 3].map(noteOf).join('');
    const bytes = Buffer.byteLength(all);
    for (let cut = 0; cut <= bytes; cut += 7) {
      const file = join(folder, `cut-${cut}`);
      writeFileSync(file, all);
      truncateSync(file, cut);
      if (cut % 2 === 1) appendFileSync(file, Buffer.alloc(40));
      await new HeadFile(file).follow(databaseWith([1, 2, 3, 4]));
      expect(await fileNotes(file)).toEqual([1, 2, 3, 4].map(noteOf));
    }
  });

  it('takes thousands at once', async () => {
    const sizes = Array.from({ length: 4100 }, (_, i) => i + 1);
    const file = join(folder, 'many');
    expect(await new HeadFile(file).follow(databaseWith(sizes))).toBe(4100);
    expect((await fileNotes(file)).length).toBe(4100);
  });

  it('refuses to go on where the database lost or changed its last head, or its own end was altered', async () => {
    const file = join(folder, 'refuses');
    await new HeadFile(file).follow(databaseWith([1, 2, 3]));
    await expect(new HeadFile(file).follow(databaseWith([1, 2]))).rejects.toThrow(HeadsDisagree);
    await expect(new HeadFile(file).follow(databaseWith([1, 2, 3, 4], (size) => noteOf(size).replace('1970', '1971')))).rejects.toThrow(HeadsDisagree);
    appendFileSync(file, 'something else\n');
    await expect(new HeadFile(file).follow(databaseWith([1, 2, 3, 4]))).rejects.toThrow(HeadsDisagree);
  });
});
