import { actAs } from '#platform/kernel/context.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { begin, confirmBegun } from '../factors/totp.service.ts';
import type * as contract from './contract.ts';
import { finish, type Half, halfOf } from './half.ts';

/** The person whose password was right, so that what they set up is their own doing and puts them outside no wall. */
export async function themselves(ctx: Ctx, { personId }: Half): Promise<Ctx> {
  const self = await actAs(ctx.db, personId, ctx.now, ctx.requestId);
  return { ...self, ...(ctx.remote === undefined ? {} : { remote: ctx.remote }) };
}

export async function beginTotpAtSignIn(ctx: Ctx, _input: unknown, exchange: Exchange): Promise<Reply<typeof contract.beginTotpAtSignIn>> {
  return begin(await themselves(ctx, await halfOf(ctx, exchange, 'enrol')));
}

export async function confirmTotpAtSignIn(ctx: Ctx, { code }: Input<typeof contract.confirmTotpAtSignIn>, exchange: Exchange): Promise<Reply<typeof contract.confirmTotpAtSignIn>> {
  const half = await halfOf(ctx, exchange, 'enrol');
  const enrolled = await confirmBegun(await themselves(ctx, half), code);
  await finish(ctx, half, exchange, 'totp', async () => true);
  return enrolled;
}
