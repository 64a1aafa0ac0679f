import { sha256 } from '@noble/hashes/sha2.js';

const PIECE_BYTES = 4 * 2 ** 20;

/** What comes back: the SHA-256 in hexadecimal, or that the file could not be read. */
export type Hashed = { sha256: string } | { failed: true };

// The compiler takes this file for a page's; in a worker `postMessage` has one argument.
const say = (hashed: Hashed): void => (globalThis.postMessage as (message: Hashed) => void)(hashed);

async function hash(file: Blob): Promise<string> {
  const state = sha256.create();
  for (let at = 0; at < file.size; at += PIECE_BYTES) state.update(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
  return [...state.digest()].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

globalThis.onmessage = ({ data }: MessageEvent<Blob>) => void hash(data).then((sha256) => say({ sha256 }), () => say({ failed: true }));
