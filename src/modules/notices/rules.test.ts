import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { needsSecond, saidTo, smsParts, smsText } from './rules.ts';

const texts = { en: { short: 'Leave now.', long: 'Use the stairs.' }, de: { short: 'Gehen Sie.', long: 'Nehmen Sie die Treppe.' } };

describe('SMS', () => {
  // 3GPP TS 23.038 and 23.040: septets, characters that take two, and what a parted message holds.
  test.each([['', 1], ['a'.repeat(160), 1], ['a'.repeat(161), 2], ['a'.repeat(306), 2], ['a'.repeat(307), 3], ['€'.repeat(80), 1], ['€'.repeat(81), 2], ['ł'.repeat(70), 1], ['ł'.repeat(71), 2], ['ł'.repeat(135), 3], ['Grüße, Straße', 1]])('%#: take as many as the standard says', (text, parts) => {
    expect(smsParts(text)).toBe(parts);
  });

  test('of a longer text never take fewer', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.string({ unit: 'grapheme', maxLength: 100 }), (text, more) => smsParts(text + more) >= smsParts(text)));
  });

  test('say it in the language of the reader, in both where it is not known, and end with their link', () => {
    expect([smsText(texts, 'de', null), smsText(texts, null, 'https://p.example/answer#x'), smsText({ ...texts, de: null }, 'de', null)]).toEqual(['Gehen Sie.', 'Leave now. / Gehen Sie. https://p.example/answer#x', 'Leave now.']);
    expect(saidTo(texts, 'en', 'long')).toBe('Leave now.\n\nUse the stairs.');
  });
});

test('everybody of a place, or more than the setting, is decided by two, but not an approved text in danger to life', () => {
  const given = { everyone: false, size: 50, approveOver: 50, isDanger: false };
  expect([given, { ...given, size: 51 }, { ...given, everyone: true }, { ...given, everyone: true, isDanger: true }].map(needsSecond)).toEqual([false, true, true, false]);
});
