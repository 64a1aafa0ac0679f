import type { Refusal } from '../refusal.ts';
import type { LossModel, Scenario } from './model.ts';
import { planLoss } from './plan.ts';
import type { Quantity } from './quantity.ts';
import { simulateLoss, type LossResult } from './reduce.ts';

/** The value of a result that must not be a refusal. */
export function good<T extends { ok: boolean }>(result: T): Extract<T, { ok: true }> {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result as Extract<T, { ok: true }>;
}

/** The field that a refusal names; fails where there is none. */
export function refusedAt(result: { ok: true } | Refusal | null): string {
  if (result === null || result.ok) throw new Error('not refused');
  return result.at;
}

export const pert = (low: number, mode: number, high: number): Quantity => ({ kind: 'pert', low, mode, high });
export const lognormal = (low: number, high: number): Quantity => ({ kind: 'lognormal', low, high });
export const uniform = (low: number, high: number): Quantity => ({ kind: 'uniform', low, high });

/** Scenario s0 of workload C. */
export const aTheft: Scenario = {
  id: 's0',
  threatEventFrequency: pert(4.022, 18.1462, 28.4269),
  threatCapability: pert(0.4635, 0.5979, 0.643),
  resistanceStrength: pert(0.2624, 0.3117, 0.5111),
  primaryLoss: pert(492_476.532, 752_298.542, 990_338.5407),
  secondary: [{ lossEventFrequency: pert(0.2259, 0.5294, 0.755), lossMagnitude: pert(1_949_656.1822, 3_091_788.1228, 4_529_846.4128) }],
};

/** Riskquant's ALICE: a loss in ten years, between 100,000 and 1,000,000. */
export const ALICE: LossModel = { row: 'year', scenarios: [{ id: 'ALICE', lossEventFrequency: 0.1, primaryLoss: lognormal(100_000, 1_000_000) }] };

/** Plans and runs a model in this thread. */
export const simulated = (model: LossModel, seed: number, rows: number): LossResult => good(simulateLoss(good(planLoss(model)).plan, seed, rows));
