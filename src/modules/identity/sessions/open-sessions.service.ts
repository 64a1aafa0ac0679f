import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, checkReach, identity } from '../change.ts';
import type * as contract from './contract.ts';

const KEEP = 'identity:sessions';

const COLUMNS = ['s.id', 's.personId', 'p.name as person', 's.createdAt', 's.lastSeenAt', 's.expiresAt', 's.address', 's.agent', 'f.openedWith'] as const;

const open = (ctx: Ctx) =>
  identity.read(ctx, KEEP).selectFrom('access.session as s').innerJoin('access.person as p', 'p.id', 's.personId').leftJoin('identity.proof as f', 'f.sessionId', 's.id').select(COLUMNS).where('s.kind', '=', 'browser').where('s.expiresAt', '>', sql<string>`now()`).where('s.lastSeenAt', '>', sql<string>`now() - interval '1 hour'`);

/** Sessions carry ids in order of time: the newest first, page by page. */
export async function listOpenSessions(ctx: Ctx, { q, after, limit }: Input<typeof contract.listOpenSessions>): Promise<Reply<typeof contract.listOpenSessions>> {
  let query = open(ctx).where(sql<boolean>`identity.is_within_reach(s.person_id)`).orderBy('s.id', 'desc').limit(limit);
  if (q) query = query.where('p.name', 'ilike', `%${q.replace(/[\\%_]/g, '\\$&')}%`);
  if (after) query = query.where('s.id', '<', after);
  const items = await query.execute();
  return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null };
}

/** The open sessions of one person, for who keeps sessions; the caller looks whether the person is theirs to see. */
export async function sessionsOf(ctx: Ctx, personId: string): Promise<contract.OpenSession[]> {
  return open(ctx).where('s.personId', '=', personId).orderBy('s.id', 'desc').limit(200).execute();
}

/** Ends one session of a person, or all of them, by another's hand. */
export async function endSessionsOfPerson(ctx: Ctx, { personId, sessionId }: { personId: string; sessionId: string | null }): Promise<{ ended: number }> {
  return identity.writeMany(ctx, KEEP, async (tx) => {
    await checkReach(tx, personId);
    const gone = tx.deleteFrom('access.session').where('personId', '=', personId).where('kind', '=', 'browser');
    const ended = Number((await (sessionId === null ? gone : gone.where('id', '=', sessionId)).executeTakeFirst()).numDeletedRows);
    if (ended === 0 && sessionId !== null) throw notFound();
    return { changes: ended > 0 ? [about(personId, 'sessions-ended', { ended, sessionId })] : [], result: { ended } };
  });
}
