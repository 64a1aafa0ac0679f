import { AHEAD_OF, type ProtectionGraph } from './graph.ts';
import { openHeap, popLeast, pushItem, type Heap } from './heap.ts';

/**
 * The late ground of one target and response time: the nodes from which the adversary reaches the target before the response does. `leftS` is the
 * least delay from a node to the target (Infinity outside), `toward` the next arc of such a way (−1 at the target), `nodes` the first `count` late nodes.
 */
export type LateGround = { readonly leftS: Float64Array; readonly toward: Int32Array; readonly nodes: Int32Array; count: number; isLate(leftS: number): boolean };

/** Which elements nobody passes, which one takes no time, and whether equal times are late (they are timely by default). */
export type Conditions = { closed?: Uint8Array; open?: number; equalIsLate?: boolean };

/** Finds late ground again and again in the same memory. */
export type LateFinder = (target: number, timeS: number, conditions?: Conditions) => LateGround;

/** Opens the memory for a graph. Each finding takes the time of its own late ground only, whatever the size of the graph. */
export function openLateFinder(graph: ProtectionGraph): LateFinder {
  const leftS = new Float64Array(graph.nodes).fill(Number.POSITIVE_INFINITY);
  const toward = new Int32Array(graph.nodes);
  const heap = openHeap();
  const found: LateGround & { nodes: Int32Array } = { leftS, toward, nodes: new Int32Array(1024), count: 0, isLate: () => false };
  return (target, timeS, conditions = {}) => {
    for (let i = 0; i < found.count; i++) leftS[found.nodes[i] as number] = Number.POSITIVE_INFINITY;
    found.count = 0;
    found.isLate = conditions.equalIsLate ? (left) => left <= timeS : (left) => left < timeS;
    spread(graph, found, heap, target, timeS, conditions);
    return found;
  };
}

function spread(graph: ProtectionGraph, found: LateGround & { nodes: Int32Array }, heap: Heap, target: number, timeS: number, { closed, open = -2, equalIsLate = false }: Conditions): void {
  const { inFirst, inFrom, inArc, inDelayS, element } = graph;
  const { leftS, toward } = found;
  const isPlain = !closed && open === -2;
  leftS[target] = 0;
  toward[target] = -1;
  heap.size = 0;
  pushItem(heap, 0, 0, target);
  for (let v = popLeast(heap); v >= 0; v = popLeast(heap)) {
    const left = heap.key;
    if (left !== leftS[v]) continue;
    if (found.count === found.nodes.length) found.nodes = grow(found.nodes);
    found.nodes[found.count++] = v;
    const end = inFirst[v + 1] as number;
    for (let k = inFirst[v] as number; k < end; k++) {
      let further = left + (inDelayS[k] as number);
      if (!isPlain) {
        const crossed = element[inArc[k] as number] as number;
        if (crossed >= 0 && closed?.[crossed]) continue;
        if (crossed === open) further = left;
      }
      const u = inFrom[k] as number;
      if (!(further < (leftS[u] as number)) || (equalIsLate ? further > timeS : further >= timeS)) continue;
      leftS[u] = further;
      toward[u] = inArc[k] as number;
      pushItem(heap, further, 0, u);
    }
  }
}

function grow(nodes: Int32Array): Int32Array {
  const grown = new Int32Array(nodes.length * 2);
  grown.set(nodes);
  return grown;
}

/** True where the sensor of an arc that enters late ground leaves too little time, so that the arc is passed without timely detection. */
export const isPassedLate = (graph: ProtectionGraph, late: LateGround, arc: number, delayS: number): boolean =>
  graph.place[arc] !== 0 && late.isLate((late.leftS[graph.to[arc] as number] as number) + (AHEAD_OF[graph.place[arc] as number] as number) * delayS);
