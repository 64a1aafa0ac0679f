import { expect, it } from 'vitest';
import type { Priority } from './priority.tsx';
import { PATTERNS, RingPlan } from './ring-plan.ts';

const waiting = (...alarms: [string, Priority][]) => new Map(alarms);

it('rings priority 1 each 10 s until it is acknowledged, and then no more', () => {
  const plan = new RingPlan();
  plan.set(waiting(['a', 1]));
  expect([0, 9_999, 10_000, 19_000, 20_000].map((at) => plan.due(at))).toEqual([PATTERNS[1], null, PATTERNS[1], null, PATTERNS[1]]);
  plan.set(waiting());
  expect(plan.due(40_000)).toBeNull();
});

it('rings 2 each 30 s, 3 once and 4 never', () => {
  const plan = new RingPlan();
  plan.set(waiting(['b', 2]));
  expect([0, 10_000, 30_000].map((at) => plan.due(at))).toEqual([PATTERNS[2], null, PATTERNS[2]]);
  plan.set(waiting(['c', 3]));
  expect([40_000, 200_000].map((at) => plan.due(at))).toEqual([PATTERNS[3], null]);
  plan.set(waiting(['d', 4]));
  expect(plan.due(300_000)).toBeNull();
});

it('sounds the most urgent of those that come at once, and no second one behind it', () => {
  const plan = new RingPlan();
  plan.set(waiting(['c', 3], ['a', 1], ['b', 2]));
  expect([plan.due(0), plan.due(1)]).toEqual([PATTERNS[1], null]);
});

it('goes on with one when another is acknowledged, and rings anew where a priority rises', () => {
  const plan = new RingPlan();
  plan.set(waiting(['a', 1], ['b', 2]));
  plan.due(0);
  plan.set(waiting(['b', 2]));
  expect([plan.due(10_000), plan.due(30_000)]).toEqual([null, PATTERNS[2]]);
  plan.set(waiting(['b', 1]));
  expect(plan.due(30_001)).toEqual(PATTERNS[1]);
});
