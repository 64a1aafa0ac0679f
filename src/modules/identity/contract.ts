import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { Begin, Given } from './rights-contract.ts';
import { SeeingAs } from './see-as/contract.ts';

export { Begin } from './rights-contract.ts';
export * from './glass-contract.ts';

export * from './keys/contract.ts';
export * from './oidc/contract.ts';
export * from './passkeys/contract.ts';
export * from './recovery/contract.ts';
export * from './see-as/contract.ts';
export * from './sessions/contract.ts';
export * from './sign-in/contract.ts';

export const Email = z.email('Write it like name@company.example').max(200);
export const NewPassword = z.string().min(12, 'Use at least 12 characters').max(200);
const Name = z.string().trim().min(1, 'Say who').max(120);
const ById = z.object({ id: z.uuid() });

export const RoleName = z.object({ key: z.string(), title: z.string() });
export const Me = z.object({
  personId: z.uuid(),
  name: z.string(),
  email: z.string().nullable(),
  roles: z.array(RoleName),
  permissions: z.array(z.string()),
  organisation: z.string(),
  demo: z.boolean(),
  seeingAs: SeeingAs.nullable().describe('With whose rights I see meanwhile, read only; the permissions are those'),
});
export type Me = z.infer<typeof Me>;

export const setupState = endpoint({ method: 'GET', path: '/setup', summary: 'Does this installation still need its first administrator?', permission: 'public', reply: z.object({ needed: z.boolean() }) });

export const setup = endpoint({
  method: 'POST', path: '/setup', summary: 'Found the organisation and its first administrator', permission: 'public', status: 201,
  body: z.object({ organisation: Name, name: Name, email: Email, password: NewPassword }),
  reply: z.object({ personId: z.uuid() }),
});

export const signOut = endpoint({ method: 'POST', path: '/sign-out', summary: 'End this session', permission: 'signed-in', throughLens: true, reply: z.object({ ended: z.boolean() }) });
export const me = endpoint({ method: 'GET', path: '/me', summary: 'Who I am and what I may do', permission: 'signed-in', reply: Me });
export const changePassword = endpoint({
  method: 'POST', path: '/password', summary: 'Change my own password; ends my other sessions', permission: 'signed-in',
  body: z.object({ current: z.string().min(1).max(200), next: NewPassword }),
  reply: z.object({ changed: z.boolean() }),
});

export const Session = z.object({ id: z.uuid(), kind: z.enum(['browser', 'key']), label: z.string(), createdAt: z.string(), lastSeenAt: z.string(), expiresAt: z.string(), address: z.string().nullable(), agent: z.string().nullable(), current: z.boolean() });
export const listSessions = endpoint({ method: 'GET', path: '/sessions', summary: 'My sessions', permission: 'signed-in', reply: z.object({ items: z.array(Session) }) });
export const endSession = endpoint({ method: 'DELETE', path: '/sessions/:id', summary: 'End one of my sessions', permission: 'signed-in', params: ById, reply: z.object({ ended: z.boolean() }) });

export const Role = z.object({
  id: z.number(), key: z.string(), title: z.string(), purpose: z.string(), maxGrantDays: z.number().nullable(), permissions: z.array(z.string()),
  may: z.array(z.object({ key: z.string(), title: z.string() })).describe('The permissions in words'),
});
export type Role = z.infer<typeof Role>;
export const listRoles = endpoint({
  method: 'GET', path: '/roles', summary: 'Roles that can be given to a person, or to an API key, with what each may do', permission: 'signed-in',
  query: z.object({ for: z.enum(['person', 'key']).default('person') }), reply: z.object({ items: z.array(Role) }),
});

export const Grant = z.object({
  id: z.uuid(), personId: z.uuid(), person: z.string(), roleKey: z.string(), role: z.string(),
  siteId: z.uuid().nullable(), since: z.string(), until: z.string().nullable(), reason: z.string(), grantedBy: z.string().nullable(),
  approvedBy: z.string().nullable().describe('The second person, where it took two'), isAlone: z.boolean().describe('Given by one person while nobody else could decide'), decisionId: z.uuid().nullable(),
});
export type Grant = z.infer<typeof Grant>;
export const listGrants = endpoint({
  method: 'GET', path: '/grants', summary: 'Grants in force or to come', permission: 'identity:read',
  query: z.object({ personId: z.uuid().optional(), after: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).default(100) }),
  reply: z.object({ items: z.array(Grant), next: z.uuid().nullable() }),
});
export const grantRole = endpoint({
  method: 'POST', path: '/grants', summary: 'Grant a role over the organisation or a site and all below it; what is more than one’s own to give waits for another person', permission: 'identity:grant', status: 201,
  body: z.object({ personId: z.uuid(), ...Begin.shape, reason: z.string().trim().min(3, 'Say why').max(400) }),
  reply: Given,
});
export const endGrant = endpoint({
  method: 'POST', path: '/grants/:id/end', summary: 'End a grant now', permission: 'identity:grant', params: ById,
  body: z.object({ reason: z.string().trim().min(3, 'Say why').max(400) }),
  reply: z.object({ id: z.uuid() }),
});

export const createKey = endpoint({
  method: 'POST', path: '/keys', summary: 'Make an API key that acts as a service with one role; its secret is shown once', permission: 'identity:sessions', status: 201,
  body: z.object({
    name: Name, roleKey: z.string().max(60), siteId: z.uuid().nullable().default(null), until: z.iso.datetime({ offset: true }).optional(),
    ownerId: z.uuid().optional().describe('Whose own it is: it ends with them. Walls close to them until a member lets them in again'),
  }),
  reply: z.object({ id: z.uuid(), personId: z.uuid(), secret: z.string().nullable().describe('Shown once: null where the same request comes again') }),
});
export const listKeys = endpoint({ method: 'GET', path: '/keys', summary: 'API keys, without their secrets', permission: 'identity:sessions', reply: z.object({ items: z.array(z.object({ id: z.uuid(), label: z.string(), role: z.string().nullable(), siteId: z.uuid().nullable(), owner: z.string().nullable(), madeBy: z.string().nullable(), createdAt: z.string(), lastSeenAt: z.string(), expiresAt: z.string().nullable() })) }) });
export const revokeKey = endpoint({ method: 'DELETE', path: '/keys/:id', summary: 'Revoke an API key', permission: 'identity:sessions', params: ById, reply: z.object({ revoked: z.boolean() }) });
