import { v7 as uuidv7 } from 'uuid';
import { actAs, readersFor } from '#platform/kernel/context.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { type Exchange, hashOfToken, hashToken } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, AUTHENTICATE, identity, type Tx } from '../change.ts';
import { CEREMONY_MINUTES, sweepCeremonies } from '../sign-in/ceremony.ts';
import { doorFor, goOn } from '../sign-in/half.ts';
import { addressKey, type Keys, refuse, refusedOf, refuseWhileWaiting } from '../sign-in/throttling.ts';
import { noteAsked } from './asked.ts';
import { silent } from './begin.service.ts';
import { type Begun, begunIn, dropBegun } from './begun.ts';
import { type Claims, claimsOf, Unreachable } from './claims.ts';
import { findProvider, type Spoken } from './client.ts';
import type * as contract from './contract.ts';

const beganElsewhere = (): Problem => new Problem('unauthenticated', 'identity.begin_again', 'This sign-in was begun in another browser, took too long, or was ended. Begin again.');
const notBelieved = (name: string): Problem => new Problem('unauthenticated', 'identity.provider_not_believed', `What ${name} sent back does not fit what was asked. Nobody was signed in. Begin again.`);
const notLinked = (name: string): Problem => new Problem('unauthenticated', 'identity.not_linked', `Your sign-in of ${name} is linked with nobody here. Sign in another way and link it under My account, or ask an administrator.`);

const refused = (personId: string | null) => refusedOf(personId, 'single-sign-on-refused');

/** Guesses are counted for what was begun, and for the address, so that a colleague's failures make nobody else of the house wait at once. */
const keysOf = (ctx: Ctx, begun: Begun | null): Keys => ({ account: begun ? `single:${hashToken(begun.state).toString('hex')}` : `single:${ctx.remote ?? ''}`, address: addressKey(ctx) });

/** Ends what was begun: signs in whom the provider names by a subject that is linked, or links it with who is signed in and asked for it. */
export async function finishSingleSignOn(ctx: Ctx, { providerId, search }: Input<typeof contract.finishSingleSignOn>, exchange: Exchange): Promise<Reply<typeof contract.finishSingleSignOn>> {
  const door = await doorFor(ctx);
  const begun = begunIn(exchange.request, ctx.now());
  const keys = keysOf(ctx, begun);
  await refuseWhileWaiting(door, keys);
  const provider = begun ? await findProvider(door, begun.providerId) : undefined;
  if (!begun || !provider?.isOn) return refuse(door, keys, refused(null), beganElsewhere());
  // Sent back to another's address: one provider passes off as another (mix-up).
  const claims = providerId === begun.providerId ? await asked(door, provider, () => claimsOf(door, provider, begun, search)) : null;
  dropBegun(exchange);
  if (!claims) return refuse(door, keys, refused(null), notBelieved(provider.name));
  return begun.personId === null ? signIn(ctx, door, exchange, { begun, provider, claims, keys }) : link(ctx, door, exchange, { begun, provider, claims, keys });
}

async function asked<T>(door: Ctx, { id, name }: Spoken, ask: () => Promise<T>): Promise<T> {
  try {
    const answer = await ask();
    if (answer !== null) await noteAsked(door, id, { isWell: true, words: 'It answered.' });
    return answer;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    await noteAsked(door, id, { isWell: false, words: error.words });
    throw silent(name, error);
  }
}

type Ended = { begun: Begun; provider: Spoken; claims: Claims; keys: Keys };

/** Marks what was begun as ended; false where it was: what a provider sent back fits once. */
async function spend(tx: Tx, { state }: Begun, personId: string, now: Date): Promise<boolean> {
  await sweepCeremonies(tx, now);
  const spent = await tx.insertInto('identity.ceremony').values({ tokenHash: hashToken(state), id: uuidv7(), kind: 'oidc', personId, state: '{}', madeAt: now.toISOString(), expiresAt: new Date(now.getTime() + CEREMONY_MINUTES * 60_000).toISOString() })
    .onConflict((conflict) => conflict.column('tokenHash').doNothing()).executeTakeFirst();
  return (spent.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

async function signIn(ctx: Ctx, door: Ctx, exchange: Exchange, { begun, provider, claims, keys }: Ended): Promise<Reply<typeof contract.finishSingleSignOn>> {
  const found = await identity.read(door, AUTHENTICATE).selectFrom('identity.link as l').innerJoin('access.person as p', 'p.id', 'l.personId').select(['l.id', 'l.personId', 'p.state']).where('l.providerId', '=', provider.id).where('l.subject', '=', claims.subject).executeTakeFirst();
  // Whom the provider vouched for guesses nothing: told, not counted. The same words for who is not active.
  if (found?.state !== 'active') {
    await identity.writeMany(door, AUTHENTICATE, async () => ({ changes: [refused(found?.personId ?? null)], result: null }));
    throw notLinked(provider.name);
  }
  const wrong = { told: refused(found.personId), refusal: notBelieved(provider.name) };
  const shown = { personId: found.personId, with: 'single' as const, hasSecondFactor: claims.hasSecondFactor, shownAt: claims.shownAt ?? new Date(0), provider: { id: provider.id, subject: claims.subject, sid: claims.sid }, keys };
  const signedIn = await goOn(ctx, door, exchange, shown, wrong, async (tx) => {
    if (!(await spend(tx, begun, found.personId, ctx.now()))) return false;
    await tx.updateTable('identity.link').set({ lastUsedAt: ctx.now().toISOString() }).where('id', '=', found.id).execute();
    return true;
  });
  return { ...signedIn, to: begun.to, isLinked: false };
}

/** The person of the session that this browser carries; null where there is none. */
async function whoIsHere(ctx: Ctx, { request }: Exchange): Promise<string | null> {
  const tokenHash = hashOfToken(request);
  return tokenHash ? readersFor(ctx.db).resolve({ kind: 'token', tokenHash }).then(({ personId }) => personId, () => null) : null;
}

async function link(ctx: Ctx, door: Ctx, exchange: Exchange, { begun, provider, claims, keys }: Ended): Promise<Reply<typeof contract.finishSingleSignOn>> {
  const personId = await whoIsHere(ctx, exchange);
  if (personId === null || personId !== begun.personId) return refuse(door, keys, refused(begun.personId), beganElsewhere());
  const isFirst = await identity.writeMany(door, AUTHENTICATE, async (tx) => ({ changes: [], result: await spend(tx, begun, personId, ctx.now()) }));
  if (!isFirst) return refuse(door, keys, refused(personId), notBelieved(provider.name));
  const self = await actAs(ctx.db, personId, ctx.now, ctx.requestId);
  const id = uuidv7();
  await identity.writeMany(self, '', async (tx) => {
    await tx.insertInto('identity.link').values({ id, providerId: provider.id, subject: claims.subject, personId, knownAs: claims.knownAs, madeAt: ctx.now().toISOString(), madeBy: personId }).execute().catch(alreadyLinked);
    return { changes: [{ ...about(personId, 'single-sign-on-linked', { linkId: id, provider: provider.name, knownAs: claims.knownAs }), erasable: ['knownAs'] }], result: null };
  });
  return { next: null, to: begun.to, isLinked: true };
}

export function alreadyLinked(error: unknown): never {
  if ((error as { code?: string }).code !== '23505') throw error;
  throw new Problem('conflict', 'identity.linked_already', 'This sign-in, or this account, is linked already. Take the older link away first.');
}
