import type { Said } from '../said.ts';
import type { Sender } from './format.ts';

/** Of the header: backslash and pipe behind a backslash, in one line (CEF, "Character Encoding"). */
export const escapeHeader = (value: string): string => value.replace(/\p{Cc}+/gu, ' ').replace(/[\\|]/g, (sign) => `\\${sign}`);

/** Of the extension: backslash and equals sign behind a backslash, line breaks as \n and \r. */
export const escapeExtension = (value: string): string => value.replace(/[\\=]/g, (sign) => `\\${sign}`).replaceAll('\n', '\\n').replaceAll('\r', '\\r').replace(/\p{Cc}/gu, ' ');

/** 0 to 10: what begins or was not taken is as severe as its record is urgent; what goes on or ends is 3 at most. */
export const severityOf = ({ means, event, record }: Said): number => (means === 'begins' || event === 'alarms.escalated' ? ([10, 8, 5, 3] as const)[record.priority - 1] ?? 3 : Math.min(3, [3, 3, 2, 1][record.priority - 1] ?? 1));

/** One event in CEF:0. The signature id is the type of our taxonomy, which says what happened, not which verb told it. */
export function writeCef(said: Said, { version, messageId, link }: Sender): string {
  const { event, at, record, site, source, outcome, alarm, narrative } = said;
  const header = ['CEF:0', 'Parapet', 'Parapet', version, record.type || event, record.title || event, String(severityOf(said))].map((field, i) => (i === 0 ? field : escapeHeader(field))).join('|');
  const extension: [string, string | null | undefined][] = [
    ['rt', String(Date.parse(at))], ['start', record.occurredAt === '' ? null : String(Date.parse(record.occurredAt))], ['act', event], ['cat', said.noun], ['externalId', record.number], ['deviceExternalId', source?.id], ['dvchost', null],
    ...label('cs1', 'Site', site?.name), ...label('cs2', 'Source', source?.name), ...label('cs3', 'Point', source?.point), ...label('cs4', 'State', record.state), ...label('cs5', 'Message', messageId), ...label('cs6', 'Record', record.id),
    ...label('cn1', 'Priority', String(record.priority)), ['outcome', outcome?.key], ['msg', narrative ?? (alarm === null ? null : `From ${alarm}`)], ['request', link],
  ];
  return `${header}|${extension.flatMap(([name, value]) => (value ? [`${name}=${escapeExtension(value)}`] : [])).join(' ')}`;
}

const label = (key: string, name: string, value: string | null | undefined): [string, string | null | undefined][] => (value ? [[`${key}Label`, name], [key, value]] : []);
