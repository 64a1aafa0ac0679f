import * as client from 'openid-client';
import { sql } from 'kysely';
import { nowMs } from '#platform/kernel/clock.ts';
import { readConfig } from '#platform/kernel/config.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { OutgoingFault } from '#platform/net/fault.ts';
import { AUTHENTICATE, identity } from '../change.ts';
import { ownSealer } from '../sealing.ts';
import type { Counting } from './contract.ts';
import { guardedFetch } from './guarded-fetch.ts';

/** A provider as it is spoken to. */
export type Spoken = { id: string; name: string; issuer: string; clientId: string; scopes: string; secondFactor: Counting; isOn: boolean; changedAt: string };

const KNOWN_FOR_MS = 10 * 60_000;
const MOST_KNOWN = 100;
const PAUSE_MS = 3_000;
const known = new Map<string, { config: Promise<client.Configuration>; until: number }>();

export const secretPlace = (id: string): string => `provider ${id}`;

export const backTo = (): string => `${readConfig().publicUrl}/sign-in/back/`;

/** Where a provider says that somebody signed out there. */
export const signOutTo = (): string => `${readConfig().publicUrl}/single-sign-out/`;

/** Where this provider sends people back to. Each has its own, so that what one sends is never taken for another's (RFC 9700 §4.4.2.2). */
export const redirectUri = (id: string): string => `${backTo()}${id}`;

const COLUMNS = ['id', 'name', 'issuer', 'clientId', 'scopes', 'secondFactor', 'isOn', 'changedAt'] as const;
export const findProvider = (door: Ctx, id: string): Promise<Spoken | undefined> => identity.read(door, AUTHENTICATE).selectFrom('identity.provider').select(COLUMNS).where('id', '=', id).executeTakeFirst();

/** It is set otherwise than it must be; the words are for who set it. */
export class WronglySet extends Error {}

async function secretOf(door: Ctx, id: string): Promise<string | null> {
  const row = await identity.read(door, AUTHENTICATE).selectFrom(sql<{ sealed: Buffer | null }>`(select identity.provider_secret(${id}::uuid) as sealed)`.as('s')).select('sealed').executeTakeFirst();
  if (!row?.sealed) return null;
  try {
    return ownSealer().open(secretPlace(id), row.sealed).toString('utf8');
  } catch (error) {
    throw new WronglySet('Its client secret cannot be opened with keys/sign-in.key of this installation. Write the secret anew.', { cause: error });
  }
}

export const isOfThisMachine = (issuer: string): boolean => /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:\/|$)/.test(issuer);

/** By Basic where the provider does not say otherwise (OpenID Connect Discovery §3, the default). */
const authentication = (server: client.ServerMetadata, secret: string | null): client.ClientAuth => {
  if (secret === null) return client.None();
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_basic') ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
};

const sameIssuer = (said: string, meant: string): boolean => said.replace(/\/$/, '') === meant.replace(/\/$/, '');

/** What our clock is ahead of this machine's, in whole seconds: tokens are judged by ours. */
function skewS(): number {
  const aheadS = Math.round((nowMs() - Date.now()) / 1000);
  return Math.abs(aheadS) < 2 ? 0 : aheadS;
}

/** What is known of a provider, read from its own document, at most every ten minutes unless `isFresh`, and by all who ask at once together. */
export function configurationOf(door: Ctx, provider: Spoken, { isFresh = false } = {}): Promise<client.Configuration> {
  const key = `${provider.id} ${provider.changedAt} ${skewS()}`;
  const found = known.get(key);
  if (found && !isFresh && found.until > nowMs()) return found.config;
  if (known.size >= MOST_KNOWN) known.clear();
  for (const other of known.keys()) if (other.startsWith(`${provider.id} `)) known.delete(other);
  const asked = { config: discover(door, provider), until: nowMs() + KNOWN_FOR_MS };
  known.set(key, asked);
  // Whoever begins again and again makes us ask no provider again and again.
  asked.config.catch(() => (asked.until = nowMs() + PAUSE_MS));
  return asked.config;
}

/** Every ID token's signature is checked by what comes of this. Throws WronglySet. */
async function discover(door: Ctx, provider: Spoken): Promise<client.Configuration> {
  const isPlain = isOfThisMachine(provider.issuer);
  const fetchIt = guardedFetch(door.db);
  const discovered = await client.discovery(new URL(provider.issuer), provider.clientId, undefined, client.None(), { [client.customFetch]: fetchIt, execute: isPlain ? [client.allowInsecureRequests] : [], timeout: 10 });
  const server = discovered.serverMetadata();
  if (!sameIssuer(server.issuer, provider.issuer)) throw new WronglySet(`It calls itself ${server.issuer.slice(0, 200)}. The issuer must be exactly that, and stand for one organisation only.`);
  const config = new client.Configuration(server, provider.clientId, { [client.clockSkew]: skewS() }, authentication(server, await secretOf(door, provider.id)));
  config[client.customFetch] = fetchIt;
  config.timeout = 10;
  client.enableNonRepudiationChecks(config);
  if (isPlain) client.allowInsecureRequests(config);
  return config;
}

/** Why a provider could not be spoken to, in words for who set it; null where it spoke and said something wrong. */
export function outgoingFaultIn(error: unknown): string | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof OutgoingFault) return at.message;
    if (at.name === 'TimeoutError' || at.name === 'AbortError') return 'It did not answer in time.';
  }
  return null;
}
