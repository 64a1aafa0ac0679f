import type { Response } from '../path/task.ts';
import { openEvaluator, type PathFigures } from './evaluate.ts';
import type { ProtectionGraph } from './graph.ts';

/** Told of each path: the first `count` of `arcs`, which are used again for the next one. */
export type PathVisitor = (arcs: Int32Array, count: number) => void;

/** The nodes from which some arc leads on toward the target. */
function leadingTo(graph: ProtectionGraph, target: number): Uint8Array {
  const leads = new Uint8Array(graph.nodes);
  leads[target] = 1;
  const open = [target];
  for (let v = open.pop(); v !== undefined; v = open.pop()) {
    for (let k = graph.inFirst[v] as number; k < (graph.inFirst[v + 1] as number); k++) {
      const u = graph.inFrom[k] as number;
      if (leads[u]) continue;
      leads[u] = 1;
      open.push(u);
    }
  }
  return leads;
}

/**
 * Visits every path from the start to the target that passes no node twice; several arcs between two nodes make several paths. Stops after `limit` paths,
 * or after looking at 50 arcs for each of them. Returns how many were visited, and whether they were all.
 */
export function visitPaths(graph: ProtectionGraph, target: number, limit: number, visit: PathVisitor): { count: number; complete: boolean } {
  if (target === graph.start) {
    visit(new Int32Array(), 0);
    return { count: 1, complete: true };
  }
  const leads = leadingTo(graph, target);
  const onPath = new Uint8Array(graph.nodes);
  const arcs = new Int32Array(graph.nodes);
  const cursor = new Int32Array(graph.nodes + 1);
  let count = 0;
  let looks = 50 * limit + graph.arcs;
  let depth = 0;
  let node = graph.start;
  onPath[node] = 1;
  cursor[0] = graph.first[node] as number;
  for (;;) {
    const arc = cursor[depth] as number;
    if (arc >= (graph.first[node + 1] as number)) {
      if (depth === 0) return { count, complete: true };
      onPath[node] = 0;
      depth--;
      node = graph.from[arcs[depth] as number] as number;
      continue;
    }
    cursor[depth] = arc + 1;
    const next = graph.to[arc] as number;
    if (looks-- <= 0) return { count, complete: false };
    if (onPath[next] || !leads[next]) continue;
    arcs[depth] = arc;
    if (next === target) {
      if (count === limit) return { count, complete: false };
      visit(arcs, depth + 1);
      count++;
      continue;
    }
    depth++;
    onPath[next] = 1;
    node = next;
    cursor[depth] = graph.first[node] as number;
  }
}

/** A path of a list, with its figures. */
export type RankedPath = PathFigures & { arcs: Int32Array };

/** The `keep` paths of least P(I) among all, by EASI or by timely detection (of equal ones the faster first); null where there are more than `limit`. */
export function rankAllPaths(graph: ProtectionGraph, target: number, response: Response, by: 'easi' | 'timely', keep: number, limit: number): { paths: RankedPath[]; count: number } | null {
  const evaluate = openEvaluator(graph);
  const paths: RankedPath[] = [];
  const order = (a: PathFigures, b: PathFigures): number => a[by] - b[by] || a.delayS - b.delayS;
  const seen = visitPaths(graph, target, limit, (arcs, count) => {
    const figures = evaluate(arcs, count, response);
    const last = paths.at(-1);
    if (paths.length >= keep && last && order(figures, last) >= 0) return;
    const at = paths.findIndex((path) => order(figures, path) < 0);
    paths.splice(at < 0 ? paths.length : at, 0, { ...figures, arcs: arcs.slice(0, count) });
    if (paths.length > keep) paths.pop();
  });
  return seen.complete ? { paths, count: seen.count } : null;
}
