import type { FastifyRequest } from 'fastify';
import { SeenTokens } from '#modules/identity/tokens/token-watch.ts';
import { readersFor } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { hashOfToken } from '#platform/kernel/http.ts';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

const watches = new WeakMap<Database, SeenTokens>();

function watchOf(db: Database): SeenTokens {
  const known = watches.get(db);
  if (known) return known;
  const made = new SeenTokens(db, () => new Date());
  watches.set(db, made);
  return made;
}

/** Does the request come from this machine itself, or with a valid key? A proxy's request is not from this machine. Throws 429 at an address that tries many keys. */
export async function isKeyHolder(db: Database, request: FastifyRequest): Promise<boolean> {
  if (LOOPBACK.test(request.ip) && request.headers['x-forwarded-for'] === undefined) return true;
  const tokenHash = hashOfToken(request);
  if (!tokenHash || !request.headers.authorization) return false;
  const watch = watchOf(db);
  watch.before(request, tokenHash);
  const holds = await readersFor(db).resolve({ kind: 'token', tokenHash }).then(() => true, () => false);
  if (holds) watch.held(tokenHash);
  else watch.unknown(request, tokenHash);
  return holds;
}
