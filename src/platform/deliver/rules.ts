import { timeNow } from '#platform/kernel/clock.ts';
import { OutgoingFault } from '#platform/net/fault.ts';
import type { Channel } from './port.ts';

/** Seconds between attempts; after the last one a delivery is dead. */
const PAUSES_S = [30, 60, 120, 300, 600, 1800, 3600] as const;
const MOST_ATTEMPTS = PAUSES_S.length + 1;

/** Seconds until the next attempt after so many; null where there is none. `spread` is 0 to 1 and parts those that failed together by up to a fifth. */
export function pauseAfter(attempts: number, spread: number): number | null {
  const pause = attempts >= MOST_ATTEMPTS ? undefined : PAUSES_S[Math.max(0, attempts - 1)];
  return pause === undefined ? null : Math.round(pause * (1 + spread / 5));
}

/** Older than this nobody is told any more: what was urgent is over, the rest stands in the list of notices. */
export const EXPIRES_S = { urgent: 12 * 3600, other: 3 * 24 * 3600 } as const;

const WINDOW_S = 600;
const MOST_A_WINDOW: Readonly<Record<Channel, { urgent: number; other: number }>> = { mail: { urgent: 60, other: 20 }, push: { urgent: 120, other: 30 }, webhook: { urgent: 600, other: 300 } };

/**
 * When a person may be sent the next message of a channel, given when the last ones went (newest first, ISO); null is
 * now. A person drowned in messages reads none.
 */
export function freeAt(channel: Channel, isUrgent: boolean, sentAt: readonly string[], now: Date): Date | null {
  const most = MOST_A_WINDOW[channel][isUrgent ? 'urgent' : 'other'];
  const nth = sentAt[most - 1];
  if (nth === undefined) return null;
  const free = new Date(Date.parse(nth) + WINDOW_S * 1000);
  return free > now ? free : null;
}

/** The most sends that `freeAt` needs to know. */
export const MOST_REMEMBERED = 600;

/** What an attempt came to. `failed` may pass; `dead` will not; `waiting` was no attempt at all. */
export type Outcome = { kind: 'waiting'; until: Date; detail: string } | { kind: 'sent' | 'delivered'; detail: string } | { kind: 'failed'; detail: string; notBefore?: Date } | { kind: 'dead'; detail: string };

/** What a fault of the guarded client means for a delivery. */
export function faulted(error: unknown): Outcome {
  if (!(error instanceof OutgoingFault)) throw error;
  if (error.reason === 'circuit-open') return { kind: 'waiting', until: error.again ?? timeNow(), detail: error.message };
  return error.isPassing ? { kind: 'failed', detail: error.message } : { kind: 'dead', detail: error.message };
}

/** What the status of a push service (RFC 8030, RFC 8292) means; 404 and 410: the device is gone. */
export function pushOutcome(status: number, retryAfter: Date | null): Outcome {
  if (status >= 200 && status < 300) return { kind: 'sent', detail: `taken by the push service (${status})` };
  if (status === 404 || status === 410) return { kind: 'dead', detail: 'this device no longer takes messages' };
  if (status === 429 || status >= 500) return { kind: 'failed', detail: `the push service answered ${status}`, ...(retryAfter && { notBefore: retryAfter }) };
  return { kind: 'dead', detail: `the push service refused it (${status})` };
}

/** What the status of a webhook's receiver means; 410: it wants no more. */
export function webhookOutcome(status: number, retryAfter: Date | null): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', detail: `answered ${status}` };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { kind: 'failed', detail: `answered ${status}`, ...(retryAfter && { notBefore: retryAfter }) };
  return { kind: 'dead', detail: `refused it (${status})` };
}

/** What a mail server's reply code means (RFC 5321 §4.2.1): 4yz may pass, 5yz not; without a code the line failed. */
export const mailOutcome = (code: number | undefined, words: string): Outcome => ({ kind: code !== undefined && code >= 500 ? 'dead' : 'failed', detail: words.replace(/\s+/g, ' ').slice(0, 300) });

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), at most a day. */
export function readRetryAfter(text: string | undefined, now: Date): Date | null {
  if (text === undefined) return null;
  const at = /^\d{1,9}$/.test(text.trim()) ? now.getTime() + Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(at) ? null : new Date(Math.min(Math.max(at, now.getTime()), now.getTime() + 86_400_000));
}
