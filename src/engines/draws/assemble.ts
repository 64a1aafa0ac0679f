/** Instructions of WebAssembly, as bytes. */
export type Code = readonly number[];

/** A function of a module: its parameters are i32, it returns nothing, and its locals follow the parameters. */
export type Routine = { name: string; parameters: number; locals: readonly ('i32' | 'f64' | 'v128')[]; body: Code };

const TYPES = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;

function unsigned(value: number): number[] {
  const bytes = [];
  for (let rest = value >>> 0; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function signed(value: number): number[] {
  const bytes = [];
  for (let rest = value | 0; ; rest >>= 7) {
    if (rest >= -0x40 && rest < 0x40) return [...bytes, rest & 0x7f];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

const two = (...op: number[]) => (a: Code, b: Code): Code => [...a, ...b, ...op];
const one = (...op: number[]) => (a: Code): Code => [...a, ...op];
const fetch = (...op: number[]) => (at: Code, offset = 0): Code => [...at, ...op, ...unsigned(offset)];
const keep = (...op: number[]) => (at: Code, value: Code, offset = 0): Code => [...at, ...value, ...op, ...unsigned(offset)];
const wide = (op: number): number[] => [0xfd, ...unsigned(op)];

/** The instructions that are used here, as functions of the code of their operands (WebAssembly Core Specification 2.0, chapter 5.4). */
export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const i32 = {
  of: (value: number): Code => [0x41, ...signed(value)],
  add: two(0x6a), sub: two(0x6b), and: two(0x71), or: two(0x72), xor: two(0x73), shl: two(0x74), shiftSigned: two(0x75), shift: two(0x76), below: two(0x49),
  leadingZeros: one(0x67), load: fetch(0x28, 2), store: keep(0x36, 2),
};
export const f64 = { add: two(0xa0), mul: two(0xa2), load: fetch(0x2b, 3), store: keep(0x39, 3), ofUnsigned: one(0xb8) };
export const v128 = {
  of: (...words: readonly number[]): Code => [...wide(0x0c), ...words.flatMap((word) => [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24])],
  load: fetch(...wide(0x00), 4), store: keep(...wide(0x0b), 4), splat: one(...wide(0x11)), xor: two(...wide(0x51)), add: two(...wide(0xae)),
  /** Lanes 0 and 1, or 2 and 3, multiplied as unsigned 32-bit numbers into two of 64 bits. */
  productLow: two(...wide(0xde)), productHigh: two(...wide(0xdf)),
  /** Four 32-bit words chosen from the eight of a and b. */
  pick: (words: readonly number[], a: Code, b: Code): Code => [...a, ...b, ...wide(0x0d), ...words.flatMap((word) => [4 * word, 4 * word + 1, 4 * word + 2, 4 * word + 3])],
};
/** Runs the body, and again while the condition holds. */
export const repeatWhile = (condition: Code, body: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0x00, 0x0b];

const counted = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const text = (name: string): Code => counted([...name].map((letter) => [letter.charCodeAt(0)]));

/** A module that works on the memory `env.memory` and exports its routines by name. */
export function assemble(routines: readonly Routine[]): Uint8Array<ArrayBuffer> {
  const bodies = routines.map(({ locals, body }): Code => {
    const content = [...counted(locals.map((type) => [1, TYPES[type]])), ...body, 0x0b];
    return [...unsigned(content.length), ...content];
  });
  return new Uint8Array([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, counted(routines.map(({ parameters }) => [0x60, ...counted(Array.from({ length: parameters }, () => [TYPES.i32])), 0]))),
    ...section(2, counted([[...text('env'), ...text('memory'), 2, 0, 0]])),
    ...section(3, counted(routines.map((_, i) => unsigned(i)))),
    ...section(7, counted(routines.map(({ name }, i) => [...text(name), 0, ...unsigned(i)]))),
    ...section(10, counted(bodies)),
  ]);
}
