import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankAllPaths } from '../graph/enumerate.ts';
import { openEvaluator } from '../graph/evaluate.ts';
import { openSearch } from '../graph/search.ts';
import type { Response } from '../path/task.ts';
import { aPlace, aProbability, aTime, good } from '../testing.ts';
import { DIAGRAM_TARGET, diagramOfLayers, modelOfDiagram, type Diagram } from './diagram.ts';
import { faultsOf, modelOfFacility, type Facility } from './facility.ts';
import { graphOfGrid, type GridPlan } from './grid.ts';
import { TACTICS, type Way } from './model.ts';
import { compareStrategies, openStrategy, rankByEasi, STRATEGIES, type StrategyPath } from './strategies.ts';

const way = (detection: number, place: Way['place'], delayS: number, delaySdS?: number): Way => ({ detection, place, delayS, ...(delaySdS === undefined ? {} : { delaySdS }) });
const namesOf = (path: StrategyPath | undefined): string => path?.steps.map((step) => step.element?.id ?? '-').join('>') ?? '';
const rank = (diagram: Diagram, response: Response, objective: 'sabotage' | 'theft' = 'sabotage') => good(rankByEasi(good(modelOfDiagram(diagram, objective)).model, DIAGRAM_TARGET, response));

describe('an adversary sequence diagram', () => {
  const RESPONSE: Response = { timeS: 200, timeSdS: 60, communication: 0.95 };
  const DIAGRAM = diagramOfLayers([
    [{ id: 'Gate', ways: [way(0.5, 'B', 20, 6)] }, { id: 'Fence', ways: [way(0.2, 'B', 10, 3)] }],
    [{ id: 'Door', ways: [way(0.8, 'E', 60, 18)] }, { id: 'Window', ways: [way(0.6, 'E', 30, 9)] }, { id: 'Roof hatch', ways: [way(0.3, 'M', 90, 27)] }],
    [{ id: 'Vault', ways: [way(0.9, 'B', 180, 54)] }],
  ]);

  it('has the six paths of the constructed example in its order, with P(I) and delay (methods 1.3 asd-dev)', () => {
    const list = rank(DIAGRAM, RESPONSE);
    expect([list.enumerated, list.count]).toEqual([true, 6]);
    const want: [string, number, number][] = [
      ['Fence>Window>Vault', 0.40688, 220],
      ['Fence>Door>Vault', 0.437683, 250],
      ['Gate>Window>Vault', 0.48914, 230],
      ['Fence>Roof hatch>Vault', 0.490892, 280],
      ['Gate>Door>Vault', 0.55074, 260],
      ['Gate>Roof hatch>Vault', 0.614454, 290],
    ];
    expect(list.paths.map((path) => [namesOf(path), path.delayS])).toEqual(want.map(([name, , delayS]) => [name, delayS]));
    list.paths.forEach((path, i) => expect(Math.abs(path.easi - (want[i]?.[1] ?? 0))).toBeLessThan(5.001e-7));
  });

  it('has the timely values of the constructed example at 200 s without communication', () => {
    const want: Record<string, number> = { 'Fence>Window': 0.2, 'Fence>Door': 0.2, 'Gate>Window': 0.5, 'Gate>Door': 0.5, 'Fence>Roof hatch': 0.44, 'Gate>Roof hatch': 0.65 };
    for (const path of rank(DIAGRAM, { ...RESPONSE, communication: 1 }).paths) expect(path.timely).toBeCloseTo(want[namesOf(path).replace('>Vault', '')] ?? -1, 12);
  });

  it('may jump over layers, and bypass by an element of its own', () => {
    const tunnel: Diagram = { ...DIAGRAM, elements: [...DIAGRAM.elements, { id: 'Tunnel', from: 0, to: 2, ways: [way(0.05, 'B', 25)] }] };
    const list = rank(tunnel, RESPONSE);
    expect([list.count, namesOf(list.paths[0])]).toEqual([7, 'Tunnel>Vault']);
  });

  it('crosses an area where it has a transit', () => {
    const yard: Diagram = { ...DIAGRAM, areas: DIAGRAM.areas.map((area, i) => (i === 1 ? { ...area, transit: [way(0.5, 'M', 40)] } : area)) };
    const list = rank(yard, RESPONSE);
    expect(list.paths.every((path) => path.steps[1]?.element?.kind === 'area')).toBe(true);
    expect(list.paths[0]?.delayS).toBe(260);
  });

  it('of theft leads out again: as many paths as pairs of ways in and out, and none is less likely interrupted than its way in alone', () => {
    const theft = rank(DIAGRAM, RESPONSE, 'theft');
    expect(theft.count).toBe(36);
    expect(theft.paths[0]?.easi).toBeGreaterThan(rank(DIAGRAM, RESPONSE).paths[0]?.easi ?? 1);
    const easyOut: Diagram = { ...DIAGRAM, elements: DIAGRAM.elements.map((element) => ({ ...element, exit: [way(0, 'B', 0, 0)] })) };
    expect(rank(easyOut, RESPONSE, 'theft').paths[0]?.easi).toBeCloseTo(rank(DIAGRAM, RESPONSE).paths[0]?.easi ?? -1, 12);
  });

  it('by its shortcut has the least timely P(I) of all its paths', () => {
    const anElement = (id: string) => fc.record({ id: fc.constant(id), ways: fc.array(fc.record({ detection: aProbability, place: aPlace, delayS: aTime }), { minLength: 1, maxLength: 2 }) });
    const layers = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((sizes) => fc.tuple(...sizes.map((size, i) => fc.tuple(...Array.from({ length: size }, (_, j) => anElement(`${i}.${j}`))))));
    fc.assert(
      fc.property(layers, fc.double({ min: 0, max: 600, noNaN: true }), (lists, timeS) => {
        const { model } = good(modelOfDiagram(diagramOfLayers(lists), 'sabotage'));
        const response: Response = { timeS, timeSdS: 30, communication: 1 };
        const { opened } = good(openStrategy(model, 'mixed'));
        const target = model.targets.get(DIAGRAM_TARGET) ?? -1;
        const all = rankAllPaths(opened.graph, target, response, 'timely', 1, 1e6);
        expect(all?.count).toBe(lists.reduce((product, layer) => product * layer.reduce((sum, { ways }) => sum + ways.length, 0), 1));
        expect(good(opened.search.mostVulnerable(target, response)).timely).toBeCloseTo(all?.paths[0]?.timely ?? -1, 9);
      }),
    );
  });

  it('is refused at the field that is wrong', () => {
    const refused = (diagram: Diagram) => modelOfDiagram(diagram, 'sabotage');
    expect(refused({ ...DIAGRAM, areas: [] })).toMatchObject({ ok: false, at: 'areas' });
    expect(refused({ ...DIAGRAM, elements: [{ id: 'Back', from: 2, to: 1, ways: [way(0, 'B', 1)] }] })).toMatchObject({ ok: false, at: 'elements[0].to' });
    expect(refused({ ...DIAGRAM, elements: [{ id: 'Hole', from: 0, to: 1, ways: [way(2, 'B', 1)] }] })).toMatchObject({ ok: false, at: 'elements[0].ways[0].detection' });
    expect(refused({ ...DIAGRAM, elements: [{ id: 'None', from: 0, to: 1, ways: [] }] })).toMatchObject({ ok: false, at: 'elements[0].ways' });
    expect(good(modelOfDiagram({ ...DIAGRAM, elements: [] }, 'sabotage')).model.arcs.from).toEqual([]);
    expect(rankByEasi(good(modelOfDiagram({ ...DIAGRAM, elements: [] }, 'sabotage')).model, DIAGRAM_TARGET, RESPONSE)).toMatchObject({ ok: false, reason: 'No path leads from the start to this target.' });
  });
});

describe('a grid', () => {
  const PLAN: GridPlan = {
    width: 4,
    height: 4,
    delayS: [10, 10, 10, 10, 60, 15, 90, 40, 20, 20, 20, 20, 120, 60, 30, 120],
    detection: [0, 0, 0, 0, 0.2, 0.9, 0.1, 0.5, 0, 0.3, 0, 0, 0.5, 0.8, 0.6, 0.5],
    neighbours: 4,
    entries: [0, 1, 2, 3],
  };
  const RESPONSE: Response = { timeS: 100, timeSdS: 30, communication: 0.95 };
  const TARGET = 14;
  const cellsOf = (to: Int32Array, arcs: Int32Array): number[][] => Array.from(arcs, (arc) => [Math.floor((to[arc] ?? 0) / 4), (to[arc] ?? 0) % 4]);

  it('has the most vulnerable of the 511 paths of the constructed example by EASI (methods 1.4 grid-dev)', () => {
    const { graph } = good(graphOfGrid(PLAN));
    const all = rankAllPaths(graph, TARGET, RESPONSE, 'easi', 1, 1e6);
    expect(all?.count).toBe(511);
    expect(all?.paths[0]?.easi).toBeCloseTo(0.0854455, 7);
    expect(cellsOf(graph.to, all?.paths[0]?.arcs ?? new Int32Array())).toEqual([[0, 2], [1, 2], [2, 2], [3, 2]]);
  });

  it('has the fastest path of the constructed example, which is another: 95 s, 0.2821817 by EASI, 0 by timely detection', () => {
    const { graph } = good(graphOfGrid(PLAN));
    const fast = good(openSearch(graph).mostVulnerable(TARGET, RESPONSE, { planS: Number.POSITIVE_INFINITY }));
    expect(cellsOf(graph.to, fast.arcs)).toEqual([[0, 1], [1, 1], [2, 1], [2, 2], [3, 2]]);
    expect([fast.delayS, fast.timely, fast.critical]).toEqual([95, 0, null]);
    expect(fast.easi).toBeCloseTo(0.2821817, 7);
    expect(good(openSearch(graph).mostVulnerable(TARGET, RESPONSE)).timely).toBe(0);
  });

  it('takes √2 of the delay across a corner, and cuts no corner of a wall', () => {
    const open: GridPlan = { width: 2, height: 2, delayS: [10, 10, 10, 10], detection: [0, 0, 0, 0], neighbours: 8, entries: [0] };
    const least = (walkable: number[]) => openSearch(good(graphOfGrid({ ...open, walkable })).graph).mostVulnerable(3, RESPONSE, { planS: Number.POSITIVE_INFINITY });
    expect(good(least([1, 1, 1, 1])).delayS).toBeCloseTo(10 + 10 * Math.SQRT2, 12);
    expect(good(least([1, 1, 0, 1])).delayS).toBe(30);
    expect(least([1, 0, 0, 1])).toMatchObject({ ok: false, at: 'target' });
  });

  it('is entered anywhere on its border unless told where', () => {
    const { graph } = good(graphOfGrid({ width: 5, height: 4, delayS: new Float64Array(20), detection: new Float64Array(20), neighbours: 4 }));
    expect((graph.first[21] ?? 0) - (graph.first[20] ?? 0)).toBe(14);
    expect(graphOfGrid({ ...PLAN, delayS: [1] })).toMatchObject({ ok: false, at: 'delayS' });
    expect(graphOfGrid({ ...PLAN, entries: [16] })).toMatchObject({ ok: false, at: 'entries[0]' });
    expect(graphOfGrid({ ...PLAN, width: 0 })).toMatchObject({ ok: false, at: 'width' });
  });
});

describe('a facility', () => {
  const SITE: Facility = {
    outside: 'street',
    zones: [{ id: 'street', speedMps: 3 }, { id: 'yard', speedMps: 2, crossing: { detection: 0.4, place: 'M' } }, { id: 'hall', speedMps: 1 }, { id: 'cellar', speedMps: 1 }],
    portals: [
      { id: 'gate', zones: ['street', 'yard'], at: { x: 0, y: 0 }, ways: [way(0.5, 'B', 20)] },
      { id: 'door', zones: ['yard', 'hall'], at: { x: 30, y: 40 }, ways: [{ tactic: 'force', ...way(0.9, 'B', 10) }, { tactic: 'stealth', ...way(0.1, 'B', 120) }, { tactic: 'deceit', ...way(0.3, 'B', 15) }] },
    ],
    targets: [{ id: 'safe', zone: 'hall', at: { x: 30, y: 70 }, ways: [way(0.2, 'E', 300)] }],
  };
  const RESPONSE: Response = { timeS: 250, timeSdS: 60, communication: 1 };

  it('leads through its portals and on foot across its zones', () => {
    const { model, unreached } = good(modelOfFacility(SITE));
    expect(unreached).toEqual(['cellar']);
    const { opened } = good(openStrategy(model, 'force'));
    const path = good(opened.search.mostVulnerable(model.targets.get('safe') ?? -1, RESPONSE, { planS: Number.POSITIVE_INFINITY }));
    expect(opened.stepsOf(path.arcs).map(({ element, delayS }) => [element?.id ?? null, delayS])).toEqual([[null, 0], ['gate', 20], ['yard', 25], ['door', 10], [null, 30], ['safe', 300]]);
  });

  it('is met by each strategy with its own tactic, and mixed is the worst for the defender', () => {
    const { model } = good(modelOfFacility(SITE));
    const { paths } = good(compareStrategies(model, 'safe', RESPONSE));
    expect(paths.map(({ strategy }) => strategy)).toEqual(STRATEGIES);
    expect(paths.map(({ steps }) => steps.find((step) => step.element?.id === 'door')?.tactic)).toEqual(['stealth', 'force', 'deceit', 'stealth']);
    const mixed = paths.at(-1)?.timely ?? 1;
    expect(mixed).toBeCloseTo(1 - 0.5 * 0.6 * 0.9, 12);
    for (const path of paths) expect(path.timely).toBeGreaterThanOrEqual(mixed - 1e-12);
    expect(compareStrategies(model, 'nothing', RESPONSE)).toMatchObject({ ok: false, at: 'target' });
  });

  it('is met worst by a mixed strategy whatever the ways', () => {
    const aWay = fc.record({ tactic: fc.constantFrom(...TACTICS), detection: aProbability, place: aPlace, delayS: aTime });
    const aPortal = (id: string, zones: [string, string]) => fc.record({ id: fc.constant(id), zones: fc.constant(zones), at: fc.record({ x: fc.nat(50), y: fc.nat(50) }), ways: fc.array(aWay, { minLength: 1, maxLength: 4 }) });
    const portals = fc.tuple(aPortal('a', ['street', 'yard']), aPortal('b', ['street', 'hall']), aPortal('c', ['yard', 'hall']), aPortal('d', ['yard', 'hall']));
    fc.assert(
      fc.property(portals, aTime, (list, timeS) => {
        const { model } = good(modelOfFacility({ ...SITE, portals: list }));
        const { paths } = good(compareStrategies(model, 'safe', { ...RESPONSE, timeS: 2 * timeS }));
        for (const path of paths) expect(path.timely).toBeGreaterThanOrEqual((paths.at(-1)?.timely ?? 1) - 1e-9);
      }),
    );
  });

  it('is passed one way through a turnstile, and by the walk that it is told', () => {
    const oneWay: Facility = { ...SITE, portals: SITE.portals.map((portal) => (portal.id === 'door' ? { ...portal, zones: ['hall', 'yard'], isOneWay: true } : portal)) };
    const { model, unreached } = good(modelOfFacility(oneWay));
    expect(unreached).toEqual(['hall', 'cellar']);
    expect(compareStrategies(model, 'safe', RESPONSE)).toMatchObject({ ok: false, reason: 'No path leads from the start to this target.' });
    const round = good(modelOfFacility({ ...SITE, walkM: () => 100 })).model;
    expect(good(compareStrategies(round, 'safe', RESPONSE)).paths[0]?.steps[2]?.delayS).toBe(50);
    expect(modelOfFacility({ ...SITE, walkM: () => Number.NaN })).toMatchObject({ ok: false, at: 'walkM' });
  });

  it('is refused with every fault at its field', () => {
    const bad: Facility = {
      ...SITE,
      zones: [...SITE.zones, { id: 'yard', speedMps: 0 }],
      portals: [...SITE.portals, { id: 'gate', zones: ['yard', 'moon'], at: { x: Number.NaN, y: 0 }, ways: [] }, { id: 'loop', zones: ['hall', 'hall'], at: { x: 0, y: 0 }, ways: [way(0, 'B', -1)] }],
    };
    expect(faultsOf(bad).map(({ at }) => at)).toEqual(['zones[4].id', 'portals[2].id', 'zones[4].speedMps', 'portals[2].zones[1]', 'portals[2].at', 'portals[2].ways', 'portals[3].zones', 'portals[3].ways[0].delayS']);
    expect(modelOfFacility(bad)).toMatchObject({ ok: false, at: 'zones[4].id' });
    expect(faultsOf(SITE)).toEqual([]);
  });
});

describe('a path by name', () => {
  it('has the figures of its arcs', () => {
    const { model } = good(modelOfDiagram(diagramOfLayers([[{ id: 'a', ways: [way(0.5, 'M', 40)] }], [{ id: 'b', ways: [way(0.5, 'E', 60)] }]]), 'sabotage'));
    const response: Response = { timeS: 70, timeSdS: 0, communication: 1 };
    const { opened } = good(openStrategy(model, 'mixed'));
    const found = good(opened.search.mostVulnerable(model.targets.get(DIAGRAM_TARGET) ?? -1, response));
    expect(openEvaluator(opened.graph)(found.arcs, found.arcs.length, response)).toEqual({ timely: 0.5, easi: found.easi, critical: 0, delayS: 100 });
  });
});
