import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isRunning, waitUntil } from '#platform/postgres/processes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PARAPET = join(ROOT, 'bin', 'parapet.mjs');
const base = mkdtempSync(join(tmpdir(), 'parapet start '));
let folders = 0;

const newRoot = (): string => {
  const root = join(base, `r${(folders += 1)}`);
  mkdirSync(root);
  return root;
};

const js = (code: string, env: Record<string, string> = {}): { status: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8', env: { ...process.env, ...env } });

const packageIn = (root: string, name: string, version: string): void => {
  mkdirSync(join(root, 'node_modules', name), { recursive: true });
  writeFileSync(join(root, 'node_modules', name, 'package.json'), JSON.stringify({ name, version }));
};

const lockOf = (version: string): string => JSON.stringify({ packages: { '': {}, 'node_modules/dependence': { version }, 'node_modules/for-others': { version: '1.0.0', optional: true, os: ['aix'] } } });

/** An npm that records that it was called and installs what the lockfile says, or fails. */
const npmThat = (root: string, code: number): string => {
  const file = join(root, 'npm-cli.js');
  writeFileSync(file, `require('node:fs').appendFileSync(${JSON.stringify(join(root, 'calls'))}, process.argv.slice(2).join(' ') + '\\n'); process.exit(${code})`);
  return file;
};

const install = (root: string, npm: string): ReturnType<typeof js> =>
  js(`const { installPackages } = await import(${JSON.stringify(join(ROOT, 'scripts', 'packages.mjs'))}); process.exitCode = await installPackages(${JSON.stringify(root)});`, { npm_execpath: npm });

const calls = (root: string): string[] => (existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : []);

afterAll(() => rmSync(base, { recursive: true, force: true }));

test('packages that are as the lockfile says are left alone, whoever installed them', () => {
  const root = newRoot();
  writeFileSync(join(root, 'package-lock.json'), lockOf('1.2.3'));
  packageIn(root, 'dependence', '1.2.3');
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: { 'node_modules/dependence': { version: '1.2.3' } } }));
  expect(install(root, npmThat(root, 0)).status).toBe(0);
  expect(calls(root)).toEqual([]);
});

test.each([
  ['missing', () => undefined],
  ['of another version', (root: string) => writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: { 'node_modules/dependence': { version: '1.2.2' } } }))],
])('packages that are %s are installed once by npm ci without install scripts', (_what, prepare) => {
  const root = newRoot();
  writeFileSync(join(root, 'package-lock.json'), lockOf('1.2.3'));
  packageIn(root, 'dependence', '1.2.3');
  prepare(root);
  expect(install(root, npmThat(root, 0)).status).toBe(0);
  expect(install(root, npmThat(root, 0)).status).toBe(0);
  expect(calls(root)).toHaveLength(1);
  expect(calls(root)[0]).toMatch(/^ci --ignore-scripts/);
  writeFileSync(join(root, 'package-lock.json'), lockOf('1.2.4'));
  expect(install(root, npmThat(root, 0)).status).toBe(0);
  expect(calls(root)).toHaveLength(2);
});

test('an installation that fails is told with its exit code and tried again the next time', () => {
  const root = newRoot();
  writeFileSync(join(root, 'package-lock.json'), lockOf('1.2.3'));
  mkdirSync(join(root, 'node_modules'));
  const failed = install(root, npmThat(root, 7));
  expect(failed.status).toBe(7);
  expect(failed.stderr).toContain('The packages could not be installed');
  install(root, npmThat(root, 7));
  expect(calls(root)).toHaveLength(2);
});

test('a Node that is too old finds the one among the packages, or says in one line what is missing', () => {
  const find = (root: string): string =>
    js(`Object.defineProperty(process.versions, 'node', { value: '20.1.0' }); const { findNode } = await import(${JSON.stringify(join(ROOT, 'bin', 'find-node.mjs'))}); console.log(JSON.stringify(findNode(${JSON.stringify(root)})));`).stdout;
  expect(JSON.parse(find(newRoot()))).toEqual({ missing: expect.stringMatching(/npm ci --ignore-scripts|install Node 24/) });
  const bundled = join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(bundled)) expect(JSON.parse(find(ROOT))).toEqual({ node: bundled });
});

test('a serve that may not start ends by itself, with its line and exit code 1', () => {
  const refused = spawnSync(process.execPath, [PARAPET, 'serve'], { encoding: 'utf8', timeout: 20_000, env: { ...process.env, HOST: '0.0.0.0', PARAPET_DATA: join(base, 'refused') } });
  expect(refused).toMatchObject({ status: 1, signal: null, stdout: '' });
  expect(refused.stderr.trim()).toMatch(/^HOST is 0\.0\.0\.0[^\n]*$/);
});

test('exit codes and signals of the verb pass through', async () => {
  expect(spawnSync(process.execPath, [PARAPET, 'version'], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Parapet \d+\.\d+\.\d+ · Node \d+/) });
  const unknown = spawnSync(process.execPath, [PARAPET, 'fly'], { encoding: 'utf8' });
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toMatch(/^There is no verb "fly"\.\n[^]*serve {2}[^]*doctor|^There is no verb "fly"\.\n[^]*doctor[^]*serve/);
  const code = `const { run, endAs } = await import(${JSON.stringify(join(ROOT, 'bin', 'run.mjs'))}); endAs(await run('sleep', ['60']));`;
  const outer = spawn(process.execPath, ['--input-type=module', '-e', code]);
  const inner = (): number => Number(readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8').trim());
  expect(await waitUntil(() => inner() > 0, 10_000)).toBe(true);
  const pid = inner();
  outer.kill('SIGTERM');
  expect(await once(outer, 'exit')).toEqual([null, 'SIGTERM']);
  expect(isRunning(pid)).toBe(false);
});
