import { f64, get, i32, repeatWhile, set, v128, type Code, type Routine } from './assemble.ts';

/** Bits of a cell's number within its octave: 128 cells each time the tail halves. */
export const CELL_BITS = 7;
/** Cells of one side of a quantile table, from the end to the median. */
export const SIDE_CELLS = (32 - CELL_BITS) << CELL_BITS;
/** Bytes of a cell: what stands at t = 0 of its line, and the line's slope, as two numbers of 64 bits. */
export const CELL_BYTES = 16;

const ROUNDS = 10;
const VECTOR = 16;
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;

/** Locals c0 to c3 hold a counter in each lane; `keys` is where the 20 words of the key schedule stand, each in four lanes. */
function philox(c: readonly [number, number, number, number], spare: readonly [number, number, number, number], keys: Code): Code {
  const [c0, c1, c2, c3] = c;
  const [low0, high0, low1, high1] = spare;
  const [m0, m1] = MULTIPLIERS.map((m) => v128.of(m, m, m, m)) as [Code, Code];
  const upper = (low: number, high: number): Code => v128.pick([1, 3, 5, 7], get(low), get(high));
  const lower = (low: number, high: number): Code => v128.pick([0, 2, 4, 6], get(low), get(high));
  return Array.from({ length: ROUNDS }, (_, round): Code => [
    ...set(low0, v128.productLow(get(c0), m0)), ...set(high0, v128.productHigh(get(c0), m0)),
    ...set(low1, v128.productLow(get(c2), m1)), ...set(high1, v128.productHigh(get(c2), m1)),
    ...set(c0, v128.xor(v128.xor(upper(low1, high1), get(c1)), v128.load(keys, 2 * round * VECTOR))),
    ...set(c1, lower(low1, high1)),
    ...set(c2, v128.xor(v128.xor(upper(low0, high0), get(c3)), v128.load(keys, (2 * round + 1) * VECTOR))),
    ...set(c3, lower(low0, high0)),
  ]).flat();
}

/**
 * `words(keys, first, stream, slot, out, end)`: random words from `out` to `end` (a multiple of 64 bytes apart). Each 16 of them are the four words of the
 * four blocks with the counters (first + lane, stream, slot, 0), block by block in the lanes; `first` then rises by 4.
 */
export function wordsRoutine(): Routine {
  const [keys, first, stream, slot, out, end] = [0, 1, 2, 3, 4, 5];
  const c = [6, 7, 8, 9] as const;
  const body: Code = [
    ...set(c[0], v128.add(v128.splat(get(first)), v128.of(0, 1, 2, 3))),
    ...set(c[1], v128.splat(get(stream))), ...set(c[2], v128.splat(get(slot))), ...set(c[3], v128.of(0, 0, 0, 0)),
    ...philox(c, [10, 11, 12, 13], get(keys)),
    ...c.flatMap((local, word) => v128.store(get(out), get(local), word * VECTOR)),
    ...set(first, i32.add(get(first), i32.of(4))),
    ...set(out, i32.add(get(out), i32.of(4 * VECTOR))),
  ];
  return { name: 'words', parameters: 6, locals: Array.from({ length: 8 }, () => 'v128' as const), body: repeatWhile(i32.below(get(out), get(end)), body) };
}

/** `wordsAt(keys, samples, events, stream, slot, out, end)`: the first word of the block (sample, stream, slot, event) for each entry of two lists; all lists are read and written in fours. */
export function wordsAtRoutine(): Routine {
  const [keys, samples, events, stream, slot, out, end] = [0, 1, 2, 3, 4, 5, 6];
  const c = [7, 8, 9, 10] as const;
  const on = (pointer: number): Code => set(pointer, i32.add(get(pointer), i32.of(VECTOR)));
  const body: Code = [
    ...set(c[0], v128.load(get(samples))), ...set(c[1], v128.splat(get(stream))), ...set(c[2], v128.splat(get(slot))), ...set(c[3], v128.load(get(events))),
    ...philox(c, [11, 12, 13, 14], get(keys)),
    ...v128.store(get(out), get(c[0])),
    ...on(samples), ...on(events), ...on(out),
  ];
  return { name: 'wordsAt', parameters: 7, locals: Array.from({ length: 8 }, () => 'v128' as const), body: repeatWhile(i32.below(get(out), get(end)), body) };
}

/** `look(words, table, out, end)`: the quantile at each word, as numbers of 64 bits from `out` to `end`. */
export function lookRoutine(): Routine {
  const [words, table, out, end, word, side, shift] = [0, 1, 2, 3, 4, 5, 6];
  const cell: Code = i32.add(
    i32.add(get(table), i32.and(get(side), i32.of(SIDE_CELLS * CELL_BYTES))),
    i32.shl(i32.add(i32.shl(get(shift), i32.of(CELL_BITS)), i32.shift(get(word), get(shift))), i32.of(4)),
  );
  const once = (n: number): Code => [
    ...set(word, i32.load(get(words), 4 * n)),
    ...set(side, i32.shiftSigned(get(word), i32.of(31))),
    ...set(word, i32.xor(get(word), get(side))),
    ...set(shift, i32.sub(i32.of(31 - CELL_BITS), i32.leadingZeros(i32.or(get(word), i32.of(1 << CELL_BITS))))),
    ...set(side, cell),
    ...f64.store(get(out), f64.add(f64.load(get(side)), f64.mul(f64.load(get(side), 8), f64.ofUnsigned(get(word)))), 8 * n),
  ];
  const body: Code = [
    ...[0, 1, 2, 3].flatMap(once),
    ...set(words, i32.add(get(words), i32.of(16))),
    ...set(out, i32.add(get(out), i32.of(32))),
  ];
  return { name: 'look', parameters: 4, locals: ['i32', 'i32', 'i32'], body: repeatWhile(i32.below(get(out), get(end)), body) };
}
