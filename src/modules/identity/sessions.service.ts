import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { type Exchange, hashOfToken, hashToken, SESSION_COOKIE } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me as self, store } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { hashPassword, verifyPassword } from './password.ts';
import type { Tables } from './tables.gen.ts';
import { type Attempts, countFailure, secondsToWait } from './throttle.ts';

const identity = store<Tables>('identity');
const SESSION_HOURS = 12;
const FREE_FAILURES = { account: 5, address: 30 };
const AUTHENTICATE = 'identity:authenticate';

const wrong = (): Problem => new Problem('unauthenticated', 'identity.wrong_password', 'E-mail and password do not fit together. Check both, or ask an administrator for a new password.');
const tooMany = (seconds: number): Problem => new Problem('limited', 'identity.too_many_attempts', `Too many attempts. Wait ${seconds} s, then try once more.`, { retryAfterS: seconds });

/** Signs in: the same words and the same work whether the address is unknown, the password wrong or the person not active. */
export async function signIn(ctx: Ctx, { email, password }: Input<typeof contract.signIn>, { request, reply }: Exchange): Promise<Reply<typeof contract.signIn>> {
  const door = await actAs(ctx.db, SERVICE.frontDoor, ctx.now, ctx.requestId);
  const keys = { account: `mail:${email.trim().toLowerCase()}`, address: `net:${ctx.remote ?? ''}` };
  const [attempts, found] = await identity.readAll(door, AUTHENTICATE, (db) => [
    db.selectFrom('identity.attempt').select(['key', 'failures', 'firstAt', 'blockedUntil']).where('key', 'in', Object.values(keys)),
    db.selectFrom(sql<{ personId: string; passwordHash: string | null; state: string }>`identity.hash_for_sign_in(${email.trim().toLowerCase()})`.as('h')).select(['personId', 'passwordHash', 'state']),
  ]);
  const known = new Map(attempts.map((row) => [row.key, row as Attempts]));
  const seconds = longestWait(known, Object.values(keys), ctx.now());
  if (seconds > 0) throw tooMany(seconds);
  const person = found[0];
  const fits = await verifyPassword(password, person?.passwordHash ?? null);
  if (!fits || !person || person.state !== 'active') {
    const wait = await recordFailure(door, keys, person?.personId ?? null);
    throw wait > 0 ? tooMany(wait) : wrong();
  }
  const token = await openSession(door, person.personId, keys, ctx);
  reply.header('set-cookie', sessionCookie(token, SESSION_HOURS * 3600, request.protocol === 'https'));
  return { next: null };
}

const KINDS = ['account', 'address'] as const;
type Keys = Record<(typeof KINDS)[number], string>;
type Tx = Parameters<Parameters<typeof identity.writeMany>[2]>[0];

/** The attempts at these keys, held until the transaction ends, so that guesses sent at once are counted one after the other. */
async function holdAttempts(tx: Tx, keys: readonly string[], now: string): Promise<Map<string, Attempts>> {
  const sorted = keys.toSorted();
  await tx.insertInto('identity.attempt').values(sorted.map((key) => ({ key, failures: 0, firstAt: now, blockedUntil: now }))).onConflict((conflict) => conflict.column('key').doNothing()).execute();
  const rows = await tx.selectFrom('identity.attempt').select(['key', 'failures', 'firstAt', 'blockedUntil']).where('key', 'in', sorted).orderBy('key').forUpdate().execute();
  return new Map(rows.map((row) => [row.key, row as Attempts]));
}

/** Counts a wrong password; answers the seconds to wait where others of the same moment used up what was free. */
async function recordFailure(door: Ctx, keys: Keys, personId: string | null): Promise<number> {
  return identity.writeMany(door, AUTHENTICATE, async (tx) => {
    const known = await holdAttempts(tx, Object.values(keys), door.now().toISOString());
    const seconds = longestWait(known, Object.values(keys), door.now());
    if (seconds > 0) return { changes: [], result: seconds };
    for (const kind of KINDS) await tx.updateTable('identity.attempt').set(countFailure(known.get(keys[kind]), door.now(), FREE_FAILURES[kind])).where('key', '=', keys[kind]).execute();
    return { changes: [{ verb: 'sign-in-refused', before: null, after: { id: personId ?? SERVICE.frontDoor }, of: { recordId: personId ?? SERVICE.frontDoor, siteId: null, wallId: null, readPermission: 'identity:read' } }], result: 0 };
  });
}

const longestWait = (known: ReadonlyMap<string, Attempts>, keys: readonly string[], now: Date): number => Math.max(...keys.map((key) => secondsToWait(known.get(key), now)));

/** Makes a session and answers its token, which is stored nowhere. A right password among too many guesses of the same moment waits as they do. */
async function openSession(door: Ctx, personId: string, keys: Keys, from: Ctx): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const id = uuidv7();
  await identity.writeMany(door, AUTHENTICATE, async (tx) => {
    const seconds = longestWait(await holdAttempts(tx, Object.values(keys), door.now().toISOString()), Object.values(keys), door.now());
    if (seconds > 0) throw tooMany(seconds);
    await tx.insertInto('access.session').values({
      tokenHash: hashToken(token), id, personId, kind: 'browser', expiresAt: new Date(door.now().getTime() + SESSION_HOURS * 3_600_000).toISOString(),
      address: from.remote ?? null, agent: from.agent ?? null,
    }).execute();
    await tx.deleteFrom('identity.attempt').where((row) => row.or([row('key', '=', keys.account), row.and([row('key', '=', keys.address), row('failures', '=', 0)])])).execute();
    return { changes: [{ verb: 'signed-in', before: null, after: { id, personId }, of: { recordId: personId, siteId: null, wallId: null, readPermission: 'identity:read' } }], result: null };
  });
  return token;
}

const sessionCookie = (token: string, maxAgeS: number, secure: boolean): string => `${SESSION_COOKIE}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeS}${secure ? '; Secure' : ''}`;

export async function signOut(ctx: Ctx, _input: unknown, { request, reply }: Exchange): Promise<Reply<typeof contract.signOut>> {
  const tokenHash = hashOfToken(request);
  await identity.writeMany(ctx, '', async (tx) => {
    const ended = await tx.deleteFrom('access.session').where('tokenHash', '=', tokenHash as Buffer).where('kind', '=', 'browser').executeTakeFirst();
    return { changes: ended.numDeletedRows > 0n ? [aboutSelf(ctx, 'signed-out')] : [], result: null };
  });
  reply.header('set-cookie', sessionCookie('', 0, request.protocol === 'https'));
  return { ended: true };
}

const aboutSelf = (ctx: Ctx, verb: string) => ({ verb, before: null, after: { id: ctx.personId }, of: { recordId: ctx.personId, siteId: null, wallId: null, readPermission: 'identity:read' } });

export async function listSessions(ctx: Ctx): Promise<Reply<typeof contract.listSessions>> {
  const current = ctx.actor.kind === 'token' ? ctx.actor.tokenHash : Buffer.alloc(0);
  const items = await identity.read(ctx, '').selectFrom('access.session')
    .select(['id', 'kind', 'label', 'createdAt', 'lastSeenAt', 'expiresAt', 'address', 'agent', sql<boolean>`token_hash = ${current}`.as('current')])
    .where('personId', '=', self).orderBy('createdAt', 'desc').limit(200).execute();
  return { items };
}

export async function endSession(ctx: Ctx, { id }: Input<typeof contract.endSession>): Promise<Reply<typeof contract.endSession>> {
  return identity.writeMany(ctx, '', async (tx) => {
    const ended = await tx.deleteFrom('access.session').where('id', '=', id).where('personId', '=', self).executeTakeFirst();
    if (ended.numDeletedRows === 0n) throw notFound();
    return { changes: [aboutSelf(ctx, 'session-ended')], result: { ended: true } };
  });
}

export async function changePassword(ctx: Ctx, { current, next }: Input<typeof contract.changePassword>): Promise<Reply<typeof contract.changePassword>> {
  const [row] = await identity.read(ctx, '').selectFrom(sql<{ hash: string | null }>`identity.hash_of_own()`.as<'h'>(sql`h(hash)`)).select('hash').execute();
  if (!(await verifyPassword(current, row?.hash ?? null))) throw new Problem('refused', 'identity.wrong_password', 'That is not your present password.', { errors: [{ pointer: '/current', detail: 'That is not your present password.' }] });
  const passwordHash = await hashPassword(next);
  return identity.writeMany(ctx, '', async (tx) => {
    await tx.updateTable('identity.credential').set({ passwordHash, changedAt: ctx.now().toISOString(), changedBy: self }).where('personId', '=', self).execute();
    const mine = ctx.actor.kind === 'token' ? ctx.actor.tokenHash : Buffer.alloc(0);
    await tx.deleteFrom('access.session').where('personId', '=', self).where('tokenHash', '<>', mine).execute();
    return { changes: [aboutSelf(ctx, 'password-changed')], result: { changed: true } };
  });
}
