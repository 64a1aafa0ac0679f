import { expect, it } from 'vitest';
import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { requestOf } from './call.ts';

const item = z.object({ name: z.string() });
const read = endpoint({ method: 'GET', path: '/things/:id/notes', summary: '', permission: 'a:read', params: z.object({ id: z.string() }), query: z.object({ state: z.string().optional(), limit: z.number().optional() }), reply: item });
const list = endpoint({ method: 'GET', path: '/', summary: '', permission: 'a:read', reply: item });
const add = endpoint({ method: 'POST', path: '/things', summary: '', permission: 'a:write', body: z.array(item), reply: item });
const change = endpoint({ method: 'PATCH', path: '/things/:id', summary: '', permission: 'a:write', params: z.object({ id: z.string() }), body: item, reply: item });
const end = endpoint({ method: 'DELETE', path: '/things/:id', summary: '', permission: 'a:write', params: z.object({ id: z.string() }), reply: item });

const headers = (init: RequestInit) => init.headers as Record<string, string>;

it('puts parameters into the path, escaped, and query fields after it', () => {
  expect(requestOf('a', read, { id: '../x y', state: ['open', 'late'], limit: undefined }).url).toBe('/api/a/things/..%2Fx%20y/notes?state=open&state=late');
  expect(requestOf('a', list, {}).url).toBe('/api/a');
});

it('sends no body and no key with a reading', () => {
  const { init } = requestOf('a', list, {});
  expect(init.body).toBeUndefined();
  expect(headers(init)['idempotency-key']).toBeUndefined();
});

it('sends an array as an array, with a key of its own or the one that it is given again', () => {
  const { init } = requestOf('a', add, { items: [{ name: 'x' }] });
  expect(init.body).toBe('[{"name":"x"}]');
  expect(headers(init)['idempotency-key']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(headers(requestOf('a', add, { items: [] }, { key: 'k1' }).init)['idempotency-key']).toBe('k1');
});

it('says which version it changes, and keeps parameters out of the body', () => {
  const { url, init } = requestOf('a', change, { id: '7', name: 'y' }, { ifMatch: 3 });
  expect([url, init.body, headers(init)['if-match']]).toEqual(['/api/a/things/7', '{"name":"y"}', '"3"']);
  expect(headers(requestOf('a', end, { id: '7' }).init)['content-type']).toBeUndefined();
});
