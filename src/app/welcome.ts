import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#platform/kernel/config.ts';

/** Where to sign in to the demonstration, as its loader leaves it in `sign-ins.json` of the data folder (mode 0600). */
export type SignIn = { email: string; password: string; role: string };

const readSignIns = (dataDir: string): SignIn[] => {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'sign-ins.json'), 'utf8')) as SignIn[];
  } catch {
    return [];
  }
};

/** The lines for the operator once all is ready: the address, and who may sign in. */
export const welcome = (config: Config, address?: string): string[] => {
  const signIns = config.mode === 'demonstration' ? readSignIns(config.dataDir) : [];
  const width = Math.max(0, ...signIns.map(({ email }) => email.length));
  const people = signIns.map(({ email, password, role }) => `  ${email.padEnd(width)}  ${password}  ${role}`);
  const how = people.length > 0 ? ['Sign in as (e-mail, password, role):', ...people] : ['Sign in there; while there is no administrator yet, it asks for the first.'];
  return [`Parapet is ready: ${config.port === 0 && address ? address : config.publicUrl}`, ...how, 'Stop it with Ctrl-C.'];
};
