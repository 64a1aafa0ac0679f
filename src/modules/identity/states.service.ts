import type { Ctx } from '#platform/kernel/store.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { about, checkReach, endSessionsOf, identity, notYourself, type Tx } from './change.ts';

/** From which states a person comes into which. */
const CAME_FROM = { active: ['suspended'], suspended: ['invited', 'active'], leaver: ['invited', 'active', 'suspended'] } as const;
const TURNED = { active: 'reactivated', suspended: 'suspended', leaver: 'left' } as const;

/** Moves a person between the states of access; suspended and leaver end every session and key at once. */
export async function changeState(ctx: Ctx, { personId, state, reason }: { personId: string; state: 'active' | 'suspended' | 'leaver'; reason: string }): Promise<{ id: string; state: string }> {
  if (personId === ctx.personId) throw notYourself('Nobody changes their own state. Ask another administrator.');
  return identity.writeMany(ctx, 'identity:invite', async (tx) => {
    await checkReach(tx, personId);
    const changed = await tx.updateTable('access.person').set({ state }).where('id', '=', personId).where('kind', '=', 'human').where('state', 'in', CAME_FROM[state]).returning('id').executeTakeFirst();
    if (!changed) throw await notThere(tx, personId);
    await tx.insertInto('identity.turn').values({ personId, state, reason, at: ctx.now().toISOString(), byId: ctx.personId })
      .onConflict((conflict) => conflict.column('personId').doUpdateSet((row) => ({ state: row.ref('excluded.state'), reason: row.ref('excluded.reason'), at: row.ref('excluded.at'), byId: row.ref('excluded.byId') }))).execute();
    if (state !== 'active') await endSessionsOf(tx, personId);
    return { changes: [about(personId, TURNED[state], { reason })], result: { id: personId, state } };
  });
}

async function notThere(tx: Tx, personId: string): Promise<Problem> {
  const person = await tx.selectFrom('access.person as p').leftJoin('identity.turn as t', 't.personId', 'p.id').leftJoin('access.person as by', 'by.id', 't.byId').select(['p.state', 'by.name']).where('p.id', '=', personId).where('p.kind', '=', 'human').executeTakeFirst();
  if (!person) return notFound();
  return new Problem('conflict', 'identity.already', `This person is ${person.state} already${person.name ? `, by ${person.name}` : ''}.`, { state: person.state, by: person.name });
}
