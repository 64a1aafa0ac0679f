import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Receiver, Sink } from '#platform/wire/port.ts';
import { Connection } from './connection.ts';
import { Datagrams } from './datagrams.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';

/** A connection that has ended by us is given so long to end on the other side too. */
const LINGER_MS = 250;
const MOST_ATTEMPTS = 10;

export type ReceiverOptions = {
  host: string;
  /** 0 for any free one. */
  port: number;
  sink: Sink;
  limits?: Partial<Limits>;
  /** Told of what is not counted: a connection ended by us, a fault of listening. */
  log?: (fields: object, message: string) => void;
};

/** What the connections of a receiver hold in common. */
export class Hub {
  readonly sink: Sink;
  readonly limits: Limits;
  readonly log: (fields: object, message: string) => void;
  readonly connections = new Set<Connection>();
  /** Connections that wait for room before they read on. */
  readonly held = new Set<Connection>();
  waiting = 0;
  isClosing = false;
  #ready: Connection[] = [];

  constructor(sink: Sink, limits: Limits, log: Hub['log']) {
    this.sink = sink;
    this.limits = limits;
    this.log = log;
  }

  /** Has the answers of this connection written at the end of the tick, with those of all others that the same commit settled. */
  flushSoon(connection: Connection): void {
    if (this.#ready.push(connection) === 1) process.nextTick(this.#flush);
  }

  readonly #flush = (): void => {
    const ready = this.#ready;
    this.#ready = [];
    for (const connection of ready) connection.flush();
    if (this.held.size > 0) for (const connection of Array.from(this.held)) connection.readOn();
  };
}

/** Listens for SIA DC-09 on TCP and UDP of one port. Rejects where either cannot be had. Senders never make it throw, whatever they send. */
export async function startDc09Receiver({ host, port, sink, limits, log = () => undefined }: ReceiverOptions): Promise<Receiver> {
  const hub = new Hub(sink, { ...DEFAULT_LIMITS, ...limits }, log);
  const { server, datagrams } = await listenOnBoth(hub, host, port);
  const { idleMs, strangerMs, stallMs } = hub.limits;
  const sweep = setInterval(() => sweepAll(hub), Math.min(1_000, Math.max(10, Math.min(idleMs, strangerMs, stallMs) / 4)));
  let closing: Promise<void> | undefined;
  return {
    port: portOf(server),
    connections: () => hub.connections.size,
    close: () => {
      clearInterval(sweep);
      return (closing ??= closeAll(hub, server, datagrams));
    },
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Where any port will do, the one that TCP was given may be taken for UDP: then another is asked for. */
async function listenOnBoth(hub: Hub, host: string, port: number): Promise<{ server: Server; datagrams: Datagrams }> {
  for (let attempt = 1; ; attempt++) {
    const server = await listenOnTcp(hub, host, port);
    try {
      return { server, datagrams: await Datagrams.open(hub, host, portOf(server)) };
    } catch (error) {
      server.close();
      if (port !== 0 || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

async function listenOnTcp(hub: Hub, host: string, port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) => admit(hub, socket));
  server.listen({ host, port });
  await once(server, 'listening');
  server.on('error', (error) => hub.log({ error: error.message }, 'A DC-09 connection could not be taken.'));
  return server;
}

function admit(hub: Hub, socket: Socket): void {
  const remote = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  socket.on('error', () => undefined);
  if (hub.isClosing || remote === '') return void socket.destroy();
  let fromAddress = 0;
  for (const connection of hub.connections) if (connection.remote === remote) fromAddress++;
  const isFull = fromAddress >= hub.limits.connectionsOfAnAddress || (hub.connections.size >= hub.limits.connections && !evictStranger(hub));
  if (isFull) {
    hub.sink.refused('too-many-connections', remote);
    return void socket.destroy();
  }
  hub.connections.add(new Connection(hub, socket, remote));
}

/** Ends the oldest connection that has never said anything readable, to make room for one that may. */
function evictStranger(hub: Hub): boolean {
  for (const connection of hub.connections) {
    if (connection.hasSpoken) continue;
    hub.sink.refused('too-many-connections', connection.remote);
    connection.destroy();
    return true;
  }
  return false;
}

function sweepAll(hub: Hub): void {
  const now = nowMs();
  for (const connection of hub.connections) connection.endIfStill(now);
}

async function closeAll(hub: Hub, server: Server, datagrams: Datagrams): Promise<void> {
  hub.isClosing = true;
  const closed = new Promise((resolve) => server.close(resolve));
  const deadline = nowMs() + hub.limits.drainMs;
  for (const connection of hub.connections) connection.finish();
  while (hub.waiting + datagrams.waiting > 0 && nowMs() < deadline) await pause(5);
  await datagrams.close();
  const linger = setTimeout(() => {
    for (const connection of hub.connections) connection.destroy();
  }, LINGER_MS);
  await closed;
  clearTimeout(linger);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
