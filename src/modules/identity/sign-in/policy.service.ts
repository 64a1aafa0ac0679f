import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, identity, type Tx } from '../change.ts';
import type * as contract from './contract.ts';

export const KEEP = 'identity:sessions';
const ADMINISTERS = ['identity:grant', 'identity:invite', 'identity:sessions', 'platform:system'];

/** How people sign in is set for the whole organisation, by who keeps sign-ins in all of it. */
export async function checkKeepsAll(tx: Tx): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ may: boolean }>`(select access.org_may(${KEEP}) as may)`.as('m')).select('may').execute();
  if (!row?.may) throw notAllowed(KEEP);
}

/** Roles of people: those that administer first, then by name. */
export async function signInPolicy(ctx: Ctx): Promise<Reply<typeof contract.signInPolicy>> {
  const holds = sql`from (select distinct g.person_id from access.grant g join access.person p on p.id = g.person_id and p.kind = 'human' and p.state in ('active', 'invited') where g.role_id = r.id and g.since <= now() and g.until > now()) h`;
  const roles = await identity.read(ctx, KEEP).selectFrom('access.role as r').leftJoin('identity.roleRule as rule', 'rule.roleId', 'r.id').where('r.kind', '=', 'human')
    .select([
      'r.key', 'r.title', sql<boolean>`coalesce(rule.second_factor, false)`.as('secondFactor'),
      sql<boolean>`exists (select from access.role_permission rp where rp.role_id = r.id and rp.permission = any (${ADMINISTERS}))`.as('isAdministrative'),
      sql<number>`(select count(*)::int ${holds})`.as('holders'),
      sql<number>`(select count(*)::int ${holds} where not exists (select from identity.totp t where t.person_id = h.person_id and t.confirmed_at is not null) and not exists (select from identity.passkey k where k.person_id = h.person_id and k.suspect_at is null))`.as('without'),
    ]).orderBy('isAdministrative', 'desc').orderBy('r.title').limit(200).execute();
  return { roles };
}

export async function requireSecondFactor(ctx: Ctx, { roleKey, secondFactor }: Input<typeof contract.requireSecondFactor>): Promise<Reply<typeof contract.requireSecondFactor>> {
  return identity.writeMany(ctx, KEEP, async (tx) => {
    await checkKeepsAll(tx);
    const role = await tx.selectFrom('access.role').select('id').where('key', '=', roleKey).where('kind', '=', 'human').executeTakeFirst();
    if (!role) throw new Problem('refused', 'identity.no_such_role', `There is no role ${roleKey} of people.`, { errors: [{ pointer: '/roleKey', detail: 'Choose one of the roles.' }] });
    const set = { secondFactor, setAt: ctx.now().toISOString(), setBy: ctx.personId };
    await tx.insertInto('identity.roleRule').values({ roleId: role.id, ...set }).onConflict((conflict) => conflict.column('roleId').doUpdateSet(set)).execute();
    return { changes: [about(ctx.personId, 'second-factor-required', { roleKey, secondFactor })], result: { roleKey, secondFactor } };
  });
}
