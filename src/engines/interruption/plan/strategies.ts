import { openGraph, type ProtectionGraph } from '../graph/graph.ts';
import { leastEasi } from '../graph/screen.ts';
import { openSearch, type Search } from '../graph/search.ts';
import type { PathFigures } from '../graph/evaluate.ts';
import { refuse, type Refusal, type Response } from '../path/task.ts';
import { TACTICS, type ElementName, type SiteModel, type Tactic } from './model.ts';

/** What the adversary sets store by: to stay unseen, to be fast, to pass as someone who may, or whatever serves at each element. */
export type Strategy = Tactic | 'mixed';
export const STRATEGIES: readonly Strategy[] = [...TACTICS, 'mixed'];

/** The response time that a strategy plans with: none to stay unseen, endless to be fast; mixed plans with the real one, stealth until it no longer matters and speed after. */
const PLAN: Readonly<Record<Strategy, number | undefined>> = { stealth: 0, deceit: 0, force: Number.POSITIVE_INFINITY, mixed: undefined };

/** One arc of a path: the element passed (null for open ground), the tactic (null for one that serves all), its delay and P_D. */
export type Step = { element: ElementName | null; tactic: Tactic | null; delayS: number; detection: number };

/** A path by a strategy, in the words of the model. `steps` and `critical` count alike. */
export type StrategyPath = PathFigures & { strategy: Strategy; steps: Step[] };

/** A model's graph under one strategy, with its search and the model's arc of each arc. */
export type StrategyGraph = { graph: ProtectionGraph; search: Search; stepsOf(arcs: Int32Array): Step[] };

/** The graph of a strategy: at each element its own ways and those that serve all; where an element has none of these, all its ways. */
export function openStrategy(model: SiteModel, strategy: Strategy): { ok: true; opened: StrategyGraph } | Refusal {
  const { arcs } = model;
  const wanted = strategy === 'mixed' ? -1 : 1 + TACTICS.indexOf(strategy);
  const fits = (i: number): boolean => wanted < 0 || arcs.tactic[i] === 0 || arcs.tactic[i] === wanted;
  const offers = new Set(arcs.element.filter((element, i) => element >= 0 && fits(i)));
  const kept = arcs.from.map((_, i) => i).filter((i) => fits(i) || !offers.has(arcs.element[i] as number));
  const column = (values: number[]): number[] => kept.map((i) => values[i] as number);
  const opened = openGraph({
    nodes: model.nodes,
    start: model.start,
    arcs: { from: column(arcs.from), to: column(arcs.to), delayS: column(arcs.delayS), delaySdS: column(arcs.delaySdS), detection: column(arcs.detection), place: column(arcs.place), element: column(arcs.element) },
  });
  if (!opened.ok) return opened;
  const { graph } = opened;
  const stepsOf = (path: Int32Array): Step[] =>
    Array.from(path, (arc) => {
      const at = kept[graph.input[arc] as number] as number;
      return { element: model.elements[arcs.element[at] as number] ?? null, tactic: TACTICS[(arcs.tactic[at] as number) - 1] ?? null, delayS: graph.delayS[arc] as number, detection: graph.detection[arc] as number };
    });
  return { ok: true, opened: { graph, search: openSearch(graph), stepsOf } };
}

/** The path that each strategy takes to a target, and the P(I) it meets. By timely detection none is below mixed. Refused where no path leads there. */
export function compareStrategies(model: SiteModel, target: string, response: Response): { ok: true; paths: StrategyPath[] } | Refusal {
  const node = model.targets.get(target);
  if (node === undefined) return refuse('target', `There is no target ${target}.`);
  const paths: StrategyPath[] = [];
  for (const strategy of STRATEGIES) {
    const one = openStrategy(model, strategy);
    if (!one.ok) return one;
    const found = one.opened.search.mostVulnerable(node, response, { planS: PLAN[strategy] ?? response.timeS });
    if (!found.ok) return found;
    const { timely, easi, critical, delayS, arcs } = found;
    paths.push({ strategy, timely, easi, critical, delayS, steps: one.opened.stepsOf(arcs) });
  }
  return { ok: true, paths };
}

/** A model's paths by EASI, least first: all of them where there are at most `limit`, else the best of `count` screened, with the bound under all. */
export function rankByEasi(model: SiteModel, target: string, response: Response, options: { keep?: number; limit?: number } = {}): { ok: true; enumerated: boolean; count: number; atLeast: number; paths: StrategyPath[] } | Refusal {
  const node = model.targets.get(target);
  if (node === undefined) return refuse('target', `There is no target ${target}.`);
  const mixed = openStrategy(model, 'mixed');
  if (!mixed.ok) return mixed;
  const list = leastEasi(mixed.opened.search, node, response, { limit: 1_000_000, ...options });
  if (!list.ok) return list;
  return { ...list, paths: list.paths.map(({ arcs, ...figures }) => ({ ...figures, strategy: 'mixed', steps: mixed.opened.stepsOf(arcs) })) };
}
