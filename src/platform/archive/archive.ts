import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Fault } from '#platform/kernel/fault.ts';

/** One member of an archive: `size` bytes from byte `at` of the file on. */
export type Member = { name: string; size: number; at: number };

const BLOCK = 512;
const END = Buffer.alloc(2 * BLOCK);
/** The last member: the hash, in hexadecimal, of every byte before its header. */
const HASH = 'SHA256';
const padding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
const sumOf = (header: Buffer): number => header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);

/** A header as POSIX.1-2017 (pax, "ustar interchange format") says; sizes from 8 GiB on in base 256, as GNU tar does. */
function headerOf(name: string, size: number, atS: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const cut = Buffer.byteLength(name) > 100 ? name.lastIndexOf('/') : -1;
  header.write(name.slice(cut + 1), 0, 100);
  if (cut > 0) header.write(name.slice(0, cut), 345, 155);
  header.write('0000600\0' + '0000000\0'.repeat(2), 100);
  if (size < 8 ** 11) header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
  }
  header.write(`${Math.floor(atS).toString(8).padStart(11, '0')}\0`, 136);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** All that follows the hashed bytes: nothing in it is free, so that nothing in it can be altered unseen. */
function trailerOf(hash: string): Buffer {
  const body = Buffer.from(`${hash}\n`);
  return Buffer.concat([headerOf(HASH, body.length, 0), body, padding(body.length), END]);
}

function memberIn(header: Buffer, at: number): Member | null {
  if (Number.parseInt(header.toString('latin1', 148, 154), 8) !== sumOf(header) || header.toString('latin1', 257, 262) !== 'ustar') return null;
  const text = (from: number, to: number): string => header.toString('utf8', from, to).split('\0')[0] ?? '';
  const size = header[124] === 0x80 ? Number(header.readBigUInt64BE(128)) : Number.parseInt(text(124, 136), 8);
  const prefix = text(345, 500);
  const name = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  // A header says nothing but name, size and time: no link, no device, no second meaning for another reader of tar.
  return headerOf(name, size, Number.parseInt(text(136, 148), 8)).equals(header) ? { name, size, at: at + BLOCK } : null;
}

/** Where an archive is written to: a file, or memory. */
export type Sink = { write(bytes: Buffer, from: number): Promise<{ bytesWritten: number }>; sync(): Promise<unknown> };

/** Writes a tar archive that ends with its own hash. */
export class ArchiveWriter {
  readonly #handle: Sink;
  readonly #hash = createHash('sha256');
  readonly #atS = Date.now() / 1000;
  bytes = 0;

  constructor(handle: Sink) {
    this.#handle = handle;
  }

  async add(name: string, body: Buffer): Promise<void> {
    await this.#write([headerOf(name, body.length, this.#atS), body, padding(body.length)]);
  }

  /** A member whose bytes come in pieces. Throws where they are not `size` in all. */
  async addPieces(name: string, size: number, pieces: AsyncIterable<Buffer>): Promise<void> {
    await this.#write([headerOf(name, size, this.#atS)]);
    let rest = size;
    for await (const piece of pieces) {
      rest -= piece.length;
      await this.#write([piece]);
    }
    if (rest !== 0) throw new Fault(`${name} changed while it was copied: it has ${size - rest} bytes instead of ${size}.`);
    await this.#write([padding(size)]);
  }

  /** Ends the archive and waits until it is on the disk; answers its hash. */
  async close(): Promise<string> {
    const hash = this.#hash.copy().digest('hex');
    await this.#write([trailerOf(hash)]);
    await this.#handle.sync();
    return hash;
  }

  async #write(pieces: readonly Buffer[]): Promise<void> {
    const all = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    this.#hash.update(all);
    this.bytes += all.length;
    for (let at = 0; at < all.length; ) at += (await this.#handle.write(all, at)).bytesWritten;
  }
}

/** An archive that was found whole: its members in order, and its hash. */
export type Archive = { file: string; members: readonly Member[]; bytes: number; sha256: string; read(member: Member): Promise<Buffer>; stream(member: Member): AsyncIterable<Buffer> };

/**
 * Reads the whole archive and compares its hash before anything in it is believed.
 * @param what the word for such a file in what is said of a bad one.
 * @throws Fault in one line where it is cut, was altered, or is no archive of ours.
 */
export async function openArchive(file: string, what = 'backup'): Promise<Archive> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new Fault(`${file} cannot be read (${error.code}).`, error);
  });
  try {
    const { size } = await handle.stat();
    const members = await membersOf(handle, file, size, what);
    const last = members.pop();
    if (last?.name !== HASH || size !== last.at + BLOCK + END.length) throw cut(file, size, what);
    const hash = createHash('sha256');
    for await (const piece of pieces(file, 0, last.at - BLOCK)) hash.update(piece);
    const sha256 = hash.digest('hex');
    const trailer = await bytesOf(handle, { ...last, at: last.at - BLOCK, size: size - last.at + BLOCK });
    if (!trailer.equals(trailerOf(sha256))) throw new Fault(`${file} was altered after it was made: its bytes do not have the hash that it carries. Use another ${what}.`);
    return { file, members, bytes: size, sha256, read: (member) => readMember(file, member), stream: ({ at, size }) => pieces(file, at, at + size) };
  } finally {
    await handle.close();
  }
}

const cut = (file: string, size: number, what: string): Fault => new Fault(`${file} is no whole ${what}: it ends after ${size} bytes without the hash that ends one. It was cut, or was never finished. Use another ${what}.`);

async function membersOf(handle: FileHandle, file: string, size: number, what: string): Promise<Member[]> {
  const members: Member[] = [];
  for (let at = 0; at + BLOCK <= size; ) {
    const { buffer: header, bytesRead } = await handle.read(Buffer.alloc(BLOCK), 0, BLOCK, at);
    if (bytesRead < BLOCK || header.every((byte) => byte === 0)) break;
    const member = memberIn(header, at);
    if (!member) throw members.length === 0 ? new Fault(`${file} is no ${what} of Parapet.`) : new Fault(`${file} was altered, or is no ${what} of Parapet: what stands at byte ${at} is not the head of a member.`);
    members.push(member);
    at = member.at + member.size + padding(member.size).length;
  }
  return members;
}

async function bytesOf(handle: FileHandle, { at, size }: Member): Promise<Buffer> {
  return (await handle.read(Buffer.alloc(size), 0, size, at)).buffer;
}

async function readMember(file: string, member: Member): Promise<Buffer> {
  const handle = await open(file, 'r');
  return bytesOf(handle, member).finally(() => handle.close());
}

async function* pieces(file: string, from: number, to: number): AsyncGenerator<Buffer, void> {
  if (to > from) yield* createReadStream(file, { start: from, end: to - 1, highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>;
}
