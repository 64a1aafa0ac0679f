import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { nowMs } from '#platform/kernel/clock.ts';
import { takeFrame, type Settle } from './exchange.ts';
import { Splitter } from './frame.ts';
import type { Hub } from './receiver.ts';

/** What the system may keep of datagrams that we have not come to yet, in bytes; it may allow less. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

/** The UDP side of a receiver: a datagram holds whole frames, and the answer leaves from the port that it was sent to. */
export class Datagrams {
  readonly #hub: Hub;
  readonly #socket: Socket;
  readonly #waitingOf = new Map<string, number>();
  #waiting = 0;

  private constructor(hub: Hub, socket: Socket) {
    this.#hub = hub;
    this.#socket = socket;
    socket.on('message', (datagram, from) => this.#take(datagram, from));
    socket.on('error', (error) => hub.log({ error: error.message }, 'A DC-09 datagram could not be taken.'));
  }

  /** Rejects where the port cannot be had. */
  static async open(hub: Hub, host: string, port: number): Promise<Datagrams> {
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BUFFER });
    try {
      socket.bind({ port, address: host, exclusive: true });
      await once(socket, 'listening');
    } catch (error) {
      socket.close();
      throw error;
    }
    return new Datagrams(hub, socket);
  }

  /** Messages not yet settled. */
  get waiting(): number {
    return this.#waiting;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  #take(datagram: Buffer, from: RemoteInfo): void {
    const { sink, isClosing } = this.#hub;
    if (isClosing) return;
    const remote = from.address.replace(/^::ffff:/, '');
    const peer = { remote, spoke: () => undefined, hold: () => this.#hold(remote, from) };
    const splitter = new Splitter();
    splitter.push(datagram);
    for (let found = splitter.next(); found !== null; found = splitter.next()) {
      if (!found.ok) sink.refused(found.reason, remote);
      else if (this.#isFull(remote)) sink.refused('too-many-datagrams', remote);
      else takeFrame(found, peer, sink, nowMs());
    }
    if (splitter.isMidFrame()) sink.refused('malformed', remote);
  }

  /** UDP cannot be held back: what is over the bound is dropped unanswered, and its sender sends again. */
  #isFull(remote: string): boolean {
    const { waitingOfAConnection, waitingDatagrams } = this.#hub.limits;
    return this.#waiting >= waitingDatagrams || (this.#waitingOf.get(remote) ?? 0) >= waitingOfAConnection;
  }

  #hold(remote: string, { address, port }: RemoteInfo): Settle {
    this.#count(remote, 1);
    let isSettled = false;
    return (answer) => {
      if (isSettled) return;
      isSettled = true;
      this.#count(remote, -1);
      if (answer instanceof Error) return;
      try {
        this.#socket.send(Buffer.from(answer, 'latin1'), port, address, () => undefined);
      } catch {
        // Closed meanwhile: the sender sends again.
      }
    };
  }

  #count(remote: string, more: 1 | -1): void {
    this.#waiting += more;
    const left = (this.#waitingOf.get(remote) ?? 0) + more;
    if (left === 0) this.#waitingOf.delete(remote);
    else this.#waitingOf.set(remote, left);
  }
}
