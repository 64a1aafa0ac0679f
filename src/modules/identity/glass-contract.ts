import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.object({ id: z.uuid() });
const Why = z.string().trim().max(1000);
const Person = z.object({ id: z.uuid(), name: z.string() });

export const glassTerms = endpoint({
  method: 'GET', path: '/glass/terms', summary: 'On what terms a walled record may be entered in an emergency', permission: 'identity:break-glass',
  reply: z.object({ reasons: z.array(z.string()), minutes: z.number().describe('Longest, and what is taken where nothing is said'), leastWords: z.number(), reviewWithinHours: z.number() }),
});

/** What somebody asked, as asker and witness see it. It names a number and tells neither whether anything has it. */
export const GlassAsk = z.object({
  id: z.uuid(), mine: z.enum(['asker', 'witness']), asker: Person, witness: Person, number: z.string(), reason: z.string(), words: z.string(), minutes: z.number(),
  state: z.enum(['asked', 'confirmed', 'declined', 'withdrawn', 'lapsed', 'used']).describe('A witness is told no more than that they confirmed'),
  askedAt: z.string(), lapsesAt: z.string(), declinedWhy: z.string(),
  opened: z.object({ recordId: z.uuid(), kind: z.string(), until: z.string() }).nullable().describe('What the asker entered, where anything was opened'),
});
export type GlassAsk = z.infer<typeof GlassAsk>;

export const askToEnter = endpoint({
  method: 'POST', path: '/glass', summary: 'Ask to enter a walled record by its number, with a reason and a witness; the answer is the same whether there is one or not', permission: 'identity:break-glass', status: 201,
  body: z.object({
    number: z.string().trim().min(3, 'Write the number of the record').max(60), reason: z.string().max(200).describe('One of the terms’ reasons'), words: z.string().trim().min(30, 'Say in at least 30 characters why').max(2000),
    witnessId: z.uuid(), minutes: z.int().min(5).max(60).optional(),
  }),
  reply: GlassAsk,
});
export const listAsks = endpoint({ method: 'GET', path: '/glass', summary: 'What I asked to enter, and what I am asked to witness, the latest first', permission: 'signed-in', query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }), reply: z.object({ items: z.array(GlassAsk) }) });
export const countAsks = endpoint({ method: 'GET', path: '/glass/waiting', summary: 'How many wait for me as a witness', permission: 'signed-in', reply: z.object({ toWitness: z.number() }) });
export const readAsk = endpoint({ method: 'GET', path: '/glass/:id', summary: 'One that I asked or witness', permission: 'signed-in', params: ById, reply: GlassAsk });
export const confirmAsk = endpoint({ method: 'POST', path: '/glass/:id/confirm', summary: 'Confirm as the witness', permission: 'signed-in', params: ById, reply: GlassAsk });
export const declineAsk = endpoint({ method: 'POST', path: '/glass/:id/decline', summary: 'Decline as the witness, with the reason', permission: 'signed-in', params: ById, body: z.object({ why: Why.min(3, 'Say why') }), reply: GlassAsk });
export const withdrawAsk = endpoint({ method: 'POST', path: '/glass/:id/withdraw', summary: 'Take back what I asked', permission: 'signed-in', params: ById, reply: GlassAsk });
export const enterByGlass = endpoint({ method: 'POST', path: '/glass/:id/enter', summary: 'Enter, once the witness has confirmed; the wall is told', permission: 'signed-in', params: ById, reply: GlassAsk });
export const listInside = endpoint({
  method: 'GET', path: '/glass/inside', summary: 'Walls that I am behind by having broken their glass', permission: 'signed-in',
  reply: z.object({ items: z.array(z.object({ id: z.uuid(), recordId: z.uuid(), kind: z.string(), number: z.string().nullable(), witness: z.string(), until: z.string() })) }),
});

export const WallEntry = z.object({
  id: z.uuid(), asker: Person, witness: Person, reason: z.string(), words: z.string(), enteredAt: z.string(), until: z.string(), endedAt: z.string().nullable(), endedBy: z.string().nullable(),
  usesIn90Days: z.number().describe('Three by one person open a review of them'), reviewDueAt: z.string(),
  review: z.object({ by: z.string(), at: z.string(), verdict: z.enum(['justified', 'not-justified']), why: z.string() }).nullable(), mayKeep: z.boolean().describe('I may end and review it'),
});
export type WallEntry = z.infer<typeof WallEntry>;
export const WallEvent = z.object({ id: z.uuid(), verb: z.string(), person: z.string(), other: z.string().nullable(), at: z.string() });
export type WallEvent = z.infer<typeof WallEvent>;
export const listWall = endpoint({
  method: 'GET', path: '/walls', summary: 'Who entered the wall of a record by breaking its glass, and what else happened to it; nothing for who does not stand behind it', permission: 'signed-in',
  query: z.object({ recordId: z.uuid() }), reply: z.object({ entries: z.array(WallEntry), events: z.array(WallEvent) }),
});
export const endEntry = endpoint({ method: 'POST', path: '/walls/entries/:id/end', summary: 'Send out who entered by breaking the glass', permission: 'signed-in', params: ById, body: z.object({ why: Why.min(3, 'Say why') }), reply: WallEntry });
export const reviewEntry = endpoint({
  method: 'POST', path: '/walls/entries/:id/review', summary: 'Say afterwards whether it was justified', permission: 'signed-in', params: ById,
  body: z.object({ verdict: z.enum(['justified', 'not-justified']), why: Why.min(3, 'Say why') }), reply: WallEntry,
});
