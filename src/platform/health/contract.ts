import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

export const State = z.enum(['good', 'warning', 'bad']);
export const Role = z.enum(['intake', 'web', 'worker']);

export const Process = z.object({
  node: z.string(), role: Role, pid: z.number().int(), version: z.string(), startedAt: z.string(), beatAt: z.string(), rssBytes: z.number(), loopMs: z.number().describe('Event loop delay, 99th percentile, ms'), state: State,
});
export const Disk = z.object({ node: z.string(), folder: z.string(), bytes: z.number(), freeBytes: z.number(), state: State });
export const Clock = z.object({ node: z.string(), clockMs: z.number().describe('Its clock less the database’s, ms'), jumpedAt: z.string().nullable(), jumpMs: z.number().nullable(), state: State });
export const DatabaseHealth = z.object({ version: z.string(), sizeBytes: z.number(), connections: z.number().int(), mostConnections: z.number().int(), ledgerBehindS: z.number(), state: State });
export const Check = z.object({ key: z.string(), state: State, words: z.string(), at: z.string(), dueAt: z.string().nullable() });

export const Health = z.object({ state: State, at: z.string(), processes: z.array(Process), disks: z.array(Disk), clocks: z.array(Clock), database: DatabaseHealth.nullable(), checks: z.array(Check) });
export type Health = z.infer<typeof Health>;

export const readHealth = endpoint({ method: 'GET', path: '/', summary: 'How processes, database, disks, clocks and services are', permission: 'platform:system', reply: Health });
