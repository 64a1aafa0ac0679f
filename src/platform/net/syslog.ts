import { createSocket } from 'node:dgram';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { HandOverTo } from '#platform/wire/port.ts';

const ANSWER_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 2_000;
/** So long a host may take to say that nobody listens at its port (ICMP). */
const REFUSAL_WITHIN_MS = 20;

/**
 * Hands messages to a receiver of syslog: over TCP and TLS with octet counting (RFC 6587 §3.4.1, RFC 5425 §4.3) on a connection that
 * is closed in order, over UDP one datagram each (RFC 5426 §3.1). Nobody answers: handed over is not yet read.
 */
export const handOverSyslog = (to: HandOverTo, messages: readonly Buffer[]): Promise<void> => (to.carrier === 'udp' ? sendDatagrams(to, messages) : sendStream(to, messages));

/** A message with its length before it. */
export const counted = (message: Buffer): Buffer => Buffer.concat([Buffer.from(`${message.length} `), message]);

function open({ carrier, address, host, port, ca }: HandOverTo): Socket {
  if (carrier === 'tcp') return connect({ host: address, port });
  return connectTls({ host: address, port, minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(isIP(host) ? {} : { servername: host }), ...(ca === undefined ? {} : { ca }) });
}

function sendStream(to: HandOverTo, messages: readonly Buffer[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = open(to);
    let isHandedOver = false;
    socket.setTimeout(ANSWER_WITHIN_MS);
    socket.once('timeout', () => (isHandedOver ? socket.destroy() : socket.destroy(new Error(`${to.host}:${to.port} does not answer`))));
    socket.once('error', reject);
    socket.once('close', (hadError) => {
      if (!hadError) resolve();
    });
    // A receiver that reads and never closes has taken it all the same.
    socket.once('finish', () => {
      isHandedOver = true;
      socket.setTimeout(CLOSE_WITHIN_MS);
    });
    socket.once(to.carrier === 'tls' ? 'secureConnect' : 'connect', () => socket.end(Buffer.concat(messages.map(counted))));
    socket.resume();
  });
}

async function sendDatagrams({ address, port }: HandOverTo, messages: readonly Buffer[]): Promise<void> {
  const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4');
  let refused: Error | null = null;
  socket.on('error', (error) => (refused = error));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, address, () => resolve());
    });
    // One after the other: a refusal by the host's own answer comes with the next send.
    for (const message of messages) await new Promise<void>((resolve, reject) => socket.send(message, (error) => (error ? reject(error) : resolve())));
    await new Promise((resolve) => setTimeout(resolve, REFUSAL_WITHIN_MS));
    if (refused) throw refused as Error;
  } finally {
    socket.close();
  }
}
