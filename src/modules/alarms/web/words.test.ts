import { expect, it } from 'vitest';
import { shortName, siteWords, whereWords } from './words.ts';

it('people are named by initial and surname', () => {
  expect([shortName('Ines Varga'), shortName('Madonna'), shortName('Jan van der Berg')]).toEqual(['I. Varga', 'Madonna', 'J. Berg']);
});

it('a site is named without its code, and a place from the site down', () => {
  expect(siteWords('Plant (EU) (PLT-1)')).toBe('Plant (EU)');
  expect(siteWords(null)).toBeNull();
  expect(whereWords({ site: 'Kestrel Quay (KQ)', sourceName: 'North panel' }, 'Zone 7')).toBe('Kestrel Quay · North panel · Zone 7');
  expect(whereWords({ site: null, sourceName: 'North panel' }, '')).toBe('North panel');
});
