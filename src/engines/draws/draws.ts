import { assemble } from './assemble.ts';
import { lookRoutine, wordsAtRoutine, wordsRoutine } from './kernels.ts';
import { TABLE_NUMBERS, type TableMaker } from './quantile-table.ts';

/** Which numbers are drawn: `stream` and `slot` are unsigned 32-bit numbers, the second and third words of the generator's counter. */
export type Place = { stream: number; slot: number };

/**
 * Draws of many rows at once. Rows come in runs of 16: the word of row r is word (r >> 2) mod 4 of the Philox block with the counter
 * (4 (r >> 4) + r mod 4, stream, slot, 0), so it is the same whoever asks for it and with what else.
 */
export type Draws = {
  /** Most entries at a time, a multiple of 16. */
  readonly most: number;
  /** Random words of 32 bits, as `fill` and `fillAt` leave them; words may be written here before `look`. */
  readonly words: Uint32Array;
  /** Rows and events that `fillAt` reads; an event is a number from 1. */
  readonly rows: Uint32Array;
  readonly events: Uint32Array;
  readonly columns: readonly Float64Array[];
  /** Words of `count` rows from `first` on, a multiple of 16. */
  fill(place: Place, first: number, count: number): void;
  /** Words of the first `count` pairs of `rows` and `events`. */
  fillAt(place: Place, count: number): void;
  /** The quantiles of table number `table` at the first `count` words, into a column. */
  look(table: number, column: number, count: number): void;
};

type Routines = {
  words(keys: number, first: number, stream: number, slot: number, out: number, end: number): void;
  wordsAt(keys: number, rows: number, events: number, stream: number, slot: number, out: number, end: number): void;
  look(words: number, table: number, out: number, end: number): void;
};
type Memory = { readonly buffer: ArrayBuffer };
/** What is used of WebAssembly, which the language's own types leave out. */
type Host = { Memory: new (size: { initial: number }) => Memory; Module: new (bytes: Uint8Array) => object; Instance: new (module: object, imports: object) => { exports: unknown } };

const { WebAssembly } = globalThis as unknown as { WebAssembly: Host };
const PAGE = 65_536;
const RUN = 16;
const VECTOR_BYTES = 16;
const KEY_BYTES = 20 * VECTOR_BYTES;
const LOW = 2 ** 32;

let compiled: object | undefined;

/** The key schedule of Philox 4x32-10, each word in four lanes. */
function writeKeys(seed: number, into: Uint32Array): void {
  let [low, high] = [seed % LOW, Math.floor(seed / LOW)];
  for (let round = 0; round < 10; round++) {
    into.fill(low, 8 * round, 8 * round + 4).fill(high, 8 * round + 4, 8 * round + 8);
    low = (low + 0x9e3779b9) >>> 0;
    high = (high + 0xbb67ae85) >>> 0;
  }
}

const roundedUp = (value: number, step: number): number => Math.ceil(value / step) * step;

/**
 * Opens draws over quantile tables. Throws RangeError for a seed that is no whole number from 0 to 2^53 − 1. The tables and columns lie in a memory of its
 * own: about 100 KB a table, 8 bytes a column's entry.
 */
export function openDraws({ seed, tables, columns, most }: { seed: number; tables: readonly TableMaker[]; columns: number; most: number }): Draws {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`A seed is a whole number from 0 to 2^53 - 1, not ${seed}.`);
  const entries = roundedUp(most, RUN);
  const wordsAt = roundedUp(KEY_BYTES, 64);
  const rowsAt = wordsAt + 4 * entries;
  const eventsAt = rowsAt + 4 * entries;
  const columnsAt = eventsAt + 4 * entries;
  const tablesAt = roundedUp(columnsAt + 8 * entries * columns, 64);
  const tableBytes = 8 * TABLE_NUMBERS;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((tablesAt + tableBytes * tables.length) / PAGE) });
  compiled ??= new WebAssembly.Module(assemble([wordsRoutine(), wordsAtRoutine(), lookRoutine()]));
  const routines = new WebAssembly.Instance(compiled, { env: { memory } }).exports as Routines;
  writeKeys(seed, new Uint32Array(memory.buffer, 0, KEY_BYTES / 4));
  for (const [i, write] of tables.entries()) write(new Float64Array(memory.buffer, tablesAt + i * tableBytes, TABLE_NUMBERS));
  return {
    most: entries,
    words: new Uint32Array(memory.buffer, wordsAt, entries),
    rows: new Uint32Array(memory.buffer, rowsAt, entries),
    events: new Uint32Array(memory.buffer, eventsAt, entries),
    columns: Array.from({ length: columns }, (_, i) => new Float64Array(memory.buffer, columnsAt + 8 * entries * i, entries)),
    fill: ({ stream, slot }, first, count) => routines.words(0, (first / RUN) * 4, stream, slot, wordsAt, wordsAt + 4 * roundedUp(count, RUN)),
    fillAt: ({ stream, slot }, count) => routines.wordsAt(0, rowsAt, eventsAt, stream, slot, wordsAt, wordsAt + 4 * roundedUp(count, 4)),
    look: (table, column, count) => routines.look(wordsAt, tablesAt + table * tableBytes, columnsAt + 8 * entries * column, columnsAt + 8 * (entries * column + roundedUp(count, 4))),
  };
}
