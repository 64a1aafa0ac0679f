import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementOf, joinSheets, type Sheet } from './assessors.ts';
import { CRITERIA, scoreTargets, sensitivityOf, type CarverForm, type Criterion, type Target } from './carver.ts';

const TEN: CarverForm = { method: 'carver', scale: 10 };
const SHOCK: CarverForm = { method: 'carver-shock', scale: 10 };
const aTarget = (id: string, ...scores: number[]): Target => ({ id, scores: Object.fromEntries(scores.map((score, i) => [CRITERIA['carver-shock'][i], score])) });
const good = <T extends { ok: boolean }>(result: T): Extract<T, { ok: true }> => {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result as Extract<T, { ok: true }>;
};
const at = (result: { ok: boolean; at?: string }): string | undefined => result.at;
const FM = [aTarget('Generator step-up transformers', 10, 10, 10, 9, 5, 9), aTarget('Turbines', 8, 6, 10, 7, 5, 9), aTarget('Fuel pumps', 8, 6, 2, 10, 5, 3), aTarget('Boilers', 6, 2, 10, 4, 5, 4)];

describe('CARVER', () => {
  it('from knowledge, unverified: the bulk electric power matrix of FM 34-36 has the totals 53, 45, 34 and 31, transformers first', () => {
    const { rows } = good(scoreTargets(TEN, FM));
    expect(rows.map(({ total }) => total)).toEqual([53, 45, 34, 31]);
    expect(rows.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
  });

  it('ranges from 6 to 60, from 6 to 30 on the scale of 5, and from 7 to 70 with shock', () => {
    for (const [form, least, most] of [[TEN, 6, 60], [{ method: 'carver', scale: 5 }, 6, 30], [SHOCK, 7, 70]] as [CarverForm, number, number][]) {
      const count = CRITERIA[form.method].length;
      const { rows } = good(scoreTargets(form, [aTarget('least', ...Array.from({ length: count }, () => 1)), aTarget('most', ...Array.from({ length: count }, () => form.scale))]));
      expect(rows.map(({ total }) => total)).toEqual([least, most]);
    }
  });

  it('gives no total and no rank where a score is missing, and says which; nothing is made up', () => {
    const { rows } = good(scoreTargets(TEN, [...FM, aTarget('Yard', 10, 10, 10)]));
    expect(rows[4]).toEqual({ id: 'Yard', total: null, missing: ['vulnerability', 'effect', 'recognizability'], rank: null });
    expect(rows[0]?.rank).toBe(1);
    expect(good(scoreTargets(SHOCK, FM)).rows[0]).toMatchObject({ total: null, missing: ['shock'] });
  });

  it('breaks ties by criticality, then by vulnerability, and lets what is equal share a rank', () => {
    const rows = good(scoreTargets(TEN, [aTarget('a', 5, 5, 5, 5, 5, 5), aTarget('b', 6, 4, 5, 5, 5, 5), aTarget('c', 5, 4, 5, 6, 5, 5), aTarget('d', 5, 5, 5, 5, 6, 4), aTarget('e', 1, 1, 1, 1, 1, 1)])).rows;
    expect(Object.fromEntries(rows.map(({ id, rank }) => [id, rank]))).toEqual({ b: 1, c: 2, a: 3, d: 3, e: 5 });
  });

  it('weighs criteria where weights are given', () => {
    const { rows } = good(scoreTargets({ ...TEN, weights: { criticality: 2, effect: 0 } }, [aTarget('a', 10, 1, 1, 1, 10, 1)]));
    expect(rows[0]?.total).toBe(24);
  });

  it('names what is wrong', () => {
    expect(at(scoreTargets({ method: 'carver', scale: 7 as 5 }, FM))).toBe('form.scale');
    expect(at(scoreTargets({ method: 'carver-shock', scale: 5 }, FM))).toBe('form.scale');
    expect(at(scoreTargets({ method: 'rave' as 'carver', scale: 10 }, FM))).toBe('form.method');
    expect(at(scoreTargets({ ...TEN, weights: { criticality: -1 } }, FM))).toBe('form.weights.criticality');
    expect(at(scoreTargets({ ...TEN, weights: { shock: 1 } }, FM))).toBe('form.weights.shock');
    expect(at(scoreTargets({ ...TEN, weights: Object.fromEntries(CRITERIA.carver.map((name) => [name, 0])) }, FM))).toBe('form.weights');
    expect(at(scoreTargets({ method: 'carver', scale: 5 }, FM))).toBe('targets[0].scores.criticality');
    expect(at(scoreTargets(TEN, [aTarget('a', 5, 5.5)]))).toBe('targets[0].scores.accessibility');
    expect(at(scoreTargets(TEN, [aTarget('a', 0)]))).toBe('targets[0].scores.criticality');
    expect(at(scoreTargets(TEN, [aTarget('a', Number.NaN)]))).toBe('targets[0].scores.criticality');
    expect(at(scoreTargets(TEN, [aTarget('a', 1, 1, 1, 1, 1, 1, 1)]))).toBe('targets[0].scores.shock');
    expect(at(scoreTargets(TEN, [aTarget('a', 5), aTarget('a', 5)]))).toBe('targets[1].id');
  });

  it('ranks all targets, the higher total before the lower', () => {
    const score = fc.integer({ min: 1, max: 10 });
    fc.assert(
      fc.property(fc.array(fc.array(score, { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 8 }), (all) => {
        const { rows } = good(scoreTargets(TEN, all.map((scores, i) => aTarget(`t${i}`, ...scores))));
        for (const a of rows) for (const b of rows) if ((a.total ?? 0) > (b.total ?? 0)) expect(a.rank).toBeLessThan(b.rank ?? 0);
        expect(rows.some(({ rank }) => rank === 1)).toBe(true);
      }),
    );
  });
});

describe('sensitivity', () => {
  it('says what single score puts another target first, and how far ranks move', () => {
    const { leaders, ranges } = good(sensitivityOf(TEN, [aTarget('a', 8, 8, 8, 8, 8, 8), aTarget('b', 8, 8, 8, 8, 8, 7), aTarget('c', 1, 1, 1, 1, 1, 1)]));
    expect(ranges).toEqual([{ id: 'a', best: 1, worst: 2 }, { id: 'b', best: 1, worst: 2 }, { id: 'c', best: 3, worst: 3 }]);
    expect(leaders).toContainEqual({ target: 'b', criterion: 'vulnerability', step: 1, first: ['b'] });
    expect(leaders).toContainEqual({ target: 'b', criterion: 'recognizability', step: 1, first: ['a', 'b'] });
    expect(leaders.every(({ target }) => target !== 'c')).toBe(true);
  });

  it('finds the first of FM 34-36 robust, and refuses what is not complete', () => {
    expect(good(sensitivityOf(TEN, FM)).leaders).toEqual([]);
    expect(at(sensitivityOf(TEN, [...FM, aTarget('Yard', 1)]))).toBe('targets[4].scores');
  });
});

describe('several assessors', () => {
  const sheet = (assessor: string, ...targets: Target[]): Sheet => ({ assessor, form: TEN, targets });
  const three = [sheet('Ann', aTarget('gate', 8, 6, 5, 7, 5, 4)), sheet('Ben', aTarget('gate', 6, 6, 5, 2, 5, 4)), sheet('Cem', aTarget('gate', 9, 6, 5, 8, 5, 4))];

  it('are put together by medians with their range, the widest apart first', () => {
    const { rows, cells, apart } = good(joinSheets(three));
    expect(rows).toEqual([{ id: 'gate', total: 8 + 6 + 5 + 7 + 5 + 4, missing: [], rank: 1 }]);
    expect(cells.find(({ criterion }) => criterion === 'criticality')?.cell).toEqual({ median: 8, low: 6, high: 9, count: 3 });
    expect(apart.map(({ criterion }) => criterion)).toEqual(['vulnerability', 'criticality']);
  });

  it('have halves between two, leave out what one left out, and have no total of what nobody scored', () => {
    const { rows, cells } = good(joinSheets([sheet('Ann', aTarget('gate', 8, 6, 5, 7, 5)), sheet('Ben', aTarget('gate', 5, 6, 5, 7))]));
    expect(cells.map(({ cell }) => cell?.median ?? null)).toEqual([6.5, 6, 5, 7, 5, null]);
    expect(cells[4]?.cell?.count).toBe(1);
    expect(rows[0]).toMatchObject({ total: null, missing: ['recognizability'] });
  });

  it('cannot be put together across scales, forms or weights, nor can one assess twice', () => {
    const five: Sheet = { assessor: 'Ben', form: { method: 'carver', scale: 5 }, targets: [aTarget('gate', 5, 5, 5, 5, 5, 5)] };
    expect(at(joinSheets([sheet('Ann', FM[0] as Target), five]))).toBe('sheets[1].form');
    expect(at(joinSheets([sheet('Ann', FM[0] as Target), { ...five, form: { ...TEN, weights: { effect: 2 } } }]))).toBe('sheets[1].form');
    expect(at(joinSheets([sheet('Ann', FM[0] as Target), sheet('Ann', FM[0] as Target)]))).toBe('sheets[1].assessor');
    expect(at(joinSheets([sheet('Ann', aTarget('gate', 11))]))).toBe('sheets[0].targets[0].scores.criticality');
    expect(at(joinSheets([]))).toBe('sheets');
  });

  it('have their agreement, which one alone has not', () => {
    const alone = good(agreementOf([three[0] as Sheet])).agreement;
    expect(alone).toMatchObject({ alpha: null, kappa: null });
    expect(alone.reason).toContain('at least two');
    const pair = good(agreementOf([sheet('Ann', ...FM), sheet('Ben', ...FM)])).agreement;
    expect(pair).toEqual({ alpha: 1, kappa: 1, reason: '' });
    const trio = good(agreementOf(three)).agreement;
    expect(trio.kappa).toBeNull();
    expect(trio.alpha).toBeGreaterThan(0);
    expect(trio.alpha).toBeLessThan(1);
    const flat = [sheet('Ann', aTarget('a', 5, 5, 5, 5, 5, 5)), sheet('Ben', aTarget('a', 5, 5, 5, 5, 5, 5))];
    expect(good(agreementOf(flat)).agreement).toMatchObject({ alpha: null, kappa: null });
    expect(at(agreementOf([]))).toBe('sheets');
  });

  it('are ordered by criteria, whoever comes first', () => {
    const criteria: Criterion[] = good(joinSheets(three.toReversed())).cells.map(({ criterion }) => criterion);
    expect(criteria).toEqual([...CRITERIA.carver]);
    expect(good(joinSheets(three.toReversed())).rows).toEqual(good(joinSheets(three)).rows);
  });
});
