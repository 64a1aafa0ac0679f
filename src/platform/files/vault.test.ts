import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fault } from '#platform/kernel/fault.ts';
import { PART_BYTES } from './contract.ts';
import { addressOf, CHUNK_BYTES } from './seal.ts';
import { aDataFolder, partFiles, sha256Of } from './testing.ts';
import { type Content, Damage, ownVault, vaultAt, WrongLength } from './vault.ts';

let data: ReturnType<typeof aDataFolder>;
beforeAll(() => { data = aDataFolder(); });
afterAll(() => data.remove());

async function stored(bytes: Buffer): Promise<Content> {
  const blob = uuidv7();
  const content = { blob, size: bytes.length, dataKey: ownVault().newKey(blob, bytes.length) };
  await ownVault().storeAll(content, bytes);
  return content;
}

async function readAll(content: Content, sha256?: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of ownVault().read(content, sha256)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const hashOf = (bytes: Buffer): Buffer => Buffer.from(sha256Of(bytes), 'hex');

describe('what is stored', () => {
  test('is read again as it was, for any bytes and any length, however they came in pieces', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 3 * CHUNK_BYTES }), fc.integer({ min: 1, max: CHUNK_BYTES * 2 }), async (size, step) => {
      const bytes = randomBytes(size);
      const blob = uuidv7();
      const content = { blob, size, dataKey: ownVault().newKey(blob, size) };
      await ownVault().storeAll(content, (async function* () { for (let at = 0; at < size; at += step) yield bytes.subarray(at, at + step); })());
      expect((await readAll(content, hashOf(bytes))).equals(bytes)).toBe(true);
    }), { numRuns: 25 });
  });

  test.each([1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1])('of %i bytes is whole at every edge of a chunk and a part', async (size) => {
    const bytes = randomBytes(size);
    const content = await stored(bytes);
    expect(partFiles(content)).toHaveLength(Math.ceil(size / PART_BYTES));
    expect((await readAll(content, hashOf(bytes))).equals(bytes)).toBe(true);
  });

  test('is not on the disk in clear, nor twice the same, and only its owner may read it', async () => {
    const words = 'the same words again and again. '.repeat(2000);
    const [one, other] = await Promise.all([stored(Buffer.from(words)), stored(Buffer.from(words))]);
    const [a, b] = [one, other].map((content) => readFileSync(partFiles(content)[0] as string)) as [Buffer, Buffer];
    expect(a.includes('the same words')).toBe(false);
    expect(a.equals(b)).toBe(false);
    expect(statSync(partFiles(one)[0] as string).mode & 0o777).toBe(0o600);
    expect(statSync(join(data.folder, 'demo/keys/files.key')).mode & 0o777).toBe(0o600);
  });

  test('shorter or longer than it was said to be is refused, and leaves nothing', async () => {
    for (const given of [99, 101, 0]) {
      const blob = uuidv7();
      const content = { blob, size: 100, dataKey: ownVault().newKey(blob, 100) };
      await expect(ownVault().storeAll(content, Buffer.alloc(given))).rejects.toThrow(WrongLength);
      await expect(readAll(content)).rejects.toThrow(Damage);
    }
  });
});

describe('damage', () => {
  test('of any single bit is found, and no byte of the damaged chunk or after it is given out', async () => {
    const bytes = randomBytes(2 * CHUNK_BYTES + 1000);
    const content = await stored(bytes);
    const [file] = partFiles(content) as [string];
    const whole = readFileSync(file);
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: whole.length * 8 - 1 }), async (bit) => {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      writeFileSync(file, flipped);
      const given: Buffer[] = [];
      const reading = (async () => { for await (const chunk of ownVault().read(content, hashOf(bytes))) given.push(chunk); })();
      await expect(reading).rejects.toThrow(Damage);
      const clear = Buffer.concat(given);
      expect(clear.length).toBeLessThan(bytes.length);
      expect(clear.equals(bytes.subarray(0, clear.length))).toBe(true);
    }), { numRuns: 60 });
    writeFileSync(file, whole);
    expect((await readAll(content, hashOf(bytes))).equals(bytes)).toBe(true);
  });

  test('is found where chunks or parts are swapped, doubled, cut, added, missing, or of another file', async () => {
    const bytes = randomBytes(2 * PART_BYTES + 5000);
    const content = await stored(bytes);
    const [first, second, third] = partFiles(content) as [string, string, string];
    const foreign = partFiles(await stored(bytes)) as [string];
    const kept = [first, second, third].map((file) => readFileSync(file)) as [Buffer, Buffer, Buffer];
    const sealedChunk = CHUNK_BYTES + 28;
    const harms: Record<string, () => void> = {
      'parts swapped': () => { renameSync(first, `${first}.x`); renameSync(second, first); renameSync(`${first}.x`, second); },
      'chunks swapped': () => writeFileSync(first, Buffer.concat([kept[0].subarray(sealedChunk, 2 * sealedChunk), kept[0].subarray(0, sealedChunk), kept[0].subarray(2 * sealedChunk)])),
      'a chunk doubled': () => writeFileSync(first, Buffer.concat([kept[0].subarray(0, sealedChunk), kept[0]])),
      'the last chunk cut off': () => truncateSync(second, kept[1].length - sealedChunk),
      'a byte cut off': () => truncateSync(third, kept[2].length - 1),
      'a byte added': () => writeFileSync(third, Buffer.concat([kept[2], Buffer.from([0])])),
      'the last part missing': () => rmSync(third),
      'a part of other content': () => copyFileSync(foreign[0], first),
    };
    for (const [what, harm] of Object.entries(harms)) {
      harm();
      await expect(readAll(content), what).rejects.toThrow(Damage);
      [first, second, third].forEach((file, i) => writeFileSync(file, kept[i] as Buffer));
    }
    expect((await readAll(content, hashOf(bytes))).equals(bytes)).toBe(true);
  });

  test('of the row is found too: another size, another key, another hash', async () => {
    const bytes = randomBytes(1000);
    const content = await stored(bytes);
    for (const change of [{ size: 999 }, { dataKey: (await stored(bytes)).dataKey }]) await expect(readAll({ ...content, ...change })).rejects.toThrow(Damage);
    await expect(readAll(content, hashOf(randomBytes(3)))).rejects.toThrow('SHA-256');
  });
});

test('an address tells the content only together with the label and the key of the installation', () => {
  const { keys } = ownVault();
  const hash = hashOf(Buffer.from('x'));
  const other = vaultAt({ files: join(data.folder, 'other/files'), dataDir: join(data.folder, 'other') });
  expect(addressOf(keys, 'a', hash).equals(addressOf(keys, 'a', hash))).toBe(true);
  for (const address of [addressOf(keys, 'b', hash), addressOf(other.keys, 'a', hash), hash]) expect(addressOf(keys, 'a', hash).equals(address)).toBe(false);
});

test('a bucket without a name is refused in one line, and a damaged key is named', () => {
  expect(() => vaultAt({ files: 's3:///prefix', dataDir: data.folder })).toThrow(Fault);
  const dataDir = join(data.folder, 'third');
  vaultAt({ files: join(dataDir, 'files'), dataDir });
  writeFileSync(join(dataDir, 'keys/files.key'), 'short');
  expect(() => vaultAt({ files: join(dataDir, 'files'), dataDir })).toThrow(/is damaged.*keys\/files\.key/);
  rmSync(join(dataDir, 'keys/files.key'));
  mkdirSync(join(dataDir, 'files/0a'), { recursive: true });
  expect(() => vaultAt({ files: join(dataDir, 'files'), dataDir })).toThrow(/is missing.*keys\/files\.key/);
});
