import { openBody } from './cipher.ts';
import { dialOut, type Way } from './dial-out.ts';
import { encodeFrame, type Message } from './encode.ts';
import { Splitter, type CrcForm } from './frame.ts';
import { readHeader, readSentAt, type Header } from './header.ts';

/** What the receiver said: ACK taken, DUH not understood (do not send again), NAK set your clock by `now` (ms since 1970). */
export type Answer = { kind: 'ACK' | 'DUH' | 'NAK'; now: number | null };

/** Who dials, where, and how patiently; times in ms. */
export type DiallerOptions = {
  host: string;
  port: number;
  transport?: 'tcp' | 'udp';
  account: string;
  /** AES of 16, 24 or 32 bytes: everything leaves encrypted, and only an answer that it opens counts. */
  key?: Buffer | null;
  receiver?: string | null;
  line?: string | null;
  crc?: CrcForm;
  /** Messages on their way at once; DC-09 senders have 1. */
  window?: number;
  /** After so long without an answer the same bytes are sent again; after the second time over a new connection. */
  resendMs?: number;
  reconnectMs?: number;
  /** 1 to 9,999; the sequence of the first event. */
  firstSequence?: number;
  /** This sender's clock, in ms since 1970. */
  now?: () => number;
};

/** `write` makes the frame anew once the clock is set; null where the bytes are given. */
type Errand = { frame: Buffer; sequence: number; write: (() => Buffer) | null; corrections: number; settle(answer: Answer | Error): void };

const MOST_CORRECTIONS = 3;

/**
 * A sender of DC-09 over TCP or UDP: keeps its connection, gives each event the next sequence, and sends the same bytes again until they are answered.
 * For the simulator, tests and the fault loop; it never gives up by itself, `close` does.
 */
export class Dialler {
  readonly #options: Required<DiallerOptions>;
  readonly #queue: Errand[] = [];
  #way: Way | null = null;
  #sequence: number;
  /** How many at the head of the queue are on their way. */
  #sent = 0;
  #timeouts = 0;
  #resent = 0;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;
  /** What the receiver's clock is ahead of ours, as its last NAK said; ms. */
  #clockOff = 0;

  constructor(options: DiallerOptions) {
    this.#options = { transport: 'tcp', key: null, now: Date.now, receiver: null, line: '0', crc: 'ascii', window: 1, resendMs: 20_000, reconnectMs: 1_000, firstSequence: 1, ...options };
    this.#sequence = this.#options.firstSequence;
  }

  /** Frames that were sent more than once, each time counted. */
  get resent(): number {
    return this.#resent;
  }

  /** Sends an event: `data` is what follows `#account|` (`Nri1/BA001`, `1130 01 015`). Resolves with its answer, rejects only on `close`. */
  sendEvent(token: 'SIA-DCS' | 'ADM-CID', data: string, more: Pick<Message, 'extended' | 'sentAt'> = {}): Promise<Answer> {
    const sequence = this.#sequence;
    this.#sequence = (sequence % 9_999) + 1;
    return this.#send({ token, sequence, data, ...more });
  }

  /** Sends a link test. */
  testLink(): Promise<Answer> {
    return this.#send({ token: 'NULL', sequence: 0, data: null });
  }

  /** Sends these bytes, whatever they are, and resolves with the answer to that sequence. */
  sendFrame(frame: Buffer, sequence: number): Promise<Answer> {
    return this.#enqueue(frame, sequence, null);
  }

  #enqueue(frame: Buffer, sequence: number, write: Errand['write']): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const settle = (answer: Answer | Error): void => (answer instanceof Error ? reject(answer) : resolve(answer));
      if (this.#isClosed) return settle(new Error('The dialler is closed.'));
      this.#queue.push({ frame, sequence, write, corrections: 0, settle });
      this.#sendMore();
    });
  }

  /** Hangs up; what is not answered rejects. */
  close(): void {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#way?.close();
    for (const errand of this.#queue.splice(0)) errand.settle(new Error('The dialler was closed before an answer.'));
  }

  #send(message: Pick<Message, 'token' | 'sequence' | 'data' | 'extended' | 'sentAt'>): Promise<Answer> {
    const { account, receiver, line, crc, key } = this.#options;
    if (!key) return this.sendFrame(encodeFrame({ account, receiver, line, ...message }, crc), message.sequence);
    const write = (): Buffer => encodeFrame({ account, receiver, line, key, ...message, sentAt: this.#options.now() + this.#clockOff }, crc);
    return this.#enqueue(write(), message.sequence, write);
  }

  #sendMore(): void {
    if (!this.#way) return this.#dial();
    if (!this.#way.isOpen) return;
    while (this.#sent < this.#queue.length && this.#sent < this.#options.window) this.#way.send((this.#queue[this.#sent++] as Errand).frame);
    this.#watch();
  }

  #dial(): void {
    const { transport, host, port, reconnectMs } = this.#options;
    const splitter = new Splitter();
    const bytes = (segment: Buffer): void => {
      splitter.push(segment);
      for (let found = splitter.next(); found !== null; found = splitter.next()) if (found.ok) this.#take(found.body);
      this.#sendMore();
    };
    const closed = (): void => {
      this.#resent += this.#sent;
      this.#sent = 0;
      this.#way = null;
      if (this.#isClosed) return;
      if (this.#timer) clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#redial(), reconnectMs);
    };
    this.#way = dialOut(transport, host, port, { opened: () => this.#sendMore(), bytes, closed });
  }

  #redial(): void {
    this.#timer = null;
    if (this.#queue.length > 0 && !this.#way) this.#dial();
  }

  /** An answer belongs to the oldest frame of its sequence that is on its way; a NAK, which has none, to the oldest of all. */
  #take(body: string): void {
    const header = readHeader(body);
    if (!header.ok || (header.token !== 'ACK' && header.token !== 'DUH' && header.token !== 'NAK')) return;
    const kind = header.token;
    const index = kind === 'NAK' ? 0 : this.#queue.findIndex((errand, i) => i < this.#sent && errand.sequence === header.sequence);
    if (index < 0 || index >= this.#sent) return;
    const waiting = this.#queue[index] as Errand;
    if (kind === 'ACK' && waiting.write && !this.#isOurs(body, header)) return;
    if (kind === 'NAK' && this.#correct(waiting, readSentAt(body))) return;
    const [errand] = this.#queue.splice(index, 1);
    this.#sent--;
    this.#timeouts = 0;
    errand?.settle({ kind, now: readSentAt(body) });
  }

  #isOurs(body: string, header: Header): boolean {
    const { key } = this.#options;
    return header.isEncrypted && key !== null && openBody(body, header, key).ok;
  }

  /** Sets the clock by a NAK and sends the message anew (DC-09 §5.5.3); false where that has not helped. */
  #correct(errand: Errand, now: number | null): boolean {
    if (!errand.write || now === null || errand.corrections === MOST_CORRECTIONS) return false;
    errand.corrections++;
    this.#clockOff = now - this.#options.now();
    errand.frame = errand.write();
    this.#resent++;
    this.#way?.send(errand.frame);
    return true;
  }

  #watch(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = this.#sent === 0 ? null : setTimeout(() => this.#onSilence(), this.#options.resendMs);
  }

  #onSilence(): void {
    this.#timer = null;
    if (!this.#way || ++this.#timeouts % 2 === 0) return this.#way?.close();
    this.#resent += this.#sent;
    for (const errand of this.#queue.slice(0, this.#sent)) this.#way.send(errand.frame);
    this.#watch();
  }
}
