import { expect, it } from 'vitest';
import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { inBrowser } from './contracts.ts';

it('gives the browser an operation by its method, path and the names of its query, and no schema', () => {
  const list = endpoint({ method: 'GET', path: '/', summary: 'x', permission: 'a:read', query: z.object({ q: z.string(), limit: z.coerce.number() }), reply: z.object({}) });
  expect(inBrowser(list)).toEqual({ method: 'GET', path: '/', query: { shape: { q: 0, limit: 0 } } });
});

it('says whether a body is an array', () => {
  const add = endpoint({ method: 'POST', path: '/:id', summary: 'x', permission: 'a:write', body: z.array(z.string()), reply: null });
  expect(inBrowser(add)).toEqual({ method: 'POST', path: '/:id', body: { def: { type: 'array' } } });
});

it('keeps the words of an enum and plain values, and drops other schemas and functions', () => {
  expect([inBrowser(z.enum(['open', 'closed'])), inBrowser([1, 2]), inBrowser(z.object({})), inBrowser(() => 1)]).toEqual([{ options: ['open', 'closed'], enum: { open: 'open', closed: 'closed' } }, [1, 2], undefined, undefined]);
});
