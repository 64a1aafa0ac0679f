import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { codesLeft, spendRecoveryCode } from '../factors/recovery.service.ts';
import { matchingStep, spendStep } from '../factors/totp.service.ts';
import type * as contract from './contract.ts';
import { finish, halfOf, wrongFactor } from './half.ts';
import { personKeys, refuse, refuseWhileWaiting } from './throttling.ts';

export async function signInByTotp(ctx: Ctx, { code }: Input<typeof contract.signInByTotp>, exchange: Exchange): Promise<Reply<typeof contract.signInByTotp>> {
  const half = await halfOf(ctx, exchange, 'second-factor');
  const keys = personKeys(ctx, half.personId);
  await refuseWhileWaiting(half.door, keys);
  const match = await matchingStep(half.door, half.personId, code);
  if (!match) return refuse(half.door, keys, wrongFactor(half.personId).told, wrongFactor(half.personId).refusal);
  await finish(ctx, half, exchange, 'totp', (tx) => spendStep(tx, match));
  return { next: null };
}

export async function signInByRecoveryCode(ctx: Ctx, { code }: Input<typeof contract.signInByRecoveryCode>, exchange: Exchange): Promise<Reply<typeof contract.signInByRecoveryCode>> {
  const half = await halfOf(ctx, exchange, 'second-factor');
  await refuseWhileWaiting(half.door, personKeys(ctx, half.personId));
  await finish(ctx, half, exchange, 'recovery', (tx) => spendRecoveryCode(ctx, tx, half.personId, code));
  return { next: null, codesLeft: await codesLeft(half.door, half.personId) };
}
