import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeElements } from '../graph/change.ts';
import { elementsOf } from '../graph/distinct.ts';
import { rankAllPaths } from '../graph/enumerate.ts';
import { openSearch } from '../graph/search.ts';
import { anyGraph, anyGraphResponse, graphOf, TARGET } from '../graph/testing.ts';
import { aProbability, good } from '../testing.ts';
import { cheapestForGraph, type GraphMeasure } from './assess.ts';
import { cheapestMeasures, type Assessed, type Measure } from './upgrades.ts';

/** A search weighs detection in steps of 2^-40, so that a floor nearer to a P(I) than this decides nothing. */
const TELLS_APART = 1e-9;

/** The cheapest set by trying them all; null where none reaches the floor, undefined where one comes too near to it to tell. */
function byTrial(measures: readonly Measure[], floor: number, assess: (chosen: Measure[]) => Assessed): number | null | undefined {
  let best: number | null = null;
  for (let set = 0; set < 2 ** measures.length; set++) {
    const chosen = measures.filter((_, i) => set & (1 << i));
    const groups = chosen.flatMap(({ group }) => group ?? []);
    if (new Set(groups).size < groups.length) continue;
    const cost = chosen.reduce((sum, measure) => sum + measure.cost, 0);
    const { interruption } = assess(chosen);
    if (interruption !== floor && Math.abs(interruption - floor) < TELLS_APART) return undefined;
    if ((best === null || cost < best) && interruption >= floor) best = cost;
  }
  return best;
}

const someMeasures = (elements: number): fc.Arbitrary<Omit<GraphMeasure, 'elements'>[]> =>
  fc.array(fc.tuple(fc.nat(elements - 1), fc.nat(elements - 1), fc.nat(9), aProbability, fc.nat(200), fc.constantFrom(undefined, 'either')), { maxLength: 6 }).map((list) =>
    list.map(([a, b, cost, detection, delayS, group], i) => ({ id: `m${i}`, cost, ...(group ? { group } : {}), changes: new Map([[a, { detection }], [b, { delayS }]]) })),
  );

describe('the cheapest measures', () => {
  it('for a graph cost what the cheapest of all sets costs, and reach the floor', () => {
    const aCase = anyGraph.chain((input) => fc.tuple(fc.constant(input), anyGraphResponse, someMeasures(input.arcs.length), fc.double({ min: 0, max: 1, noNaN: true })));
    fc.assert(
      fc.property(aCase, ([input, reply, measures, floor]) => {
        const graph = graphOf(input);
        if (!openSearch(graph).mostVulnerable(TARGET, reply).ok) return;
        const known = measures.map((measure) => ({ ...measure, elements: [...measure.changes.keys()] }));
        const found = cheapestForGraph(graph, TARGET, reply, measures, floor);
        const interruption = (chosen: Measure[]): number => {
          const all = known.filter(({ id }) => chosen.some((one) => one.id === id));
          const changes = new Map<number, { detection?: number; delayS?: number }>();
          for (const { changes: more } of all) {
            for (const [element, change] of more) {
              const was = changes.get(element);
              changes.set(element, {
                ...was,
                ...change,
                ...(was?.detection !== undefined && change.detection !== undefined ? { detection: Math.max(was.detection, change.detection) } : {}),
                ...(was?.delayS !== undefined && change.delayS !== undefined ? { delayS: Math.max(was.delayS, change.delayS) } : {}),
              });
            }
          }
          return good(openSearch(good(changeElements(graph, changes)).graph).mostVulnerable(TARGET, reply)).timely;
        };
        const cheapest = byTrial(known, floor, (chosen) => ({ interruption: interruption(chosen), elements: new Set() }));
        if (cheapest === undefined) return;
        expect(found.ok).toBe(cheapest !== null);
        if (!found.ok) return;
        expect([found.proven, found.cost, found.atLeast]).toEqual([true, cheapest, cheapest]);
        expect(interruption(found.chosen)).toBeGreaterThanOrEqual(floor);
      }),
      { numRuns: 300 },
    );
  });

  it('are the cheapest by EASI too, where more detection may lower P(I)', () => {
    const aCase = anyGraph.chain((input) => fc.tuple(fc.constant(input), anyGraphResponse, someMeasures(input.arcs.length), fc.double({ min: 0, max: 1, noNaN: true })));
    fc.assert(
      fc.property(aCase, ([input, reply, measures, floor]) => {
        const graph = graphOf(input);
        const known = measures.map((measure) => ({ ...measure, elements: [...measure.changes.keys()] }));
        const assess = (chosen: readonly Measure[]): Assessed => {
          const changed = good(changeElements(graph, new Map(known.filter(({ id }) => chosen.some((one) => one.id === id)).flatMap(({ changes }) => [...changes]))));
          const weakest = rankAllPaths(changed.graph, TARGET, reply, 'easi', 1, 1e6)?.paths[0];
          return weakest ? { interruption: weakest.easi, elements: elementsOf(graph.element, weakest.arcs) } : { interruption: 1, elements: new Set() };
        };
        const found = cheapestMeasures(known, floor, assess);
        const cheapest = byTrial(known, floor, assess);
        if (cheapest !== undefined) expect(found.ok ? found.cost : null).toBe(cheapest);
      }),
      { numRuns: 300 },
    );
  });

  it('where the assessments are used up are the best found, not proven, with what no set can cost less than', () => {
    const arcs = Array.from({ length: 8 }, (_, i) => ({ from: i === 0 ? 0 : i + 1, to: i === 7 ? 1 : i + 2, delayS: 30, detection: 0.05, place: 0 }));
    const measures = arcs.flatMap((_, i) => [{ id: `lens ${i}`, cost: 100 + i, changes: new Map([[i, { detection: 0.3 }]]) }, { id: `beam ${i}`, cost: 260 + i, changes: new Map([[i, { detection: 0.6 }]]) }]);
    const reply = { timeS: 60, timeSdS: 20, communication: 1 };
    const proven = good(cheapestForGraph(graphOf({ nodes: 9, arcs }), TARGET, reply, measures, 0.8));
    const found = good(cheapestForGraph(graphOf({ nodes: 9, arcs }), TARGET, reply, measures, 0.8, { mostAssessments: 20 }));
    expect([proven.proven, found.proven]).toEqual([true, false]);
    expect(found.interruption).toBeGreaterThanOrEqual(0.8);
    expect(found.atLeast <= proven.cost && proven.cost <= found.cost).toBe(true);
  });

  it('are refused where all of them do not reach the floor, and where their description is wrong', () => {
    const graph = graphOf({ nodes: 2, arcs: [{ from: 0, to: 1, delayS: 30, detection: 0.1, place: 0 }] });
    const reply = { timeS: 10, timeSdS: 0, communication: 1 };
    const lens = { id: 'lens', cost: 5, changes: new Map([[0, { detection: 0.5 }]]) };
    expect(cheapestForGraph(graph, TARGET, reply, [lens], 0.9)).toMatchObject({ ok: false, at: 'floor', reason: 'These measures bring P(I) to 0.5 at most.' });
    expect(cheapestForGraph(graph, TARGET, reply, [lens, lens], 0.4)).toMatchObject({ ok: false, at: 'measures[1].id' });
    expect(cheapestForGraph(graph, TARGET, reply, [{ ...lens, cost: 0.5 }], 0.4)).toMatchObject({ ok: false, at: 'measures[0].cost' });
    expect(cheapestForGraph(graph, TARGET, reply, [{ ...lens, changes: new Map([[7, {}]]) }], 0.4)).toMatchObject({ ok: false, at: 'measures[0].changes.7' });
    expect(cheapestForGraph(graph, TARGET, reply, [], 1.5)).toMatchObject({ ok: false, at: 'floor' });
    expect(good(cheapestForGraph(graph, TARGET, reply, [lens], 0.1))).toMatchObject({ chosen: [], cost: 0 });
  });
});
