import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.object({ id: z.uuid() });
const ByRow = z.object({ id: z.uuid(), rowId: z.uuid() });
const Name = z.string().trim().min(1, 'Say what people call it').max(80);
const Reason = z.string().trim().min(3, 'Say why').max(400);

/** Which of what a directory sends is the subject by which the provider of single sign-on knows somebody. */
export const SubjectFrom = z.enum(['none', 'external-id', 'user-name']);
export type SubjectFrom = z.infer<typeof SubjectFrom>;

export const Key = z.object({ id: z.uuid(), name: z.string(), createdAt: z.string(), lastSeenAt: z.string(), until: z.string().nullable() });
export type Key = z.infer<typeof Key>;

export const Directory = z.object({
  id: z.uuid(), name: z.string(), providerId: z.uuid().nullable(), provider: z.string().nullable(), subjectFrom: SubjectFrom, adopts: z.boolean(), isOn: z.boolean(),
  madeAt: z.string(), madeBy: z.string(), keys: z.array(Key), people: z.number().int().describe('People who came with it'), groups: z.number().int(), lastAt: z.string().nullable().describe('When something came last'),
});
export type Directory = z.infer<typeof Directory>;

export const listDirectories = endpoint({
  method: 'GET', path: '/', summary: 'Directories of the company that say who is here (SCIM 2.0), with their keys', permission: 'identity:sessions',
  reply: z.object({ items: z.array(Directory), address: z.string().describe('The SCIM address that a directory is told') }),
});
export const addDirectory = endpoint({
  method: 'POST', path: '/', summary: 'Let a directory of the company say who is here', permission: 'identity:sessions', status: 201,
  body: z.object({
    name: Name, providerId: z.uuid().nullable().default(null).describe('The provider of single sign-on that knows the same people'), subjectFrom: SubjectFrom.default('none').describe('With a provider: which of what the directory sends is its subject'),
    adopts: z.boolean().default(false).describe('It may take over people who are here already, by their address to sign in with'),
  }),
  reply: z.object({ id: z.uuid() }),
});
export const changeDirectory = endpoint({
  method: 'PATCH', path: '/:id', summary: 'Rename a directory, switch it on or off, or say whether it may take over people who are here', permission: 'identity:sessions', params: ById,
  body: z.object({ name: Name.optional(), adopts: z.boolean().optional(), isOn: z.boolean().optional() }), reply: z.object({ id: z.uuid() }),
});
export const addDirectoryKey = endpoint({
  method: 'POST', path: '/:id/keys', summary: 'Make a key for a directory; its secret is shown once', permission: 'identity:sessions', params: ById, status: 201,
  body: z.object({ name: Name, until: z.iso.datetime({ offset: true }).optional() }),
  reply: z.object({ id: z.uuid(), secret: z.string().nullable().describe('Shown once: null where the same request comes again') }),
});
export const endDirectoryKey = endpoint({ method: 'DELETE', path: '/:id/keys/:rowId', summary: 'End a key of a directory', permission: 'identity:sessions', params: ByRow, reply: z.object({ ended: z.boolean() }) });

export const Mapping = z.object({
  id: z.uuid(), roleKey: z.string(), role: z.string(), siteId: z.uuid().nullable(), madeBy: z.string(), approvedBy: z.string().nullable(), madeAt: z.string(), until: z.string().nullable(), isOver: z.boolean(), reason: z.string(),
  given: z.number().int(), refused: z.array(z.object({ personId: z.uuid(), person: z.string(), why: z.string() })).describe('Members to whom it gives nothing, and why'),
});
export type Mapping = z.infer<typeof Mapping>;
export const Group = z.object({ id: z.uuid(), name: z.string(), members: z.number().int(), changedAt: z.string(), mappings: z.array(Mapping) });
export type Group = z.infer<typeof Group>;
export const listDirectoryGroups = endpoint({
  method: 'GET', path: '/:id/groups', summary: 'Groups of a directory, and what each gives', permission: 'identity:sessions', params: ById,
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(200), after: z.uuid().optional() }), reply: z.object({ items: z.array(Group), next: z.uuid().nullable() }),
});
export const mapGroup = endpoint({
  method: 'POST', path: '/:id/mappings', summary: 'Let a group give a role to its members; what is more than one’s own to give waits for another person', permission: 'identity:grant', params: ById, status: 201,
  body: z.object({ groupId: z.uuid(), roleKey: z.string().max(60), siteId: z.uuid().nullable().default(null), reason: Reason }),
  reply: z.object({ id: z.uuid().nullable().describe('null while it waits'), state: z.enum(['given', 'alone', 'waiting']), decisionId: z.uuid().nullable() }),
});
export const endMapping = endpoint({ method: 'POST', path: '/:id/mappings/:rowId/end', summary: 'A group gives a role no more: what it gave ends at once', permission: 'identity:grant', params: ByRow, body: z.object({ reason: Reason }), reply: z.object({ ended: z.number().int() }) });

export const Arrival = z.object({ id: z.uuid(), at: z.string(), what: z.string(), about: z.string(), status: z.number().int(), why: z.string().nullable() });
export type Arrival = z.infer<typeof Arrival>;
export const listArrivals = endpoint({
  method: 'GET', path: '/:id/arrivals', summary: 'The latest that a directory sent, and what was refused and why', permission: 'identity:sessions', params: ById,
  query: z.object({ refused: z.enum(['true', 'false']).default('false').describe('Only what was refused') }), reply: z.object({ items: z.array(Arrival) }),
});
