import type { Protocol } from '#platform/wire/port.ts';
import { handOverSyslog } from '#platform/net/syslog.ts';
import { arrivalFrom, decodeSyslog } from './arrival.ts';
import { startSyslogReceiver } from './receiver.ts';
import { openSender } from './sender.ts';

/** Syslog as the platform's wire port knows it. */
export default {
  name: 'syslog',
  title: 'Syslog',
  decode: decodeSyslog,
  arrivalOf: (raw, receivedAt, remote) => arrivalFrom(raw, receivedAt, remote),
  openSender,
  listen: startSyslogReceiver,
  handOver: handOverSyslog,
} satisfies Protocol;
