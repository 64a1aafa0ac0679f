import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { spendRecoveryCode } from '../factors/recovery.service.ts';
import { matchingStep, spendStep } from '../factors/totp.service.ts';
import { verifyPassword } from '../password.ts';
import { about, identity, type Tx, unrepeated } from '../change.ts';
import type * as contract from './contract.ts';
import type { Provable } from './contract.ts';
import { factorsIn, hasSecondFactor, heldBy, type Held } from './due.ts';
import { doorFor } from './half.ts';
import { freshFrom, proofOf } from './proof.ts';
import { pass, personKeys, refusedOf, refuseWhileWaiting } from './throttling.ts';

/** With what somebody can prove again who they are: a second factor where they have one, since a password may have been seen. */
export const provableBy = (held: Held, hasPassword: boolean): Provable[] => (hasSecondFactor(held) ? factorsIn(held) : hasPassword ? ['password'] : []);

export async function fitsOwnPassword(ctx: Ctx, password: string): Promise<boolean> {
  const [row] = await identity.read(ctx, '').selectFrom(sql<{ hash: string | null }>`identity.hash_of_own()`.as<'h'>(sql`h(hash)`)).select('hash').execute();
  return verifyPassword(password, row?.hash ?? null);
}

const wrong = (by: Provable): Problem => {
  const detail = by === 'password' ? 'That is not your present password.' : 'This code does not fit, or was used already.';
  return new Problem('refused', by === 'password' ? 'identity.wrong_password' : 'identity.wrong_code', detail, { errors: [{ pointer: '/secret', detail }] });
};
const notByThis = (): Problem => new Problem('refused', 'identity.second_factor_needed', 'You have a second factor: a password alone does not prove that it is you. Use the app, a passkey or a recovery code.');

/** Proves again who sits there. What is proven stands in the session, and nowhere else. */
export async function confirm(ctx: Ctx, { by, secret }: Input<typeof contract.confirm>): Promise<Reply<typeof contract.confirm>> {
  const held = await heldBy(ctx, ctx.personId, '');
  if (!provableBy(held, true).includes(by)) throw notByThis();
  const keys = personKeys(ctx, ctx.personId);
  const door = await doorFor(ctx);
  await refuseWhileWaiting(door, keys);
  const spend = await spenderOf(ctx, by, secret);
  await keepProof(ctx, door, { by, spend });
  return { until: freshFrom(ctx.now()) };
}

type Spend = (tx: Tx) => Promise<boolean>;

async function spenderOf(ctx: Ctx, by: Provable, secret: string): Promise<Spend> {
  if (by === 'recovery') return (tx) => spendRecoveryCode(ctx, tx, ctx.personId, secret);
  if (by === 'password') {
    const fits = await fitsOwnPassword(ctx, secret);
    return async () => fits;
  }
  const match = await matchingStep(ctx, ctx.personId, secret, { permission: '' });
  return async (tx) => match !== null && spendStep(tx, match);
}

/** Writes into the session that this factor was shown now; counts and refuses where it was not. */
export async function keepProof(ctx: Ctx, door: Ctx, { by, spend }: { by: Provable; spend: Spend }): Promise<void> {
  const proof = await proofOf(ctx);
  const now = ctx.now().toISOString();
  const refused = { told: refusedOf(ctx.personId, by === 'password' ? 'password-refused' : 'second-factor-refused'), refusal: wrong(by) };
  await pass(unrepeated(door), personKeys(ctx, ctx.personId), refused, async (tx) => {
    if (!(await spend(tx))) return null;
    if (proof) await tx.updateTable('identity.proof').set({ confirmedAt: now, ...(by === 'password' ? {} : { secondFactorAt: now }) }).where('sessionId', '=', proof.sessionId).execute();
    return { changes: [about(ctx.personId, 'confirmed', { by })], result: null };
  });
}
