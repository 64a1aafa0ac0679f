import type { Protocol } from '#platform/wire/port.ts';
import { arriveAgain, decodeFrame } from './arrival.ts';
import { encodeFrame } from './encode.ts';
import { startDc09Receiver } from './receiver.ts';
import { openSender } from './sender.ts';

/** SIA DC-09 as the platform's wire port knows it: read a stored frame, take one as it would arrive again, listen. */
export default {
  name: 'dc09',
  title: 'SIA DC-09',
  decode: decodeFrame,
  arrivalOf: arriveAgain,
  example: (account, sequence) => encodeFrame({ token: 'SIA-DCS', sequence, account, data: 'Nri1/BA0001' }),
  openSender,
  listen: startDc09Receiver,
} satisfies Protocol;
