import { refuse, wrongProbability, wrongTime, type Refusal } from '../path/task.ts';
import { weigh, type ProtectionGraph } from './graph.ts';

/** What becomes of an element's arcs; what is absent stays. A new delay keeps each arc's ratio of spread to delay unless `delaySdS` is given. */
export type ElementChange = { detection?: number; delayS?: number; delaySdS?: number };

/** A new version of the graph in which elements have changed: same nodes and arcs, so paths of one version are paths of the other. */
export function changeElements(graph: ProtectionGraph, changes: ReadonlyMap<number, ElementChange>): { ok: true; graph: ProtectionGraph } | Refusal {
  for (const [element, change] of changes) {
    if (!Number.isInteger(element) || element < 0 || element >= graph.elements) return refuse(`changes.${element}`, `The graph has no element ${element}.`);
    const wrong = wrongProbability(change.detection ?? 0, `changes.${element}.detection`) ?? wrongTime(change.delayS ?? 0, `changes.${element}.delayS`) ?? wrongTime(change.delaySdS ?? 0, `changes.${element}.delaySdS`);
    if (wrong) return wrong;
  }
  const detection = graph.detection.slice();
  const delayS = graph.delayS.slice();
  const delaySdS = graph.delaySdS.slice();
  for (let arc = 0; arc < graph.arcs; arc++) {
    const change = changes.get(graph.element[arc] as number);
    if (!change) continue;
    const was = delayS[arc] as number;
    detection[arc] = change.detection ?? (detection[arc] as number);
    delayS[arc] = change.delayS ?? was;
    delaySdS[arc] = change.delaySdS ?? (was > 0 ? ((delaySdS[arc] as number) * (delayS[arc] as number)) / was : (delaySdS[arc] as number));
  }
  const inDelayS = graph.inDelayS.slice();
  for (let k = 0; k < graph.arcs; k++) inDelayS[k] = delayS[graph.inArc[k] as number] as number;
  return { ok: true, graph: { ...graph, detection, delayS, delaySdS, inDelayS, ...weigh(detection) } };
}
