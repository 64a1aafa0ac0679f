import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaCdf, betaQuantile, lnGamma } from './beta.ts';
import { normalCdf, normalQuantile, normalTail } from './normal.ts';

const relative = (got: number, want: number): number => Math.abs(got - want) / Math.abs(want);

describe('the normal distribution', () => {
  // Abramowitz and Stegun, Handbook of Mathematical Functions, table 26.1 (P(x)) and table 26.2 (−log Q(x)), as printed.
  it.each([
    [0.5, 0.691462461274013],
    [1, 0.841344746068543],
    [1.5, 0.933192798731142],
    [1.96, 0.97500210485178],
    [2, 0.977249868051821],
    [3, 0.998650101968370],
  ])('has the tabled value at %d', (x, p) => {
    expect(normalCdf(x)).toBeCloseTo(p, 14);
    expect(normalCdf(-x)).toBeCloseTo(1 - p, 14);
  });

  it.each([
    [5, 6.54265],
    [10, 23.11805],
    [20, 88.56010],
    [30, 197.30921],
  ])('has the tabled logarithm of the tail at %d', (x, minusLog) => {
    expect(-Math.log10(normalTail(x))).toBeCloseTo(minusLog, 5);
  });

  it('has tails of small relative error between the knots too: Q falls by the integral of the density', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 36, noNaN: true }), (x) => {
        // Simpson's rule over a step so short that its error is below 1e-13 of the tail.
        const h = 0.01 / (1 + x);
        const density = (t: number): number => Math.exp(-t * t / 2) / Math.sqrt(2 * Math.PI);
        const fall = (h / 6) * (density(x) + 4 * density(x + h / 2) + density(x + h));
        expect(relative(normalTail(x) - normalTail(x + h), fall)).toBeLessThan(1e-9);
      }),
    );
  });

  it('falls without a jump where one knot takes over from the next', () => {
    for (let k = 0; k < 1160; k++) {
      const x = (k + 0.5) / 32;
      expect(relative(normalTail(x * (1 + 1e-15)), normalTail(x * (1 - 1e-15)))).toBeLessThan(1e-11);
    }
  });

  it('has a quantile that is the inverse', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1, maxExcluded: true, noNaN: true }), (p) => {
        expect(relative(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-11);
      }),
    );
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normalQuantile(1.1)).toBeNaN();
  });

  it('is 0, a half and 1 at its limits', () => {
    expect([normalCdf(Number.NEGATIVE_INFINITY), normalCdf(0), normalCdf(Number.POSITIVE_INFINITY)]).toEqual([0, 0.5, 1]);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });
});

describe('the beta distribution', () => {
  it('has the logarithm of the gamma function of whole and half numbers', () => {
    let factorial = 1;
    for (let n = 1; n < 100; n++) {
      expect(lnGamma(n)).toBeCloseTo(Math.log(factorial), 11);
      factorial *= n;
    }
    expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
  });

  it('is the sum of binomial terms for whole parameters (DLMF 8.17.5)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, x) => {
        const n = a + b - 1;
        let sum = 0;
        for (let j = a; j <= n; j++) sum += Math.exp(lnGamma(n + 1) - lnGamma(j + 1) - lnGamma(n - j + 1)) * x ** j * (1 - x) ** (n - j);
        expect(betaCdf(x, a, b)).toBeCloseTo(sum, 11);
      }),
    );
  });

  it('has a quantile that is the inverse', () => {
    const shape = fc.double({ min: 0.3, max: 300, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        expect(betaCdf(x * (1 - 1e-12), a, b)).toBeLessThan(p + 1e-10);
        expect(betaCdf(Math.min(1, x * (1 + 1e-12)), a, b)).toBeGreaterThan(p - 1e-10);
      }),
    );
    expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1]);
    expect(betaQuantile(0.5, 0, 1)).toBeNaN();
  });
});
