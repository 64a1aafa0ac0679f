import { z } from 'zod';
import { Begin } from '#modules/identity/contract.ts';
import { endpoint } from '#platform/kernel/contract.ts';

export * from './sign-in-contract.ts';

const ById = z.object({ id: z.uuid() });
const Name = z.string().trim().min(1, 'Say who').max(120);
const Line = z.string().trim().max(120);
const Phone = z.string().trim().regex(/^\+?[\d ()./-]{3,40}$/, 'Digits, with the country first: +31 30 123 4567');
const Email = z.email('Write it like name@company.example').max(200);
const NewPassword = z.string().min(12, 'Use at least 12 characters').max(200);
const Reason = z.string().trim().min(3, 'Say why').max(400);
export const PersonState = z.enum(['invited', 'active', 'suspended', 'leaver']);

export const Person = z.object({
  id: z.uuid(), name: z.string(), state: PersonState, title: z.string(), department: z.string(), employer: z.string(), email: z.string().nullable(), phone: z.string().nullable(),
  siteId: z.uuid().nullable(), site: z.string().nullable().describe('Name of the home site, where it is for me to see'), createdAt: z.string(), version: z.number(),
});
export type Person = z.infer<typeof Person>;

export const listPeople = endpoint({
  method: 'GET', path: '/', summary: 'People of the register that I may see, by name', permission: 'people:read',
  query: z.object({
    state: PersonState.optional(), siteId: z.uuid().optional().describe('With this home site, or one below it'),
    q: z.string().trim().max(100).optional().describe('Words in name, title, employer or e-mail'),
    after: z.string().max(2000).optional(), limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(Person), next: z.string().nullable(), total: z.number() }),
});

export const findNames = endpoint({
  method: 'GET', path: '/names', summary: 'Active people by name, to choose one from', permission: 'signed-in',
  query: z.object({ q: z.string().trim().max(100).optional(), limit: z.coerce.number().int().min(1).max(50).default(20) }),
  reply: z.object({ items: z.array(z.object({ id: z.uuid(), name: z.string() })) }),
});

export const readPerson = endpoint({
  method: 'GET', path: '/:id', summary: 'One person; sign-in and state for who administers sign-ins', permission: 'people:read', params: ById,
  reply: Person.extend({
    signIn: z.object({ email: z.string(), changedAt: z.string(), changedBy: z.string().nullable() }).nullable(),
    turn: z.object({ state: z.string(), reason: z.string(), at: z.string(), by: z.string() }).nullable().describe('The last change of state'),
    manager: z.object({ id: z.uuid(), name: z.string() }).nullable().describe('To whom this person reports'),
  }),
});

const FACTS = { title: Line.optional(), department: Line.optional(), employer: Line.optional(), email: Email.nullable().optional(), phone: Phone.nullable().optional(), siteId: z.uuid().nullable().optional() };

export const addPerson = endpoint({
  method: 'POST', path: '/', summary: 'Add a person; with signIn they get an address to sign in with, and with a password they may at once', permission: 'people:write', status: 201,
  body: z.object({ name: Name, ...FACTS, signIn: z.strictObject({ email: Email, password: NewPassword.nullable().default(null) }).optional() }),
  reply: Person,
});
export const changePerson = endpoint({ method: 'PATCH', path: '/:id', summary: 'Change what is known of a person; If-Match guards against a change by another', permission: 'people:write', params: ById, body: z.object({ name: Name.optional(), ...FACTS }), reply: Person });

const Piece = z.object({ kind: z.string().describe('`alarm`, `task`, `incident`'), id: z.uuid(), recordId: z.uuid(), recordKind: z.string(), number: z.string().nullable(), title: z.string() });
export const HandedOver = Piece.extend({ toId: z.uuid().nullable().describe('Null: back where it is taken from'), to: z.string().nullable(), cause: z.enum(['suspended', 'left', 'moved']), at: z.string() });
export type HandedOver = z.infer<typeof HandedOver>;
export const listOpenWork = endpoint({ method: 'GET', path: '/:id/open-work', summary: 'What a person holds that would be handed over, of what I see', permission: 'identity:invite', params: ById, reply: z.object({ items: z.array(Piece) }) });
export const listHandedOver = endpoint({ method: 'GET', path: '/:id/handed-over', summary: 'What was handed over for a person, of what I see', permission: 'identity:invite', params: ById, query: z.object({ handoverId: z.uuid().optional().describe('Of this handing over alone') }), reply: z.object({ items: z.array(HandedOver) }) });

const Turned = z.object({ id: z.uuid(), state: z.string() });
const turn = <const P extends `/:id/${string}`>(path: P, summary: string) => endpoint({ method: 'POST', path, summary, permission: 'identity:invite', params: ById, body: z.object({ reason: Reason }), reply: Turned });
const ending = <const P extends `/:id/${string}`>(path: P, summary: string) => endpoint({
  method: 'POST', path, summary, permission: 'identity:invite', params: ById,
  body: z.object({ reason: Reason, handTo: z.uuid().nullable().default(null).describe('Who gets their open work, as far as they may have it; back to the queue where not said') }),
  reply: Turned.extend({ handoverId: z.uuid().nullable().describe('What became of their work is read by it') }),
});
export const suspendPerson = ending('/:id/suspend', 'Suspend a person: every session and key ends at once, open work is handed over');
export const reactivatePerson = turn('/:id/reactivate', 'Let a suspended person in again');
export const markLeaver = ending('/:id/leave', 'Mark a person as having left, for good: every session, key, role and place behind a wall ends at once, open work is handed over');

export const setManager = endpoint({ method: 'PUT', path: '/:id/manager', summary: 'Say to whom a person reports, or to nobody', permission: 'people:write', params: ById, body: z.object({ managerId: z.uuid().nullable() }), reply: z.object({ id: z.uuid(), managerId: z.uuid().nullable() }) });

export const movePerson = endpoint({
  method: 'POST', path: '/:id/move', summary: 'Move a person in one step: home site, roles that end and roles that begin, all or nothing', permission: 'identity:grant', params: ById,
  body: z.object({
    siteId: z.uuid().nullable().optional().describe('The new home site; as it is where not said'), ends: z.array(z.uuid()).max(50).default([]).describe('Grants that end'), begins: z.array(Begin).max(20).default([]),
    at: z.iso.datetime({ offset: true }).optional().describe('When roles end and begin; now where not said. The home site changes at once'), handTo: z.uuid().nullable().default(null).describe('Who gets the work that they may not do any more'), reason: Reason,
  }),
  reply: z.object({ state: z.enum(['moved', 'alone', 'waiting']), decisionId: z.uuid().nullable() }),
});

export const setSignIn = endpoint({ method: 'PUT', path: '/:id/sign-in', summary: 'Give a person an address to sign in with, or another one; their sessions end and walls close to them', permission: 'identity:invite', params: ById, body: z.object({ email: Email, password: NewPassword.nullable().default(null) }), reply: z.object({ id: z.uuid() }) });
export const resetPassword = endpoint({ method: 'POST', path: '/:id/reset-password', summary: 'Give a person a new password; their sessions end and walls close to them until a member lets them in again', permission: 'identity:invite', params: ById, body: z.object({ password: NewPassword }), reply: z.object({ id: z.uuid() }) });
