import { describe, expect, it } from 'vitest';
import { knapsack } from '#engines/portfolio/testing.ts';
import type { Portfolio } from '#engines/portfolio/problem.ts';
import { choosePortfolioInThread, frontierInThread } from './portfolio.ts';

const P02 = knapsack(26, [12, 7, 11, 8, 9], [24, 13, 23, 15, 16]);
const share = (i: number): number => ((Math.imul(i + 1, 2_654_435_761) >>> 0) % 1000) / 1000;
/** Too much for a few seconds: 120 measures whose effects on 12 scenarios compound. */
const hard: Portfolio = {
  scenarios: Array.from({ length: 12 }, (_, s) => ({ id: `s${s}`, loss: 1e6 * (1 + share(s)) })),
  measures: Array.from({ length: 120 }, (_, i) => ({ id: `m${i}`, cost: 1000 + Math.floor(1000 * share(7 * i)), effects: Array.from({ length: 12 }, (__, s) => ({ scenario: `s${s}`, saves: 1e5 * share(31 * i + s) })) })),
  phases: [{ budget: 20_000, years: 1 }, { budget: 15_000, years: 1.3 }],
  combine: { kind: 'compounding' },
};

describe('a choice in a thread', () => {
  it('is the choice', async () => {
    expect(await choosePortfolioInThread(P02)).toMatchObject({ ok: true, found: 'exact', saves: 51 });
  });

  it('tells how far it is, ends when its seconds are up, and is then the best found', async () => {
    const heard: number[] = [];
    const choice = await choosePortfolioInThread(hard, { seconds: 1, onProgress: ({ saves }) => heard.push(saves) });
    expect(choice).toMatchObject({ ok: true, found: 'best found' });
    expect(heard.length).toBeGreaterThan(0);
    expect(choice.ok && choice.saves).toBeGreaterThanOrEqual(Math.max(...heard));
  });

  it('can be stopped, and then there is none', async () => {
    const stop = new AbortController();
    const started = performance.now();
    expect(await choosePortfolioInThread(hard, { seconds: 600, signal: stop.signal, onProgress: () => stop.abort() })).toMatchObject({ ok: false, at: 'signal' });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(await choosePortfolioInThread(P02, { signal: stop.signal })).toMatchObject({ ok: false, at: 'signal' });
  });

  it('names the field that is wrong', async () => {
    expect(await choosePortfolioInThread({ ...P02, phases: [] })).toMatchObject({ ok: false, at: 'phases' });
    expect(await choosePortfolioInThread(P02, { seconds: Number.NaN })).toMatchObject({ ok: false, at: 'seconds' });
  });
});

describe('a frontier in a thread', () => {
  it('comes point by point', async () => {
    const heard: number[] = [];
    const result = await frontierInThread(P02, [[0], [11], [26]], { onStep: ({ choice }) => heard.push(choice.saves) });
    expect(result.ok && result.points.map(({ choice }) => choice.saves)).toEqual([0, 23, 51]);
    expect(heard).toEqual([0, 23, 51]);
    expect(await frontierInThread(P02, [[5], [4]])).toMatchObject({ ok: false, at: 'steps[1][0]' });
  });
});
