import { examine, lineOf } from '../doctor.ts';
import { verbConfig } from '../verb-config.ts';
import { portsOf } from './serve.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'say what is wrong with ports, folders, database, clock and disk, and the mend';

/** `parapet doctor`: 0 when nothing is wrong, else 1. */
export const run = async (args: string[]): Promise<number> => {
  const { config } = verbConfig(args);
  const findings = await examine(config, portsOf(config));
  for (const each of findings) console.log(lineOf(each));
  return findings.some(({ state }) => state === 'wrong') ? 1 : 0;
};
