import { refuse, type Refusal } from '../refusal.ts';

/** What stands in the way: its chance to fail when it is needed, from 0 to 1. Barriers of one line are taken as independent. */
export type Barrier = { id: string; failure: number };

/** A bow-tie: threats (how often a year) through their preventive barriers to the top event, from there through mitigating barriers to consequences. */
export type BowTie = { threats: readonly { id: string; perYear: number; barriers: readonly Barrier[] }[]; consequences: readonly { id: string; barriers: readonly Barrier[] }[] };

/** How often a year each threat gets through, the top event happens, and each consequence follows; shares say how much of the top event each threat brings. */
export type BowTieResult = { ok: true; topPerYear: number; threats: { id: string; perYear: number; share: number | null }[]; consequences: { id: string; perYear: number }[] };

const through = (barriers: readonly Barrier[]): number => barriers.reduce((rest, { failure }) => rest * failure, 1);

function wrongBarriers(barriers: readonly Barrier[], at: string): Refusal | null {
  const wrong = barriers.findIndex(({ failure }) => !(failure >= 0 && failure <= 1));
  return wrong >= 0 ? refuse(`${at}.barriers[${wrong}].failure`, `A chance to fail lies between 0 and 1; ${barriers[wrong]?.failure} does not.`) : null;
}

/** f_top = Σ f_t Π PFD of its barriers; f_consequence = f_top Π PFD of its. A consequence without barriers follows each time. */
export function quantifyBowTie({ threats, consequences }: BowTie): BowTieResult | Refusal {
  if (threats.length === 0) return refuse('threats', 'There is no threat.');
  for (const [i, { perYear, barriers }] of threats.entries()) {
    if (!(perYear >= 0 && perYear < Number.POSITIVE_INFINITY)) return refuse(`threats[${i}].perYear`, `A frequency is 0 or more a year; ${perYear} is not.`);
    const wrong = wrongBarriers(barriers, `threats[${i}]`);
    if (wrong) return wrong;
  }
  for (const [i, { barriers }] of consequences.entries()) {
    const wrong = wrongBarriers(barriers, `consequences[${i}]`);
    if (wrong) return wrong;
  }
  const passed = threats.map(({ id, perYear, barriers }) => ({ id, perYear: perYear * through(barriers) }));
  const topPerYear = passed.reduce((sum, { perYear }) => sum + perYear, 0);
  return { ok: true, topPerYear, threats: passed.map((one) => ({ ...one, share: topPerYear === 0 ? null : one.perYear / topPerYear })), consequences: consequences.map(({ id, barriers }) => ({ id, perYear: topPerYear * through(barriers) })) };
}
