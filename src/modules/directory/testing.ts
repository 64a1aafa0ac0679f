import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { Json } from '#engines/scim/json.ts';

export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export type Told = { status: number; headers: Headers; body: Json };

/** A provider of a test: it speaks SCIM over a real socket, with its key. */
export async function aSpeaker(app: FastifyInstance, secret: string) {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' });
  const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/scim/v2`;
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Told> => {
    const reply = await fetch(`${base}${path}`, { method, headers: { authorization: `Bearer ${secret}`, ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }), ...headers }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, body: text === '' ? {} : (JSON.parse(text) as Json) };
  };
  return {
    base, send,
    get: (path: string, headers?: Record<string, string>) => send('GET', path, undefined, headers),
    post: (path: string, body: unknown) => send('POST', path, body),
    put: (path: string, body: unknown, headers?: Record<string, string>) => send('PUT', path, body, headers),
    remove: (path: string) => send('DELETE', path),
    patch: (path: string, operations: readonly object[], headers?: Record<string, string>) => send('PATCH', path, { schemas: [PATCH_OP], Operations: operations }, headers),
  };
}
export type Speaker = Awaited<ReturnType<typeof aSpeaker>>;

/** A person as Entra ID sends one. */
export const anEntraUser = (name: string, more: object = {}): Json => {
  const [given = '', family = ''] = name.split(' ');
  const mail = `${given}.${family}@works.example`.toLowerCase();
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE], externalId: `entra-${given}`.toLowerCase(), userName: mail, active: true, displayName: name, emails: [{ primary: true, type: 'work', value: mail }],
    meta: { resourceType: 'User' }, name: { formatted: name, familyName: family, givenName: given }, preferredLanguage: 'en', ...more,
  };
};

export const aGroup = (displayName: string, members: readonly string[] = []): Json => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName, externalId: `ext-${displayName}`, ...(members.length > 0 && { members: members.map((value) => ({ value })) }) });
