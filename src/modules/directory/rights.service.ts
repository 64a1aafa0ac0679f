import { sql } from 'kysely';
import * as identity from '#modules/identity/public.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { tellNext } from '#platform/two-person/propose.service.ts';
import { about, directory, PROVISION, type Tx } from './rows.ts';

type Mapping = { id: string; roleKey: string; role: string; siteId: string | null; madeBy: string; approvedBy: string | null };
type Told = Change<{ id: string }>;

const mappingsOf = (tx: Tx, groupId: string): Promise<Mapping[]> =>
  tx.selectFrom('directory.mapping as m').innerJoin('access.role as r', 'r.id', 'm.roleId').select(['m.id', 'r.key as roleKey', 'r.title as role', 'm.siteId', 'm.madeBy', 'm.approvedBy'])
    .where('m.groupId', '=', groupId).where('m.endedAt', 'is', null).where('m.until', '>', sql<string>`now()`).orderBy('m.madeAt').execute();

/** Why this person does not get the role of a mapping, or null. Two who give to one person at once come one after the other. */
async function objection(tx: Tx, { roleKey, madeBy, approvedBy }: Mapping, personId: string): Promise<string | null> {
  if (personId === madeBy || personId === approvedBy) return 'Nobody gets a role by a mapping that they made or approved themselves.';
  await sql`select pg_advisory_xact_lock(hashtextextended(${personId}::text, 11))`.execute(tx);
  const held = await tx.selectFrom(sql<{ key: string }>`directory.roles_held(${personId}::uuid)`.as('h')).select('key').execute();
  const [broken] = identity.brokenSeparation([...held.map(({ key }) => key), roleKey]);
  return broken ? `Duties that are kept apart: ${broken.why}` : null;
}

/** Gives a new member what their groups give; throws where a duty stands against it, so that the directory is told. */
export async function giveTo(ctx: Ctx, tx: Tx, groupId: string, personIds: readonly string[]): Promise<Told[]> {
  const told: Told[] = [];
  for (const mapping of await mappingsOf(tx, groupId)) {
    for (const personId of personIds) {
      const why = await objection(tx, mapping, personId);
      if (why !== null) throw new Problem('refused', 'directory.not_given', `The group gives the role ${mapping.role}, which this person cannot have (${personId}). ${why}`, { scimType: 'invalidValue' });
      told.push(...(await give(ctx, tx, mapping, personId)));
    }
  }
  return told;
}

async function give(ctx: Ctx, tx: Tx, { id, roleKey, siteId }: Mapping, personId: string): Promise<Told[]> {
  const [row] = await tx.selectNoFrom(sql<string | null>`directory.give(${id}::uuid, ${personId}::uuid)`.as('grantId')).execute();
  if (!row?.grantId) return [];
  await tellNext(ctx, personId);
  return [about(personId, 'role-given', { grantId: row.grantId, mappingId: id, roleKey, siteId })];
}

/** Ends what a group gave to who is in it no more; their work that they may not do any more is handed over. */
export async function takeFrom(ctx: Ctx, tx: Tx, groupId: string, personIds: readonly string[]): Promise<Told[]> {
  const told: Told[] = [];
  const given = personIds.length === 0 ? [] : await tx.selectFrom('directory.given as v').innerJoin('directory.mapping as m', 'm.id', 'v.mappingId').select(['v.mappingId', 'v.personId']).where('m.groupId', '=', groupId).where('v.personId', 'in', personIds).execute();
  for (const { mappingId, personId } of given) {
    const ended = await tx.selectFrom(sql<{ grantId: string }>`directory.take(${mappingId}::uuid, ${personId}::uuid)`.as('t')).select('grantId').execute().catch(lastAdministrator);
    for (const { grantId } of ended) told.push(about(personId, 'role-taken', { grantId, mappingId }));
    if (ended.length > 0) await identity.noteLostRoles(ctx, 'identity:invite', personId);
  }
  return told;
}

export const KEPT = 'A directory does not remove this person: the organisation would be left without who administers it, or something without who keeps it. An administrator does it in Parapet, under People, once another is named.';

function lastAdministrator(error: unknown): never {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  throw code === 'P0D01' || cause?.code === 'P0D01' ? new Problem('forbidden', 'directory.kept', KEPT) : error;
}

/** Gives to members what a mapping gives and they have not yet; whoever cannot have it is noted with why. */
export async function catchUp(db: Database): Promise<number> {
  const steward = await actAs(db, SERVICE.steward);
  const due = await directory.read(steward, 'identity:settle').selectFrom(sql<{ actorId: string }>`directory.actors_due()`.as('d')).select('actorId').execute();
  let done = 0;
  for (const { actorId } of due) done += await catchUpAs(await actAs(db, actorId));
  return done;
}

const AT_ONCE = 200;

function catchUpAs(ctx: Ctx): Promise<number> {
  return directory.writeMany(ctx, PROVISION, async (tx) => {
    const open = await tx.selectFrom('directory.mapping as m').innerJoin('directory.member as k', 'k.groupId', 'm.groupId').innerJoin('access.role as r', 'r.id', 'm.roleId')
      .select(['m.id', 'r.key as roleKey', 'r.title as role', 'm.siteId', 'm.madeBy', 'm.approvedBy', 'k.personId']).where('m.endedAt', 'is', null).where('m.until', '>', sql<string>`now()`)
      .where(({ not, exists, selectFrom }) => not(exists(selectFrom('directory.given as v').select('v.personId').whereRef('v.mappingId', '=', 'm.id').whereRef('v.personId', '=', 'k.personId'))))
      .orderBy('m.madeAt').orderBy('k.personId').limit(AT_ONCE).execute();
    const told: Told[] = [];
    for (const { personId, ...mapping } of open) {
      const why = await objection(tx, mapping, personId);
      if (why === null) told.push(...(await give(ctx, tx, mapping, personId)));
      else {
        await tx.insertInto('directory.given').values({ mappingId: mapping.id, personId, grantId: null, refused: why, at: ctx.now().toISOString() }).onConflict((conflict) => conflict.doNothing()).execute();
        told.push(about(personId, 'role-refused', { mappingId: mapping.id, roleKey: mapping.roleKey, why }));
      }
    }
    return { changes: told, result: told.length };
  });
}
