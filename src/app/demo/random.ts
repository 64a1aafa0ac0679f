/** A stream of numbers that is the same for the same seed, on every machine. */
export type Random = {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** One of the keys, in proportion to its weight. */
  weighted(weights: Readonly<Record<string, number>>): string;
  /** A count with that mean. */
  poisson(mean: number): number;
  /** A waiting time with that mean. */
  wait(mean: number): number;
};

/** Makes a stream from a seed: the seed by FNV-1a, the numbers by mulberry32. */
export function randomFrom(seed: string): Random {
  let state = fnv(seed);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (from) => from[int(0, from.length - 1)] ?? empty(),
    weighted: (weights) => weighted(weights, next()),
    poisson: (mean) => poisson(mean, next),
    wait: (mean) => -Math.log(1 - next()) * mean,
  };
}

function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash | 0;
}

function weighted(weights: Readonly<Record<string, number>>, at: number): string {
  const entries = Object.entries(weights);
  let left = at * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    left -= weight;
    if (left < 0) return key;
  }
  return entries.at(-1)?.[0] ?? empty();
}

function poisson(mean: number, next: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = next(); product > limit; product *= next()) count++;
  return count;
}

function empty(): never {
  throw new RangeError('There is nothing to choose from.');
}
