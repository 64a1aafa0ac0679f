import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '#platform/kernel/fault.ts';

/** The generated passwords of the cluster's logins, in a file that only the owner of the folder may read. */
export type Secrets = { has(login: string): boolean; passwordOf(login: string): string };

const readSecrets = (file: string): Record<string, string> => {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw new Fault(`${file} is damaged. Restore it, or remove it so that new passwords are made.`, error);
    throw new Fault(`${file} belongs to another user (uid ${statSync(file).uid}). Start as that user, as root, or with another PARAPET_DATA.`, error);
  }
};

/** Opens `dir/passwords.json`; a login's password is made (192 bits) and kept when it is first asked for. */
export const openSecrets = (dir: string): Secrets => {
  const file = join(dir, 'passwords.json');
  const known = readSecrets(file);
  const keep = (): void => {
    const draft = `${file}.new`;
    writeFileSync(draft, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 });
    const { uid, gid } = statSync(dirname(file));
    if (process.getuid?.() === 0) chownSync(draft, uid, gid);
    renameSync(draft, file);
  };
  return {
    has: (login) => known[login] !== undefined,
    passwordOf: (login) => {
      const before = known[login];
      if (before !== undefined) return before;
      const made = randomBytes(24).toString('base64url');
      known[login] = made;
      keep();
      return made;
    },
  };
};
