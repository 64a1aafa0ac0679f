import { expect, it } from 'vitest';
import { keepFocus } from './row-focus.ts';

it('stays with the record when rows come before it', () => {
  expect(keepFocus(['a', 'b'], ['x', 'a', 'b'], 'b')).toBe('b');
});

it('takes the row that came in the place of one that left, and the last where it was the last', () => {
  expect(keepFocus(['a', 'b', 'c'], ['a', 'c'], 'b')).toBe('c');
  expect(keepFocus(['a', 'b'], ['a'], 'b')).toBe('a');
  expect(keepFocus(['a'], [], 'a')).toBeNull();
});
