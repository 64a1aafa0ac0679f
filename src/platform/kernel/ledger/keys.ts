import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Who signs heads. `name` is the ledger's own (the note's origin), `publicLine` what an auditor keeps: `name+id+key`. */
export type LedgerKeys = { name: string; keyId: string; publicLine: string; sign(text: string): Buffer };

/** A public key that is trusted to sign heads of the ledger `name`. */
export type PublicKey = { name: string; keyId: string; isSigned(text: string, signature: Uint8Array): boolean };

const ED25519 = 1;
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex');
const PRIVATE_LINE = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/;
const PUBLIC_LINE = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/;

/** Key id of C2SP signed-note: the first 4 bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ key), hexadecimal. */
const keyIdOf = (name: string, key: Buffer): string => createHash('sha256').update(`${name}\n`).update(Buffer.from([ED25519])).update(key).digest('hex').slice(0, 8);

/** Where the keys are: the private one for its owner only, the public ones for everybody. */
export const keyFiles = (folder: string): { privateFile: string; publicFile: string } => ({
  privateFile: join(folder, 'ledger.ed25519'),
  publicFile: join(folder, 'ledger.ed25519.pub'),
});

/**
 * Opens the signing key in `folder`, or makes one on first start (private file mode 0600). A new key beside older
 * public ones keeps their name and is added to them, so that older heads still verify.
 */
export function openKeys(folder: string): LedgerKeys {
  const { privateFile, publicFile } = keyFiles(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const known = existsSync(publicFile) ? readPublicKeys(publicFile) : [];
  if (!existsSync(privateFile)) writeNew(privateFile, `${makePrivateLine(known.at(-1)?.name ?? `parapet-ledger-${randomBytes(4).toString('hex')}`)}\n`, 0o600);
  const keys = readPrivateLine(readFileSync(privateFile, 'utf8').trim());
  if (!known.some(({ keyId }) => keyId === keys.keyId)) append(publicFile, `${keys.publicLine}\n`);
  return keys;
}

/** Reads the public keys of a file, one a line. Throws where a line is not a key. */
export const readPublicKeys = (file: string): PublicKey[] => parsePublicKeys(readFileSync(file, 'utf8'));

/** Public keys from text, one a line (`name+id+key`, the verifier keys of C2SP signed-note). */
export function parsePublicKeys(text: string): PublicKey[] {
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => {
    const [, name, keyId, encoded] = PUBLIC_LINE.exec(line.trim()) ?? [];
    const raw = Buffer.from(encoded ?? '', 'base64');
    if (!name || !keyId || raw.length !== 33 || raw[0] !== ED25519 || keyIdOf(name, raw.subarray(1)) !== keyId) throw new Error('A line of the ledger\'s public key file is not a key. Restore the file from your copy.');
    const key = createPublicKey({ key: Buffer.concat([PUBLIC_DER, raw.subarray(1)]), format: 'der', type: 'spki' });
    return { name, keyId, isSigned: (text: string, signature: Uint8Array) => verify(null, Buffer.from(text), key, signature) };
  });
}

function makePrivateLine(name: string): string {
  const seed = randomBytes(32);
  return `PRIVATE+KEY+${name}+${keyIdOf(name, publicBytes(privateKey(seed)))}+${Buffer.concat([Buffer.from([ED25519]), seed]).toString('base64')}`;
}

const privateKey = (seed: Buffer): KeyObject => createPrivateKey({ key: Buffer.concat([PRIVATE_DER, seed]), format: 'der', type: 'pkcs8' });
const publicBytes = (key: KeyObject): Buffer => createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_DER.length);

function readPrivateLine(line: string): LedgerKeys {
  const [, name, keyId, encoded] = PRIVATE_LINE.exec(line) ?? [];
  const raw = Buffer.from(encoded ?? '', 'base64');
  if (!name || !keyId || raw.length !== 33) throw new Error('The ledger\'s key file is damaged. Restore keys/ledger.ed25519 from your backup.');
  const key = privateKey(raw.subarray(1));
  const open = publicBytes(key);
  if (keyIdOf(name, open) !== keyId) throw new Error('The ledger\'s key file is damaged. Restore keys/ledger.ed25519 from your backup.');
  const publicLine = `${name}+${keyId}+${Buffer.concat([Buffer.from([ED25519]), open]).toString('base64')}`;
  return { name, keyId, publicLine, sign: (text) => sign(null, Buffer.from(text), key) };
}

/** Writes the whole file before it has its name, so that of two processes that start at once one wins and none reads half a key. */
export function writeNew(file: string, text: string, mode: number): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeDurably(draft, 'wx', text, mode);
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
    syncFolder(dirname(file));
  }
}

function append(file: string, text: string): void {
  writeDurably(file, 'a', text, 0o644);
  syncFolder(dirname(file));
}

/** Writes and waits until the bytes are on the disk. */
export function writeDurably(file: string, flags: string, content: string | Buffer, mode: number): void {
  const handle = openSync(file, flags, mode);
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Waits until a new name in a folder is on the disk. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
