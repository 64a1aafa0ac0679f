import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { Ctx } from '#platform/kernel/store.ts';
import { configurationOf, type Spoken } from './client.ts';
import { guardedFetch } from './guarded-fetch.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const LONGEST = 16_384;
const SKEW_S = 60;
const OLDEST_S = 10 * 60;

const Header = z.looseObject({ alg: z.string(), kid: z.string().max(500).optional(), typ: z.string().regex(/^(?:application\/)?logout\+jwt$/i), crit: z.undefined().optional() });
const Claims = z.looseObject({
  iss: z.string(), aud: z.union([z.string(), z.array(z.string())]), iat: z.number(), exp: z.number(), jti: z.string().min(1).max(500), events: z.looseObject({ [EVENT]: z.looseObject({}) }),
  sub: z.string().min(1).max(255).optional(), sid: z.string().min(1).max(255).optional(), nonce: z.undefined().optional(),
});
/** Whose session, or which, a provider says has ended. */
export type LoggedOut = { jti: string; subject: string | null; sid: string | null; expiresAt: Date };

type How = { type: string; hash: 'sha256' | 'sha384' | 'sha512' | null; pss?: true; isPair?: true };
/** Signatures by which a token is believed (RFC 7518 §3.1, RFC 8037); none is not one, nor is a shared secret. */
const SIGNATURES: Readonly<Record<string, How>> = {
  RS256: { type: 'rsa', hash: 'sha256' }, RS384: { type: 'rsa', hash: 'sha384' }, RS512: { type: 'rsa', hash: 'sha512' }, PS256: { type: 'rsa', hash: 'sha256', pss: true }, PS384: { type: 'rsa', hash: 'sha384', pss: true }, PS512: { type: 'rsa', hash: 'sha512', pss: true },
  ES256: { type: 'ec', hash: 'sha256', isPair: true }, ES384: { type: 'ec', hash: 'sha384', isPair: true }, ES512: { type: 'ec', hash: 'sha512', isPair: true }, EdDSA: { type: 'ed25519', hash: null },
};

const partOf = (text: string | undefined): unknown => {
  try {
    return JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8'));
  } catch {
    return null;
  }
};

const Keys = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional(), use: z.string().optional() })).max(100) });

/** The provider's keys as it publishes them now: a token comes seldom, and keys change. */
async function keysOf(door: Ctx, provider: Spoken): Promise<z.infer<typeof Keys>['keys']> {
  const { jwks_uri: uri } = (await configurationOf(door, provider)).serverMetadata();
  if (uri === undefined) return [];
  const reply = await guardedFetch(door.db)(uri, { method: 'GET', headers: { accept: 'application/json' }, body: undefined, redirect: 'manual' });
  const read = Keys.safeParse(await reply.json().catch(() => null));
  return read.success ? read.data.keys : [];
}

const isSigned = (how: How, key: KeyObject, said: string, signature: Buffer): boolean =>
  key.asymmetricKeyType === how.type && verify(how.hash, Buffer.from(said), { key, ...(how.pss && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }), ...(how.isPair && { dsaEncoding: 'ieee-p1363' as const }) }, signature);

function keyIn(jwk: z.infer<typeof Keys>['keys'][number]): KeyObject | null {
  try {
    return createPublicKey({ key: jwk as never, format: 'jwk' });
  } catch {
    return null;
  }
}

/** Is every claim as Back-Channel Logout 1.0 §2.6 has it: for us, by this provider, of now, of this sort, and about somebody? */
function saidOf(claims: unknown, { issuer, clientId, now }: { issuer: string; clientId: string; now: Date }): LoggedOut | null {
  const read = Claims.safeParse(claims);
  if (!read.success || (typeof claims === 'object' && claims !== null && 'nonce' in claims)) return null;
  const { iss, aud, iat, exp, jti, sub, sid } = read.data;
  const nowS = now.getTime() / 1000;
  const isForUs = typeof aud === 'string' ? aud === clientId : aud.includes(clientId);
  const isOfNow = exp > nowS - SKEW_S && iat < nowS + SKEW_S && iat > nowS - OLDEST_S;
  if (iss !== issuer || !isForUs || !isOfNow || (sub === undefined && sid === undefined)) return null;
  return { jti, subject: sub ?? null, sid: sid ?? null, expiresAt: new Date((Math.max(exp, iat + OLDEST_S) + SKEW_S) * 1000) };
}

/** What a logout token says; null where its signature or any claim does not fit. Throws where the provider cannot be asked for its keys. */
export async function loggedOutBy(door: Ctx, provider: Spoken, token: string): Promise<LoggedOut | null> {
  const [header, claims, signature, ...more] = token.length > LONGEST ? [] : token.split('.');
  const read = Header.safeParse(partOf(header));
  const how = read.success ? SIGNATURES[read.data.alg] : undefined;
  if (!read.success || !how || signature === undefined || more.length > 0) return null;
  const issuer = (await configurationOf(door, provider)).serverMetadata().issuer;
  const said = saidOf(partOf(claims), { issuer, clientId: provider.clientId, now: door.now() });
  if (!said) return null;
  const { kid } = read.data;
  const fitting = (await keysOf(door, provider)).filter((key) => key.use !== 'enc' && (kid === undefined || key.kid === kid));
  const isBelieved = fitting.some((jwk) => {
    const key = keyIn(jwk);
    return key !== null && isSigned(how, key, `${header}.${claims}`, Buffer.from(signature, 'base64url'));
  });
  return isBelieved ? said : null;
}
