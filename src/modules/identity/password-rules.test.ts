import { dictionary } from '@zxcvbn-ts/language-common';
import { describe, expect, it } from 'vitest';
import { isCommon, leansOn, wordsIn } from './password-rules.ts';

const LEAST = 12;
const listed = dictionary['passwords-common'].map(String);

describe('a common password', () => {
  it('is each of the list that is long enough, and each of the 3,000 commonest with four digits behind it', async () => {
    expect(listed.length).toBeGreaterThan(40_000);
    const tried = [...listed.filter((word) => word.length >= LEAST), ...listed.slice(0, 3000).map((word) => `${word}${'1234567890'.slice(0, 4)}`)];
    const passed = await Promise.all(tried.map(async (word) => ((await isCommon(word)) ? null : word)));
    expect(passed.filter((word) => word !== null)).toEqual([]);
  });

  it.each(['Password1234', 'QWERTYuiop2026', 'iloveyouiloveyou', 'monkeydragon', 'aaaaaaaaaaaa', 'abcabcabcabc', '234567890123', 'zyxwvutsrqpon', '!!sunshine!!', 'administrator'])('is %s', async (word) => {
    expect(await isCommon(word)).toBe(true);
  });

  it.each(['correct horse battery', 'x7kd-92mx-qa3p', 'wer zuletzt im Tor stand', 'Zaun hinter Halle vier', 'mine mine mine mine'])('is not %s, whatever signs it has or lacks', async (word) => {
    expect(await isCommon(word)).toBe(false);
  });
});

describe('a password of names', () => {
  const words = wordsIn(['Halden Werke AG', 'Ada Lindqvist', 'ada.lindqvist@halden.example', null]);

  it('is the product, the organisation, the person or the address with little beside it', () => {
    expect(words).toEqual(['parapet', 'halden', 'werke', 'lindqvist', 'example']);
    expect(['Parapet-2026!', 'HaldenWerke2026', 'Lindqvist1975', 'parapethalden!!'].filter((word) => !leansOn(word, words))).toEqual([]);
  });

  it('may hold a name among enough else', () => {
    expect(['Halden has a crooked gate', 'three parapets in the rain', 'nothing of that at all'].filter((word) => leansOn(word, words))).toEqual([]);
  });
});
