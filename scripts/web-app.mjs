import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../bin/run.mjs';

const ALONE = ['package-lock.json', 'vite.config.ts', 'tsconfig.web.json', 'src/platform/kernel/contract.ts'];
const FOLDERS = ['src/ui', 'src/app/web', 'src/platform', 'src/engines', 'src/modules'];
const isOfTheBrowser = (path) => !/\.test\.tsx?$/.test(path) && (!/^src\/(modules|platform)\//.test(path) || /\/web\/|\/(contract|rules)\.ts$/.test(path));

const filesBelow = (root, folder) =>
  existsSync(join(root, folder)) ? readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesBelow(root, `${folder}/${entry.name}`) : [`${folder}/${entry.name}`])) : [];

const sourceHash = (root) => {
  const files = [...ALONE.filter((file) => existsSync(join(root, file))), ...FOLDERS.flatMap((folder) => filesBelow(root, folder)).filter(isOfTheBrowser)].sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file))).update('\0');
  return hash.digest('hex');
};

/** Builds the web app into dist/web when its sources changed since; answers the builder's exit code. */
export const buildWebApp = async (root, node, env, { always = false } = {}) => {
  const stamp = join(root, 'dist', 'web.stamp');
  const hash = sourceHash(root);
  const isFresh = existsSync(join(root, 'dist', 'web', 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isFresh && !always) return 0;
  console.log('Building the web app…');
  const { code } = await run(node, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], { cwd: root, env });
  if (code !== 0) return code;
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, hash);
  return 0;
};
