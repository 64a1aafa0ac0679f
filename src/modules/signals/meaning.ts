import { hash } from 'node:crypto';
import type { Compiled } from '#engines/mapping/compile.ts';
import type { Decoded } from '#platform/wire/port.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { type Classified, classify, isUnverified } from './classify.ts';
import type { Meaning } from './contract.ts';
import { mappedEvents } from './mappings/mapped.ts';
import { classifyNotice, decodeNotice, type Notice, readNotice } from './own-notice.ts';
import { shippedFor } from './shipped-meaning.ts';
import { NOT_UNDERSTOOD, typeOf } from './taxonomy.ts';

/** One event of a signal in the taxonomy's words. */
export type ReadEvent = { meaning: Meaning; classified: Classified };

/** A signal read in full: what its bytes say (`clear`: what was opened of encrypted ones) and what each event means, by the mapping of its source where it has no codes of its own. What could not be read of it is an event that is not understood. */
export function readSignal(protocol: string, raw: Buffer, clear: Buffer | null = null, mapping: Compiled | null = null): { decoded: Decoded; events: ReadEvent[] } {
  const notice = readNotice(raw, clear);
  if (notice) return readOwn(protocol, notice);
  const codec = PROTOCOLS.get(protocol);
  if (!codec) throw new Error(`No connector reads ${protocol}.`);
  const decoded = codec.decode(raw, clear);
  if (decoded.subject) return { decoded, events: mappedEvents(decoded.subject, mapping ?? shippedFor(protocol)) };
  const events = decoded.events.flatMap((event) => {
    const classified = classify(event);
    return classified.ok ? [{ classified, meaning: meaningOf(event, classified) }] : [];
  });
  const isWhole = events.length > 0 && decoded.problem === null;
  return { decoded, events: isWhole ? events : [...events, unreadable(decoded)] };
}

function readOwn(protocol: string, notice: Notice): { decoded: Decoded; events: ReadEvent[] } {
  const classified = classifyNotice(protocol, notice);
  return { decoded: decodeNotice(notice), events: [{ classified, meaning: meaningOf({ code: notice.silence === 'began' ? 'silent' : 'heard', qualifier: null, number: null, text: classified.title }, classified) }] };
}

function meaningOf(event: Pick<Decoded['events'][number], 'code' | 'qualifier' | 'number' | 'text'>, classified: Classified): Meaning {
  const { code, qualifier, number, text } = event;
  return {
    code, qualifier, number, text, area: classified.area, user: classified.user, type: classified.type, title: typeOf(classified.type)?.title ?? classified.title,
    effect: classified.effect, point: classified.point, priority: typeOf(classified.type)?.priority ?? null, isUnderstood: classified.understood, isUnverified: isUnverified(classified.basis),
  };
}

function unreadable(decoded: Decoded): ReadEvent {
  const classified = classify({ token: decoded.token.endsWith('ADM-CID') ? 'ADM-CID' : 'SIA-DCS', code: '?' });
  if (!classified.ok) throw new Error('The taxonomy has no type for what is not understood.');
  const type = typeOf(NOT_UNDERSTOOD);
  return { classified, meaning: { code: '', qualifier: null, number: null, area: null, user: null, text: decoded.problem, type: NOT_UNDERSTOOD, title: type?.title ?? 'Not understood', effect: classified.effect, point: null, priority: type?.priority ?? null, isUnderstood: false, isUnverified: false } };
}

/** Bytes for people: printable ASCII as it is, everything else as \xHH. */
export const printable = (raw: Buffer): string => raw.toString('latin1').replace(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** SHA-256 of the bytes, for papers. */
export const fingerprint = (raw: Buffer): string => hash('sha256', raw, 'hex');
