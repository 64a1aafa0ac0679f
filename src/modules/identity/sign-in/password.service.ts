import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { canHavePasskeys } from '../passkeys/relying-party.ts';
import { verifyPassword } from '../password.ts';
import { AUTHENTICATE, identity } from '../change.ts';
import type * as contract from './contract.ts';
import { doorFor, goOn } from './half.ts';
import { addressKey, attemptsAt, refuse, refusedOf, refuseEarly } from './throttling.ts';

const wrong = (): Problem => new Problem('unauthenticated', 'identity.wrong_password', 'E-mail and password do not fit together. Check both, or ask an administrator for a new password.');

/** What the sign-in page offers beside a password. */
export async function signInWays(ctx: Ctx): Promise<Reply<typeof contract.signInWays>> {
  const providers = await identity.read(await doorFor(ctx), AUTHENTICATE).selectFrom('identity.provider').select(['id', 'name']).where('isOn', '=', true).orderBy('name').limit(20).execute();
  return { passkeys: canHavePasskeys(), providers };
}

type Known = { personId: string; passwordHash: string | null; state: string };

/** Signs in: the same words and the same work whether the address is unknown, the password wrong or the person not active. */
export async function signIn(ctx: Ctx, { email, password }: Input<typeof contract.signIn>, exchange: Exchange): Promise<Reply<typeof contract.signIn>> {
  const door = await doorFor(ctx);
  const address = email.trim().toLowerCase();
  const keys = { account: `mail:${address}`, address: addressKey(ctx) };
  const [attempts, found] = await identity.readAll(door, AUTHENTICATE, (db) => [
    attemptsAt(db, keys),
    db.selectFrom(sql<Known>`identity.hash_for_sign_in(${address})`.as('h')).select(['personId', 'passwordHash', 'state']),
  ]);
  refuseEarly(attempts, keys, ctx.now());
  const person = found[0];
  const fits = await verifyPassword(password, person?.passwordHash ?? null);
  const refused = { told: refusedOf(person?.personId ?? null, 'sign-in-refused'), refusal: wrong() };
  if (!fits || person?.state !== 'active') return refuse(door, keys, refused.told, refused.refusal);
  return goOn(ctx, door, exchange, { personId: person.personId, with: 'password', keys }, refused);
}
