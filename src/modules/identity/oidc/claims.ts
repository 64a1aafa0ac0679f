import * as client from 'openid-client';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Begun } from './begun.ts';
import { configurationOf, outgoingFaultIn, redirectUri, type Spoken } from './client.ts';
import { countsAsSecondFactor } from './factors-told.ts';

/** Whom a provider vouches for. `sid` is what it calls its session, where it says so; `shownAt` is when they showed themselves to it; null where it doesn't say. */
export type Claims = { subject: string; knownAs: string; hasSecondFactor: boolean; shownAt: Date | null; sid: string | null };

/** The provider could not be spoken to. */
export class Unreachable extends Error {
  readonly words: string;
  constructor(words: string, cause: unknown) {
    super(words, { cause });
    this.words = words;
  }
}

const declined = (name: string, code: string): Problem => new Problem('unauthenticated', 'identity.provider_declined', `${name} did not sign you in (${code}). Try again, or sign in another way.`);
const codeOf = (error: string): string => (/^[a-z_]{1,60}$/.test(error) ? error : 'no reason');

/**
 * Exchanges the code and checks what comes: `iss` and state of the answer, PKCE, and the ID token's signature, issuer,
 * audience, times and nonce. Null where anything does not fit. Throws Unreachable, and 401 where the provider itself
 * says that it signed nobody in.
 */
export async function claimsOf(door: Ctx, provider: Spoken, { state, nonce, verifier }: Begun, search: string): Promise<Claims | null> {
  try {
    const config = await configurationOf(door, provider);
    const tokens = await client.authorizationCodeGrant(config, new URL(`${redirectUri(provider.id)}?${search.replace(/^\?/, '')}`), { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true });
    const claims = tokens.claims();
    return claims && claims.sub.length <= 255 ? read(provider, claims) : null;
  } catch (error) {
    const words = outgoingFaultIn(error);
    if (words !== null) throw new Unreachable(words, error);
    if (error instanceof client.AuthorizationResponseError) throw declined(provider.name, codeOf(error.error));
    return null;
  }
}

function read(provider: Spoken, claims: client.IDToken): Claims {
  const named = [claims['preferred_username'], claims['email'], claims['name']].find((name) => typeof name === 'string' && name !== '');
  const at = claims.auth_time;
  return {
    subject: claims.sub, knownAs: typeof named === 'string' ? named.slice(0, 200) : '',
    hasSecondFactor: countsAsSecondFactor(provider.secondFactor, claims['amr']), sid: typeof claims['sid'] === 'string' && claims['sid'] !== '' && claims['sid'].length <= 255 ? claims['sid'] : null, shownAt: typeof at === 'number' && at > 0 && at < 1e11 ? new Date(at * 1000) : null,
  };
}
