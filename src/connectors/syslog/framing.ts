/** A message cut out of a stream, or a fault: `too-long` (its bytes are passed over), `cut-off` (the stream ended in it). */
export type Cut = { ok: true; message: Buffer } | { ok: false; reason: 'too-long' | 'cut-off' };

const LF = 10;
const NUL = 0;
const CR = 13;
const SPACE = 32;
const LESS_THAN = 60;
const MOST_DIGITS = 7;

/**
 * Cuts a TCP stream into messages by both framings of RFC 6587, told apart at each message: digits, a space and `<` are octet counting
 * (§3.4.1); all else ends at LF or NUL (§3.4.2). Holds at most `longest` bytes and one segment; each byte is looked at once.
 */
export class Framer {
  readonly #longest: number;
  #buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** Where the search for the end of a line goes on. */
  #searched = 0;
  /** Bytes of a message that is too long, still to be passed over; Infinity up to the end of its line. */
  #skipping = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Is a message begun and not ended? */
  get isMidMessage(): boolean {
    return this.#end > this.#start || this.#skipping > 0;
  }

  push(segment: Buffer): void {
    const held = this.#end - this.#start;
    if (this.#buffer.length - this.#end < segment.length) {
      const room = Buffer.allocUnsafe(Math.max(4_096, 2 * held, held + segment.length));
      this.#buffer.copy(room, 0, this.#start, this.#end);
      this.#buffer = room;
      this.#searched -= this.#start;
      this.#start = 0;
      this.#end = held;
    }
    segment.copy(this.#buffer, this.#end);
    this.#end += segment.length;
  }

  /** The next message or fault; null where more bytes are needed. */
  next(): Cut | null {
    if (!this.#passOver()) return null;
    while (this.#start < this.#end && isEnding(this.#buffer[this.#start])) this.#start++;
    this.#searched = Math.max(this.#searched, this.#start);
    if (this.#start === this.#end) return this.#release();
    const counted = this.#count();
    if (counted === 'wait') return null;
    return counted === null ? this.#line() : this.#counted(counted);
  }

  /** What is left when the stream has ended: a line without its end is a message, a counted one is cut off. */
  end(): Cut | null {
    if (this.#skipping > 0) return null;
    const rest = this.#buffer.subarray(this.#start, this.#end);
    this.#start = this.#end;
    if (rest.length === 0) return null;
    return /^[1-9]\d{0,6}(?:$| $| <)/.test(rest.toString('latin1', 0, 9)) ? { ok: false, reason: 'cut-off' } : { ok: true, message: Buffer.from(rest) };
  }

  #release(): null {
    if (this.#buffer.length > this.#longest) this.#buffer = Buffer.alloc(0);
    this.#start = this.#end = this.#searched = 0;
    return null;
  }

  /** Passes over the rest of a message that is too long. */
  #passOver(): boolean {
    if (this.#skipping === Infinity) {
      const end = lineEnd(this.#buffer, this.#start, this.#end);
      this.#start = end < 0 ? this.#end : end;
      if (end >= 0) this.#skipping = 0;
    } else if (this.#skipping > 0) {
      const passed = Math.min(this.#skipping, this.#end - this.#start);
      this.#start += passed;
      this.#skipping -= passed;
    }
    if (this.#skipping > 0) this.#release();
    return this.#skipping === 0;
  }

  /** The count that a message begins with and where its bytes start; null where it begins with none. */
  #count(): { length: number; from: number } | null | 'wait' {
    let at = this.#start;
    while (at < this.#end && at - this.#start <= MOST_DIGITS && isDigit(this.#buffer[at])) at++;
    if (at === this.#start || this.#buffer[this.#start] === 48) return null;
    if (at === this.#end) return 'wait';
    if (this.#buffer[at] !== SPACE) return null;
    if (at + 1 === this.#end) return 'wait';
    if (this.#buffer[at + 1] !== LESS_THAN) return null;
    return { length: Number(this.#buffer.toString('latin1', this.#start, at)), from: at + 1 };
  }

  #counted({ length, from }: { length: number; from: number }): Cut | null {
    if (length > this.#longest) {
      this.#start = from;
      this.#skipping = length;
      return { ok: false, reason: 'too-long' };
    }
    if (this.#end - from < length) return null;
    this.#start = from + length;
    return { ok: true, message: Buffer.from(trimmed(this.#buffer.subarray(from, this.#start))) };
  }

  #line(): Cut | null {
    const end = lineEnd(this.#buffer, this.#searched, this.#end);
    if ((end < 0 ? this.#end : end) - this.#start > this.#longest) {
      this.#skipping = Infinity;
      return { ok: false, reason: 'too-long' };
    }
    if (end < 0) {
      this.#searched = this.#end;
      return null;
    }
    const message = Buffer.from(trimmed(this.#buffer.subarray(this.#start, end)));
    this.#start = end + 1;
    return { ok: true, message };
  }
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;
const isEnding = (byte: number | undefined): boolean => byte === LF || byte === CR || byte === NUL;

function lineEnd(buffer: Buffer, from: number, to: number): number {
  for (let at = from; at < to; at++) if (buffer[at] === LF || buffer[at] === NUL) return at;
  return -1;
}

/** Without the line ends that senders put behind a message whose length is known all the same. */
export function trimmed(message: Buffer): Buffer {
  let end = message.length;
  while (end > 0 && isEnding(message[end - 1])) end--;
  return message.subarray(0, end);
}

/** The message of a datagram (RFC 5426 §3.1: one each). Some senders put a count before it all the same. */
export function ofDatagram(datagram: Buffer): Buffer {
  const counted = /^[1-9]\d{0,6} (?=<)/.exec(datagram.toString('latin1', 0, 9));
  return Buffer.from(trimmed(counted ? datagram.subarray(counted[0].length) : datagram));
}
