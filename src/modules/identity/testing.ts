import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { SERVICE } from '#platform/kernel/access.ts';
import { hashToken } from '#platform/kernel/http.ts';
import type { FreshDatabase } from '#platform/testing/database.ts';
import { createAccount } from './accounts.service.ts';
import { grantRole } from './grants.service.ts';

/** Somebody in a test: who they are and the header that signs a request. */
export type Somebody = { id: string; headers: { authorization: string } };

/** A person with roles, over the organisation or a site, and a session. */
export async function aPerson(fresh: FreshDatabase, name: string, ...roles: readonly { role: string; siteId?: string }[]): Promise<Somebody> {
  const door = await fresh.as(SERVICE.frontDoor);
  const { id } = await createAccount(door, { name, email: null, password: null });
  await fresh.owner.query(`update access.person set state = 'active' where id = $1`, [id]);
  for (const { role, siteId = null } of roles) await grantRole(door, { personId: id, roleKey: role, siteId, reason: 'For a test' });
  return { id, headers: await aSession(fresh, id) };
}

/** A session of a person, as a header. */
export async function aSession(fresh: FreshDatabase, personId: string): Promise<{ authorization: string }> {
  const token = randomBytes(32).toString('base64url');
  await fresh.owner.query(`insert into access.session (token_hash, id, person_id, kind, expires_at) values ($1, $2, $3, 'browser', now() + interval '1 hour')`, [hashToken(token), uuidv7(), personId]);
  return { authorization: `Bearer ${token}` };
}
