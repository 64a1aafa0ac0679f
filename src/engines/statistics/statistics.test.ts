import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { medianWithInterval } from './bootstrap.ts';
import { cChart, individualsChart, uChart } from './control-chart.ts';
import { floodOf } from './flood.ts';
import { poissonInterval, rateWithInterval } from './poisson-interval.ts';
import { type Histogram, quantile, together } from './quantiles.ts';
import { survivalOf } from './survival.ts';
import { wilson } from './wilson.ts';

const histogram = (values: readonly number[]): Histogram => together(values.map((value) => [{ value, count: 1 }]));

describe('a share with its interval', () => {
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('is as Newcombe 1998 has it: %i of %i', (n, of, lo, hi) => {
    expect(wilson(n, of)?.lo).toBeCloseTo(lo, 4);
    expect(wilson(n, of)?.hi).toBeCloseTo(hi, 4);
  });

  test('has nothing to say of nothing, and refuses what is no share', () => {
    expect(wilson(0, 0)).toBeNull();
    expect(() => wilson(3, 2)).toThrow(RangeError);
  });

  test('holds the share, within 0 and 1, and mirrors its complement', () => {
    fc.assert(fc.property(fc.nat(500), fc.nat(500), (n, more) => {
      const [one, other] = [wilson(n, n + more), wilson(more, n + more)];
      if (!one || !other) return n + more === 0;
      expect(one.hi + other.lo).toBeCloseTo(1, 10);
      return one.lo >= 0 && one.lo <= one.share && one.share <= one.hi && one.hi <= 1;
    }));
  });
});

describe('a rate with its exact interval', () => {
  test.each([[0, 0, 3.689], [1, 0.0253, 5.572], [10, 4.795, 18.39]])('is as Garwood’s table has it: %i', (n, lo, hi) => {
    const interval = poissonInterval(n);
    expect(interval.lo).toBeCloseTo(lo, 3);
    expect(interval.hi).toBeCloseTo(hi, n === 10 ? 2 : 3);
  });

  test('of 7 over 3.5 thousand people, and of a count beyond all tables', () => {
    const rate = rateWithInterval(7, 3.5);
    expect([rate?.rate, rate?.lo, rate?.hi].map((one) => one?.toFixed(6))).toEqual(['2.000000', '0.804104', '4.120764']);
    const many = poissonInterval(100_000);
    expect(many.lo).toBeCloseTo(99_381.2, 0);
    expect(many.hi).toBeCloseTo(100_621.7, 0);
  });

  test('is none without exposure', () => {
    expect(rateWithInterval(0, 0)).toBeNull();
    expect(() => rateWithInterval(1, -1)).toThrow(RangeError);
  });
});

describe('quantiles', () => {
  const answered = histogram([12, 25, 31, 18, 44, 95, 20, 27, 33, 15]);

  test('lie on straight lines between the values', () => {
    expect(quantile(answered, 0.5)).toBe(26);
    expect(quantile(answered, 0.9)).toBeCloseTo(49.1, 10);
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([{ value: 7, count: 1 }], 0.985)).toBe(7);
  });

  test('of a histogram are those of its values one by one', () => {
    fc.assert(fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 80 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
      const sorted = values.toSorted((a, b) => a - b);
      const at = (sorted.length - 1) * p;
      const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
      expect(quantile(histogram(values), p)).toBeCloseTo(low + (high - low) * (at - Math.floor(at)), 9);
    }));
  });

  test('the median’s interval holds it, is the same each time, and few values give a wide one', () => {
    const few = medianWithInterval(answered);
    expect(few).toEqual(medianWithInterval(answered));
    expect(few).toMatchObject({ n: 10, median: 26 });
    expect(few?.lo).toBeLessThan(26);
    expect(few?.hi).toBeGreaterThan(26);
    const many = medianWithInterval(answered.map((one) => ({ ...one, count: 200 })));
    expect((many?.hi ?? 0) - (many?.lo ?? 0)).toBeLessThan((few?.hi ?? 0) - (few?.lo ?? 0));
    expect(medianWithInterval([])).toBeNull();
  });

  test('draws and their limit agree where one takes over from the other', () => {
    const [drawn, limit] = [200, 201].map((n) => medianWithInterval(histogram(Array.from({ length: n }, (_, i) => i))));
    expect(Math.abs((drawn?.lo ?? 0) - (limit?.lo ?? 0))).toBeLessThan(3);
    expect(Math.abs((drawn?.hi ?? 0) - (limit?.hi ?? 0))).toBeLessThan(3);
  });
});

describe('control charts', () => {
  test('of counts: the circuit boards of Montgomery', () => {
    const chart = cChart([21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15]);
    expect(chart?.center).toBeCloseTo(19.84615, 5);
    expect(chart?.points[0]?.lcl).toBeCloseTo(6.481447, 5);
    expect(chart?.points[0]?.ucl).toBeCloseTo(33.21086, 5);
    expect(chart?.points.flatMap(({ rules }, i) => (rules.includes('beyond-three') ? [i + 1] : []))).toEqual([6, 20]);
  });

  test('of single values: the flow rates of the NIST e-Handbook', () => {
    const chart = individualsChart([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]);
    expect(chart?.center).toBeCloseTo(50.81, 6);
    expect(chart?.points[0]?.ucl).toBeCloseTo(55.8041, 3);
    expect(chart?.points[0]?.lcl).toBeCloseTo(45.8159, 3);
    expect(individualsChart([1])).toBeNull();
  });

  test('over equal exposures say what the chart of counts says', () => {
    const counts = [3, 8, 5, 9, 2];
    expect(uChart(counts, counts.map(() => 1))).toEqual(cChart(counts));
    expect(() => uChart([1], [0])).toThrow(RangeError);
    expect(cChart([])).toBeNull();
  });

  test('tell of eight on one side, and of nothing where all is the same', () => {
    const chart = individualsChart([0, 20, 0, 20, 0, 20, 0, 20, 11, 11.1, 11, 11.1, 11, 11.1, 11, 11.1]);
    expect(chart?.points.flatMap(({ rules }, i) => (rules.includes('eight-on-a-side') ? [i] : []))).toEqual([14, 15]);
    expect(cChart([4, 4, 4, 4, 4, 4, 4, 4, 4])?.points.every(({ rules }) => rules.length === 0)).toBe(true);
  });
});

describe('how long things last', () => {
  // Freireich 1963, 6-MP: + went on when last seen.
  const remission = '6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+'.split(' ').map((one) => ({ lasted: Number.parseInt(one, 10), ended: !one.endsWith('+') }));

  test('is as published, with its error and its median', () => {
    const curve = survivalOf(remission);
    expect(curve?.steps.map(({ at, share }) => [at, share.toFixed(3)])).toEqual([[6, '0.857'], [7, '0.807'], [10, '0.753'], [13, '0.690'], [16, '0.627'], [22, '0.538'], [23, '0.448']]);
    expect(curve?.steps[0]?.error).toBeCloseTo(0.0764, 4);
    expect(curve?.steps.at(-1)?.error).toBeCloseTo(0.1346, 4);
    expect(curve?.median).toBe(23);
  });

  test('has no median where too little ended, and nothing to say of nothing', () => {
    expect(survivalOf([{ lasted: 3, ended: false }])).toEqual({ n: 1, steps: [], median: null });
    expect(survivalOf([])).toBeNull();
  });
});

test('a flood lasts from ten in a bin until fewer than five', () => {
  expect(floodOf([0, 1, 0, 2, 1, 0, 0, 14, 22, 9, 3, 1, 0, 0, 1, 2, 0, 1, 0, 0, 1, 1, 0, 1])).toEqual({ bins: 24, inFlood: 3, floods: 1, share: 0.125 });
  expect(floodOf([]).share).toBeNull();
});
