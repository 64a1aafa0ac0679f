import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ORDER } from './module-order.ts';

type Rule = { from: RegExp; may: RegExp[]; packages: RegExp };
const ANY = /./;
const BROWSER = /^(react|react-dom|@mantine\/|@tanstack\/|zod|uuid|echarts|@fontsource|@noble\/hashes|topojson-|world-atlas\/)/;

/** Who may import whom; the first row that fits a file decides. `$1` is the file's own module or connector. */
const RULES: Rule[] = [
  { from: /^src\/engines\//, may: [/^src\/engines\//], packages: /^(highs|@marcbachmann\/cel-js)$/ },
  { from: /^src\/platform\/web\//, may: [/^src\/platform\/(web\/|kernel\/contract\.ts|kernel\/problem\.ts)/], packages: BROWSER },
  {
    from: /^src\/platform\/([^/]+)\/web\//,
    may: [/^src\/platform\/$1\/(web\/|[\w-]*contract\.ts|[\w-]*rules\.ts)/, /^src\/(ui\/|platform\/([\w-]+\/(contract\.ts|web\/public\.tsx)|web\/)|engines\/)/],
    packages: BROWSER,
  },
  { from: /^src\/platform\//, may: [/^src\/(platform\/(?![\w-]+\/web\/)|engines\/)/], packages: ANY },
  { from: /^src\/connectors\/([^/]+)\//, may: [/^src\/connectors\/$1\//, /^src\/(platform|engines)\//], packages: ANY },
  { from: /^src\/ui\//, may: [/^src\/ui\//, /^src\/platform\/(kernel\/contract\.ts|web\/)/], packages: BROWSER },
  {
    from: /^src\/modules\/([^/]+)\/web\//,
    may: [/^src\/modules\/$1\/(web\/|[\w-]*contract\.ts|[\w-]*rules\.ts|classification\.ts|dispositions\.ts|targets\.ts|conditions\.ts|taxonomy\.ts)/, /^src\/modules\/[^/]+\/([\w-]*contract\.ts|web\/public\.tsx)/, /^src\/(ui\/|platform\/([\w-]+\/(contract\.ts|web\/public\.tsx)|web\/)|engines\/)/],
    packages: BROWSER,
  },
  { from: /^src\/modules\/([^/]+)\//, may: [/^src\/modules\/$1\/(?!web\/)/, /^src\/modules\/[^/]+\/(public|contract)\.ts/, /^src\/(platform\/(?!web\/)|engines\/)/], packages: ANY },
  { from: /^src\/(app|main)/, may: [ANY], packages: ANY },
];

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?from\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** What a source text imports, as paths of the repository or names of packages. */
function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(IMPORT)].map(([, plain, dynamic]) => plain ?? dynamic ?? '').map((spec) => (spec.startsWith('#') ? `src/${spec.slice(1)}` : spec.startsWith('.') ? normalize(join(dirname(file), spec)) : spec));
}

/** The imports of a file that break the table. */
function violations(file: string, text: string): string[] {
  const rule = RULES.find(({ from }) => from.test(file));
  if (!rule) return [`${file}: no row of the table is for it`];
  const own = rule.from.exec(file)?.[1] ?? '';
  return importsOf(file, text).flatMap((to) => {
    if (to.startsWith('src/')) {
      const allowed = rule.may.some((may) => new RegExp(may.source.replaceAll('$1', own)).test(to));
      return allowed && !isBackwards(own, to) ? [] : [`${file} -> ${to}`];
    }
    return to.startsWith('node:') ? (rule.packages === ANY || /testing|\.test\./.test(file) || /^node:(crypto)$/.test(to) ? [] : [`${file} -> ${to}`]) : rule.packages.test(to) ? [] : [`${file} -> ${to}`];
  });
}

/** A module may not call the verbs of one that comes after it. */
function isBackwards(own: string, to: string): boolean {
  const other = /^src\/modules\/([^/]+)\/public\.ts/.exec(to)?.[1];
  return other !== undefined && ORDER.includes(own) && other !== own && ORDER.indexOf(other) > ORDER.indexOf(own);
}

const files = globSync('src/**/*.{ts,tsx}').filter((file) => !/\.test\.tsx?$|testing[\w-]*\.ts$|\/testing\//.test(file));

describe('the layers', () => {
  test('every import follows the table', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap((file) => violations(file, readFileSync(file, 'utf8')))).toEqual([]);
  });

  test.each([
    ['src/engines/merkle/tree.ts', `import { openDatabase } from '#platform/kernel/db/pool.ts';`],
    ['src/platform/kernel/store.ts', `import { listAlarms } from '#modules/alarms/public.ts';`],
    ['src/platform/notify/web/bell.tsx', `import { x } from '#modules/alarms/web/public.tsx';`],
    ['src/platform/notify/web/bell.tsx', `import { x } from '../send.ts';`],
    ['src/platform/notify/send.ts', `import { x } from './web/bell.tsx';`],
    ['src/modules/alarms/alarms.service.ts', `import { x } from '#modules/signals/signals.service.ts';`],
    ['src/modules/alarms/alarms.service.ts', `import type { Tables } from '../signals/tables.gen.ts';`],
    ['src/modules/signals/signals.service.ts', `import { x } from '#modules/incidents/public.ts';`],
    ['src/modules/alarms/web/watch.page.tsx', `import { store } from '#platform/kernel/store.ts';`],
    ['src/modules/alarms/alarms.service.ts', `const x = await import('#app/web.ts');`],
    ['src/ui/button.tsx', `import { call } from '#modules/alarms/contract.ts';`],
    ['src/connectors/sia-dc09/frame.ts', `import { x } from '../syslog/codec.ts';`],
  ])('finds a breach: %s with %s', (file, text) => {
    expect(violations(file, text)).toHaveLength(1);
  });

  test('every module stands in the order', () => {
    const modules = [...new Set(files.map((file) => /^src\/modules\/([^/]+)\//.exec(file)?.[1]).filter((name) => name !== undefined))];
    expect(modules.filter((name) => !ORDER.includes(name))).toEqual([]);
  });

  test('no folder is called utils, helpers, common, shared or lib, and files are in kebab-case', () => {
    expect(files.filter((file) => /\/(utils|helpers|common|shared|lib)\//.test(file) || !/^[a-z0-9.-]+$/.test(file.split('/').at(-1) ?? ''))).toEqual([]);
  });
});
