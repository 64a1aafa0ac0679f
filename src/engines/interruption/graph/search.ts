import { refuse, wrongResponse, wrongTime, type Refusal, type Response } from '../path/task.ts';
import { detectionDistances, type DetectionDistances } from './detection.ts';
import { openEvaluator, type PathFigures } from './evaluate.ts';
import type { ProtectionGraph } from './graph.ts';
import { openLateFinder, type Conditions } from './late.ts';
import { leastDetection, openRetrace } from './retrace.ts';
import { openTrail } from './trail.ts';

/** A path and its figures. `arcs` are arcs of the graph in the order of the adversary (`graph.input` leads to the columns); `detectionSum` is Σ −ln(1 − P_D) before late ground. */
export type VulnerablePath = PathFigures & { ok: true; arcs: Int32Array; detectionSum: number };

/** How to choose: the response time that the adversary plans with (the response's own by default; 0 to remain unseen, Infinity to be fast), and conditions. */
export type Choice = Omit<Conditions, 'open'> & { planS?: number };

/** A search over one graph: its detection distances are made once, when first needed, and serve every target and response. */
export type Search = {
  readonly graph: ProtectionGraph;
  /** The detection distances of this graph. */
  distances(): DetectionDistances;
  /** The most vulnerable path by timely detection, of equally vulnerable ones the fastest. Refused where no path leads to the target: that is neither 0 nor 1. */
  mostVulnerable(target: number, response: Response, choice?: Choice): VulnerablePath | Refusal;
  /** Σ −ln(1 − P_D) on that path before late ground, without the path; Infinity where none leads. `target` is a node of the graph. */
  leastDetectionSum(target: number, timeS: number, conditions?: Conditions): number;
};

/** P(I) by timely detection from a sum of −ln(1 − P_D). */
export const interruptionOfSum = (sum: number, communication = 1): number => communication * -Math.expm1(-sum);

const wrongChoice = (graph: ProtectionGraph, target: number, response: Response, planS: number): Refusal | null =>
  (Number.isInteger(target) && target >= 0 && target < graph.nodes ? null : refuse('target', `${target} is no node of the graph.`)) ??
  wrongResponse(response) ??
  (planS === Number.POSITIVE_INFINITY ? null : wrongTime(planS, 'planS'));

/** Opens a search. It keeps about 60 bytes a node beside the graph. */
export function openSearch(graph: ProtectionGraph): Search {
  let known: DetectionDistances | null = null;
  const distances = (): DetectionDistances => (known ??= detectionDistances(graph));
  const findLate = openLateFinder(graph);
  const retrace = openRetrace(graph, distances);
  const evaluate = openEvaluator(graph);
  const trail = openTrail(graph);
  const UNKNOWN = { detection: Number.POSITIVE_INFINITY, node: -1, ways: 0 };

  /** Puts the path onto the trail: how many arcs, and the detection before late ground. */
  const lay = (target: number, planS: number, conditions: Conditions): { count: number; detection: number } | null => {
    const late = findLate(target, planS, conditions);
    if (late.leftS[graph.start] !== Number.POSITIVE_INFINITY) return { count: trail.putTail(0, graph.start, late), detection: 0 };
    const best = conditions.closed ? UNKNOWN : leastDetection(graph, distances(), late, conditions.open);
    if (!conditions.closed && best.detection === Number.POSITIVE_INFINITY) return null;
    const count = best.ways === 1 && best.node >= 0 ? trail.putArrival(distances(), best.node, late) : -1;
    if (count >= 0) return { count, detection: best.detection };
    let found = retrace(late, conditions, best.detection);
    // Sums past 2^13 are no longer exact, and the bound may then shut out the path that it was taken from.
    if (found.detection === Number.POSITIVE_INFINITY && best !== UNKNOWN) found = retrace(late, conditions, Number.POSITIVE_INFINITY);
    return found.detection === Number.POSITIVE_INFINITY ? null : { count: trail.putRetraced(found.next, late), detection: found.detection };
  };

  return {
    graph,
    distances,
    leastDetectionSum(target, timeS, conditions = {}) {
      const late = findLate(target, timeS, conditions);
      if (late.leftS[graph.start] !== Number.POSITIVE_INFINITY) return 0;
      if (conditions.closed) return retrace(late, conditions, Number.POSITIVE_INFINITY).detection;
      return leastDetection(graph, distances(), late, conditions.open).detection;
    },
    mostVulnerable(target, response, { planS = response.timeS, ...conditions } = {}) {
      const wrong = wrongChoice(graph, target, response, planS);
      if (wrong) return wrong;
      const laid = lay(target, planS, conditions);
      if (!laid) return refuse('target', 'No path leads from the start to this target.');
      const arcs = trail.arcs(laid.count);
      return { ok: true, ...evaluate(arcs, laid.count, response, conditions.equalIsLate), arcs, detectionSum: laid.detection };
    },
  };
}
