import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind, type Made } from '#platform/two-person/kinds.ts';
import { propose, tellNext } from '#platform/two-person/propose.service.ts';
import { about, identity, type Tx } from './change.ts';
import type * as contract from './contract.ts';
import { Begin } from './rights-contract.ts';
import { brokenSeparation, TWO_PERSON_DECISIONS } from './roles.ts';
import { KEY_ROLES } from './roles.service.ts';

const DAY_MS = 86_400_000;

export async function listGrants(ctx: Ctx, { personId, after, limit }: Input<typeof contract.listGrants>): Promise<Reply<typeof contract.listGrants>> {
  let query = identity.read(ctx).selectFrom('access.grant as g')
    .innerJoin('access.person as p', 'p.id', 'g.personId').innerJoin('access.role as r', 'r.id', 'g.roleId').leftJoin('access.person as by', 'by.id', 'g.grantedBy').leftJoin('access.person as second', 'second.id', 'g.approvedBy')
    .select(['g.id', 'g.personId', 'p.name as person', 'r.key as roleKey', 'r.title as role', 'g.siteId', 'g.since', sql<string | null>`nullif(g.until, 'infinity')`.as('until'), 'g.reason', 'by.name as grantedBy', 'second.name as approvedBy', sql<boolean>`g.approved_by is not distinct from g.granted_by and g.approved_by is not null`.as('isAlone'), 'g.decisionId'])
    .where('g.until', '>', sql<string>`now()`).where('r.kind', '=', 'human').orderBy('g.id').limit(limit);
  if (personId) query = query.where('g.personId', '=', personId);
  if (after) query = query.where('g.id', '>', after);
  const items = await query.execute();
  return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null };
}

/** A grant to be made. `decision` names the two people who made it, where it took two. */
export type NewGrant = { personId: string; roleKey: string; siteId: string | null; since?: string | undefined; until?: string | undefined; reason: string; decision?: Made; isForService?: boolean };

/** Makes a grant, as far as the role, its longest time and the separation of duties allow; whether it may be given by this person, the database says. */
export async function insertGrant(ctx: Ctx, tx: Tx, grant: NewGrant): Promise<string> {
  const { personId, roleKey, siteId, reason, decision, isForService = false } = grant;
  const role = await tx.selectFrom('access.role').select(['id', 'kind', 'maxGrantDays']).where('key', '=', roleKey).executeTakeFirst();
  if (!role || role.kind === 'part' || (role.kind === 'service' && !(isForService && KEY_ROLES.includes(roleKey)))) throw new Problem('refused', 'identity.no_such_role', `There is no role ${roleKey}.`, { errors: [{ pointer: '/roleKey', detail: 'Choose one of the roles.' }] });
  const { since, until } = datesOf(ctx, grant, role.maxGrantDays);
  if (!isForService) await refuseBrokenSeparation(tx, personId, roleKey, since);
  const id = uuidv7();
  const by = decision ? { grantedBy: decision.proposedBy, decisionId: decision.id, approvedBy: ctx.personId } : { grantedBy: ctx.personId };
  await tx.insertInto('access.grant').values({ id, personId, roleId: role.id, siteId, ...(since && { since }), ...(until && { until }), reason, ...by }).execute();
  return id;
}

/** From when until when: at most as long as the role is given, and never ended before it begins. */
function datesOf(ctx: Ctx, { since, until }: NewGrant, maxGrantDays: number | null): { since: string | null; until: string | null } {
  const begins = since !== undefined && new Date(since) > ctx.now() ? new Date(since) : ctx.now();
  const latest = maxGrantDays === null ? null : new Date(begins.getTime() + maxGrantDays * DAY_MS);
  const ends = until ? new Date(until) : latest;
  if (ends && ends <= begins) throw new Problem('refused', 'identity.ends_in_past', 'A grant must end later than it begins.', { errors: [{ pointer: '/until', detail: 'Choose a later time.' }] });
  if (ends && latest && ends > latest) throw new Problem('refused', 'identity.too_long', `This role is given for at most ${maxGrantDays} days.`, { errors: [{ pointer: '/until', detail: `At most ${maxGrantDays} days from its beginning.` }] });
  return { since: begins > ctx.now() ? begins.toISOString() : null, until: ends?.toISOString() ?? null };
}

/** Nobody holds two roles that are kept apart, whoever grants the second; two who grant at once to one person come one after the other. */
async function refuseBrokenSeparation(tx: Tx, personId: string, roleKey: string, from: string | null): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${personId}::text, 11))`.execute(tx);
  const held = await tx.selectFrom(sql<{ key: string }>`identity.roles_held_from(${personId}, ${from ?? '-infinity'}::timestamptz)`.as('h')).select('key').execute();
  const [broken] = brokenSeparation([...held.map((row) => row.key), roleKey]);
  if (broken) throw new Problem('refused', 'identity.separation_of_duty', `These two duties are kept apart: ${broken.why} End the other grant first, or choose another person.`, { errors: [{ pointer: '/roleKey', detail: broken.why }] });
}

export const Grants = z.strictObject({ personId: z.uuid(), grants: z.array(Begin).min(1).max(20), reason: z.string() });
const { expiresMinutes } = TWO_PERSON_DECISIONS.find(({ key }) => key === 'grant-narrow') ?? { expiresMinutes: null };
export const GRANT_WAITS_MINUTES = expiresMinutes ?? 2 * 24 * 60;

/** A role over the whole organisation, or one that its giver does not hold themselves. */
export const grantDecision = decisionKind({
  key: 'identity.grant', permission: 'identity:grant', expiresMinutes: GRANT_WAITS_MINUTES, payload: Grants,
  run: async (ctx, { personId, grants, reason }, made) => {
    await identity.writeMany(ctx, 'identity:grant', async (tx) => ({ changes: await giveDecided(ctx, tx, { personId, grants, reason, made }), result: null }));
    await tellNext(ctx, personId);
  },
});

/** Gives what was decided; answers what changed. */
export async function giveDecided(ctx: Ctx, tx: Tx, { personId, grants, reason, made }: { personId: string; grants: readonly Begin[]; reason: string; made: Made }) {
  const changes = [];
  await checkReceiver(tx, personId);
  for (const { roleKey, siteId, since, until } of grants) {
    const grantId = await insertGrant(ctx, tx, { personId, roleKey, siteId, since, until, reason, decision: made });
    changes.push(about(personId, 'granted', { grantId, roleKey, siteId, reason, decisionId: made.id, proposedBy: made.proposedBy }));
  }
  return changes;
}

async function checkReceiver(tx: Tx, personId: string): Promise<void> {
  const person = await tx.selectFrom('access.person').select('name').where('id', '=', personId).where('kind', '=', 'human').where('state', '<>', 'leaver').executeTakeFirst();
  if (!person) throw new Problem('refused', 'identity.no_such_person', 'Choose a person of the register who has not left.', { errors: [{ pointer: '/personId', detail: 'Choose a person of the register who has not left.' }] });
}

/** May this be given at once: by who holds all of it there, below the whole organisation; or by the machine's owner? */
export async function isOwnToGive(tx: Tx, { roleKey, siteId }: Pick<Begin, 'roleKey' | 'siteId'>): Promise<boolean> {
  const [row] = await tx.selectNoFrom([sql<boolean>`access.may_at(${siteId}::uuid, null, 'identity:grant')`.as('may'), sql<boolean>`access.holds(access.me(), 'identity:found') or (${siteId}::uuid is not null and exists (select from access.role r where r.key = ${roleKey} and access.covers(r.id, ${siteId}::uuid)))`.as('covers')]).execute();
  if (!row?.may) throw notAllowed('identity:grant');
  return row.covers;
}

/** The same for other modules; throws 403 where no role may be given there at all. */
export const mayGiveAlone = (ctx: Ctx, begin: Pick<Begin, 'roleKey' | 'siteId'>): Promise<boolean> =>
  identity.writeMany(ctx, 'identity:grant', async (tx) => ({ changes: [], result: await isOwnToGive(tx, begin) }));

/** Names for who decides about grants. */
export async function factsOf(tx: Tx, personId: string, grants: readonly Begin[]): Promise<Record<string, string>> {
  const [person, roles, sites] = [
    await tx.selectFrom('access.person').select('name').where('id', '=', personId).executeTakeFirst(),
    await tx.selectFrom('access.role').select(['key', 'title']).where('key', 'in', grants.map(({ roleKey }) => roleKey)).execute(),
    await tx.selectFrom('platform.record').select(['id', 'title']).where('id', 'in', grants.flatMap(({ siteId }) => (siteId === null ? [] : [siteId])).concat(personId)).execute(),
  ];
  const said = grants.map(({ roleKey, siteId }) => [roles.find(({ key }) => key === roleKey)?.title ?? roleKey, siteId === null ? '' : (sites.find(({ id }) => id === siteId)?.title ?? siteId)] as const);
  return { person: person?.name ?? '', role: said.map(([role]) => role).join(', '), site: [...new Set(said.map(([, site]) => site))].join(', '), ...(grants[0]?.until && { until: grants[0].until }), ...(grants[0]?.since && { since: grants[0].since }) };
}

/** Gives a role at once where the giver holds all of it there; else two people decide. Nobody gives to themselves. */
export async function grantRole(ctx: Ctx, { personId, reason, ...grant }: Input<typeof contract.grantRole>): Promise<Reply<typeof contract.grantRole>> {
  if (personId === ctx.personId) throw new Problem('forbidden', 'identity.not_yourself', 'Nobody grants a right to themselves. Ask another administrator.');
  return identity.writeMany<Reply<typeof contract.grantRole>>(ctx, 'identity:grant', async (tx) => {
    const isOwn = await isOwnToGive(tx, grant);
    if (isOwn) {
      const id = await insertGrant(ctx, tx, { personId, ...grant, reason });
      await tellNext(ctx, personId);
      return { changes: [about(personId, 'granted', { grantId: id, roleKey: grant.roleKey, siteId: grant.siteId, reason })], result: { id, state: 'given', decisionId: null } };
    }
    await rehearse(ctx, tx, { personId, ...grant, reason });
    const { decisionId, state } = await propose(ctx, grantDecision, {
      payload: { personId, grants: [grant], reason }, facts: await factsOf(tx, personId, [grant]), subjectId: personId, of: { recordId: personId, siteId: grant.siteId, wallId: null }, reason,
    });
    const made = await tx.selectFrom('access.grant').select('id').where('decisionId', '=', decisionId).executeTakeFirst();
    return { changes: [], result: { id: made?.id ?? null, state, decisionId } };
  });
}

/** What would be refused when it is approved is refused when it is proposed. Who moves gives up roles at the same time: then it is asked once they have ended. */
export async function rehearse(ctx: Ctx, tx: Tx, grant: NewGrant, { isMoving = false } = {}): Promise<void> {
  await checkReceiver(tx, grant.personId);
  const role = await tx.selectFrom('access.role').select(['kind', 'maxGrantDays']).where('key', '=', grant.roleKey).executeTakeFirst();
  if (role?.kind !== 'human') throw new Problem('refused', 'identity.no_such_role', `There is no role ${grant.roleKey}.`, { errors: [{ pointer: '/roleKey', detail: 'Choose one of the roles.' }] });
  const { since } = datesOf(ctx, grant, role.maxGrantDays);
  if (!isMoving) await refuseBrokenSeparation(tx, grant.personId, grant.roleKey, since);
}

export async function endGrant(ctx: Ctx, { id, reason }: Input<typeof contract.endGrant>): Promise<Reply<typeof contract.endGrant>> {
  return identity.writeMany(ctx, 'identity:grant', async (tx) => {
    const ended = await tx.updateTable('access.grant').set({ until: sql`greatest(now(), since + interval '1 microsecond')` }).where('id', '=', id).where('until', '>', sql<string>`now()`).returning(['id', 'personId']).executeTakeFirst();
    if (!ended) throw await notEnded(tx, id);
    return { changes: [about(ended.personId, 'grant-ended', { grantId: id, reason })], result: { id } };
  });
}

/** A grant in force that was seen and not ended is beyond the reach of who asked, or their own. */
async function notEnded(tx: Tx, id: string): Promise<Problem> {
  const seen = await tx.selectFrom('access.grant').select('id').where('id', '=', id).where('until', '>', sql<string>`now()`).executeTakeFirst();
  return seen ? notAllowed('identity:grant') : notFound();
}
