import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const OUTSIDE = new Set(['node_modules', 'data', 'dist', '.git', '.tmp']);

const FENCE = /^(`{3,})[^\n]*\n[\s\S]*?^\1`*\s*$/gm;
const LINK = /\[(?:[^\]]*)\]\(\s*([^)\s]+)[^)]*\)/g;
const SPAN = /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/g;
const REPOSITORY_PATH = /^(?:src|docs|e2e|bench|scripts|bin|test)\/[^\s`]*$/;
const VERB = /\bparapet(?:\.mjs)? ([a-z][a-z-]*)/g;
const SCRIPT = /\bnpm (?:run ([a-z][a-z:-]*)|(start|test)\b)/g;

type Page = { file: string; text: string };

const pages = globSync('**/*.md', { cwd: ROOT, exclude: (name) => OUTSIDE.has(name.split('/').at(-1) ?? name) }).sort().map((file): Page => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
/** Decisions are frozen: they name what was there on their day. */
const living = pages.filter(({ file }) => !file.startsWith('docs/decisions/'));

const withoutFences = (text: string): string => text.replace(FENCE, '');
const fencesOf = (text: string): string[] => [...text.matchAll(FENCE)].map(([fence]) => fence);
const spansOf = (text: string): string[] => [...withoutFences(text).matchAll(SPAN)].map(([, , span]) => (span ?? '').trim());

/** The anchors that a host makes of a page's headings. */
const anchorsOf = (text: string): Set<string> =>
  new Set([...withoutFences(text).matchAll(/^#{1,6}\s+(.*)$/gm)].map(([, heading]) => (heading ?? '').trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')));

function deadLinks({ file, text }: Page): string[] {
  const targets = [...withoutFences(text).replace(SPAN, '').matchAll(LINK)].map(([, target]) => target ?? '');
  return targets.filter((target) => !/^[a-z][a-z+.-]*:/i.test(target)).flatMap((target) => {
    const [path = '', anchor] = target.split('#', 2);
    const to = path === '' ? file : relative(ROOT, join(ROOT, dirname(file), decodeURIComponent(path)));
    if (!existsSync(join(ROOT, to))) return [`${file}: ${target}`];
    return anchor === undefined || !to.endsWith('.md') || anchorsOf(readFileSync(join(ROOT, to), 'utf8')).has(anchor) ? [] : [`${file}: ${target} has no such heading`];
  });
}

/** Paths of the repository in code spans; `<name>` stands for any name, `*` and braces for several. A module's page may name its own from its own folder. */
function deadPaths({ file, text }: Page): string[] {
  return spansOf(text).filter((span) => REPOSITORY_PATH.test(span)).flatMap((span) => {
    const pattern = span.replace(/<[^>]+>/g, '*').replace(/:\d+$/, '').replace(/\/$/, '');
    const isThere = /[*{]/.test(pattern) ? globSync(pattern, { cwd: ROOT }).length > 0 : existsSync(join(ROOT, pattern)) || existsSync(join(ROOT, dirname(file), pattern));
    return isThere ? [] : [`${file}: ${span}`];
  });
}

const spansIn = ({ text }: Page): string[] => spansOf(text);
const codeOf = ({ text }: Page): string[] => [...spansOf(text), ...fencesOf(text)];
const VERBS = new Set(readdirSync(join(ROOT, 'src/app/verbs')).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).map((name) => name.slice(0, -3)));
const verbsTyped = (page: Page): string[] => codeOf(page).flatMap((code) => [...code.matchAll(VERB)].map(([, verb]) => verb ?? ''));
const unknownVerbs = (page: Page): string[] => verbsTyped(page).filter((verb) => !VERBS.has(verb)).map((verb) => `${page.file}: parapet ${verb}`);

const SCRIPTS = new Set(Object.keys((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts));
const unknownScripts = (page: Page): string[] => codeOf(page).flatMap((code) => [...code.matchAll(SCRIPT)].map(([, run, short]) => run ?? short ?? '')).filter((name) => !SCRIPTS.has(name)).map((name) => `${page.file}: npm run ${name}`);

/** The variables of a table: the first cell of each row, in code. */
const variablesInTable = (text: string): string[] => [...text.matchAll(/^\|\s*`([A-Z][A-Z0-9_]+)`\s*\|/gm)].map(([, name]) => name ?? '');
/** The variables that the configuration reads: `NAME: { shape: …`. */
const variablesInCode = (text: string): string[] => [...text.matchAll(/^\s+([A-Z][A-Z0-9_]+): \{ shape:/gm)].map(([, name]) => name ?? '');

describe('the docs', () => {
  test('every relative link leads to a file, and to a heading where it names one', () => {
    expect(pages.length).toBeGreaterThan(30);
    expect(pages.flatMap(deadLinks)).toEqual([]);
  });

  test('every path of the repository that they name is there', () => {
    expect(living.flatMap(deadPaths)).toEqual([]);
  });

  test('every verb and every script that they name is there', () => {
    expect(VERBS.size).toBeGreaterThan(5);
    expect(living.flatMap((page) => [...unknownVerbs(page), ...unknownScripts(page)])).toEqual([]);
  });

  test('every verb of the command line stands in the changelog, and is shown as it is typed', () => {
    const said = living.filter(({ file }) => file === 'CHANGELOG.md').flatMap(spansIn);
    const typed = living.filter(({ file }) => !file.startsWith('src/')).flatMap(verbsTyped);
    expect([...VERBS].filter((verb) => !said.includes(verb) || !typed.includes(verb))).toEqual([]);
  });

  test('the variables of the installation page are those that the configuration reads', () => {
    const inCode = variablesInCode(readFileSync(join(ROOT, 'src/platform/kernel/config.ts'), 'utf8'));
    expect(inCode.length).toBeGreaterThan(15);
    expect(variablesInTable(readFileSync(join(ROOT, 'docs/operations/install.md'), 'utf8')).sort()).toEqual(inCode.sort());
  });

  test.each([
    ['a link to no file', deadLinks, 'See [here](nowhere.md).'],
    ['a link to no heading', deadLinks, '# One\nSee [here](#two).'],
    ['a path that is not there', deadPaths, 'It is in `src/modules/nowhere.ts`.'],
    ['a pattern that fits nothing', deadPaths, 'They are in `src/modules/<name>/nowhere.ts`.'],
    ['a verb that is not there', unknownVerbs, 'Run `npx parapet nowhere`.'],
    ['a verb in a block', unknownVerbs, '```\nnpx parapet nowhere --now\n```\n'],
    ['a script that is not there', unknownScripts, 'Run `npm run nowhere`.'],
  ])('find %s', (_what, find, text) => {
    expect(find({ file: 'page.md', text })).toHaveLength(1);
  });

  test.each([
    ['links in code', deadLinks, '```tsx\n[a](b.md)\n```\n'],
    ['addresses', deadLinks, '[a](https://example.org/x.md)'],
    ['a pattern that fits', deadPaths, '`src/modules/<name>/contract.ts` and `src/modules/*/README.md`'],
    ['verbs in capitals', unknownVerbs, '`npx parapet VERB`'],
  ])('leave %s alone', (_what, find, text) => {
    expect(find({ file: 'README.md', text })).toEqual([]);
  });
});
