import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dumpOf, piecesOf, placeWords } from './bytes.ts';

const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

it('text stands as it is and each other byte by its name', () => {
  expect(piecesOf(hexOf('\n1B2C"NULL"\r'))).toEqual([{ text: 'LF', isByte: true }, { text: '1B2C"NULL"', isByte: false }, { text: 'CR', isByte: true }]);
  expect(piecesOf('ff00')).toEqual([{ text: 'ff', isByte: true }, { text: 'NUL', isByte: true }]);
});

it('a dump holds every byte once, in order, whatever the bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 16 }), (bytes, width) => {
    const hex = Buffer.from(bytes).toString('hex');
    const lines = dumpOf(hex, width);
    expect(lines.map((line) => line.hex.replaceAll(' ', '')).join('')).toBe(hex);
    expect(lines.map((line) => line.text).join('')).toHaveLength(bytes.length);
  }));
});

it('a place is said in words', () => {
  expect(placeWords('zone:007')).toBe('Zone 7');
  expect(placeWords('line-card:2', '01')).toBe('Line card 2, area 1');
  expect(placeWords('area:3', '3')).toBe('Area 3');
  expect([placeWords(null), placeWords(null, '2')]).toEqual(['', 'area 2']);
});
