import { refuse, type Refusal } from '../refusal.ts';
import { wrongAmount, wrongShare, type Figure } from './loss.ts';

/** A loss expected over so many years. */
export type LossOver = { loss: number; years: number };

function wrongLoss({ loss, years }: LossOver, at: string): Refusal | null {
  return wrongAmount(loss, `${at}.loss`) ?? (years > 0 && years < Number.POSITIVE_INFINITY ? null : refuse(`${at}.years`, `A loss is over more than 0 years; ${years} is not.`));
}

/** Null, or why a return has no cost to be a share of. */
function wrongCost(cost: number): Refusal | null {
  return wrongAmount(cost, 'cost') ?? (cost === 0 ? refuse('cost', 'Without a cost there is no return on it.') : null);
}

/** ROSI = (loss before − loss after − cost) / cost, as a share: 1.4 is 140 %. The two losses and the cost are over the same years. */
export function returnOnSecurity({ before, after, cost }: { before: LossOver; after: LossOver; cost: number }): Figure | Refusal {
  const wrong = wrongLoss(before, 'before') ?? wrongLoss(after, 'after') ?? wrongCost(cost);
  if (wrong) return wrong;
  if (before.years !== after.years) return refuse('after.years', `The loss before is over ${before.years} years and that after over ${after.years}; they cannot be compared.`);
  return { ok: true, value: (before.loss - after.loss - cost) / cost };
}

/** ROSI = (ALE × mitigated share − cost) / cost (ENISA 2012). */
export function returnOfMitigation({ ale, mitigated, cost }: { ale: number; mitigated: number; cost: number }): Figure | Refusal {
  return wrongAmount(ale, 'ale') ?? wrongShare(mitigated, 'mitigated') ?? wrongCost(cost) ?? { ok: true, value: (ale * mitigated - cost) / cost };
}

/** The bound of Gordon and Loeb (2002) for their two classes of breach probability: at most 1/e of the expected loss is worth spending (from knowledge, unverified). */
export function gordonLoebBound(expectedLoss: number): Figure | Refusal {
  return wrongAmount(expectedLoss, 'expectedLoss') ?? { ok: true, value: expectedLoss / Math.E };
}
