import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '#platform/kernel/config.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { endDemonstration } from '#modules/identity/demonstration.service.ts';
import { beside } from '../beside.ts';
import { clusterDirOf } from '../database.ts';
import { forgetSignIns } from '../demo/sign-ins.ts';
import { forgetSourceKeys } from '../demo/wires.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'end the demonstration: no sign-in of it works any more, and its simulator stops';

const USAGE = 'parapet demo end';

/** `parapet demo end`, beside a running server or without one; 0 when the demonstration has ended. */
export const run = async (args: string[]): Promise<number> => {
  const [action, ...rest] = args.filter((arg) => arg !== '--demo');
  if (action !== 'end' || rest.length > 0) throw new Fault(USAGE);
  const config = readConfig(process.env, 'demonstration');
  if (config.databaseUrl === undefined && !existsSync(clusterDirOf(config))) throw new Fault(`There is no demonstration in ${config.dataDir}.`);
  await beside(config, async ({ door }) => {
    const { signIns, sessions } = await endDemonstration(door);
    forgetSignIns(config.dataDir);
    forgetSourceKeys(config.dataDir);
    writeFileSync(join(config.dataDir, 'demo-ended'), `${new Date().toISOString()}\n`);
    console.log(`The demonstration has ended: ${signIns} sign-ins closed, ${sessions} sessions ended, the simulator stops. What it recorded stays in ${config.dataDir}.`);
    console.log('Start the real organisation with "npm start -- --empty". To see the demonstration anew, remove that folder first.');
  });
  return 0;
};
