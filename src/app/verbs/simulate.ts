import { connect } from 'node:net';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#platform/kernel/fault.ts';
import { optionsOf } from '../beside.ts';
import { SEED } from '../demo/seed.ts';
import { HERE, LiveStream } from '../demo/stream.ts';
import { simulatedPort } from '../simulator.ts';
import { verbConfig } from '../verb-config.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'send the demonstration more signals over its real port, until Ctrl-C';

const USAGE = 'parapet simulate [--speed 1..60]';
const MOST_SKIPPED = 5_000;

/** `parapet simulate`: one line for each signal that was sent; 0 after Ctrl-C. A started demonstration has a stream of its own besides. */
export const run = async (args: string[]): Promise<number> => {
  const { config, rest } = verbConfig(args);
  const { speed } = optionsOf(rest, ['speed'], [], USAGE);
  const times = speed === undefined ? 1 : Number(speed);
  if (!(times >= 1 && times <= 60)) throw new Fault(`--speed is a number from 1 to 60.\n${USAGE}`);
  if (config.mode !== 'demonstration') throw new Fault('Only the demonstration is simulated. The real organisation hears real panels.');
  if (existsSync(join(config.dataDir, 'demo-ended'))) throw new Fault('The demonstration has ended.');
  const port = simulatedPort(config);
  if (port === null) throw new Fault('The DC-09 receiver is off or listens on another address than 127.0.0.1: see PARAPET_DC09_PORT and PARAPET_LISTEN.');
  await checkReceiver(port);
  const stream = new LiveStream({ port, seed: SEED, speed: times, skip: Math.floor(Math.random() * MOST_SKIPPED), told: ({ account, token, data, type }, outcome) => console.log(`${new Date().toISOString()}  ${token} #${account}|${data}  ${type}  ${outcome}`) });
  await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
  stream.stop();
  return 0;
};

const checkReceiver = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: HERE, port });
    socket.once('connect', () => (socket.destroy(), resolve()));
    socket.once('error', () => reject(new Fault(`Nothing listens on ${HERE}:${port}. Start the demonstration first ("npm start"), or set PARAPET_DC09_PORT.`)));
  });
