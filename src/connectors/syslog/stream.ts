import type { Socket } from 'node:net';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Desk } from './desk.ts';
import { Framer } from './framing.ts';

/** One connection of a receiver, over TCP or TLS. It is never written to: syslog acknowledges nothing. What was read before it closed is still taken. */
export class Stream {
  readonly remote: string;
  readonly #desk: Desk;
  readonly #socket: Socket;
  readonly #framer: Framer;
  readonly #openedAt = nowMs();
  #hasSpoken = false;
  #waiting = 0;
  /** Since when a message is unfinished; 0 where none is. */
  #midMessageSince = 0;
  #hasEnded = false;

  constructor(desk: Desk, socket: Socket, remote: string) {
    this.#desk = desk;
    this.#socket = socket;
    this.remote = remote;
    this.#framer = new Framer(desk.limits.message);
    socket.on('data', (segment: Buffer) => {
      this.#framer.push(segment);
      this.#read();
    });
    socket.on('end', () => this.#onEnd());
    socket.on('close', () => this.#onClose());
    socket.on('error', () => undefined);
  }

  get hasSpoken(): boolean {
    return this.#hasSpoken;
  }

  /** Goes on with a stream that was held, where there is room again. */
  readOn(): void {
    if (this.#desk.isFull || this.#waiting > this.#desk.limits.waitingOfAConnection / 2) return;
    this.#desk.held.delete(this);
    this.#read();
    if (this.#hasEnded && !this.#desk.held.has(this)) this.#onEnd();
    else if (!this.#desk.held.has(this)) this.#socket.resume();
  }

  /** Ends a stream that stands still: no whole message in its first minute, or a message that does not end. */
  endIfStill(now: number): void {
    const { strangerMs, stallMs } = this.#desk.limits;
    const isCutOff = this.#midMessageSince > 0 && now - this.#midMessageSince > stallMs;
    const isStranger = !this.#hasSpoken && now - this.#openedAt > strangerMs;
    if (!isCutOff && !isStranger) return;
    this.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
    this.#onClose();
  }

  #read(): void {
    let hasRead = false;
    while (!this.#isFull()) {
      const found = this.#framer.next();
      if (found === null) {
        if (!this.#framer.isMidMessage) this.#midMessageSince = 0;
        else if (hasRead || this.#midMessageSince === 0) this.#midMessageSince = nowMs();
        return;
      }
      hasRead = true;
      if (!found.ok) this.#count(`syslog-${found.reason}`);
      else if (found.message.length > 0) this.#take(found.message);
    }
    this.#midMessageSince = 0;
    this.#desk.held.add(this);
    this.#socket.pause();
  }

  #take(message: Buffer): void {
    this.#hasSpoken = true;
    this.#waiting++;
    this.#desk.take(message, this.remote, () => this.#waiting--);
  }

  #isFull(): boolean {
    return this.#desk.isFull || this.#waiting >= this.#desk.limits.waitingOfAConnection;
  }

  /** What is left when the other side has ended; a stream that is held is read to its end first. */
  #onEnd(): void {
    this.#hasEnded = true;
    if (this.#desk.held.has(this)) return;
    const rest = this.#framer.end();
    if (rest?.ok) this.#take(rest.message);
    else if (rest) this.#count(`syslog-${rest.reason}`);
    this.#midMessageSince = 0;
    this.#socket.end();
  }

  #count(kind: string): void {
    this.#desk.sink.refused(kind, this.remote);
  }

  #onClose(): void {
    if (this.#midMessageSince > 0 && !this.#hasEnded) this.#count('syslog-cut-off');
    this.#midMessageSince = 0;
    this.#desk.streams.delete(this);
  }
}
