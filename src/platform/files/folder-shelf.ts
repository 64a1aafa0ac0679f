import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A part that is durable under a name of its own; `keep` gives it its place at once and whole, `drop` takes it away. */
export type Draft = { keep(): Promise<void>; drop(): Promise<void> };

/** Where blobs lie, each in numbered parts: a folder, or a bucket. It knows bytes only, nothing of keys, rows or people. */
export type Shelf = {
  /** Stores the bytes of a part, piece after piece; they are on the disk when it answers. */
  put(blob: string, part: number, bytes: AsyncIterable<readonly Buffer[]>): Promise<Draft>;
  /** The bytes of a part in pieces of this length, the last of what is left; each only until the next is asked for. Throws ENOENT where there is none. */
  get(blob: string, part: number, pieceBytes: number): AsyncIterable<Buffer>;
  remove(blob: string): Promise<void>;
  /** Every blob, with when a part of it was last stored. */
  list(): AsyncIterable<{ blob: string; touchedAt: Date }>;
  /** Takes drafts away that a killed process left, where they are older. */
  dropDrafts(before: Date): Promise<void>;
  freeBytes(): Promise<number>;
  /** What an operator calls the place of a blob. */
  placeOf(blob: string): string;
  /** Tries the place as it will be used, and says whether blobs lie there. @throws Fault */
  check(): Promise<{ hasBlobs: boolean }>;
};

const isOfBlobs = (name: string): boolean => /^[0-9a-f]{2}$/.test(name);

/** Whether blobs lie in this folder. */
export const hasBlobs = (root: string): boolean => existsSync(root) && readdirSync(root).some(isOfBlobs);

async function syncedFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function* piecesOf(path: string, pieceBytes: number): AsyncGenerator<Buffer, void> {
  const file = await open(path, 'r');
  try {
    const piece = Buffer.allocUnsafeSlow(pieceBytes);
    for (let held = pieceBytes; held === pieceBytes; ) {
      held = 0;
      for (let read = -1; read !== 0 && held < pieceBytes; held += read) read = (await file.read(piece, held, pieceBytes - held)).bytesRead;
      if (held > 0) yield piece.subarray(0, held);
    }
  } finally {
    await file.close();
  }
}

/** A folder below `root`, by the end of its id, which is random where the beginning is the time. */
export function folderShelf(root: string): Shelf {
  const placeOf = (blob: string): string => join(root, blob.slice(-2), blob);
  const partOf = (blob: string, part: number): string => join(placeOf(blob), String(part));
  const drafts = join(root, 'drafts');

  async function put(blob: string, part: number, bytes: AsyncIterable<readonly Buffer[]>): Promise<Draft> {
    const place = placeOf(blob);
    if (await mkdir(place, { recursive: true, mode: 0o700 })) for (const folder of [dirname(place), root]) await syncedFolder(folder);
    await mkdir(drafts, { recursive: true, mode: 0o700 });
    const draft = join(drafts, `${blob}.${part}.${randomBytes(6).toString('hex')}`);
    const drop = (): Promise<void> => rm(draft, { force: true });
    const file = await open(draft, 'wx', 0o600);
    try {
      for await (const pieces of bytes) {
        const { bytesWritten } = await file.writev(pieces);
        if (bytesWritten !== pieces.reduce((sum, piece) => sum + piece.length, 0)) throw Object.assign(new Error('The disk took only a part of it.'), { code: 'ENOSPC' });
      }
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
      if (!isOfBlobs(shelf.name)) continue;
      for await (const { name } of await opendir(join(root, shelf.name))) yield { blob: name, touchedAt: (await stat(placeOf(name))).mtime };
    }
  }

  async function dropDrafts(before: Date): Promise<void> {
    for await (const { name } of await opendir(drafts).catch(() => [])) {
      const { mtime } = await stat(join(drafts, name));
      if (mtime < before) await rm(join(drafts, name), { force: true });
    }
  }

  return {
    put, list, placeOf, dropDrafts,
    check: () => Promise.resolve({ hasBlobs: hasBlobs(root) }),
    get: (blob, part, pieceBytes) => piecesOf(partOf(blob, part), pieceBytes),
    remove: (blob) => rm(placeOf(blob), { recursive: true, force: true }),
    freeBytes: async () => {
      await mkdir(root, { recursive: true, mode: 0o700 });
      const { bavail, bsize } = await statfs(root);
      return bavail * bsize;
    },
  };
}
