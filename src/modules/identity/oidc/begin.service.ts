import * as client from 'openid-client';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { doorFor } from '../sign-in/half.ts';
import { requireFreshProof } from '../sign-in/proof.ts';
import { SESSION_HOURS } from '../sign-in/session.ts';
import { noteAsked } from './asked.ts';
import { keepBegun } from './begun.ts';
import { configurationOf, findProvider, outgoingFaultIn, redirectUri } from './client.ts';
import type * as contract from './contract.ts';

const unknownProvider = (): Problem => new Problem('refused', 'identity.no_such_provider', 'This way to sign in is not there any more. Choose another.', { errors: [{ pointer: '/providerId', detail: 'Choose one of the providers.' }] });

/** 503: a provider that is away keeps nobody out who has another way in. */
export const silent = (name: string, cause: unknown): Problem => new Problem('unavailable', 'identity.provider_silent', `${name} cannot be asked right now. Sign in with your password or a passkey, or try again later.`, {}, cause);

type Beginning = { providerId: string; personId: string | null; to: string };

async function begin(door: Ctx, exchange: Exchange, { providerId, personId, to }: Beginning): Promise<{ url: string }> {
  const provider = await findProvider(door, providerId);
  if (!provider?.isOn) throw unknownProvider();
  const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
  try {
    const config = await configurationOf(door, provider);
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri(providerId), scope: provider.scopes, state, nonce, code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
      // So that it says when it last saw them (`auth_time`, OpenID Connect Core §2), and not longer ago than a session of ours lasts.
      max_age: String(SESSION_HOURS * 3600),
    });
    keepBegun(exchange, { providerId, personId, state, nonce, verifier, to }, door.now());
    return { url: url.href };
  } catch (error) {
    await noteAsked(door, providerId, { isWell: false, words: outgoingFaultIn(error) ?? (error as Error).message });
    throw silent(provider.name, error);
  }
}

const ourOwn = (to: string): string => (/^\/(?![/\\])/.test(to) ? to : '/');

export async function beginSingleSignOn(ctx: Ctx, { providerId, to }: Input<typeof contract.beginSingleSignOn>, exchange: Exchange): Promise<Reply<typeof contract.beginSingleSignOn>> {
  return begin(await doorFor(ctx), exchange, { providerId, personId: null, to: ourOwn(to) });
}

export async function beginLink(ctx: Ctx, { providerId }: Input<typeof contract.beginLink>, exchange: Exchange): Promise<Reply<typeof contract.beginLink>> {
  await requireFreshProof(ctx);
  return begin(await doorFor(ctx), exchange, { providerId, personId: ctx.personId, to: '/account' });
}
