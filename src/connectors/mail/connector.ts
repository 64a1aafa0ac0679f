import type { Protocol } from '#platform/wire/port.ts';
import { arrivalFrom, decodeMail, receivedIn } from './message.ts';

/** Mail as the platform's wire port knows it. */
export default {
  name: 'mail',
  title: 'Mail',
  decode: decodeMail,
  /** The address that a mail was for is not in its bytes: mail for nobody is refused, so none is ever in quarantine. */
  arrivalOf: (raw, receivedAt, remote) => arrivalFrom(receivedIn(raw), { address: '', receivedAt, remote }),
  listen: async (options) => (await import('./receiver.ts')).startMailReceiver(options),
} satisfies Protocol;
