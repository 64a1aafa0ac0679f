import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timelyDetection } from '../path/timely.ts';
import type { Response } from '../path/task.ts';
import { good } from '../testing.ts';
import { changeElements } from './change.ts';
import { rankAllPaths, visitPaths } from './enumerate.ts';
import { tasksOf } from './evaluate.ts';
import { openGraph, weightOf, type ArcColumns, type ProtectionGraph } from './graph.ts';
import { interruptionOfSum, openSearch } from './search.ts';
import { anyGraph, anyGraphResponse, graphOf, TARGET, type AnArc } from './testing.ts';

const response = (timeS: number): Response => ({ timeS, timeSdS: 0.3 * timeS, communication: 1 });

/** Every path with its timely P(I) by the definition, and its sum of weights up to the critical point. */
function allPaths(graph: ProtectionGraph, reply: Response): { timely: number; sum: number; delayS: number }[] {
  const out: { timely: number; sum: number; delayS: number }[] = [];
  visitPaths(graph, TARGET, 1e6, (arcs, count) => {
    const tasks = tasksOf(graph, arcs.slice(0, count), String);
    const { interruption, critical } = good(timelyDetection(tasks, reply));
    const sum = arcs.slice(0, critical === null ? 0 : critical + 1).reduce((total, arc) => total + (graph.weight[arc] as number), 0);
    out.push({ timely: interruption, sum, delayS: tasks.reduce((sum, task) => sum + task.delayS, 0) });
  });
  return out;
}

describe('the search', () => {
  it('finds the least P(I) of all paths by timely detection, and of equal ones the fastest', () => {
    fc.assert(
      fc.property(anyGraph, anyGraphResponse, (input, reply) => {
        const graph = graphOf(input);
        const all = allPaths(graph, reply);
        const found = openSearch(graph).mostVulnerable(TARGET, reply);
        expect(found.ok).toBe(all.length > 0);
        if (!found.ok) return;
        const least = Math.min(...all.map(({ timely }) => timely));
        expect(found.timely).toBeCloseTo(least, 9);
        expect(reply.communication * -Math.expm1(-found.detectionSum)).toBeCloseTo(least, 9);
        expect(interruptionOfSum(openSearch(graph).leastDetectionSum(TARGET, reply.timeS), reply.communication)).toBeCloseTo(least, 9);
        const leastSum = Math.min(...all.map(({ sum }) => sum));
        expect(found.detectionSum).toBe(leastSum);
        const equal = all.filter(({ sum }) => sum === leastSum);
        expect(found.delayS).toBeLessThanOrEqual(Math.min(...equal.map(({ delayS }) => delayS)) + 1e-9);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives a path that is one: it leads from the start to the target and passes no node twice', () => {
    fc.assert(
      fc.property(anyGraph, anyGraphResponse, fc.constantFrom(0, undefined, Number.POSITIVE_INFINITY), (input, reply, planS) => {
        const graph = graphOf(input);
        const found = openSearch(graph).mostVulnerable(TARGET, reply, planS === undefined ? {} : { planS });
        if (!found.ok) return;
        const nodes = [graph.start, ...Array.from(found.arcs, (arc) => graph.to[arc])];
        expect(nodes.at(-1)).toBe(TARGET);
        expect(new Set(nodes).size).toBe(nodes.length);
        found.arcs.forEach((arc, i) => expect(graph.from[arc]).toBe(nodes[i]));
        const timely = good(timelyDetection(tasksOf(graph, found.arcs, String), reply));
        expect(found.timely).toBeCloseTo(timely.interruption, 12);
        expect(found.critical).toBe(timely.critical);
      }),
      { numRuns: 500 },
    );
  });

  it('without conditions met answers the same for every order of targets and response times, from one set of detection distances', () => {
    fc.assert(
      fc.property(anyGraph, fc.array(fc.tuple(fc.nat(6), fc.constantFrom(0, 5, 20, 60, 1000)), { minLength: 2, maxLength: 6 }), (input, asked) => {
        const graph = graphOf(input);
        const search = openSearch(graph);
        const distances = search.distances();
        const once = asked.map(([target, timeS]) => search.mostVulnerable(target % graph.nodes, response(timeS)));
        const fresh = asked.map(([target, timeS]) => openSearch(graph).mostVulnerable(target % graph.nodes, response(timeS)));
        expect(once).toEqual(fresh);
        expect(search.distances()).toBe(distances);
      }),
    );
  });

  it('plans for 0 s by the least detection of all, and for ever by the least delay of all', () => {
    fc.assert(
      fc.property(anyGraph, anyGraphResponse, (input, reply) => {
        const graph = graphOf(input);
        const unseen = openSearch(graph).mostVulnerable(TARGET, reply, { planS: 0 });
        const fast = openSearch(graph).mostVulnerable(TARGET, reply, { planS: Number.POSITIVE_INFINITY });
        if (!unseen.ok || !fast.ok) return;
        let least = 1;
        let soonest = Number.POSITIVE_INFINITY;
        visitPaths(graph, TARGET, 1e6, (arcs, count) => {
          const tasks = tasksOf(graph, arcs.slice(0, count), String);
          least = Math.min(least, 1 - tasks.reduce((missed, task) => missed * (1 - task.detection), 1));
          soonest = Math.min(soonest, tasks.reduce((sum, task) => sum + task.delayS, 0));
        });
        expect(1 - Array.from(unseen.arcs).reduce((missed, arc) => missed * (1 - (graph.detection[arc] as number)), 1)).toBeCloseTo(least, 9);
        expect(fast.delayS).toBeCloseTo(soonest, 9);
      }),
      { numRuns: 500 },
    );
  });

  it('is monotone: more detection or more delay on any arc never lowers the least P(I) by timely detection, more response time never raises it', () => {
    fc.assert(
      fc.property(anyGraph, anyGraphResponse, fc.nat(), fc.double({ min: 0, max: 60, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (input, reply, which, more, share) => {
        const least = (arcs: AnArc[], r: Response): number => {
          const found = openSearch(graphOf({ ...input, arcs })).mostVulnerable(TARGET, r);
          return found.ok ? found.timely : 2;
        };
        const p = least(input.arcs, reply);
        const at = which % input.arcs.length;
        const arc = input.arcs[at] as AnArc;
        expect(least(input.arcs.with(at, { ...arc, delayS: arc.delayS + more }), reply)).toBeGreaterThanOrEqual(p - 1e-9);
        expect(least(input.arcs.with(at, { ...arc, detection: arc.detection + share * (1 - arc.detection) }), reply)).toBeGreaterThanOrEqual(p - 1e-9);
        expect(least(input.arcs, { ...reply, timeS: reply.timeS + more })).toBeLessThanOrEqual(p + 1e-9);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a target that no path leads to: neither 0 nor 1', () => {
    const island = graphOf({ nodes: 4, arcs: [{ from: 0, to: 2, delayS: 5, detection: 0.5, place: 0 }] });
    expect(openSearch(island).mostVulnerable(TARGET, response(10))).toEqual({ ok: false, at: 'target', reason: 'No path leads from the start to this target.' });
    expect(openSearch(island).leastDetectionSum(TARGET, 10)).toBe(Number.POSITIVE_INFINITY);
    expect(openSearch(island).mostVulnerable(9, response(10))).toMatchObject({ ok: false, at: 'target' });
  });

  it('passes through certain detection where there is no other way: P(I) is 1 and the path is shown', () => {
    const arcs: AnArc[] = [{ from: 0, to: 2, delayS: 5, detection: 1, place: 0 }, { from: 2, to: 1, delayS: 50, detection: 0, place: 0 }];
    const found = good(openSearch(graphOf({ nodes: 3, arcs })).mostVulnerable(TARGET, response(10)));
    expect([found.timely, found.arcs.length, found.critical]).toEqual([1, 2, 1]);
  });

  it('survives hundreds of certain detections in a row, past where sums are exact', () => {
    const n = 400;
    const arcs: AnArc[] = Array.from({ length: n }, (_, i) => [0, 1].map((lane) => ({ from: i === 0 ? 0 : i + 1, to: i === n - 1 ? 1 : i + 2, delayS: 1 + lane, detection: 1, place: 0 }))).flat();
    const found = good(openSearch(graphOf({ nodes: n + 1, arcs })).mostVulnerable(TARGET, response(3)));
    expect([found.arcs.length, found.timely]).toEqual([n, 1]);
  });
});

describe('a graph', () => {
  it('keeps detection as whole quanta within 2^-41 of -ln(1 - P)', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (p) => {
      expect(Math.abs(weightOf(p) + Math.log1p(-p))).toBeLessThanOrEqual(2 ** -41);
    }));
  });

  it('refuses what is no node, no time and no probability, naming the arc', () => {
    const fine: ArcColumns = { from: [0, 1], to: [1, 2], delayS: [1, 2], detection: [0, 0.5] };
    const refused = (arcs: Partial<ArcColumns>) => openGraph({ nodes: 3, start: 0, arcs: { ...fine, ...arcs } });
    expect(refused({})).toMatchObject({ ok: true });
    expect(refused({ to: [1, 3] })).toMatchObject({ ok: false, at: 'arcs.to[1]' });
    expect(refused({ from: [0, -1] })).toMatchObject({ ok: false, at: 'arcs.from[1]' });
    expect(refused({ delayS: [1, Number.NaN] })).toMatchObject({ ok: false, at: 'arcs.delayS[1]' });
    expect(refused({ detection: [1.5, 0] })).toMatchObject({ ok: false, at: 'arcs.detection[0]' });
    expect(refused({ place: [0, 3] })).toMatchObject({ ok: false, at: 'arcs.place[1]' });
    expect(refused({ delayS: [1] })).toMatchObject({ ok: false, at: 'arcs.delayS' });
    expect(refused({ element: [0, -2] })).toMatchObject({ ok: false, at: 'arcs.element[1]' });
    expect(openGraph({ nodes: 3, start: 3, arcs: fine })).toMatchObject({ ok: false, at: 'start' });
    expect(openGraph({ nodes: 0, start: 0, arcs: fine })).toMatchObject({ ok: false, at: 'nodes' });
  });

  it('is the same graph built anew where elements changed', () => {
    fc.assert(
      fc.property(anyGraph, anyGraphResponse, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 60 }), (input, reply, which, detection, delayS) => {
        const at = which % input.arcs.length;
        const changed = good(changeElements(graphOf(input), new Map([[at, { detection, delayS, delaySdS: 0.3 * delayS }]])));
        const anew = graphOf({ ...input, arcs: input.arcs.with(at, { ...(input.arcs[at] as AnArc), detection, delayS }) });
        expect(changed.graph).toEqual(anew);
        expect(openSearch(changed.graph).mostVulnerable(TARGET, reply)).toEqual(openSearch(anew).mostVulnerable(TARGET, reply));
      }),
    );
    expect(changeElements(graphOf({ nodes: 2, arcs: [{ from: 0, to: 1, delayS: 1, detection: 0, place: 0 }] }), new Map([[5, {}]]))).toMatchObject({ ok: false, at: 'changes.5' });
  });
});

describe('the list of all paths', () => {
  it('has each path once, least first, and says where there are too many', () => {
    fc.assert(
      fc.property(anyGraph, anyGraphResponse, (input, reply) => {
        const graph = graphOf(input);
        const keys: string[] = [];
        const { count, complete } = visitPaths(graph, TARGET, 1e6, (arcs, n) => keys.push(arcs.slice(0, n).join('>')));
        expect([complete, new Set(keys).size]).toEqual([true, count]);
        const ranked = rankAllPaths(graph, TARGET, reply, 'easi', 5, 1e6);
        expect(ranked?.paths.length).toBe(Math.min(5, count));
        const values = (ranked?.paths ?? []).map(({ easi }) => easi);
        expect(values).toEqual(values.toSorted((a, b) => a - b));
        if (count > 1) expect(rankAllPaths(graph, TARGET, reply, 'easi', 5, count - 1)).toBeNull();
      }),
    );
  });
});
