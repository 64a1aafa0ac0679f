import type { Refusal, Response } from '../path/task.ts';
import { changeElements } from './change.ts';
import { elementsOf } from './distinct.ts';
import type { ProtectionGraph } from './graph.ts';
import { openHeap, popLeast, pushItem } from './heap.ts';
import { isPassedLate, openLateFinder, type LateGround } from './late.ts';
import { interruptionOfSum, openSearch, type Search } from './search.ts';

/**
 * What becomes of the least P(I) by timely detection if one element fails or is made perfect: `ifBlind` its detection is lost, `ifOpen` its delay is
 * lost, `ifClosed` nobody can pass it (null: then no path is left). No change at this element alone brings P(I) above `ifClosed`.
 */
export type ElementEffect = { element: number; ifBlind: number; ifOpen: number; ifClosed: number | null };

/** The least detection from every node onward to late ground. */
function onwardDetection(graph: ProtectionGraph, late: LateGround): Float64Array {
  const { inFirst, inFrom, inArc, weight } = graph;
  const onward = new Float64Array(graph.nodes).fill(Number.POSITIVE_INFINITY);
  const heap = openHeap();
  const offer = (node: number, value: number): void => {
    if (value >= (onward[node] as number)) return;
    onward[node] = value;
    pushItem(heap, value, 0, node);
  };
  for (let i = 0; i < late.count; i++) offer(late.nodes[i] as number, 0);
  for (let v = popLeast(heap); v >= 0; v = popLeast(heap)) {
    const here = heap.key;
    if (here !== onward[v]) continue;
    for (let k = inFirst[v] as number; k < (inFirst[v + 1] as number); k++) {
      const arc = inArc[k] as number;
      offer(inFrom[k] as number, here === 0 && isPassedLate(graph, late, arc, graph.delayS[arc] as number) ? 0 : here + (weight[arc] as number));
    }
  }
  return onward;
}

/** For each element: the pair of nodes that all its arcs lie between, as one number, or −1 where they do not (a sensor over several crossings). */
function crossings(graph: ProtectionGraph): Float64Array {
  const pairs = new Float64Array(graph.elements).fill(-2);
  for (let arc = 0; arc < graph.arcs; arc++) {
    const element = graph.element[arc] as number;
    if (element < 0) continue;
    const [a, b] = [graph.from[arc] as number, graph.to[arc] as number];
    const pair = Math.min(a, b) * graph.nodes + Math.max(a, b);
    if (pairs[element] === -2) pairs[element] = pair;
    else if (pairs[element] !== pair) pairs[element] = -1;
  }
  return pairs;
}

/**
 * The effect of every element (or of those named) on the least P(I). Lost detection of a single crossing comes from two sweeps for all of them; a sensor
 * over several crossings takes a new search each; lost delay one search of late ground; only elements of the most vulnerable path can raise P(I).
 */
export function elementEffects(search: Search, target: number, response: Response, elements?: readonly number[]): { ok: true; interruption: number; effects: ElementEffect[] } | Refusal {
  const base = search.mostVulnerable(target, response);
  if (!base.ok) return base;
  const { graph } = search;
  const { timeS, communication } = response;
  const late = openLateFinder(graph)(target, timeS);
  const isLateNow = late.leftS[graph.start] !== Number.POSITIVE_INFINITY;
  const { distance } = search.distances();
  const onward = onwardDetection(graph, late);
  const blind = new Float64Array(graph.elements).fill(base.detectionSum);
  const touchesLate = new Uint8Array(graph.elements);
  for (let arc = 0; arc < graph.arcs; arc++) {
    const element = graph.element[arc] as number;
    if (element < 0) continue;
    const head = graph.to[arc] as number;
    blind[element] = Math.min(blind[element] as number, (distance[graph.from[arc] as number] as number) + (onward[head] as number));
    if (late.leftS[head] !== Number.POSITIVE_INFINITY) touchesLate[element] = 1;
  }
  const pairs = crossings(graph);
  const onPath = elementsOf(graph.element, base.arcs);
  const closed = new Uint8Array(graph.elements);
  const sumWithout = (element: number): number => {
    const changed = changeElements(graph, new Map([[element, { detection: 0 }]]));
    return changed.ok ? openSearch(changed.graph).leastDetectionSum(target, timeS) : base.detectionSum;
  };
  const effectOf = (element: number): ElementEffect => {
    const blindSum = isLateNow ? 0 : pairs[element] === -1 ? sumWithout(element) : (blind[element] as number);
    const openSum = touchesLate[element] ? search.leastDetectionSum(target, timeS, { open: element }) : base.detectionSum;
    let closedSum = base.detectionSum;
    if (onPath.has(element)) {
      closed[element] = 1;
      closedSum = search.leastDetectionSum(target, timeS, { closed });
      closed[element] = 0;
    }
    const at = (sum: number): number => interruptionOfSum(sum, communication);
    return { element, ifBlind: at(blindSum), ifOpen: at(openSum), ifClosed: closedSum === Number.POSITIVE_INFINITY ? null : at(closedSum) };
  };
  const named = elements ?? Array.from({ length: graph.elements }, (_, element) => element).filter((element) => pairs[element] !== -2);
  return { ok: true, interruption: interruptionOfSum(base.detectionSum, communication), effects: named.filter((element) => element >= 0 && element < graph.elements).map(effectOf) };
}

