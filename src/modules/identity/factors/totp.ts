import { createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds that one code is shown (RFC 6238 §5.2). */
export const STEP_S = 30;
export const DIGITS = 6;
/** Codes of so many steps before and after now fit too: clocks drift, and people type slowly. */
const DRIFT = 1;

/** The HMAC-based one-time password of a counter (RFC 4226 §5.3), with SHA-1 as authenticator apps expect. */
export function hotp(secret: Buffer, counter: number, digits = DIGITS, algorithm = 'sha1'): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac(algorithm, secret).update(message).digest();
  const at = (mac.at(-1) ?? 0) & 0x0f;
  return String((mac.readUInt32BE(at) & 0x7fff_ffff) % 10 ** digits).padStart(digits, '0');
}

export const stepAt = (now: Date): number => Math.floor(now.getTime() / 1000 / STEP_S);

/**
 * The step whose code this is: now's, or one before or after; null where it is none of them. Steps up to `after` are
 * spent, since each code fits once (RFC 6238 §5.2). Every candidate is compared, in time that tells nothing.
 */
export function stepOfCode(secret: Buffer, code: string, now: Date, after: number): number | null {
  const given = Buffer.from(code.replace(/\s/g, ''));
  const current = stepAt(now);
  let found: number | null = null;
  for (let step = current - DRIFT; step <= current + DRIFT; step++) {
    const wanted = Buffer.from(hotp(secret, step));
    const fits = given.length === wanted.length && timingSafeEqual(given, wanted);
    if (fits && step > after && found === null) found = step;
  }
  return found;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6 without padding, as authenticator apps read secrets. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((group) => BASE32[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

/** What the QR code says to an authenticator app: the form that they all read (`otpauth://totp/`). */
export function otpauthUri({ secret, issuer, account }: { secret: Buffer; issuer: string; account: string }): string {
  const label = [issuer, account].map(encodeURIComponent).join(':');
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_S}`;
}
