import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#platform/kernel/fault.ts';
import { syncFolder, writeDurably } from '#platform/kernel/ledger/keys.ts';

/** Clear bytes in one chunk; the last is what is left. */
export const CHUNK_BYTES = 256 * 1024;
/** What a chunk grows by: nonce and tag. */
export const CHUNK_MORE = 28;

const NONCE = 12;
const TAG = 16;

/** Encrypts with AES-256-GCM under a random nonce: nonce, ciphertext and tag, to be stored one after the other. `about` is authenticated and not stored. */
export function seal(key: Buffer, about: Buffer, clear: Uint8Array): Buffer[] {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(about);
  const sealed = cipher.update(clear);
  cipher.final();
  return [nonce, sealed, cipher.getAuthTag()];
}

/** The clear bytes. Throws where a bit of them, of the key or of `about` is another than when they were sealed. */
export function unseal(key: Buffer, about: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG }).setAAD(about).setAuthTag(sealed.subarray(sealed.length - TAG));
  const clear = decipher.update(sealed.subarray(NONCE, sealed.length - TAG));
  decipher.final();
  return clear;
}

/** Of which blob and which of its chunks the bytes are, so that none can be swapped, moved or left out. */
export function placeOf(blob: string, chunk: number, chunks: number): Buffer {
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(chunk, 0);
  numbers.writeUInt32BE(chunks, 4);
  return Buffer.concat([Buffer.from(blob.replaceAll('-', ''), 'hex'), numbers]);
}

/** The keys of an installation: what wraps the key of each file, and what makes addresses. */
export type FileKeys = { wrapping: Buffer; addressing: Buffer };

const keyFile = (folder: string): string => join(folder, 'files.key');

/**
 * Opens the key in `folder`, or makes one at the first start (mode 0600).
 * @param isUsed whether there are files already that another key has sealed.
 * @throws Fault where the key is damaged, or missing beside files.
 */
export function openFileKeys(folder: string, isUsed: () => boolean): FileKeys {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(keyFile(folder)) && isUsed()) throw new Fault('The key of the stored files is missing. Put keys/files.key back from your copy of the keys; a new key could not read them.');
  if (!existsSync(keyFile(folder))) makeKey(folder);
  const root = Buffer.from(readFileSync(keyFile(folder), 'utf8').trim(), 'base64');
  if (root.length !== 32) throw new Fault('The key of the stored files is damaged. Restore keys/files.key from your backup; without it no file can be read.');
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), `parapet files ${purpose}`, 32));
  return { wrapping: derive('wrap'), addressing: derive('address') };
}

/** Written whole before it has its name, so that of two processes that start at once one wins. */
function makeKey(folder: string): void {
  const draft = `${keyFile(folder)}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeDurably(draft, 'wx', `${randomBytes(32).toString('base64')}\n`, 0o600);
  try {
    linkSync(draft, keyFile(folder));
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
    syncFolder(folder);
  }
}

const ofBlob = (blob: string, size: number): Buffer => Buffer.concat([Buffer.from(blob.replaceAll('-', ''), 'hex'), Buffer.from(`${size}`)]);

/** A new key for one blob of this size, wrapped. */
export const newDataKey = ({ wrapping }: FileKeys, blob: string, size: number): Buffer => Buffer.concat(seal(wrapping, ofBlob(blob, size), randomBytes(32)));

/** The blob's key. Throws where it is not the one that was made for this blob and this size. */
export const openDataKey = ({ wrapping }: FileKeys, blob: string, size: number, wrapped: Buffer): Buffer => unseal(wrapping, ofBlob(blob, size), wrapped);

/** Where content with this SHA-256 lies behind a label. Without the installation's key nobody can tell it from any other. */
export const addressOf = ({ addressing }: FileKeys, label: string, sha256: Buffer): Buffer => createHmac('sha256', addressing).update(`${label}\n`).update(sha256).digest();
