import { randomBytes, randomInt } from 'node:crypto';
import { startJob } from '#platform/jobs/jobs.service.ts';
import { type JobKind, jobKind } from '#platform/jobs/port.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import { type Config, isLoopback, readConfig } from '#platform/kernel/config.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import { siteOf } from '#modules/sites/public.ts';
import { z } from 'zod';
import type { NewSource } from '../contract.ts';
import * as contract from '../simulator-contract.ts';
import { addSources, changeIn } from '../sources.service.ts';
import type { Tables } from '../tables.gen.ts';
import { type Playing, playScenario, type Ways } from './play.ts';
import { lengthOf, MOST_SEED, planScenario, SCENARIO_KEYS, type ScenarioPlan, scenarioOf } from './scenarios.ts';

const signals = store<Tables>('signals');
const MAY = 'identity:simulate';
const MOST = 200;
const LOOK_MS = 900;
const EVERYWHERE = new Set(['0.0.0.0', '::', '*']);
const VARIABLES = { dc09: 'PARAPET_DC09_PORT', syslog: 'PARAPET_SYSLOG_PORT', http: 'PORT' } as const;

/** Where the receivers of this installation are reached from this machine; what is off is left out. */
export function waysOf({ listen, dc09Port, syslogPort, port, host, tls, publicUrl }: Pick<Config, 'listen' | 'dc09Port' | 'syslogPort' | 'port' | 'host' | 'tls' | 'publicUrl'>): Ways {
  const near = (address: string): string => (isLoopback(address) || EVERYWHERE.has(address) ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address);
  const at = (receiver: number | undefined): string | undefined => (receiver === undefined ? undefined : `tcp://${near(listen)}:${receiver}`);
  const [dc09, syslog] = [at(dc09Port), at(syslogPort)];
  return { http: tls ? publicUrl : `http://${near(host)}:${port}`, ...(dc09 !== undefined && { dc09 }), ...(syslog !== undefined && { syslog }) };
}

/** Why a scenario cannot be played with these receivers, in a sentence; null where it can. */
export function lackOf(plan: ScenarioPlan, ways: Ways): string | null {
  const missing = plan.sources.find(({ protocol }) => ways[protocol] === undefined);
  return missing ? `The receiver for ${missing.protocol === 'dc09' ? 'SIA DC-09' : missing.protocol} is off: see ${VARIABLES[missing.protocol]}.` : null;
}

export async function listScenarios(ctx: Ctx): Promise<Reply<typeof contract.listScenarios>> {
  await signals.read(ctx, MAY).selectFrom('signals.source').select('id').limit(1).execute();
  const config = readConfig();
  const items = SCENARIO_KEYS.map((key) => {
    const plan = planScenario(key, 0);
    return { key, ...titleOf(key), signals: plan.steps.filter((step) => step.do === 'say').length, seconds: Math.round(lengthOf(plan) / 1000), senders: plan.sources.map(({ name }) => name), lacks: lackOf(plan, waysOf(config)) };
  });
  return { isDemo: config.mode === 'demonstration', items };
}

const titleOf = (key: ScenarioPlan['key']) => ({ title: scenarioOf(key).title, does: scenarioOf(key).does });

export async function listSimulations(ctx: Ctx): Promise<Reply<typeof contract.listSimulations>> {
  const items = await signals.read(ctx).selectFrom('signals.source').select(['id as sourceId', 'name', 'account', 'siteId', 'createdAt as since']).where('isSimulated', '=', true).where('state', '=', 'active').orderBy('createdAt').limit(MOST).execute();
  return { items };
}

const Args = z.object({ scenario: contract.ScenarioKey, seed: z.int().min(0).max(MOST_SEED), speed: z.number().min(1).max(60), siteId: z.uuid().nullable() });

/** Plays a scenario as a job of who started it. */
export const simulation: JobKind = jobKind({
  key: 'signals.simulation', title: 'Simulation', permission: MAY, args: Args, isOneWrite: false,
  run: async (ctx, { scenario, seed, speed, siteId }, { signal, progress }) => {
    const plan = planScenario(scenario, seed);
    const steps = plan.steps.length;
    return simulate(ctx, plan, { siteId, speed, signal, ways: waysOf(readConfig()), told: (done) => progress(done / steps, `${done} of ${steps}`) });
  },
});

export async function startSimulation(ctx: Ctx, { scenario, seed = randomInt(MOST_SEED), speed, siteId }: Input<typeof contract.startSimulation>): Promise<Reply<typeof contract.startSimulation>> {
  await signals.read(ctx, MAY).selectFrom('signals.source').select('id').limit(1).execute();
  if (siteId !== null && (await siteOf(ctx, siteId)) === null) throw new Problem('refused', 'signals.no_such_site', 'Choose one of the sites.', { errors: [{ pointer: '/siteId', detail: 'Choose one of the sites.' }] });
  const lacks = lackOf(planScenario(scenario, seed), waysOf(readConfig()));
  if (lacks !== null) throw new Problem('refused', 'signals.no_receiver', lacks);
  return signals.writeMany(ctx, MAY, async () => {
    const job = await startJob(ctx, simulation, { scenario, seed, speed, siteId });
    return { changes: [], result: { jobId: job.id, seed } };
  });
}

/** Retires every simulated source that its reader keeps; whoever plays them notices within a second or two. */
export async function endSimulations(ctx: Ctx): Promise<{ ended: number }> {
  await signals.read(ctx, MAY).selectFrom('signals.source').select('id').limit(1).execute();
  return retire(ctx, null, 'The simulation was ended');
}

const retire = (ctx: Ctx, accounts: readonly string[] | null, reason: string): Promise<{ ended: number }> =>
  signals.writeMany(ctx, 'signals:sources', async (tx) => {
    let query = tx.selectFrom('signals.source').select('id').where('isSimulated', '=', true).where('state', '=', 'active').limit(MOST);
    if (accounts) query = query.where('account', 'in', [...accounts]);
    const changes = [];
    for (const { id } of await query.execute()) changes.push(await changeIn(ctx, tx, { id, verb: 'source-retired', set: { state: 'retired' }, more: { reason } }));
    return { changes, result: { ended: changes.length } };
  });

/** Retires the sources of this plan, whoever left them. */
export const endPlan = (ctx: Ctx, plan: ScenarioPlan): Promise<{ ended: number }> => retire(ctx, plan.sources.map(({ account }) => account), 'The simulation is over');

type Simulating = Pick<Playing, 'ways' | 'speed' | 'signal' | 'told'> & { siteId: string | null };

/**
 * Makes the sources of a scenario, plays it and retires them. Somebody who retires them meanwhile ends it. Rejects where a message is refused.
 * What a worker left behind that died is retired first, and the scenario begins anew.
 */
export async function simulate(ctx: Ctx, plan: ScenarioPlan, { siteId, ...playing }: Simulating): Promise<{ sent: number; isWhole: boolean }> {
  const accounts = plan.sources.map(({ account }) => account);
  await retire(ctx, accounts, 'The simulation begins anew');
  const keys = await makeSources(ctx, plan, siteId);
  try {
    return await playScenario(plan, { ...playing, keyOf: (as) => keys.get(as), goesOn: standing(ctx, accounts) });
  } finally {
    // Whoever stopped the job has its sources still: "End all" retires them.
    if (!playing.signal.aborted) await endPlan(ctx, plan);
  }
}

async function makeSources(ctx: Ctx, plan: ScenarioPlan, siteId: string | null): Promise<Map<string, string>> {
  const keys = new Map(plan.sources.filter(({ isKeyed }) => isKeyed).map(({ as }) => [as, randomBytes(16).toString('hex').toUpperCase()]));
  const wanted = plan.sources.map(({ as, protocol, account, name, superviseS }): NewSource => {
    const base = { account, name: `${name}, ${scenarioOf(plan.key).title.toLowerCase()}`, siteId, isSimulated: true };
    if (protocol === 'http') return { protocol, ...base, keyIn: 'header' };
    return protocol === 'syslog' ? { protocol, ...base } : { protocol, ...base, ...(superviseS !== undefined && { superviseS }), ...(keys.has(as) && { key: keys.get(as) as string }) };
  });
  const made = await addSources(ctx, { items: wanted });
  for (const [i, { secret }] of ('items' in made ? made.items : [made]).entries()) if (secret !== null) keys.set(plan.sources[i]?.as ?? '', secret);
  return keys;
}

/** Are they all still sources? Asked of the database once a second at most. */
function standing(ctx: Ctx, accounts: readonly string[]): () => Promise<boolean> {
  let lookedAt = 0;
  return async () => {
    if (nowMs() - lookedAt < LOOK_MS) return true;
    const { n } = await signals.read(ctx).selectFrom('signals.source').select((eb) => eb.fn.countAll<number>().as('n')).where('account', 'in', [...accounts]).where('isSimulated', '=', true).where('state', '=', 'active').executeTakeFirstOrThrow();
    lookedAt = nowMs();
    return Number(n) === accounts.length;
  };
}

