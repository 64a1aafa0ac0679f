import type { Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, identity, type Tx, unrepeated } from '../change.ts';
import type * as contract from '../sign-in/contract.ts';
import { hasSecondFactor, heldBy } from '../sign-in/due.ts';
import { requireFreshProof } from '../sign-in/proof.ts';
import { CODES, hashRecoveryCode, newRecoveryCode } from './recovery-codes.ts';

/** Ten new codes in place of all older ones; answers them in clear, and only their hashes stay. */
export async function replaceCodes(tx: Tx, personId: string, now: Date): Promise<string[]> {
  const codes = Array.from({ length: CODES }, newRecoveryCode);
  await tx.deleteFrom('identity.recoveryCode').where('personId', '=', personId).execute();
  await tx.insertInto('identity.recoveryCode').values(codes.map((code) => ({ personId, hash: hashRecoveryCode(personId, code), madeAt: now.toISOString() }))).execute();
  return codes;
}

/** Uses a code up; false where it is none, or was used. */
export async function spendRecoveryCode(ctx: Ctx, tx: Tx, personId: string, code: string): Promise<boolean> {
  const spent = await tx.updateTable('identity.recoveryCode').set({ usedAt: ctx.now().toISOString() })
    .where('personId', '=', personId).where('hash', '=', hashRecoveryCode(personId, code)).where('usedAt', 'is', null).executeTakeFirst();
  return spent.numUpdatedRows > 0n;
}

export const codesLeft = async (door: Ctx, personId: string): Promise<number> => (await heldBy(door, personId)).codesLeft;

export async function renewRecoveryCodes(ctx: Ctx): Promise<Reply<typeof contract.renewRecoveryCodes>> {
  await requireFreshProof(ctx);
  if (!hasSecondFactor(await heldBy(ctx, ctx.personId, ''))) throw new Problem('refused', 'identity.no_second_factor', 'Recovery codes stand in for a second factor, and you have none. Set up an authenticator app first.');
  const recoveryCodes = await identity.writeMany(unrepeated(ctx), '', async (tx) => ({ changes: [about(ctx.personId, 'recovery-codes-renewed')], result: await replaceCodes(tx, ctx.personId, ctx.now()) }));
  return { recoveryCodes };
}
