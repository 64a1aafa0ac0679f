import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { identity } from './change.ts';
import type * as contract from './contract.ts';
import type * as rights from './rights-contract.ts';
import { keptApart, PERMISSIONS } from './roles.ts';

/** The one service role that is for keys of the outside world; the others are those of the product's own actors. */
export const KEY_ROLES: readonly string[] = ['service-source'];
const titleOf = new Map(PERMISSIONS.map(({ key, title }) => [key, title]));

export async function listRoles(ctx: Ctx, { for: forWhom }: Input<typeof contract.listRoles>): Promise<Reply<typeof contract.listRoles>> {
  const items = await identity.read(ctx, '').selectFrom('access.role as r').where((where) => (forWhom === 'key' ? where.or([where('r.kind', '=', 'human'), where('r.key', 'in', KEY_ROLES)]) : where('r.kind', '=', 'human')))
    .select((eb) => ['r.id', 'r.key', 'r.title', 'r.purpose', 'r.maxGrantDays', eb.selectFrom('access.rolePermission as rp').select(sql<string[]>`coalesce(array_agg(rp.permission order by rp.permission), '{}')`.as('p')).whereRef('rp.roleId', '=', 'r.id').as('permissions')])
    .orderBy('r.title').limit(200).execute();
  return { items: items.map((role) => ({ ...role, permissions: role.permissions ?? [], may: (role.permissions ?? []).map((key) => ({ key, title: titleOf.get(key) ?? key })) })) };
}

/** How each role could be given to this person at this place by who asks: at once, together with another person, or not at all, and why. */
export async function listOffers(ctx: Ctx, { personId, siteId: asked }: Input<typeof rights.listOffers>): Promise<Reply<typeof rights.listOffers>> {
  const siteId = asked ?? null;
  const [roles, held, standing] = await identity.readAll(ctx, 'identity:grant', (db) => [
    db.selectFrom('access.role as r').select(['r.key', sql<boolean>`${siteId}::uuid is not null and access.covers(r.id, ${siteId}::uuid)`.as('isCovered'), sql<string[]>`array(select rp.permission from access.role_permission rp where rp.role_id = r.id and not access.may_at(${siteId}::uuid, null, rp.permission) order by 1)`.as('lacking')])
      .where('r.kind', '=', 'human').orderBy('r.title').limit(200),
    db.selectFrom(sql<{ key: string }>`identity.roles_held(${personId})`.as('h')).select('key'),
    db.selectFrom(sql<{ may: boolean; second: boolean }>`(select access.may_at(${siteId}::uuid, null, 'identity:grant') as may, two_person.second_exists(${personId}::uuid, ${siteId}::uuid, null, 'identity:grant') as second)`.as('s')).select(['may', 'second']),
  ]);
  if (!standing[0]?.may) return { mayGive: false, isAlone: false, items: [] };
  const mine = held.map(({ key }) => key);
  return {
    mayGive: true, isAlone: !standing[0].second,
    items: roles.map(({ key, isCovered, lacking }) => {
      const apart = mine.includes(key) ? [] : keptApart([...mine, key]).filter((rule) => !keptApart(mine).includes(rule));
      return { roleKey: key, how: apart.some(({ kind }) => kind === 'static') ? 'barred' as const : isCovered ? 'at-once' as const : 'two-people' as const, lacking: lacking.map((atom) => ({ key: atom, title: titleOf.get(atom) ?? atom })), keptApart: apart.map(({ key: rule, kind, why }) => ({ key: rule, kind, why })) };
    }),
  };
}
