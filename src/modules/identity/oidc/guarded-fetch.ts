import type { CustomFetch } from 'openid-client';
import type { Database } from '#platform/kernel/db/pool.ts';
import { OutgoingFault } from '#platform/net/fault.ts';
import { outgoingOf } from '#platform/net/net.service.ts';

const TIMEOUT_MS = 8_000;
const MOST_BYTES = 512 * 1024;
const BODYLESS = new Set([204, 205, 304]);

/** What the client library asks for, by the one guarded way out: addresses checked, no redirects, bounded. A provider that fails inside counts as one that is away. */
export const guardedFetch = (db: Database): CustomFetch => async (url, { method, headers, body }) => {
  const answer = await outgoingOf(db).send({
    url, purpose: 'sign-in', method: method === 'POST' ? 'POST' : 'GET', headers: Object.fromEntries(new Headers(headers)), timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES, maxRedirects: 0,
    ...(body === undefined || body === null ? {} : { body: await new Response(body).text() }),
  });
  if (answer.status >= 500) throw new OutgoingFault('protocol', `${new URL(url).host} answered with an error of its own (${answer.status}).`);
  const given = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : []));
  return new Response(BODYLESS.has(answer.status) ? null : new Uint8Array(answer.body), { status: answer.status, headers: given });
};
