import { sql } from 'kysely';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { identity } from '../change.ts';

const FRESH_MINUTES = 10;

/** What the session of this context last proved of who sits there; nothing for a key, and for one that a process made. */
export type Proof = { sessionId: string; confirmedAt: string; secondFactorAt: string | null };

export async function proofOf(ctx: Ctx): Promise<Proof | null> {
  if (ctx.actor.kind !== 'token') return null;
  const { tokenHash } = ctx.actor;
  const row = await identity.read(ctx, '').selectFrom('identity.proof as p').innerJoin('access.session as s', 's.id', 'p.sessionId').select(['p.sessionId', 'p.confirmedAt', 'p.secondFactorAt'])
    .where('s.tokenHash', '=', tokenHash).where('p.personId', '=', sql<string>`access.me()`).executeTakeFirst();
  return row ?? null;
}

/** Until when something proven at this time is fresh, as milliseconds; 0 where nothing was. */
const freshUntil = (at: string | null | undefined): number => (at ? new Date(at).getTime() + FRESH_MINUTES * 60_000 : 0);

export const freshFrom = (now: Date): string => new Date(freshUntil(now.toISOString())).toISOString();

/** Until when the proof is fresh; null where it is not. */
export function proofLasts(proof: Proof | null, now: Date): string | null {
  const until = freshUntil(proof?.confirmedAt);
  return until > now.getTime() ? new Date(until).toISOString() : null;
}

const confirmFirst = (): Problem => new Problem('refused', 'identity.confirm_first', 'Prove first that it is you who sits there: with your second factor, or your password where you have none.');
const secondFactorFirst = (): Problem => new Problem('refused', 'identity.second_factor_first', 'This needs your second factor, shown just now. Where you have none yet, set one up under My account.');

/** Whoever changes their own credentials has shown in the last ten minutes who they are; else a session left open, or stolen, would be enough. */
export async function requireFreshProof(ctx: Ctx): Promise<void> {
  if (ctx.actor.kind === 'token' && proofLasts(await proofOf(ctx), ctx.now()) === null) throw confirmFirst();
}

/** For decisions that need a second factor shown in the last ten minutes (break-glass, approvals). */
export async function requireFreshSecondFactor(ctx: Ctx): Promise<void> {
  if (freshUntil((await proofOf(ctx))?.secondFactorAt) <= ctx.now().getTime()) throw secondFactorFirst();
}
