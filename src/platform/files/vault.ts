import { createHash } from 'node:crypto';
import { readConfig } from '#platform/kernel/config.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#platform/kernel/fault.ts';
import { PART_BYTES } from './contract.ts';
import { type Draft, folderShelf, hasBlobs, type Shelf } from './folder-shelf.ts';
import { inPieces } from './pieces.ts';
import { readBucket, s3Shelf } from './s3-shelf.ts';
import { CHUNK_BYTES, CHUNK_MORE, type FileKeys, newDataKey, openDataKey, openFileKeys, placeOf, seal, unseal } from './seal.ts';

/** Content as a row names it: its blob, its size in clear bytes and its own key, wrapped. */
export type Content = { blob: string; size: number; dataKey: Buffer };

/** Stored bytes are missing, or other than they were when they came. */
export class Damage extends Error {
  readonly place: string;
  constructor(detail: string, place: string, cause?: unknown) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = 'Damage';
    this.place = place;
  }
}

/** The sender sent another number of bytes than this part has. */
export class WrongLength extends Error {}

export type Vault = {
  shelf: Shelf;
  keys: FileKeys;
  newKey(blob: string, size: number): Buffer;
  /** Encrypts and stores one part of the content. Throws WrongLength where it is shorter or longer than it must be. */
  store(content: Content, part: number, clear: AsyncIterable<Uint8Array>): Promise<Draft>;
  /** Stores the whole content, a part in memory at a time. Throws WrongLength. */
  storeAll(content: Content, clear: AsyncIterable<Uint8Array> | Buffer): Promise<void>;
  /**
   * The clear bytes in chunks, each proven to be the one that was stored. With `sha256` the whole is hashed again too,
   * and the last chunk is only given out when it agrees. Throws Damage.
   */
  read(content: Content, sha256?: Buffer): AsyncGenerator<Buffer, void>;
};

/** Parts, and bytes of one, of content of this size. */
export const partsOf = (size: number): number => Math.ceil(size / PART_BYTES);
export const partSize = (size: number, part: number): number => Math.min(PART_BYTES, size - part * PART_BYTES);
const CHUNKS_A_PART = PART_BYTES / CHUNK_BYTES;

const chunksOf = (size: number): number => Math.ceil(size / CHUNK_BYTES);

/** Stores and reads content, encrypted, on a shelf. */
export const openVault = (shelf: Shelf, keys: FileKeys): Vault => new SealedVault(shelf, keys);

class SealedVault implements Vault {
  readonly shelf: Shelf;
  readonly keys: FileKeys;

  constructor(shelf: Shelf, keys: FileKeys) {
    this.shelf = shelf;
    this.keys = keys;
  }

  newKey(blob: string, size: number): Buffer {
    return newDataKey(this.keys, blob, size);
  }

  store(content: Content, part: number, clear: AsyncIterable<Uint8Array>): Promise<Draft> {
    return this.shelf.put(content.blob, part, this.#sealed(content, part, clear));
  }

  async storeAll(content: Content, clear: AsyncIterable<Uint8Array> | Buffer): Promise<void> {
    let part = 0;
    for await (const piece of inPieces(Buffer.isBuffer(clear) ? one(clear) : clear, PART_BYTES)) await (await this.store(content, part++, one(piece))).keep();
    if (part !== partsOf(content.size)) throw new WrongLength();
  }

  async *read(content: Content, sha256?: Buffer): AsyncGenerator<Buffer, void> {
    const hash = createHash('sha256');
    let last: Buffer | undefined;
    try {
      for await (const clear of this.#opened(content)) {
        if (last) yield last;
        if (sha256) hash.update(clear);
        last = clear;
      }
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'EIO') throw this.#damage(content, code === 'EIO' ? 'the disk cannot read it' : 'a part of it is missing', error);
      throw error;
    }
    if (sha256 && !hash.digest().equals(sha256)) throw this.#damage(content, 'its SHA-256 is another');
    if (last) yield last;
  }

  async *#sealed({ blob, size, dataKey }: Content, part: number, clear: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Buffer[], void> {
    const key = openDataKey(this.keys, blob, size, dataKey);
    let left = partSize(size, part);
    let chunk = part * CHUNKS_A_PART;
    for await (const piece of inPieces(clear, CHUNK_BYTES)) {
      left -= piece.length;
      if (left < 0) throw new WrongLength();
      yield seal(key, placeOf(blob, chunk++, chunksOf(size)), piece);
    }
    if (left !== 0) throw new WrongLength();
  }

  async *#opened(content: Content): AsyncGenerator<Buffer, void> {
    const { blob, size, dataKey } = content;
    const key = this.#orDamage(content, 'its key is not the one that it was stored with', () => openDataKey(this.keys, blob, size, dataKey));
    for (let part = 0; part < partsOf(size); part++) {
      const end = part * PART_BYTES + partSize(size, part);
      let left = partSize(size, part);
      let chunk = part * CHUNKS_A_PART;
      for await (const piece of this.shelf.get(blob, part, CHUNK_BYTES + CHUNK_MORE)) {
        const clear = this.#orDamage(content, `the bytes from ${end - left} on are not those that were stored`, () => unseal(key, placeOf(blob, chunk++, chunksOf(size)), piece));
        left -= clear.length;
        yield clear;
      }
      if (left !== 0) throw this.#damage(content, `part ${part} of it is cut`);
    }
  }

  #damage({ blob }: Content, detail: string, cause?: unknown): Damage {
    return new Damage(detail, this.shelf.placeOf(blob), cause);
  }

  #orDamage(content: Content, detail: string, open: () => Buffer): Buffer {
    try {
      return open();
    } catch (error) {
      throw this.#damage(content, detail, error);
    }
  }
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer, void> {
  yield bytes;
}

const isBucket = (files: string): boolean => files.startsWith('s3://');

/** The shelf at the place that PARAPET_FILES names. @throws Fault for one that cannot be. */
export const shelfAt = (files: string): Shelf => (isBucket(files) ? s3Shelf(readBucket(files)) : folderShelf(files));

/** Tries the place as it will be used. @throws Fault where it cannot be, and where files are there and their key is not. */
export async function checkPlace({ files, dataDir }: { files: string; dataDir: string }): Promise<void> {
  const { hasBlobs: isUsed } = await shelfAt(files).check();
  if (isUsed && !existsSync(join(dataDir, 'keys', 'files.key'))) throw new Fault(`Files are stored in ${files}, and keys/files.key, which opens them, is missing: put it back from your copy of the keys. A new key could not read them.`);
}

/** Where files lie and where their key is; a first start makes the key. @throws Fault also where files are there and their key is not. */
export function vaultAt({ files, dataDir }: { files: string; dataDir: string }): Vault {
  const shelf = shelfAt(files);
  return openVault(shelf, openFileKeys(join(dataDir, 'keys'), () => !isBucket(files) && hasBlobs(files)));
}

const opened = new Map<string, Vault>();

/** The vault of the organisation that this process serves, opened at its first use. */
export function ownVault(): Vault {
  const { files, dataDir } = readConfig();
  const known = opened.get(files + dataDir);
  if (known) return known;
  const vault = vaultAt({ files, dataDir });
  opened.set(files + dataDir, vault);
  return vault;
}
