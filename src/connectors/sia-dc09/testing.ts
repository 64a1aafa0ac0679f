import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Arrival, Receiver, Refusal, Sink } from '#platform/wire/port.ts';
import { Splitter } from './frame.ts';
import type { Limits } from './limits.ts';
import { startDc09Receiver } from './receiver.ts';

type Pending = { arrival: Arrival; done(failure: Error | null): void };

/** A sink in memory: what it was given, and, where it is told to hold, what it has not settled. */
export class TestSink implements Sink {
  readonly arrivals: Arrival[] = [];
  readonly pending: Pending[] = [];
  readonly heardAccounts: string[] = [];
  readonly refusals: Refusal[] = [];
  readonly refusedArrivals: (Arrival & { kind: Refusal })[] = [];
  readonly keys = new Map<string, Buffer>();
  isHolding = false;

  accept(arrival: Arrival, done: (failure: Error | null) => void): void {
    this.arrivals.push(arrival);
    if (this.isHolding) this.pending.push({ arrival, done });
    else setImmediate(() => done(null));
  }

  heard(account: string): void {
    this.heardAccounts.push(account);
  }

  refused(kind: Refusal, _remote: string, arrival?: Arrival): void {
    this.refusals.push(kind);
    if (arrival) this.refusedArrivals.push({ ...arrival, kind });
  }

  keyOf(_protocol: string, account: string): Buffer | null | Promise<Buffer | null> {
    return this.keys.get(account) ?? null;
  }

  /** Settles what is held, in the order given or as it came. */
  settle(order: Pending[] = [...this.pending], failure: Error | null = null): void {
    this.pending.length = 0;
    for (const { done } of order) done(failure);
  }
}

/** A receiver on a free port with a sink in memory. */
export async function aReceiver(limits: Partial<Limits> = {}): Promise<Receiver & { sink: TestSink }> {
  const sink = new TestSink();
  const receiver = await startDc09Receiver({ host: '127.0.0.1', port: 0, sink, limits });
  return { ...receiver, sink };
}

/** A bare socket to a receiver that keeps the bodies of its answers. */
export class TestLine {
  readonly answers: string[] = [];
  /** The frames of the answers as they came. */
  readonly frames: Buffer[] = [];
  readonly socket: Socket;
  /** The receiver has ended its side. */
  isClosed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    const splitter = new Splitter();
    socket.on('error', () => undefined);
    socket.on('end', () => (this.isClosed = true));
    socket.on('close', () => (this.isClosed = true));
    socket.on('data', (segment: Buffer) => {
      splitter.push(segment);
      for (let found = splitter.next(); found !== null; found = splitter.next()) {
        this.answers.push(found.ok ? found.body : found.reason);
        if (found.ok) this.frames.push(found.raw);
      }
    });
  }

  static async open(port: number): Promise<TestLine> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    await once(socket, 'connect');
    return new TestLine(socket);
  }

  /** Sends and waits for so many answers in all. */
  async ask(bytes: Buffer | string, count = this.answers.length + 1): Promise<string[]> {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    await until(() => this.answers.length >= count || this.isClosed);
    return this.answers;
  }
}

/** Waits until it holds; throws after `ms`. */
export async function until(holds: () => boolean, ms = 5_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`It did not come to hold within ${ms} ms: ${holds.toString()}`);
    await pause(2);
  }
}
