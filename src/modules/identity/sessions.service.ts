import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { type Exchange, hashOfToken } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me as self } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { hashNewPassword } from './new-password.service.ts';
import { about, identity } from './change.ts';
import { fitsOwnPassword } from './sign-in/confirm.service.ts';
import { asOneself } from './see-as/see-as.service.ts';
import { sendSession } from './sign-in/cookies.ts';
import { doorFor } from './sign-in/half.ts';
import { personKeys, refuse, refusedOf, refuseWhileWaiting } from './sign-in/throttling.ts';

const ownToken = (ctx: Ctx): Buffer => (ctx.actor.kind === 'token' ? ctx.actor.tokenHash : Buffer.alloc(0));

export async function signOut(ctx: Ctx, _input: unknown, exchange: Exchange): Promise<Reply<typeof contract.signOut>> {
  const tokenHash = hashOfToken(exchange.request);
  const own = await asOneself(ctx);
  const reply = await identity.writeMany(own, '', async (tx) => {
    const ended = await tx.deleteFrom('access.session').where('tokenHash', '=', tokenHash as Buffer).where('kind', '=', 'browser').executeTakeFirst();
    return { changes: ended.numDeletedRows > 0n ? [about(own.personId, 'signed-out')] : [], result: { ended: true } };
  });
  sendSession(exchange, '', 0);
  return reply;
}

export async function listSessions(ctx: Ctx): Promise<Reply<typeof contract.listSessions>> {
  const items = await identity.read(ctx, '').selectFrom('access.session')
    .select(['id', 'kind', 'label', 'createdAt', 'lastSeenAt', 'expiresAt', 'address', 'agent', sql<boolean>`token_hash = ${ownToken(ctx)}`.as('current')])
    .where('personId', '=', self).orderBy('createdAt', 'desc').limit(200).execute();
  return { items };
}

export async function endSession(ctx: Ctx, { id }: Input<typeof contract.endSession>): Promise<Reply<typeof contract.endSession>> {
  return identity.writeMany(ctx, '', async (tx) => {
    const ended = await tx.deleteFrom('access.session').where('id', '=', id).where('personId', '=', self).executeTakeFirst();
    if (ended.numDeletedRows === 0n) throw notFound();
    return { changes: [about(ctx.personId, 'session-ended')], result: { ended: true } };
  });
}

/** Ends every session of mine but this one. */
export async function endOtherSessions(ctx: Ctx): Promise<Reply<typeof contract.endOtherSessions>> {
  return identity.writeMany(ctx, '', async (tx) => {
    const gone = await tx.deleteFrom('access.session').where('personId', '=', self).where('tokenHash', '<>', ownToken(ctx)).executeTakeFirst();
    const ended = Number(gone.numDeletedRows);
    return { changes: ended > 0 ? [about(ctx.personId, 'sessions-ended', { ended })] : [], result: { ended } };
  });
}

const notPresent = (): Problem => new Problem('refused', 'identity.wrong_password', 'That is not your present password.', { errors: [{ pointer: '/current', detail: 'That is not your present password.' }] });

export async function changePassword(ctx: Ctx, { current, next }: Input<typeof contract.changePassword>): Promise<Reply<typeof contract.changePassword>> {
  const door = await doorFor(ctx);
  const keys = personKeys(ctx, ctx.personId);
  await refuseWhileWaiting(door, keys);
  if (!(await fitsOwnPassword(ctx, current))) return refuse(door, keys, refusedOf(ctx.personId, 'password-refused'), notPresent());
  const passwordHash = await hashNewPassword(ctx, next, { personId: ctx.personId, pointer: '/next' });
  return identity.writeMany(ctx, '', async (tx) => {
    await tx.updateTable('identity.credential').set({ passwordHash, changedAt: ctx.now().toISOString(), changedBy: self }).where('personId', '=', self).execute();
    await tx.deleteFrom('access.session').where('personId', '=', self).where('tokenHash', '<>', ownToken(ctx)).execute();
    return { changes: [about(ctx.personId, 'password-changed')], result: { changed: true } };
  });
}
