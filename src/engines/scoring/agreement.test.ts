import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { krippendorffAlpha, type Level } from './alpha.ts';
import { kappaOfTable, weightedKappa, type Weights } from './kappa.ts';

const kappa = (counts: number[][], weights: Weights): number => {
  const result = kappaOfTable(counts, weights);
  if (!result.ok) throw new Error(result.reason);
  return result.kappa;
};
const alpha = (ratings: (number | null)[][], level: Level): number => {
  const result = krippendorffAlpha(ratings, level);
  if (!result.ok) throw new Error(result.reason);
  return result.alpha;
};
/** Ratings of two raters that make a table of counts. */
const ratingsOf = (counts: number[][]): [number[], number[]] => {
  const pairs = counts.flatMap((row, i) => row.flatMap((count, j) => Array.from({ length: count }, (): [number, number] => [i + 1, j + 1])));
  return [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
};

const SEXUAL_FUN = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]];
const ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]];
const GWET_2014 = [[75, 1, 4], [5, 4, 1], [0, 0, 10]];

describe('kappa', () => {
  it('of R’s vcd, data SexualFun (Hout, Duncan and Sobel 1987): 0.1293 unweighted, 0.2374 with equal spacing', () => {
    expect(kappa(SEXUAL_FUN, 'none')).toBeCloseTo(0.12933, 5);
    expect(kappa(SEXUAL_FUN, 'linear')).toBeCloseTo(0.237381, 5);
  });

  it('of R’s irrCAC, data cont3x3abstractors: 0.8922 with squared weights', () => {
    expect(kappa(ABSTRACTORS, 'quadratic')).toBeCloseTo(0.8922, 4);
  });

  it('of Gwet’s handbook (2014), a table of 100: 0.676', () => {
    expect(kappa(GWET_2014, 'none')).toBeCloseTo(0.676471, 6);
  });

  it('is the same from the table and from the ratings, leaving out what one left out', () => {
    const [a, b] = ratingsOf(SEXUAL_FUN);
    const result = weightedKappa([...a, 1, null], [...b, null, 4], { categories: 4, weights: 'linear' });
    expect(result).toMatchObject({ ok: true, count: 91 });
    expect(result.ok && result.kappa).toBeCloseTo(kappa(SEXUAL_FUN, 'linear'), 12);
  });

  it('is 1 for raters that agree, at most 1, and the same whoever comes first', () => {
    const rating = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(fc.array(fc.tuple(rating, rating), { minLength: 2, maxLength: 30 }), fc.constantFrom('none' as const, 'linear' as const, 'quadratic' as const), (pairs, weights) => {
        const [a, b] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
        const there = weightedKappa(a, b, { categories: 5, weights });
        const back = weightedKappa(b, a, { categories: 5, weights });
        expect(there.ok).toBe(back.ok);
        if (!there.ok || !back.ok) return;
        expect(there.kappa).toBeCloseTo(back.kappa, 12);
        expect(there.kappa).toBeLessThanOrEqual(1);
        const same = weightedKappa(a, a, { categories: 5, weights });
        if (same.ok) expect(same.kappa).toBe(1);
      }),
    );
  });

  it('is not defined where both said one thing throughout, nor of nothing', () => {
    expect(kappaOfTable([[10, 0], [0, 0]], 'none')).toMatchObject({ ok: false, reason: expect.stringContaining('not defined') });
    expect(kappaOfTable([[0, 0], [0, 0]], 'none')).toMatchObject({ ok: false });
    expect(weightedKappa([null, 1], [1, null], { categories: 2, weights: 'none' })).toMatchObject({ ok: false });
  });

  it('names what is wrong', () => {
    expect(weightedKappa([1, 6], [1, 1], { categories: 5, weights: 'none' })).toMatchObject({ ok: false, at: 'a[1]' });
    expect(weightedKappa([1], [Number.NaN], { categories: 5, weights: 'none' })).toMatchObject({ ok: false, at: 'b[0]' });
    expect(weightedKappa([1], [1, 2], { categories: 5, weights: 'none' })).toMatchObject({ ok: false, at: 'b' });
    expect(kappaOfTable([[1, 2], [3]], 'none')).toMatchObject({ ok: false, at: 'counts[1]' });
    expect(kappaOfTable([[1, -2], [3, 1]], 'none')).toMatchObject({ ok: false, at: 'counts[0]' });
  });
});

describe('Krippendorff’s alpha', () => {
  // "Computing Krippendorff's Alpha-Reliability" (2011), 4 observers and 12 units, 7 ratings missing.
  const CANONICAL = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
    [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
  ];
  it.each([['nominal', 0.743], ['ordinal', 0.815], ['interval', 0.849], ['ratio', 0.797]] as [Level, number][])('of Krippendorff’s example with missing ratings is as published: %s %d', (level, published) => {
    expect(alpha(CANONICAL, level).toFixed(3)).toBe(published.toFixed(3));
    expect(krippendorffAlpha(CANONICAL, level)).toMatchObject({ pairable: 40 });
  });

  it('of his example of two observers and two values is 0.095', () => {
    const [a, b] = ratingsOf([[5, 3], [1, 1]]);
    expect(alpha([a, b], 'nominal').toFixed(3)).toBe('0.095');
  });

  it('of Gwet’s table of 100 is 0.6769', () => {
    expect(alpha(ratingsOf(GWET_2014), 'nominal')).toBeCloseTo(0.6769, 6);
  });

  it('is 1 for raters that agree, at most 1, and the same in whatever order raters and units come', () => {
    const rating = fc.option(fc.integer({ min: 1, max: 5 }), { freq: 6 });
    fc.assert(
      fc.property(fc.array(fc.array(rating, { minLength: 4, maxLength: 4 }), { minLength: 2, maxLength: 4 }), fc.constantFrom('nominal' as const, 'ordinal' as const, 'interval' as const, 'ratio' as const), (ratings, level) => {
        const result = krippendorffAlpha(ratings, level);
        const turned = krippendorffAlpha(ratings.toReversed().map((row) => row.toReversed()), level);
        expect(result.ok).toBe(turned.ok);
        if (!result.ok || !turned.ok) return;
        expect(result.alpha).toBeCloseTo(turned.alpha, 12);
        expect(result.alpha).toBeLessThanOrEqual(1);
        const same = krippendorffAlpha([ratings[0] ?? [], ratings[0] ?? []], level);
        if (same.ok) expect(same.alpha).toBe(1);
      }),
    );
  });

  it('is not defined for one rater, for ratings that are all the same, or where none can be paired', () => {
    expect(krippendorffAlpha([[1, 2, 3]], 'ordinal')).toMatchObject({ ok: false, reason: expect.stringContaining('at least two') });
    expect(krippendorffAlpha([[2, 2], [2, 2]], 'ordinal')).toMatchObject({ ok: false, reason: expect.stringContaining('not defined') });
    expect(krippendorffAlpha([[1, null], [null, 2]], 'ordinal')).toMatchObject({ ok: false, reason: expect.stringContaining('two raters') });
  });

  it('names what is wrong', () => {
    expect(krippendorffAlpha([[1, 2], [1]], 'ordinal')).toMatchObject({ ok: false, at: 'ratings[1]' });
    expect(krippendorffAlpha([[1, Number.NaN], [1, 2]], 'ordinal')).toMatchObject({ ok: false, at: 'ratings[0][1]' });
    expect(krippendorffAlpha([[1, -1], [1, 2]], 'ratio')).toMatchObject({ ok: false, at: 'ratings[0][1]' });
  });
});
