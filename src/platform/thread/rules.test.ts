import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNamed, nameBeingTyped, piecesOf } from './rules.ts';

describe('a name that is being typed', () => {
  test.each([
    ['@', 1, { at: 0, words: '' }], ['See @ol', 7, { at: 4, words: 'ol' }], ['See @olga op', 12, { at: 4, words: 'olga op' }], ['(@O', 3, { at: 1, words: 'O' }], ['@Olga later', 3, { at: 0, words: 'Ol' }],
    ['ola@works.example', 17, null], ['@ Olga', 6, null], ['@Olga Operator has called', 25, null], ['@Olga\nnext', 10, null], ['nobody', 6, null],
  ] as const)('%j with the caret at %i', (text, caret, found) => expect(nameBeingTyped(text, caret)).toEqual(found));
});

describe('who is named in a text', () => {
  test.each([
    ['Ask @Olga Berg.', 'Olga Berg', true], ['Ask @Olga Bergman', 'Olga Berg', false], ['Ask @Olga Bergman, or @Olga Berg', 'Olga Berg', true], ['Ask Olga Berg', 'Olga Berg', false], ['@Olga Berg', 'Olga Berg', true], ['Ask @Olga Bergå', 'Olga Berg', false],
  ] as const)('%j names %s: %s', (text, name, is) => expect(isNamed(text, name)).toBe(is));

  test('the longer of two names that begin alike is shown as one', () => {
    expect(piecesOf('To @Olga Berg Olsen and @Olga Berg: go', ['Olga Berg', 'Olga Berg Olsen'])).toEqual([
      { words: 'To ', isName: false }, { words: '@Olga Berg Olsen', isName: true }, { words: ' and ', isName: false }, { words: '@Olga Berg', isName: true }, { words: ': go', isName: false },
    ]);
  });

  test('the pieces of any text, joined, are the text', () => {
    const words = fc.array(fc.constantFrom('@', 'Olga', ' ', 'Berg', 'é', '\n', '@Olga', 'Ö', '👮')).map((parts) => parts.join(''));
    fc.assert(fc.property(words, (text) => {
      const pieces = piecesOf(text, ['Olga', 'Olga Berg']);
      expect(pieces.map((piece) => piece.words).join('')).toBe(text);
      for (const { words: said, isName } of pieces) if (isName) expect(['@Olga', '@Olga Berg']).toContain(said);
    }));
  });
});
