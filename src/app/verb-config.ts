import { existsSync } from 'node:fs';
import { readConfig, type Config, type Mode } from '#platform/kernel/config.ts';
import { attachCluster } from '#platform/postgres/cluster.ts';
import { clusterDirOf } from './database.ts';

const FLAGS: Record<string, Mode> = { '--empty': 'main', '--demo': 'demonstration' };

const findMode = (): Mode => {
  const modes: Mode[] = ['main', 'demonstration'];
  const configs = modes.map((mode) => readConfig(process.env, mode));
  const pick = configs.find((config) => attachCluster(clusterDirOf(config))) ?? configs.find((config) => existsSync(clusterDirOf(config)));
  return pick?.mode ?? 'demonstration';
};

/**
 * The configuration of a verb beside a server, and its arguments without the flag for the organisation: `--empty` is
 * the real one, `--demo` the demonstration; without either, the one that runs, else the one that is there.
 */
export const verbConfig = (args: string[]): { config: Config; rest: string[] } => {
  const flag = args.find((arg) => arg in FLAGS);
  const mode = flag === undefined ? findMode() : FLAGS[flag];
  return { config: readConfig(process.env, mode), rest: args.filter((arg) => !(arg in FLAGS)) };
};
