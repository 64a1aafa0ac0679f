import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAmount, writeAmount } from './amount.ts';

describe('an amount as people type it', () => {
  test.each([
    ['6140', 'EUR', 614_000], ['6,140', 'EUR', 614_000], ['6.140', 'EUR', 614_000], ['6,140.50', 'EUR', 614_050], ['6.140,5', 'EUR', 614_050], ['1 200', 'GBP', 120_000], ['0', 'USD', 0], ['12.5', 'EUR', 1_250],
    ['1,234,567', 'EUR', 123_456_700], ['1500', 'JPY', 1_500], ['1,500', 'JPY', 1_500], ['1.250', 'KWD', null], ['12.5', 'JPY', null], ['12.345,67,8', 'EUR', null], ['-5', 'EUR', null], ['', 'EUR', null], ['ten', 'EUR', null], ['1.5.', 'EUR', null], ['99999999999999999', 'EUR', null],
  ] as const)('%j in %s is %j', (typed, currency, minor) => expect(readAmount(typed, currency)).toBe(minor));

  test('reads back whatever it wrote', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), fc.constantFrom('EUR', 'USD', 'JPY', 'GBP'), (minor, currency) => readAmount(writeAmount(minor, currency), currency) === minor));
  });
});
