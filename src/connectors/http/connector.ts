import type { Decoded, Protocol } from '#platform/wire/port.ts';
import { decodeMessage, decodeSignal } from './decode.ts';
import { openSender } from './sender.ts';

/** Signals over HTTP. The web process receives them; here is how what was kept is read. */
export default {
  name: 'http',
  title: 'HTTP',
  decode: (raw): Decoded => (raw[0] === 0x7b ? decodeSignal(raw) : decodeMessage(raw)),
  arrivalOf: () => null,
  openSender,
  listen: () => Promise.reject(new Error('Signals over HTTP come to the web process, which listens already.')),
} satisfies Protocol;
