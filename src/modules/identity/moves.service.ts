import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Made } from '#platform/two-person/kinds.ts';
import { tellNext } from '#platform/two-person/propose.service.ts';
import { about, identity, type Tx } from './change.ts';
import { factsOf, giveDecided, insertGrant, isOwnToGive, rehearse } from './grants.service.ts';
import { noteHandover } from './handover.service.ts';
import type { Begin } from './rights-contract.ts';

/** What changes of somebody's rights in one step: grants that end and grants that begin, at one moment. */
export type Move = { personId: string; ends: readonly string[]; begins: readonly Begin[]; at: string | null; handTo: string | null; reason: string };

/** Does this move give more than is one's own to give? Refuses what could not be given at all. */
export async function needsTwoPeople(ctx: Ctx, { personId, begins, reason }: Move): Promise<boolean> {
  return identity.writeMany(ctx, 'identity:grant', async (tx) => {
    let isMore = false;
    for (const begin of begins) {
      if (!(await isOwnToGive(tx, begin))) isMore = true;
      await rehearse(ctx, tx, { personId, ...begin, reason }, { isMoving: true });
    }
    return { changes: [], result: isMore };
  });
}

/** Names for who decides about a move. */
export const movingFacts = (ctx: Ctx, { personId, begins, ends, at }: Move): Promise<Record<string, string>> =>
  identity.writeMany(ctx, 'identity:grant', async (tx) => {
    const ended = ends.length === 0 ? [] : await tx.selectFrom('access.grant as g').innerJoin('access.role as r', 'r.id', 'g.roleId').select('r.title').where('g.id', 'in', ends).execute();
    return { changes: [], result: { ...(await factsOf(tx, personId, begins)), ends: ended.map(({ title }) => title).join(', '), ...(at !== null && { since: at }) } };
  });

/** Ends and begins together, as the move says; the work that the person may not do any more is handed over at its moment. */
export async function moveRights(ctx: Ctx, move: Move, made: Made | null): Promise<void> {
  const { personId, ends, begins, at, handTo, reason } = move;
  if (personId === ctx.personId) throw new Problem('forbidden', 'identity.not_yourself', 'Nobody moves themselves. Ask another administrator.');
  await identity.writeMany(ctx, 'identity:grant', async (tx) => {
    const changes = [];
    for (const id of ends) changes.push(await endAt(tx, { id, personId, at, reason }));
    const from = begins.map((begin) => ({ ...begin, since: begin.since ?? at ?? undefined }));
    if (made) changes.push(...(await giveDecided(ctx, tx, { personId, grants: from, reason, made })));
    else for (const begin of from) changes.push(about(personId, 'granted', { grantId: await insertGrant(ctx, tx, { personId, ...begin, reason }), roleKey: begin.roleKey, siteId: begin.siteId, reason }));
    await noteHandover(ctx, tx, { personId, cause: 'moved', handTo, ...(at !== null && { dueAt: at }) });
    return { changes, result: null };
  });
  if (begins.length > 0) await tellNext(ctx, personId);
}

async function endAt(tx: Tx, { id, personId, at, reason }: { id: string; personId: string; at: string | null; reason: string }) {
  const grant = await tx.selectFrom('access.grant').select(['id', 'until']).where('id', '=', id).where('personId', '=', personId).where('until', '>', sql<string>`now()`).executeTakeFirst();
  if (!grant) throw new Problem('refused', 'identity.no_such_grant', 'A role that should end is not in force. Look again.', { errors: [{ pointer: '/ends', detail: 'Choose among the roles in force.' }] });
  const ended = await tx.updateTable('access.grant').set({ until: sql`least(until, greatest(${at}::timestamptz, now(), since + interval '1 microsecond'))` }).where('id', '=', id).executeTakeFirst();
  if (ended.numUpdatedRows === 0n) throw notAllowed('identity:grant');
  return about(personId, 'grant-ended', { grantId: id, at, reason });
}
