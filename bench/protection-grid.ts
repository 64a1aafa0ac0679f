import type { ArcColumns } from '#engines/interruption/graph/graph.ts';
import { mixer } from './mixer.ts';

/** A site of `width` × `height` cells with neighbours on four sides, and one off-site node, the last, beside every cell of the border. */
export type ProtectionGrid = { nodes: number; arcs: Required<Pick<ArcColumns, 'from' | 'to' | 'delayS' | 'detection'>>; targets: number[] };

/** Workload D for any size and seed: delays of 1 to 61 s, P_D as the product of two uniform numbers up to 0.9, twenty targets in the middle. Each border edge is the same both ways. */
export function protectionGrid(width: number, height: number, seed: number): ProtectionGrid {
  const mix = mixer(seed);
  const uniform = (): number => mix() / 2 ** 32;
  const between = (low: number, high: number): number => low + Math.floor(uniform() * (high - low + 1));
  const cells = width * height;
  const isBorder = (x: number, y: number): boolean => x === 0 || y === 0 || x === width - 1 || y === height - 1;
  const most = 4 * cells + 4 * (width + height);
  const [from, to, delayS, detection] = [new Int32Array(most), new Int32Array(most), new Float64Array(most), new Float64Array(most)];
  let count = 0;
  const edge = (a: number, b: number): void => {
    const delay = 1 + Math.floor(uniform() * 6000) / 100;
    const p = Math.floor(uniform() * uniform() * 900) / 1000;
    for (const [u, v] of [[a, b], [b, a]] as const) {
      from[count] = u;
      to[count] = v;
      delayS[count] = delay;
      detection[count++] = p;
    }
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * width + x;
      if (x < width - 1) edge(cell, cell + 1);
      if (y < height - 1) edge(cell, cell + width);
      if (isBorder(x, y)) edge(cells, cell);
    }
  }
  const targets = Array.from({ length: 20 }, () => between(Math.floor(height * 0.3), Math.floor(height * 0.7)) * width + between(Math.floor(width * 0.3), Math.floor(width * 0.7)));
  return { nodes: cells + 1, arcs: { from: from.subarray(0, count), to: to.subarray(0, count), delayS: delayS.subarray(0, count), detection: detection.subarray(0, count) }, targets };
}
