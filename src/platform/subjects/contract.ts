import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.object({ id: z.uuid() });
const Words = z.string().trim().min(3, 'Say it in three characters or more').max(600);
const Page = { after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) };
const Person = z.object({ id: z.uuid(), name: z.string() });
const ERASE = 'retention:erase';

export const RequestKind = z.enum(['access', 'erasure']);
export const RequestState = z.enum(['received', 'checked', 'shown', 'approved', 'answered', 'done', 'refused', 'withdrawn']);
export const Request = z.object({
  id: z.uuid(), number: z.string(), kind: RequestKind, state: RequestState, name: z.string(), askedOn: z.string().describe('A day'), dueOn: z.string().describe('A month after, or three where it was extended (GDPR art. 12 (3))'),
  isExtended: z.boolean(), assignedTo: Person.nullable(), receivedAt: z.string(), endedAt: z.string().nullable(), version: z.number().int(),
});
export type Request = z.infer<typeof Request>;

const Finding = z.object({ table: z.string(), about: z.number().int().describe('Rows about the person'), named: z.number().int().describe('Rows that only name them'), did: z.number().int().describe('Rows of what they did') });
const Ask = z.object({ id: z.uuid(), state: z.enum(['waiting', 'released', 'refused', 'over']), askedAt: z.string(), decidedAt: z.string().nullable(), ground: z.string() });
export const WholeRequest = Request.extend({
  personId: z.uuid().nullable().describe('In the register; null where somebody is only named'), alsoKnown: z.array(z.string()), channel: z.string(), extendedWhy: z.string().nullable(),
  identity: z.object({ how: z.string(), by: Person, at: z.string() }).nullable(), receivedBy: Person, overrules: z.array(z.string()), lookedAt: z.string().nullable(), jobId: z.uuid().nullable(), decisionId: z.uuid().nullable(),
  approvedBy: Person.nullable(), outcome: z.string(), erasedNumber: z.number().int().nullable(), findings: z.array(Finding), outcomes: z.record(z.string(), z.number().int()).describe('How many rows go, are emptied, are renamed, stay, are kept, are held'),
  asks: z.array(Ask).describe('One for each wall behind which something stands, answered by who keeps it'), archive: z.object({ bytes: z.number().int(), sha256: z.string(), madeAt: z.string(), expiresAt: z.string() }).nullable(),
  keeps: z.array(z.object({ class: z.string(), basis: z.string(), isOverruled: z.boolean() })).describe('Schedules that keep something against the erasure'),
  elsewhere: z.object({ backups: z.number().int(), backupsUntil: z.string().nullable(), exports: z.number().int() }).describe('Where what is erased is still to be found'),
});
export type WholeRequest = z.infer<typeof WholeRequest>;

export const listRequests = endpoint({ method: 'GET', path: '/requests', summary: 'Requests of people about themselves, the newest first', permission: ERASE, query: z.object({ state: RequestState.optional(), ...Page }), reply: z.object({ items: z.array(Request), next: z.string().nullable() }) });
export const receiveRequest = endpoint({
  method: 'POST', path: '/requests', summary: 'Note that somebody asks what is held on them, or that it is erased; a month runs from the day they asked', permission: ERASE, status: 201,
  body: z.object({
    kind: RequestKind, personId: z.uuid().nullable().default(null).describe('In the register; absent where somebody is only named'), name: z.string().trim().min(3).max(120), alsoKnown: z.array(z.string().trim().min(3).max(120)).max(20).default([]).describe('Other names, addresses and numbers to look for'),
    askedOn: z.iso.date(), channel: z.string().trim().min(2).max(200).describe('How it came'),
  }),
  reply: Request,
});
export const readRequest = endpoint({ method: 'GET', path: '/requests/:id', summary: 'One request: how far it is, what was found, who keeps what', permission: ERASE, params: ById, reply: WholeRequest });
export const checkIdentity = endpoint({ method: 'POST', path: '/requests/:id/identity', summary: 'Say how it was made sure that the person asks for themselves', permission: ERASE, params: ById, body: z.object({ how: z.string().trim().min(3).max(400) }), reply: Request });
export const assignRequest = endpoint({ method: 'POST', path: '/requests/:id/assign', summary: 'Say who handles a request', permission: ERASE, params: ById, body: z.object({ personId: z.uuid() }), reply: Request });
export const extendRequest = endpoint({ method: 'POST', path: '/requests/:id/extend', summary: 'Extend by two months, once, with the reason that the person is told', permission: ERASE, params: ById, body: z.object({ reason: Words }), reply: Request });
export const lookForRequest = endpoint({
  method: 'POST', path: '/requests/:id/look', summary: 'Look for everything about the person, as a job; removes nothing', permission: ERASE, params: ById, status: 202,
  body: z.object({ overrules: z.array(z.string().regex(/^[a-z][a-z-]{1,39}$/)).max(20).default([]).describe('Classes whose schedules shall not keep what is erased') }), reply: z.object({ id: z.uuid(), jobId: z.uuid() }),
});

export const Outcome = z.enum(['given', 'removed', 'cleared', 'replaced', 'stays', 'kept', 'held']);
export const Treatment = z.enum(['masked', 'whole', 'withheld']);
export const Item = z.object({
  id: z.uuid(), table: z.string(), why: z.array(z.string()), at: z.string().nullable(), record: z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string() }).nullable(),
  body: z.record(z.string(), z.unknown()).nullable().describe('As it is; null once the request ended'), masked: z.record(z.string(), z.unknown()).nullable().describe('With other people masked'), treatment: Treatment, ground: z.string(),
  outcome: Outcome, because: z.string().describe('Why it is kept: `wall`, `name`, or `class:` and the class of a schedule'), hold: z.string().nullable().describe('Number of the legal hold, where I see it'),
});
export type Item = z.infer<typeof Item>;
export const listItems = endpoint({ method: 'GET', path: '/requests/:id/items', summary: 'What was found of the person, in the open or released', permission: ERASE, params: ById, query: z.object({ outcome: Outcome.optional(), ...Page }), reply: z.object({ items: z.array(Item), next: z.string().nullable() }) });
export const treatItem = endpoint({
  method: 'PATCH', path: '/items/:id', summary: 'Decide how one finding is handed out: other people masked, whole, or withheld (GDPR art. 15 (4))', permission: ERASE, params: ById,
  body: z.object({ treatment: Treatment, ground: z.string().trim().max(600).default('') }), reply: z.object({ id: z.uuid(), treatment: Treatment, ground: z.string() }),
});
export const packRequest = endpoint({ method: 'POST', path: '/requests/:id/archive', summary: 'Make the archive that the person is given, as a job', permission: ERASE, params: ById, status: 202, reply: z.object({ id: z.uuid(), jobId: z.uuid() }) });
export const fetchArchive = endpoint({ method: 'GET', path: '/requests/:id/archive', summary: 'The archive for the person, until it expires', permission: ERASE, params: ById, reply: null });
export const proposeErasure = endpoint({ method: 'POST', path: '/requests/:id/propose', summary: 'Propose that what was shown is erased; another person approves it', permission: ERASE, params: ById, status: 201, body: z.object({ reason: Words }), reply: z.object({ decisionId: z.uuid(), state: z.enum(['waiting', 'alone']) }) });
export const continueErasure = endpoint({ method: 'POST', path: '/requests/:id/continue', summary: 'Go on with an approved erasure whose job was stopped or failed', permission: ERASE, params: ById, status: 202, reply: z.object({ id: z.uuid(), jobId: z.uuid() }) });
export const endRequest = endpoint({
  method: 'POST', path: '/requests/:id/end', summary: 'End a request: answered, refused with the ground that the person is told, or withdrawn', permission: ERASE, params: ById,
  body: z.object({ state: z.enum(['answered', 'refused', 'withdrawn']), words: z.string().trim().min(3).max(1000).describe('How it was handed over, or on which ground it is refused') }), reply: Request,
});

export const WallAsk = z.object({ id: z.uuid(), kind: RequestKind, name: z.string(), state: z.enum(['waiting', 'released', 'refused', 'over']), askedAt: z.string(), ground: z.string(), found: z.number().int() });
export type WallAsk = z.infer<typeof WallAsk>;
export const listAsks = endpoint({ method: 'GET', path: '/asks', summary: 'What I am asked to release from behind walls that I keep', permission: 'retention:hold', query: z.object(Page), reply: z.object({ items: z.array(WallAsk), next: z.string().nullable() }) });
export const readAsk = endpoint({
  method: 'GET', path: '/asks/:id', summary: 'What was found of the person behind a wall that I keep', permission: 'retention:hold', params: ById,
  reply: WallAsk.extend({ items: z.array(z.object({ id: z.uuid(), table: z.string(), why: z.array(z.string()), at: z.string().nullable(), body: z.record(z.string(), z.unknown()) })).describe('The first 200') }),
});
export const answerAsk = endpoint({
  method: 'POST', path: '/asks/:id/answer', summary: 'Release what stands behind the wall to who handles the request, or refuse with the ground (GDPR art. 15 (4), 23)', permission: 'retention:hold', params: ById,
  body: z.object({ isReleased: z.boolean(), ground: Words }), reply: z.object({ id: z.uuid(), state: z.enum(['released', 'refused']) }),
});
