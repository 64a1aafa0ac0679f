import { accessSync, chmodSync, chownSync, constants, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Fault } from '#platform/kernel/fault.ts';
import { mayEnter, type Account } from './account.ts';

const ELSEWHERE = '/var/lib/parapet';
const SOCKET_PATH_BYTES = 107;
const SOCKET_NAME_BYTES = '/.s.PGSQL.5432.lock'.length;

const refuse = (folder: string, error: unknown): never => {
  const { code } = error as NodeJS.ErrnoException;
  const there = nearestFolder(folder);
  const why = code === 'EACCES' || code === 'EPERM' ? `may not be written by this user: it belongs to uid ${statSync(there).uid}` : `cannot be used (${code})`;
  throw new Fault(`${there} ${why}. Start as its owner, or set PARAPET_DATA to another folder.`, error);
};

/** The folder itself, or the nearest above it that is there. */
export const nearestFolder = (folder: string): string => (existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder)));

const makeAll = (folder: string): string | undefined => {
  try {
    const first = mkdirSync(folder, { recursive: true, mode: 0o755 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return first;
  } catch (error) {
    return refuse(folder, error);
  }
};

/**
 * Makes the folder and its missing parents such that another account may pass through, whatever the umask.
 * @throws Fault when this user may not write there.
 */
export const makeFolder = (folder: string): void => {
  const first = makeAll(folder);
  if (first === undefined) return;
  for (let each = folder; each.length >= first.length; each = dirname(each)) chmodSync(each, 0o755);
};

const pointerOf = (dir: string): string | undefined => {
  try {
    return (JSON.parse(readFileSync(join(dir, 'place.json'), 'utf8')) as { place: string }).place;
  } catch {
    return undefined;
  }
};

/** The folder that holds the cluster of `dir` as recorded by an earlier start, else `dir`. */
export const placeOf = (dir: string): string => pointerOf(dir) ?? dir;

const claim = (place: string, dir: string): void => {
  const file = join(place, 'belongs-to');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : dir;
  if (before !== dir && pointerOf(before) === place) {
    throw new Fault(`${dir} is a copy of ${before}, whose database is in ${place}; two folders cannot share it. Remove place.json here to begin a new one.`);
  }
  writeFileSync(file, dir, { mode: 0o600 });
};

/** Where an account that may not enter `dir` keeps the cluster: recorded in `dir`, so that it moves with the folder. */
const placeElsewhere = (dir: string): string => {
  const place = pointerOf(dir) ?? join(ELSEWHERE, randomUUID());
  makeFolder(place);
  writeFileSync(join(dir, 'place.json'), JSON.stringify({ place }), { mode: 0o600 });
  claim(place, dir);
  return place;
};

const openFolder = (folder: string, account: Account): boolean => {
  if (account.uid === undefined || mayEnter(account, folder)) return true;
  chmodSync(folder, 0o711);
  return mayEnter(account, folder);
};

/**
 * Chooses the folder that holds programs, cluster and log for the database folder `dir`: `dir` itself, or a place under
 * /var/lib/parapet when the account may not enter it (a checkout under a closed home folder).
 */
export const choosePlace = (dir: string, account: Account, log: (line: string) => void): string => {
  makeFolder(dir);
  const folder = realpathSync(dir);
  if (pointerOf(folder) === undefined && openFolder(folder, account)) return folder;
  const place = placeElsewhere(folder);
  log(`The database's files are in ${place}, since its user "${account.name}" may not enter ${folder}.`);
  return realpathSync(place);
};

/** Makes a folder that only the account may open. */
export const makePrivate = (folder: string, account: Account): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid ?? account.uid);
  chmodSync(folder, 0o700);
};

/**
 * A folder for the socket that only the account may open: `place/run`, or where that path is too long for a socket, one
 * under the system's temporary folder named by a hash of the place.
 */
export const makeSocketFolder = (place: string, account: Account): string => {
  const fits = (path: string): boolean => Buffer.byteLength(path) + SOCKET_NAME_BYTES < SOCKET_PATH_BYTES;
  const near = join(place, 'run');
  if (fits(near)) {
    makePrivate(near, account);
    return near;
  }
  const name = `parapet-${createHash('sha256').update(place).digest('hex').slice(0, 20)}`;
  const short = [tmpdir(), '/tmp'].map((base) => join(base, name)).find(fits) ?? join('/tmp', name);
  const owner = account.uid ?? process.getuid?.() ?? 0;
  if (existsSync(short) && (!lstatSync(short).isDirectory() || ![owner, process.getuid?.()].includes(statSync(short).uid))) {
    throw new Fault(`${short} belongs to somebody else, and the database's socket must be there since ${place} is too long a path. Remove it, or use a shorter PARAPET_DATA.`);
  }
  makePrivate(short, account);
  return short;
};

/** Removes a socket folder in the temporary folder when its server has ended. */
export const dropSocketFolder = (folder: string, place: string): void => {
  if (!folder.startsWith(place)) rmSync(folder, { recursive: true, force: true });
};

/** Takes a cluster that was begun in `dir` along to a place elsewhere, with its owner and modes. */
export const bringAlong = (dir: string, place: string): void => {
  const [from, to] = [join(dir, 'cluster'), join(place, 'cluster')];
  if (dir === place || !existsSync(from) || existsSync(to)) return;
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const copied = spawnSync('cp', ['-a', from, `${to}.new`], { encoding: 'utf8' });
    if (copied.status !== 0) throw new Fault(`The database could not be moved from ${from} to ${place}: ${copied.stderr.trim().split('\n')[0]}`);
    renameSync(`${to}.new`, to);
    rmSync(from, { recursive: true, force: true });
  }
};
