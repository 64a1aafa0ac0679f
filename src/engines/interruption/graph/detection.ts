import type { ProtectionGraph } from './graph.ts';

/**
 * Least detection from the start to every node: `distance` is the least Σ −ln(1 − P_D) (Infinity where no path leads), `arrival` the last arc of one
 * such path (−1 at the start and where none leads), `tied` 1 where another arc may do as well. None depends on a target or a response.
 */
export type DetectionDistances = { distance: Float64Array; arrival: Int32Array; tied: Uint8Array };

const MOST_BUCKETS = 1 << 17;

/** A width of bucket at most the least weight above 0, where that leaves few enough buckets, so that a node is taken up once. */
function bucketsFor({ leastWeight, mostWeight }: ProtectionGraph): { width: number; count: number } {
  if (mostWeight === 0) return { width: 1, count: 2 };
  const width = Math.max(leastWeight, mostWeight / (MOST_BUCKETS - 4));
  let count = 4;
  while (count < mostWeight / width + 3) count *= 2;
  return { width, count };
}

/** Dial's algorithm over a ring of buckets: exact, since an entry that was bettered meanwhile is passed over and a node bettered in its own bucket is taken up again. */
export function detectionDistances(graph: ProtectionGraph): DetectionDistances {
  const { nodes, start, first, from, to, weight } = graph;
  const distance = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const arrival = new Int32Array(nodes).fill(-1);
  const tied = new Uint8Array(nodes);
  const { width, count } = bucketsFor(graph);
  const mask = count - 1;
  const scale = 1 / width;
  const ring = new Int32Array(count).fill(-1);
  let { node, next, key } = openPool(4096);
  distance[start] = 0;
  node[0] = start;
  next[0] = -1;
  ring[0] = 0;
  let free = 1;
  let open = 1;
  for (let bucket = 0; open > 0; bucket++) {
    const slot = bucket & mask;
    for (let entry = ring[slot] as number; entry >= 0; entry = ring[slot] as number) {
      ring[slot] = next[entry] as number;
      const u = node[entry] as number;
      const here = key[entry] as number;
      next[entry] = free;
      free = entry;
      open--;
      if (here !== distance[u]) continue;
      const end = first[u + 1] as number;
      for (let k = first[u] as number; k < end; k++) {
        const v = to[k] as number;
        const there = here + (weight[k] as number);
        const known = distance[v] as number;
        if (there < known) {
          distance[v] = there;
          arrival[v] = k;
          if (free === node.length) ({ node, next, key } = growPool({ node, next, key }));
          const taken = free;
          free = next[taken] as number;
          const at = Math.floor(there * scale) & mask;
          node[taken] = v;
          key[taken] = there;
          next[taken] = ring[at] as number;
          ring[at] = taken;
          open++;
        } else if (there === known && v !== start && (u === start || from[arrival[u] as number] !== v)) tied[v] = 1;
      }
    }
  }
  return { distance, arrival, tied };
}

type Pool = { node: Int32Array; next: Int32Array; key: Float64Array };

/** A pool of entries in which each free one names the next. */
function openPool(size: number): Pool {
  return { node: new Int32Array(size), next: Int32Array.from({ length: size }, (_, i) => i + 1), key: new Float64Array(size) };
}

function growPool(pool: Pool): Pool {
  const grown = openPool(pool.node.length * 2);
  grown.node.set(pool.node);
  grown.next.set(pool.next);
  grown.key.set(pool.key);
  return grown;
}
