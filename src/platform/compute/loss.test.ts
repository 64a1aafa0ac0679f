import { describe, expect, it } from 'vitest';
import type { LossModel } from '#engines/loss/model.ts';
import { planLoss } from '#engines/loss/plan.ts';
import { simulateLoss } from '#engines/loss/reduce.ts';
import { simulateLossInThreads } from './loss.ts';
import { openThread } from './threads.ts';

const model: LossModel = {
  row: 'year',
  scenarios: [
    { id: 'theft', site: 'north', threatEventFrequency: { kind: 'pert', low: 1, mode: 4, high: 9 }, threatCapability: { kind: 'uniform', low: 0, high: 1 }, resistanceStrength: { kind: 'pert', low: 0.2, mode: 0.6, high: 0.9 }, primaryLoss: { kind: 'lognormal', low: 1e3, high: 1e5 } },
    { id: 'fire', site: 'south', lossEventFrequency: { kind: 'lognormal', low: 0.01, high: 0.3 }, primaryLoss: { kind: 'pert', low: 1e5, mode: 4e5, high: 5e6, shape: 'vose' }, secondary: [{ lossEventFrequency: 0.3, lossMagnitude: 1e6 }] },
  ],
  measures: [{ id: 'guard', effects: [{ scenario: 'theft', on: 'frequency', reduction: { kind: 'pert', low: 0.1, mode: 0.3, high: 0.5 } }] }],
  correlations: [{ a: { scenario: 'theft', leaf: 'threatEventFrequency' }, b: { scenario: 'fire', leaf: 'lossEventFrequency' }, rank: 0.4 }],
};
const ROWS = 150_000;

describe('a loss run in threads', () => {
  it('gives the same bytes on 1, 2 and 4 threads as in this one', async () => {
    const planned = planLoss(model);
    if (!planned.ok) throw new Error(planned.reason);
    const want = JSON.stringify(simulateLoss(planned.plan, 11, ROWS, 0.95));
    for (const threads of [1, 2, 4]) expect(JSON.stringify(await simulateLossInThreads(model, { seed: 11, rows: ROWS, tail: 0.95, threads }))).toBe(want);
  });

  it('tells how far it is, up to the whole', async () => {
    const shares: number[] = [];
    await simulateLossInThreads(model, { seed: 1, rows: ROWS, threads: 2, onProgress: (share) => shares.push(share) });
    expect(shares.length).toBe(20);
    expect(shares.toSorted((a, b) => a - b)).toEqual(shares);
    expect(shares.at(-1)).toBe(1);
  });

  it('can be stopped, and then has no figures', async () => {
    const stop = new AbortController();
    const run = simulateLossInThreads(model, { seed: 1, rows: 500_000_000, threads: 2, signal: stop.signal, onProgress: (share) => share > 0 && stop.abort() });
    expect(await run).toMatchObject({ ok: false, at: 'signal' });
    expect(await simulateLossInThreads(model, { seed: 1, rows: 1000, signal: stop.signal })).toMatchObject({ ok: false, at: 'signal' });
  });

  it('names the field that is wrong', async () => {
    expect(await simulateLossInThreads({ ...model, scenarios: [] }, { seed: 1, rows: 1000 })).toMatchObject({ ok: false, at: 'scenarios' });
    expect(await simulateLossInThreads(model, { seed: -1, rows: 1000 })).toMatchObject({ ok: false, at: 'seed' });
    expect(await simulateLossInThreads(model, { seed: 1, rows: 1 })).toMatchObject({ ok: false, at: 'rows' });
    expect(await simulateLossInThreads(model, { seed: 1, rows: 1000, threads: 0 })).toMatchObject({ ok: false, at: 'threads' });
  });
});

describe('a thread', () => {
  it('answers each call in turn and says what went wrong', async () => {
    const thread = openThread('loss', { model, seed: 1, rows: 20_000 });
    const [first, second] = await Promise.all([thread.methods.contests(0), thread.methods.contests(1)]);
    expect([first[1], second[1]]).toEqual([0, 0]);
    expect(first[0]).toBeGreaterThan(second[0] ?? 0);
    await thread.end();
    await expect(thread.methods.contests(0)).rejects.toThrow('ended');
    const broken = openThread('loss', { model: { ...model, scenarios: [] }, seed: 1, rows: 2000 });
    await expect(broken.methods.contests(0)).rejects.toThrow('There is no scenario.');
    await broken.end();
  });
});
