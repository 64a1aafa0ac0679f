import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Config } from '#platform/kernel/config.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { MOST_SEED, planScenario, SCENARIO_KEYS, scenarioOf, type SimulatedStep } from '#modules/signals/simulator/scenarios.ts';
import { endPlan, lackOf, simulate, waysOf } from '#modules/signals/simulator/simulator.service.ts';
import { beside, optionsOf } from '../beside.ts';
import { SEED } from '../demo/seed.ts';
import { HERE, LiveStream } from '../demo/stream.ts';
import { simulatedPort } from '../simulator.ts';
import { verbConfig } from '../verb-config.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'play a scenario over the real ports, or send the demonstration more of its calm signals';

const USAGE = `parapet simulate SCENARIO [--seed N] [--speed 1..60] [--site CODE] [--empty|--demo]
parapet simulate [--speed 1..60]
SCENARIO is one of ${SCENARIO_KEYS.join(', ')}. Its senders become sources that are marked as simulated, and end with it. Without one the demonstration's calm stream is sent a second time, until Ctrl-C.`;
const MOST_SKIPPED = 5_000;

/** `parapet simulate`: one line for each message that was sent; 0 when the scenario is over, or after Ctrl-C. */
export const run = async (args: string[]): Promise<number> => {
  const { config, rest } = verbConfig(args);
  const [scenario] = rest;
  return scenario !== undefined && !scenario.startsWith('-') ? play(config, scenario, rest.slice(1)) : stream(config, rest);
};

async function play(config: Config, scenario: string, args: string[]): Promise<number> {
  const { seed, speed, site } = optionsOf(args, ['seed', 'speed', 'site'], [], USAGE);
  const key = SCENARIO_KEYS.find((one) => one === scenario);
  if (!key) throw new Fault(`There is no scenario ${scenario}.\n${USAGE}`);
  // What the server and this process both seal, they seal for the same organisation.
  process.env['PARAPET_MODE'] = config.mode;
  const plan = planScenario(key, numberIn('--seed', seed ?? String(randomInt(MOST_SEED)), 0, MOST_SEED));
  const ways = waysOf(config);
  const lacks = lackOf(plan, ways);
  if (lacks !== null) throw new Fault(lacks);
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  await beside(config, async ({ actor, siteIdOf }) => {
    const ctx = await actor(SERVICE.importer);
    console.error(`${scenarioOf(key).title}, seed ${plan.seed}, over the real ports of ${config.mode === 'demonstration' ? 'the demonstration' : 'THE REAL ORGANISATION: everybody there sees that it is simulated'}.`);
    const told = (done: number, step: SimulatedStep): void => console.log(`${new Date().toISOString()}  ${done}/${plan.steps.length}  ${step.by}  ${step.do === 'say' ? step.words : step.do}`);
    const { sent, isWhole } = await simulate(ctx, plan, { siteId: await siteIdOf(site), speed: numberIn('--speed', speed ?? '1', 1, 60), ways, signal: ending.signal, told }).finally(() => endPlan(ctx, plan));
    console.error(`${sent} messages sent${isWhole ? '' : ', then ended'}. Its sources are retired.`);
  });
  return 0;
}

function numberIn(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= least && value <= most)) throw new Fault(`${option} is a whole number from ${least} to ${most}.\n${USAGE}`);
  return value;
}

async function stream(config: Config, rest: string[]): Promise<number> {
  const { speed } = optionsOf(rest, ['speed'], [], USAGE);
  const times = speed === undefined ? 1 : Number(speed);
  if (!(times >= 1 && times <= 60)) throw new Fault(`--speed is a number from 1 to 60.\n${USAGE}`);
  if (config.mode !== 'demonstration') throw new Fault('Only the demonstration is simulated. The real organisation hears real panels.');
  if (existsSync(join(config.dataDir, 'demo-ended'))) throw new Fault('The demonstration has ended.');
  const port = simulatedPort(config);
  if (port === null) throw new Fault('The DC-09 receiver is off or listens on another address than 127.0.0.1: see PARAPET_DC09_PORT and PARAPET_LISTEN.');
  await checkReceiver(port);
  const live = new LiveStream({ port, seed: SEED, speed: times, skip: Math.floor(Math.random() * MOST_SKIPPED), told: ({ account, token, data, type }, outcome) => console.log(`${new Date().toISOString()}  ${token} #${account}|${data}  ${type}  ${outcome}`) });
  await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)));
  live.stop();
  return 0;
}

const checkReceiver = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: HERE, port });
    socket.once('connect', () => (socket.destroy(), resolve()));
    socket.once('error', () => reject(new Fault(`Nothing listens on ${HERE}:${port}. Start the demonstration first ("npm start"), or set PARAPET_DC09_PORT.`)));
  });
