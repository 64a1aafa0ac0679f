import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Sender } from '#platform/wire/port.ts';

const AGAIN_MS = 1_000;

/** A host that logs over TCP with octet counting (RFC 6587 §3.4.1). Nothing answers: a line is sent once the socket took it. */
export function openSender({ to }: { to: string }): Sender {
  const { hostname, port } = new URL(to);
  let line: Promise<Socket> | null = null;
  let isClosed = false;
  const dial = async (): Promise<Socket> => {
    for (;;) {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on('error', () => undefined);
      socket.once('close', () => (line = null));
      const isOpen = await once(socket, 'connect').then(() => true, () => false);
      if (isOpen) return socket;
      if (isClosed) throw new Error('The line was closed.');
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  };
  return {
    send: async (words) => {
      const bytes = Buffer.from(words);
      const socket = await (line ??= dial());
      await new Promise<void>((resolve, reject) => socket.write(Buffer.concat([Buffer.from(`${bytes.length} `), bytes]), (error) => (error ? reject(error) : resolve())));
    },
    close: () => {
      isClosed = true;
      void line?.then((socket) => socket.end(), () => undefined);
    },
  };
}
