import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.object({ id: z.uuid() });
export const Channel = z.enum(['mail', 'push', 'webhook']);
export const DeliveryState = z.enum(['queued', 'sending', 'sent', 'delivered', 'dead', 'unknown', 'dropped']);

/** A delivery as who keeps the system sees it: to whom and how it went, not what it said. */
export const Delivery = z.object({
  id: z.uuid(), person: z.string(), channel: Channel, topic: z.string().describe('Empty where it is about what stands behind a wall'), urgent: z.boolean(), state: DeliveryState, reason: z.string(),
  attempts: z.number().int(), queuedAt: z.string(), nextAt: z.string(), sentAt: z.string().nullable(), endedAt: z.string().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;
export const Attempt = z.object({ n: z.number().int(), at: z.string(), tookMs: z.number().int(), result: z.enum(['sent', 'delivered', 'failed', 'unknown']), detail: z.string() });

export const listDeliveries = endpoint({
  method: 'GET', path: '/deliveries', summary: 'Deliveries by mail, push and webhook, newest first', permission: 'platform:system',
  query: z.object({ state: DeliveryState.optional(), channel: Channel.optional(), after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(Delivery), next: z.string().nullable() }),
});
export const listAttempts = endpoint({ method: 'GET', path: '/deliveries/:id/attempts', summary: 'The attempts of one delivery, as proof', permission: 'platform:system', params: ById, reply: z.object({ items: z.array(Attempt) }) });
export const retryDelivery = endpoint({ method: 'POST', path: '/deliveries/:id/retry', summary: 'Send again what was given up or is unknown', permission: 'platform:system', params: ById, reply: z.object({ id: z.uuid() }) });
export const sayArrived = endpoint({ method: 'POST', path: '/deliveries/:id/arrived', summary: 'A device says that a push message came to it', permission: 'signed-in', params: ById, reply: z.object({ noted: z.boolean() }) });

export const Device = z.object({ id: z.uuid(), label: z.string(), madeAt: z.string() });
export type Device = z.infer<typeof Device>;
export const Webhook = z.object({ id: z.uuid(), name: z.string(), origin: z.string(), madeAt: z.string() });
export type Webhook = z.infer<typeof Webhook>;

export const readChannels = endpoint({
  method: 'GET', path: '/channels', summary: 'By which channels messages can reach me', permission: 'signed-in',
  reply: z.object({ mail: z.object({ isSet: z.boolean().describe('Does this installation send mail at all?'), address: z.string().nullable() }), pushKey: z.string().nullable(), devices: z.array(Device), webhooks: z.array(Webhook) }),
});
const Base64Url = z.string().regex(/^[A-Za-z0-9_-]+=*$/);
export const addDevice = endpoint({
  method: 'POST', path: '/devices', summary: 'Let this browser take push messages of mine', permission: 'signed-in', status: 201,
  body: z.object({ endpoint: z.url({ protocol: /^https$/ }).max(1000), keys: z.strictObject({ p256dh: Base64Url.min(80).max(100), auth: Base64Url.min(16).max(40) }), label: z.string().trim().max(200).default('') }),
  reply: ById,
});
export const endDevice = endpoint({ method: 'DELETE', path: '/devices/:id', summary: 'Let a browser of mine take push messages no more', permission: 'signed-in', params: ById, reply: ById });
export const addWebhook = endpoint({
  method: 'POST', path: '/webhooks', summary: 'Send my notices to an address of a program; its secret is shown once', permission: 'deliver:webhooks', status: 201,
  body: z.object({ name: z.string().trim().min(1, 'Say what it is for').max(100), url: z.url({ protocol: /^https?$/ }).max(1000) }),
  reply: z.object({ id: z.uuid(), secret: z.string().nullable().describe('Shown once: null where the same request comes again') }),
});
export const endWebhook = endpoint({ method: 'DELETE', path: '/webhooks/:id', summary: 'Send my notices to an address no more', permission: 'signed-in', params: ById, reply: ById });
