import { refuse, type Refusal } from '../refusal.ts';

/** 1 low, 2 medium, 3 high, 4 very high. */
export type Points = 1 | 2 | 3 | 4;
export type FacilityLevel = 'I' | 'II' | 'III' | 'IV' | 'V';

/**
 * What a facility is rated by. `adjustment` moves the level by one for what cannot be counted, with its reason. `oneOfAKind` is the designation for level V.
 * A child-care centre counts one point more for its population (from knowledge, unverified).
 */
export type Facility = {
  missionCriticality: Points;
  symbolism: Points;
  threat: Points;
  population: number;
  areaSquareFeet: number;
  childCare?: boolean;
  adjustment?: { by: 1 | -1; reason: string };
  oneOfAKind?: { reason: string };
};

/** The level with its points in the order criticality, symbolism, population, size, threat; the baseline of protection; and after how many years to assess again. */
export type FacilityResult = { ok: true; points: [Points, Points, Points, Points, Points]; sum: number; level: FacilityLevel; protection: 'minimum' | 'low' | 'medium' | 'high' | 'very high'; reassessYears: 3 | 5 };

const LEVELS = ['I', 'II', 'III', 'IV', 'V'] as const;
/** Upper ends of the first three levels; the ends of III and IV are from knowledge, unverified. */
const LEVEL_TO = [7, 12, 17];
const POPULATION_TO = [100, 250, 750];
const AREA_TO = [10_000, 100_000, 250_000];
const PROTECTION = ['minimum', 'low', 'medium', 'high', 'very high'] as const;

/** Points by the upper ends of the first three classes; exactly at an end is still below it. */
const pointsOf = (value: number, ends: readonly number[]): Points => (1 + ends.filter((end) => value > end).length) as Points;

function wrongFacility(facility: Facility): Refusal | null {
  for (const name of ['missionCriticality', 'symbolism', 'threat'] as const) if (![1, 2, 3, 4].includes(facility[name])) return refuse(name, `A factor has 1 to 4 points; ${facility[name]} is not that.`);
  if (!Number.isSafeInteger(facility.population) || facility.population < 0) return refuse('population', `The population is a whole number of people; ${facility.population} is not.`);
  if (!(facility.areaSquareFeet > 0 && facility.areaSquareFeet < Number.POSITIVE_INFINITY)) return refuse('areaSquareFeet', `The size is above 0 square feet; ${facility.areaSquareFeet} is not.`);
  if (facility.adjustment && Math.abs(facility.adjustment.by) !== 1) return refuse('adjustment.by', 'The level is adjusted by one at most.');
  if (facility.adjustment && facility.adjustment.reason.trim() === '') return refuse('adjustment.reason', 'An adjustment stands with its reason.');
  if (!facility.oneOfAKind) return null;
  if (facility.oneOfAKind.reason.trim() === '') return refuse('oneOfAKind.reason', 'A designation stands with its reason.');
  return facility.missionCriticality === 4 || facility.symbolism === 4 ? null : refuse('oneOfAKind', 'Level V is for a facility of very high criticality or symbolism that is one of a kind.');
}

/**
 * Facility security level by the Interagency Security Committee's five factors of equal weight (NASA NPR 1620.2A, chapters 2 and 3). The sum alone never gives
 * level V, nor does an adjustment.
 */
export function facilityLevel(facility: Facility): FacilityResult | Refusal {
  const wrong = wrongFacility(facility);
  if (wrong) return wrong;
  const { missionCriticality, symbolism, threat, population, areaSquareFeet, childCare = false, adjustment, oneOfAKind } = facility;
  const people = Math.min(4, pointsOf(population, POPULATION_TO) + (childCare ? 1 : 0)) as Points;
  const points: FacilityResult['points'] = [missionCriticality, symbolism, people, pointsOf(areaSquareFeet, AREA_TO), threat];
  const sum = points.reduce((a, b) => a + b, 0);
  const counted = LEVEL_TO.filter((end) => sum > end).length;
  const index = oneOfAKind ? 4 : Math.min(3, Math.max(0, counted + (adjustment?.by ?? 0)));
  return { ok: true, points, sum, level: LEVELS[index] ?? 'V', protection: PROTECTION[index] ?? 'very high', reassessYears: index < 2 ? 5 : 3 };
}
