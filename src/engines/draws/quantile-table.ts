import { betaCdf, lnGamma } from '../distributions/beta.ts';
import { normalQuantile } from '../distributions/normal.ts';
import { CELL_BITS, SIDE_CELLS } from './kernels.ts';

/**
 * Writes a quantile function as straight lines: first those from the low end to the median, then those from the high end down to it; each line as its value
 * at t = 0 and its slope in t, where the tail is (t + ½) / 2^32. Cells halve with each halving of the tail, so the relative precision is the same all the way.
 */
export type TableMaker = (into: Float64Array) => void;

/** Numbers of a table. */
export const TABLE_NUMBERS = 4 * SIDE_CELLS;

const WORDS = 2 ** 32;
/** A beta distribution is solved at every cell of the far tail, then at each eighth; between, its quantile is a cubic through values and slopes. */
const STEP = 8;
const FAR_CELLS = 64;

/** Where a cell of a side begins, as t. */
function startOf(cell: number): number {
  const shift = Math.max(0, (cell >> CELL_BITS) - 1);
  return (cell - (shift << CELL_BITS)) * 2 ** shift;
}

const starts = Float64Array.from({ length: SIDE_CELLS + 1 }, (_, cell) => startOf(cell));

/** The tail probability at which each cell begins; the last is the median's. */
const tails: Float64Array = starts.map((t) => (t + 0.5) / WORDS);

/** Writes one side of a table from the quantiles at the tails, or at 1 minus each, in their order. */
function writeSide(into: Float64Array, side: 'low' | 'high', valueOf: (cell: number) => number): void {
  const first = side === 'low' ? 0 : SIDE_CELLS;
  let value = valueOf(0);
  for (let cell = 0; cell < SIDE_CELLS; cell++) {
    const start = starts[cell] as number;
    const next = valueOf(cell + 1);
    const slope = (next - value) / ((starts[cell + 1] as number) - start);
    into[2 * (first + cell)] = value - slope * start;
    into[2 * (first + cell) + 1] = slope;
    value = next;
  }
}

let standard: Float64Array | undefined;

/** Quantiles of the standard normal distribution at `tails` (below 0). */
function normalTails(): Float64Array {
  standard ??= tails.map((tail) => normalQuantile(tail));
  return standard;
}

/** The table of a function that rises, applied to a standard normal number. */
export function normalTable(of: (z: number) => number = (z) => z): TableMaker {
  return (into) => {
    const z = normalTails();
    writeSide(into, 'low', (cell) => of(z[cell] as number));
    writeSide(into, 'high', (cell) => of(-(z[cell] as number)));
  };
}

/** The table of a uniform distribution. */
export const uniformTable = (low: number, range: number): TableMaker => (into) => {
  writeSide(into, 'low', (cell) => low + range * (tails[cell] as number));
  writeSide(into, 'high', (cell) => low + range * (1 - (tails[cell] as number)));
};

const values = new Float64Array(SIDE_CELLS + 1);
const slopes = new Float64Array(SIDE_CELLS + 1);

/** Quantiles of Beta(a, b) at `tails`, into `values`: Newton's method on logarithms from node to node, inwards from the median, then cubics. */
function betaTails(a: number, b: number): void {
  const lnBeta = lnGamma(a) + lnGamma(b) - lnGamma(a + b);
  const density = (x: number): number => Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - lnBeta);
  let x = a / (a + b);
  for (let node = SIDE_CELLS; node >= 0; node -= node > FAR_CELLS ? STEP : 1) {
    const goal = Math.log(tails[node] as number);
    for (let round = 0; round < 60; round++) {
      const cdf = betaCdf(x, a, b);
      const step = ((Math.log(cdf) - goal) * cdf) / (density(x) * x);
      x = Math.min(x * Math.exp(-Math.max(-2, Math.min(2, step))), (1 + x) / 2);
      if (Math.abs(step) < 1e-9) break;
    }
    values[node] = x;
    slopes[node] = 1 / density(x);
    x *= Math.exp(((Math.log(tails[Math.max(0, node - (node > FAR_CELLS ? STEP : 1))] as number) - goal) * (tails[node] as number)) / (density(x) * x));
  }
  for (let node = FAR_CELLS; node < SIDE_CELLS; node += STEP) fillBetween(node);
}

/** Hermite's cubic between a node and the next. */
function fillBetween(node: number): void {
  const from = tails[node] as number;
  const width = (tails[node + STEP] as number) - from;
  const [y0, y1] = [values[node] as number, values[node + STEP] as number];
  const [d0, d1] = [(slopes[node] as number) * width, (slopes[node + STEP] as number) * width];
  for (let cell = node + 1; cell < node + STEP; cell++) {
    const s = ((tails[cell] as number) - from) / width;
    values[cell] = y0 + s * (d0 + s * (3 * (y1 - y0) - 2 * d0 - d1 + s * (2 * (y0 - y1) + d0 + d1)));
  }
}

/** The table of low + range · Beta(alpha, beta). */
export function betaTable(alpha: number, beta: number, low: number, range: number): TableMaker {
  return (into) => {
    betaTails(alpha, beta);
    writeSide(into, 'low', (cell) => low + range * (values[cell] as number));
    betaTails(beta, alpha);
    writeSide(into, 'high', (cell) => low + range * (1 - (values[cell] as number)));
  };
}
