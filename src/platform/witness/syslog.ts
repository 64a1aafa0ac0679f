import { hostname } from 'node:os';
import { handOverSyslog } from '#platform/net/syslog.ts';

const LOG_AUDIT_INFO = 13 * 8 + 6;

const HOST = hostname().replaceAll(/[^\x21-\x7e]/g, '-').slice(0, 255) || '-';

/** A message by RFC 5424, of the facility "log audit"; `text` is ASCII. */
export const syslogMessage = (text: string, at: string): string => `<${LOG_AUDIT_INFO}>1 ${at} ${HOST} parapet - head - ${text}`;

type Server = { transport: 'tcp' | 'udp'; host: string; port: number };

/** Sends messages to a syslog server that whoever runs the machine set; rejects where they were not handed over. Over UDP nobody says what arrived. */
export const sendSyslog = ({ transport, host, port }: Server, messages: readonly string[]): Promise<void> => handOverSyslog({ carrier: transport, address: host, host, port }, messages.map((message) => Buffer.from(message)));
