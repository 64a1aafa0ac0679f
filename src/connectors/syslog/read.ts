import { type SyslogHeader, readHeader } from './header.ts';
import { readInside } from './inside.ts';
import type { Structured } from './structured.ts';
import { textOf } from './text.ts';

/** A syslog message read in full, as plain JSON: what a mapping may ask for. What the sender left out is null. */
export type ReadSyslog = {
  format: SyslogHeader['format'] | 'cef' | 'leef';
  header: {
    /** In words of RFC 5424 table 1: `auth`, `local0`. */
    facility: string | null;
    /** In words of RFC 5424 table 2: `emergency` to `debug`; `level` is the same as 0 to 7. */
    severity: string | null;
    level: number | null;
    /** As written. */
    timestamp: string | null;
    host: string | null;
    app: string | null;
    process: string | null;
    messageid: string | null;
    /** RFC 5424's structured data: element, then parameter. */
    structured: Structured;
    /** Of CEF and LEEF: who made the sender, the event's id and name, its severity 0 to 10. */
    vendor: string | null;
    product: string | null;
    version: string | null;
    event: string | null;
    name: string | null;
    weight: number | null;
  };
  /** CEF's and LEEF's extension, by key and by what the sender labelled it; of other messages the parameters of the structured data, and `message`. */
  fields: Record<string, string>;
  /** The text behind the header. */
  message: string;
  /** The message's own time in ms since 1970 UTC, where it names year and zone. */
  sentAt: number | null;
};

const FACILITIES = ['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp', 'ntp', 'audit', 'alert', 'clock', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'] as const;
const SEVERITIES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug'] as const;

/** Reads one syslog message, RFC 5424 or 3164, with CEF or LEEF inside. Never throws: what cannot be read is `message`. */
export function readSyslog(bytes: Uint8Array): ReadSyslog {
  const { format, facility, severity, timestamp, sentAt, host, app, process, messageId, structured, message } = readHeader(textOf(bytes));
  const inside = readInside(app === 'CEF' || app === 'LEEF' ? afterTag(app, message) : message);
  const { vendor = null, product = null, version = null, id = null, name = null, severity: weight = null } = inside ?? {};
  return {
    format: inside?.kind ?? format,
    header: { facility: named(FACILITIES, facility), severity: named(SEVERITIES, severity), level: severity, timestamp, host, app, process, messageid: messageId, structured, vendor, product, version, event: id, name, weight },
    fields: inside ? { ...inside.labelled, ...inside.fields } : { ...Object.assign({}, ...Object.values(structured)), message },
    message, sentAt,
  };
}

/** Some senders write `CEF: 0|…`, and the first word is then taken for a tag. */
const afterTag = (app: string, message: string): string => (/^\d/.test(message) ? `${app}:${message}` : message);

const named = (names: readonly string[], code: number | null): string | null => (code === null ? null : (names[code] ?? null));
