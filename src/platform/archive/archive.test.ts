import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ArchiveWriter, openArchive } from './archive.ts';
import { openKeys, sealKeys } from './seal.ts';

let folder: string;
let whole: Buffer;
const file = (): string => join(folder, 'whole.tar');
const MEMBERS: readonly [string, Buffer][] = [['first.json', Buffer.from('{"a":1}\n')], ['empty', Buffer.alloc(0)], ['tables/a.b/000001', Buffer.alloc(512, 7)], [`tables/${'schema_of_a_long_name'.repeat(3)}.${'t'.repeat(50)}/000001.copy.zst`, Buffer.from('long')], ['last', Buffer.alloc(5000, 'x')]];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'archive '));
  const handle = await open(file(), 'wx');
  const writer = new ArchiveWriter(handle);
  for (const [name, body] of MEMBERS) await writer.add(name, body);
  await writer.addPieces('pieces', 6, (async function* () {
    yield Buffer.from('abc');
    yield Buffer.from('def');
  })());
  await writer.close();
  await handle.close();
  whole = readFileSync(file());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const opening = async (bytes: Buffer): Promise<unknown> => {
  const other = join(folder, 'other.tar');
  writeFileSync(other, bytes);
  return openArchive(other);
};

describe('an archive', () => {
  test('gives back each member as it was written', async () => {
    const archive = await openArchive(file());
    expect(archive.members.map(({ name }) => name)).toEqual([...MEMBERS.map(([name]) => name), 'pieces']);
    for (const [i, [, body]] of MEMBERS.entries()) expect((await archive.read(archive.members[i] as never)).equals(body)).toBe(true);
    const pieces: Buffer[] = [];
    for await (const piece of archive.stream(archive.members.at(-1) as never)) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('abcdef');
  });

  test('is a tar archive to others, and its hash is that of the bytes before the last member', () => {
    const listed = execFileSync('tar', ['-tf', file()], { encoding: 'utf8' }).trim().split('\n');
    expect(listed).toEqual([...MEMBERS.map(([name]) => name), 'pieces', 'SHA256']);
    const said = execFileSync('tar', ['-xOf', file(), 'SHA256'], { encoding: 'utf8' }).trim();
    const before = whole.length - 2048;
    expect(execFileSync('sh', ['-c', `head -c ${before} "$1" | sha256sum`, 'sh', file()], { encoding: 'utf8' }).split(' ')[0]).toBe(said);
  });

  test('is refused in one line after any bit of it was flipped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
        const altered = Buffer.from(whole);
        altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
        await expect(opening(altered)).rejects.toThrow(/^[^\n]*(?:altered|no whole backup|no backup)[^\n]*$/);
      }),
      { numRuns: 400 },
    );
  });

  test('is refused wherever it was cut, and with anything behind its end', async () => {
    for (let length = 0; length < whole.length; length += 97) await expect(opening(whole.subarray(0, length)), `cut at ${length}`).rejects.toThrow(/no whole backup|altered|no backup/);
    await expect(opening(whole.subarray(0, -1))).rejects.toThrow('no whole backup');
    await expect(opening(Buffer.concat([whole, Buffer.alloc(512)]))).rejects.toThrow('no whole backup');
  });

  test('is refused with a member that was left out, doubled or put elsewhere', async () => {
    await expect(opening(whole.subarray(1024))).rejects.toThrow('altered');
    await expect(opening(Buffer.concat([whole.subarray(0, 1024), whole]))).rejects.toThrow('altered');
    await expect(opening(Buffer.concat([whole.subarray(1024, 1536), whole.subarray(0, 1024), whole.subarray(1536)]))).rejects.toThrow('altered');
  });

  test('says so where pieces are not as long as was said', async () => {
    const handle = await open(join(folder, 'short.tar'), 'w');
    await expect(new ArchiveWriter(handle).addPieces('file', 7, (async function* () {
      yield Buffer.from('abc');
    })())).rejects.toThrow('changed while it was copied');
    await handle.close();
  });
});

describe('sealed keys', () => {
  const keys = { 'ledger.ed25519': Buffer.from('a secret'), 'files.key': Buffer.from([0, 255, 10]) };

  test('come back with their passphrase, however its accents were typed', async () => {
    const sealed = await sealKeys(keys, 'caf\u00e9 au lait, s\u2019il vous pla\u00eet');
    expect(sealed.includes('a secret')).toBe(false);
    expect(await openKeys(sealed, 'cafe\u0301 au lait, s\u2019il vous plai\u0302t')).toEqual(keys);
  });

  test('stay closed to another passphrase, and after a change of their bytes', async () => {
    const sealed = await sealKeys(keys, 'correct horse battery');
    await expect(openKeys(sealed, 'correct horse batterz')).rejects.toThrow('does not open');
    const text = JSON.parse(sealed.toString()) as { data: string };
    const data = Buffer.from(text.data, 'base64');
    data[3] = (data[3] as number) ^ 1;
    await expect(openKeys(Buffer.from(JSON.stringify({ ...text, data: data.toString('base64') })), 'correct horse battery')).rejects.toThrow('does not open');
  });
});
