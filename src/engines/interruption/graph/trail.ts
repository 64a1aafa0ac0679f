import type { DetectionDistances } from './detection.ts';
import type { ProtectionGraph } from './graph.ts';
import type { LateGround } from './late.ts';
import { TAIL, tailAfter } from './retrace.ts';

/** A path while it is put together; each verb returns the number of its arcs. */
export type Trail = {
  /** The arcs so far, in the order of the adversary. */
  arcs(count: number): Int32Array;
  /** From a late node by the fastest way to the target, after the first `count` arcs. */
  putTail(count: number, node: number, late: LateGround): number;
  /** From the start to a late node by the arcs of arrival, then the tail; −1 where another way may be as good. */
  putArrival(known: DetectionDistances, node: number, late: LateGround): number;
  /** From the start by what the retracing found. */
  putRetraced(next: Int32Array, late: LateGround): number;
};

/** Opens the memory for the paths of a graph. */
export function openTrail({ start, from, to }: ProtectionGraph): Trail {
  let arcs = new Int32Array(256);
  const put = (at: number, arc: number): number => {
    if (at === arcs.length) {
      const grown = new Int32Array(2 * at);
      grown.set(arcs);
      arcs = grown;
    }
    arcs[at] = arc;
    return at + 1;
  };
  const putTail: Trail['putTail'] = (count, node, { toward }) => {
    let at = count;
    for (let arc = toward[node] as number; arc >= 0; arc = toward[to[arc] as number] as number) at = put(at, arc);
    return at;
  };
  return {
    arcs: (count) => arcs.slice(0, count),
    putTail,
    putArrival({ arrival, tied }, node, late) {
      let count = 0;
      for (let v = node; v !== start; v = from[arrival[v] as number] as number) {
        if (tied[v]) return -1;
        count = put(count, arrival[v] as number);
      }
      arcs.subarray(0, count).reverse();
      return putTail(count, node, late);
    },
    putRetraced(next, late) {
      let count = 0;
      let v = start;
      for (; (next[v] as number) >= 0; v = to[next[v] as number] as number) count = put(count, next[v] as number);
      if (next[v] === TAIL) return putTail(count, v, late);
      const arc = tailAfter(next[v] as number);
      return putTail(put(count, arc), to[arc] as number, late);
    },
  };
}
