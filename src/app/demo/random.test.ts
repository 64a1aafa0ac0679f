import { describe, expect, it } from 'vitest';
import { randomFrom } from './random.ts';

const take = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);
const mean = (numbers: number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

describe('a seeded stream', () => {
  it('is the same for the same seed and another for another', () => {
    expect(take(50, randomFrom('a').next)).toEqual(take(50, randomFrom('a').next));
    expect(take(50, randomFrom('a').next)).not.toEqual(take(50, randomFrom('b').next));
  });
  it('has the means that it is asked for', () => {
    const random = randomFrom('means');
    expect(mean(take(20_000, () => random.poisson(1.3)))).toBeCloseTo(1.3, 1);
    expect(mean(take(20_000, () => random.wait(40)))).toBeGreaterThan(38.5);
    expect(mean(take(20_000, () => random.wait(40)))).toBeLessThan(41.5);
    expect(mean(take(20_000, () => Number(random.weighted({ 0: 1, 1: 3 }))))).toBeCloseTo(0.75, 1);
  });
  it('stays within its bounds and refuses to choose from nothing', () => {
    const random = randomFrom('bounds');
    expect(new Set(take(500, () => random.int(1, 3)))).toEqual(new Set([1, 2, 3]));
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
