import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/** A way to a receiver that is open, or being opened. */
export type Way = { readonly isOpen: boolean; send(frame: Buffer): void; close(): void };
/** What its owner hears of a way. `closed` comes once, whoever closed it. */
export type WayEvents = { opened(): void; bytes(segment: Buffer): void; closed(): void };

/** Dials a receiver over TCP or UDP. Never throws: what fails is heard as `closed`. */
export const dialOut = (transport: 'tcp' | 'udp', host: string, port: number, events: WayEvents): Way => (transport === 'tcp' ? overTcp(host, port, events) : overUdp(host, port, events));

function overTcp(host: string, port: number, { opened, bytes, closed }: WayEvents): Way {
  const socket = connect({ host, port, noDelay: true });
  socket.on('connect', opened).on('error', () => undefined).on('data', bytes).on('close', closed);
  return {
    get isOpen() {
      return !socket.connecting;
    },
    send: (frame) => void socket.write(frame),
    close: () => void socket.destroy(),
  };
}

function overUdp(host: string, port: number, { opened, bytes, closed }: WayEvents): Way {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  let state: 'opening' | 'open' | 'closed' = 'opening';
  const close = (): void => {
    if (state === 'closed') return;
    state = 'closed';
    socket.close();
  };
  socket.on('connect', () => ((state = 'open'), opened())).on('error', close).on('message', bytes).on('close', closed);
  socket.connect(port, host);
  return {
    get isOpen() {
      return state === 'open';
    },
    send: (frame) => void (state === 'open' && socket.send(frame, () => undefined)),
    close,
  };
}
