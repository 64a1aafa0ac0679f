import type { Socket } from 'node:net';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Refusal } from '#platform/wire/port.ts';
import { takeFrame, type Peer, type Settle } from './exchange.ts';
import { Splitter } from './frame.ts';
import type { Hub } from './receiver.ts';

/** An answer in the order of its message: it leaves when it is ready and all before it have left. */
type Turn = { answer: string; isReady: boolean; next: Turn | null };

/** Answers that the other side has not read yet: over so many bytes nothing more is read from it. */
const UNREAD_ANSWERS = 65_536;

/** One socket of a receiver: its bytes in, its answers out in the order of the messages. */
export class Connection implements Peer {
  readonly remote: string;
  hasSpoken = false;
  readonly #hub: Hub;
  readonly #socket: Socket;
  readonly #splitter = new Splitter();
  #first: Turn | null = null;
  #last: Turn | null = null;
  #waiting = 0;
  #heardAt = nowMs();
  /** Since when a frame is unfinished; 0 where none is. */
  #midFrameSince = 0;
  /** Since when the other side does not read; 0 where it does. */
  #unreadSince = 0;
  #isFlushing = false;
  #isEnding = false;

  constructor(hub: Hub, socket: Socket, remote: string) {
    this.#hub = hub;
    this.#socket = socket;
    this.remote = remote;
    socket.on('data', (segment: Buffer) => this.#onData(segment));
    socket.on('end', () => this.#onEnd());
    socket.on('drain', () => this.#onDrain());
    socket.on('close', () => this.#onClose());
  }

  /** Writes the answers whose turn it is. */
  flush(): void {
    this.#isFlushing = false;
    let out = '';
    while (this.#first?.isReady) {
      out += this.#first.answer;
      this.#first = this.#first.next;
    }
    if (this.#first === null) this.#last = null;
    if (this.#socket.destroyed) return;
    if (out !== '') this.#socket.write(out, 'latin1');
    if (this.#socket.writableLength > UNREAD_ANSWERS && this.#unreadSince === 0) this.#unreadSince = nowMs();
    if (this.#isEnding && this.#first === null) this.#socket.end();
  }

  /** Goes on with a connection that was held, where there is room again. */
  readOn(): void {
    const { limits, held, waiting, isClosing } = this.#hub;
    if (isClosing || this.#unreadSince > 0 || this.#waiting > limits.waitingOfAConnection / 2 || waiting > limits.waiting / 2) return;
    held.delete(this);
    this.#read(nowMs());
    if (!held.has(this)) this.#socket.resume();
  }

  /** Ends a connection that stands still: silent too long, a frame that does not end, answers that are not read. */
  endIfStill(now: number): void {
    const { limits, log } = this.#hub;
    const silentMs = this.#waiting === 0 ? now - this.#heardAt : 0;
    const isCutOff = this.#midFrameSince > 0 && now - this.#midFrameSince > limits.stallMs;
    const isUnread = this.#unreadSince > 0 && now - this.#unreadSince > limits.stallMs;
    if (!isCutOff && !isUnread && silentMs <= (this.hasSpoken ? limits.idleMs : limits.strangerMs)) return;
    if (isCutOff) this.#count('malformed');
    log({ remote: this.remote, isCutOff, isUnread, silentMs }, 'A DC-09 connection stood still and was ended.');
    this.destroy();
  }

  /** Takes no more messages; ends once the answers that are due have left. What still comes is read and dropped, so that the other side's end is seen. */
  finish(): void {
    this.#isEnding = true;
    this.#socket.resume();
    this.#flushSoon();
  }

  destroy(): void {
    this.#socket.destroy();
    this.#onClose();
  }

  #onData(segment: Buffer): void {
    if (this.#isEnding) return;
    this.#heardAt = nowMs();
    this.#splitter.push(segment);
    this.#read(this.#heardAt);
  }

  #read(now: number): void {
    let hasRead = false;
    while (!this.#isFull()) {
      const found = this.#splitter.next();
      if (found === null) {
        if (!this.#splitter.isMidFrame()) this.#midFrameSince = 0;
        else if (hasRead || this.#midFrameSince === 0) this.#midFrameSince = now;
        return;
      }
      hasRead = true;
      if (found.ok) takeFrame(found, this, this.#hub.sink, now);
      else this.#count(found.reason);
      if (this.#socket.destroyed) return;
    }
    this.#midFrameSince = 0;
    this.#hub.held.add(this);
    this.#socket.pause();
  }

  #isFull(): boolean {
    const { limits, waiting } = this.#hub;
    return this.#waiting >= limits.waitingOfAConnection || waiting >= limits.waiting || this.#unreadSince > 0;
  }

  spoke(): void {
    this.hasSpoken = true;
  }

  hold(): Settle {
    const turn: Turn = { answer: '', isReady: false, next: null };
    if (this.#last) this.#last.next = turn;
    else this.#first = turn;
    this.#last = turn;
    this.#waiting++;
    this.#hub.waiting++;
    return (answer) => this.#settle(turn, answer);
  }

  #settle(turn: Turn, answer: string | Error): void {
    if (turn.isReady) return;
    turn.isReady = true;
    this.#waiting--;
    this.#hub.waiting--;
    if (answer instanceof Error) this.destroy();
    else turn.answer = answer;
    this.#flushSoon();
  }

  #count(kind: Refusal): void {
    this.#hub.sink.refused(kind, this.remote);
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    this.#hub.flushSoon(this);
  }

  #onEnd(): void {
    if (this.#midFrameSince > 0) this.#count('malformed');
    this.#midFrameSince = 0;
    this.#isEnding = true;
    this.#flushSoon();
  }

  #onDrain(): void {
    this.#unreadSince = 0;
    this.#flushSoon();
  }

  #onClose(): void {
    this.#hub.connections.delete(this);
    this.#hub.held.delete(this);
  }
}
