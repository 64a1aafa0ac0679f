import { sql } from 'kysely';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, checkReach, endSessionsOf, identity, notYourself } from '../change.ts';

/** What stands beside a person's password, as who administers sign-ins sees it. */
export type FactorsSeen = { totpSince: string | null; passkeys: number; suspects: number; codesLeft: number; isRequired: boolean };

export async function factorsSeen(ctx: Ctx, personId: string): Promise<FactorsSeen> {
  const row = await identity.read(ctx).selectFrom(sql<FactorsSeen>`identity.factors_seen(${personId}::uuid)`.as('f')).select(['totpSince', 'passkeys', 'suspects', 'codesLeft', 'isRequired']).executeTakeFirst();
  return row ?? { totpSince: null, passkeys: 0, suspects: 0, codesLeft: 0, isRequired: false };
}

/** Takes every second factor away from who lost theirs: their sessions end, and walls close to them until a member lets them in again. */
export async function resetFactors(ctx: Ctx, { personId, reason }: { personId: string; reason: string }): Promise<{ id: string }> {
  if (personId === ctx.personId) throw notYourself('Change your own second factor under My account. Ask another administrator where you lost it.');
  return identity.writeMany(ctx, 'identity:invite', async (tx) => {
    await checkReach(tx, personId);
    const totp = await tx.deleteFrom('identity.totp').where('personId', '=', personId).executeTakeFirst();
    const passkeys = await tx.deleteFrom('identity.passkey').where('personId', '=', personId).executeTakeFirst();
    const codes = await tx.deleteFrom('identity.recoveryCode').where('personId', '=', personId).executeTakeFirst();
    if (totp.numDeletedRows + passkeys.numDeletedRows + codes.numDeletedRows === 0n) throw new Problem('conflict', 'identity.no_second_factor', 'This person has no second factor.');
    await endSessionsOf(tx, personId);
    return { changes: [about(personId, 'factors-reset', { reason })], result: { id: personId } };
  });
}
