import { refuse, type Refusal } from '../refusal.ts';
import { lookUp, type RiskMatrix } from './matrix.ts';

/** Ranks from 1 to 5: that the act is tried, that it succeeds if it is, and what it then costs. */
export type SecurityRisk = { act: number; success: number; consequence: number };

/** The two tables of the method: likelihood of act and success (levels are likelihoods 1 to 5), and risk of likelihood and consequence. */
export type SecurityTables = { likelihood: RiskMatrix; risk: RiskMatrix };

const RANKS = ['1', '2', '3', '4', '5'];
const table = (levels: readonly string[], cell: (a: number, b: number) => string): RiskMatrix => ({ likelihoods: RANKS, consequences: RANKS, levels, cells: RANKS.map((_, i) => RANKS.map((__, j) => cell(i + 1, j + 1))) });

/**
 * Tables of this product, written out from products: likelihood a fifth of act × success, rounded up; risk in the bands of the common matrix. API 780 leaves both
 * to the organisation (that ranks are 1 to 5 and meet on five by five is from knowledge, unverified).
 */
export const SECURITY_TABLES: SecurityTables = {
  likelihood: table(RANKS, (a, b) => String(Math.ceil((a * b) / 5))),
  risk: table(['low', 'moderate', 'high', 'extreme'], (a, b) => (a * b <= 4 ? 'low' : a * b <= 9 ? 'moderate' : a * b <= 16 ? 'high' : 'extreme')),
};

/** Risk of a scenario by API 780: the likelihood that the act is tried and succeeds, then its level with the consequence, both looked up. */
export function securityRisk({ act, success, consequence }: SecurityRisk, tables: SecurityTables = SECURITY_TABLES): { ok: true; likelihood: number; level: string } | Refusal {
  for (const [value, at] of [[act, 'act'], [success, 'success'], [consequence, 'consequence']] as const) if (!Number.isInteger(value) || value < 1 || value > 5) return refuse(at, `A rank is a whole number from 1 to 5; ${value} is not.`);
  const likelihood = lookUp(tables.likelihood, String(act), String(success));
  if (!likelihood.ok) return refuse(`tables.likelihood.${likelihood.at}`, likelihood.reason);
  const risk = lookUp(tables.risk, likelihood.level, String(consequence));
  return risk.ok ? { ok: true, likelihood: Number(likelihood.level), level: risk.level } : refuse(`tables.risk.${risk.at}`, risk.reason);
}

/** Assets that are attractive enough to go on with, and those that are not, by a floor from 1 to 5 that stands with the result. */
export function screenAssets(assets: readonly { id: string; attractiveness: number }[], floor: number): { ok: true; floor: number; kept: string[]; left: string[] } | Refusal {
  if (!Number.isInteger(floor) || floor < 1 || floor > 5) return refuse('floor', `The floor is a rank from 1 to 5; ${floor} is not.`);
  const wrong = assets.findIndex(({ attractiveness }) => !Number.isInteger(attractiveness) || attractiveness < 1 || attractiveness > 5);
  if (wrong >= 0) return refuse(`assets[${wrong}].attractiveness`, `A rank is a whole number from 1 to 5; ${assets[wrong]?.attractiveness} is not.`);
  const ids = (isKept: boolean): string[] => assets.filter(({ attractiveness }) => attractiveness >= floor === isKept).map(({ id }) => id);
  return { ok: true, floor, kept: ids(true), left: ids(false) };
}
