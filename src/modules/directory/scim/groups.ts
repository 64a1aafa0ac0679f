import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { isObject, type Json } from '#engines/scim/json.ts';
import { applyPatch } from '#engines/scim/patch.ts';
import { project } from '#engines/scim/projection.ts';
import { readResource } from '#engines/scim/read.ts';
import { GROUP, GROUP_SCHEMA } from '#engines/scim/schema.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Change } from '#platform/kernel/store.ts';
import { scimAddress } from '../directories.service.ts';
import { giveTo, takeFrom } from '../rights.service.ts';
import type { Speaking, Tx } from '../rows.ts';
import { type Answer, checkTag, listBody, required, scimProblem, tagOf } from './answers.ts';
import type { Asked, Done } from './asked.ts';
import { adopt } from './user-change.ts';
import { isId } from './user-rows.ts';
import { seenAmong, wants } from './users.ts';
import { GROUP_COLUMNS, orderOf, whereOf } from './where.ts';

type Group = { id: string; displayName: string; externalId: string | null; madeAt: string; changedAt: string };
type Member = { groupId: string; personId: string; name: string };

const MOST_MEMBERS = 50_000;

const membersOf = async (tx: Tx, groupIds: readonly string[]): Promise<Member[]> =>
  groupIds.length === 0 ? [] : tx.selectFrom('directory.member as k').innerJoin('access.person as p', 'p.id', 'k.personId').select(['k.groupId', 'k.personId', 'p.name']).where('k.groupId', 'in', groupIds).orderBy('k.personId').execute();

const writtenOf = ({ displayName, externalId }: Group, members: readonly Member[]): Json => ({
  ...(externalId !== null && { externalId }), displayName, ...(members.length > 0 && { members: members.map(({ personId, name }) => ({ value: personId, display: name, type: 'User' })) }),
});

/** A group as RFC 7643 §4.2 has one. Its version says who is in it, so it is worked out with all members. */
function resourceOf(group: Group, members: readonly Member[], withMembers: boolean): { resource: Json; tag: string | null } {
  const written = writtenOf(group, withMembers ? members : []);
  const tag = withMembers ? tagOf(written) : null;
  const meta = { resourceType: 'Group', created: group.madeAt, lastModified: group.changedAt, location: `${scimAddress()}/Groups/${group.id}`, ...(tag !== null && { version: tag }) };
  return { tag, resource: { schemas: [GROUP_SCHEMA], id: group.id, ...written, meta } };
}

async function answerOf({ tx, query }: Pick<Asked, 'tx' | 'query'>, group: Group, status: number): Promise<Answer> {
  const { resource, tag } = resourceOf(group, await membersOf(tx, [group.id]), true);
  const location = String((resource['meta'] as { location: string }).location);
  return { status, body: project(GROUP, resource, query), headers: { ...(tag !== null && { etag: tag }), ...(status === 201 ? { location } : { 'content-location': location }) } };
}

const COLUMNS = ['id', 'displayName', 'externalId', 'madeAt', 'changedAt'] as const;

async function readHeld({ tx, id, speaking }: Pick<Asked, 'tx' | 'id' | 'speaking'>, isHeld: boolean): Promise<Group> {
  const query = tx.selectFrom('directory.group').select(COLUMNS).where('directoryId', '=', speaking.id).where('goneAt', 'is', null).where('id', '=', isId(id) ? id : '00000000-0000-0000-0000-000000000000');
  const found = await (isHeld ? query.forUpdate() : query).executeTakeFirst();
  if (!found) throw notFound();
  return found;
}

export async function listGroups({ speaking, tx, query }: Asked): Promise<Done> {
  const where = sql`r.directory_id = ${speaking.id}::uuid and r.gone_at is null and (${whereOf(GROUP_COLUMNS, query.filter)})`;
  const order = orderOf(GROUP_COLUMNS, query.sortBy, query.sortOrder);
  const total = (await sql<{ n: number }>`select count(*)::int as n from directory."group" r where ${where}`.execute(tx)).rows[0]?.n ?? 0;
  const found = query.count === 0 ? [] : (await sql<Group>`select r.id, r.display_name, r.external_id, r.made_at, r.changed_at from directory."group" r where ${where} order by ${order} limit ${query.count} offset ${query.startIndex - 1}`.execute(tx)).rows;
  const withMembers = wants(query, 'members');
  const members = withMembers ? await membersOf(tx, found.map(({ id }) => id)) : [];
  const body = listBody(found.map((group) => project(GROUP, resourceOf(group, members.filter(({ groupId }) => groupId === group.id), withMembers).resource, query)), total, query.startIndex);
  return { answer: { status: 200, body }, about: `${found.length} of ${total}` };
}

export async function readGroup(asked: Asked): Promise<Done> {
  const group = await readHeld(asked, false);
  if (!wants(asked.query, 'members')) return { answer: { status: 200, body: project(GROUP, resourceOf(group, [], false).resource, asked.query) }, about: group.displayName };
  const answer = await answerOf(asked, group, 200);
  return { answer: asked.headers['if-none-match'] === answer.headers?.['etag'] ? { status: 304, headers: answer.headers ?? {} } : answer, about: group.displayName };
}

const namedIn = (resource: Json): string => {
  const name = typeof resource['displayName'] === 'string' ? resource['displayName'].trim() : '';
  if (name === '' || name.length > 200) throw scimProblem({ scimType: 'invalidValue', detail: 'displayName has 1 to 200 characters.' });
  return name;
};

function externalIn(resource: Json): string | null {
  const id = resource['externalId'];
  if (typeof id !== 'string' || id === '') return null;
  if (id.length > 255) throw scimProblem({ scimType: 'invalidValue', detail: 'externalId has at most 255 characters.' });
  return id;
}

const wantedIn = (resource: Json): string[] => {
  const items = Array.isArray(resource['members']) ? (resource['members'] as unknown[]) : [];
  if (items.length > MOST_MEMBERS) throw scimProblem({ scimType: 'tooMany', detail: `A group has at most ${MOST_MEMBERS} members.` });
  return [...new Set(items.filter(isObject).map((item) => String(item['value'] ?? '').toLowerCase()))];
};

function groupTaken(error: unknown): never {
  throw (error as { code?: string }).code === '23505' ? scimProblem({ scimType: 'uniqueness', detail: 'There is a group with this externalId already.' }) : error;
}

/** Lets people in and out, and with them what the group gives; nobody else is touched. */
async function regroup(speaking: Speaking, tx: Tx, groupId: string, before: readonly string[], wanted: readonly string[]): Promise<Change<{ id: string }>[]> {
  const [was, is] = [new Set(before), new Set(wanted)];
  const added = wanted.filter((id) => !was.has(id));
  const gone = before.filter((id) => !is.has(id));
  const seen = await seenAmong(tx, added.filter(isId));
  const known = new Set(seen.map(({ id }) => id));
  const unknown = added.find((id) => !known.has(id));
  if (unknown !== undefined) throw scimProblem({ scimType: 'invalidValue', detail: `There is no person ${unknown.slice(0, 60)}: send people before the groups that they are in.` });
  for (const account of seen) await adopt(speaking, tx, account);
  const since = speaking.ctx.now().toISOString();
  if (added.length > 0) await tx.insertInto('directory.member').values(added.map((personId) => ({ groupId, personId, since }))).execute();
  if (gone.length > 0) await tx.deleteFrom('directory.member').where('groupId', '=', groupId).where('personId', 'in', gone).execute();
  return [...(await takeFrom(speaking.ctx, tx, groupId, gone)), ...(await giveTo(speaking.ctx, tx, groupId, added))];
}

export async function createGroup({ speaking, tx, body, query }: Asked): Promise<Done> {
  const resource = required(readResource(GROUP, body));
  const at = speaking.ctx.now().toISOString();
  const group: Group = { id: uuidv7(), displayName: namedIn(resource), externalId: externalIn(resource), madeAt: at, changedAt: at };
  await tx.insertInto('directory.group').values({ ...group, directoryId: speaking.id }).execute().catch(groupTaken);
  const told = await regroup(speaking, tx, group.id, [], wantedIn(resource));
  return { answer: await answerOf({ tx, query }, group, 201), about: group.displayName, told };
}

async function rewrite(asked: Asked, next: (written: Json) => Json): Promise<Done> {
  const { speaking, tx, headers } = asked;
  const group = await readHeld(asked, true);
  const members = await membersOf(tx, [group.id]);
  const written = writtenOf(group, members);
  checkTag(headers['if-match'], tagOf(written));
  const resource = next(written);
  const after: Group = { ...group, displayName: namedIn(resource), externalId: externalIn(resource), changedAt: speaking.ctx.now().toISOString() };
  await tx.updateTable('directory.group').set({ displayName: after.displayName, externalId: after.externalId, changedAt: after.changedAt }).where('id', '=', group.id).execute().catch(groupTaken);
  const told = await regroup(speaking, tx, group.id, members.map(({ personId }) => personId), wantedIn(resource));
  return { answer: await answerOf(asked, after, 200), about: after.displayName, settles: true, told };
}

export const replaceGroup = (asked: Asked): Promise<Done> => rewrite(asked, () => required(readResource(GROUP, asked.body)));
export const patchGroup = (asked: Asked): Promise<Done> => rewrite(asked, (written) => required(applyPatch(GROUP, written, asked.body)));

export async function removeGroup(asked: Asked): Promise<Done> {
  const { speaking, tx, headers } = asked;
  const group = await readHeld(asked, true);
  const members = await membersOf(tx, [group.id]);
  checkTag(headers['if-match'], tagOf(writtenOf(group, members)));
  const told = await regroup(speaking, tx, group.id, members.map(({ personId }) => personId), []);
  await tx.updateTable('directory.group').set({ goneAt: speaking.ctx.now().toISOString(), changedAt: speaking.ctx.now().toISOString() }).where('id', '=', group.id).execute();
  return { answer: { status: 204 }, about: group.displayName, settles: true, told };
}
