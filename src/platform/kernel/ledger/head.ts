import type { LedgerKeys, PublicKey } from './keys.ts';

/** State of the tree at one moment: `size` leaves, their root (32 bytes), and when it was signed (ISO, UTC). */
export type Head = { size: number; root: Buffer; at: string };

/** Lines of a head's note: origin, size, root, time, an empty one, the signature. */
export const NOTE_LINES = 6;

const NOTE = /^([^\s+]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n\n— (\S+) ([A-Za-z0-9+/]+=*)\n$/;

/** Signs a head as a note (C2SP signed-note and tlog-checkpoint; the time is an extension line). */
export function signHead({ size, root, at }: Head, keys: LedgerKeys): string {
  const text = `${keys.name}\n${size}\n${root.toString('base64')}\n${at}\n`;
  const signature = Buffer.concat([Buffer.from(keys.keyId, 'hex'), keys.sign(text)]).toString('base64');
  return `${text}\n— ${keys.name} ${signature}\n`;
}

/** Base64 in the one form that its bytes have: other last bits would be other text with the same meaning. */
const isCanonical = (encoded: string): boolean => Buffer.from(encoded, 'base64').toString('base64') === encoded;

/** Reads a note without believing it; null where it is not one of a head. */
export function parseHead(note: string): Head | null {
  const [, , size, root, at] = NOTE.exec(note) ?? [];
  return size && root && at && isCanonical(root) ? { size: Number(size), root: Buffer.from(root, 'base64'), at } : null;
}

/** The head that a note says, where one of these keys signed it; else why not, in words for a person. */
export function openHead(note: string, trusted: readonly PublicKey[]): { ok: true; head: Head } | { ok: false; reason: string } {
  const [, origin, , , , name, encoded] = NOTE.exec(note) ?? [];
  const head = parseHead(note);
  if (!head || !name || !encoded || !isCanonical(encoded) || origin !== name) return { ok: false, reason: 'it is not a signed head' };
  const signature = Buffer.from(encoded, 'base64');
  const keyId = signature.subarray(0, 4).toString('hex');
  const key = trusted.find((one) => one.name === name && one.keyId === keyId);
  if (!key) return { ok: false, reason: `it is signed by the key ${name}+${keyId}, which is not one of this ledger's` };
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  return key.isSigned(text, signature.subarray(4)) ? { ok: true, head } : { ok: false, reason: 'its signature is not valid' };
}
