import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { Standing } from './contract.ts';

const ById = z.object({ id: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1_000);
const PERMISSION = 'incidents:close';

export const mergeIncident = endpoint({
  method: 'POST', path: '/:id/merge', summary: 'Merge it into another of the same event: that one lives on, this one points to it and keeps all that is its own', permission: PERMISSION, params: ById,
  body: z.object({ intoId: z.uuid(), reason: Reason }), reply: Standing,
});
export const unmergeIncident = endpoint({ method: 'POST', path: '/:id/unmerge', summary: 'Take it out of the one that it was merged into: it stands as it stood before', permission: PERMISSION, params: ById, body: z.object({ reason: Reason }), reply: Standing });

export const Likeness = z.enum(['site', 'type', 'time', 'device']);
export const Similar = z.object({
  id: z.uuid(), number: z.string(), title: z.string(), state: z.enum(['open', 'closed']), severity: z.number(), occurredFrom: z.string(), site: z.string().nullable(), timeZone: z.string().nullable(),
  alike: z.array(Likeness).describe('In what it is like this one'), apartMs: z.number().describe('How long between the two beginnings, in milliseconds'), mayMerge: z.boolean().describe('Under the same label and of no other merge'),
});
export type Similar = z.infer<typeof Similar>;
export const listSimilar = endpoint({
  method: 'GET', path: '/:id/similar', summary: 'Incidents that may be of the same event: near in time, and of the same place, type or device; none of what stands behind a wall', permission: 'incidents:read', params: ById,
  query: z.object({ limit: z.coerce.number().int().min(1).max(50).default(8) }), reply: z.object({ items: z.array(Similar) }),
});
