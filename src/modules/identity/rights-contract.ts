import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

export const Offer = z.object({
  roleKey: z.string(), how: z.enum(['at-once', 'two-people', 'barred']),
  lacking: z.array(z.object({ key: z.string(), title: z.string() })).describe('What the role may and I may not, there'),
  keptApart: z.array(z.object({ key: z.string(), kind: z.enum(['static', 'dynamic']), why: z.string() })).describe('Duties that the person would then have and that are kept apart: static never in one person, dynamic never on one record'),
});
export type Offer = z.infer<typeof Offer>;
export const listOffers = endpoint({
  method: 'GET', path: '/roles/offers', summary: 'How each role could be given to a person by me: at once, with another person, or not', permission: 'identity:grant',
  query: z.object({ personId: z.uuid(), siteId: z.uuid().optional().describe('Over the whole organisation where not said') }),
  reply: z.object({ mayGive: z.boolean().describe('I may give roles there at all'), isAlone: z.boolean().describe('Nobody else could decide with me'), items: z.array(Offer) }),
});

/** One grant as it is asked for. */
export const Begin = z.strictObject({ roleKey: z.string().max(60), siteId: z.uuid().nullable().default(null), since: z.iso.datetime({ offset: true }).optional(), until: z.iso.datetime({ offset: true }).optional() });
export type Begin = z.infer<typeof Begin>;

/** What came of giving a role: `given` at once, done `alone`, or `waiting` for another person. */
export const Given = z.object({ id: z.uuid().nullable().describe('The grant; null while it waits'), state: z.enum(['given', 'alone', 'waiting']), decisionId: z.uuid().nullable() });
export type Given = z.infer<typeof Given>;
