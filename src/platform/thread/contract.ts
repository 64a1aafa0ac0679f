import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { MOST_MENTIONS } from './rules.ts';

const ById = z.object({ id: z.uuid() });
const OnRecord = z.object({ recordId: z.uuid() });
const Named = z.object({ id: z.uuid(), name: z.string() });
const Words = z.string().trim().min(1, 'Write something').max(4000);
const Mentions = z.array(z.uuid()).max(MOST_MENTIONS, 'Name at most twenty people').describe('Who is named in the text, each by @ and the whole name; they are told');
const Reason = z.string().trim().min(3, 'Say why').max(1000);
const struck = { struckAt: z.string().nullable(), struckBy: z.string().nullable(), struckReason: z.string().nullable() };

export const Comment = z.object({
  id: z.uuid(), recordId: z.uuid(), text: z.string(), mentions: z.array(Named), author: Named, at: z.string(), editedAt: z.string().nullable(), ...struck, version: z.number(),
  editableUntil: z.string().nullable().describe('Until when I may change it; null where I may not'),
});
export type Comment = z.infer<typeof Comment>;

export const listComments = endpoint({
  method: 'GET', path: '/comments', summary: 'Comments on a record, newest first, struck ones among them', permission: 'thread:read',
  query: OnRecord.extend({ after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(30) }), reply: z.object({ items: z.array(Comment), next: z.string().nullable() }),
});
export const addComment = endpoint({ method: 'POST', path: '/comments', summary: 'Comment on a record; who is mentioned is told', permission: 'thread:write', status: 201, body: z.object({ recordId: z.uuid(), text: Words, mentions: Mentions.default([]) }), reply: Comment });
export const editComment = endpoint({ method: 'PATCH', path: '/comments/:id', summary: 'Change a comment of one’s own, within a quarter of an hour; If-Match guards against a change elsewhere', permission: 'thread:write', params: ById, body: z.object({ text: Words, mentions: Mentions.default([]) }), reply: Comment });
export const strikeComment = endpoint({ method: 'POST', path: '/comments/:id/strike', summary: 'Strike a comment, with the reason; it stays and shows struck', permission: 'thread:write', params: ById, body: z.object({ reason: Reason }), reply: Comment });
export const findMentionable = endpoint({
  method: 'GET', path: '/mentionable', summary: 'Active people who see a record, by name: whom a comment on it may mention', permission: 'thread:write',
  query: OnRecord.extend({ q: z.string().trim().max(100).optional(), limit: z.coerce.number().int().min(1).max(50).default(8) }), reply: z.object({ items: z.array(Named) }),
});

/** How one record is linked with another; each but `relates-to` reads differently from its other end. */
export const LinkKind = z.enum(['relates-to', 'caused-by', 'duplicate-of', 'follows', 'part-of']);
export type LinkKind = z.infer<typeof LinkKind>;

export const Link = z.object({
  id: z.uuid().nullable().describe('Null for what Parapet itself joined, which nobody strikes'), kind: z.enum([...LinkKind.options, 'became', 'followed', 'told']), isFrom: z.boolean().describe('Read from the record that was asked for; else from the other end'),
  other: z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string(), state: z.string(), isWalled: z.boolean() }), at: z.string(), by: z.string(), ...struck,
});
export type Link = z.infer<typeof Link>;

export const listLinks = endpoint({ method: 'GET', path: '/links', summary: 'Links of a record with others that I see, from both ends, the latest first', permission: 'thread:read', query: OnRecord.extend({ show: z.enum(['standing', 'all']).default('standing') }), reply: z.object({ items: z.array(Link) }) });
export const drawLink = endpoint({ method: 'POST', path: '/links', summary: 'Link a record with another that I see', permission: 'thread:write', status: 201, body: z.object({ recordId: z.uuid(), toId: z.uuid(), kind: LinkKind }), reply: Link });
export const strikeLink = endpoint({ method: 'POST', path: '/links/:id/strike', summary: 'Strike a link, with the reason', permission: 'thread:write', params: ById, body: z.object({ reason: Reason }), reply: z.object({ id: z.uuid() }) });

export const listSteps = endpoint({
  method: 'GET', path: '/steps', summary: 'What happened to a record, the latest first, about a second after it did: when, who and what', permission: 'thread:read',
  query: OnRecord.extend({ after: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).default(30) }),
  reply: z.object({ items: z.array(z.object({ id: z.uuid().describe('Its entry in the ledger'), at: z.string(), by: z.string(), words: z.string() })), next: z.string().nullable() }),
});
