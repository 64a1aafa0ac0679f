import * as client from 'openid-client';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, identity, unrepeated } from '../change.ts';
import { doorFor } from '../sign-in/half.ts';
import { checkKeepsAll, KEEP } from '../sign-in/policy.service.ts';
import { configurationOf, findProvider, outgoingFaultIn, redirectUri, type Spoken, WronglySet } from './client.ts';
import type * as contract from './contract.ts';

type Found = { isWell: boolean; words: string };
const badly = (words: string): Found => ({ isWell: false, words });

/** A code that nobody was given: a provider that knows this client refuses the code, one that doesn't refuses the client. */
async function tryClient(config: client.Configuration, id: string): Promise<Found> {
  try {
    await client.genericGrantRequest(config, 'authorization_code', { code: client.randomState(), redirect_uri: redirectUri(id), code_verifier: client.randomPKCECodeVerifier() });
    return badly('It took a code that it never gave. Do not use it.');
  } catch (error) {
    if (error instanceof client.ResponseBodyError && error.error === 'invalid_grant') return { isWell: true, words: 'It answers, is the one that is meant, and accepts this client.' };
    const words = outgoingFaultIn(error);
    if (words !== null) return badly(words);
    if (error instanceof client.ResponseBodyError) return badly(`It answers, and does not accept this client (${error.error.slice(0, 60)}). Check client ID, secret and redirect URI.`);
    if (error instanceof client.WWWAuthenticateChallengeError) return badly('It answers, and does not accept this client. Check client ID, secret and redirect URI.');
    return badly('It answers, but not as OpenID Connect says.');
  }
}

async function tryProvider(door: Ctx, provider: Spoken): Promise<Found> {
  try {
    const config = await configurationOf(door, provider, { isFresh: true });
    const { authorization_endpoint: authorize, token_endpoint: token } = config.serverMetadata();
    return authorize && token ? await tryClient(config, provider.id) : badly('It answers, but does not say where to send people to.');
  } catch (error) {
    if (error instanceof WronglySet) return badly(error.message);
    const words = outgoingFaultIn(error);
    if (words === null && error instanceof Problem) throw error;
    return badly(words ?? 'What answers there is no OpenID Connect provider of this issuer.');
  }
}

/** Tries a provider as it is set now, and keeps what came of it for the page of providers. */
export async function checkProvider(asked: Ctx, { id }: Input<typeof contract.checkProvider>): Promise<Reply<typeof contract.checkProvider>> {
  const ctx = unrepeated(asked);
  await identity.writeMany(ctx, KEEP, async (tx) => {
    if (!(await tx.selectFrom('identity.provider').select('id').where('id', '=', id).executeTakeFirst())) throw notFound();
    await checkKeepsAll(tx);
    return { changes: [], result: null };
  });
  const door = await doorFor(ctx);
  const provider = await findProvider(door, id);
  if (!provider) throw notFound();
  const found = await tryProvider(door, provider);
  return identity.writeMany(ctx, KEEP, async (tx) => {
    await tx.updateTable('identity.provider').set({ askedAt: ctx.now().toISOString(), askedWell: found.isWell, askedWords: found.words.slice(0, 500) }).where('id', '=', id).execute();
    return { changes: [about(id, 'provider-checked', { isWell: found.isWell })], result: found };
  });
}
