import { hash } from 'node:crypto';
import type { Arrival, Decoded } from '#platform/wire/port.ts';
import { readMail } from './mime.ts';

/** A mail that came whole: as many of its bytes as are kept, and the SHA-256 of all of them. */
export type Received = { kept: Buffer; sha256: string };

type Came = { address: string; receivedAt: number; remote: string };

/**
 * A mail as the sink takes it. One with a date or an identity of its own is the same when it comes again byte by byte, as mail servers send
 * again; one with neither only within a minute, since a recorder may say the same twice.
 */
export function arrivalFrom({ kept, sha256 }: Received, { address, receivedAt, remote }: Came): Arrival {
  const { headers } = readMail(kept);
  const isNamed = headers.has('message-id') || headers.has('date');
  return { protocol: 'mail', account: address, token: 'MAIL', sequence: 0, raw: kept, identity: sha256, sentAt: momentOf(headers.get('date')), receivedAt, remote, ...(isNamed && { externalId: `sha256:${sha256}` }) };
}

/** The same from kept bytes only. */
export const receivedIn = (raw: Buffer): Received => ({ kept: raw, sha256: hash('sha256', raw, 'hex') });

/** Reads a kept mail in full; it never throws. */
export function decodeMail(raw: Buffer): Decoded {
  const { headers, text, attached } = readMail(raw);
  const sentAt = momentOf(headers.get('date'));
  const header = Object.fromEntries(['from', 'to', 'subject', 'date', 'message-id'].flatMap((name): [string, string][] => (headers.has(name) ? [[name.replace('-', ''), headers.get(name) ?? '']] : [])));
  return {
    token: 'MAIL', account: '', sequence: 0, sentAt: sentAt === null ? null : new Date(sentAt).toISOString(), events: [], problem: null,
    facts: [...named([['From', headers.get('from')], ['Subject', headers.get('subject')], ['Date as written', headers.get('date')], ['Text', text.slice(0, 2_000)]]), ...attached.map(({ name, type, bytes }) => ({ name: 'Attached', value: [name, type, `${bytes} bytes`].filter(Boolean).join(' · ') }))],
    subject: { format: 'mail', header, fields: { subject: headers.get('subject') ?? '', text, attached: attached.map(({ name, type, bytes }) => ({ name: name ?? '', type, bytes })) } },
  };
}

const named = (pairs: [string, string | undefined][]): Decoded['facts'] => pairs.flatMap(([name, value]) => (value ? [{ name, value: value.slice(0, 2_000) }] : []));

/** RFC 5322 §3.3 with its offset; a date without one is nobody's time. */
function momentOf(text: string | undefined): number | null {
  const at = text !== undefined && text.length < 100 && /(?:[+-]\d{4}|\b(?:GMT|UTC?|Z))\b/.test(text) ? Date.parse(text.replace(/\([^)]*\)/g, '')) : Number.NaN;
  return at > 0 ? at : null;
}
