import { sql } from 'kysely';
import type { Ctx } from '#platform/kernel/store.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { about, checkReach, endSessionsOf, identity, notYourself, type Tx } from './change.ts';
import { noteHandover, settleDue } from './handover.service.ts';

/** From which states a person comes into which. */
const CAME_FROM = { active: ['suspended'], suspended: ['invited', 'active'], leaver: ['invited', 'active', 'suspended'] } as const;
const TURNED = { active: 'reactivated', suspended: 'suspended', leaver: 'left' } as const;

type Turn = { personId: string; state: 'active' | 'suspended' | 'leaver'; reason: string; handTo?: string | null };

/**
 * Moves a person between the states of access. Suspended and leaver end every session and key in the same moment; with a
 * leaver every grant and every place behind a wall ends too. Their open work goes to `handTo`, as far as that person may
 * have it, or back to its queue; a wall that they kept has its next custodian (by the database, whichever verb it was).
 */
export async function changeState(ctx: Ctx, turn: Turn): Promise<Turned> {
  const turned = await turnState(ctx, turn);
  // What is not handed over now, the steward does in a moment: the person is out in any case.
  if (turn.state !== 'active') await settleDue(ctx.db).catch(() => undefined);
  return turned;
}

type Turned = { id: string; state: string; handoverId: string | null };

/** The same within a transaction of others; their open work is handed over once that is committed (`settleDue`). */
export function turnState(ctx: Ctx, { personId, state, reason, handTo = null }: Turn): Promise<Turned> {
  if (personId === ctx.personId) throw notYourself('Nobody changes their own state. Ask another administrator.');
  return identity.writeMany(ctx, 'identity:invite', async (tx) => {
    await checkReach(tx, personId);
    const changed = await tx.updateTable('access.person').set({ state }).where('id', '=', personId).where('kind', '=', 'human').where('state', 'in', CAME_FROM[state]).returning('id').executeTakeFirst();
    if (!changed) throw await notThere(tx, personId);
    await tx.insertInto('identity.turn').values({ personId, state, reason, at: ctx.now().toISOString(), byId: ctx.personId })
      .onConflict((conflict) => conflict.column('personId').doUpdateSet((row) => ({ state: row.ref('excluded.state'), reason: row.ref('excluded.reason'), at: row.ref('excluded.at'), byId: row.ref('excluded.byId') }))).execute();
    if (state !== 'active') await endSessionsOf(tx, personId);
    const handoverId = state === 'active' ? null : await noteHandover(ctx, tx, { personId, cause: state === 'leaver' ? 'left' : 'suspended', handTo });
    if (state === 'leaver') await endRightsOf(ctx, tx, personId);
    return { changes: [about(personId, TURNED[state], { reason })], result: { id: personId, state, handoverId } };
  });
}

async function endRightsOf(ctx: Ctx, tx: Tx, personId: string): Promise<void> {
  await tx.updateTable('access.grant').set({ until: sql`greatest(now(), since + interval '1 microsecond')` }).where('personId', '=', personId).where('until', '>', sql<string>`now()`).execute();
  await tx.updateTable('identity.credential').set({ passwordHash: null, changedAt: ctx.now().toISOString(), changedBy: ctx.personId }).where('personId', '=', personId).execute();
  await tx.deleteFrom('identity.link').where('personId', '=', personId).execute();
}

async function notThere(tx: Tx, personId: string): Promise<Problem> {
  const person = await tx.selectFrom('access.person as p').leftJoin('identity.turn as t', 't.personId', 'p.id').leftJoin('access.person as by', 'by.id', 't.byId').select(['p.state', 'by.name']).where('p.id', '=', personId).where('p.kind', '=', 'human').executeTakeFirst();
  if (!person) return notFound();
  return new Problem('conflict', 'identity.already', `This person is ${person.state} already${person.name ? `, by ${person.name}` : ''}.`, { state: person.state, by: person.name });
}
