import { createCipheriv, createDecipheriv, randomInt } from 'node:crypto';
import { readSentAt, type Header } from './header.ts';

const BLOCK = 16;
/** DC-09 §5.4.4 begins every message anew: the pad in front, not the vector, makes two alike messages differ. */
const ZERO_IV = Buffer.alloc(BLOCK);
const PAD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Lengths of a key in bytes: AES-128, -192 and -256. */
export const KEY_LENGTHS: readonly number[] = [16, 24, 32];

/**
 * What stood encrypted behind the `[` of a body, without its pad: data, `]`, extended blocks and time, as latin1.
 * `wrong-key` where nothing readable came out, `no-time` where it reads but names no time, which an encrypted message must (§5.4.4).
 */
export type Opened = { ok: true; clear: string; sentAt: number } | { ok: false; reason: 'wrong-key' | 'no-time' };

/** Opens the encrypted part of a body with a key of 16, 24 or 32 bytes. Pure; never throws for what was sent, whatever it is. */
export function openBody(body: string, { dataAt, account }: Pick<Header, 'dataAt' | 'account'>, key: Buffer): Opened {
  const end = body.endsWith(']') ? body.length - 1 : body.length;
  const hex = body.slice(dataAt + 1, end);
  if (hex.length === 0 || hex.length % (2 * BLOCK) !== 0 || !/^[0-9A-Fa-f]+$/.test(hex)) return { ok: false, reason: 'wrong-key' };
  const decipher = createDecipheriv(nameOf(key), key, ZERO_IV).setAutoPadding(false);
  const text = decipher.update(hex, 'hex', 'latin1') + decipher.final('latin1');
  const clear = withoutPad(withoutTail(text), account);
  const sentAt = readSentAt(clear);
  if (sentAt !== null) return clear.includes(']') ? { ok: true, clear, sentAt } : { ok: false, reason: 'wrong-key' };
  return { ok: false, reason: readsAsData(clear, account) ? 'no-time' : 'wrong-key' };
}

const readsAsData = (clear: string, account: string | null): boolean => account !== null && clear.toUpperCase().startsWith(`#${account.toUpperCase()}|`) && /^[ -~]*\]/.test(clear);

/** Encrypts what stands behind the `[`, the time at its end included: upper-case hex. The pad of 1 to 16 characters in front is drawn by `draw`. */
export function sealClear(clear: string, key: Buffer, draw: (below: number) => number = randomInt): string {
  const data = clear.startsWith(']') ? clear : `|${clear}`;
  const pad = Array.from({ length: BLOCK - (data.length % BLOCK) }, () => PAD[draw(PAD.length)]).join('');
  const cipher = createCipheriv(nameOf(key), key, ZERO_IV).setAutoPadding(false);
  return (cipher.update(pad + data, 'latin1', 'hex') + cipher.final('hex')).toUpperCase();
}

/** The body as it would have come in clear. */
export const clearBody = ({ token, echo }: Pick<Header, 'token' | 'echo'>, clear: string): string => `"${token}"${echo}[${clear}`;

function nameOf(key: Buffer): string {
  if (!KEY_LENGTHS.includes(key.length)) throw new RangeError(`An AES key has 16, 24 or 32 bytes, not ${key.length}.`);
  return `aes-${key.length * 8}-cbc`;
}

/** Some senders pad behind as well (PKCS#7, zero bytes). */
function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && text.length - end < BLOCK && text.charCodeAt(end - 1) <= BLOCK) end--;
  return text.slice(0, end);
}

/** Drops the pad up to its `|`. A pad without one, or none at all, ends where the data block's account begins, or where the block is empty. */
function withoutPad(text: string, account: string | null): string {
  const close = text.indexOf(']');
  const bar = text.indexOf('|');
  if (bar < 0 || (close >= 0 && close < bar)) return close < 0 ? text : text.slice(close);
  const before = text.slice(0, bar);
  return account !== null && before.toUpperCase().endsWith(`#${account.toUpperCase()}`) ? text.slice(bar - account.length - 1) : text.slice(bar + 1);
}
