import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';

const ById = z.object({ id: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why').max(400);

const PersonLink = z.object({ id: z.uuid(), provider: z.string(), subject: z.string(), knownAs: z.string(), madeAt: z.string(), madeBy: z.string(), lastUsedAt: z.string().nullable() });
export type PersonLink = z.infer<typeof PersonLink>;
export const PersonFactors = z.object({ totpSince: z.string().nullable(), passkeys: z.number().int(), suspects: z.number().int().describe('Passkeys that may have been copied, and let in no more'), codesLeft: z.number().int(), isRequired: z.boolean(), links: z.array(PersonLink) });
export type PersonFactors = z.infer<typeof PersonFactors>;
export const factorsOfPerson = endpoint({ method: 'GET', path: '/:id/factors', summary: 'What a person signs in with beside a password, for who administers sign-ins', permission: 'identity:read', params: ById, reply: PersonFactors });
export const resetFactors = endpoint({ method: 'POST', path: '/:id/factors/reset', summary: 'Take every second factor away from who lost theirs; their sessions end and walls close to them until a member lets them in again', permission: 'identity:invite', params: ById, body: z.object({ reason: Reason }), reply: z.object({ id: z.uuid() }) });
export const makeResetLink = endpoint({ method: 'POST', path: '/:id/reset-link', summary: 'Make a link with which a person sets their own password, once and within a day; walls close to them at once', permission: 'identity:invite', params: ById, reply: z.object({ url: z.string(), expiresAt: z.string() }) });

export const PersonSession = z.object({ id: z.uuid(), createdAt: z.string(), lastSeenAt: z.string(), expiresAt: z.string(), address: z.string().nullable(), agent: z.string().nullable(), openedWith: z.array(z.string()).nullable() });
export type PersonSession = z.infer<typeof PersonSession>;
export const sessionsOfPerson = endpoint({ method: 'GET', path: '/:id/sessions', summary: 'Open sessions of a person', permission: 'identity:sessions', params: ById, reply: z.object({ items: z.array(PersonSession) }) });
export const endSessionsOfPerson = endpoint({
  method: 'POST', path: '/:id/sessions/end', summary: 'End one session of a person, or all of them', permission: 'identity:sessions', params: ById,
  body: z.object({ sessionId: z.uuid().nullable().default(null).describe('null: all of them') }), reply: z.object({ ended: z.number().int() }),
});

export const linkPerson = endpoint({
  method: 'POST', path: '/:id/links', summary: 'Link a person with a provider of single sign-on by the subject that it knows them by; walls close to them until a member lets them in again', permission: 'identity:invite', params: ById, status: 201,
  body: z.object({ providerId: z.uuid(), subject: z.string().trim().min(1, 'As the provider names them').max(255) }), reply: z.object({ id: z.uuid() }),
});
export const unlinkPerson = endpoint({ method: 'POST', path: '/:id/links/end', summary: 'A provider signs a person in no more; their sessions end and walls close to them until a member lets them in again', permission: 'identity:invite', params: ById, body: z.object({ linkId: z.uuid() }), reply: z.object({ id: z.uuid() }) });
