import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { hostname } from 'node:os';

const LOG_AUDIT_INFO = 13 * 8 + 6;
const ANSWER_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 2_000;

const HOST = hostname().replaceAll(/[^\x21-\x7e]/g, '-').slice(0, 255) || '-';

/** A message by RFC 5424, of the facility "log audit"; `text` is ASCII. */
export const syslogMessage = (text: string, at: string): string => `<${LOG_AUDIT_INFO}>1 ${at} ${HOST} parapet - head - ${text}`;

type Server = { transport: 'tcp' | 'udp'; host: string; port: number };

/**
 * Sends messages to a syslog server. Over TCP with octet counting (RFC 6587), on a connection of its own that is closed
 * in order, so that what the other side took in full is known from what it did not: the promise rejects where the
 * connection fails before that. Over UDP one datagram a message (RFC 5426), where nobody says what arrived.
 */
export const sendSyslog = (server: Server, messages: readonly string[]): Promise<void> => (server.transport === 'tcp' ? sendByTcp(server, messages) : sendByUdp(server, messages));

function sendByTcp({ host, port }: Server, messages: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: ANSWER_WITHIN_MS });
    let isHandedOver = false;
    socket.once('timeout', () => (isHandedOver ? socket.destroy() : socket.destroy(new Error(`${host}:${port} does not answer`))));
    socket.once('error', reject);
    socket.once('close', (hadError) => {
      if (!hadError) resolve();
    });
    // A server that reads and never closes has taken it all the same.
    socket.once('finish', () => {
      isHandedOver = true;
      socket.setTimeout(CLOSE_WITHIN_MS);
    });
    socket.once('connect', () => socket.end(messages.map((message) => `${Buffer.byteLength(message)} ${message}`).join('')));
    socket.resume();
  });
}

async function sendByUdp({ host, port }: Server, messages: readonly string[]): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  let refused: Error | null = null;
  socket.on('error', (error) => (refused = error));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, host, () => resolve());
    });
    // One after the other: a refusal by the host's own answer comes with the next send.
    for (const message of messages) await new Promise<void>((resolve, reject) => socket.send(message, (error) => (error ? reject(error) : resolve())));
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (refused) throw refused as Error;
  } finally {
    socket.close();
  }
}
