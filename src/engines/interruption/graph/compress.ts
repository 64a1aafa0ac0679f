import type { ArcColumns } from './graph.ts';

/** Where each node's arcs begin (`first`, one more than nodes), and the arcs in that order; arcs of one node keep their order. */
export function compress(nodes: number, ends: ArrayLike<number>): { first: Int32Array; order: Int32Array } {
  const count = ends.length;
  const first = new Int32Array(nodes + 1);
  for (let i = 0; i < count; i++) (first[(ends[i] as number) + 1] as number)++;
  for (let v = 0; v < nodes; v++) first[v + 1] = (first[v + 1] as number) + (first[v] as number);
  const next = first.slice(0, nodes);
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const node = ends[i] as number;
    order[next[node] as number] = i;
    next[node] = (next[node] as number) + 1;
  }
  return { first, order };
}

/** The columns of the arcs in a given order, with what is absent filled in. */
export function placeColumns(arcs: ArcColumns, order: Int32Array, sdOfMean: number) {
  const count = order.length;
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const delayS = new Float64Array(count);
  const delaySdS = new Float64Array(count);
  const detection = new Float64Array(count);
  const place = new Uint8Array(count);
  const element = new Int32Array(count);
  let elements = 0;
  let allAtBeginning = true;
  for (let k = 0; k < count; k++) {
    const i = order[k] as number;
    from[k] = arcs.from[i] as number;
    to[k] = arcs.to[i] as number;
    delayS[k] = arcs.delayS[i] as number;
    delaySdS[k] = arcs.delaySdS ? (arcs.delaySdS[i] as number) : sdOfMean * (arcs.delayS[i] as number);
    detection[k] = arcs.detection[i] as number;
    if (arcs.place) place[k] = arcs.place[i] as number;
    if (place[k] !== 0) allAtBeginning = false;
    const crossed = arcs.element ? (arcs.element[i] as number) : i;
    element[k] = crossed;
    if (crossed >= elements) elements = crossed + 1;
  }
  return { from, to, delayS, delaySdS, detection, place, element, elements, allAtBeginning };
}
