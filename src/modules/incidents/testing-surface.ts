import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { addSite } from '#modules/sites/sites.service.ts';
import type { FreshDatabase } from '#platform/testing/database.ts';
import type { Standing } from './contract.ts';

/** A site of a test's own; answers its id. */
export async function aSite(fresh: FreshDatabase, name: string, parentId: string | null = null): Promise<string> {
  const keeper = await aPerson(fresh, `Keeper of ${name}`, { role: 'system-administrator' });
  const code = name.toUpperCase().replace(/[^A-Z0-9]/g, '-');
  const site = await addSite(await fresh.as(keeper.id), { code, name, kind: 'site', parentId, timeZone: 'Europe/Berlin', country: 'DE', city: '', address: '', latitude: null, longitude: null });
  return site.id;
}

/** Calls an operation of the module as somebody; a POST carries a key of its own. */
export const calling = (app: FastifyInstance) => async (who: Somebody, method: 'GET' | 'POST' | 'PATCH', path: string, payload?: object, headers: Record<string, string> = {}) => {
  const reply = await app.inject({ method, url: `/api/incidents${path}`, headers: { ...who.headers, ...(method === 'POST' && { 'idempotency-key': uuidv7() }), ...headers }, ...(payload && { payload }) });
  return { status: reply.statusCode, body: reply.body, headers: reply.headers, json: <T = Record<string, unknown>>() => reply.json<T>() };
};
export type Calling = ReturnType<typeof calling>;

/** An incident declared through the surface. */
export async function anIncident(call: Calling, who: Somebody, facts: object): Promise<Standing> {
  const reply = await call(who, 'POST', '', { title: 'Something happened', severity: 2, ...facts });
  if (reply.status !== 201) throw new Error(`Not declared: ${reply.status} ${reply.body}`);
  return reply.json<Standing>();
}

/** Classifies it as a trespass and answers all that closing asks for. */
export async function complete(call: Calling, who: Somebody, id: string): Promise<void> {
  const replies = [
    await call(who, 'POST', `/${id}/classify`, { type: 'trespass' }),
    await call(who, 'PATCH', `/${id}`, {
      place: 'Gate 2', narrative: 'A man climbed the fence and was led out.', reportedBy: 'Fence detector', noLoss: true,
      fields: { occurredTo: { stated: 'none' }, firstActions: 'Patrol sent.', persons: { stated: 'unknown' }, 'people.careOffered': 'no', 'access.portal': { stated: 'unknown' }, 'access.method': 'climbed', 'access.lastGoodUse': { stated: 'none' }, 'access.otherPlacesEntered': { stated: 'none' }, reporterTold: 'yes' },
    }),
  ];
  for (const reply of replies) if (reply.status !== 200) throw new Error(`Not completed: ${reply.status} ${reply.body}`);
}
