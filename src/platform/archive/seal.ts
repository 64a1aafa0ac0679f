import { argon2, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '#platform/kernel/fault.ts';

// RFC 9106 section 4, second recommended option for Argon2id (64 MiB, 3 passes, 4 lanes), with a 256-bit key for AES-256-GCM.
const COST = { parallelism: 4, tagLength: 32, memory: 65_536, passes: 3 } as const;
const CONTEXT = Buffer.from('parapet backup keys 1');
const Sealed = z.strictObject({ kdf: z.literal('argon2id'), memory: z.int().max(2 ** 21), passes: z.int().max(32), parallelism: z.int().max(16), salt: z.base64(), nonce: z.base64(), data: z.base64(), tag: z.base64() });

/** Files by name. */
export type KeyFiles = Record<string, Buffer>;

/** Least length of a passphrase: it is all that stands between who finds a backup and the keys. */
export const LEAST_PASSPHRASE = 12;

const keyOf = (passphrase: string, salt: Buffer, cost: { parallelism: number; memory: number; passes: number }): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    argon2('argon2id', { message: passphrase.normalize('NFKC'), nonce: salt, ...cost, tagLength: COST.tagLength }, (error, tag) => (error ? reject(error) : resolve(tag)));
  });

/** Encrypts the files under a passphrase (Argon2id, AES-256-GCM); JSON that says how. */
export async function sealKeys(files: KeyFiles, passphrase: string): Promise<Buffer> {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, salt, COST), nonce).setAAD(CONTEXT);
  const plain = JSON.stringify(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, bytes.toString('base64')])));
  const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  const { memory, passes, parallelism } = COST;
  const text = { kdf: 'argon2id', memory, passes, parallelism, salt: salt.toString('base64'), nonce: nonce.toString('base64'), data: data.toString('base64'), tag: cipher.getAuthTag().toString('base64') };
  return Buffer.from(`${JSON.stringify(text)}\n`);
}

/** The files again. Throws Fault where the passphrase is another, or a byte was changed. */
export async function openKeys(sealed: Buffer, passphrase: string): Promise<KeyFiles> {
  const { salt, nonce, data, tag, ...cost } = Sealed.parse(JSON.parse(sealed.toString('utf8')));
  const cipher = createDecipheriv('aes-256-gcm', await keyOf(passphrase, Buffer.from(salt, 'base64'), cost), Buffer.from(nonce, 'base64'), { authTagLength: 16 }).setAAD(CONTEXT).setAuthTag(Buffer.from(tag, 'base64'));
  try {
    const plain = Buffer.concat([cipher.update(Buffer.from(data, 'base64')), cipher.final()]).toString('utf8');
    return Object.fromEntries(Object.entries(z.record(z.string(), z.base64()).parse(JSON.parse(plain))).map(([name, text]) => [name, Buffer.from(text, 'base64')]));
  } catch (error) {
    throw new Fault('This passphrase does not open the keys of the backup. Nothing was written.', error);
  }
}
