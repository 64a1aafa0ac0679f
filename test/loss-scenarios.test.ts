import { describe, expect, test } from 'vitest';
import { closedForm } from '#engines/loss/closed.ts';
import { fairModel, fairScenarios } from '../bench/loss-scenarios.ts';

describe('the scenarios of workload C', () => {
  test('of seed 7 are those of its definition', () => {
    expect(fairScenarios(2, 7)).toMatchObject([
      { name: 's0', tef: [4.022, 18.1462, 28.4269], tcap: [0.4635, 0.5979, 0.643], cs: [0.2624, 0.3117, 0.5111], pl: [492_476.532, 752_298.542, 990_338.5407], slef: [0.2259, 0.5294, 0.755], slem: [1_949_656.1822, 3_091_788.1228, 4_529_846.4128] },
      { name: 's1', tef: [7.4931, 15.6392, 27.6705] },
    ]);
  });

  test('have the mean of the definition in closed form: 41.50 million within 0.1 %', () => {
    const closed = closedForm(fairModel(fairScenarios(1, 7)));
    expect(closed.ok && Math.abs(closed.all.mean / 41.5e6 - 1)).toBeLessThan(0.001);
  });

  test('are others for another seed', () => {
    expect(fairScenarios(1, 8)).not.toEqual(fairScenarios(1, 7));
    expect(fairScenarios(3, 8).slice(0, 1)).toEqual(fairScenarios(1, 8));
  });
});
