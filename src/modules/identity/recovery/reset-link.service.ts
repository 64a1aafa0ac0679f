import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { readConfig } from '#platform/kernel/config.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { hashToken } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, AUTHENTICATE, checkReach, endSessionsOf, identity, notYourself, unrepeated } from '../change.ts';
import { hashNewPassword } from '../new-password.service.ts';
import { doorFor } from '../sign-in/half.ts';
import { addressKey, pass, refusedOf, refuseWhileWaiting } from '../sign-in/throttling.ts';
import type * as contract from './contract.ts';

const LIVES_MS = 24 * 3_600_000;
const INVITE = 'identity:invite';

/**
 * Makes a link with which a person sets a password of their own, in place of a password that somebody else knows. Walls
 * close to them at once, as for a reset; their sessions end when it is used. Links made before end.
 */
export async function makeResetLink(ctx: Ctx, personId: string): Promise<{ url: string; expiresAt: string }> {
  if (personId === ctx.personId) throw notYourself('Change your own password under My account, where the present one is asked for.');
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(ctx.now().getTime() + LIVES_MS).toISOString();
  await identity.writeMany(unrepeated(ctx), INVITE, async (tx) => {
    await checkReach(tx, personId);
    const account = await tx.selectFrom('identity.credential').select('personId').where('personId', '=', personId).executeTakeFirst();
    if (!account) throw new Problem('refused', 'identity.no_sign_in', 'This person has no address to sign in with. Give one first.');
    await tx.updateTable('identity.resetLink').set({ expiresAt: ctx.now().toISOString() }).where('personId', '=', personId).where('expiresAt', '>', ctx.now().toISOString()).execute();
    await tx.insertInto('identity.resetLink').values({ tokenHash: hashToken(token), id: uuidv7(), personId, madeBy: ctx.personId, madeAt: ctx.now().toISOString(), expiresAt }).execute();
    return { changes: [about(personId, 'reset-link-made', { expiresAt })], result: null };
  });
  // Behind the hash it stays out of logs and of what a browser tells other sites.
  return { url: `${readConfig().publicUrl}/reset#${token}`, expiresAt };
}

type Link = { id: string; personId: string; expiresAt: string; usedAt: string | null };

const noSuchLink = (): Problem => new Problem('refused', 'identity.no_such_link', 'This link does not hold: it was used, replaced by a newer one, or is older than a day. Ask for another.', { errors: [{ pointer: '/token', detail: 'This link does not hold.' }] });

/** Sets a new password. The person may sign in with it at once; a second factor is asked for as before. */
export async function resetByLink(ctx: Ctx, { token, password }: Input<typeof contract.resetByLink>): Promise<Reply<typeof contract.resetByLink>> {
  const door = await doorFor(ctx);
  const keys = { account: `reset:${ctx.remote ?? ''}`, address: addressKey(ctx) };
  await refuseWhileWaiting(door, keys);
  const now = ctx.now().toISOString();
  const link = await identity.read(door, AUTHENTICATE).selectFrom(sql<Link>`identity.reset_link_of(${hashToken(token)})`.as('l')).select(['id', 'personId', 'expiresAt', 'usedAt']).executeTakeFirst();
  const isOpen = link !== undefined && link.usedAt === null && Date.parse(link.expiresAt) > ctx.now().getTime();
  const passwordHash = isOpen ? await hashNewPassword(door, password, { personId: link.personId }) : '';
  return pass(door, keys, { told: refusedOf(link?.personId ?? null, 'reset-link-refused'), refusal: noSuchLink() }, async (tx) => {
    if (!isOpen) return null;
    const used = await tx.updateTable('identity.resetLink').set({ usedAt: now }).where('id', '=', link.id).where('usedAt', 'is', null).executeTakeFirst();
    if (used.numUpdatedRows === 0n) return null;
    const account = await tx.updateTable('identity.credential').set({ passwordHash, changedAt: now, changedBy: link.personId }).where('personId', '=', link.personId).returning('email').executeTakeFirstOrThrow();
    await tx.updateTable('access.person').set({ state: 'active' }).where('id', '=', link.personId).where('state', '=', 'invited').execute();
    await endSessionsOf(tx, link.personId);
    return { changes: [about(link.personId, 'password-set-by-link')], result: { email: account.email } };
  });
}
