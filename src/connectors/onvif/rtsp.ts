/** What stands in a connection of RTSP 1.0 (RFC 2326): a message, or a frame of media between messages (§10.12). */
export type RtspPart =
  | { kind: 'frame'; bytes: Buffer }
  | { kind: 'message'; /** Its first line. */ line: string; /** Names in small letters. */ headers: ReadonlyMap<string, string>; body: Buffer };

const MOST_HEAD = 16_384;
const MOST_BODY = 65_536;
const DOLLAR = 0x24;
const END = '\r\n\r\n';

/** Takes a connection of RTSP apart. */
export class RtspReader {
  #left: Buffer = Buffer.alloc(0);

  /** Whole parts so far, in order. Throws where a message is longer than any needs to be, or is none. */
  push(chunk: Buffer): RtspPart[] {
    this.#left = this.#left.length === 0 ? chunk : Buffer.concat([this.#left, chunk]);
    const parts: RtspPart[] = [];
    for (let part = this.#next(); part; part = this.#next()) parts.push(part);
    return parts;
  }

  #next(): RtspPart | null {
    const left = this.#left;
    if (left.length < 4) return null;
    if (left[0] !== DOLLAR) return this.#message();
    const end = 4 + left.readUInt16BE(2);
    return left.length < end ? null : { kind: 'frame', bytes: this.#take(end) };
  }

  #message(): RtspPart | null {
    const at = this.#left.indexOf(END);
    if (at > MOST_HEAD || (at < 0 && this.#left.length > MOST_HEAD)) throw new Error('A message is longer than any may be.');
    if (at < 0) return null;
    const [line = '', ...fields] = this.#left.toString('latin1', 0, at).trimStart().split('\r\n');
    const headers = new Map(fields.map((field) => [field.slice(0, Math.max(0, field.indexOf(':'))).trim().toLowerCase(), field.slice(field.indexOf(':') + 1).trim()]));
    const length = Number(headers.get('content-length') ?? 0);
    if (!/ ?RTSP\/1\.0/.test(line) || !Number.isInteger(length) || length < 0 || length > MOST_BODY) throw new Error('It does not speak RTSP.');
    const end = at + END.length + length;
    if (this.#left.length < end) return null;
    const body = Buffer.from(this.#left.subarray(at + END.length, end));
    this.#take(end);
    return { kind: 'message', line, headers, body };
  }

  #take(end: number): Buffer {
    const taken = this.#left.subarray(0, end);
    this.#left = this.#left.subarray(end);
    return taken;
  }
}

/** A message as it stands on the wire. */
export function writeRtsp(line: string, headers: ReadonlyMap<string, string>, body: Buffer = Buffer.alloc(0)): Buffer {
  const fields = [...headers].filter(([name]) => name !== 'content-length').map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, ' ')}\r\n`).join('');
  return Buffer.concat([Buffer.from(`${line.replace(/[\r\n]/g, ' ')}\r\n${fields}${body.length > 0 ? `content-length: ${body.length}\r\n` : ''}\r\n`, 'latin1'), body]);
}
