import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '#platform/kernel/config.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { writeNew } from '#platform/kernel/ledger/keys.ts';

const NONCE = 12;
const TAG = 16;

/** Encrypts what the database keeps and must not know. `about` is authenticated, so that nothing sealed fits elsewhere. `mac` marks bytes as ours (HMAC-SHA-256). */
export type Sealer = { seal(about: string, clear: Buffer): Buffer; open(about: string, sealed: Buffer): Buffer; mac(about: string, bytes: Buffer): Buffer };

/** AES-256-GCM under one key: nonce ‖ ciphertext ‖ tag. `open` throws where anything is not as it was sealed. */
export const sealerWith = (key: Buffer): Sealer => ({
  seal: (about, clear) => {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(Buffer.from(about));
    return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
  },
  open: (about, sealed) => {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG }).setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(sealed.length - TAG));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE, sealed.length - TAG)), decipher.final()]);
  },
  mac: (about, bytes) => createHmac('sha256', Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'parapet sign-in mac', 32))).update(`${about}\n`).update(bytes).digest(),
});

/** Opens the key `name` in a folder of keys, or makes it at the first use (mode 0600). Throws Fault with `damaged` where it is. */
export function openSealer(folder: string, name: string, damaged: string): Sealer {
  const file = join(folder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeNew(file, `${randomBytes(32).toString('base64')}\n`, 0o600);
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== 32) throw new Fault(damaged);
  return sealerWith(key);
}

const opened = new Map<string, Sealer>();

/** The sealer of that name of the organisation that this process serves, opened at its first use. */
export function ownSealer(name: string, damaged: string): Sealer {
  const folder = join(readConfig().dataDir, 'keys');
  const known = opened.get(join(folder, name));
  if (known) return known;
  const made = openSealer(folder, name, damaged);
  opened.set(join(folder, name), made);
  return made;
}

/** What keeps the secrets of sources (keys of panels, passwords of cameras), for the modules that need them. */
export const sourceSealer = (): Sealer => ownSealer('sources.key', 'The key of the sources is damaged. Restore keys/sources.key from your backup; without it the key of each encrypted panel and the password of each camera has to be set again.');

/** What a secret of a source is sealed about. */
export const aboutSource = (sourceId: string): string => `source ${sourceId}`;
