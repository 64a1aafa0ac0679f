import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFrame } from '#connectors/sia-dc09/encode.ts';
import type { Config } from '#platform/kernel/config.ts';
import { shellLine } from '#modules/signals/shell-line.ts';
import { readSignIns, type SignIn } from './demo/sign-ins.ts';
import { inClear } from './tls.ts';

export type { SignIn } from './demo/sign-ins.ts';

/** A burglary at a panel of the demonstration's head office, as a hand would type it: without a time. */
const FIRST_SIGNAL = { token: 'SIA-DCS', sequence: 1, account: '1102', data: 'Nri1/BA12' } as const;

const signInLines = (signIns: readonly SignIn[]): string[] => {
  const width = Math.max(...signIns.map(({ email }) => email.length));
  return ['Sign in as (e-mail, password, who it is):', ...signIns.map(({ email, password, role }) => `  ${email.padEnd(width)}  ${password}  ${role}`)];
};

const signalLines = ({ dc09Port, listen }: Config): string[] => {
  if (!dc09Port || listen.includes(':')) return [];
  return ['Paste this into another shell, and a real DC-09 frame rings on the Watch:', `  ${shellLine(encodeFrame(FIRST_SIGNAL), { host: listen === '0.0.0.0' ? '127.0.0.1' : listen, port: dc09Port })}`];
};

const demonstrationLines = (config: Config): string[] => {
  if (existsSync(join(config.dataDir, 'demo-ended'))) return ['The demonstration has ended: nobody signs in here any more. Start the real organisation with "npm start -- --empty".'];
  const signIns = readSignIns(config.dataDir);
  if (signIns.length === 0) return ['Sign in there.'];
  return [...signInLines(signIns), ...signalLines(config), 'A simulator sends a signal now and then, and a night shift answers what nobody takes. All of it is invented. End it with "npx parapet demo end".'];
};

/** The lines for the operator once all is ready: the address, and who may sign in. */
export const welcome = (config: Config, address?: string): string[] => [
  `Parapet is ready: ${config.port === 0 && address ? address : config.publicUrl}`,
  ...(config.mode === 'demonstration' ? demonstrationLines(config) : ['Sign in there; while there is no administrator yet, it asks for the first.']),
  ...[inClear(config) ?? []].flat(),
  'Stop it with Ctrl-C.',
];
