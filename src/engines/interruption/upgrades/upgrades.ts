import { refuse, wrongProbability, type Refusal } from '../path/task.ts';

/** A measure that can be bought: what it costs (a whole number of minor units, 0 or more), and which elements it changes. Of one `group` only one can be chosen. */
export type Measure = { id: string; cost: number; elements: readonly number[]; group?: string };

/** P(I) with some measures in place, and the elements on the path that it comes from. Measures that touch none of these leave that path as it is. */
export type Assessed = { interruption: number; elements: ReadonlySet<number> };

/**
 * The cheapest set of measures that brings P(I) to a floor, or the best found where the assessments were used up: then `proven` is false and no set
 * costs less than `atLeast`.
 */
export type CheapestMeasures = { ok: true; chosen: Measure[]; cost: number; interruption: number; proven: boolean; atLeast: number; assessments: number };

type Node = { chosen: number[]; cost: number };

function wrongMeasures(measures: readonly Measure[], floor: number): Refusal | null {
  const ids = new Set<string>();
  for (const [i, { id, cost }] of measures.entries()) {
    if (ids.has(id)) return refuse(`measures[${i}].id`, `There are two measures ${id}.`);
    ids.add(id);
    if (!Number.isSafeInteger(cost) || cost < 0) return refuse(`measures[${i}].cost`, 'A cost is a whole number of minor units, 0 or more.');
  }
  return wrongProbability(floor, 'floor');
}

/** What the measures of a set can still be joined by: one that changes the weakest path, and whose group is free. */
function additions(measures: readonly Measure[], chosen: readonly number[], weakest: ReadonlySet<number>): number[] {
  const groups = new Set(chosen.flatMap((i) => measures[i]?.group ?? []));
  return measures.flatMap((measure, i) => (chosen.includes(i) || (measure.group !== undefined && groups.has(measure.group)) || !measure.elements.some((e) => weakest.has(e)) ? [] : [i]));
}

/**
 * Searches sets of measures in order of cost. A set that falls short can only be mended by a measure on its weakest path, since that path stays as it is
 * without one; so the first set in order of cost that reaches the floor is the cheapest of all, whatever the measures do (nothing need be monotone).
 */
export function cheapestMeasures(measures: readonly Measure[], floor: number, assess: (chosen: readonly Measure[]) => Assessed, { mostAssessments = 5000 }: { mostAssessments?: number } = {}): CheapestMeasures | Refusal {
  const wrong = wrongMeasures(measures, floor);
  if (wrong) return wrong;
  const open: Node[] = [{ chosen: [], cost: 0 }];
  const seen = new Set<string>();
  let assessments = 0;
  let most = 0;
  for (let node = open.shift(); node; node = open.shift()) {
    if (assessments >= mostAssessments) return completed(measures, floor, assess, node, assessments);
    assessments++;
    const chosen = node.chosen.map((i) => measures[i] as Measure);
    const { interruption, elements } = assess(chosen);
    most = Math.max(most, interruption);
    if (interruption >= floor) return { ok: true, chosen, cost: node.cost, interruption, proven: true, atLeast: node.cost, assessments };
    for (const i of additions(measures, node.chosen, elements)) {
      const set = [...node.chosen, i].sort((a, b) => a - b);
      if (seen.has(set.join())) continue;
      seen.add(set.join());
      const child = { chosen: set, cost: node.cost + (measures[i] as Measure).cost };
      const at = open.findIndex(({ cost }) => cost > child.cost);
      open.splice(at < 0 ? open.length : at, 0, child);
    }
  }
  return refuse('floor', `These measures bring P(I) to ${most} at most.`);
}

/** From the cheapest open set on, always the measure that brings most for its cost, then without those that turn out not to be needed. */
function completed(measures: readonly Measure[], floor: number, assess: (chosen: readonly Measure[]) => Assessed, from: Node, before: number): CheapestMeasures | Refusal {
  let assessments = before;
  const pick = (set: readonly number[]): Measure[] => set.map((i) => measures[i] as Measure);
  const look = (set: readonly number[]): Assessed => {
    assessments++;
    return assess(pick(set));
  };
  let chosen = from.chosen;
  let now = look(chosen);
  while (now.interruption < floor) {
    const was = now.interruption;
    const tried = additions(measures, chosen, now.elements).map((i) => ({ i, result: look([...chosen, i]) }));
    const worth = ({ i, result }: (typeof tried)[number]): number => (result.interruption - was) / Math.max(1, (measures[i] as Measure).cost);
    const best = tried.sort((a, b) => worth(b) - worth(a))[0];
    if (!best) return refuse('floor', `No set that reaches the floor was found; P(I) came to ${was}.`);
    chosen = [...chosen, best.i];
    now = best.result;
  }
  for (const i of chosen) {
    const without = chosen.filter((other) => other !== i);
    const result = look(without);
    if (result.interruption >= floor) [chosen, now] = [without, result];
  }
  return { ok: true, chosen: pick(chosen), cost: pick(chosen).reduce((sum, { cost }) => sum + cost, 0), interruption: now.interruption, proven: false, atLeast: from.cost, assessments };
}
