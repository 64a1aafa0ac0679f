import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { endCeremony } from '../sign-in/ceremony.ts';
import { sendHalf, sendSession } from '../sign-in/cookies.ts';
import { themselves } from '../sign-in/enrol.service.ts';
import { doorFor, finish, type Half, halfOf } from '../sign-in/half.ts';
import { openSession, SESSION_HOURS } from '../sign-in/session.ts';
import { addressKey, pass, personKeys, refuse, refusedOf, refuseWhileWaiting } from '../sign-in/throttling.ts';
import { challengeIn, copiedPasskey, counterOf, findPasskey, isCopied, markSuspect, passkeysOf, questionOf, spendCounter, wrongPasskey } from './assertion.ts';
import { isOurChallenge, newChallenge, spendChallenge } from './challenge.ts';
import type * as contract from './contract.ts';
import { keepPasskey, offerTo } from './passkeys.service.ts';

/** The half of a sign-in that this browser carries, where it does. */
const halfIn = (ctx: Ctx, exchange: Exchange): Promise<Half | null> => halfOf(ctx, exchange, 'second-factor').catch(() => null);

export async function askPasskeyAtSignIn(ctx: Ctx, _input: unknown, exchange: Exchange): Promise<Reply<typeof contract.askPasskeyAtSignIn>> {
  const half = await halfIn(ctx, exchange);
  return questionOf(newChallenge('sign-in', '', ctx.now()), half ? await passkeysOf(half.door, half.personId) : []);
}

export async function signInByPasskey(ctx: Ctx, assertion: Input<typeof contract.signInByPasskey>, exchange: Exchange): Promise<Reply<typeof contract.signInByPasskey>> {
  const door = await doorFor(ctx);
  const half = await halfIn(ctx, exchange);
  const passkey = await findPasskey(door, assertion.id);
  const keys = passkey ? personKeys(ctx, passkey.personId) : { account: `passkey:${ctx.remote ?? ''}`, address: addressKey(ctx) };
  await refuseWhileWaiting(door, keys);
  const challenge = challengeIn(assertion);
  const isOurs = isOurChallenge(challenge, 'sign-in', '', ctx.now());
  const counter = passkey && isOurs ? await counterOf(passkey, assertion, challenge) : null;
  const wrong = { told: refusedOf(passkey?.personId ?? null, 'second-factor-refused'), refusal: wrongPasskey() };
  if (!passkey || counter === null || passkey.state !== 'active' || passkey.suspectAt !== null || (half && half.personId !== passkey.personId)) return refuse(door, keys, wrong.told, wrong.refusal);
  if (isCopied(passkey, counter)) {
    await markSuspect(door, passkey, counter);
    return refuse(door, keys, wrong.told, copiedPasskey());
  }
  const token = await pass(door, keys, wrong, async (tx) => {
    if (!(await spendChallenge(tx, challenge, passkey.personId, ctx.now())) || !(await spendCounter(tx, passkey, counter, ctx.now()))) return null;
    if (half) await endCeremony(tx, half.token);
    return openSession(tx, ctx, { personId: passkey.personId, openedWith: [...(half?.openedWith ?? []), 'passkey'], hasSecondFactor: true, provider: half?.provider });
  });
  sendSession(exchange, token, SESSION_HOURS * 3600);
  if (half) sendHalf(exchange, '', 0);
  return { next: null };
}

export async function offerPasskeyAtSignIn(ctx: Ctx, _input: unknown, exchange: Exchange): Promise<Reply<typeof contract.offerPasskeyAtSignIn>> {
  return offerTo(await themselves(ctx, await halfOf(ctx, exchange, 'enrol')));
}

export async function addPasskeyAtSignIn(ctx: Ctx, made: Input<typeof contract.addPasskeyAtSignIn>, exchange: Exchange): Promise<Reply<typeof contract.addPasskeyAtSignIn>> {
  const half = await halfOf(ctx, exchange, 'enrol');
  const { recoveryCodes } = await keepPasskey(await themselves(ctx, half), made);
  await finish(ctx, half, exchange, 'passkey', async () => true);
  return { recoveryCodes };
}
