import type { Said } from '../said.ts';
import type { Sender } from './format.ts';

/** Facility local0 (RFC 5424 table 1). */
const FACILITY = 16;
/** We have no number of our own: 32473 is IANA's for documentation (RFC 5612), so that it is nobody else's either. */
const SD_ID = 'parapet@32473';
const UNSAFE = /[^\x21-\x7e]/g;

/** Severity of RFC 5424 table 2: what begins or was not taken is as urgent as its record, all else is informational. */
export const severityOf = ({ means, event, record }: Said): number => (means === 'begins' || event === 'alarms.escalated' ? ([1, 2, 4, 5] as const)[record.priority - 1] ?? 5 : 6);

/** A value of structured data: quote, backslash and closing bracket behind a backslash (RFC 5424 §6.3.3), without control characters. */
export const escapeParameter = (value: string): string => value.replace(/\p{Cc}/gu, ' ').replace(/["\\\]]/g, (sign) => `\\${sign}`);

/** What structured data says, by name; empty values are left out. */
export function parameters({ event, record, site, source, outcome, alarm, isSimulated, narrative }: Said, { messageId, link }: Sender): [string, string][] {
  const all: [string, string | null | undefined][] = [
    ['id', messageId], ['event', event], ['recordId', record.id], ['number', record.number], ['type', record.type], ['state', record.state], ['priority', String(record.priority)], ['severity', record.severity === null ? null : String(record.severity)],
    ['occurredAt', record.occurredAt], ['siteId', site?.id], ['site', site?.name], ['source', source?.name], ['point', source?.point], ['area', source?.area], ['outcome', outcome?.key], ['alarm', alarm], ['simulated', isSimulated ? 'true' : null], ['narrative', narrative], ['link', link],
  ];
  return all.filter((pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '');
}

/** The message for people, in one line. */
export const messageOf = ({ record, site }: Said): string => [record.number, record.title, site?.name].filter(Boolean).join(', ').replace(/\p{Cc}/gu, ' ');

type Line = { said: Said; sender: Sender; data: readonly [string, string][] | null; message: string };

/** A message of RFC 5424 §6, UTF-8 without the byte order mark, as many receivers do not expect it. */
export function writeSyslog({ said, sender, data, message }: Line): Buffer {
  const host = sender.host.replace(UNSAFE, '-').slice(0, 255) || '-';
  const structured = data === null ? '-' : `[${SD_ID}${data.map(([name, value]) => ` ${name}="${escapeParameter(value)}"`).join('')}]`;
  return Buffer.from(`<${FACILITY * 8 + severityOf(said)}>1 ${said.at} ${host} parapet - ${said.event.slice(0, 32)} ${structured} ${message}`);
}
