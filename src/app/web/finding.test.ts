import { expect, it } from 'vitest';
import { grouped, isMeant, type Offer } from './finding.ts';

const offer = (title: string): Offer => ({ key: title, title, run: () => undefined });
const found = [{ ...offer('Trailer seal'), kind: 'incident' }, { ...offer('Motion, dock 3'), kind: 'alarm' }, { ...offer('Trailer gone'), kind: 'incident' }];

it('takes the beginnings of words, in any order', () => {
  expect([isMeant('Shelve the alarm', 'sh al'), isMeant('Shelve the alarm', 'alarm shelve'), isMeant('Shelve the alarm', 'helve'), isMeant('Hand-over', 'over')]).toEqual([true, true, false, true]);
});

it('offers verbs first, then records by kind, then pages, and no empty group', () => {
  const groups = grouped({ words: 'tr', commands: [offer('Acknowledge')], pages: [offer('Travel'), offer('Watch')], found, titles: { commands: 'Do', pages: 'Go to' }, kindTitle: (kind) => `${kind}s` });
  expect(groups.map((group) => [group.title, group.offers.map((one) => one.title)])).toEqual([
    ['incidents', ['Trailer seal', 'Trailer gone']],
    ['alarms', ['Motion, dock 3']],
    ['Go to', ['Travel']],
  ]);
});
