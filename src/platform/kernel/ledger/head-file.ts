import { closeSync, createReadStream, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { NOTE_LINES, parseHead } from './head.ts';
import { syncFolder, writeDurably } from './keys.ts';

/** The heads file is a run of notes, each of six lines; a write that was cut short leaves less than a note at its end. */
type Tail = { lastNote: string | null; lastSize: number; rest: Buffer };

/** Reads rows of the database: what the file is compared with. */
export type Query = <Row>(sql: string, values: unknown[]) => Promise<Row[]>;

/** Raised where the file outside knows heads that the database does not: rolled back, or altered. Sealing stops. */
export class HeadsDisagree extends Error {}

const TAIL_BYTES = 4096;
const AT_ONCE = 2000;
const NOTHING = Buffer.alloc(0);
// Bytes are looked at as Latin-1, one character each, since a cut may fall inside the dash.
const SIGNATURE = Buffer.from('\n\n— ').toString('latin1');

/** Length of the heads file in bytes, 0 where there is none. */
export const headFileBytes = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

/** The notes of a heads file up to `bytes` bytes, oldest first, from a byte where one begins; a note that was cut short is left out. */
export async function* readHeadFile(file: string, bytes: number, start = 0): AsyncGenerator<string, void> {
  if (bytes <= start) return;
  const lines = createInterface({ input: createReadStream(file, { start, end: bytes - 1, encoding: 'utf8' }), crlfDelay: 0 });
  let note: string[] = [];
  for await (const line of lines) {
    note.push(line);
    if (note.length < NOTE_LINES) continue;
    yield `${note.join('\n')}\n`;
    note = [];
  }
}

/**
 * Keeps one file outside the database level with its heads: checks that the last head in it is the database's too, and
 * appends and fsyncs those that it lacks. Throws HeadsDisagree where they differ.
 */
export class HeadFile {
  readonly #file: string;
  #tail: Tail | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** Answers how many heads were appended. */
  async follow(query: Query): Promise<number> {
    const tail = (this.#tail ??= this.#open());
    const heads = await query<{ size: string; note: string }>('select size, note from ledger.head where size >= $1 order by size limit $2', [tail.lastSize, AT_ONCE]);
    if (tail.lastNote !== null && heads.shift()?.note !== tail.lastNote) {
      throw new HeadsDisagree(`The heads file ends with the head of ${tail.lastSize} leaves, and the database has no such head: it was rolled back, or one of them was altered. Run verify --full.`);
    }
    const last = heads.at(-1);
    if (!last) return 0;
    const bytes = Buffer.from(heads.map(({ note }) => note).join(''));
    if (!bytes.subarray(0, tail.rest.length).equals(tail.rest)) throw new HeadsDisagree('The end of the heads file is not a head of this ledger. Run verify --full.');
    this.#tail = null;
    writeDurably(this.#file, 'a', bytes.subarray(tail.rest.length), 0o644);
    if (tail.lastNote === null) syncFolder(dirname(this.#file));
    this.#tail = { lastNote: last.note, lastSize: Number(last.size), rest: NOTHING };
    return heads.length >= AT_ONCE - 1 ? heads.length + (await this.follow(query)) : heads.length;
  }

  #open(): Tail {
    mkdirSync(dirname(this.#file), { recursive: true });
    if (headFileBytes(this.#file) === 0) return { lastNote: null, lastSize: 0, rest: NOTHING };
    const handle = openSync(this.#file, 'r+');
    try {
      return readTail(handle);
    } finally {
      closeSync(handle);
    }
  }
}

function readTail(handle: number): Tail {
  const { size } = fstatSync(handle);
  const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
  readSync(handle, bytes, 0, bytes.length, size - bytes.length);
  // Some file systems leave zeros behind where power failed before the bytes were written.
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  if (end < bytes.length) ftruncateSync(handle, size - bytes.length + end);
  const text = bytes.subarray(0, end).toString('latin1');
  const noteEnd = endOfLastNote(text, text.lastIndexOf(SIGNATURE));
  const note = Buffer.from(text.slice(0, noteEnd).split('\n').slice(-NOTE_LINES - 1).join('\n'), 'latin1').toString('utf8');
  const head = parseHead(note);
  if (head) return { lastNote: note, lastSize: head.size, rest: bytes.subarray(noteEnd, end) };
  if (noteEnd === 0 && size <= TAIL_BYTES) return { lastNote: null, lastSize: 0, rest: bytes.subarray(0, end) };
  throw new HeadsDisagree('The last head in the heads file cannot be read. Run verify --full.');
}

/** Where the note ends whose signature line begins at `signed`, or the one before it where that line was cut short; 0 where there is none. */
function endOfLastNote(text: string, signed: number): number {
  if (signed < 0) return 0;
  const end = text.indexOf('\n', signed + 2);
  return end >= 0 ? end + 1 : endOfLastNote(text, text.lastIndexOf(SIGNATURE, signed - 1));
}
