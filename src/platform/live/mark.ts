import { createCipheriv, createDecipheriv } from 'node:crypto';

/** Where a reader stands in the outbox. */
export type Mark = { xid: string; seq: number };

/** Who was away longer reads everything again, s. */
const OLDEST_S = 600;
const AHEAD_S = 60;
const CIPHER = 'aes-256-ecb';
const FORM = /^[\w-]{22}$/;

/**
 * The mark as the id of an event: one block of AES-256 over the second (4 bytes), xid and seq (6 each), so that a
 * reader can't count what happened between two of theirs. `key` is of 32 bytes.
 */
export function sealMark(key: Buffer, { xid, seq }: Mark, now: Date): string {
  const clear = Buffer.alloc(16);
  clear.writeUInt32BE(Math.floor(now.getTime() / 1000), 0);
  clear.writeUIntBE(Number(xid), 4, 6);
  clear.writeUIntBE(seq, 10, 6);
  const cipher = createCipheriv(CIPHER, key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(clear), cipher.final()]).toString('base64url');
}

/** The mark in an id; null where it is none of ours, or too old to go on from. */
export function openMark(key: Buffer, id: string, now: Date): Mark | null {
  if (!FORM.test(id)) return null;
  const decipher = createDecipheriv(CIPHER, key, null).setAutoPadding(false);
  const clear = Buffer.concat([decipher.update(Buffer.from(id, 'base64url')), decipher.final()]);
  const ageS = now.getTime() / 1000 - clear.readUInt32BE(0);
  return ageS > OLDEST_S || ageS < -AHEAD_S ? null : { xid: String(clear.readUIntBE(4, 6)), seq: clear.readUIntBE(10, 6) };
}
