import type { Said } from '../said.ts';
import { writeCef } from './cef.ts';
import { writeOcsf } from './ocsf.ts';
import { messageOf, parameters, writeSyslog } from './syslog.ts';

/** Who says it: the message's own id, this program's version, the name of this machine for syslog, and where people read more. */
export type Sender = { messageId: string; version: string; host: string; link: string | null };
export type Format = 'parapet' | 'ocsf' | 'cef' | 'rfc5424';

/** Our own form: an envelope as Standard Webhooks advises, with the event in `data`. */
const writeParapet = ({ event, at, means: _means, ...said }: Said, { messageId, link }: Sender): object => ({ id: messageId, type: event, timestamp: at, data: { ...said, link } });

/** The body of a webhook, JSON. */
export const webhookBody = (format: Format, said: Said, sender: Sender): string => JSON.stringify(format === 'ocsf' ? writeOcsf(said, sender) : writeParapet(said, sender));

/** One message of syslog with its header, UTF-8. */
export function syslogMessage(format: Format, said: Said, sender: Sender): Buffer {
  const head = { said, sender };
  if (format === 'cef') return writeSyslog({ ...head, data: null, message: writeCef(said, sender) });
  if (format === 'ocsf') return writeSyslog({ ...head, data: null, message: JSON.stringify(writeOcsf(said, sender)) });
  return writeSyslog({ ...head, data: parameters(said, sender), message: messageOf(said) });
}
