import fc from 'fast-check';
import type { Response } from '../path/task.ts';
import { good } from '../testing.ts';
import { openGraph, type ProtectionGraph } from './graph.ts';

/** An arc in one line; `element` is its own number unless given. */
export type AnArc = { from: number; to: number; delayS: number; detection: number; place: number; element?: number };
export type AGraph = { nodes: number; arcs: AnArc[] };

/** In these graphs the adversary starts at 0 and goes to 1. */
export const TARGET = 1;

/** The graph; standard deviations are `sdOfMean` of the delay. */
export const graphOf = ({ nodes, arcs }: AGraph, sdOfMean = 0.3): ProtectionGraph =>
  good(
    openGraph({
      nodes,
      start: 0,
      sdOfMean,
      arcs: {
        from: arcs.map(({ from }) => from),
        to: arcs.map(({ to }) => to),
        delayS: arcs.map(({ delayS }) => delayS),
        detection: arcs.map(({ detection }) => detection),
        place: arcs.map(({ place }) => place),
        element: arcs.map(({ element }, i) => element ?? i),
      },
    }),
  ).graph;

/** The least delay that is not 0: the variance of one far below would be no number any more. */
const LEAST_DELAY_S = 1e-9;

const anArc = (nodes: number): fc.Arbitrary<AnArc> =>
  fc.record({
    from: fc.nat(nodes - 1),
    to: fc.nat(nodes - 1),
    delayS: fc.oneof(fc.constantFrom(0, 0, 10, 20), fc.integer({ min: 0, max: 60 }), fc.double({ min: LEAST_DELAY_S, max: 60, noNaN: true })),
    detection: fc.oneof(fc.constantFrom(0, 0, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
    place: fc.constantFrom(0, 0, 1, 2),
  });

/** Small graphs with loops, islands, arcs in parallel, silent and certain sensors, arcs without delay. */
export const anyGraph: fc.Arbitrary<AGraph> = fc.integer({ min: 2, max: 7 }).chain((nodes) => fc.record({ nodes: fc.constant(nodes), arcs: fc.array(anArc(nodes), { minLength: 1, maxLength: 16 }) }));

export const anyGraphResponse: fc.Arbitrary<Response> = fc.record({
  timeS: fc.oneof(fc.constantFrom(0, 10, 20, 30), fc.double({ min: 0, max: 150, noNaN: true })),
  timeSdS: fc.double({ min: 0, max: 50, noNaN: true }),
  communication: fc.constantFrom(1, 0.95),
});
