import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieName, type Exchange, SESSION_COOKIE } from '#platform/kernel/http.ts';

/** Holds a sign-in that waits for its second factor; it opens nothing by itself. */
export const HALF_COOKIE = 'parapet_half';

/** Holds what was begun with a provider of single sign-on, sealed. */
export const SINGLE_COOKIE = 'parapet_single';

type Sent = { name: string; token: string; maxAgeS: number; path: string; sameSite: 'Lax' | 'Strict' };

const HOST_ONLY: readonly string[] = [SESSION_COOKIE, HALF_COOKIE, SINGLE_COOKIE];

/** Behind TLS under a name that only this host can set, which then holds for all of its paths. */
function cookieOf({ name, token, maxAgeS, path, sameSite }: Sent, request: FastifyRequest): string {
  const isSecure = request.protocol === 'https';
  const [shown, where] = isSecure && HOST_ONLY.includes(name) ? [cookieName(request, name), '/'] : [name, path];
  return `${shown}=${token}; Path=${where}; HttpOnly; SameSite=${sameSite}; Max-Age=${maxAgeS}${isSecure ? '; Secure' : ''}`;
}

/** Sets a cookie that no script reads. */
export const sendCookie = ({ request, reply }: Exchange, sent: Sent): FastifyReply => reply.header('set-cookie', cookieOf(sent, request));

export const sendSession = (exchange: Exchange, token: string, maxAgeS: number): FastifyReply => sendCookie(exchange, { name: SESSION_COOKIE, token, maxAgeS, path: '/', sameSite: 'Lax' });

/** Another site's page never sends it along: only our own screens go on with a sign-in. */
export const sendHalf = (exchange: Exchange, token: string, maxAgeS: number): FastifyReply => sendCookie(exchange, { name: HALF_COOKIE, token, maxAgeS, path: '/api/identity', sameSite: 'Strict' });

/** A token in a cookie of this name; null where there is none that could be one. */
export function cookieIn(request: FastifyRequest, name: string): string | null {
  const found = new RegExp(`(?:^|;\\s*)${HOST_ONLY.includes(name) ? cookieName(request, name) : name}=([\\w-]{20,200})`).exec(request.headers.cookie ?? '');
  return found?.[1] ?? null;
}
