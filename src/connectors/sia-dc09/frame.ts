import { crcStep } from './crc.ts';

const LF = 10;
const CR = 13;
const QUOTE = 34;

/** The length field is `0` and three hex digits (DC-09 §5.5), so no valid body is longer than this many bytes. */
export const LONGEST_BODY = 0xfff;

/** LF, CRC (4), length (4), body, CR: the longest frame in bytes, and so the most that is held of an unfinished one. */
export const LONGEST_FRAME = LONGEST_BODY + 10;

/** How the sender writes its CRC: four hex digits, or, from older senders, two raw bytes with the high one first. Answers go in the same form. */
export type CrcForm = 'ascii' | 'binary';

/** A frame whose length and CRC hold. `raw` is the frame from LF to CR; `body` the bytes that the CRC covers, as latin1. */
export type Frame = { ok: true; raw: Buffer; body: string; form: CrcForm };

/** Why bytes were dropped. None of these is answered. */
export type FaultReason = 'bad-crc' | 'bad-length' | 'oversized' | 'malformed';
export type Fault = { ok: false; reason: FaultReason };

const FAULTS: Record<FaultReason, Fault> = {
  'bad-crc': { ok: false, reason: 'bad-crc' },
  'bad-length': { ok: false, reason: 'bad-length' },
  oversized: { ok: false, reason: 'oversized' },
  malformed: { ok: false, reason: 'malformed' },
};

const HEX_VALUE = Int8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? -1 : value;
});

/**
 * Cuts a byte stream into frames: several in a segment, one over many, and garbage between them. Each byte is looked at once a push, whatever it says.
 * It is pulled, so that a caller that has enough can leave the rest: `push` a segment, then `next` until null (nothing whole is left).
 */
export class Splitter {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #inGarbage = false;

  /** Adds a segment. It is not copied, so it must not change afterwards. */
  push(segment: Buffer): void {
    this.#bytes = this.#at < this.#bytes.length ? Buffer.concat([this.#bytes.subarray(this.#at), segment]) : segment;
    this.#at = 0;
  }

  /** The next frame, or why bytes were dropped, or null until more is pushed. */
  next(): Frame | Fault | null {
    const wasGarbage = this.#inGarbage;
    const width = this.#seekHeader();
    if (this.#inGarbage && !wasGarbage) return FAULTS.malformed;
    if (width === 0) return null;
    this.#inGarbage = false;
    return this.#readFrame(width);
  }

  /** True while a frame has begun and not ended; line breaks after a frame do not count. */
  isMidFrame(): boolean {
    return !isBlank(this.#bytes, this.#at, this.#bytes.length);
  }

  /** Bytes held and not yet given out. */
  get held(): number {
    return this.#bytes.length - this.#at;
  }

  /** Moves to the next LF that begins a header and says how many bytes its CRC has; 0 where there is none yet. */
  #seekHeader(): number {
    const bytes = this.#bytes;
    while (this.#at < bytes.length) {
      if (bytes[this.#at] === LF) {
        const width = crcWidth(bytes, this.#at);
        if (width !== NOT_A_HEADER) return width;
        this.#at++;
        continue;
      }
      const next = bytes.indexOf(LF, this.#at);
      const end = next < 0 ? bytes.length : next;
      if (!isBlank(bytes, this.#at, end)) this.#inGarbage = true;
      this.#at = end;
    }
    return 0;
  }

  #readFrame(width: number): Frame | Fault | null {
    const bytes = this.#bytes;
    const start = this.#at;
    const bodyAt = start + width + 5;
    const stop = Math.min(bytes.length, bodyAt + LONGEST_BODY + 1);
    let end = bodyAt;
    let crc = 0;
    for (; end < stop; end++) {
      const byte = bytes[end] as number;
      if (byte === CR || byte === LF) break;
      crc = crcStep(crc, byte);
    }
    if (end === stop) return end - bodyAt > LONGEST_BODY ? this.#drop(end, 'oversized') : null;
    if (bytes[end] === LF) return this.#drop(end, 'malformed');
    this.#at = end + 1;
    if (readHex4(bytes, bodyAt - 4) !== end - bodyAt) return FAULTS['bad-length'];
    const sent = width === 4 ? readHex4(bytes, start + 1) : ((bytes[start + 1] as number) << 8) | (bytes[start + 2] as number);
    if (sent !== crc) return FAULTS['bad-crc'];
    return { ok: true, raw: cut(bytes, start, end + 1), body: bytes.toString('latin1', bodyAt, end), form: width === 4 ? 'ascii' : 'binary' };
  }

  /** What follows up to the next LF belongs to the same fault. */
  #drop(at: number, reason: FaultReason): Fault {
    this.#at = at;
    this.#inGarbage = true;
    return FAULTS[reason];
  }
}

const NOT_A_HEADER = -1;

/** 4 or 2 where the LF at `at` begins a header of that form, 0 where more bytes must tell, else NOT_A_HEADER. */
function crcWidth(bytes: Buffer, at: number): number {
  if (bytes[at + 9] === QUOTE && readHex4(bytes, at + 1) >= 0 && readHex4(bytes, at + 5) >= 0) return 4;
  if (bytes[at + 7] === QUOTE && readHex4(bytes, at + 3) >= 0) return 2;
  return bytes.length - at > 9 ? NOT_A_HEADER : 0;
}

/** The number in four hex digits, or -1. */
function readHex4(bytes: Buffer, at: number): number {
  const a = HEX_VALUE[bytes[at] as number] as number;
  const b = HEX_VALUE[bytes[at + 1] as number] as number;
  const c = HEX_VALUE[bytes[at + 2] as number] as number;
  const d = HEX_VALUE[bytes[at + 3] as number] as number;
  return (a | b | c | d) < 0 ? -1 : (a << 12) | (b << 8) | (c << 4) | d;
}

/** A frame that is a small part of its segment is copied, so that a waiting frame never keeps much more than itself. */
function cut(bytes: Buffer, start: number, end: number): Buffer {
  const view = bytes.subarray(start, end);
  if (bytes.length <= 1024 || bytes.length <= 8 * view.length) return view;
  const copy = Buffer.allocUnsafeSlow(view.length);
  view.copy(copy);
  return copy;
}

/** True where there are only line breaks, spaces and zero bytes. */
function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (byte !== LF && byte !== CR && byte !== 32 && byte !== 0) return false;
  }
  return true;
}
