import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile } from '../distributions/beta.ts';
import { normalQuantile } from '../distributions/normal.ts';
import { philoxBlock } from '../random/philox.ts';
import { openDraws, type Draws } from './draws.ts';
import { betaTable, normalTable, uniformTable, type TableMaker } from './quantile-table.ts';

const WORD = 2 ** 32;
const uint32 = fc.nat(0xffffffff);
const open = (seed: number, tables: TableMaker[] = [], most = 256): Draws => openDraws({ seed, tables, columns: 1, most });

/** Quantiles of a table at given words. */
function looked(table: TableMaker, words: readonly number[]): number[] {
  const draws = open(0, [table], words.length);
  draws.words.set(words);
  draws.look(0, 0, words.length);
  return [...(draws.columns[0] as Float64Array).subarray(0, words.length)];
}

/** Words everywhere, with both tails as often as the middle. */
const someWords = (): number[] =>
  Array.from({ length: 4000 }, (_, k) => {
    const tail = Math.min(WORD / 2 - 1, Math.floor(2 ** ((31 * k) / 4000)) - (k === 0 ? 1 : 0));
    return k % 2 === 0 ? tail : WORD - 1 - tail;
  });

describe('words', () => {
  it('are those of Philox 4x32-10 at the counter of row, stream and slot', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), uint32, uint32, fc.nat(60_000_000), (seed, stream, slot, run) => {
        const draws = open(seed);
        const first = 16 * run;
        draws.fill({ stream, slot }, first, 40);
        const key = [seed % WORD, Math.floor(seed / WORD)];
        for (let row = first; row < first + 40; row++) {
          const block = philoxBlock([Math.floor(row / 16) * 4 + (row % 4), stream, slot, 0], key);
          expect(draws.words[row - first]).toBe(block[Math.floor(row / 4) % 4]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('of listed events are those of Philox at row and event', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.array(fc.tuple(uint32, uint32), { minLength: 1, maxLength: 9 }), (seed, pairs) => {
        const draws = open(seed);
        draws.rows.set(pairs.map(([row]) => row));
        draws.events.set(pairs.map(([, event]) => event));
        draws.fillAt({ stream: 5, slot: 6 }, pairs.length);
        const want = pairs.map(([row, event]) => philoxBlock([row, 5, 6, event], [seed % WORD, Math.floor(seed / WORD)])[0]);
        expect([...draws.words.subarray(0, pairs.length)]).toEqual(want);
      }),
      { numRuns: 30 },
    );
  });

  it('do not depend on the size of the piece they are asked in', () => {
    const whole = open(7, [], 4096);
    whole.fill({ stream: 1, slot: 2 }, 0, 4096);
    const pieces = open(7, [], 64);
    const joined = Array.from({ length: 64 }, (_, i) => {
      pieces.fill({ stream: 1, slot: 2 }, 64 * i, 64);
      return [...pieces.words];
    }).flat();
    expect(joined).toEqual([...whole.words]);
  });

  it('take no seed that is not a whole number', () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => open(seed)).toThrow(RangeError);
  });
});

describe('a quantile table', () => {
  it.each([[2.1, 3.9], [1, 5], [5, 1], [1.3636364, 4.6363636], [2 / 3, 10 / 3], [40, 3], [1.0001, 4.9999]])('of Beta(%d, %d) is within 8e-6 of the quantile, relative, out to both ends', (a, b) => {
    const words = someWords();
    for (const [i, got] of looked(betaTable(a, b, 0, 1), words).entries()) {
      const word = words[i] as number;
      const want = word < WORD / 2 ? betaQuantile((word + 0.5) / WORD, a, b) : 1 - betaQuantile((WORD - word - 0.5) / WORD, b, a);
      expect(Math.abs(got - want)).toBeLessThan(8e-6 * Math.min(want, 1));
    }
  });

  it('of the normal distribution is within 4e-6 of the quantile', () => {
    const words = someWords();
    for (const [i, got] of looked(normalTable(), words).entries()) expect(Math.abs(got - normalQuantile(((words[i] as number) + 0.5) / WORD))).toBeLessThan(4e-6);
  });

  it('of the uniform distribution is exact to rounding, and scales', () => {
    const words = someWords();
    for (const [i, got] of looked(uniformTable(100, 50), words).entries()) expect(got).toBeCloseTo(100 + 50 * (((words[i] as number) + 0.5) / WORD), 10);
  });

  it('rises', () => {
    const words = someWords().sort((a, b) => a - b);
    for (const table of [betaTable(1.5, 4, 10, 5), normalTable(Math.exp), uniformTable(0, 1)]) {
      const values = looked(table, words);
      for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1] as number);
    }
  });
});
