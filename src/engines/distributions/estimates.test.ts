import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile, lnGamma } from './beta.ts';
import { lognormalMoments, lognormalOfInterval } from './lognormal.ts';
import { normalCdf } from './normal.ts';
import { pertBeta } from './pert.ts';
import { poissonQuantile } from './poisson.ts';

describe('a PERT estimate', () => {
  const points = { low: 20, mode: 100, high: 900 };

  it('has the shapes, mean, spread and percentiles of methods 3.1 in the standard form', () => {
    const { alpha, beta, mean, sd } = pertBeta(points);
    expect([mean, alpha, beta, sd].map((x, i) => x.toFixed([12, 7, 7, 5][i]))).toEqual(['220.000000000000', '1.3636364', '4.6363636', '139.38641']);
    const quantile = (p: number): number => 20 + 880 * betaQuantile(p, alpha, beta);
    expect([0.05, 0.5, 0.95].map((p) => quantile(p).toFixed(3))).toEqual(['44.458', '192.449', '490.220']);
  });

  it('has the shapes and spread of methods 3.1 in the Vose form of pyfair', () => {
    const { alpha, beta, mean, sd } = pertBeta({ ...points, shape: 'vose' });
    expect(mean).toBeCloseTo(220, 12);
    expect([alpha, beta].map((x) => x.toFixed(7))).toEqual(['1.2096168', '4.1126972']);
    expect(sd).toBeCloseTo(146.66667, 5);
  });

  it('has one mean in both forms, and the spread that its shapes say', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.5, max: 100, noNaN: true }), fc.constantFrom('standard' as const, 'vose' as const), (at, weight, shape) => {
        const { alpha, beta, mean, sd } = pertBeta({ low: -10, mode: -10 + 20 * at, high: 10, weight, shape });
        expect(-10 + (20 * alpha) / (alpha + beta)).toBeCloseTo(mean, 9);
        expect((20 * Math.sqrt((alpha * beta) / (alpha + beta + 1))) / (alpha + beta)).toBeCloseTo(sd, 9);
      }),
    );
  });

  it('is symmetric where the mode is the middle, without 0/0', () => {
    expect(pertBeta({ low: 0, mode: 5, high: 10, shape: 'vose' })).toMatchObject({ alpha: 4, beta: 4, mean: 5 });
    expect(pertBeta({ low: 0, mode: 5, high: 10 })).toMatchObject({ alpha: 3, beta: 3, mean: 5 });
  });
});

describe('a lognormal distribution of a 90 % interval', () => {
  it('has its ends as 5th and 95th percentile', () => {
    const { mu, sigma } = lognormalOfInterval(100_000, 1_000_000);
    expect(normalCdf((Math.log(100_000) - mu) / sigma)).toBeCloseTo(0.05, 12);
    expect(normalCdf((Math.log(1_000_000) - mu) / sigma)).toBeCloseTo(0.95, 12);
  });

  it('has the mean that riskquant gives (README, ALICE: 0.1 a year, 100,000 to 1,000,000: 40,400.128269457266)', () => {
    expect(0.1 * lognormalMoments(lognormalOfInterval(100_000, 1_000_000)).mean).toBeCloseTo(40_400.128269457266, 6);
  });
});

describe('the Poisson distribution', () => {
  const cdf = (k: number, mean: number): number => {
    let sum = 0;
    for (let j = 0; j <= k; j++) sum += Math.exp(j * Math.log(mean) - mean - lnGamma(j + 1));
    return sum;
  };

  it('has the least number whose sum of terms reaches the probability', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.oneof(fc.double({ min: 0.001, max: 40, noNaN: true }), fc.double({ min: 20, max: 3000, noNaN: true })), (p, mean) => {
        const k = poissonQuantile(p, mean);
        expect(cdf(k, mean)).toBeGreaterThan(p - 1e-9);
        if (k > 0) expect(cdf(k - 1, mean)).toBeLessThan(p + 1e-9);
      }),
      { numRuns: 300 },
    );
  });

  it('has its edges: no event at a mean of 0, none at p = 0 of a small mean, no end at p = 1, nothing outside', () => {
    expect([poissonQuantile(0.9, 0), poissonQuantile(0, 2), poissonQuantile(1, 2)]).toEqual([0, 0, Number.POSITIVE_INFINITY]);
    for (const [p, mean] of [[-0.1, 1], [1.1, 1], [0.5, -1], [Number.NaN, 1], [0.5, Number.POSITIVE_INFINITY]] as const) expect(poissonQuantile(p, mean)).toBeNaN();
  });

  it('rises in the probability and in the mean', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999999, noNaN: true }), fc.double({ min: 0, max: 200, noNaN: true }), (p, mean) => {
        expect(poissonQuantile(Math.min(0.9999999, p + 0.01), mean)).toBeGreaterThanOrEqual(poissonQuantile(p, mean));
        expect(poissonQuantile(p, mean + 1)).toBeGreaterThanOrEqual(poissonQuantile(p, mean));
      }),
    );
  });
});
