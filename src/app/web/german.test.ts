import { globSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type { Message } from '#platform/web/messages.ts';
import { kinds, pages } from './modules.ts';

type Catalogue = Readonly<Record<string, Message>>;
const ROOT = new URL('../../', import.meta.url).pathname;
const folders = globSync('**/messages.en.ts', { cwd: ROOT }).map((file) => file.replace('messages.en.ts', '')).sort();
const catalogueIn = async (folder: string): Promise<{ english: Catalogue; german: Catalogue }> => {
  const [{ t }, of] = (await Promise.all([import(pathToFileURL(`${ROOT}${folder}messages.en.ts`).href), import(pathToFileURL(`${ROOT}${folder}messages.de.ts`).href).catch(() => ({ german: {} }))])) as [{ t: { english: Catalogue } }, { german: Catalogue }];
  return { english: t.english, german: of.german };
};
const namesIn = (message: Message): string[] => [...new Set((typeof message === 'string' ? [message] : Object.values(message)).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();

it('no two folders have the same key, so that a translation belongs to one of them', async () => {
  const keys = (await Promise.all(folders.map(catalogueIn))).flatMap(({ english }) => Object.keys(english));
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

it('says in German what it says in English: the same names to fill in, one and many where English has them', async () => {
  const faults: string[] = [];
  for (const folder of folders) {
    const { english, german } = await catalogueIn(folder);
    for (const [key, message] of Object.entries(german).filter(([name]) => !/^(?:page|kind)\./.test(name))) {
      const told = english[key];
      if (told === undefined) faults.push(`${folder}: there is no ${key}.`);
      else if (typeof told !== typeof message || namesIn(told).join() !== namesIn(message).join()) faults.push(`${folder}: ${key} fills in ${namesIn(message).join(' ')}, in English ${namesIn(told).join(' ')}.`);
    }
  }
  expect(faults).toEqual([]);
});

it('names pages and kinds in German that are there', async () => {
  const german = (await Promise.all(folders.map(catalogueIn))).flatMap((one) => Object.keys(one.german)).filter((key) => /^(?:page|kind)\./.test(key));
  const there = new Set([...pages.map(({ path }) => `page.${path}`), ...[...kinds.keys()].map((kind) => `kind.${kind}`)]);
  expect(german.filter((key) => !there.has(key))).toEqual([]);
});
