import { philoxBlock } from './philox.ts';

/** A number in the open interval (0, 1) for each pair of a sample and a variable: the same whenever and wherever it is asked for. */
export type Uniforms = (sample: number, variable: number) => number;

const LOW = 2 ** 32;

/**
 * Uniform numbers of 53 bits by Philox 4x32-10. `seed` and `sample` are safe integers from 0, `variable` one below 2^33.
 * The counter is (sample low, sample high, variable / 2, 0): a block serves two variables, so variables asked in order cost half.
 * Throws RangeError for a seed that is no safe integer.
 */
export function uniformsOf(seed: number): Uniforms {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`A seed is a whole number from 0 to 2^53 - 1, not ${seed}.`);
  const key = new Uint32Array([seed % LOW, Math.floor(seed / LOW)]);
  const counter = new Uint32Array(4);
  const block = new Uint32Array(4);
  let lastSample = -1;
  let lastPair = -1;
  return (sample, variable) => {
    const pair = Math.floor(variable / 2);
    if (sample !== lastSample || pair !== lastPair) {
      counter[0] = sample % LOW;
      counter[1] = Math.floor(sample / LOW);
      counter[2] = pair;
      philoxBlock(counter, key, block);
      lastSample = sample;
      lastPair = pair;
    }
    const at = variable % 2 === 0 ? 0 : 2;
    const high = (block[at] ?? 0) >>> 5;
    const low = (block[at + 1] ?? 0) >>> 6;
    return (high * 67_108_864 + low + 0.5) / 9_007_199_254_740_992;
  };
}
