import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withCompiled } from '../bin/compiled.mjs';
import { findNode, hasBundledNode } from '../bin/find-node.mjs';
import { endAs, run } from '../bin/run.mjs';
import { installPackages } from './packages.mjs';
import { runTests } from './test-run.mjs';
import { buildWebApp } from './web-app.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [verb = '', ...args] = process.argv.slice(2);
let node = process.execPath;
let env = process.env;

const tool = (...path) => join(root, 'node_modules', ...path);
const runNode = (script, rest, more = {}) => run(node, [script, ...rest], { cwd: root, env: { ...env, ...more } });

const checks = [
  ['Lockfile', () => runNode(join(root, 'scripts', 'complete-lock.mjs'), ['--check'])],
  ['Types', () => runNode(tool('typescript', 'bin', 'tsc'), ['-p', 'tsconfig.json'])],
  ['Types of the browser', () => runNode(tool('typescript', 'bin', 'tsc'), ['-p', 'tsconfig.web.json'])],
  ['Lint', () => runNode(tool('oxlint', 'bin', 'oxlint'), ['--deny-warnings'])],
];

const check = async () => {
  let failed = 0;
  for (const [name, work] of checks) {
    const { code, signal } = await work();
    if (signal) process.exit(1);
    console.log(`${name}: ${code === 0 ? 'in order' : 'not in order'}`);
    if (code !== 0) failed += 1;
  }
  return failed;
};

const script = (file, what) => async () => {
  if (existsSync(join(root, file))) return runNode(join(root, file), args);
  console.error(`There is nothing for "${what}" in this version (${file} is not there).`);
  return { code: 1 };
};

const built = (work) => async () => {
  const code = await buildWebApp(root, node, env);
  return code === 0 ? work() : { code };
};

const verbs = {
  start: built(() => run(node, [join(root, 'src', 'main.ts'), 'serve', ...args], { env, leash: true })),
  test: built(async () => ({ code: await runTests(root, node, env, check, args) })),
  soak: built(() => runNode(tool('vitest', 'vitest.mjs'), ['run', '--project', 'e2e', '--project', 'alone', '--project', 'soak', 'e2e/faults/', 'e2e/every-page', 'e2e/backup', 'src/app/', 'src/platform/snapshot/killed', ...args], { PARAPET_SOAK: '1' })),
  bench: script('bench/run.ts', 'bench'),
  build: async () => ({ code: await buildWebApp(root, node, env, { always: true }) }),
  check: async () => ({ code: (await check()) === 0 ? 0 : 1 }),
  'new-module': script('scripts/new-module.ts', 'new-module'),
  'gen-tables': script('scripts/gen-tables.ts', 'gen-tables'),
};

const prepare = async () => {
  if (!verbs[verb]) return `There is no "${verb}": ${Object.keys(verbs).join(', ')}.`;
  if (!hasBundledNode() && findNode(root).missing) return findNode(root).missing;
  const code = await installPackages(root);
  if (code !== 0) process.exit(code);
  const found = findNode(root);
  if (found.missing) return found.missing;
  node = found.node;
  env = { ...withCompiled(root, process.env), PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` };
  return undefined;
};

const fault = await prepare();
if (fault) {
  console.error(fault);
  process.exitCode = 1;
} else endAs(await verbs[verb]());
