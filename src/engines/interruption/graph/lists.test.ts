import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { good } from '../testing.ts';
import { detectionDistances } from './detection.ts';
import { distinctPaths, elementsOf } from './distinct.ts';
import { elementEffects } from './effects.ts';
import { rankAllPaths, visitPaths } from './enumerate.ts';
import { openEvaluator } from './evaluate.ts';
import { openHeap, popLeast, pushItem } from './heap.ts';
import { easiBound, leastEasi } from './screen.ts';
import { openSearch } from './search.ts';
import { anyGraph, anyGraphResponse, graphOf, TARGET, type AGraph } from './testing.ts';

/** Some elements cross several arcs, and some arcs are open ground. */
const anyShared: fc.Arbitrary<AGraph> = fc.tuple(anyGraph, fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 16, maxLength: 16 })).map(([graph, elements]) => ({
  ...graph,
  arcs: graph.arcs.map((arc, i) => ({ ...arc, element: elements[i] ?? -1 })),
}));

const isPart = (part: Set<number>, whole: Set<number>): boolean => [...part].every((element) => whole.has(element));

describe('the heap', () => {
  it('gives back what was put in, least key first, of equal keys the least second key', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(5)), { maxLength: 200 }), (pairs) => {
        const heap = openHeap(2);
        for (const [i, [key, second]] of pairs.entries()) pushItem(heap, key, second, i);
        const out: [number, number][] = [];
        for (let item = popLeast(heap); item >= 0; item = popLeast(heap)) {
          expect(pairs[item]).toEqual([heap.key, heap.second]);
          out.push([heap.key, heap.second]);
        }
        expect(out).toEqual(pairs.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
      }),
    );
  });
});

describe('detection distances', () => {
  it('are those of repeated relaxation (Bellman and Ford), with weights from nothing to certainty', () => {
    const nodes = 40;
    const arc = fc.record({ from: fc.nat(nodes - 1), to: fc.nat(nodes - 1), delayS: fc.constant(1), place: fc.constant(0), detection: fc.oneof(fc.constantFrom(0, 1, 1e-9), fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1e-5, noNaN: true })) });
    fc.assert(
      fc.property(fc.array(arc, { minLength: 1, maxLength: 160 }), (arcs) => {
        const graph = graphOf({ nodes, arcs });
        const want = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
        want[0] = 0;
        for (let round = 0; round < nodes; round++) for (let k = 0; k < graph.arcs; k++) want[graph.to[k] as number] = Math.min(want[graph.to[k] as number] as number, (want[graph.from[k] as number] as number) + (graph.weight[k] as number));
        const { distance, arrival } = detectionDistances(graph);
        expect(distance).toEqual(want);
        arrival.forEach((k, v) => {
          if (k >= 0) expect((distance[graph.from[k] as number] as number) + (graph.weight[k] as number)).toBe(distance[v]);
          else expect(v === 0 || distance[v] === Number.POSITIVE_INFINITY).toBe(true);
        });
      }),
    );
  });
});

describe('distinct paths', () => {
  it('are those of all paths that no better path is part of, in order', () => {
    fc.assert(
      fc.property(anyShared, anyGraphResponse, (input, reply) => {
        const graph = graphOf(input);
        const evaluate = openEvaluator(graph);
        const all: { timely: number; elements: Set<number> }[] = [];
        visitPaths(graph, TARGET, 1e6, (arcs, count) => all.push({ timely: evaluate(arcs, count, reply).timely, elements: elementsOf(graph.element, arcs.slice(0, count)) }));
        const found = distinctPaths(openSearch(graph), TARGET, reply, { keep: 50 });
        expect(found.ok).toBe(all.length > 0);
        if (!found.ok) return;
        expect(found.complete).toBe(true);
        const listed = found.paths.map((path) => ({ timely: path.timely, elements: elementsOf(graph.element, path.arcs) }));
        listed.forEach((path, i) => {
          if (i > 0) expect(path.timely).toBeGreaterThanOrEqual((listed[i - 1] as typeof path).timely - 1e-9);
          for (const better of listed.slice(0, i)) expect(isPart(better.elements, path.elements)).toBe(false);
        });
        // Every path there is passes all elements of a listed one that is at least as vulnerable.
        for (const path of all) expect(listed.some((better) => better.timely <= path.timely + 1e-9 && isPart(better.elements, path.elements))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('says that the list is not complete where the searches are used up', () => {
    const arcs = Array.from({ length: 12 }, (_, i) => ({ from: i % 2 === 0 ? 0 : 2, to: i % 2 === 0 ? 2 : 1, delayS: 10, detection: 0.1 * (i % 5), place: 0 }));
    const found = good(distinctPaths(openSearch(graphOf({ nodes: 3, arcs })), TARGET, { timeS: 5, timeSdS: 1, communication: 1 }, { keep: 30, mostSearches: 5 }));
    expect([found.complete, found.searches]).toEqual([false, 5]);
    expect(found.paths.length).toBeGreaterThan(0);
  });
});

describe('the effect of an element', () => {
  it('is what a graph without its detection, without its delay, or without its arcs gives', () => {
    fc.assert(
      fc.property(anyShared, anyGraphResponse, (input, reply) => {
        const result = elementEffects(openSearch(graphOf(input)), TARGET, reply);
        if (!result.ok) return;
        const least = (arcs: AGraph['arcs']): number | null => {
          const found = openSearch(graphOf({ ...input, arcs })).mostVulnerable(TARGET, reply);
          return found.ok ? found.timely : null;
        };
        expect(result.interruption).toBeCloseTo(least(input.arcs) ?? -1, 9);
        for (const { element, ifBlind, ifOpen, ifClosed } of result.effects) {
          expect(ifBlind).toBeCloseTo(least(input.arcs.map((arc) => (arc.element === element ? { ...arc, detection: 0 } : arc))) ?? -1, 9);
          expect(ifOpen).toBeCloseTo(least(input.arcs.map((arc) => (arc.element === element ? { ...arc, delayS: 0 } : arc))) ?? -1, 9);
          expect(ifClosed ?? -1).toBeCloseTo(least(input.arcs.map((arc) => (arc.element === element ? { ...arc, to: arc.from } : arc))) ?? -1, 9);
          expect(ifBlind <= result.interruption + 1e-12 && ifOpen <= result.interruption + 1e-12 && (ifClosed === null || ifClosed >= result.interruption - 1e-12)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the list by EASI', () => {
  it('is exact where paths can be enumerated, and otherwise lies between its bound and its best screened path', () => {
    fc.assert(
      fc.property(anyGraph, anyGraphResponse, (input, reply) => {
        const graph = graphOf(input);
        const search = openSearch(graph);
        const exact = rankAllPaths(graph, TARGET, reply, 'easi', 3, 1e6);
        const whole = leastEasi(search, TARGET, reply, { keep: 3 });
        if (!whole.ok || !exact) return;
        expect(whole).toEqual({ ok: true, enumerated: true, ...exact, atLeast: exact.paths[0]?.easi });
        expect(easiBound(search, TARGET, reply)).toBeLessThanOrEqual((exact.paths[0]?.easi ?? 1) + 1e-9);
        const screened = good(leastEasi(search, TARGET, reply, { keep: 3, limit: exact.count - 1 }));
        expect(screened.enumerated).toBe(false);
        expect(screened.paths[0]?.easi).toBeGreaterThanOrEqual((exact.paths[0]?.easi ?? 0) - 1e-12);
        expect(screened.atLeast).toBeLessThanOrEqual((exact.paths[0]?.easi ?? 1) + 1e-9);
      }),
      { numRuns: 500 },
    );
  });

  it('has a bound that is tight where no time has any spread', () => {
    fc.assert(
      fc.property(anyGraph, fc.constantFrom(0, 10, 20, 47), (input, timeS) => {
        const search = openSearch(graphOf(input, 0));
        const reply = { timeS, timeSdS: 0, communication: 0.95 };
        const found = search.mostVulnerable(TARGET, reply);
        if (found.ok) expect(easiBound(search, TARGET, reply)).toBeCloseTo(found.timely, 9);
      }),
    );
  });
});
