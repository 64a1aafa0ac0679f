import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.object({ id: z.uuid() });
export const JobState = z.enum(['queued', 'running', 'done', 'failed', 'stopped']);
export const Job = z.object({
  id: z.uuid(), kind: z.string(), title: z.string(), owner: z.object({ id: z.uuid(), name: z.string() }), isMine: z.boolean(), state: JobState,
  progress: z.number().describe('0 to 1'), progressWords: z.string(), error: z.string(), attempts: z.number().int(),
  queuedAt: z.string(), startedAt: z.string().nullable(), endedAt: z.string().nullable(), isStopping: z.boolean(), stoppedBy: z.string().nullable(),
});
export type Job = z.infer<typeof Job>;

export const listJobs = endpoint({
  method: 'GET', path: '/', summary: 'My jobs, newest first; of everybody for who keeps the system', permission: 'signed-in',
  query: z.object({ whose: z.enum(['mine', 'all']).default('mine'), state: JobState.optional(), after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(Job), next: z.string().nullable() }),
});
export const readJob = endpoint({ method: 'GET', path: '/:id', summary: 'One job; its result is for its owner', permission: 'signed-in', params: ById, reply: Job.extend({ result: z.unknown().nullable() }) });
export const stopJob = endpoint({ method: 'POST', path: '/:id/stop', summary: 'Stop a job of mine, or any for who keeps the system', permission: 'signed-in', params: ById, reply: ById });
export const repeatJob = endpoint({ method: 'POST', path: '/:id/again', summary: 'Start a job of mine again that failed or was stopped', permission: 'signed-in', params: ById, status: 201, reply: ById });
