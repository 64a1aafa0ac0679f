import { nowMs } from '#platform/kernel/clock.ts';
import type { Sink } from '#platform/wire/port.ts';
import { arrivalFrom } from './arrival.ts';
import type { Limits } from './limits.ts';
import type { Stream } from './stream.ts';

/** What streams and datagrams of a receiver hold in common: where messages go, and how much waits. */
export class Desk {
  readonly sink: Sink;
  readonly limits: Limits;
  readonly streams = new Set<Stream>();
  /** Streams that wait for room before they are read on. */
  readonly held = new Set<Stream>();
  waiting = 0;
  #bytes = 0;
  isClosing = false;

  constructor(sink: Sink, limits: Limits) {
    this.sink = sink;
    this.limits = limits;
  }

  get isFull(): boolean {
    return this.waiting >= this.limits.waiting || this.#bytes >= this.limits.waitingBytes;
  }

  /** Hands a message on; `settled` once it is stored, or known not to be: syslog is told neither way, so that is counted. */
  take(message: Buffer, remote: string, settled: () => void = () => undefined): void {
    let isSettled = false;
    this.waiting++;
    this.#bytes += message.length;
    const done = (failure: Error | null): void => {
      if (isSettled) return;
      isSettled = true;
      this.waiting--;
      this.#bytes -= message.length;
      if (failure) this.sink.refused('syslog-not-stored', remote);
      settled();
      if (this.held.size > 0) for (const stream of Array.from(this.held)) stream.readOn();
    };
    try {
      this.sink.accept(arrivalFrom(message, nowMs(), remote), done);
    } catch (failure) {
      done(failure instanceof Error ? failure : new Error(String(failure)));
    }
  }
}
