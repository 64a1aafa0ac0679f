import { normalCdf } from '../distributions/normal.ts';
import { refuse, type Refusal } from '../refusal.ts';
import type { Correlation, LeafRef } from './model.ts';

/** The correlated quantities, and the lower triangle that makes their normal numbers of independent ones, row by row. */
export type Factor = { leaves: readonly LeafRef[]; rows: readonly Float64Array[] };

const TOLERANCE = 1e-10;
const LAST_WORD = 2 ** 32 - 1;

export const keyOf = ({ scenario, leaf }: LeafRef): string => JSON.stringify([scenario, leaf]);

/** The correlation of normal numbers whose ranks have this correlation: 2 sin(πρ/6) (Pearson 1907). */
export const normalOfRank = (rank: number): number => 2 * Math.sin((Math.PI * rank) / 6);

/** Cholesky's factor of a correlation matrix, or the row in which no such matrix goes on. A row that follows from those before has 0 on its diagonal. */
function factorOf(matrix: readonly Float64Array[]): Float64Array[] | number {
  const rows: Float64Array[] = [];
  for (const [i, given] of matrix.entries()) {
    const row = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      const other = j === i ? row : (rows[j] as Float64Array);
      let rest = given[j] as number;
      for (let k = 0; k < j; k++) rest -= (row[k] as number) * (other[k] as number);
      if (j < i) {
        const pivot = other[j] as number;
        if (pivot === 0 && Math.abs(rest) > Math.sqrt(TOLERANCE)) return i;
        row[j] = pivot === 0 ? 0 : rest / pivot;
      } else if (rest < -TOLERANCE) return i;
      else row[j] = rest < TOLERANCE ? 0 : Math.sqrt(rest);
    }
    rows.push(row);
  }
  return rows;
}

/** Puts pairs together into one matrix: a Gaussian copula. Refused where the pairs contradict each other, so that no such quantities can be. */
export function factorCorrelations(correlations: readonly Correlation[]): { ok: true; factor: Factor } | Refusal {
  const leaves: LeafRef[] = [];
  const places = new Map<string, number>();
  const placeOf = (leaf: LeafRef): number => {
    const key = keyOf(leaf);
    const place = places.get(key) ?? leaves.push(leaf) - 1;
    places.set(key, place);
    return place;
  };
  const pairs = correlations.map(({ a, b, rank }) => [placeOf(a), placeOf(b), normalOfRank(rank)] as const);
  const matrix = leaves.map((_, i) => new Float64Array(leaves.length).fill(1, i, i + 1));
  for (const [i, j, value] of pairs) for (const [row, column] of [[i, j], [j, i]] as const) (matrix[row] as Float64Array)[column] = value;
  const rows = factorOf(matrix);
  if (typeof rows !== 'number') return { ok: true, factor: { leaves, rows } };
  const { scenario, leaf } = leaves[rows] as LeafRef;
  return refuse('correlations', `The correlations contradict each other at ${leaf} of ${scenario}: no quantities can have them all.`);
}

/** The random word that stands for a standard normal number: what share of all words lies below it. */
export function wordOfNormal(z: number): number {
  const tail = Math.min(LAST_WORD / 2, Math.floor(normalCdf(-Math.abs(z)) * 2 ** 32));
  return z < 0 ? tail : LAST_WORD - tail;
}

/** For each row, from independent normal numbers (one array a leaf) those that are correlated, as words into `into`. */
export function correlate({ rows }: Factor, independent: readonly Float64Array[], into: readonly Uint32Array[], count: number): void {
  for (const [i, row] of rows.entries()) {
    const words = into[i] as Uint32Array;
    for (let r = 0; r < count; r++) {
      let z = 0;
      for (let j = 0; j <= i; j++) z += (row[j] as number) * ((independent[j] as Float64Array)[r] as number);
      words[r] = wordOfNormal(z);
    }
  }
}
