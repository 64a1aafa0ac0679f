import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import { about, checkReach, endSessionsOf, identity, notYourself } from '../change.ts';
import { requireFreshProof } from '../sign-in/proof.ts';
import type * as contract from './contract.ts';
import { alreadyLinked } from './finish.service.ts';

const INVITE = 'identity:invite';

/** A link as its owner, or who administers sign-ins, sees it. */
export type LinkSeen = { id: string; providerId: string; provider: string; subject: string; knownAs: string; madeAt: string; madeBy: string; lastUsedAt: string | null };

export const linksOf = (ctx: Ctx, personId: string, permission = 'identity:read'): Promise<LinkSeen[]> =>
  identity.read(ctx, permission).selectFrom('identity.link as l').innerJoin('identity.provider as p', 'p.id', 'l.providerId').innerJoin('access.person as by', 'by.id', 'l.madeBy')
    .select(['l.id', 'l.providerId', 'p.name as provider', 'l.subject', 'l.knownAs', 'l.madeAt', 'by.name as madeBy', 'l.lastUsedAt']).where('l.personId', '=', personId).orderBy('l.madeAt').limit(50).execute();

/** A password, or a passkey that lets in. */
async function hasAnotherWay(ctx: Ctx): Promise<boolean> {
  const [passwords, held] = await identity.readAll(ctx, '', (db) => [
    db.selectFrom(sql<{ hash: string | null }>`identity.hash_of_own()`.as<'h'>(sql`h(hash)`)).select(sql<boolean>`hash is not null`.as('has')),
    db.selectFrom(sql<{ passkeys: number }>`identity.factors_of(access.me())`.as('f')).select('passkeys'),
  ]);
  return passwords[0]?.has === true || (held[0]?.passkeys ?? 0) > 0;
}

const lastWay = (): Problem => new Problem('refused', 'identity.last_way_in', 'This is your only way in. Set a password or add a passkey first; an administrator can make you a link to set a password.');

/** A provider signs me in no more; whoever has no other way in keeps it. */
export async function removeLink(ctx: Ctx, { id }: Input<typeof contract.removeLink>): Promise<Reply<typeof contract.removeLink>> {
  const mine = await linksOf(ctx, ctx.personId, '');
  if (!mine.some((link) => link.id === id)) throw notFound();
  await requireFreshProof(ctx);
  if (mine.length === 1 && !(await hasAnotherWay(ctx))) throw lastWay();
  return identity.writeMany(ctx, '', async (tx) => {
    const removed = await tx.deleteFrom('identity.link').where('id', '=', id).where('personId', '=', me).executeTakeFirst();
    if (removed.numDeletedRows === 0n) throw notFound();
    return { changes: [about(ctx.personId, 'single-sign-on-unlinked', { linkId: id })], result: { removed: true } };
  });
}

/** Links somebody by another's hand, by the subject that the provider knows them by: walls close to them until a member lets them in again. */
export async function linkPerson(ctx: Ctx, { personId, providerId, subject }: { personId: string; providerId: string; subject: string }): Promise<{ id: string }> {
  if (personId === ctx.personId) throw notYourself('Link your own under My account, where the provider itself says that it is you.');
  const id = uuidv7();
  return identity.writeMany(ctx, INVITE, async (tx) => {
    await checkReach(tx, personId);
    const provider = await tx.selectFrom('identity.provider').select(['id', 'name']).where('id', '=', providerId).executeTakeFirst();
    if (!provider) throw new Problem('refused', 'identity.no_such_provider', 'There is no such provider.', { errors: [{ pointer: '/providerId', detail: 'Choose one of the providers.' }] });
    await tx.insertInto('identity.link').values({ id, providerId, subject, personId, madeAt: ctx.now().toISOString(), madeBy: ctx.personId }).execute().catch(alreadyLinked);
    await tx.updateTable('access.person').set({ state: 'active' }).where('id', '=', personId).where('state', '=', 'invited').execute();
    return { changes: [{ ...about(personId, 'single-sign-on-linked', { linkId: id, provider: provider.name, subject }), erasable: ['subject'] }], result: { id } };
  });
}

export async function unlinkPerson(ctx: Ctx, { personId, linkId }: { personId: string; linkId: string }): Promise<{ id: string }> {
  if (personId === ctx.personId) throw notYourself('Take your own away under My account.');
  return identity.writeMany(ctx, INVITE, async (tx) => {
    await checkReach(tx, personId);
    const removed = await tx.deleteFrom('identity.link').where('id', '=', linkId).where('personId', '=', personId).executeTakeFirst();
    if (removed.numDeletedRows === 0n) throw new Problem('conflict', 'identity.no_such_link', 'This person has no such link any more.');
    await endSessionsOf(tx, personId);
    return { changes: [about(personId, 'single-sign-on-unlinked', { linkId })], result: { id: personId } };
  });
}
