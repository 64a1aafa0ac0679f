import type { Refusal, Response } from '../path/task.ts';
import type { Search, VulnerablePath } from './search.ts';

/**
 * Paths in order of P(I) by timely detection, each of which avoids some element of every path before it. `complete` says that these are all there
 * are, or the first `keep` for certain; `searches` how many were made.
 */
export type DistinctPaths = { ok: true; paths: VulnerablePath[]; complete: boolean; searches: number };

type Solved = { closed: number[]; path: VulnerablePath | null; elements: Set<number> };

const orderOf = (a: VulnerablePath, b: VulnerablePath): number => a.detectionSum - b.detectionSum || a.delayS - b.delayS;

/**
 * The `keep` most vulnerable distinct paths. The tree of closed elements: the best path under a set of closed elements; below it, one more of its
 * elements closed; always the best open one next. What passes all elements of a better path, and more, is not listed.
 */
export function distinctPaths(search: Search, target: number, response: Response, { keep, mostSearches = 2000, equalIsLate = false }: { keep: number; mostSearches?: number; equalIsLate?: boolean }): DistinctPaths | Refusal {
  const { graph } = search;
  const closed = new Uint8Array(graph.elements);
  const solved: Solved[] = [];
  let searches = 0;
  const solve = (elements: number[]): Solved | null => {
    const inherited = solved.find((one) => one.closed.every((e) => elements.includes(e)) && (one.path === null || !elements.some((e) => one.elements.has(e))));
    if (inherited) return { ...inherited, closed: elements };
    if (searches >= mostSearches) return null;
    searches++;
    for (const element of elements) closed[element] = 1;
    const found = search.mostVulnerable(target, response, elements.length > 0 ? { closed, equalIsLate } : { equalIsLate });
    for (const element of elements) closed[element] = 0;
    const one: Solved = { closed: elements, path: found.ok ? found : null, elements: found.ok ? elementsOf(graph.element, found.arcs) : new Set() };
    solved.push(one);
    return one;
  };

  const first = search.mostVulnerable(target, response, { equalIsLate });
  if (!first.ok) return first;
  const root = solve([]);
  const open: Solved[] = root ? [root] : [];
  const seen = new Set<string>();
  const listed: Solved[] = [];
  let complete = root !== null;
  for (let next = open.shift(); next && listed.length < keep; next = open.shift()) {
    const { path, elements } = next;
    if (!path) continue;
    if (listed.every((other) => [...other.elements].some((e) => !elements.has(e)))) listed.push(next);
    for (const element of elements) {
      const set = [...next.closed, element].sort((a, b) => a - b);
      if (seen.has(set.join())) continue;
      seen.add(set.join());
      const child = solve(set);
      if (!child) complete = false;
      if (!child?.path) continue;
      const at = open.findIndex((other) => other.path && child.path && orderOf(other.path, child.path) > 0);
      open.splice(at < 0 ? open.length : at, 0, child);
    }
    if (!complete) break;
  }
  return { ok: true, paths: listed.flatMap(({ path }) => (path ? [path] : [])), complete, searches };
}

/** The elements that some arcs cross; open ground is none. */
export function elementsOf(element: Int32Array, arcs: Int32Array): Set<number> {
  const out = new Set<number>();
  for (const arc of arcs) if ((element[arc] as number) >= 0) out.add(element[arc] as number);
  return out;
}
