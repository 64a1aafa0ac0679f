import { z } from 'zod';
import type { FastifyRequest } from 'fastify';
import { cookieName, type Exchange } from '#platform/kernel/http.ts';
import { ownSealer } from '../sealing.ts';
import { CEREMONY_MINUTES } from '../sign-in/ceremony.ts';
import { sendCookie, SINGLE_COOKIE } from '../sign-in/cookies.ts';

/** What was begun with a provider and must come back to the same browser. `personId` is who links; null where somebody signs in. */
const Begun = z.strictObject({ providerId: z.uuid(), personId: z.uuid().nullable(), state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string(), until: z.number() });
export type Begun = z.infer<typeof Begun>;

const PLACE = 'single sign-on';

/** Kept by the browser itself, sealed: the server stores nothing for who only begins. */
export function keepBegun(exchange: Exchange, begun: Omit<Begun, 'until'>, now: Date): void {
  const sealed = ownSealer().seal(PLACE, Buffer.from(JSON.stringify({ ...begun, until: now.getTime() + CEREMONY_MINUTES * 60_000 })));
  sendCookie(exchange, { name: SINGLE_COOKIE, token: sealed.toString('base64url'), maxAgeS: CEREMONY_MINUTES * 60, path: '/api/identity', sameSite: 'Strict' });
}

export const dropBegun = (exchange: Exchange): void => void sendCookie(exchange, { name: SINGLE_COOKIE, token: '', maxAgeS: 0, path: '/api/identity', sameSite: 'Strict' });

/** What this browser began; null where nothing, too long ago, or not by us. */
export function begunIn(request: FastifyRequest, now: Date): Begun | null {
  const found = new RegExp(`(?:^|;\\s*)${cookieName(request, SINGLE_COOKIE)}=([\\w-]{20,4000})`).exec(request.headers.cookie ?? '')?.[1];
  if (found === undefined) return null;
  try {
    const begun = Begun.parse(JSON.parse(ownSealer().open(PLACE, Buffer.from(found, 'base64url')).toString('utf8')));
    return begun.until > now.getTime() ? begun : null;
  } catch {
    return null;
  }
}
