import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOver, meaningOf, pauseMs } from './rules.ts';
import { keyFrom, newHalf, open, seal } from './web/seal.ts';

describe('the lease of a device', () => {
  test('is over once its time has come, and a clock that is put back does not open it again', () => {
    fc.assert(fc.property(fc.nat(1_000), fc.nat(1_000), fc.nat(1_000), (untilMs, latestMs, nowMs) => {
      expect(isOver({ untilMs, latestMs }, nowMs)).toBe(nowMs >= untilMs || latestMs >= untilMs);
    }));
  });
});

describe('sending again', () => {
  test('waits longer each time, at most a minute and a quarter', () => {
    expect([1, 2, 3, 20].map((failures) => [pauseMs(failures, 0), pauseMs(failures, 0.5)])).toEqual([[750, 1_000], [1_500, 2_000], [3_000, 4_000], [45_000, 60_000]]);
    expect(pauseMs(30, 0.999)).toBeLessThanOrEqual(75_000);
  });

  test('is for what may pass; what is refused is a person’s to look at, and 401 is for a sign-in', () => {
    expect([0, 200, 201, 401, 403, 404, 409, 413, 422, 429, 500, 503].map(meaningOf)).toEqual(['later', 'sent', 'sent', 'sign-in', 'refused', 'refused', 'refused', 'refused', 'refused', 'later', 'later', 'later']);
  });
});

describe('the key of a store', () => {
  const aServersHalf = (): string => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));

  test('opens what it sealed, and only with both halves; it cannot be taken out', async () => {
    const [half, ours] = [await newHalf(), aServersHalf()];
    const key = await keyFrom(half, ours);
    const sealed = await seal(key, 'record:1', { text: 'Door is warm' });
    expect(await open(await keyFrom(half, ours), 'record:1', sealed)).toEqual({ text: 'Door is warm' });
    expect(new TextDecoder().decode(sealed.bytes)).not.toContain('Door');
    await expect(open(await keyFrom(half, aServersHalf()), 'record:1', sealed)).rejects.toThrow();
    await expect(open(await keyFrom(await newHalf(), ours), 'record:1', sealed)).rejects.toThrow();
    await expect(open(key, 'record:2', sealed)).rejects.toThrow();
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
    expect([key.extractable, half.extractable]).toEqual([false, false]);
  });
});
