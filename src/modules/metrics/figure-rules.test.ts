import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Figure, figureOf, keepsTo, suppressed, suppressedParts } from './figure-rules.ts';

const period = { from: 0, to: 86_400_000 };
const share = (n: number, rest: number): Figure => figureOf({ as: 'share', met: ['yes'] }, [{ bin: 'yes', n }, { bin: 'no', n: rest }], period);
const counts = fc.record({ n: fc.nat(12), rest: fc.nat(12) });

test('a figure shows nothing of a group where one to four of anything were counted', () => {
  expect(suppressed(share(3, 40))).toMatchObject({ value: null, n: null, of: null, isFew: true });
  expect(suppressed(share(40, 3)).isFew).toBe(true);
  expect(suppressed(share(0, 9))).toMatchObject({ value: 0, isFew: false });
  expect(suppressed(share(0, 0))).toMatchObject({ value: null, isFew: false });
});

test('whoever subtracts the shown parts from the whole never finds one to four of anything, nor a single part', () => {
  fc.assert(fc.property(fc.array(counts, { minLength: 1, maxLength: 8 }), (groups) => {
    const parts = groups.map(({ n, rest }) => ({ figure: share(n, rest) }));
    const shown = suppressedParts(parts);
    const hidden = shown.filter(({ figure }) => figure.isFew);
    const total = suppressed(share(groups.reduce((sum, { n }) => sum + n, 0), groups.reduce((sum, { rest }) => sum + rest, 0)));
    for (const { figure } of shown) if (!figure.isFew) expect([figure.n ?? 0, (figure.of ?? 0) - (figure.n ?? 0)].every((one) => one === 0 || one >= 5)).toBe(true);
    if (total.isFew || total.of === null || hidden.length === 0) return;
    const left = (of: (figure: Figure) => number): number => of(total) - shown.reduce((sum, { figure }) => sum + of(figure), 0);
    const [met, others] = [left(({ n }) => n ?? 0), left(({ n, of }) => (of ?? 0) - (n ?? 0))];
    if (hidden.length === parts.filter(({ figure }) => (figure.of ?? 0) > 0).length) return;
    expect(hidden.length).toBeGreaterThan(1);
    for (const one of [met, others]) expect(one === 0 || one >= 5).toBe(true);
  }));
});

test('what ended by itself or is too new is missing, not a failure; what nobody answered is one', () => {
  const figure = figureOf({ as: 'share', atMost: 30, also: 60 }, [{ bin: '12', n: 6 }, { bin: '45', n: 2 }, { bin: '-', n: 2 }, { bin: 'by itself', n: 3 }, { bin: 'too new', n: 1 }], period);
  expect(figure).toMatchObject({ n: 6, of: 10, value: 0.6, also: 0.8, missing: 4 });
});

test('a flood is a share of all ten-minute bins of the period, the quiet ones too', () => {
  expect(figureOf({ as: 'flood' }, [{ bin: '3', n: 12 }, { bin: '4', n: 6 }, { bin: '5', n: 2 }], period)).toMatchObject({ n: 2, of: 144, value: 2 / 144 });
});

test('a target is kept to upwards or downwards, and by nobody where there is no figure', () => {
  expect([keepsTo(0.9, 0.8, 'up'), keepsTo(0.9, 0.8, 'down'), keepsTo(null, 0.8, 'up'), keepsTo(0.9, null, 'up')]).toEqual([true, false, null, null]);
});
