import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

/** With whose rights a session sees meanwhile: a person or a role, where, and until when at the latest. */
export const SeeingAs = z.object({ title: z.string(), place: z.string().describe('The site of a role; empty for the whole organisation, and for a person'), isPerson: z.boolean(), until: z.string() });
export type SeeingAs = z.infer<typeof SeeingAs>;

export const beginSeeAs = endpoint({
  method: 'POST', path: '/see-as', summary: 'See the product, read only, with the rights of a role or a person, as far as they are mine too; nothing behind a wall is shown', permission: 'identity:see-as', status: 201,
  body: z.object({
    roleKey: z.string().max(60).optional().describe('Either a role, over the whole organisation or a site and all below it'), siteId: z.uuid().nullable().default(null),
    personId: z.uuid().optional().describe('or a person, with whatever they hold now'), minutes: z.int().min(5).max(60).default(30),
  }),
  reply: SeeingAs,
});
export const endSeeAs = endpoint({ method: 'POST', path: '/see-as/end', summary: 'See with my own rights again', permission: 'signed-in', throughLens: true, reply: z.object({ ended: z.boolean() }) });
