import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, identity } from './change.ts';

const refuse = (code: string, detail: string): Problem => new Problem('refused', code, detail, { errors: [{ pointer: '/managerId', detail }] });

/** Says to whom somebody reports from now on, or to nobody. What was before is kept: who stood in line within a month is no witness. For the module people, which asks who may. */
export function setManager(ctx: Ctx, { personId, managerId }: { personId: string; managerId: string | null }): Promise<void> {
  if (personId === ctx.personId) throw refuse('identity.own_line', 'To whom you report is said by another. Ask who keeps the register.');
  return identity.writeMany(ctx, 'people:write', async (tx) => {
    const before = await tx.selectFrom('identity.line').select('managerId').where('personId', '=', personId).where('until', '=', 'infinity').executeTakeFirst();
    if ((before?.managerId ?? null) === managerId) return { changes: [], result: undefined };
    if (managerId !== null) await checkManager(tx, personId, managerId);
    await tx.updateTable('identity.line').set({ until: sql`greatest(now(), since + interval '1 microsecond')` }).where('personId', '=', personId).where('until', '=', 'infinity').execute();
    if (managerId !== null) await tx.insertInto('identity.line').values({ id: uuidv7(), personId, managerId, setBy: ctx.personId }).execute();
    return { changes: [about(personId, 'manager-set', { managerId, before: before?.managerId ?? null })], result: undefined };
  });
}

async function checkManager(tx: Parameters<Parameters<typeof identity.writeMany>[2]>[0], personId: string, managerId: string): Promise<void> {
  const manager = await tx.selectFrom('access.person').select(sql<boolean>`identity.is_above(${personId}, id)`.as('isBelow')).where('id', '=', managerId).where('kind', '=', 'human').where('state', '<>', 'leaver').executeTakeFirst();
  if (!manager || managerId === personId) throw refuse('identity.no_manager', 'Choose another person of the register.');
  if (manager.isBelow) throw refuse('identity.circle', 'This person stands below them: nobody reports to somebody who reports to them.');
}

/** To whom somebody reports, where the reader sees the register. */
export async function managerOf(ctx: Ctx, personId: string): Promise<{ id: string; name: string } | null> {
  const row = await identity.read(ctx, '').selectFrom('identity.line as l').innerJoin('access.person as m', 'm.id', 'l.managerId').select(['m.id', 'm.name']).where('l.personId', '=', personId).where('l.until', '=', 'infinity').executeTakeFirst();
  return row ?? null;
}
