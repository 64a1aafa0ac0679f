import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

export const EXPECTED_STATES = ['missing', 'help', 'safe', 'away'] as const;
export type ExpectedState = (typeof EXPECTED_STATES)[number];

const ById = z.strictObject({ id: z.uuid() });
const State = z.enum(EXPECTED_STATES);

export const Muster = z.object({
  id: z.uuid(), number: z.string(), title: z.string(), siteId: z.uuid().nullable(), site: z.string().nullable(), state: z.enum(['open', 'closed']), openedAt: z.string(), openedBy: z.string(), closedAt: z.string().nullable(), closedBy: z.string().nullable(),
  expected: z.number(), missing: z.number(), help: z.number(), safe: z.number(), away: z.number().describe('Not at the site'), version: z.number(),
});
export type Muster = z.infer<typeof Muster>;
export const Expected = z.object({ id: z.uuid(), name: z.string(), isGuest: z.boolean(), state: State, place: z.string(), saidAt: z.string().nullable(), saidBy: z.string().nullable(), way: z.enum(['self', 'warden', 'notice']).nullable() });
export type Expected = z.infer<typeof Expected>;
export const MusterDetail = Muster.extend({ report: z.string(), noticeId: z.uuid().nullable(), people: z.array(Expected).describe('Who is missing first'), about: z.array(z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string() })) });
export type MusterDetail = z.infer<typeof MusterDetail>;

export const listMusters = endpoint({
  method: 'GET', path: '/musters', summary: 'Roll calls that I may see, newest first', permission: 'notices:muster', query: z.strictObject({ state: z.enum(['open', 'closed']).optional(), after: z.string().max(300).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(Muster), next: z.string().nullable() }),
});
export const readMuster = endpoint({ method: 'GET', path: '/musters/:id', summary: 'One roll call, who is missing first', permission: 'notices:muster', params: ById, reply: MusterDetail });
export const openMuster = endpoint({
  method: 'POST', path: '/musters', summary: 'Open a roll call: of everybody whose home is at a site, of whom a notification went to, or of people; its id is made by who opens it', permission: 'notices:muster', status: 201,
  body: z.strictObject({
    id: z.uuid(), title: z.string().trim().min(1, 'Give it a title').max(120), siteId: z.uuid().nullable().default(null), everyone: z.boolean().default(false), noticeId: z.uuid().optional().describe('Its answers count here, those that were given already too'),
    personIds: z.array(z.uuid()).max(2000).default([]), guests: z.array(z.string().trim().min(1).max(120)).max(200).default([]).describe('Names of who is not in the register'), incidentId: z.uuid().optional(),
  }),
  reply: MusterDetail,
});
export const markExpected = endpoint({
  method: 'POST', path: '/musters/:id/mark', summary: 'A warden says what is known of somebody; the last word stands', permission: 'notices:muster', params: ById,
  body: z.strictObject({ expectedIds: z.array(z.uuid()).min(1).max(200), state: State, place: z.string().trim().max(200).default('') }), reply: MusterDetail,
});
export const addExpected = endpoint({
  method: 'POST', path: '/musters/:id/people', summary: 'Somebody else is expected', permission: 'notices:muster', params: ById, status: 201, body: z.strictObject({ personIds: z.array(z.uuid()).max(200).default([]), guests: z.array(z.string().trim().min(1).max(120)).max(200).default([]) }), reply: MusterDetail,
});
export const closeMuster = endpoint({ method: 'POST', path: '/musters/:id/close', summary: 'Close it, with what was found', permission: 'notices:muster', params: ById, body: z.strictObject({ report: z.string().trim().min(3, 'Say what was found').max(4000) }), reply: MusterDetail });
export const missingCsv = endpoint({ method: 'GET', path: '/musters/:id/missing.csv', summary: 'Who is missing or needs help, as a file for who searches', permission: 'notices:muster', params: ById, reply: null });

export const MyMuster = z.object({ id: z.uuid(), number: z.string(), title: z.string(), openedAt: z.string(), state: State, place: z.string(), saidAt: z.string().nullable() });
export const listMyMusters = endpoint({ method: 'GET', path: '/mine/musters', summary: 'Open roll calls that expect me', permission: 'signed-in', reply: z.object({ items: z.array(MyMuster) }) });
export const sayHowIAm = endpoint({ method: 'POST', path: '/mine/musters/:id', summary: 'Say how I am in a roll call', permission: 'signed-in', params: ById, body: z.strictObject({ state: z.enum(['safe', 'help', 'away']), place: z.string().trim().max(200).default('') }), reply: MyMuster });
