import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPassword } from '../new-password.ts';

/** Where to sign in to the demonstration: `sign-ins.json` of its data folder, mode 0600. */
export type SignIn = { email: string; password: string; role: string };

const fileOf = (dataDir: string): string => join(dataDir, 'sign-ins.json');

/** What the last load left, or nothing. */
export function readSignIns(dataDir: string): SignIn[] {
  if (!existsSync(fileOf(dataDir))) return [];
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as SignIn[];
  } catch {
    return [];
  }
}

/** The sign-ins of these people with a password each, random for this installation, written before anybody gets one; a password that was written before stays. */
export function keepSignIns(dataDir: string, people: readonly { email: string; role: string }[]): SignIn[] {
  const before = new Map(readSignIns(dataDir).map((signIn) => [signIn.email, signIn.password]));
  const signIns = people.map(({ email, role }) => ({ email, password: before.get(email) ?? newPassword(), role }));
  writeFileSync(`${fileOf(dataDir)}.new`, `${JSON.stringify(signIns, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${fileOf(dataDir)}.new`, fileOf(dataDir));
  return signIns;
}

/** Nobody signs in with these any more. */
export const forgetSignIns = (dataDir: string): void => rmSync(fileOf(dataDir), { force: true });
