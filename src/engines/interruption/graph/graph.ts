import { refuse, type Refusal } from '../path/task.ts';
import { compress, placeColumns } from './compress.ts';

/** Where a sensor acts, as a number of one byte: B, M, E. */
export const PLACES = ['B', 'M', 'E'] as const;

/** The share of an arc's delay ahead of the adversary at its sensor, by the byte of its place. */
export const AHEAD_OF = Float64Array.of(1, 0.5, 0);

/**
 * Arcs as columns of one length: from node to node, delay in seconds, P_D. `place` is 0, 1 or 2 (B, M, E; B where absent), `delaySdS` the standard
 * deviation in seconds (`sdOfMean` times the delay where absent), `element` the whole number from 0 of what is crossed (a door, a fence, a sensor),
 * −1 for open ground; where absent each arc is an element of its own number.
 */
export type ArcColumns = {
  from: ArrayLike<number>;
  to: ArrayLike<number>;
  delayS: ArrayLike<number>;
  detection: ArrayLike<number>;
  place?: ArrayLike<number>;
  delaySdS?: ArrayLike<number>;
  element?: ArrayLike<number>;
};

/** What a graph is made of: nodes are 0 to `nodes` − 1, the adversary starts at `start` (off-site). */
export type GraphInput = { nodes: number; start: number; arcs: ArcColumns; sdOfMean?: number };

/**
 * A protection graph. Arcs stand in the order of their source node (`first`), and again by their end (`inFirst`). `weight` is −ln(1 − P_D) in whole
 * multiples of 2^−40, so that sums are exact and equal detection compares as equal. `input` gives each arc its place in the columns it came from.
 */
export type ProtectionGraph = {
  readonly nodes: number;
  readonly arcs: number;
  readonly start: number;
  readonly elements: number;
  readonly allAtBeginning: boolean;
  /** Least weight above 0 (Infinity where none is) and greatest. */
  readonly leastWeight: number;
  readonly mostWeight: number;
  readonly first: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly delayS: Float64Array;
  readonly delaySdS: Float64Array;
  readonly detection: Float64Array;
  readonly weight: Float64Array;
  readonly place: Uint8Array;
  readonly element: Int32Array;
  readonly input: Int32Array;
  readonly inFirst: Int32Array;
  readonly inArc: Int32Array;
  readonly inFrom: Int32Array;
  readonly inDelayS: Float64Array;
};

/** Weight of certain detection: e^−64 is nothing beside 1, so P = 1 exactly, and a path through it stays a path. */
export const CERTAIN = 64;
const QUANTUM = 2 ** 40;

/** −ln(1 − P_D) in whole multiples of 2^−40, at most `CERTAIN`. */
export const weightOf = (detection: number): number => (detection >= 1 ? CERTAIN : Math.round(-Math.log1p(-detection) * QUANTUM) / QUANTUM);

/** The weights of a column of P_D, with their least above 0 and their greatest. */
export function weigh(detection: Float64Array): { weight: Float64Array; leastWeight: number; mostWeight: number } {
  const weight = new Float64Array(detection.length);
  let leastWeight = Number.POSITIVE_INFINITY;
  let mostWeight = 0;
  for (let k = 0; k < weight.length; k++) {
    const w = weightOf(detection[k] as number);
    weight[k] = w;
    if (w > 0 && w < leastWeight) leastWeight = w;
    if (w > mostWeight) mostWeight = w;
  }
  return { weight, leastWeight, mostWeight };
}

/** Builds the graph. Loops and several arcs between two nodes are allowed. Refused: nodes that are none, P outside [0, 1], negative or endless times. Of delays under a nanosecond, but 0, the variance is lost, and P(I) by EASI not exact. */
export function openGraph({ nodes, start, arcs, sdOfMean = 0.3 }: GraphInput): { ok: true; graph: ProtectionGraph } | Refusal {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 0x7fffffff) return refuse('nodes', `A graph has at least one node; ${nodes} is no number of nodes.`);
  if (!Number.isInteger(start) || start < 0 || start >= nodes) return refuse('start', `The start is a node of the graph; ${start} is none.`);
  const wrong = wrongArcs(nodes, arcs);
  if (wrong) return wrong;
  const outward = compress(nodes, arcs.from);
  const columns = placeColumns(arcs, outward.order, sdOfMean);
  const inward = compress(nodes, columns.to);
  const count = arcs.from.length;
  const inFrom = new Int32Array(count);
  const inDelayS = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const arc = inward.order[k] as number;
    inFrom[k] = columns.from[arc] as number;
    inDelayS[k] = columns.delayS[arc] as number;
  }
  return { ok: true, graph: { nodes, arcs: count, start, ...columns, ...weigh(columns.detection), first: outward.first, input: outward.order, inFirst: inward.first, inArc: inward.order, inFrom, inDelayS } };
}

const isNodeOf = (node: number | undefined, nodes: number): boolean => Number.isInteger(node) && (node as number) >= 0 && (node as number) < nodes;
const isTime = (value: number | undefined): boolean => (value as number) >= 0 && (value as number) < Number.POSITIVE_INFINITY;

function wrongArcs(nodes: number, arcs: ArcColumns): Refusal | null {
  const count = arcs.from.length;
  for (const name of ['to', 'delayS', 'detection', 'place', 'delaySdS', 'element'] as const) {
    const column = arcs[name];
    if (column && column.length !== count) return refuse(`arcs.${name}`, `There are ${count} arcs, and ${column.length} values here.`);
  }
  for (let i = 0; i < count; i++) {
    if (!isNodeOf(arcs.from[i], nodes)) return refuse(`arcs.from[${i}]`, `${arcs.from[i]} is no node of the graph.`);
    if (!isNodeOf(arcs.to[i], nodes)) return refuse(`arcs.to[${i}]`, `${arcs.to[i]} is no node of the graph.`);
    if (!isTime(arcs.delayS[i])) return refuse(`arcs.delayS[${i}]`, `A delay in seconds is 0 or more; ${arcs.delayS[i]} is not.`);
    const detection = arcs.detection[i] as number;
    if (!(detection >= 0 && detection <= 1)) return refuse(`arcs.detection[${i}]`, `A probability lies between 0 and 1; ${detection} does not.`);
    if (arcs.delaySdS && !isTime(arcs.delaySdS[i])) return refuse(`arcs.delaySdS[${i}]`, `A standard deviation is 0 or more; ${arcs.delaySdS[i]} is not.`);
    if (arcs.place && !(arcs.place[i] === 0 || arcs.place[i] === 1 || arcs.place[i] === 2)) return refuse(`arcs.place[${i}]`, 'A place is 0, 1 or 2: beginning, middle, end.');
    if (arcs.element && !(Number.isInteger(arcs.element[i]) && (arcs.element[i] as number) >= -1)) return refuse(`arcs.element[${i}]`, 'An element is a whole number from 0, or -1 for open ground.');
  }
  return null;
}
