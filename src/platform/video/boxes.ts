/** A part of a fragmented MP4 (ISO/IEC 14496-12): what stands before all pictures, or one fragment, which begins with a picture that stands alone. */
export type Mp4Part = { kind: 'head' | 'fragment'; bytes: Buffer };

const MOST_PART = 24 * 2 ** 20;
const HEAD = new Set(['ftyp', 'moov']);
const FRAGMENT = new Set(['moof', 'mdat']);

/** Takes a fragmented MP4 apart as it comes; boxes of other kinds are left out. */
export class Mp4Reader {
  #left: Buffer = Buffer.alloc(0);
  #open: Buffer[] = [];

  /** Whole parts so far, in order. Throws where a box is larger than any may be, or none. */
  push(chunk: Buffer): Mp4Part[] {
    this.#left = this.#left.length === 0 ? chunk : Buffer.concat([this.#left, chunk]);
    const parts: Mp4Part[] = [];
    while (this.#left.length >= 8) {
      const size = this.#left.readUInt32BE(0);
      if (size < 8 || size > MOST_PART) throw new Error('It is no fragmented MP4 that can be read.');
      if (this.#left.length < size) break;
      const type = this.#left.toString('latin1', 4, 8);
      const bytes = Buffer.from(this.#left.subarray(0, size));
      this.#left = this.#left.subarray(size);
      if (HEAD.has(type) || FRAGMENT.has(type)) this.#open.push(bytes);
      if (type !== 'moov' && type !== 'mdat') continue;
      parts.push({ kind: type === 'moov' ? 'head' : 'fragment', bytes: Buffer.concat(this.#open) });
      this.#open = [];
    }
    return parts;
  }
}

/** Where a box of that type says what comes after its version and flags; null where there is none. The program that wrote it has one track. */
function insideOf(bytes: Buffer, type: string): { version: number; at: number } | null {
  const at = bytes.indexOf(type, 0, 'latin1');
  return at < 0 || at + 28 > bytes.length ? null : { version: bytes[at + 4] ?? 0, at: at + 8 };
}

/** Units a second of the track (`mdhd`, ISO/IEC 14496-12 §8.4.2). */
export function timescaleOf(head: Buffer): number {
  const found = insideOf(head, 'mdhd');
  return (found && head.readUInt32BE(found.at + (found.version === 1 ? 16 : 8))) || 90_000;
}

/** When a fragment begins, in units of the track (`tfdt`, §8.8.12). */
export function decodeTimeOf(fragment: Buffer): number {
  const found = insideOf(fragment, 'tfdt');
  if (!found) return 0;
  return found.version === 1 ? Number(fragment.readBigUInt64BE(found.at)) : fragment.readUInt32BE(found.at);
}
