import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.object({ id: z.uuid() });

/** Days that a key of one's own may live at most. */
export const OWN_KEY_DAYS = 366;

export const OwnKey = z.object({ id: z.uuid(), name: z.string(), role: z.string().nullable(), siteId: z.uuid().nullable(), createdAt: z.string(), lastSeenAt: z.string(), expiresAt: z.string(), madeBy: z.string().describe('Who made it: mostly oneself') });
export type OwnKey = z.infer<typeof OwnKey>;
export const listOwnKeys = endpoint({ method: 'GET', path: '/own-keys', summary: 'My API keys, without their secrets', permission: 'signed-in', reply: z.object({ items: z.array(OwnKey) }) });
export const createOwnKey = endpoint({
  method: 'POST', path: '/own-keys', summary: 'Make an API key with one of my roles, where I hold it or below, no longer than I hold it; its secret is shown once', permission: 'signed-in', status: 201,
  body: z.object({ name: z.string().trim().min(1, 'Say for what').max(120), roleKey: z.string().max(60), siteId: z.uuid().nullable().default(null), until: z.iso.datetime({ offset: true }) }),
  reply: z.object({ id: z.uuid(), secret: z.string().nullable().describe('Shown once: null where the same request comes again') }),
});
export const revokeOwnKey = endpoint({ method: 'DELETE', path: '/own-keys/:id', summary: 'Revoke one of my API keys', permission: 'signed-in', params: ById, reply: z.object({ revoked: z.boolean() }) });
