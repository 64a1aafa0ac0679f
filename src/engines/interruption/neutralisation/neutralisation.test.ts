import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { good } from '../testing.ts';
import { constantDuel, proportionalDuel, respondersAt, type Sides } from './duel.ts';
import { interval, lowerBound, trialsWithoutFailure } from './evidence.ts';

const constant = (responders: number, adversaries: number, p: number): number => good(constantDuel({ responders, adversaries }, p)).neutralisation;
const proportional = (responders: number, adversaries: number, lethality: number): number => good(proportionalDuel({ responders, adversaries }, lethality)).neutralisation;
const side = fc.nat(12);

describe('a duel', () => {
  // Constructed, methods 1.5 duel-a, duel-a2, duel-b.
  it.each([
    ['duel-a', constant(3, 2, 0.5), 0.6875],
    ['duel-a2', constant(5, 3, 0.5), 0.7734375],
    ['duel-b', proportional(3, 2, 1), 0.775],
  ])('gives the constructed value %s', (_id, got, want) => {
    expect(got).toBeCloseTo(want, 14);
  });

  it('is won without adversaries, even by nobody, and lost by nobody against anyone', () => {
    expect([constant(0, 0, 0.5), constant(3, 0, 0), constant(0, 1, 1), proportional(0, 0, 1), proportional(0, 2, 9)]).toEqual([1, 1, 0, 1, 0]);
  });

  it('is even between equals, and of constant odds it is a race to a number of successes (binomial sum)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.double({ min: 0, max: 1, noNaN: true }), (r, a, p) => {
        expect(proportional(r, r, 1)).toBeCloseTo(0.5, 12);
        const n = r + a - 1;
        let sum = 0;
        let choose = 1;
        for (let k = 0; k <= n; k++) {
          if (k >= a) sum += choose * p ** k * (1 - p) ** (n - k);
          choose = (choose * (n - k)) / (k + 1);
        }
        expect(constant(r, a, p)).toBeCloseTo(sum, 10);
      }),
    );
  });

  it('goes better with one more responder, worse with one more adversary, better with more lethality', () => {
    fc.assert(
      fc.property(side, side, fc.double({ min: 0, max: 5, noNaN: true }), (r, a, lethality) => {
        const p = proportional(r, a, lethality);
        expect(p >= 0 && p <= 1).toBe(true);
        expect(proportional(r + 1, a, lethality)).toBeGreaterThanOrEqual(p - 1e-12);
        expect(proportional(r, a + 1, lethality)).toBeLessThanOrEqual(p + 1e-12);
        expect(proportional(r, a, lethality + 1)).toBeGreaterThanOrEqual(p - 1e-12);
      }),
    );
  });

  it('refuses numbers of people that are none, and odds that are none', () => {
    for (const sides of [{ responders: -1, adversaries: 1 }, { responders: 1.5, adversaries: 1 }, { responders: 1, adversaries: 1e6 }] as Sides[]) expect(constantDuel(sides, 0.5).ok).toBe(false);
    expect(constantDuel({ responders: 1, adversaries: 1 }, 1.5)).toMatchObject({ ok: false, at: 'adversaryFalls' });
    expect(proportionalDuel({ responders: 1, adversaries: 1 }, Number.NaN)).toMatchObject({ ok: false, at: 'lethality' });
  });

  it('is fought by those who have arrived', () => {
    const waves = [{ people: 2, arrivesS: 120 }, { people: 4, arrivesS: 300 }];
    expect([0, 120, 299, 300].map((timeS) => respondersAt(waves, timeS))).toEqual([0, 2, 2, 6]);
  });
});

describe('evidence of trials', () => {
  // Recomputed, methods 1.2; that 29 trials of 29 show 0.90 at 95 % is standard practice (from knowledge, unverified).
  it.each([
    [0.9, 0.95, 29],
    [0.95, 0.95, 59],
    [0.8, 0.9, 11],
  ])('to show a share of %d at %d takes %d trials without a failure', (share, confidence, trials) => {
    expect(good(trialsWithoutFailure(share, confidence)).trials).toBe(trials);
    expect(good(lowerBound({ successes: trials, trials }, confidence)).low).toBeGreaterThanOrEqual(share);
    expect(good(lowerBound({ successes: trials - 1, trials: trials - 1 }, confidence)).low).toBeLessThan(share);
  });

  it('of 29 successes in 29 trials has the lower bound 0.9019 at 95 % (recomputed; as a rule of practice from knowledge, unverified)', () => {
    expect(good(lowerBound({ successes: 29, trials: 29 }, 0.95)).low).toBeCloseTo(0.9019, 4);
  });

  it('has bounds at which the binomial tail is what the confidence leaves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.double({ min: 0.5, max: 0.999, noNaN: true }), (trials, seed, confidence) => {
        const successes = seed % (trials + 1);
        const { low, high, share } = good(interval({ successes, trials }, confidence));
        expect(low <= share && share <= high).toBe(true);
        const atLeast = (k: number, p: number): number => {
          let [sum, choose] = [0, 1];
          for (let i = 0; i <= trials; i++) {
            if (i >= k) sum += choose * p ** i * (1 - p) ** (trials - i);
            choose = (choose * (trials - i)) / (i + 1);
          }
          return sum;
        };
        if (successes > 0) expect(atLeast(successes, low)).toBeCloseTo((1 - confidence) / 2, 8);
        if (successes < trials) expect(1 - atLeast(successes + 1, high)).toBeCloseTo((1 - confidence) / 2, 8);
      }),
    );
  });

  it('is refused without trials, and with more successes than trials', () => {
    expect(lowerBound({ successes: 0, trials: 0 }, 0.95)).toMatchObject({ ok: false, at: 'trials' });
    expect(interval({ successes: 3, trials: 2 }, 0.95)).toMatchObject({ ok: false, at: 'successes' });
    expect(interval({ successes: 1, trials: 2 }, 1)).toMatchObject({ ok: false, at: 'confidence' });
    expect(trialsWithoutFailure(1, 0.95)).toMatchObject({ ok: false, at: 'share' });
    expect(good(lowerBound({ successes: 0, trials: 5 }, 0.95)).low).toBe(0);
  });
});
