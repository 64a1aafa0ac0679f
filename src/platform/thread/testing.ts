import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import type { FreshDatabase } from '#platform/testing/database.ts';

/** A record's header without a module behind it, at a site or behind a wall. */
export async function aRecord({ owner }: FreshDatabase, { title = 'A record', siteId = null, wallId = null, readWith = 'incidents:read' }: { title?: string; siteId?: string | null; wallId?: string | null; readWith?: string } = {}): Promise<string> {
  const id = uuidv7();
  await owner.query(`insert into platform.record (id, kind, title, state, site_id, wall_id, read_permission, at) values ($1, 'test.record', $2, 'open', $3, $4, $5, now())`, [id, title, siteId, wallId, readWith]);
  return id;
}

/** A site of the kernel's tree. */
export async function aPlace({ owner }: FreshDatabase): Promise<string> {
  const id = uuidv7();
  await owner.query('select access.place_site($1, null)', [id]);
  return id;
}

/** Asks an operation of the service as somebody. */
export type Asking = (method: 'GET' | 'POST' | 'PATCH', path: string, who: { headers: Record<string, string> }, payload?: object, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;

export const asking = (app: FastifyInstance): Asking => (method, path, who, payload, headers = {}) => app.inject({ method, url: `/api/thread${path}`, headers: { ...who.headers, ...headers }, ...(payload && { payload }) });
