import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { EVENT_KEYS } from './rules.ts';

const ById = z.strictObject({ id: z.uuid() });
const ByMessage = z.strictObject({ id: z.uuid(), rowId: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why').max(400);
const SHARE = 'convergence:share-out';

export const Format = z.enum(['parapet', 'ocsf', 'cef', 'rfc5424']);
export type Format = z.infer<typeof Format>;
export const DestinationState = z.enum(['active', 'paused', 'ended']);
export const MessageState = z.enum(['queued', 'delivered', 'dead', 'dropped']);

const Name = z.string().trim().min(1, 'Give it a name').max(120);
const Address = z.string().trim().min(1, 'Say where to').max(1000).describe('https://…, syslog+tls://host:6514, syslog+tcp://host:601 or syslog+udp://host:514');
const Events = z.array(z.enum(EVENT_KEYS)).min(1, 'Choose at least one').max(EVENT_KEYS.length);
const DownTo = z.int().min(1).max(4).describe('The least urgent priority that is told; 4 is all. Severities 5 and 4 of incidents are priorities 1 and 2, a device is 3');
const Families = z.array(z.string().regex(/^[a-z][a-z-]{0,39}$/, 'The first word of a type, such as intrusion')).max(60).describe('First words of the types of alarms that are told; empty is all');

export const Destination = z.object({
  id: z.uuid(), name: z.string(), siteId: z.uuid().nullable().describe('Told of this site and all below it; null: of everything'), site: z.string().nullable(), transport: z.enum(['webhook', 'syslog']), origin: z.string().describe('Where it leads, without what may be secret'),
  format: Format, events: z.array(z.enum(EVENT_KEYS)), downTo: z.number(), families: z.array(z.string()), hasNarrative: z.boolean(), state: DestinationState, pausedWhy: z.string().nullable(), failingSince: z.string().nullable(), deliveredAt: z.string().nullable(),
  formerUntil: z.string().nullable().describe('Until when the secret before signs too'), madeAt: z.string(), madeBy: z.string(), version: z.number(), queued: z.number(), dead: z.number().describe('Given up in the last seven days'),
});
export type Destination = z.infer<typeof Destination>;
export const MadeDestination = Destination.extend({ secret: z.string().nullable().describe('Shown once: null where the same request comes again, and of syslog') });
export type MadeDestination = z.infer<typeof MadeDestination>;

export const Try = z.object({ at: z.string(), tookMs: z.number(), status: z.number().nullable(), detail: z.string() });
export const Message = z.object({
  id: z.uuid(), event: z.string(), recordId: z.uuid().nullable(), number: z.string().nullable().describe('Of the record, where you see it'), state: MessageState, reason: z.string(), attempts: z.number(), status: z.number().nullable(), tookMs: z.number().nullable(),
  queuedAt: z.string(), nextAt: z.string(), endedAt: z.string().nullable(), tries: z.array(Try),
});
export type Message = z.infer<typeof Message>;

export const listDestinations = endpoint({ method: 'GET', path: '/destinations', summary: 'Systems outside that are told of events', permission: SHARE, reply: z.object({ items: z.array(Destination) }) });
export const readDestination = endpoint({ method: 'GET', path: '/destinations/:id', summary: 'One destination', permission: SHARE, params: ById, reply: Destination });
export const addDestination = endpoint({
  method: 'POST', path: '/destinations', summary: 'Tell a system outside of events; the secret of a webhook is shown once', permission: SHARE, status: 201,
  body: z.strictObject({ name: Name, siteId: z.uuid().nullable().default(null), address: Address, format: Format, events: Events, downTo: DownTo.default(4), families: Families.default([]), hasNarrative: z.boolean().default(false).describe('Whether what people wrote leaves too') }),
  reply: MadeDestination,
});
export const changeDestination = endpoint({
  method: 'PATCH', path: '/destinations/:id', summary: 'Change what a destination is told, or where it is', permission: SHARE, params: ById,
  body: z.strictObject({ name: Name.optional(), address: Address.optional(), format: Format.optional(), events: Events.optional(), downTo: DownTo.optional(), families: Families.optional(), hasNarrative: z.boolean().optional() }), reply: Destination,
});
export const pauseDestination = endpoint({ method: 'POST', path: '/destinations/:id/pause', summary: 'Send nothing for now; what happens meanwhile waits, seven days at most', permission: SHARE, params: ById, body: z.strictObject({ reason: Reason }), reply: Destination });
export const resumeDestination = endpoint({ method: 'POST', path: '/destinations/:id/resume', summary: 'Send again, what waited first', permission: SHARE, params: ById, reply: Destination });
export const endDestination = endpoint({ method: 'POST', path: '/destinations/:id/end', summary: 'Tell a destination nothing any more', permission: SHARE, params: ById, body: z.strictObject({ reason: Reason }), reply: Destination });
export const renewSecret = endpoint({ method: 'POST', path: '/destinations/:id/secret', summary: 'Make a new secret of a webhook; for a day the one before signs too', permission: SHARE, params: ById, status: 201, body: z.strictObject({ reason: Reason }), reply: MadeDestination });
export const testDestination = endpoint({ method: 'POST', path: '/destinations/:id/test', summary: 'Send a message that says that it is a test', permission: SHARE, params: ById, status: 202, reply: z.object({ messageId: z.uuid() }) });
export const listMessages = endpoint({
  method: 'GET', path: '/destinations/:id/messages', summary: 'What was sent to a destination, newest first: when and how, not what it said', permission: SHARE, params: ById,
  query: z.strictObject({ state: MessageState.optional(), after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }), reply: z.object({ items: z.array(Message), next: z.string().nullable() }),
});
export const replayMessages = endpoint({
  method: 'POST', path: '/destinations/:id/replay', summary: 'Send again what was queued since a time: what was given up, or everything', permission: SHARE, params: ById,
  body: z.strictObject({ since: z.iso.datetime({ offset: true }), what: z.enum(['given-up', 'everything']).default('given-up') }), reply: z.object({ queued: z.number() }),
});
export const replayMessage = endpoint({ method: 'POST', path: '/destinations/:id/messages/:rowId/replay', summary: 'Send one message again', permission: SHARE, params: ByMessage, reply: z.object({ queued: z.number() }) });
