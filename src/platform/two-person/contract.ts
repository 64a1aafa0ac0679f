import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.object({ id: z.uuid() });
const Why = z.string().trim().max(1000);
const Reason = Why.min(3, 'Say why');
const Person = z.object({ id: z.uuid(), name: z.string() });

export const DecisionState = z.enum(['waiting', 'approved', 'alone', 'refused', 'withdrawn', 'expired']);
export const Decision = z.object({
  id: z.uuid(), kind: z.string().describe('`<module>.<what>`'), state: DecisionState, permission: z.string().describe('What both people hold'),
  facts: z.record(z.string(), z.string()).describe('What is to be decided, by name'), reason: z.string(), isWalled: z.boolean(), siteId: z.uuid().nullable(),
  record: z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string() }).nullable().describe('The record that it is about, where I may see it'),
  subject: Person.nullable(), proposedBy: Person, proposedAt: z.string(), expiresAt: z.string(),
  decidedBy: Person.nullable(), decidedAt: z.string().nullable(), decidedWhy: z.string(),
  review: z.object({ by: Person, at: z.string(), verdict: z.enum(['confirmed', 'objected']), why: z.string() }).nullable().describe('Who looked afterwards at what was taken alone'),
  may: z.array(z.enum(['approve', 'refuse', 'withdraw', 'review'])).describe('What I may do with it now'),
  blocked: z.string().nullable().describe('Why I may not approve it although it waits'),
});
export type Decision = z.infer<typeof Decision>;

export const listDecisions = endpoint({
  method: 'GET', path: '/', summary: 'Decisions of two people: those that wait for me, mine, those taken alone, or all that I may see', permission: 'signed-in',
  query: z.object({ view: z.enum(['for-me', 'mine', 'alone', 'all']).default('for-me'), after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(Decision), next: z.string().nullable() }),
});
export const countDecisions = endpoint({ method: 'GET', path: '/waiting', summary: 'How many decisions wait for me', permission: 'signed-in', reply: z.object({ toDecide: z.number(), toReview: z.number() }) });
export const readDecision = endpoint({ method: 'GET', path: '/:id', summary: 'One decision', permission: 'signed-in', params: ById, reply: Decision });
export const approveDecision = endpoint({ method: 'POST', path: '/:id/approve', summary: 'Approve what another person proposed; what it allows is done in the same moment', permission: 'signed-in', params: ById, body: z.object({ note: Why.default('') }), reply: Decision });
export const refuseDecision = endpoint({ method: 'POST', path: '/:id/refuse', summary: 'Refuse what another person proposed, with the reason', permission: 'signed-in', params: ById, body: z.object({ why: Reason }), reply: Decision });
export const withdrawDecision = endpoint({ method: 'POST', path: '/:id/withdraw', summary: 'Take back what I proposed', permission: 'signed-in', params: ById, reply: Decision });
export const reviewDecision = endpoint({ method: 'POST', path: '/:id/review', summary: 'Look at what somebody took alone, and confirm it or object', permission: 'signed-in', params: ById, body: z.object({ verdict: z.enum(['confirmed', 'objected']), why: Why.default('') }), reply: Decision });
