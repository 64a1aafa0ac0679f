import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { hashToken } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, type Tx } from '../change.ts';
import type { Factor } from './contract.ts';

export const SESSION_HOURS = 12;

/** The session of a provider that another was opened by: it may end it. */
export const ProviderSession = z.strictObject({ id: z.uuid(), subject: z.string(), sid: z.string().nullable() });
export type ProviderSession = z.infer<typeof ProviderSession>;

/** Who signed in, and with what; `shownAt` is when that was shown, where it wasn't just now (a provider that saw them earlier). */
export type Opening = { personId: string; openedWith: readonly Factor[]; hasSecondFactor: boolean; shownAt?: Date; provider?: ProviderSession | undefined };

/** Makes a session and what it has proven; answers its token, which is stored nowhere. */
export async function openSession(tx: Tx, from: Ctx, { personId, openedWith, hasSecondFactor, shownAt, provider }: Opening) {
  const token = randomBytes(32).toString('base64url');
  const id = uuidv7();
  const now = from.now();
  const shown = (shownAt && shownAt < now ? shownAt : now).toISOString();
  await tx.insertInto('access.session').values({
    tokenHash: hashToken(token), id, personId, kind: 'browser', expiresAt: new Date(now.getTime() + SESSION_HOURS * 3_600_000).toISOString(), address: from.remote ?? null, agent: from.agent ?? null,
  }).execute();
  await tx.insertInto('identity.proof').values({ sessionId: id, personId, openedWith: [...openedWith], confirmedAt: shown, secondFactorAt: hasSecondFactor ? shown : null }).execute();
  if (provider) await tx.insertInto('identity.providerSession').values({ sessionId: id, providerId: provider.id, subject: provider.subject, sid: provider.sid }).execute();
  return { changes: [about(personId, 'signed-in', { sessionId: id, openedWith })], result: token };
}
