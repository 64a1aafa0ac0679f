import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { commandOf } from '#platform/postgres/processes.ts';

/** A port that this start is going to listen on, and the variable that changes it. */
export type PortUse = { what: string; transport: 'tcp' | 'udp'; host: string; port: number; variable: string; hostVariable: string };

const LISTENING = '0A';
const UDP_BOUND = '07';

const socketsOn = (transport: 'tcp' | 'udp', port: number): Set<string> => {
  const inodes = new Set<string>();
  for (const table of [transport, `${transport}6`]) {
    try {
      for (const line of readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1)) {
        const fields = line.trim().split(/\s+/);
        const local = Number.parseInt(fields[1]?.split(':').at(-1) ?? '', 16);
        if (local === port && fields[3] === (transport === 'tcp' ? LISTENING : UDP_BOUND) && fields[9]) inodes.add(`socket:[${fields[9]}]`);
      }
    } catch {
      continue;
    }
  }
  return inodes;
};

const opens = (pid: string, sockets: Set<string>): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
};

/** The process that listens on a port of this machine, where /proc may be read; undefined where it may not. */
export const whoListens = (transport: 'tcp' | 'udp', port: number): { pid: number; command?: string } | undefined => {
  const sockets = socketsOn(transport, port);
  if (sockets.size === 0) return undefined;
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && opens(name, sockets));
  if (pid === undefined) return undefined;
  const command = commandOf(Number(pid));
  return command === undefined ? { pid: Number(pid) } : { pid: Number(pid), command };
};

const tryToBind = async ({ transport, host, port }: PortUse): Promise<string | undefined> => {
  try {
    if (transport === 'tcp') {
      const server = createServer();
      await once(server.listen({ host, port, exclusive: true }), 'listening');
      await new Promise((resolve) => server.close(resolve));
    } else {
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      socket.bind(port, host);
      await once(socket, 'listening');
      await new Promise<void>((resolve) => socket.close(resolve));
    }
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
};

const wordOn = (use: PortUse, code: string): string => {
  const place = `${use.transport === 'udp' ? 'UDP port' : 'Port'} ${use.port} on ${use.host} (${use.what})`;
  if (code === 'EACCES') return `${place} needs more rights than this user has: set ${use.variable} to a port from 1024 up.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${use.host} is not an address of this machine (${use.what}): set ${use.hostVariable} to one that is.`;
  if (code !== 'EADDRINUSE') return `${place} cannot be opened (${code}): set ${use.variable} to another.`;
  const holder = whoListens(use.transport, use.port);
  const who = holder ? `process ${holder.pid}${holder.command ? ` (${holder.command})` : ''}` : 'a process that this user may not see';
  return `${place} is taken by ${who}: stop that one, or set ${use.variable} to another port.`;
};

/** Opens and closes each port once; one line for each that cannot be had, naming who has it and what to change. */
export const takenPorts = async (uses: PortUse[]): Promise<string[]> => {
  const words: string[] = [];
  for (const use of uses) {
    if (use.port === 0) continue;
    const code = await tryToBind(use);
    if (code !== undefined) words.push(wordOn(use, code));
  }
  return words;
};
