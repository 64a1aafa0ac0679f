import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { selectDecisions, toDecision, twoPerson } from './rows.ts';

const FOR_ME = sql<boolean>`d.state = 'waiting' and d.expires_at > now() and d.proposed_by <> access.me() and d.subject_id is distinct from access.me() and two_person.may(access.me(), d.site_id, d.wall_id, d.permission)`;
const TO_REVIEW = sql<boolean>`d.state = 'alone' and d.review is null and d.proposed_by <> access.me() and d.subject_id is distinct from access.me() and two_person.may(access.me(), d.site_id, d.wall_id, d.permission)`;

/** Decisions that I may see, the latest first. */
export async function listDecisions(ctx: Ctx, { view, after, limit }: Input<typeof contract.listDecisions>): Promise<Reply<typeof contract.listDecisions>> {
  const place = after === undefined ? null : readCursor(after);
  let query = selectDecisions(twoPerson.read(ctx, '')).orderBy('d.proposedAt', 'desc').orderBy('d.id', 'desc').limit(limit);
  if (view === 'for-me') query = query.where(FOR_ME);
  if (view === 'mine') query = query.where('d.proposedBy', '=', me);
  if (view === 'alone') query = query.where('d.state', '=', 'alone');
  if (place) query = query.where(sql<boolean>`(d.proposed_at, d.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const rows = await query.execute();
  const last = rows.at(-1);
  return { items: rows.map((row) => toDecision(row, ctx.now())), next: last && rows.length === limit ? cursorAfter(last.proposedAt, last.id) : null };
}

/** How many wait for me, for the count on the rail. */
export async function countDecisions(ctx: Ctx): Promise<Reply<typeof contract.countDecisions>> {
  const [row] = await twoPerson.read(ctx, '').selectFrom('twoPerson.decision as d')
    .select([sql<number>`(count(*) filter (where ${FOR_ME}))::int`.as('toDecide'), sql<number>`(count(*) filter (where ${TO_REVIEW}))::int`.as('toReview')]).where('d.state', 'in', ['waiting', 'alone']).execute();
  return { toDecide: row?.toDecide ?? 0, toReview: row?.toReview ?? 0 };
}

/** One decision; that somebody reads one behind a wall is recorded first. */
export async function readDecision(ctx: Ctx, { id }: Input<typeof contract.readDecision>): Promise<Reply<typeof contract.readDecision>> {
  const row = await selectDecisions(twoPerson.read(ctx, '')).where('d.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  if (row.wallId !== null) await twoPerson.recordLook(ctx, { id: row.id, siteId: row.siteId, wallId: row.wallId, readPermission: row.permission });
  return toDecision(row, ctx.now());
}
