import { z } from 'zod';
import { Channel, DeliveryState } from '#platform/deliver/contract.ts';
import { endpoint } from '#platform/kernel/contract.ts';
import { LANGUAGES } from '#platform/kernel/language.ts';

const ById = z.object({ id: z.uuid() });
export const Notice = z.object({
  id: z.uuid(), class: z.string(), title: z.string(), urgent: z.boolean(), words: z.string(), at: z.string(), readAt: z.string().nullable(), acknowledgedAt: z.string().nullable(),
  isOver: z.boolean().describe('Somebody took it, or it has ended, so that nothing is asked of me any more'),
  record: z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string(), isWalled: z.boolean() }).nullable(),
  path: z.string().nullable().describe('A page of ours, for what is no record'),
  sent: z.array(z.object({ channel: Channel, state: DeliveryState, reason: z.string(), at: z.string().nullable() })).describe('How it went out, as proof'),
});
export type Notice = z.infer<typeof Notice>;

export const listNotices = endpoint({
  method: 'GET', path: '/notices', summary: 'My notices, newest first', permission: 'signed-in',
  query: z.object({ state: z.enum(['all', 'unread']).default('all'), after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(Notice), next: z.string().nullable() }),
});
export const readNotice = endpoint({ method: 'GET', path: '/notices/:id', summary: 'One notice of mine', permission: 'signed-in', params: ById, reply: Notice });
export const countNotices = endpoint({ method: 'GET', path: '/unread', summary: 'How many of my notices are unread, and how many want to be acknowledged', permission: 'signed-in', reply: z.object({ unread: z.number().int(), urgent: z.number().int() }) });
export const markRead = endpoint({ method: 'POST', path: '/notices/:id/read', summary: 'Mark a notice of mine as read', permission: 'signed-in', params: ById, reply: ById });
export const markAllRead = endpoint({ method: 'POST', path: '/read-all', summary: 'Mark all my notices as read, but for those to acknowledge', permission: 'signed-in', reply: z.object({ count: z.number().int() }) });
export const acknowledgeNotice = endpoint({ method: 'POST', path: '/notices/:id/acknowledge', summary: 'Acknowledge an urgent notice of mine: nobody else is told next', permission: 'signed-in', params: ById, reply: ById });

export const ClassWish = z.strictObject({ class: z.string().max(60), channels: z.array(Channel).max(3) });
export const QuietHours = z.strictObject({ zone: z.string().max(60), fromMinute: z.number().int().min(0).max(1439), toMinute: z.number().int().min(0).max(1439) });
export const Preferences = z.object({
  quiet: QuietHours.nullable(), language: z.enum(LANGUAGES).describe('In which what leaves for me is said'),
  classes: z.array(z.object({ class: z.string(), title: z.string(), urgent: z.boolean(), channels: z.array(Channel), isOwn: z.boolean().describe('Wished so by me; else as shipped') })),
});
export type Preferences = z.infer<typeof Preferences>;
export const readPreferences = endpoint({ method: 'GET', path: '/preferences', summary: 'How I want to be told', permission: 'signed-in', reply: Preferences });
export const setPreferences = endpoint({ method: 'PUT', path: '/preferences', summary: 'Say how I want to be told: channels by class, quiet hours, language', permission: 'signed-in', body: z.object({ quiet: QuietHours.nullable(), language: z.enum(LANGUAGES).default('en'), classes: z.array(ClassWish).max(200) }), reply: Preferences });
export const tellMyself = endpoint({ method: 'POST', path: '/test', summary: 'Send myself a notice by every channel, to see that they work', permission: 'signed-in', status: 201, reply: ById });

const Step = z.strictObject({ role: z.string().min(1).max(60), withinS: z.number().int().min(30).max(86_400).describe('Seconds to acknowledge before the next step') });
export const Ladder = z.object({ class: z.string(), title: z.string(), isOwn: z.boolean(), steps: z.array(z.object({ role: z.string(), roleTitle: z.string(), withinS: z.number().int() })), changedAt: z.string().nullable(), changedBy: z.string().nullable() });
export type Ladder = z.infer<typeof Ladder>;
export const listLadders = endpoint({ method: 'GET', path: '/ladders', summary: 'Who is told in turn while nobody acknowledges', permission: 'notify:ladders', reply: z.object({ items: z.array(Ladder), roles: z.array(z.object({ key: z.string(), title: z.string() })) }) });
export const setLadder = endpoint({
  method: 'PUT', path: '/ladders', summary: 'Say who is told in turn for a class of notices; no steps: as shipped', permission: 'notify:ladders',
  body: z.object({ class: z.string().max(60), steps: z.array(Step).max(8), reason: z.string().trim().min(3, 'Say why').max(400) }), reply: z.object({ class: z.string() }),
});
