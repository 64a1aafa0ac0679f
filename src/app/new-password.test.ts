import { expect, test } from 'vitest';
import { newPassword } from './new-password.ts';

test('a password that is made up has over 128 bits of letters and digits that nobody mistakes, and never comes twice', () => {
  const passwords = Array.from({ length: 500 }, newPassword);
  for (const password of passwords) expect(password).toMatch(/^([a-hjkmnp-z2-9]{4}-){6}[a-hjkmnp-z2-9]{4}$/);
  expect(28 * Math.log2(31)).toBeGreaterThan(128);
  expect(new Set(passwords).size).toBe(passwords.length);
});
