import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { PART_BYTES } from './contract.ts';
import { readBucket, s3Shelf } from './s3-shelf.ts';
import { aDataFolder, sha256Of } from './testing.ts';
import { checkPlace, Damage, openVault, ownVault, shelfAt } from './vault.ts';

const PLACE = 's3://evidence/of the works';
const NAMES = ['AWS_ENDPOINT_URL_S3', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
const before = NAMES.map((name) => [name, process.env[name]] as const);

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

let server: ChildProcess;
let url: string;
const bucketFolder = mkdtempSync(join(tmpdir(), 'parapet s3 '));
const data = aDataFolder();

const asTheKeyHolder = (): void => {
  Object.assign(process.env, { AWS_ENDPOINT_URL_S3: url, AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' });
};

/** s3rver of npm in a process of its own: it speaks S3 and knows its keys, but leaves signatures of version 4 unchecked. */
beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const program = join(createRequire(import.meta.url).resolve('s3rver/package.json'), '../bin/s3rver.js');
  server = spawn(process.execPath, [program, '--directory', bucketFolder, '--address', '127.0.0.1', '--port', `${port}`, '--silent', '--configure-bucket', 'evidence'], { stdio: 'ignore' });
  asTheKeyHolder();
  await vi.waitFor(() => fetch(url), { timeout: 60_000, interval: 100 });
  process.env['PARAPET_FILES'] = PLACE;
}, 90_000);
afterEach(asTheKeyHolder);
afterAll(() => {
  server.kill('SIGKILL');
  for (const [name, value] of before) if (value === undefined) delete process.env[name]; else process.env[name] = value;
  delete process.env['PARAPET_FILES'];
  rmSync(bucketFolder, { recursive: true, force: true });
  data.remove();
});

async function blobs(): Promise<string[]> {
  const found: string[] = [];
  for await (const { blob } of shelfAt(PLACE).list()) found.push(blob);
  return found;
}

async function readAll(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const held: Buffer[] = [];
  for await (const chunk of chunks) held.push(Buffer.from(chunk));
  return Buffer.concat(held);
}

async function stored(bytes: Buffer) {
  const blob = uuidv7();
  const content = { blob, size: bytes.length, dataKey: ownVault().newKey(blob, bytes.length) };
  await ownVault().storeAll(content, bytes);
  return content;
}

describe('files in a bucket', () => {
  test('are read again as they were, part by part, are listed once each, and are gone when they are removed', async () => {
    const bytes = randomBytes(PART_BYTES + 12_345);
    const [large, small] = [await stored(bytes), await stored(Buffer.from('a note'))];
    expect((await readAll(ownVault().read(large, Buffer.from(sha256Of(bytes), 'hex')))).equals(bytes)).toBe(true);
    expect((await blobs()).sort()).toEqual([large.blob, small.blob].sort());
    await ownVault().shelf.remove(large.blob);
    expect(await blobs()).toEqual([small.blob]);
    await expect(readAll(ownVault().read(large))).rejects.toThrow(Damage);
  });

  test('are encrypted before they leave: who reads the bucket reads nothing, and what is changed there is damage', async () => {
    const content = await stored(Buffer.from('the words of a witness. '.repeat(500)));
    const shelf = shelfAt(PLACE);
    const sealed = await readAll(shelf.get(content.blob, 0, 1024));
    expect(sealed.includes('witness')).toBe(false);
    sealed.writeUInt8(sealed.readUInt8(100) ^ 1, 100);
    await (await shelf.put(content.blob, 0, (async function* () { yield [sealed]; })())).keep();
    await expect(readAll(openVault(shelf, ownVault().keys).read(content))).rejects.toThrow(Damage);
  });

  test('have no place until they are kept, and a draft that a killed process left is dropped by its age', async () => {
    const shelf = shelfAt(PLACE);
    const blob = uuidv7();
    const draft = await shelf.put(blob, 0, (async function* () { yield [Buffer.from('half')]; })());
    expect(await blobs()).not.toContain(blob);
    await shelf.dropDrafts(new Date(Date.now() + 60_000));
    await expect(draft.keep()).rejects.toThrow();
    await expect(readAll(shelf.get(blob, 0, 1024))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the bucket', () => {
  const place = { files: PLACE, dataDir: data.folder };

  test('is tried before anything is served', async () => {
    expect(await shelfAt('s3://evidence/nothing yet').check()).toEqual({ hasBlobs: false });
  });

  test('whose files were sealed with a key that is not there is refused, for a new one could not read them', async () => {
    await stored(Buffer.from('one'));
    await expect(checkPlace({ ...place, dataDir: join(data.folder, 'another node') })).rejects.toThrow(/keys\/files\.key, which opens them, is missing/);
  });

  test.each([
    ['a key that it does not know', { AWS_ACCESS_KEY_ID: 'stranger', AWS_SECRET_ACCESS_KEY: 'guessed' }, 'evidence'],
    ['a bucket that is not there', {}, 'nowhere'],
    ['nobody who answers', { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }, 'evidence'],
  ])('with %s is refused in one line that says what to look at, and no secret', async (_what, env, bucket) => {
    Object.assign(process.env, env);
    const error = await s3Shelf({ name: bucket, prefix: '' }).check().catch((one: Error) => one);
    expect(error).toMatchObject({ name: 'Fault', message: expect.stringMatching(new RegExp(`^The bucket ${bucket} .*AWS_ENDPOINT_URL_S3`)) });
    expect((error as Error).message).not.toMatch(/guessed|stranger|S3RVER/);
  });

  test.each(['s3://', 's3://A_B', 's3:/bucket'])('is not named by %s', (name) => {
    expect(() => readBucket(name)).toThrow('names no bucket');
  });
});
