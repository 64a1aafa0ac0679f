import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { hashToken } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import { about, identity } from '../change.ts';
import { requireFreshProof } from '../sign-in/proof.ts';
import * as contract from './contract.ts';

const DAY_MS = 86_400_000;

export async function listOwnKeys(ctx: Ctx): Promise<Reply<typeof contract.listOwnKeys>> {
  const items = await identity.read(ctx, '').selectFrom('identity.apiKey as k').innerJoin('access.session as s', 's.personId', 'k.personId').innerJoin('access.person as by', 'by.id', 'k.madeBy')
    .leftJoin('access.grant as g', 'g.id', 'k.grantId').leftJoin('access.role as r', 'r.id', 'g.roleId')
    .select(['s.id', 's.label as name', 'r.title as role', 'g.siteId', 's.createdAt', 's.lastSeenAt', 's.expiresAt', 'by.name as madeBy']).where('k.ownerId', '=', me).orderBy('s.createdAt', 'desc').limit(200).execute();
  return { items };
}

const badUntil = (detail: string): Problem => new Problem('refused', 'identity.key_end', detail, { errors: [{ pointer: '/until', detail }] });
const notHeld = (): Problem => new Problem('refused', 'identity.role_not_held', 'You do not hold this role there. A key of your own does what you may, and nothing else.', { errors: [{ pointer: '/roleKey', detail: 'Choose one of your roles, and a site where you hold it.' }] });

export async function createOwnKey(ctx: Ctx, { name, roleKey, siteId, until }: Input<typeof contract.createOwnKey>): Promise<Reply<typeof contract.createOwnKey>> {
  await requireFreshProof(ctx);
  const ends = Date.parse(until);
  if (ends <= ctx.now().getTime()) throw badUntil('A key must end later than now.');
  if (ends > ctx.now().getTime() + contract.OWN_KEY_DAYS * DAY_MS) throw badUntil(`A key of your own lives at most ${contract.OWN_KEY_DAYS} days.`);
  const secret = `pk_${randomBytes(32).toString('base64url')}`;
  const id = uuidv7();
  const made = await identity.writeMany(ctx, '', async (tx) => {
    const serviceId = uuidv7();
    await sql`select identity.make_own_key(${id}, ${serviceId}, ${hashToken(secret)}, ${name}, ${roleKey}, ${siteId}, ${until}::timestamptz)`.execute(tx).catch(refusedByDatabase);
    return { changes: [about(serviceId, 'key-made', { keyId: id, name, roleKey, siteId, ownerId: ctx.personId })], result: { id, secret: null } };
  });
  return { ...made, secret };
}

function refusedByDatabase(error: unknown): never {
  throw (error as { code?: string }).code === '42501' ? notHeld() : error;
}

export async function revokeOwnKey(ctx: Ctx, { id }: Input<typeof contract.revokeOwnKey>): Promise<Reply<typeof contract.revokeOwnKey>> {
  return identity.writeMany(ctx, '', async (tx) => {
    const [row] = await tx.selectFrom(sql<{ serviceId: string | null }>`(select identity.end_own_key(${id}) as service_id)`.as('ended')).select('serviceId').execute();
    if (!row?.serviceId) throw notFound();
    return { changes: [about(row.serviceId, 'key-revoked', { keyId: id, ownerId: ctx.personId })], result: { revoked: true } };
  });
}
