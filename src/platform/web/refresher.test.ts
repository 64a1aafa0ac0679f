import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isTouched } from './live.ts';
import { Refresher } from './refresher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const pause = (ms: number) => vi.advanceTimersByTimeAsync(ms);

const reading = (cache: QueryClient, takesMs: number) => {
  const starts: number[] = [];
  const observer = new QueryObserver(cache, { queryKey: ['alarms', '/', {}], queryFn: async () => (starts.push(performance.now()), await later(takesMs), starts.length) });
  return { starts, stop: observer.subscribe(() => undefined) };
};

it('reads once more when something changes during the first reading', async () => {
  const cache = new QueryClient();
  const refresher = new Refresher(cache);
  const { starts, stop } = reading(cache, 120);
  refresher.touch(() => true);
  await pause(700);
  expect(starts.length).toBe(2);
  stop();
  refresher.stop();
});

it('finishes its readings in a storm of events, and reads after the last of them', async () => {
  const cache = new QueryClient();
  const refresher = new Refresher(cache);
  const { starts, stop } = reading(cache, 50);
  await pause(100);
  let last = 0;
  for (let n = 0; n < 100; n += 1) {
    refresher.touch(() => true);
    last = performance.now();
    await pause(8);
  }
  expect(cache.getQueryData<number>(['alarms', '/', {}])).toBeGreaterThan(1);
  await pause(700);
  expect(starts.length).toBeLessThan(8);
  expect(starts.at(-1)).toBeGreaterThan(last);
  stop();
  refresher.stop();
});

it('touches the lists of the module and the readings of that record, and nothing else', () => {
  const event = { topic: 'alarms.alarm', id: 'a' };
  const keys = [['alarms', '/', {}], ['alarms', '/:id', { id: 'a' }], ['alarms', '/:id', { id: 'b' }], ['sites', '/', {}]];
  expect(keys.map((key) => isTouched(key, event))).toEqual([true, true, false, false]);
});
