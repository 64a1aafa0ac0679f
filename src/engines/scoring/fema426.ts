import { firstRefusal, refuse, type Refusal } from '../refusal.ts';

/** Ratings from 1 to 10: of an asset's value, of a threat to it, of its vulnerability to that threat. */
export type Ratings = { assetValue: number; threat: number; vulnerability: number };
export type Band = 'low' | 'medium' | 'high';

/** Upper ends of the bands (FEMA 426, Table 1-19; from knowledge, unverified): low to 60, medium to 175, high above. */
const LOW_TO = 60;
const MEDIUM_TO = 175;

/** The band of a risk. */
export const bandOf = (risk: number): Band => (risk <= LOW_TO ? 'low' : risk <= MEDIUM_TO ? 'medium' : 'high');

/** Risk = asset value × threat rating × vulnerability rating, 1 to 1000 (FEMA E155, Unit 5), and its band. */
export function buildingRisk({ assetValue, threat, vulnerability }: Ratings): { ok: true; risk: number; band: Band } | Refusal {
  const wrong = (value: number, at: string): Refusal | null => (Number.isInteger(value) && value >= 1 && value <= 10 ? null : refuse(at, `A rating is a whole number from 1 to 10; ${value} is not.`));
  const risk = assetValue * threat * vulnerability;
  return wrong(assetValue, 'assetValue') ?? wrong(threat, 'threat') ?? wrong(vulnerability, 'vulnerability') ?? { ok: true, risk, band: bandOf(risk) };
}

/** A function or system of a building with its value, rated for each threat in the order of the matrix. */
export type BuildingRow = { id: string; assetValue: number; threats: readonly number[]; vulnerabilities: readonly number[] };

/** The matrix of functions or systems by threats. Refused where a row lacks a rating: a missing one is not made up. */
export function buildingMatrix(threats: readonly string[], rows: readonly BuildingRow[]): { ok: true; rows: { id: string; cells: { threat: string; risk: number; band: Band }[] }[] } | Refusal {
  const results = rows.map((row, i) => threats.map((threat, j) => {
    const cell = buildingRisk({ assetValue: row.assetValue, threat: row.threats[j] ?? Number.NaN, vulnerability: row.vulnerabilities[j] ?? Number.NaN });
    return cell.ok ? { threat, ...cell } : refuse(cell.at === 'assetValue' ? `rows[${i}].assetValue` : `rows[${i}].${cell.at === 'threat' ? 'threats' : 'vulnerabilities'}[${j}]`, cell.reason);
  }));
  const wrong = firstRefusal(results.flat().map((cell) => (cell.ok ? null : cell)));
  return wrong ?? { ok: true, rows: rows.map(({ id }, i) => ({ id, cells: (results[i] ?? []).flatMap((cell) => (cell.ok ? [{ threat: cell.threat, risk: cell.risk, band: cell.band }] : [])) })) };
}
