import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const INDEX = 'docs/security.md';
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The requirements of levels 1 and 2 of ASVS 5.0.0 by section, each as number and level; those of level 3 are left out. */
const SECTIONS: Readonly<Record<string, string>> = {
  '1.1': '1:2 2:2', '1.2': '1:1 2:1 3:1 4:1 5:1 6:2 7:2 8:2 9:2', '1.3': '1:1 2:1 3:2 4:2 5:2 6:2 7:2 8:2 9:2 10:2 11:2', '1.4': '1:2 2:2 3:2', '1.5': '1:1 2:2',
  '2.1': '1:1 2:2 3:2', '2.2': '1:1 2:1 3:2', '2.3': '1:1 2:2 3:2 4:2', '2.4': '1:2',
  '3.2': '1:1 2:1', '3.3': '1:1 2:2 3:2 4:2', '3.4': '1:1 2:1 3:2 4:2 5:2 6:2', '3.5': '1:1 2:1 3:1 4:2 5:2', '3.7': '1:2 2:2',
  '4.1': '1:1 2:2 3:2', '4.2': '1:2', '4.3': '1:2 2:2', '4.4': '1:1 2:2 3:2 4:2',
  '5.1': '1:2', '5.2': '1:1 2:1 3:2', '5.3': '1:1 2:1', '5.4': '1:2 2:2 3:2',
  '6.1': '1:1 2:2 3:2', '6.2': '1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:2 10:2 11:2 12:2', '6.3': '1:1 2:1 3:2 4:2', '6.4': '1:1 2:1 3:2 4:2', '6.5': '1:2 2:2 3:2 4:2 5:2', '6.6': '1:2 2:2 3:2', '6.8': '1:2 2:2 3:2 4:2',
  '7.1': '1:2 2:2 3:2', '7.2': '1:1 2:1 3:1 4:1', '7.3': '1:2 2:2', '7.4': '1:1 2:1 3:2 4:2 5:2', '7.5': '1:2 2:2', '7.6': '1:2 2:2',
  '8.1': '1:1 2:2', '8.2': '1:1 2:1 3:2', '8.3': '1:1', '8.4': '1:2',
  '9.1': '1:1 2:1 3:1', '9.2': '1:1 2:2 3:2 4:2',
  '10.1': '1:2 2:2', '10.2': '1:2 2:2', '10.3': '1:2 2:2 3:2 4:2', '10.4': '1:1 2:1 3:1 4:1 5:1 6:2 7:2 8:2 9:2 10:2 11:2', '10.5': '1:2 2:2 3:2 4:2 5:2', '10.6': '1:2 2:2', '10.7': '1:2 2:2 3:2',
  '11.1': '1:2 2:2', '11.2': '1:2 2:2 3:2', '11.3': '1:1 2:1 3:2', '11.4': '1:1 2:2 3:2 4:2', '11.5': '1:2', '11.6': '1:2',
  '12.1': '1:1 2:2 3:2', '12.2': '1:1 2:1', '12.3': '1:2 2:2 3:2 4:2',
  '13.1': '1:2', '13.2': '1:2 2:2 3:2 4:2 5:2', '13.3': '1:2 2:2', '13.4': '1:1 2:2 3:2 4:2 5:2',
  '14.1': '1:2 2:2', '14.2': '1:1 2:2 3:2 4:2', '14.3': '1:1 2:2 3:2',
  '15.1': '1:1 2:2 3:2', '15.2': '1:1 2:2 3:2', '15.3': '1:1 2:2 3:2 4:2 5:2 6:2 7:2',
  '16.1': '1:2', '16.2': '1:2 2:2 3:2 4:2 5:2', '16.3': '1:2 2:2 3:2 4:2', '16.4': '1:2 2:2 3:2', '16.5': '1:2 2:2 3:2',
  '17.1': '1:2', '17.2': '1:2 2:2 3:2 4:2', '17.3': '1:2 2:2',
};

type Row = { file: string; id: string; level: string; asks: string; state: string; shown: string };

const ROW = /^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (met|not met|n\/a) \| ([^|]+) \|$/;
const rowsOf = (file: string, text: string): Row[] =>
  text.split('\n').flatMap((line) => {
    const [, id, level, asks, state, shown] = ROW.exec(line) ?? [];
    return id && level && asks && state && shown ? [{ file, id, level, asks, state, shown }] : [];
  });

const pages = globSync('docs/security/*.md', { cwd: ROOT }).filter((file) => !file.endsWith('rules.md')).sort();
const rows = pages.flatMap((file) => rowsOf(file, read(file)));

const NAMED = /`((?:src|e2e|docs|bench|scripts|bin|test)\/[^`\s]+|[\w-]+\.json)`/g;
const TESTED = /`([^`\s]+\.test\.ts)`: “([^”]+)”/g;

const sumsOf = (list: readonly Row[]): string => ['met', 'not met', 'n/a'].map((state) => `${list.filter((row) => row.state === state).length} ${state === 'n/a' ? 'not applicable' : state}`).join(', ');

/** What of a row a program can find false. */
function faultsOf({ id, state, shown }: Row): string[] {
  const paths = [...shown.matchAll(NAMED)].map(([, path = '']) => path);
  const tests = [...shown.matchAll(TESTED)].map(([, file = '', sentence = '']) => ({ file, sentence }));
  return [
    ...paths.filter((path) => !existsSync(join(ROOT, path))).map((path) => `${id}: there is no ${path}`),
    ...tests.filter(({ file, sentence }) => existsSync(join(ROOT, file)) && !read(file).includes(sentence)).map(({ file, sentence }) => `${id}: ${file} does not say “${sentence}”`),
    ...(state === 'met' && tests.length === 0 && !shown.endsWith('no test') ? [`${id}: neither a test nor the words that there is none`] : []),
    ...(state === 'met' && paths.length === 0 && !shown.includes('](') ? [`${id}: says not where`] : []),
    ...(state === 'not met' && !shown.includes('**Missing:**') && !/As \d+\.\d+\.\d+/.test(shown) ? [`${id}: says not what is missing`] : []),
  ];
}

describe('the table of ASVS', () => {
  test('has each requirement of levels 1 and 2 once, on the page of its chapter', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    const found = Object.groupBy(rows, ({ id }) => id.split('.').slice(0, 2).join('.'));
    expect(Object.fromEntries(Object.entries(found).map(([section, list = []]) => [section, list.map(({ id, level }) => `${id.split('.')[2]}:${level}`).join(' ')]))).toEqual(SECTIONS);
  });

  test('names only what is there: paths, and sentences of tests', () => {
    expect(rows.flatMap(faultsOf)).toEqual([]);
  });

  test('has sums that are those of its rows, in all, by page and by chapter', () => {
    expect(read(INDEX)).toContain(`**${sumsOf(rows)}**, of ${rows.length}`);
    for (const file of pages) expect(read(file)).toContain(`**${sumsOf(rows.filter((row) => row.file === file))}.**`);
    const chapters = [...read(INDEX).matchAll(/^\| \[V(\d+) [^|]+ \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map(([, chapter, ...sums]) => `${chapter}: ${sums.join(' ')}`);
    const counted = Array.from({ length: 17 }, (_, i) => rows.filter(({ id }) => id.startsWith(`${i + 1}.`))).map((list, i) => `${i + 1}: ${['met', 'not met', 'n/a'].map((state) => list.filter((row) => row.state === state).length).join(' ')}`);
    expect(chapters).toEqual(counted);
    const tested = rows.filter(({ state, shown }) => state === 'met' && [...shown.matchAll(TESTED)].length > 0).length;
    expect(read(INDEX)).toContain(`${tested} rows name a test; ${rows.filter(({ state }) => state === 'met').length - tested} are documentation`);
  });

  test('says in the beginning what is not met, and nothing else', () => {
    const [, list = ''] = read(INDEX).split('## What is not met');
    const named = [...(list.split('\n## ')[0] ?? '').matchAll(/\b\d+\.\d+\.\d+\b/g)].map(([id]) => id);
    expect(named.toSorted()).toEqual(rows.filter(({ state }) => state === 'not met').map(({ id }) => id).toSorted());
  });

  test.each([
    ['a path that is not there', 'met', 'In `src/nowhere.ts`. Documentation: no test'],
    ['a sentence that no test says', 'met', '`src/app/docs.test.ts`: “a sentence that nobody wrote”'],
    ['a row without a test', 'met', 'In `src/app/security-table.test.ts`.'],
    ['a lack that is not told', 'not met', 'In `src/app/security-table.test.ts`.'],
  ])('finds %s', (_what, state, shown) => {
    expect(faultsOf({ file: '', id: '0.0.0', level: '1', asks: '', state, shown })).toHaveLength(1);
  });
});
