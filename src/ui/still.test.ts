import fc from 'fast-check';
import { expect, it } from 'vitest';
import { holdStill } from './still.ts';

type Alarm = { id: string; age: number };
const alarm = (id: string, age = 0): Alarm => ({ id, age });
const idOf = (row: Alarm): string => row.id;

it('keeps every row in its place, shows what is now known of it, and counts the new ones', () => {
  const held = holdStill([alarm('a'), alarm('b'), alarm('c')], [alarm('x'), alarm('c', 9), alarm('a', 9)], idOf);
  expect(held).toEqual({ rows: [{ row: alarm('a', 9), isGone: false }, { row: alarm('b'), isGone: true }, { row: alarm('c', 9), isGone: false }], waiting: 1 });
});

it('never moves a row, whatever comes and goes', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map((n) => alarm(`a${n}`)), { selector: idOf });
  fc.assert(
    fc.property(ids, ids, (before, now) => {
      const { rows, waiting } = holdStill(before, now, idOf);
      expect(rows.map(({ row }) => row.id)).toEqual(before.map(idOf));
      expect(waiting + rows.filter(({ isGone }) => !isGone).length).toBe(now.length);
    }),
  );
});
