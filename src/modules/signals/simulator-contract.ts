import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const MOST_SEED = 999_999_999;
const Speed = z.number().min(1).max(60);

export const ScenarioKey = z.enum(['break-in', 'tailgating', 'runaway', 'storm', 'duress', 'camera-loss']);
export const Scenario = z.object({
  key: ScenarioKey, title: z.string(), does: z.string(), signals: z.number().describe('Messages that it sends'), seconds: z.number().describe('As fast as life'), senders: z.array(z.string()),
  lacks: z.string().nullable().describe('Why it cannot be played here; null where it can'),
});
export type Scenario = z.infer<typeof Scenario>;
export const listScenarios = endpoint({
  method: 'GET', path: '/simulations/scenarios', summary: 'What the simulator can play, over the real ports of this installation', permission: 'identity:simulate',
  reply: z.object({ isDemo: z.boolean().describe('Whether this is the demonstration'), items: z.array(Scenario) }),
});

export const Simulated = z.object({ sourceId: z.uuid(), name: z.string(), account: z.string(), siteId: z.uuid().nullable(), since: z.string() });
export const listSimulations = endpoint({ method: 'GET', path: '/simulations', summary: 'Sources that send what did not happen, as long as they stand', permission: 'signals:read', reply: z.object({ items: z.array(Simulated) }) });

export const startSimulation = endpoint({
  method: 'POST', path: '/simulations', summary: 'Play a scenario: its senders become simulated sources, and what they send is marked so', permission: 'identity:simulate', status: 201,
  body: z.strictObject({ scenario: ScenarioKey, seed: z.int().min(0).max(MOST_SEED).optional().describe('The same seed sends the same; made where it is left out'), speed: Speed.default(1).describe('Times faster than life'), siteId: z.uuid().nullable().default(null) }),
  reply: z.object({ jobId: z.uuid(), seed: z.number() }),
});
export const endSimulations = endpoint({
  method: 'POST', path: '/simulations/end', summary: 'End all that is simulated: its sources are retired, and whoever plays them stops', permission: 'identity:simulate', reply: z.object({ ended: z.number() }),
});
