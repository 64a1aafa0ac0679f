import { expect, test } from 'vitest';
import { bytesWords } from './sizes.ts';

test('bytes are said in the largest unit that they fill, by powers of 1024', () => {
  expect([0, 1, 1023, 1024, 1536, 10 * 2 ** 20, 123.4 * 2 ** 20, 2 ** 30, 4 * 2 ** 30].map(bytesWords)).toEqual(['0 B', '1 B', '1,023 B', '1 KiB', '1.5 KiB', '10 MiB', '123 MiB', '1 GiB', '4 GiB']);
});
