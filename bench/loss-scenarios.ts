import type { LossModel, Scenario } from '#engines/loss/model.ts';
import type { Quantity } from '#engines/loss/quantity.ts';

/** Low, most likely and high value. */
export type Points = [number, number, number];

/** A scenario of workload C: threat events a year, capability against control strength, primary loss, and secondary events with their amount. */
export type FairScenario = { name: string; tef: Points; tcap: Points; cs: Points; pl: Points; slef: Points; slem: Points };

/** Scenarios of workload C from a seed: points inside each range by a linear congruential generator, to four decimals. */
export function fairScenarios(count: number, seed: number): FairScenario[] {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const points = (low: number, high: number): Points => {
    const a = low + (high - low) * 0.5 * next();
    const b = a + (high - a) * (0.3 + 0.7 * next());
    const mode = a + (b - a) * (0.15 + 0.7 * next());
    return [a, mode, b].map((x) => Number(x.toFixed(4))) as Points;
  };
  return Array.from({ length: count }, (_, i) => ({ name: `s${i}`, tef: points(0.5, 30), tcap: points(0, 1), cs: points(0.1, 1), pl: points(1e3, 1e6), slef: points(0, 1), slem: points(1e4, 5e6) }));
}

const pert = ([low, mode, high]: Points): Quantity => ({ kind: 'pert', low, mode, high });

/** The same as a model of this engine. */
export const fairModel = (scenarios: readonly FairScenario[]): LossModel => ({
  row: 'annualised',
  scenarios: scenarios.map(({ name, tef, tcap, cs, pl, slef, slem }): Scenario => ({
    id: name, threatEventFrequency: pert(tef), threatCapability: pert(tcap), resistanceStrength: pert(cs), primaryLoss: pert(pl), secondary: [{ lossEventFrequency: pert(slef), lossMagnitude: pert(slem) }],
  })),
});
