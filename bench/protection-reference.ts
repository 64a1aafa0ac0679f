import type { ProtectionGrid } from './protection-grid.ts';

/** Least sums from one node along arcs (or against them), by the textbook: a heap of pairs, nothing shared with the engine. */
function leastSums(nodes: number, ends: readonly [ArrayLike<number>, ArrayLike<number>], weight: (arc: number) => number, source: number): Float64Array {
  const [tail, head] = ends;
  const arcsOf = Array.from({ length: nodes }, (): number[] => []);
  for (let arc = 0; arc < tail.length; arc++) arcsOf[tail[arc] as number]?.push(arc);
  const sums = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const heap: [number, number][] = [[0, source]];
  sums[source] = 0;
  for (let top = heap[0]; top; top = heap[0]) {
    const last = heap.pop() as [number, number];
    if (heap.length > 0) sink(heap, last);
    const [sum, node] = top;
    if (sum > (sums[node] as number)) continue;
    for (const arc of arcsOf[node] ?? []) {
      const next = head[arc] as number;
      const further = sum + weight(arc);
      if (further >= (sums[next] as number)) continue;
      sums[next] = further;
      rise(heap, [further, next]);
    }
  }
  return sums;
}

function sink(heap: [number, number][], item: [number, number]): void {
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && (heap[child + 1] as [number, number])[0] < (heap[child] as [number, number])[0]) child++;
    if ((heap[child] as [number, number])[0] >= item[0]) break;
    heap[at] = heap[child] as [number, number];
    at = child;
  }
  heap[at] = item;
}

function rise(heap: [number, number][], item: [number, number]): void {
  let at = heap.push(item) - 1;
  for (let parent = (at - 1) >> 1; at > 0 && (heap[parent] as [number, number])[0] > item[0]; parent = (at - 1) >> 1) {
    heap[at] = heap[parent] as [number, number];
    at = parent;
  }
  heap[at] = item;
}

/** The answers of workload D by its definition: for each target the least D(v) over all v with T(v) ≤ `timeS`. */
export function plainAnswers({ nodes, arcs, targets }: ProtectionGrid, timeS: number): number[] {
  const { from, to, delayS, detection } = arcs;
  const sums = leastSums(nodes, [from, to], (arc) => -Math.log1p(-(detection[arc] as number)), nodes - 1);
  return targets.map((target) => {
    const left = leastSums(nodes, [to, from], (arc) => delayS[arc] as number, target);
    return sums.reduce((least, sum, v) => ((left[v] as number) <= timeS ? Math.min(least, sum) : least), Number.POSITIVE_INFINITY);
  });
}
