import { expect, it } from 'vitest';
import { barsOf } from './bars.ts';

it('every day has its bar, the last one is today, and quiet days stay', () => {
  const { bars, most } = barsOf([{ day: '2026-11-19', count: 3, countFalse: 2 }, { day: '2020-01-01', count: 9, countFalse: 0 }], 4, new Date('2026-11-21T00:10:00Z'));
  expect(bars.map(({ day, count }) => `${day} ${count}`)).toEqual(['2026-11-18 0', '2026-11-19 3', '2026-11-20 0', '2026-11-21 0']);
  expect(most).toBe(3);
});
