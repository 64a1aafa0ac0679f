import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import * as identity from '#modules/identity/public.ts';
import { namesOf } from '#modules/sites/public.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind, type Made } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import type * as contract from './contract.ts';
import { catchUp } from './rights.service.ts';
import { about, directory, GRANT, KEEP, type Tx } from './rows.ts';

const DAY_MS = 86_400_000;

const Payload = z.strictObject({ directoryId: z.uuid(), groupId: z.uuid(), roleKey: z.string(), siteId: z.uuid().nullable(), reason: z.string() });
type Payload = z.infer<typeof Payload>;

const noSuchRole = (roleKey: string): Problem => new Problem('refused', 'directory.no_such_role', `There is no role ${roleKey} of people.`, { errors: [{ pointer: '/roleKey', detail: 'Choose one of the roles.' }] });

/** A group that gives more than is its mapper's own to give. */
const mapDecision = decisionKind({ key: 'directory.map', permission: GRANT, expiresMinutes: identity.GRANT_WAITS_MINUTES, payload: Payload, run: async (ctx, payload, made) => void (await insertMapping(ctx, payload, made)) });

/** It gives for as long as the role is given at most; then somebody says again that it should. */
function insertMapping(ctx: Ctx, { directoryId, groupId, roleKey, siteId, reason }: Payload, made: Made | null): Promise<string> {
  const id = uuidv7();
  return directory.writeMany(ctx, GRANT, async (tx) => {
    const role = await tx.selectFrom('access.role').select(['id', 'maxGrantDays']).where('key', '=', roleKey).where('kind', '=', 'human').executeTakeFirst();
    if (!role) throw noSuchRole(roleKey);
    const until = role.maxGrantDays === null ? 'infinity' : new Date(ctx.now().getTime() + role.maxGrantDays * DAY_MS).toISOString();
    const by = made ? { madeBy: made.proposedBy, approvedBy: ctx.personId === made.proposedBy ? null : ctx.personId, decisionId: made.id } : { madeBy: ctx.personId };
    await tx.insertInto('directory.mapping').values({ id, directoryId, groupId, roleId: role.id, siteId, reason, ...by, madeAt: ctx.now().toISOString(), until }).execute().catch(mappedAlready);
    return { changes: [about(directoryId, 'group-mapped', { mappingId: id, groupId, roleKey, siteId, reason, ...(made && { decisionId: made.id, proposedBy: made.proposedBy }) })], result: id };
  });
}

function mappedAlready(error: unknown): never {
  throw (error as { code?: string }).code === '23505' ? new Problem('conflict', 'directory.mapped_already', 'This group gives that role there already. End that first, or wait until it has run out.') : error;
}

async function seenDirectory(tx: Tx, id: string): Promise<{ name: string }> {
  const known = await tx.selectFrom('directory.directory').select('name').where('id', '=', id).executeTakeFirst();
  if (!known) throw notFound();
  return known;
}

async function groupOf(tx: Tx, directoryId: string, groupId: string): Promise<{ name: string }> {
  const group = await tx.selectFrom('directory.group').select('displayName').where('id', '=', groupId).where('directoryId', '=', directoryId).where('goneAt', 'is', null).executeTakeFirst();
  if (!group) throw new Problem('refused', 'directory.no_such_group', 'There is no such group of this directory.', { errors: [{ pointer: '/groupId', detail: 'Choose one of its groups.' }] });
  return { name: group.displayName };
}

/** Lets a group give a role: at once where its maker holds all of it there, else two people decide, as with a grant. */
export async function mapGroup(ctx: Ctx, { id: directoryId, ...asked }: Input<typeof contract.mapGroup>): Promise<Reply<typeof contract.mapGroup>> {
  const payload: Payload = { directoryId, ...asked };
  const mapped = await directory.writeMany<Reply<typeof contract.mapGroup>>(ctx, GRANT, async (tx) => {
    const { name } = await seenDirectory(tx, directoryId);
    const isOwn = await identity.mayGiveAlone(ctx, asked);
    const group = await groupOf(tx, directoryId, asked.groupId);
    const role = await tx.selectFrom('access.role').select('title').where('key', '=', asked.roleKey).where('kind', '=', 'human').executeTakeFirst();
    if (!role) throw noSuchRole(asked.roleKey);
    await sweep(ctx, tx, asked);
    if (isOwn) return { changes: [], result: { id: await insertMapping(ctx, payload, null), state: 'given', decisionId: null } };
    const site = asked.siteId === null ? '' : ((await namesOf(ctx, [asked.siteId])).get(asked.siteId)?.name ?? asked.siteId);
    const proposed = await propose(ctx, mapDecision, { payload, facts: { group: group.name, directory: name, role: role.title, site }, of: { recordId: directoryId, siteId: asked.siteId, wallId: null }, reason: asked.reason });
    const made = await tx.selectFrom('directory.mapping').select('id').where('decisionId', '=', proposed.decisionId).executeTakeFirst();
    return { changes: [], result: { id: made?.id ?? null, ...proposed } };
  });
  if (mapped.id !== null) await catchUp(ctx.db).catch(() => undefined);
  return mapped;
}

/** One that has run out makes room for the next of the same. */
async function sweep(ctx: Ctx, tx: Tx, { groupId, roleKey, siteId }: Pick<Payload, 'groupId' | 'roleKey' | 'siteId'>): Promise<void> {
  await tx.updateTable('directory.mapping').set({ endedAt: ctx.now().toISOString(), endedBy: ctx.personId }).where('groupId', '=', groupId).where('endedAt', 'is', null).where('until', '<=', sql<string>`now()`)
    .where(sql<boolean>`site_id is not distinct from ${siteId}::uuid and role_id = (select r.id from access.role r where r.key = ${roleKey})`).execute();
}

/** What a group gave ends with its mapping, at once; work that nobody may do any more for that is handed over. */
export async function endMapping(ctx: Ctx, { id, rowId, reason }: Input<typeof contract.endMapping>): Promise<Reply<typeof contract.endMapping>> {
  const reply = await directory.writeMany(ctx, GRANT, async (tx) => {
    await seenDirectory(tx, id);
    const [seen] = await tx.selectFrom('directory.mapping').select(['id', 'siteId', 'endedAt']).where('id', '=', rowId).where('directoryId', '=', id).execute();
    const [standing] = await tx.selectNoFrom(sql<boolean>`access.may_at(${seen?.siteId ?? null}::uuid, null, ${GRANT})`.as('may')).execute();
    if (!standing?.may) throw notAllowed(GRANT);
    if (!seen || seen.endedAt !== null) throw new Problem('conflict', 'directory.mapping_ended', 'This group gives that role no more.');
    const taken = await tx.selectFrom(sql<{ grantId: string; personId: string }>`directory.take(${rowId}::uuid, null)`.as('t')).select(['grantId', 'personId']).execute();
    await tx.updateTable('directory.mapping').set({ endedAt: ctx.now().toISOString(), endedBy: ctx.personId }).where('id', '=', rowId).where('endedAt', 'is', null).execute();
    for (const { personId } of taken) await identity.noteLostRoles(ctx, GRANT, personId);
    return { changes: [about(id, 'mapping-ended', { mappingId: rowId, reason, ended: taken.length }), ...taken.map(({ grantId, personId }) => about(personId, 'role-taken', { grantId, mappingId: rowId }))], result: { ended: taken.length } };
  });
  await identity.settleDue(ctx.db).catch(() => undefined);
  return reply;
}

export async function listDirectoryGroups(ctx: Ctx, { id, limit, after }: Input<typeof contract.listDirectoryGroups>): Promise<Reply<typeof contract.listDirectoryGroups>> {
  const [found, groups, mappings, refused] = await directory.readAll(ctx, KEEP, (db) => [
    db.selectFrom('directory.directory').select('id').where('id', '=', id),
    db.selectFrom('directory.group as g').select((eb) => ['g.id', 'g.displayName as name', 'g.changedAt', eb.selectFrom('directory.member as k').select(sql<number>`count(*)::int`.as('n')).whereRef('k.groupId', '=', 'g.id').as('members')])
      .where('g.directoryId', '=', id).where('g.goneAt', 'is', null).where((where) => (after === undefined ? sql<boolean>`true` : where('g.id', '>', after))).orderBy('g.id').limit(limit),
    db.selectFrom('directory.mapping as m').innerJoin('access.role as r', 'r.id', 'm.roleId').innerJoin('access.person as by', 'by.id', 'm.madeBy').leftJoin('access.person as second', 'second.id', 'm.approvedBy')
      .select((eb) => ['m.id', 'm.groupId', 'r.key as roleKey', 'r.title as role', 'm.siteId', 'by.name as madeBy', 'second.name as approvedBy', 'm.madeAt', sql<string | null>`nullif(m.until, 'infinity')`.as('until'), sql<boolean>`m.until <= now()`.as('isOver'), 'm.reason',
        eb.selectFrom('directory.given as v').select(sql<number>`count(*)::int`.as('n')).whereRef('v.mappingId', '=', 'm.id').where('v.grantId', 'is not', null).as('given')])
      .where('m.directoryId', '=', id).where('m.endedAt', 'is', null).orderBy('m.madeAt').limit(1000),
    db.selectFrom('directory.given as v').innerJoin('directory.mapping as m', 'm.id', 'v.mappingId').innerJoin('access.person as p', 'p.id', 'v.personId').select(['v.mappingId', 'v.personId', 'p.name as person', 'v.refused']).where('m.directoryId', '=', id).where('m.endedAt', 'is', null).where('v.refused', 'is not', null).limit(500),
  ]);
  if (found.length === 0) throw notFound();
  const whyOf = (mappingId: string) => refused.filter((one) => one.mappingId === mappingId).map(({ personId, person, refused: why }) => ({ personId, person, why: why ?? '' }));
  const items = groups.map((group) => ({ ...group, members: group.members ?? 0, mappings: mappings.filter(({ groupId }) => groupId === group.id).map(({ groupId: _of, ...mapping }) => ({ ...mapping, given: mapping.given ?? 0, refused: whyOf(mapping.id) })) }));
  return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null };
}
