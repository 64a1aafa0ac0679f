import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Receiver, Sink } from '#platform/wire/port.ts';
import { openDatagrams } from './datagrams.ts';
import { Desk } from './desk.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { Stream } from './stream.ts';

export type ReceiverOptions = {
  host: string;
  /** 0 for any free one. */
  port: number;
  sink: Sink;
  /** With a certificate: TLS (RFC 5425) and no datagrams; without: TCP and UDP on the same port. */
  tls?: TlsOptions;
  limits?: Partial<Limits>;
  /** Told of faults of listening. */
  log?: (fields: object, message: string) => void;
};

/** A receiver, and how full it is. */
export type SyslogReceiver = Receiver & { waiting(): number };

/** Listens for syslog. Rejects where the port cannot be had. Sockets never make it throw, whatever they send. */
export async function startSyslogReceiver({ host, port, sink, tls, limits, log = () => undefined }: ReceiverOptions): Promise<SyslogReceiver> {
  const desk = new Desk(sink, { ...DEFAULT_LIMITS, ...limits });
  const sockets = new Set<Socket>();
  const server = tls ? secureServer(desk, tls) : createServer({ allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) => receive(desk, socket));
  server.prependListener('connection', (socket: Socket) => admit(desk, sockets, socket));
  server.listen({ host, port });
  await once(server, 'listening');
  server.on('error', (error) => log({ error: error.message }, 'A syslog connection could not be taken.'));
  const listening = (server.address() as AddressInfo).port;
  const datagrams = tls ? null : await openDatagrams(desk, { host, port: listening }).catch((error: unknown) => {
    server.close();
    throw error;
  });
  const sweep = setInterval(() => desk.streams.forEach((stream) => stream.endIfStill(nowMs())), Math.min(1_000, Math.max(10, Math.min(desk.limits.strangerMs, desk.limits.stallMs) / 4)));
  let closing: Promise<void> | undefined;
  return {
    port: listening,
    connections: () => sockets.size,
    waiting: () => desk.waiting,
    close: () => (closing ??= closeAll({ desk, server, sockets, datagrams, sweep })),
  };
}

function secureServer(desk: Desk, tls: TlsOptions): Server {
  const server = createTlsServer({ ...tls, handshakeTimeout: desk.limits.strangerMs }, (socket) => receive(desk, socket));
  server.on('tlsClientError', (_, socket) => {
    desk.sink.refused('syslog-tls-failed', addressOf(socket));
    socket.destroy();
  });
  return server;
}

function receive(desk: Desk, socket: Socket): void {
  if (!socket.destroyed) desk.streams.add(new Stream(desk, socket, addressOf(socket)));
}

/** Counts every connection from its first packet, before any handshake. */
function admit(desk: Desk, sockets: Set<Socket>, socket: Socket): void {
  const remote = addressOf(socket);
  socket.on('error', () => undefined);
  let ofAddress = 0;
  for (const other of sockets) if (addressOf(other) === remote) ofAddress++;
  if (desk.isClosing || remote === '') return void socket.destroy();
  if (ofAddress >= desk.limits.connectionsOfAnAddress || (sockets.size >= desk.limits.connections && !evictStranger(desk))) {
    desk.sink.refused('too-many-connections', remote);
    return void socket.destroy();
  }
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
}

/** Ends the oldest connection that has not sent a message yet, to make room for one that may. */
function evictStranger(desk: Desk): boolean {
  for (const stream of desk.streams) {
    if (stream.hasSpoken) continue;
    desk.sink.refused('too-many-connections', stream.remote);
    stream.destroy();
    return true;
  }
  return false;
}

const addressOf = (socket: Socket): string => (socket.remoteAddress ?? '').replace(/^::ffff:/, '');

type Open = { desk: Desk; server: Server; sockets: ReadonlySet<Socket>; datagrams: { close(): Promise<void> } | null; sweep: NodeJS.Timeout };

/** Stops reading, then waits for what was read to be stored. */
async function closeAll({ desk, server, sockets, datagrams, sweep }: Open): Promise<void> {
  desk.isClosing = true;
  clearInterval(sweep);
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of sockets) socket.pause();
  await datagrams?.close();
  const deadline = nowMs() + desk.limits.drainMs;
  while (desk.waiting > 0 && nowMs() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const socket of sockets) socket.destroy();
  await closed;
}
