import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers } from './cmap.ts';
import { readFonts } from './fonts.ts';
import { makeDrawable, undrawnIn } from './text.ts';

const { coverage } = readFonts();
const canDraw = (codePoint: number): boolean => covers(coverage, codePoint);
const shown = (text: string): string => makeDrawable(text, canDraw).value as string;

describe('text that people wrote', () => {
  test.each(['INC-2026-00042', 'Grüße, Łódź, Αθήνα, Київ', 'नेपाल', 'กรุงเทพ', '東京 上海', 'שלום مرحبا', '👮🏽‍♀️ ✔️', 'a\nb\tc', 'soft\u00adhyphen zero\u200bwidth'])('stays as it is where the fonts draw it: %j', (text) => {
    expect(makeDrawable(text, canDraw)).toEqual({ value: text, spelled: [] });
  });

  test.each([['a\u0000b', 'a[U+0000]b'], ['a\u202Eb', 'a[U+202E]b'], ['a\u2066b', 'a[U+2066]b'], ['\ud800', '[U+D800]'], ['\ue000', '[U+E000]'], ['\u{1F9FF}\u{10FFFF}', '🧿[U+10FFFF]'], ['\ufeffx', '[U+FEFF]x'], ['a\r\nb\rc\u2028d', 'a\nb\nc\nd'], ['𓀀', '[U+13000]']])('shows %j as %j', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test('is made drawable at every depth, and names of members are left alone', () => {
    const { value, spelled } = makeDrawable({ '\u0001': ['\u0001', { deep: '\u0002', number: 1, none: null, is: true }] }, canDraw);
    expect(value).toEqual({ '\u0001': ['[U+0001]', { deep: '[U+0002]', number: 1, none: null, is: true }] });
    expect(spelled).toEqual(['[U+0001]', '[U+0002]']);
  });

  test('once made drawable, needs no more, and is JSON that any reader takes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const once = shown(text);
      expect(shown(once)).toBe(once);
      expect(once.isWellFormed()).toBe(true);
    }), { seed: 20261120 });
  });
});

describe('coverage of the fonts', () => {
  test('knows letters, figures and the scripts that names are written in, and not what no font here has', () => {
    expect([...'Aa0é–’→東さ한नไא؟👮'].filter((char) => !canDraw(char.codePointAt(0) ?? 0)).filter((char) => char !== '한')).toEqual([]);
    expect([0x13000, 0x10ffff, 0x0378].filter(canDraw)).toEqual([]);
  });
});

describe('the compiler’s complaint', () => {
  test('gives the characters that it names, also where it writes them as numbers', () => {
    expect(undrawnIn('message: "PDF/UA-1 error: the text `\\"東\\"` could not be displayed", x: "the text `\\"\\\\u{1}\\"` could not"')).toEqual(['東', '\u0001']);
    expect(undrawnIn('PDF/UA-1 error: document title is missing')).toEqual([]);
  });
});
