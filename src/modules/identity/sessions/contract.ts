import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

export const endOtherSessions = endpoint({ method: 'POST', path: '/sessions/end-others', summary: 'End all my other sessions', permission: 'signed-in', reply: z.object({ ended: z.number().int() }) });

export const OpenSession = z.object({ id: z.uuid(), personId: z.uuid(), person: z.string(), createdAt: z.string(), lastSeenAt: z.string(), expiresAt: z.string(), address: z.string().nullable(), agent: z.string().nullable(), openedWith: z.array(z.string()).nullable() });
export type OpenSession = z.infer<typeof OpenSession>;
export const listOpenSessions = endpoint({
  method: 'GET', path: '/open-sessions', summary: 'Who is signed in, of those within my reach, newest first', permission: 'identity:sessions',
  query: z.object({ q: z.string().trim().max(100).optional().describe('Words in the name'), after: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).default(100) }),
  reply: z.object({ items: z.array(OpenSession), next: z.uuid().nullable() }),
});
