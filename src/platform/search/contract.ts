import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

/** A record that was found. `isNear`: not every word was found as it was typed; some by a slip or their sound. */
export const Hit = z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string(), state: z.string(), siteId: z.uuid().nullable(), isWalled: z.boolean(), at: z.string(), isNear: z.boolean() });
export type Hit = z.infer<typeof Hit>;

export const search = endpoint({
  method: 'GET', path: '/', summary: 'Find records by number, title or words, among those you may see: the likest first, then the newest', permission: 'signed-in',
  query: z.strictObject({ q: z.string().trim().min(2, 'Write at least two characters').max(100), limit: z.coerce.number().int().min(1).max(50).default(20) }),
  reply: z.object({ items: z.array(Hit) }),
});
