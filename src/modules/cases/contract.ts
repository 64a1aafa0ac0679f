import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { PARTS, STATES } from './rules.ts';

export const CaseState = z.enum(STATES);
export const CasePart = z.enum(PARTS);
export const CaseSource = z.enum(['own', 'incident', 'alarm', 'report']);

const Time = z.iso.datetime({ offset: true, error: 'Write a time with its zone, like 2026-11-21T04:12:00Z' });
const Title = z.string().trim().min(1, 'Say in a few words what it is about').max(200);
const Text = z.string().trim().max(20_000);
const Reason = z.string().trim().min(3, 'Say why, in a few words').max(1_000);
const Key = z.string().min(1).max(40);
const ById = z.object({ id: z.uuid() });

export const CaseRow = z.object({
  id: z.uuid(), number: z.string(), title: z.string(), type: z.string(), state: CaseState, source: CaseSource, siteId: z.uuid().nullable(), site: z.string().nullable(), timeZone: z.string().nullable(),
  leadId: z.uuid(), lead: z.string(), openedAt: z.string(), closedAt: z.string().nullable(), version: z.number(),
});
export type CaseRow = z.infer<typeof CaseRow>;

export const listCases = endpoint({
  method: 'GET', path: '/', summary: 'Cases behind whose walls I stand, the latest first', permission: 'cases:read',
  query: z.object({
    state: z.enum(['open', 'any', ...STATES]).default('any'), type: Key.optional(), leadId: z.uuid().optional(), siteId: z.uuid().optional().describe('This site and all below it'), fromId: z.uuid().optional().describe('Opened from this incident or alarm'),
    q: z.string().trim().max(200).optional(), after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(CaseRow), next: z.string().nullable(), total: z.number().optional().describe('Only where all fit on this page') }),
});

export const Member = z.object({ personId: z.uuid(), name: z.string(), part: z.string(), partTitle: z.string(), since: z.string(), until: z.string().nullable() });
export type Member = z.infer<typeof Member>;
const From = z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string() });

export const Case = CaseRow.extend({
  summary: z.string(), openedBy: z.string(), members: z.array(Member), from: z.array(From).describe('Incidents and alarms from which it was opened, as far as I see them'), mine: z.array(z.string()).describe('What I may do in this room'),
});
export type Case = z.infer<typeof Case>;
export const readCase = endpoint({ method: 'GET', path: '/:id', summary: 'One case; the reading is recorded', permission: 'cases:read', params: ById, reply: Case });

/** What each verb answers: where the case stands now. `rowId` is the line that was added. */
export const Standing = z.object({ id: z.uuid(), number: z.string(), state: CaseState, version: z.number(), rowId: z.uuid().optional() });
export type Standing = z.infer<typeof Standing>;

export const openCase = endpoint({
  method: 'POST', path: '/', summary: 'Open a case behind a wall of its own, which I lead', permission: 'cases:open', status: 201,
  body: z.object({
    id: z.uuid().optional().describe('Made by the sender; the same again answers the same case'), title: Title.optional().describe('Taken from what it is opened from'), type: Key, summary: Text.default(''), siteId: z.uuid().nullable().optional(),
    custodianId: z.uuid().describe('Who keeps the wall beside me'), fromId: z.uuid().optional().describe('The incident or alarm that it is opened from, whose readers learn nothing of it'),
  }),
  reply: Standing,
});
export const changeCase = endpoint({
  method: 'PATCH', path: '/:id', summary: 'Change title, summary, type and site; If-Match refuses what was read before another change', permission: 'cases:write', params: ById,
  body: z.object({ title: Title, summary: Text, type: Key, siteId: z.uuid().nullable() }).partial(), reply: Standing,
});

export const admitMember = endpoint({
  method: 'POST', path: '/:id/members', summary: 'Let a person into the room, or give a member another part or end', permission: 'cases:wall', params: ById,
  body: z.object({ personId: z.uuid(), part: CasePart, until: Time.optional(), reason: Reason }), reply: Standing,
});
export const removeMember = endpoint({ method: 'POST', path: '/:id/members/remove', summary: 'Take a member out of the room', permission: 'cases:wall', params: ById, body: z.object({ personId: z.uuid(), reason: Reason }), reply: Standing });

export const TimelineItem = z.object({ id: z.uuid(), verb: z.string(), at: z.string(), person: z.string(), was: z.string().nullable(), became: z.string().nullable(), reason: z.string() });
export type TimelineItem = z.infer<typeof TimelineItem>;
export const readTimeline = endpoint({ method: 'GET', path: '/:id/timeline', summary: 'What became of the case, the earliest first', permission: 'cases:read', params: ById, reply: z.object({ items: z.array(TimelineItem) }) });
