import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile } from '../../distributions/beta.ts';
import { uniformsOf } from '../../random/uniform.ts';
import { estimateInterruption } from '../path/easi.ts';
import { BASELINE, BASELINE_RESPONSE, good } from '../testing.ts';
import { simulateInterruption, type UncertainCase } from './simulate.ts';
import { drawerOf, PROBABILITY, TIME, wrongUncertain, type Uncertain } from './uncertain.ts';

const FIXED: UncertainCase = { elements: BASELINE.map(({ detection, place, delayS, delaySdS }) => ({ detection, place, delayS, delaySdS })), paths: [[0, 1, 2, 3, 4, 5]], response: BASELINE_RESPONSE, samples: 1000 };
const withDoor = (detection: Uncertain, samples = 4000): UncertainCase => ({ ...FIXED, samples, elements: FIXED.elements.with(2, { ...(FIXED.elements[2] as (typeof FIXED.elements)[number]), detection }) });

describe('a simulation', () => {
  it('of certain inputs is EASI, without spread', () => {
    const { weakest } = good(simulateInterruption(FIXED, uniformsOf(1)));
    const easi = good(estimateInterruption(BASELINE, BASELINE_RESPONSE)).interruption;
    expect([weakest.p5, weakest.p50, weakest.p95]).toEqual([easi, easi, easi]);
    expect(weakest.mean).toBeCloseTo(easi, 12);
    expect(weakest.standardError).toBeLessThan(1e-12);
  });

  it('gives the same bytes for the same seed, and others for another', () => {
    const given = withDoor({ kind: 'beta', alpha: 18, beta: 2 });
    expect(simulateInterruption(given, uniformsOf(7))).toEqual(simulateInterruption(given, uniformsOf(7)));
    expect(simulateInterruption(given, uniformsOf(8))).not.toEqual(simulateInterruption(given, uniformsOf(7)));
  });

  it('agrees with the closed form: P(I) is linear in one detection, so its mean and percentiles are those of the beta distribution; within three standard errors for 19 of 20 seeds', () => {
    const at = (detection: number): number => good(estimateInterruption(BASELINE.with(2, { ...(BASELINE[2] as (typeof BASELINE)[number]), detection }), BASELINE_RESPONSE)).interruption;
    const [none, all] = [at(0), at(1)];
    const runs = Array.from({ length: 20 }, (_, seed) => good(simulateInterruption(withDoor({ kind: 'beta', alpha: 18, beta: 2 }), uniformsOf(seed))).weakest);
    expect(runs.filter(({ mean, standardError }) => Math.abs(mean - (none + 0.9 * (all - none))) <= 3 * standardError).length).toBeGreaterThanOrEqual(19);
    for (const run of runs) {
      for (const [value, share] of [[run.p5, 0.05], [run.p50, 0.5], [run.p95, 0.95]] as const) {
        expect(Math.abs(value - (none + betaQuantile(share, 18, 2) * (all - none)))).toBeLessThan(0.01);
      }
    }
  });

  it('draws an element once for all paths, and says which path was the weakest how often', () => {
    const given: UncertainCase = {
      elements: [{ detection: { kind: 'uniform', low: 0, high: 1 }, place: 'B', delayS: 100, delaySdS: 10 }, { detection: 0.5, place: 'B', delayS: 100, delaySdS: 10 }],
      paths: [[0], [1], [0]],
      response: { timeS: 50, timeSdS: 10, communication: 1 },
      samples: 4000,
    };
    const { paths, weakest } = good(simulateInterruption(given, uniformsOf(3)));
    expect(paths[0]).toMatchObject({ mean: paths[2]?.mean ?? -1, p5: paths[2]?.p5 });
    expect(paths[2]?.weakestShare).toBe(0);
    expect(Math.abs((paths[0]?.weakestShare ?? 0) - 0.5)).toBeLessThan(0.03);
    expect((paths[0]?.weakestShare ?? 0) + (paths[1]?.weakestShare ?? 0)).toBeCloseTo(1, 12);
    expect(weakest.p95).toBeCloseTo(paths[1]?.p95 ?? -1, 9);
  });

  it('has P(I) in [0, 1] and its percentiles in order', () => {
    const value = (range: typeof PROBABILITY): fc.Arbitrary<Uncertain> =>
      fc.oneof(
        fc.record({ kind: fc.constant('normal' as const), mean: fc.double({ min: 0, max: range.high === 1 ? 1 : 100, noNaN: true }), sd: fc.double({ min: 0.01, max: 50, noNaN: true }) }),
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })).map(([a, b]) => ({ kind: 'uniform' as const, low: Math.min(a, b), high: Math.max(a, b) })),
        ...(range.high === 1 ? [fc.record({ kind: fc.constant('trials' as const), trials: fc.constant(20), successes: fc.nat(20) })] : []),
      );
    const element = fc.record({ detection: value(PROBABILITY), place: fc.constantFrom('B' as const, 'M' as const, 'E' as const), delayS: value(TIME), delaySdS: fc.constantFrom(0, 5) });
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 4 }), value(TIME), value(PROBABILITY), fc.nat(), (elements, timeS, communication, seed) => {
        const result = good(simulateInterruption({ elements, paths: [elements.map((_, i) => i), [0]], response: { timeS, timeSdS: 5, communication }, samples: 50 }, uniformsOf(seed)));
        for (const { mean, p5, p50, p95 } of [result.weakest, ...result.paths]) expect(p5 >= 0 && p5 <= p50 && p50 <= p95 && p95 <= 1 && mean >= 0 && mean <= 1 + 1e-12).toBe(true);
        expect(result.weakest.mean).toBeLessThanOrEqual(Math.min(...result.paths.map(({ mean }) => mean)) + 1e-12);
      }),
    );
  });

  it('is refused at the field that is wrong', () => {
    const bad: [UncertainCase, string][] = [
      [withDoor({ kind: 'beta', alpha: 0, beta: 1 }), 'elements[2].detection'],
      [withDoor(1.2), 'elements[2].detection'],
      [{ ...FIXED, paths: [] }, 'paths'],
      [{ ...FIXED, paths: [[0, 9]] }, 'paths[0][1]'],
      [{ ...FIXED, samples: 1 }, 'samples'],
      [{ ...FIXED, response: { ...BASELINE_RESPONSE, timeS: { kind: 'beta', alpha: 2, beta: 2 } } }, 'response.timeS'],
      [{ ...FIXED, response: { ...BASELINE_RESPONSE, timeS: { kind: 'normal', mean: -5, sd: 1 } } }, 'response.timeS'],
    ];
    for (const [given, at] of bad) expect(simulateInterruption(given, uniformsOf(1))).toMatchObject({ ok: false, at });
    expect(wrongUncertain({ kind: 'uniform', low: 2, high: 1 }, TIME, 'x')).toMatchObject({ ok: false });
    expect(wrongUncertain({ kind: 'trials', successes: 3, trials: 2 }, PROBABILITY, 'x')).toMatchObject({ ok: false });
  });
});

describe('a draw', () => {
  it('rises in its uniform number and stays in the range of its value', () => {
    const u = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
    const values: [Uncertain, typeof TIME][] = [[{ kind: 'normal', mean: 5, sd: 20 }, TIME], [{ kind: 'normal', mean: 0.9, sd: 0.3 }, PROBABILITY], [{ kind: 'trials', successes: 29, trials: 29 }, PROBABILITY], [{ kind: 'uniform', low: 3, high: 4 }, TIME]];
    for (const [value, range] of values) {
      const draw = drawerOf(value, range);
      fc.assert(
        fc.property(u, u, (a, b) => {
          const [low, high] = [draw(Math.min(a, b)), draw(Math.max(a, b))];
          expect(low >= range.low && low <= high + 1e-12 && high <= range.high).toBe(true);
        }),
      );
    }
  });

  it('of a normal distribution cut at 0 has the mean of the cut distribution', () => {
    const draw = drawerOf({ kind: 'normal', mean: 10, sd: 10 }, TIME);
    const n = 20_000;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += draw((i + 0.5) / n);
    // μ + σ φ(1) / Φ(1).
    expect(sum / n).toBeCloseTo(10 + (10 * 0.2419707245191434) / 0.8413447460685429, 2);
  });
});
