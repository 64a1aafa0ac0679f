import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

export const search = endpoint({
  method: 'GET', path: '/', summary: 'Find records by number, title or words, among those you may see', permission: 'signed-in',
  query: z.strictObject({ q: z.string().trim().min(2, 'Write at least two characters').max(100), limit: z.coerce.number().int().min(1).max(50).default(20) }),
  reply: z.object({ items: z.array(z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string(), state: z.string(), siteId: z.uuid().nullable(), isWalled: z.boolean(), at: z.string() })) }),
});
