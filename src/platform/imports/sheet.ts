import { Readable, pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { Problem } from '#platform/kernel/problem.ts';
import { cellIn } from './csv.ts';

/** One row of a file as it came, by the columns of the file. `fault` says what is wrong with the row as a whole. */
export type SheetRow = { n: number; line: number; cells: Record<string, string>; fault: string | null };

/** What a file is: how its rows are written, and the columns that its heading names, in order. */
export type SheetHead = { format: 'csv' | 'json'; delimiter: string; columns: string[] };

const MOST_COLUMNS = 200;
const MOST_ROW_CHARACTERS = 1_000_000;
/** JSON lines have no heading: their columns are those of so many first lines. */
const LINES_OF_HEADING = 200;

const unreadable = (detail: string): Problem => new Problem('refused', 'imports.unreadable', detail);

/** The bytes as text: UTF-16 where a byte order mark says so, else UTF-8. Throws 422 where they are neither. */
async function* textOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  try {
    for await (const piece of pieces) {
      decoder ??= new TextDecoder(encodingOf(piece), { fatal: true });
      const text = decoder.decode(piece, { stream: true });
      if (text.includes('\u0000')) throw unreadable('The file holds zero bytes, so it is no text. If it was saved as Unicode, save it as “CSV UTF-8” and send it again.');
      if (text !== '') yield text;
    }
    const rest = decoder?.decode() ?? '';
    if (rest !== '') yield rest;
  } catch (error) {
    if (error instanceof TypeError && (error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw unreadable('The file is not written in UTF-8 or UTF-16. Save it as “CSV UTF-8” and send it again.');
    throw error;
  }
}

function encodingOf(first: Buffer): string {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le';
  return first[0] === 0xfe && first[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** Lines by line feed, with a carriage return before it or not. */
async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const piece of text) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MOST_ROW_CHARACTERS) throw unreadable('A line of this file is longer than a million characters. Check that it is CSV or JSON lines.');
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  yield rest;
}

/** Reads what a file is from its beginning. Throws 422 with what is wrong with it as a whole. */
export async function readHead(pieces: AsyncIterable<Buffer>): Promise<SheetHead> {
  const lines: string[] = [];
  for await (const line of linesOf(textOf(pieces))) if (line.trim() !== '' && lines.push(line) >= LINES_OF_HEADING) break;
  const [first] = lines;
  if (first === undefined) throw unreadable('The file is empty.');
  if (first.trimStart().startsWith('{')) return { format: 'json', delimiter: '', columns: checked([...new Set(lines.flatMap((line) => Object.keys(objectIn(line) ?? {})))]) };
  const delimiter = [',', ';', '\t'].reduce((best, one) => (first.split(one).length > first.split(best).length ? one : best));
  for await (const { record } of csvOf(Readable.from(lines.map((line) => `${line}\n`)), delimiter)) return { format: 'csv', delimiter, columns: checked(record.map((name) => name.trim())) };
  throw unreadable('The file has no heading.');
}

function checked(columns: string[]): string[] {
  if (columns.length > MOST_COLUMNS) throw unreadable(`The file has more than ${MOST_COLUMNS} columns.`);
  if (columns.some((name) => name === '')) throw unreadable('A column has no name in the first line. Give each a heading.');
  if (columns.some((name) => name.length > 100 || name === '__proto__')) throw unreadable('A heading has more than 100 characters. Is the first line the heading?');
  const twice = columns.find((name, at) => columns.indexOf(name) < at);
  if (twice !== undefined) throw unreadable(`The column ${twice} stands there twice.`);
  return columns;
}

/** The rows of a file one by one, whatever its size. Throws 422 where it cannot be read on. */
export async function* rowsOf(pieces: AsyncIterable<Buffer>, head: SheetHead): AsyncGenerator<SheetRow, void> {
  yield* head.format === 'json' ? jsonRows(linesOf(textOf(pieces))) : csvRows(textOf(pieces), head);
}

/** Every line end as a line feed, also where its two characters come in two pieces. */
async function* withLineFeeds(text: AsyncIterable<string>): AsyncGenerator<string, void> {
  let held = '';
  for await (const piece of text) {
    const whole = held + piece;
    held = whole.endsWith('\r') ? '\r' : '';
    const now = (held === '' ? whole : whole.slice(0, -1)).replaceAll(/\r\n?/g, '\n');
    if (now !== '') yield now;
  }
  if (held !== '') yield '\n';
}

type CsvRecord = { record: string[]; info: { lines: number } };

async function* csvOf(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<CsvRecord, void> {
  const parser = parse({ delimiter, info: true, record_delimiter: '\n', skip_empty_lines: true, relax_column_count: true, max_record_size: MOST_ROW_CHARACTERS });
  // What breaks the source breaks the parser, and with it the loop below.
  pipeline(Readable.from(withLineFeeds(text)), parser, () => undefined);
  try {
    for await (const one of parser) yield one as CsvRecord;
  } catch (error) {
    if (error instanceof CsvError) throw unreadable(`The file cannot be read as CSV near line ${String(error['lines'] ?? '?')}. Check its quotation marks.`);
    throw error;
  }
}

const isBlank = (record: readonly string[]): boolean => record.every((cell) => cell.trim() === '');

async function* csvRows(text: AsyncIterable<string>, { columns, delimiter }: SheetHead): AsyncGenerator<SheetRow, void> {
  let n = -1;
  for await (const { record, info } of csvOf(text, delimiter)) {
    if (++n === 0) continue;
    if (isBlank(record)) {
      n--;
      continue;
    }
    const within = record.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0);
    const fault = record.length === columns.length ? null : `This line has ${record.length} cells, the heading ${columns.length}.`;
    yield { n, line: info.lines - within, cells: Object.fromEntries(columns.map((name, at) => [name, cellIn(record[at] ?? '')])), fault };
  }
}

async function* jsonRows(lines: AsyncIterable<string>): AsyncGenerator<SheetRow, void> {
  let [n, line] = [0, 0];
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    n++;
    const object = objectIn(text);
    yield { n, line, cells: Object.fromEntries(Object.entries(object ?? {}).map(([key, value]) => [key, wordOf(value)])), fault: object ? null : 'This line is no JSON object.' };
  }
}

function objectIn(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** A value as a cell: text as it is, what has parts as JSON. */
const wordOf = (value: unknown): string => (value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : typeof value === 'string' ? value.trim() : String(value as number | boolean));
