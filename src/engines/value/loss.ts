import { firstRefusal, refuse, type Refusal } from '../refusal.ts';

/** A single figure, in the unit of what it was made of. */
export type Figure = { ok: true; value: number };

/** Null, or why this is no amount from 0 on. */
export const wrongAmount = (value: number | null | undefined, at: string): Refusal | null =>
  typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY ? null : refuse(at, value === undefined || value === null ? 'This is missing.' : `An amount is 0 or more; ${value} is not.`);

/** Null, or why this is no share from 0 to 1. */
export const wrongShare = (value: number | null | undefined, at: string): Refusal | null =>
  typeof value === 'number' && value >= 0 && value <= 1 ? null : refuse(at, value === undefined || value === null ? 'This is missing.' : `A share lies between 0 and 1; ${value} does not.`);

/** SLE = asset value × exposure factor: what one event costs. */
export function singleLoss({ assetValue, exposure }: { assetValue: number; exposure: number }): Figure | Refusal {
  return wrongAmount(assetValue, 'assetValue') ?? wrongShare(exposure, 'exposure') ?? { ok: true, value: assetValue * exposure };
}

/** ALE = SLE × ARO: what a year costs on average, at so many events a year. */
export function annualLoss({ singleLoss: amount, perYear }: { singleLoss: number; perYear: number }): Figure | Refusal {
  return wrongAmount(amount, 'singleLoss') ?? wrongAmount(perYear, 'perYear') ?? { ok: true, value: amount * perYear };
}

/** What several measures on one scenario leave: ALE × Π(1 − m). Their savings do not add up. */
export function residualLoss(ale: number, mitigations: readonly number[]): Figure | Refusal {
  const wrong = wrongAmount(ale, 'ale') ?? firstRefusal(mitigations.map((one, i) => wrongShare(one, `mitigations[${i}]`)));
  return wrong ?? { ok: true, value: mitigations.reduce((rest, one) => rest * (1 - one), ale) };
}
