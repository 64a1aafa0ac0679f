import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { philoxBlock } from './philox.ts';
import { uniformsOf } from './uniform.ts';

const hex = (words: Uint32Array): string => [...words].map((word) => word.toString(16).padStart(8, '0')).join(' ');

describe('Philox 4x32-10', () => {
  // Random123, tests/kat_vectors, lines "philox4x32 10" (D. E. Shaw Research, release 1.14.0).
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('gives the published block of counter %j and key %j', (counter, key, block) => {
    expect(hex(philoxBlock(counter, key))).toBe(block);
  });
});

describe('uniform numbers', () => {
  it('are the same in whatever order they are asked for, and lie between 0 and 1', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.array(fc.tuple(fc.nat(1000), fc.nat(9)), { minLength: 1, maxLength: 30 }), (seed, places) => {
        const inOrder = uniformsOf(seed);
        const values = places.map(([sample, variable]) => inOrder(sample, variable));
        const backwards = uniformsOf(seed);
        const reversed = places.toReversed().map(([sample, variable]) => backwards(sample, variable));
        expect(reversed.toReversed()).toEqual(values);
        for (const value of values) expect(value > 0 && value < 1).toBe(true);
      }),
    );
  });

  it('have the mean and the variance of the uniform distribution within four standard errors', () => {
    const uniforms = uniformsOf(42);
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    for (let sample = 0; sample < n; sample++) {
      const value = uniforms(sample, 3);
      sum += value;
      squares += (value - 0.5) ** 2;
    }
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(squares / n - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / n));
  });

  it('differ between seeds, samples and variables', () => {
    const values = [0, 1, 2 ** 32, 2 ** 40].flatMap((seed) => [0, 1, 2 ** 32].flatMap((sample) => [0, 1, 2, 3].map((variable) => uniformsOf(seed)(sample, variable))));
    expect(new Set(values).size).toBe(values.length);
  });

  it('take no seed that is not a whole number', () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => uniformsOf(seed)).toThrow(RangeError);
  });
});
