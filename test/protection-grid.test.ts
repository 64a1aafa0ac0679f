import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf } from '#engines/distributions/normal.ts';
import { openGraph, type ProtectionGraph } from '#engines/interruption/graph/graph.ts';
import { openSearch, type VulnerablePath } from '#engines/interruption/graph/search.ts';
import { protectionGrid, type ProtectionGrid } from '../bench/protection-grid.ts';
import { plainAnswers } from '../bench/protection-reference.ts';

const RESPONSE = { timeS: 300, timeSdS: 90, communication: 1 };

function answersOf(grid: ProtectionGrid): { graph: ProtectionGraph; paths: VulnerablePath[] } {
  const built = openGraph({ nodes: grid.nodes, start: grid.nodes - 1, arcs: grid.arcs });
  if (!built.ok) throw new Error(built.reason);
  const search = openSearch(built.graph);
  const paths = grid.targets.map((target) => {
    const found = search.mostVulnerable(target, RESPONSE, { equalIsLate: true });
    if (!found.ok) throw new Error(found.reason);
    return found;
  });
  return { graph: built.graph, paths };
}

/** EASI as the workload's C++ limit has it: the sensor at the end of an arc, the spread of the time left 0.3 of it whatever its parts. */
function limitEasi(graph: ProtectionGraph, { arcs }: VulnerablePath): number {
  let left = arcs.reduce((sum, arc) => sum + (graph.delayS[arc] as number), 0);
  let unseen = 1;
  return arcs.reduce((sum, arc) => {
    left -= graph.delayS[arc] as number;
    const p = graph.detection[arc] as number;
    const first = unseen * p;
    unseen *= 1 - p;
    return sum + first * normalCdf((left - RESPONSE.timeS) / Math.sqrt(RESPONSE.timeSdS ** 2 + 0.09 * left * left));
  }, 0);
}

describe('workload D', () => {
  it('on 10,001 nodes with seed 9 has the sum of detection that every peer found, 49.823023, and the EASI of the C++ limit along its paths, 18.009238', () => {
    const { graph, paths } = answersOf(protectionGrid(100, 100, 9));
    expect(graph.arcs).toBe(40_392);
    expect(paths.reduce((sum, { detectionSum }) => sum + detectionSum, 0)).toBeCloseTo(49.823023, 6);
    expect(paths.reduce((sum, path) => sum + limitEasi(graph, path), 0)).toBeCloseTo(18.009238, 4);
  });

  it('equals the textbook search for any seed and size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 40 }), fc.integer({ min: 4, max: 40 }), fc.nat(), (width, height, seed) => {
        const grid = protectionGrid(width, height, seed);
        const plain = plainAnswers(grid, RESPONSE.timeS);
        answersOf(grid).paths.forEach(({ detectionSum }, i) => expect(Math.abs(detectionSum - (plain[i] ?? Number.NaN))).toBeLessThan(1e-9));
      }),
      { numRuns: 25 },
    );
  });
});
