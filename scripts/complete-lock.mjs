import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// A registry that lacks packages for other platforms leaves them out of the lockfile, and then `npm ci` refuses it
// everywhere. This writes them in by name, version and platform, so that npm knows them and passes them over.
const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32', 'netbsd', 'openbsd', 'sunos', 'aix'];
const PROCESSORS = { arm: /-arm(-|$)/, arm64: /-arm64(-|$)/, x64: /-x64(-|$)/, ia32: /-ia32(-|$)/, ppc64: /-ppc64(-|$)/, riscv64: /-riscv64(-|$)/, s390x: /-s390x(-|$)/ };

const platformOf = (name) => {
  const words = `-${name.replace('/', '-')}`;
  const os = SYSTEMS.find((system) => words.includes(`-${system}`));
  const cpu = Object.keys(PROCESSORS).find((processor) => PROCESSORS[processor].test(words));
  if (!os || !cpu) return undefined;
  const libc = /musl/.test(words) ? 'musl' : os === 'linux' && /-gnu/.test(words) ? 'glibc' : undefined;
  return { cpu: [cpu], ...(libc ? { libc: [libc] } : {}), optional: true, os: [os] };
};

const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === '') continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const platform = platformOf(name);
    if (lock.packages[`node_modules/${name}`] || !platform || !/^\d+\.\d+\.\d+/.test(version)) continue;
    lock.packages[`node_modules/${name}`] = { version, ...(entry.dev ? { dev: true } : {}), ...platform };
    added.push(`${name}@${version}`);
  }
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
if (process.argv.includes('--check') && added.length > 0) {
  console.error(`The lockfile lacks ${added.length} packages of other platforms: run "node scripts/complete-lock.mjs".`);
  process.exit(1);
}
if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'The lockfile is whole.' : `Added for other platforms:\n${added.join('\n')}`);
