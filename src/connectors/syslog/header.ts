import { type Structured, readStructured } from './structured.ts';
import { cut } from './text.ts';

/** What stands before the message itself. A field that the sender left out, or wrote as `-`, is null. */
export type SyslogHeader = {
  /** `rfc5424`, `rfc3164`, or `plain` for a line without a priority. */
  format: 'rfc5424' | 'rfc3164' | 'plain';
  /** 0 to 23 (RFC 5424 table 1). */
  facility: number | null;
  /** 0 emergency to 7 debug (RFC 5424 table 2). */
  severity: number | null;
  /** The time as it is written. */
  timestamp: string | null;
  /** The same in ms since 1970 UTC, where year and zone are written too. */
  sentAt: number | null;
  host: string | null;
  app: string | null;
  process: string | null;
  messageId: string | null;
  structured: Structured;
  /** All that follows, without a byte order mark. */
  message: string;
};

const PRIORITY = /^<(0|[1-9]\d{0,2})>/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)(?= |$)/;
/** `Nov 21 22:14:15`, with the day padded by a space; some senders add a year or parts of a second. */
const BSD_TIME = /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,6})?(?= |$)/;
const HOST = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,254}(?= )/;
const TAG = /^([A-Za-z0-9_./-]{1,48})(?:\[([^\]\s]{1,128})\])?:(?: |$)/;
/** A CEF or LEEF message, which is no tag. */
const INSIDE = /^(?:CEF|LEEF):\d/;
const HIGHEST_PRIORITY = 191;
const BOM = '\uFEFF';

/** Reads the header of a syslog message (RFC 5424 §6, RFC 3164 §4). Every text can be read: what is no header is message. */
export function readHeader(text: string): SyslogHeader {
  const priority = PRIORITY.exec(text);
  const value = Number(priority?.[1]);
  if (!priority || value > HIGHEST_PRIORITY) return { ...NOTHING, message: text };
  const start = { ...NOTHING, facility: value >> 3, severity: value & 7 };
  const rest = text.slice(priority[0].length);
  return (rest.startsWith('1 ') ? readNew(rest.slice(2), start) : null) ?? readOld(rest, start);
}

const NOTHING: SyslogHeader = { format: 'plain', facility: null, severity: null, timestamp: null, sentAt: null, host: null, app: null, process: null, messageId: null, structured: {}, message: '' };

/** RFC 5424: five words, the structured data, the message; null where it is none. */
function readNew(text: string, start: SyslogHeader): SyslogHeader | null {
  const [timestamp, afterTime] = cut(text, ' ');
  const [host, afterHost] = cut(afterTime, ' ');
  const [app, afterApp] = cut(afterHost, ' ');
  const [process, afterProcess] = cut(afterApp, ' ');
  const [messageId, afterId] = cut(afterProcess, ' ');
  if ((timestamp !== '-' && !ISO_TIME.test(timestamp)) || afterId === '') return null;
  const found = readStructured(afterId);
  if (!found) return null;
  return {
    ...start, format: 'rfc5424', timestamp: given(timestamp), sentAt: timestamp === '-' ? null : momentOf(timestamp), host: given(host), app: given(app), process: given(process),
    messageId: given(messageId), structured: found.structured, message: afterId.slice(found.end).replace(/^ /, '').replace(BOM, ''),
  };
}

const given = (word: string): string | null => (word === '-' || word === '' ? null : word);

const momentOf = (iso: string): number | null => {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? null : at;
};

/** RFC 3164 and what is sent in its place: time, host and tag, each where it is there. */
function readOld(text: string, start: SyslogHeader): SyslogHeader {
  const iso = ISO_TIME.exec(text)?.[0] ?? null;
  const timestamp = iso ?? BSD_TIME.exec(text)?.[0] ?? null;
  let rest = timestamp === null ? text : text.slice(timestamp.length + 1);
  const host = timestamp === null || TAG.test(rest) || INSIDE.test(rest) ? null : (HOST.exec(rest)?.[0] ?? null);
  if (host !== null) rest = rest.slice(host.length + 1);
  const tag = INSIDE.test(rest) ? null : TAG.exec(rest);
  return {
    ...start, format: 'rfc3164', timestamp, sentAt: iso === null ? null : momentOf(iso), host, app: tag?.[1] ?? null, process: tag?.[2] ?? null,
    message: (tag ? rest.slice(tag[0].length) : rest).replace(BOM, ''),
  };
}
