import { refuse, type Refusal } from '../refusal.ts';

/** P_A, that an attack is tried (1 for the risk given one); P_E, that the system stops it; consequence, from 0 to 1. */
export type RamInput = { attack: number; effectiveness: number; consequence: number };

/** R = P_A (1 − P_E) C, of Sandia's RAM methods for dams, transmission, water, chemical works and prisons. */
export function ramRisk({ attack, effectiveness, consequence }: RamInput): { ok: true; risk: number } | Refusal {
  const wrong = (value: number, at: string): Refusal | null => (value >= 0 && value <= 1 ? null : refuse(at, `This lies between 0 and 1; ${value} does not.`));
  return wrong(attack, 'attack') ?? wrong(effectiveness, 'effectiveness') ?? wrong(consequence, 'consequence') ?? { ok: true, risk: attack * (1 - effectiveness) * consequence };
}

/** What each category stands for, as a share from 0 to 1: published with the result. */
export type Categories = Readonly<Record<string, number>>;

/** The same from categories, by a table that says what each stands for. Nothing is averaged; the table goes with the result. */
export function ramRiskOfCategories(given: { attack: string; effectiveness: string; consequence: string }, categories: { attack: Categories; effectiveness: Categories; consequence: Categories }): { ok: true; risk: number; values: RamInput; categories: typeof categories } | Refusal {
  const values = { attack: Number.NaN, effectiveness: Number.NaN, consequence: Number.NaN };
  for (const name of ['attack', 'effectiveness', 'consequence'] as const) {
    const value = Object.hasOwn(categories[name], given[name]) ? categories[name][given[name]] : undefined;
    if (value === undefined) return refuse(name, `The table has no category ${given[name]}.`);
    values[name] = value;
  }
  const found = ramRisk(values);
  return found.ok ? { ok: true, risk: found.risk, values, categories } : refuse(`categories.${found.at}`, found.reason);
}
