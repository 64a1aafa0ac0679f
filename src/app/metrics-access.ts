import type { FastifyRequest } from 'fastify';
import { readersFor } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { hashOfToken } from '#platform/kernel/http.ts';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Does the request come from this machine itself, or with a valid key? A proxy's request is not from this machine. */
export async function isKeyHolder(db: Database, request: FastifyRequest): Promise<boolean> {
  if (LOOPBACK.test(request.ip) && request.headers['x-forwarded-for'] === undefined) return true;
  const tokenHash = hashOfToken(request);
  if (!tokenHash || !request.headers.authorization) return false;
  return readersFor(db).resolve({ kind: 'token', tokenHash }).then(() => true, () => false);
}
