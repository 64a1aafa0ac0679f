import type { Protocol } from '#platform/wire/port.ts';
import { arrivalFrom, decodeFrame } from './arrival.ts';
import { encodeFrame } from './encode.ts';
import { Splitter } from './frame.ts';
import { readHeader } from './header.ts';
import { startDc09Receiver } from './receiver.ts';

/** SIA DC-09 as the platform's wire port knows it: read a stored frame, take one as it would arrive again, listen. */
export default {
  name: 'dc09',
  title: 'SIA DC-09',
  decode: decodeFrame,
  arrivalOf(raw, receivedAt, remote) {
    const splitter = new Splitter();
    splitter.push(raw);
    const frame = splitter.next();
    if (!frame?.ok) return null;
    const header = readHeader(frame.body);
    if (!header.ok || header.isEncrypted) return null;
    return header.token === 'SIA-DCS' || header.token === 'ADM-CID' ? arrivalFrom(frame, header, header.token, receivedAt, remote) : null;
  },
  example: (account, sequence) => encodeFrame({ token: 'SIA-DCS', sequence, account, data: 'Nri1/BA0001' }),
  listen: startDc09Receiver,
} satisfies Protocol;
