import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { hashToken } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, type Tx } from '../change.ts';
import type { Factor } from './contract.ts';

export const SESSION_HOURS = 12;

/** Who signed in, and with what; `shownAt` is when that was shown, where it wasn't just now (a provider that saw them earlier). */
export type Opening = { personId: string; openedWith: readonly Factor[]; hasSecondFactor: boolean; shownAt?: Date };

/** Makes a session and what it has proven; answers its token, which is stored nowhere. */
export async function openSession(tx: Tx, from: Ctx, { personId, openedWith, hasSecondFactor, shownAt }: Opening) {
  const token = randomBytes(32).toString('base64url');
  const id = uuidv7();
  const now = from.now();
  const shown = (shownAt && shownAt < now ? shownAt : now).toISOString();
  await tx.insertInto('access.session').values({
    tokenHash: hashToken(token), id, personId, kind: 'browser', expiresAt: new Date(now.getTime() + SESSION_HOURS * 3_600_000).toISOString(), address: from.remote ?? null, agent: from.agent ?? null,
  }).execute();
  await tx.insertInto('identity.proof').values({ sessionId: id, personId, openedWith: [...openedWith], confirmedAt: shown, secondFactorAt: hasSecondFactor ? shown : null }).execute();
  return { changes: [about(personId, 'signed-in', { sessionId: id, openedWith })], result: token };
}
