import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { hashToken } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, checkReach, identity, type Tx } from '../change.ts';
import type * as contract from '../contract.ts';
import { insertGrant } from '../grants.service.ts';
import { KEY_ROLES } from '../roles.service.ts';

/** Over the network nobody makes a key that may do more than they may themselves; the machine's owner may, at its command line. */
async function refuseStrongerKey(ctx: Ctx, tx: Tx, roleKey: string): Promise<void> {
  if (ctx.actor.kind !== 'token' || KEY_ROLES.includes(roleKey)) return;
  const more = await tx.selectFrom('access.rolePermission as rp').innerJoin('access.role as r', 'r.id', 'rp.roleId').select('rp.permission').where('r.key', '=', roleKey).where('r.kind', '=', 'human').where(sql<boolean>`not access.org_may(rp.permission)`).limit(1).executeTakeFirst();
  if (more) throw new Problem('forbidden', 'identity.key_too_strong', `A key with this role could ${more.permission}, which you may not yourself. Use the command line on the server: parapet key create.`);
}

/** Makes a key of the organisation's; with an owner it is that person's own, ends with them, and closes the walls to them, since it is another's hand. */
export async function createKey(ctx: Ctx, { name, roleKey, siteId, until, ownerId }: Input<typeof contract.createKey>): Promise<Reply<typeof contract.createKey>> {
  const secret = `pk_${randomBytes(32).toString('base64url')}`;
  const [id, personId] = [uuidv7(), uuidv7()];
  const made = await identity.writeMany(ctx, 'identity:sessions', async (tx) => {
    await tx.insertInto('access.person').values({ id: personId, kind: 'service', name, state: 'active' }).execute();
    await refuseStrongerKey(ctx, tx, roleKey);
    await insertGrant(ctx, tx, { personId, roleKey, siteId, until, reason: `API key ${name}`, isForService: true });
    if (ownerId !== undefined) await checkOwner(tx, ownerId);
    await tx.insertInto('identity.apiKey').values({ personId, ownerId: ownerId ?? null, madeBy: ctx.personId, madeAt: ctx.now().toISOString() }).execute();
    await tx.insertInto('access.session').values({ tokenHash: hashToken(secret), id, personId, kind: 'key', label: name, expiresAt: until ?? 'infinity', address: null, agent: null }).execute();
    return { changes: [about(personId, 'key-made', { keyId: id, name, roleKey, ...(ownerId !== undefined && { ownerId }) })], result: { id, personId, secret: null } };
  });
  return { ...made, secret };
}

async function checkOwner(tx: Tx, ownerId: string): Promise<void> {
  const owner = await tx.selectFrom('access.person').select('id').where('id', '=', ownerId).where('kind', '=', 'human').where('state', '=', 'active').executeTakeFirst();
  if (!owner) throw new Problem('refused', 'identity.not_active', 'Choose a person who signs in here and is active.', { errors: [{ pointer: '/ownerId', detail: 'Choose a person who signs in here and is active.' }] });
  await checkReach(tx, ownerId);
}

export async function listKeys(ctx: Ctx): Promise<Reply<typeof contract.listKeys>> {
  const items = await identity.read(ctx, 'identity:sessions').selectFrom('access.session as k').leftJoin('access.grant as g', 'g.personId', 'k.personId').leftJoin('access.role as r', 'r.id', 'g.roleId')
    .leftJoin('identity.apiKey as a', 'a.personId', 'k.personId').leftJoin('access.person as owner', 'owner.id', 'a.ownerId').leftJoin('access.person as by', 'by.id', 'a.madeBy').where('k.kind', '=', 'key')
    .select(['k.id', 'k.label', 'r.title as role', 'owner.name as owner', 'by.name as madeBy', 'g.siteId', 'k.createdAt', 'k.lastSeenAt', sql<string | null>`nullif(k.expires_at, 'infinity')`.as('expiresAt')]).orderBy('k.createdAt', 'desc').limit(200).execute();
  return { items };
}

export async function revokeKey(ctx: Ctx, { id }: Input<typeof contract.revokeKey>): Promise<Reply<typeof contract.revokeKey>> {
  return identity.writeMany(ctx, 'identity:sessions', async (tx) => {
    const key = await tx.deleteFrom('access.session').where('id', '=', id).where('kind', '=', 'key').returning('personId').executeTakeFirst();
    if (!key) throw notFound();
    await checkReach(tx, key.personId);
    await tx.updateTable('access.person').set({ state: 'leaver' }).where('id', '=', key.personId).where('kind', '=', 'service').execute();
    return { changes: [about(key.personId, 'key-revoked', { keyId: id })], result: { revoked: true } };
  });
}
