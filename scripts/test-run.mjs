import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from '../bin/run.mjs';

const BROWSERS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Of a failure's message at the end of the run, characters; the whole stands where the test ran. */
const LONGEST_MESSAGE = 2_000;

const findChromium = () => {
  const given = process.env['PARAPET_CHROMIUM'];
  if (given) return given;
  const found = BROWSERS.map((name) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim());
  return found.find((path) => path !== '');
};

const resultOf = (file, root) => {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: [], told: [], second: [] };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const broken = report.testResults.filter((suite) => suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed'));
  const skipped = report.testResults.flatMap((suite) => suite.assertionResults.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => ({ file: relative(root, suite.name), name: test.fullName })));
  const complaints = report.testResults.flatMap((suite) => suite.assertionResults.filter((test) => test.failureMessages?.length > 0).map((test) => ({ file: suite.name, name: test.fullName, messages: test.failureMessages, status: test.status })));
  const tell = ({ file: of, name, messages }) => `${relative(root, of)}: ${name}\n${messages.join('\n').slice(0, LONGEST_MESSAGE)}`;
  const told = [...broken.map((suite) => ({ file: suite.name, name: 'the file itself', messages: [suite.message] })), ...complaints.filter(({ status }) => status === 'failed')].map(tell);
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length, skipped, told, second: complaints.filter(({ status }) => status === 'passed').map(tell) };
};

const runProject = async (root, node, env, project, args) => {
  const folder = mkdtempSync(join(tmpdir(), 'parapet-results-'));
  const file = join(folder, 'results.json');
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { code, signal } = await run(node, [vitest, 'run', '--project', project, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args], { cwd: root, env });
  const result = resultOf(file, root);
  rmSync(folder, { recursive: true, force: true });
  if ((code !== 0 || signal) && result.failed === 0) {
    console.error(`The ${project} tests ended with ${signal ?? `exit ${code}`} although no single one failed.`);
    result.failed = 1;
    result.told.push(`${project}: an error outside the tests`);
  }
  return result;
};

/** Files that read fixtures from outside the repository may be skipped anywhere; they say so themselves. */
const isFromOutside = ({ file }) => file.startsWith('test/outside/');

/**
 * Runs types, lint and every project of tests, and ends with the line `N passed, N failed`. Each check that fails is
 * one failure. With CI=true a skipped test is a failure, and so is a missing browser.
 */
export const runTests = async (root, node, env, check, args) => {
  const strict = process.env['CI'] === 'true';
  const chromium = findChromium();
  let failed = await check();
  let passed = 0;
  const told = [];
  const second = [];
  if (!chromium && strict) {
    console.error('Chromium is missing, and with CI=true nothing may be skipped: run "npm run test:setup".');
    failed += 1;
  } else if (!chromium) console.log('Chromium is not installed: the journeys in the browser are skipped ("npm run test:setup" installs it).');
  for (const project of ['unit', 'e2e', 'alone']) {
    const result = await runProject(root, node, { ...env, ...(chromium ? { PARAPET_CHROMIUM: chromium } : {}) }, project, args);
    const refused = strict ? result.skipped.filter((test) => !isFromOutside(test)) : [];
    for (const { file, name } of refused) console.error(`Skipped, which CI=true does not allow: ${file}: ${name}`);
    passed += result.passed;
    failed += result.failed + refused.length;
    told.push(...result.told);
    second.push(...result.second);
  }
  for (const failure of second) console.error(`\nPassed at the second try, and is to be mended: ${failure}`);
  for (const failure of told) console.error(`\nFailed: ${failure}`);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
};
