import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CHUNK_BYTES, CHUNK_MORE } from './seal.ts';

/** A part that is durable under a name of its own; `keep` gives it its place at once and whole, `drop` takes it away. */
export type Draft = { keep(): Promise<void>; drop(): Promise<void> };

/** Where blobs lie, each in numbered parts: a folder today. It knows bytes only, nothing of keys, rows or people. */
export type Shelf = {
  /** Stores the bytes of a part; they are on the disk when it answers. */
  put(blob: string, part: number, bytes: AsyncIterable<Buffer>): Promise<Draft>;
  /** The bytes of a part. Throws ENOENT where there is none. */
  get(blob: string, part: number): AsyncIterable<Buffer>;
  remove(blob: string): Promise<void>;
  /** Every blob, with when a part of it was last stored. */
  list(): AsyncIterable<{ blob: string; touchedAt: Date }>;
  freeBytes(): Promise<number>;
  /** What an operator calls the place of a blob. */
  placeOf(blob: string): string;
};

async function syncedFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** A folder below `root`, by the end of its id, which is random where the beginning is the time. */
export function folderShelf(root: string): Shelf {
  const placeOf = (blob: string): string => join(root, blob.slice(-2), blob);
  const partOf = (blob: string, part: number): string => join(placeOf(blob), String(part));

  async function put(blob: string, part: number, bytes: AsyncIterable<Buffer>): Promise<Draft> {
    const place = placeOf(blob);
    if (await mkdir(place, { recursive: true, mode: 0o700 })) for (const folder of [dirname(place), root]) await syncedFolder(folder);
    const draft = `${partOf(blob, part)}.${randomBytes(6).toString('hex')}`;
    const drop = (): Promise<void> => rm(draft, { force: true });
    const file = await open(draft, 'wx', 0o600);
    try {
      for await (const piece of bytes) await file.writeFile(piece);
      await file.sync();
    } catch (error) {
      await file.close();
      await drop();
      throw error;
    }
    await file.close();
    const keep = async (): Promise<void> => {
      await rename(draft, partOf(blob, part));
      await syncedFolder(place);
    };
    return { keep, drop };
  }

  async function* list(): AsyncIterable<{ blob: string; touchedAt: Date }> {
    for await (const shelf of await opendir(root).catch(() => [])) {
      if (!shelf.isDirectory() || !/^[0-9a-f]{2}$/.test(shelf.name)) continue;
      for await (const { name } of await opendir(join(root, shelf.name))) yield { blob: name, touchedAt: (await stat(placeOf(name))).mtime };
    }
  }

  return {
    put, list, placeOf,
    get: (blob, part) => createReadStream(partOf(blob, part), { highWaterMark: CHUNK_BYTES + CHUNK_MORE }) as AsyncIterable<Buffer>,
    remove: (blob) => rm(placeOf(blob), { recursive: true, force: true }),
    freeBytes: async () => {
      await mkdir(root, { recursive: true, mode: 0o700 });
      const { bavail, bsize } = await statfs(root);
      return bavail * bsize;
    },
  };
}
