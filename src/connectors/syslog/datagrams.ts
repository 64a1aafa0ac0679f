import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Desk } from './desk.ts';
import { ofDatagram } from './framing.ts';

const ROOM_BYTES = 4 * 1_048_576;
const LOOK_MS = 10_000;

/** Takes syslog over UDP (RFC 5426). What finds no room is dropped and counted: by us, and by the system before us, where it says so. */
export async function openDatagrams(desk: Desk, { host, port }: { host: string; port: number }): Promise<{ close(): Promise<void> }> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: ROOM_BYTES });
  const bound = once(socket, 'listening');
  socket.bind({ address: host, port });
  await bound;
  socket.on('error', () => undefined);
  socket.on('message', (datagram, { address }) => take(desk, datagram, address.replace(/^::ffff:/, '')));
  const drops = watchDrops(socket, (count) => {
    for (let i = 0; i < count; i++) desk.sink.refused('syslog-udp-dropped-by-system', '');
  });
  return {
    close: async () => {
      await drops.stop();
      await new Promise<void>((resolve) => void socket.close(() => resolve()));
    },
  };
}

function take(desk: Desk, datagram: Buffer, remote: string): void {
  const message = ofDatagram(datagram);
  if (message.length === 0 || desk.isClosing) return;
  if (desk.isFull) return desk.sink.refused('syslog-udp-dropped', remote);
  if (message.length > desk.limits.message) return desk.sink.refused('syslog-too-long', remote);
  desk.take(message, remote);
}

/** Linux counts, for each port, the datagrams that found no room in the socket: the last column of /proc/net/udp. Elsewhere nothing says it. */
function watchDrops(socket: Socket, dropped: (count: number) => void): { stop(): Promise<void> } {
  const { port, family } = socket.address();
  const file = family === 'IPv6' ? '/proc/net/udp6' : '/proc/net/udp';
  let known = 0;
  const look = async (): Promise<void> => {
    const count = dropsOf(await readFile(file, 'latin1').catch(() => ''), port);
    if (count > known) dropped(count - known);
    known = Math.max(known, count);
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return look();
    },
  };
}

/** The drops of all sockets on a port, from the text of /proc/net/udp. */
export function dropsOf(table: string, port: number): number {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').slice(1).map((line) => line.trim().split(/\s+/)).filter(([, local]) => local?.endsWith(ending)).reduce((sum, row) => sum + Number(row.at(-1) ?? 0), 0);
}
