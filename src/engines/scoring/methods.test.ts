import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantifyBowTie } from './bow-tie.ts';
import { facilityLevel, type Facility, type FacilityResult } from './facility-level.ts';
import { bandOf, buildingMatrix, buildingRisk } from './fema426.ts';
import { checkMatrix, COMMON_MATRIX, lookUp, wrongMatrix, type MatrixFault, type RiskMatrix } from './matrix.ts';
import { ramRisk, ramRiskOfCategories } from './ram.ts';
import { screenAssets, SECURITY_TABLES, securityRisk } from './security-risk.ts';

const at = (result: { ok: boolean; at?: string } | null): string | undefined => result?.at;

describe('FEMA 426', () => {
  const threats = ['Cyber', 'Armed attack (single gunman)', 'Vehicle bomb', 'CBR'];
  const rows = [{ id: 'Administration', assetValue: 5, threats: [8, 4, 3, 2], vulnerabilities: [7, 7, 9, 9] }, { id: 'Engineering', assetValue: 8, threats: [8, 5, 6, 2], vulnerabilities: [2, 4, 8, 9] }];

  it('has the risks of FEMA E155, Unit 5 (adaptation of Table 1-20)', () => {
    const result = buildingMatrix(threats, rows);
    expect(result.ok && result.rows.map(({ cells }) => cells.map(({ risk }) => risk))).toEqual([[280, 140, 135, 90], [128, 160, 384, 144]]);
  });

  it('from knowledge, unverified: the bands of Table 1-19 are low to 60, medium to 175, high from 176', () => {
    expect([1, 60, 61, 175, 176, 1000].map(bandOf)).toEqual(['low', 'low', 'medium', 'medium', 'high', 'high']);
    const result = buildingMatrix(threats, rows);
    expect(result.ok && result.rows.map(({ cells }) => cells.map(({ band }) => band))).toEqual([['high', 'medium', 'medium', 'medium'], ['medium', 'medium', 'high', 'medium']]);
  });

  it('names what is missing or out of range', () => {
    expect(at(buildingRisk({ assetValue: 0, threat: 5, vulnerability: 5 }))).toBe('assetValue');
    expect(at(buildingRisk({ assetValue: 5, threat: 11, vulnerability: 5 }))).toBe('threat');
    expect(at(buildingRisk({ assetValue: 5, threat: 5, vulnerability: 2.5 }))).toBe('vulnerability');
    expect(at(buildingMatrix(threats, [{ id: 'a', assetValue: 5, threats: [1, 2, 3], vulnerabilities: [1, 2, 3, 4] }]))).toBe('rows[0].threats[3]');
    expect(at(buildingMatrix(threats, [{ id: 'a', assetValue: 12, threats: [1, 2, 3, 4], vulnerabilities: [1, 2, 3, 4] }]))).toBe('rows[0].assetValue');
    expect(at(buildingMatrix(threats, [{ id: 'a', assetValue: 5, threats: [1, 2, 3, 4], vulnerabilities: [1, Number.NaN, 3, 4] }]))).toBe('rows[0].vulnerabilities[1]');
  });
});

describe('the RAM family', () => {
  it('of methods 2.4: an attack at effectiveness 0.4284 on a consequence of 0.8 is a risk of 0.45728', () => {
    const result = ramRisk({ attack: 1, effectiveness: 0.4284, consequence: 0.8 });
    expect(result.ok && result.risk).toBeCloseTo(0.45728, 12);
  });

  it('from categories needs their table, which goes with the result', () => {
    const scale = { 'very low': 0.1, low: 0.3, medium: 0.5, high: 0.7, 'very high': 1 };
    const tables = { attack: scale, effectiveness: scale, consequence: scale };
    const result = ramRiskOfCategories({ attack: 'very high', effectiveness: 'medium', consequence: 'high' }, tables);
    expect(result).toMatchObject({ ok: true, values: { attack: 1, effectiveness: 0.5, consequence: 0.7 }, categories: tables });
    expect(result.ok && result.risk).toBeCloseTo(0.35, 12);
    expect(at(ramRiskOfCategories({ attack: 'huge', effectiveness: 'low', consequence: 'low' }, tables))).toBe('attack');
    expect(at(ramRiskOfCategories({ attack: 'toString', effectiveness: 'low', consequence: 'low' }, tables))).toBe('attack');
    expect(at(ramRiskOfCategories({ attack: 'low', effectiveness: 'low', consequence: 'low' }, { ...tables, consequence: { low: 3 } }))).toBe('categories.consequence');
  });

  it('names what is no share', () => {
    expect(at(ramRisk({ attack: 1.1, effectiveness: 0, consequence: 0 }))).toBe('attack');
    expect(at(ramRisk({ attack: 1, effectiveness: Number.NaN, consequence: 0 }))).toBe('effectiveness');
    expect(at(ramRisk({ attack: 1, effectiveness: 0, consequence: -0.1 }))).toBe('consequence');
  });
});

describe('the facility security level', () => {
  const facility: Facility = { missionCriticality: 3, symbolism: 2, threat: 3, population: 420, areaSquareFeet: 180_000 };
  const level = (changed: Partial<Facility>): FacilityResult => {
    const result = facilityLevel({ ...facility, ...changed });
    if (!result.ok) throw new Error(result.reason);
    return result;
  };

  it('of methods 2.3, constructed: points 3, 2, 3, 3, 3, their sum 14, is level III', () => {
    expect(level({})).toEqual({ ok: true, points: [3, 2, 3, 3, 3], sum: 14, level: 'III', protection: 'medium', reassessYears: 3 });
  });

  it('counts people and size by the classes of NASA NPR 1620.2A; exactly at an end is still below it', () => {
    expect([0, 99, 100, 101, 250, 251, 750, 751].map((population) => level({ population }).points[2])).toEqual([1, 1, 1, 2, 2, 3, 3, 4]);
    expect([1, 9999, 10_000, 10_001, 100_000, 100_001, 250_000, 250_001].map((areaSquareFeet) => level({ areaSquareFeet }).points[3])).toEqual([1, 1, 1, 2, 2, 3, 3, 4]);
  });

  it('is I to 7 points and II to 12, assessed again after five years', () => {
    const of = (missionCriticality: 1 | 2 | 3, symbolism: 1 | 2 | 3, threat: 1 | 2 | 3): FacilityResult => level({ missionCriticality, symbolism, threat, population: 300, areaSquareFeet: 5000 });
    expect([of(1, 1, 1), of(2, 1, 1), of(3, 3, 2)].map((one) => [one.sum, one.level, one.reassessYears])).toEqual([[7, 'I', 5], [8, 'II', 5], [12, 'II', 5]]);
  });

  it('from knowledge, unverified: is III to 17 points and IV to 20, assessed again after three years', () => {
    const of = (threat: 1 | 2 | 3 | 4, symbolism: 3 | 4): FacilityResult => level({ missionCriticality: 4, symbolism, threat, population: 800, areaSquareFeet: 300_000 });
    expect([of(1, 4), of(2, 3), of(2, 4), of(4, 4)].map((one) => [one.sum, one.level, one.reassessYears])).toEqual([[17, 'III', 3], [17, 'III', 3], [18, 'IV', 3], [20, 'IV', 3]]);
  });

  it('from knowledge, unverified: counts a point more for the people of a child-care centre, four at most', () => {
    expect(level({ childCare: true }).points[2]).toBe(4);
    expect(level({ childCare: true, population: 2000 }).points[2]).toBe(4);
  });

  it('is adjusted by one with its reason, never below I nor to V', () => {
    expect(level({ adjustment: { by: 1, reason: 'Shared entrance' } }).level).toBe('IV');
    expect(level({ adjustment: { by: -1, reason: 'Empty at night' } }).level).toBe('II');
    expect(level({ missionCriticality: 4, symbolism: 4, threat: 4, population: 900, areaSquareFeet: 300_000, adjustment: { by: 1, reason: 'Landmark' } }).level).toBe('IV');
    expect(level({ missionCriticality: 1, symbolism: 1, threat: 1, population: 1, areaSquareFeet: 1, adjustment: { by: -1, reason: 'Shed' } }).level).toBe('I');
    expect(at(facilityLevel({ ...facility, adjustment: { by: 1, reason: ' ' } }))).toBe('adjustment.reason');
    expect(at(facilityLevel({ ...facility, adjustment: { by: 2 as 1, reason: 'x' } }))).toBe('adjustment.by');
  });

  it('is V only by designation, of very high criticality or symbolism', () => {
    expect(level({ symbolism: 4, oneOfAKind: { reason: 'The only one in the country' } })).toMatchObject({ level: 'V', protection: 'very high', reassessYears: 3 });
    expect(at(facilityLevel({ ...facility, oneOfAKind: { reason: 'Nice' } }))).toBe('oneOfAKind');
    expect(at(facilityLevel({ ...facility, symbolism: 4, oneOfAKind: { reason: '' } }))).toBe('oneOfAKind.reason');
  });

  it('names what is wrong', () => {
    expect(at(facilityLevel({ ...facility, threat: 5 as 4 }))).toBe('threat');
    expect(at(facilityLevel({ ...facility, population: -1 }))).toBe('population');
    expect(at(facilityLevel({ ...facility, population: 1.5 }))).toBe('population');
    expect(at(facilityLevel({ ...facility, areaSquareFeet: 0 }))).toBe('areaSquareFeet');
    expect(at(facilityLevel({ ...facility, areaSquareFeet: Number.NaN }))).toBe('areaSquareFeet');
  });
});

describe('a risk matrix', () => {
  const three: RiskMatrix = { likelihoods: ['rare', 'some', 'often'], consequences: ['small', 'fair', 'great'], levels: ['green', 'yellow', 'red'], cells: [['green', 'green', 'yellow'], ['green', 'yellow', 'yellow'], ['yellow', 'yellow', 'red']] };
  const faults = (matrix: RiskMatrix, ends?: Parameters<typeof checkMatrix>[1]): MatrixFault[] => {
    const result = checkMatrix(matrix, ends);
    if (!result.ok) throw new Error(`${result.at}: ${result.reason}`);
    return result.faults;
  };

  it('is looked up, not multiplied', () => {
    expect(lookUp(three, 'some', 'great')).toEqual({ ok: true, level: 'yellow', order: 1 });
    expect(at(lookUp(three, 'never', 'great'))).toBe('likelihood');
    expect(at(lookUp(three, 'some', 'none'))).toBe('consequence');
  });

  it('that is common has the levels of the products of its ranks: to 4, to 9, to 16, above', () => {
    for (const [i, likelihood] of COMMON_MATRIX.likelihoods.entries()) {
      for (const [j, consequence] of COMMON_MATRIX.consequences.entries()) {
        const product = (i + 1) * (j + 1);
        expect(lookUp(COMMON_MATRIX, likelihood, consequence)).toMatchObject({ level: product <= 4 ? 'low' : product <= 9 ? 'moderate' : product <= 16 ? 'high' : 'extreme' });
      }
    }
    expect(faults(COMMON_MATRIX)).toEqual([]);
  });

  it('has a fault where its level falls as likelihood or consequence rises', () => {
    const found = faults({ ...three, cells: [['green', 'yellow', 'green'], ['green', 'yellow', 'yellow'], ['yellow', 'yellow', 'red']] });
    expect(found.filter(({ rule }) => rule === 'rises')).toEqual([{ rule: 'rises', cells: [[0, 1], [0, 2]], says: expect.any(String) }]);
  });

  it('has a fault where the lowest level touches the highest, by an edge or a rising corner', () => {
    expect(faults({ ...three, cells: [['green', 'green', 'red'], ['yellow', 'yellow', 'red'], ['yellow', 'yellow', 'red']] })).toMatchObject([{ rule: 'between', cells: [[0, 1], [0, 2]] }, { rule: 'between', cells: [[0, 1], [1, 2]] }]);
    expect(faults({ ...three, cells: [['green', 'yellow', 'yellow'], ['yellow', 'red', 'red'], ['yellow', 'red', 'red']] })).toMatchObject([{ rule: 'between', cells: [[0, 0], [1, 1]] }]);
    expect(faults(three)).toEqual([]);
  });

  it('has a fault where numbers let a low risk exceed a high one', () => {
    const flat: RiskMatrix = { ...three, cells: [['green', 'green', 'green'], ['green', 'yellow', 'yellow'], ['yellow', 'yellow', 'red']] };
    expect(faults(flat, { likelihood: [0, 0.1, 0.5, 1], consequence: [0, 10, 50, 100] })).toEqual([]);
    expect(faults(flat, { likelihood: [0, 0.9, 0.95, 1], consequence: [0, 10, 90, 1000] })).toMatchObject([{ rule: 'outranked', cells: [[0, 2], [2, 2]] }]);
  });

  it('finds no level that falls in a matrix that was made to rise', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }), fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }), (rows, columns) => {
        const [a, b] = [rows.toSorted((x, y) => x - y), columns.toSorted((x, y) => x - y)];
        const levels = ['0', '1', '2', '3', '4', '5', '6'];
        const matrix: RiskMatrix = { likelihoods: ['a', 'b', 'c', 'd'], consequences: ['e', 'f', 'g', 'h'], levels, cells: a.map((x) => b.map((y) => String(x + y))) };
        expect(faults(matrix).filter(({ rule }) => rule === 'rises')).toEqual([]);
      }),
    );
  });

  it('names what is wrong with it as a table', () => {
    expect(at(wrongMatrix({ ...three, cells: three.cells.slice(1) }))).toBe('cells');
    expect(at(wrongMatrix({ ...three, cells: [['green'], ...three.cells.slice(1)] }))).toBe('cells[0]');
    expect(at(wrongMatrix({ ...three, cells: [['green', 'blue', 'red'], ...three.cells.slice(1)] }))).toBe('cells[0][1]');
    expect(at(wrongMatrix({ ...three, levels: ['green', 'green', 'red'] }))).toBe('levels[1]');
    expect(at(wrongMatrix({ ...three, likelihoods: ['rare'] }))).toBe('likelihoods');
    expect(at(checkMatrix(three, { likelihood: [0, 1, 2], consequence: [0, 1, 2, 3] }))).toBe('ends.likelihood');
    expect(at(checkMatrix(three, { likelihood: [0, 1, 1, 2], consequence: [0, 1, 2, 3] }))).toBe('ends.likelihood[2]');
    expect(at(checkMatrix(three, { likelihood: [0, 1, 2, 3], consequence: [0, 1, Number.NaN, 3] }))).toBe('ends.consequence[2]');
  });
});

describe('API 780', () => {
  it('looks the likelihood up from act and success, and the risk from it and the consequence, in tables of this product', () => {
    expect(securityRisk({ act: 5, success: 5, consequence: 5 })).toEqual({ ok: true, likelihood: 5, level: 'extreme' });
    expect(securityRisk({ act: 4, success: 3, consequence: 4 })).toEqual({ ok: true, likelihood: 3, level: 'high' });
    expect(securityRisk({ act: 1, success: 5, consequence: 4 })).toEqual({ ok: true, likelihood: 1, level: 'low' });
  });

  it('never falls as a rank rises, and its tables have no fault', () => {
    const order = SECURITY_TABLES.risk.levels;
    const rank = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(rank, rank, rank, fc.constantFrom('act' as const, 'success' as const, 'consequence' as const), (act, success, consequence, which) => {
        const given = { act, success, consequence };
        const [low, high] = [securityRisk(given), securityRisk({ ...given, [which]: given[which] + 1 })];
        expect(low.ok && high.ok && order.indexOf(high.level) >= order.indexOf(low.level)).toBe(true);
      }),
    );
    expect(checkMatrix(SECURITY_TABLES.risk)).toEqual({ ok: true, faults: [] });
  });

  it('goes on with assets that are attractive enough', () => {
    expect(screenAssets([{ id: 'vault', attractiveness: 5 }, { id: 'shed', attractiveness: 1 }], 3)).toEqual({ ok: true, floor: 3, kept: ['vault'], left: ['shed'] });
  });

  it('names what is wrong', () => {
    expect(at(securityRisk({ act: 0, success: 1, consequence: 1 }))).toBe('act');
    expect(at(securityRisk({ act: 1, success: Number.NaN, consequence: 1 }))).toBe('success');
    expect(at(securityRisk({ act: 1, success: 1, consequence: 6 }))).toBe('consequence');
    expect(at(securityRisk({ act: 1, success: 1, consequence: 1 }, { ...SECURITY_TABLES, risk: { ...SECURITY_TABLES.risk, consequences: ['a', 'b', 'c', 'd', 'e'] } }))).toBe('tables.risk.consequence');
    expect(at(screenAssets([{ id: 'vault', attractiveness: 6 }], 3))).toBe('assets[0].attractiveness');
    expect(at(screenAssets([], 0))).toBe('floor');
  });
});

describe('a bow-tie', () => {
  const tie = { threats: [{ id: 'ram', perYear: 2, barriers: [{ id: 'gate', failure: 0.1 }, { id: 'guard', failure: 0.2 }] }, { id: 'climb', perYear: 0.5, barriers: [{ id: 'fence', failure: 0.1 }] }], consequences: [{ id: 'theft', barriers: [{ id: 'alarm', failure: 0.3 }, { id: 'response', failure: 0.1 }] }] };

  it('of methods 2.5: the top event comes 0.09 times a year, its consequence 0.0027 times', () => {
    const result = quantifyBowTie(tie);
    if (!result.ok) throw new Error(result.reason);
    expect(result.topPerYear).toBeCloseTo(0.09, 12);
    expect(result.consequences[0]?.perYear).toBeCloseTo(0.0027, 12);
    expect(result.threats.map(({ share }) => share?.toFixed(6))).toEqual(['0.444444', '0.555556']);
  });

  it('without barriers lets everything through, and of threats that never come has no shares', () => {
    expect(quantifyBowTie({ threats: [{ id: 'a', perYear: 3, barriers: [] }], consequences: [{ id: 'c', barriers: [] }] })).toMatchObject({ topPerYear: 3, consequences: [{ perYear: 3 }] });
    expect(quantifyBowTie({ threats: [{ id: 'a', perYear: 0, barriers: [] }], consequences: [] })).toMatchObject({ topPerYear: 0, threats: [{ share: null }] });
  });

  it('falls with every barrier', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (failure) => {
        const more = quantifyBowTie({ ...tie, threats: tie.threats.map((threat) => ({ ...threat, barriers: [...threat.barriers, { id: 'more', failure }] })) });
        expect(more.ok && more.topPerYear).toBeLessThanOrEqual(0.09 + 1e-12);
      }),
    );
  });

  it('names what is wrong', () => {
    expect(at(quantifyBowTie({ threats: [], consequences: [] }))).toBe('threats');
    expect(at(quantifyBowTie({ ...tie, threats: [{ id: 'a', perYear: -1, barriers: [] }] }))).toBe('threats[0].perYear');
    expect(at(quantifyBowTie({ ...tie, threats: [{ id: 'a', perYear: 1, barriers: [{ id: 'b', failure: 1.5 }] }] }))).toBe('threats[0].barriers[0].failure');
    expect(at(quantifyBowTie({ ...tie, consequences: [{ id: 'a', barriers: [{ id: 'b', failure: Number.NaN }] }] }))).toBe('consequences[0].barriers[0].failure');
  });
});
