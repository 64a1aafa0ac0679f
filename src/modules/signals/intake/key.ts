import { hash } from 'node:crypto';

/** Messages whose own time is further off than this are placed by when we heard them. */
export const TRUSTED_WITHIN_MS = 24 * 60 * 60_000;
/** A resend within this time is the same message, also where it names no time or a new one. */
export const REPEAT_WITHIN_MS = 60_000;
/** A message with a wrong clock is known again by its exact bytes for as long as a source may resend. */
export const OFF_TIME_REPEAT_WITHIN_MS = 30 * 24 * 60 * 60_000;

/** What a sender names is stored once within this time. */
export const NAMED_REPEAT_WITHIN_MS = 30 * 24 * 60 * 60_000;

/** 80 bits of SHA-256 as 20 hexadecimal digits. */
export const digest80 = (text: string): string => hash('sha256', text, 'hex').slice(0, 20);

/** A signal's key: 48 bits of milliseconds since 1970 and 80 bits of hash, as UUID text. */
export function signalKey(ms: number, digest: string): string {
  const time = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  const hex = time + digest;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** May the message's own time order it? Only where it names one near the present. */
export const isTrusted = (sentAt: number | null, receivedAt: number): sentAt is number => sentAt !== null && Math.abs(sentAt - receivedAt) <= TRUSTED_WITHIN_MS;

/** Did the source's numbers start anew? Numbers run 1 to 9999 and wrap (DC-09 5.5.1.4); a small step back is a resend or a swap. */
export const isReset = (last: number, number: number): boolean => number > 0 && number < last && !(last > 9000 && number < 1000);

/** The 80 bits of hash that a key ends with. */
export const digestOf = (key: string): string => key.replaceAll('-', '').slice(12);
