import { changeElements, type ElementChange } from '../graph/change.ts';
import { elementsOf } from '../graph/distinct.ts';
import type { ProtectionGraph } from '../graph/graph.ts';
import { openSearch } from '../graph/search.ts';
import { refuse, type Refusal, type Response } from '../path/task.ts';
import { cheapestMeasures, type Assessed, type CheapestMeasures, type Measure } from './upgrades.ts';

/** A measure with what it makes of each element it changes. Of two measures on one element the greater detection and the greater delay hold. */
export type GraphMeasure = Measure & { changes: ReadonlyMap<number, ElementChange> };

const greater = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined ? b : b === undefined ? a : Math.max(a, b));

function joined(measures: readonly GraphMeasure[]): Map<number, ElementChange> {
  const out = new Map<number, ElementChange>();
  for (const { changes } of measures) {
    for (const [element, change] of changes) {
      const known = out.get(element) ?? {};
      const both = { detection: greater(known.detection, change.detection), delayS: greater(known.delayS, change.delayS), delaySdS: greater(known.delaySdS, change.delaySdS) };
      out.set(element, Object.fromEntries(Object.entries(both).filter(([, value]) => value !== undefined)));
    }
  }
  return out;
}

/** The cheapest measures that bring the least P(I) by timely detection of all paths to a target up to a floor. Each assessment is a search of the changed graph, which weighs detection in steps of 2^-40: a floor within 1e-9 of a P(I) may fall to either side. */
export function cheapestForGraph(graph: ProtectionGraph, target: number, response: Response, measures: readonly Omit<GraphMeasure, 'elements'>[], floor: number, options: { mostAssessments?: number } = {}): CheapestMeasures | Refusal {
  const known = measures.map((measure): GraphMeasure => ({ ...measure, elements: [...measure.changes.keys()] }));
  for (const [i, { changes }] of known.entries()) {
    const tried = changeElements(graph, changes);
    if (!tried.ok) return refuse(`measures[${i}].${tried.at}`, tried.reason);
  }
  const bare = openSearch(graph).mostVulnerable(target, response);
  if (!bare.ok) return bare;
  const byId = new Map(known.map((measure) => [measure.id, measure]));
  const assess = (chosen: readonly Measure[]): Assessed => {
    const changed = changeElements(graph, joined(chosen.flatMap(({ id }) => byId.get(id) ?? [])));
    const found = changed.ok ? openSearch(changed.graph).mostVulnerable(target, response) : bare;
    return found.ok ? { interruption: found.timely, elements: elementsOf(graph.element, found.arcs) } : { interruption: 1, elements: new Set() };
  };
  return cheapestMeasures(known, floor, assess, options);
}
