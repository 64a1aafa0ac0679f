import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { type Door, hashToken } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, AUTHENTICATE, identity, type Tx } from '../change.ts';
import { sweepCeremonies } from '../sign-in/ceremony.ts';
import { doorFor } from '../sign-in/half.ts';
import { addressKey, refuse, refusedOf, refuseWhileWaiting } from '../sign-in/throttling.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { findProvider, type Spoken } from './client.ts';
import { type LoggedOut, loggedOutBy } from './logout-token.ts';

const BODY_LIMIT = 32 * 1024;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const notBelieved = (): Problem => new Problem('invalid', 'identity.logout_not_believed', 'This is no logout token of that provider for this client.');

/** A token counts once (`jti`); false where it did. */
async function spend(tx: Tx, provider: Spoken, { jti, expiresAt }: LoggedOut, now: Date): Promise<boolean> {
  await sweepCeremonies(tx, now);
  const spent = await tx.insertInto('identity.ceremony').values({ tokenHash: hashToken(`logout ${provider.id} ${jti}`), id: uuidv7(), kind: 'oidc', personId: null, state: '{}', madeAt: now.toISOString(), expiresAt: expiresAt.toISOString() })
    .onConflict((conflict) => conflict.column('tokenHash').doNothing()).executeTakeFirst();
  return (spent.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Ends the session that is named, or all that this provider opened for whom it names (Back-Channel Logout 1.0 §2.7). */
function endSaid(door: Ctx, provider: Spoken, said: LoggedOut): Promise<boolean> {
  return identity.writeMany(door, AUTHENTICATE, async (tx) => {
    if (!(await spend(tx, provider, said, door.now()))) return { changes: [], result: false };
    let named = tx.selectFrom('identity.providerSession').select('sessionId').where('providerId', '=', provider.id);
    if (said.sid !== null) named = named.where('sid', '=', said.sid);
    if (said.subject !== null) named = named.where('subject', '=', said.subject);
    const ended = await tx.deleteFrom('access.session').where('id', 'in', named).returning('personId').execute();
    return { changes: [...new Set(ended.map(({ personId }) => personId))].map((personId) => about(personId, 'signed-out-by-provider', { providerId: provider.id, provider: provider.name })), result: true };
  });
}

async function signOut(ctx: Ctx, id: string, token: unknown): Promise<void> {
  const door = { ...(await doorFor(ctx)), ...(ctx.remote !== undefined && { remote: ctx.remote }) };
  const keys = { account: `logout:${id.slice(0, 40)}:${ctx.remote ?? ''}`, address: addressKey(ctx) };
  await refuseWhileWaiting(door, keys);
  const provider = UUID.test(id) ? await findProvider(door, id) : undefined;
  const said = provider?.isOn && typeof token === 'string' ? await loggedOutBy(door, provider, token) : null;
  if (!provider || !said || !(await endSaid(door, provider, said))) await refuse(door, keys, refusedOf(null, 'provider-logout-refused'), notBelieved());
}

/** Where a provider says that somebody signed out there: `POST /single-sign-out/<id of the provider>`, as its own form and answers have it (Back-Channel Logout 1.0 §2.5, §2.8). */
export async function mountBackChannel(app: FastifyInstance, door: Door): Promise<void> {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, text, done) => done(null, Object.fromEntries(new URLSearchParams(text as string))));
  app.setErrorHandler((error, request, reply) => {
    const problem = door.refused(request, error);
    const { retryAfterS } = problem.extra;
    if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
    return reply.code(problem.status).send(problem.status < 500 ? { error: 'invalid_request', error_description: problem.message } : { error: 'server_error' });
  });
  app.post('/single-sign-out/:id', { schema: { hide: true } }, async (request, reply) => {
    const ctx = await door.enter(request, 'public');
    await signOut(ctx, (request.params as { id: string }).id, (request.body as { logout_token?: unknown } | undefined)?.logout_token);
    return reply.code(200).send();
  });
}
