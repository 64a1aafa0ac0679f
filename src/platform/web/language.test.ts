import { expect, it } from 'vitest';
import { languageFor } from './language.ts';

it('speaks what was chosen on this device, else the first language of the browser that is there, else English', () => {
  expect(languageFor('de', ['en-GB'])).toBe('de');
  expect(languageFor('en-US', ['de'])).toBe('en-US');
  expect(languageFor(null, ['nl-NL', 'de-AT', 'en'])).toBe('de');
  expect(languageFor(null, ['nl-NL'])).toBe('en');
  expect(languageFor(null, [])).toBe('en');
  expect(languageFor('klingon', ['de'])).toBe('de');
});

it('leaves the order of a date as it was for a browser in American English, until it is chosen', () => {
  expect(languageFor(null, ['en-US', 'de'])).toBe('en');
});
