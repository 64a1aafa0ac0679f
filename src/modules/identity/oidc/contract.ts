import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { SignedIn } from '../sign-in/contract.ts';

const ById = z.object({ id: z.uuid() });

/** Whether what a provider says counts as a second factor: never, where its token says so (`amr`, RFC 8176), or always. */
export const Counting = z.enum(['ask', 'when-told', 'trusted']);
export type Counting = z.infer<typeof Counting>;

export const Provider = z.object({
  id: z.uuid(), name: z.string(), issuer: z.string(), clientId: z.string(), hasSecret: z.boolean(), scopes: z.string(), secondFactor: Counting, isOn: z.boolean(),
  redirectUri: z.string().describe('What the provider must be told to send people back to; each has its own'),
  signOutUri: z.string().describe('Where the provider may say that somebody signed out there (back-channel logout)'),
  links: z.number().int().describe('People linked with it'), lastUsedAt: z.string().nullable(),
  asked: z.object({ at: z.string(), isWell: z.boolean(), words: z.string() }).nullable().describe('What came of it when it was last asked'), changedAt: z.string(),
});
export type Provider = z.infer<typeof Provider>;

const Facts = {
  name: z.string().trim().min(1, 'Say what people call it').max(80), clientId: z.string().trim().min(1, 'As the provider gave it').max(300), clientSecret: z.string().max(1000).nullable().describe('null: none (a public client)'),
  scopes: z.string().trim().max(300), secondFactor: Counting,
};
export const listProviders = endpoint({ method: 'GET', path: '/providers', summary: 'Providers of single sign-on', permission: 'identity:sessions', reply: z.object({ items: z.array(Provider), backTo: z.string().describe('What every redirect URI begins with; the provider’s id follows'), signOutTo: z.string().describe('The same of where a provider says that somebody signed out') }) });
export const addProvider = endpoint({
  method: 'POST', path: '/providers', summary: 'Add a provider of single sign-on (OpenID Connect)', permission: 'identity:sessions', status: 201,
  body: z.object({
    id: z.uuid().optional().describe('Made by the sender, so that its redirect URI can be told to the provider first'), ...Facts, issuer: z.string().trim().min(1, 'Its issuer identifier').max(300).describe('Never changed afterwards'),
    clientSecret: Facts.clientSecret.default(null), scopes: Facts.scopes.default('openid profile email'), secondFactor: Counting.default('ask'),
  }),
  reply: z.object({ id: z.uuid() }),
});
export const changeProvider = endpoint({
  method: 'PATCH', path: '/providers/:id', summary: 'Change a provider, or switch it on or off; its issuer stays', permission: 'identity:sessions', params: ById,
  body: z.object({ name: Facts.name.optional(), clientId: Facts.clientId.optional(), clientSecret: Facts.clientSecret.optional(), scopes: Facts.scopes.optional(), secondFactor: Counting.optional(), isOn: z.boolean().optional() }),
  reply: z.object({ id: z.uuid() }),
});
export const checkProvider = endpoint({ method: 'POST', path: '/providers/:id/check', summary: 'Try a provider: does it answer, is it the one that is meant, does it accept this client?', permission: 'identity:sessions', params: ById, reply: z.object({ isWell: z.boolean(), words: z.string() }) });

const Begun = z.object({ url: z.string().describe('Where the browser goes now') });
const To = z.string().max(500).default('/').describe('The page of our own to go to afterwards');
export const beginSingleSignOn = endpoint({ method: 'POST', path: '/sign-in/single', summary: 'Begin to sign in with a provider', permission: 'public', body: z.object({ providerId: z.uuid(), to: To }), reply: Begun });
export const finishSingleSignOn = endpoint({
  method: 'POST', path: '/sign-in/single/finish', summary: 'End what was begun with a provider: signs in, or links', permission: 'public',
  body: z.object({ providerId: z.uuid().describe('To whose redirect URI the browser was sent back'), search: z.string().max(8000).describe('The query with which it was') }),
  reply: SignedIn.extend({ to: z.string(), isLinked: z.boolean().describe('A provider was linked with who is signed in') }),
});

export const beginLink = endpoint({ method: 'POST', path: '/links', summary: 'Begin to link a provider with my account', permission: 'signed-in', body: z.object({ providerId: z.uuid() }), reply: Begun });
export const removeLink = endpoint({ method: 'DELETE', path: '/links/:id', summary: 'A provider signs me in no more', permission: 'signed-in', params: ById, reply: z.object({ removed: z.boolean() }) });
