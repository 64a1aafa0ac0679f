import type { DetectionDistances } from './detection.ts';
import type { ProtectionGraph } from './graph.ts';
import { openHeap, popLeast, pushItem } from './heap.ts';
import { isPassedLate, type Conditions, type LateGround } from './late.ts';

/** Where a path goes from a node: the arc to take, or `TAIL`, the fastest way to the target, or `tailAfter(arc)`, that arc and then the fastest way. */
export const TAIL = -2;
export const tailAfter = (arc: number): number => -3 - arc;

/** The least detection from the start to late ground under conditions; `next` leads from the start. Infinity: no way. */
export type Retraced = { detection: number; next: Int32Array };

/** Finds the way into late ground that is least detected, and of those the fastest. `bound` is that detection where it is known already. */
export type Retrace = (late: LateGround, conditions: Conditions, bound: number) => Retraced;

/**
 * A* from late ground back to the start. What is left to the start is at least the unconditional detection distance, so only what lies about as well
 * is looked at; keys are (detection, delay), and with weights in whole quanta equal detection is exactly equal.
 */
export function openRetrace(graph: ProtectionGraph, distances: () => DetectionDistances): Retrace {
  const cost = new Float64Array(graph.nodes).fill(Number.POSITIVE_INFINITY);
  const delay = new Float64Array(graph.nodes);
  const next = new Int32Array(graph.nodes);
  const heap = openHeap();
  const touched: number[] = [];
  const offer = (node: number, g: number, a: number, arc: number, ahead: number): void => {
    const known = cost[node] as number;
    if (g > known || (g === known && a >= (delay[node] as number))) return;
    if (known === Number.POSITIVE_INFINITY) touched.push(node);
    cost[node] = g;
    delay[node] = a;
    next[node] = arc;
    pushItem(heap, g + ahead, a, node);
  };
  return (late, conditions, bound) => {
    for (const node of touched) cost[node] = Number.POSITIVE_INFINITY;
    touched.length = 0;
    heap.size = 0;
    const { distance } = distances();
    const { closed, open = -2 } = conditions;
    const { inFirst, inFrom, inArc, weight, delayS, element } = graph;
    const isClosed = (arc: number): boolean => closed !== undefined && (element[arc] as number) >= 0 && closed[element[arc] as number] !== 0;
    for (let i = 0; i < late.count; i++) {
      const v = late.nodes[i] as number;
      const ahead = distance[v] as number;
      if (ahead <= bound && ahead < Number.POSITIVE_INFINITY) offer(v, 0, late.leftS[v] as number, TAIL, ahead);
      if (!graph.allAtBeginning) enterUnseen(v);
    }
    for (let v = popLeast(heap); v >= 0; v = popLeast(heap)) {
      const key = heap.key;
      if (heap.second !== delay[v] || key !== (cost[v] as number) + (distance[v] as number)) continue;
      if (v === graph.start) return { detection: cost[v] as number, next };
      const end = inFirst[v + 1] as number;
      for (let k = inFirst[v] as number; k < end; k++) {
        const arc = inArc[k] as number;
        const u = inFrom[k] as number;
        const ahead = distance[u] as number;
        const g = (cost[v] as number) + (weight[arc] as number);
        if (!(g + ahead <= bound) || ahead === Number.POSITIVE_INFINITY || isClosed(arc)) continue;
        offer(u, g, (delay[v] as number) + (element[arc] === open ? 0 : (delayS[arc] as number)), arc, ahead);
      }
    }
    return { detection: Number.POSITIVE_INFINITY, next };

    function enterUnseen(v: number): void {
      for (let k = inFirst[v] as number; k < (inFirst[v + 1] as number); k++) {
        const arc = inArc[k] as number;
        const u = inFrom[k] as number;
        const ahead = distance[u] as number;
        const passing = element[arc] === open ? 0 : (delayS[arc] as number);
        if (ahead <= bound && ahead < Number.POSITIVE_INFINITY && isPassedLate(graph, late, arc, passing) && !isClosed(arc)) offer(u, 0, (late.leftS[v] as number) + passing, tailAfter(arc), ahead);
      }
    }
  };
}

/** The least detection into late ground without conditions on elements: over late nodes, and over arcs whose sensor acts too late. How many ways are as good. */
export function leastDetection(graph: ProtectionGraph, { distance }: DetectionDistances, late: LateGround, open = -2): { detection: number; node: number; ways: number } {
  let detection = Number.POSITIVE_INFINITY;
  let node = -1;
  let ways = 0;
  const offer = (at: number, value: number): void => {
    if (value < detection) {
      detection = value;
      node = at;
      ways = 1;
    } else if (value === detection) ways++;
  };
  for (let i = 0; i < late.count; i++) {
    const v = late.nodes[i] as number;
    offer(v, distance[v] as number);
    if (graph.allAtBeginning) continue;
    for (let k = graph.inFirst[v] as number; k < (graph.inFirst[v + 1] as number); k++) {
      const arc = graph.inArc[k] as number;
      const delayS = graph.element[arc] === open ? 0 : (graph.delayS[arc] as number);
      if (isPassedLate(graph, late, arc, delayS)) offer(-1, distance[graph.inFrom[k] as number] as number);
    }
  }
  return { detection, node, ways };
}

