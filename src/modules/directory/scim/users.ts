import { readResource } from '#engines/scim/read.ts';
import { applyPatch } from '#engines/scim/patch.ts';
import { project } from '#engines/scim/projection.ts';
import { USER } from '#engines/scim/schema.ts';
import { sql } from 'kysely';
import { type Answer, checkTag, listBody, required } from './answers.ts';
import type { Asked, Done, Query } from './asked.ts';
import { adopt, change, join, leave } from './user-change.ts';
import { factsOf } from './user-facts.ts';
import { type Account, accounts, countAccounts, heldAccount, membershipsOf, readAccount, userOf, writtenOf } from './user-rows.ts';
import { orderOf, USER_COLUMNS, whereOf } from './where.ts';

async function answerOf({ tx, query }: Pick<Asked, 'tx' | 'query'>, account: Account, status: number): Promise<Answer> {
  const { resource, tag } = userOf(account, await membershipsOf(tx, [account.id]));
  const location = String((resource['meta'] as { location: string }).location);
  return { status, body: project(USER, resource, query), headers: { etag: tag, ...(status === 201 ? { location } : { 'content-location': location }) } };
}

export async function listUsers({ tx, query }: Asked): Promise<Done> {
  const where = whereOf(USER_COLUMNS, query.filter);
  const total = await countAccounts(tx, where);
  const found = query.count === 0 ? [] : await accounts(tx, where, orderOf(USER_COLUMNS, query.sortBy, query.sortOrder), query.count, query.startIndex - 1);
  const groups = wants(query, 'groups') ? await membershipsOf(tx, found.map(({ id }) => id)) : [];
  const body = listBody(found.map((account) => project(USER, userOf(account, groups).resource, query)), total, query.startIndex);
  return { answer: { status: 200, body }, about: `${found.length} of ${total}` };
}

/** Are these wanted at all? */
export const wants = ({ attributes, excludedAttributes }: Query, name: string): boolean => {
  const has = (list: string) => list.toLowerCase().split(',').some((one) => one.trim().replace(/^urn:.*:/, '').split('.')[0] === name);
  return attributes ? has(attributes) : !(excludedAttributes && has(excludedAttributes));
};

export async function readUser({ tx, query, id, headers }: Asked): Promise<Done> {
  const account = await readAccount(tx, id);
  const answer = await answerOf({ tx, query }, account, 200);
  return { answer: headers['if-none-match'] === answer.headers?.['etag'] ? { status: 304, headers: answer.headers ?? {} } : answer, about: account.name };
}

export async function createUser({ speaking, tx, body, query }: Asked): Promise<Done> {
  const facts = factsOf(required(readResource(USER, body)), null);
  const account = await readAccount(tx, await join(speaking, tx, facts));
  return { answer: await answerOf({ tx, query }, account, 201), about: account.name };
}

async function checkVersion({ tx, headers }: Asked, account: Account): Promise<void> {
  checkTag(headers['if-match'], userOf(account, await membershipsOf(tx, [account.id])).tag);
}

export async function replaceUser(asked: Asked): Promise<Done> {
  const { speaking, tx, body, id } = asked;
  const before = await heldAccount(tx, id);
  await checkVersion(asked, before);
  await change(speaking, tx, before, factsOf(required(readResource(USER, body)), writtenOf(before)));
  const after = await readAccount(tx, id);
  return { answer: await answerOf(asked, after, 200), about: after.name, settles: true };
}

export async function patchUser(asked: Asked): Promise<Done> {
  const { speaking, tx, body, id } = asked;
  const before = await heldAccount(tx, id);
  await checkVersion(asked, before);
  const written = writtenOf(before);
  const patched = required(applyPatch(USER, written, body));
  if (JSON.stringify(patched) === JSON.stringify(written)) await adopt(speaking, tx, before);
  else await change(speaking, tx, before, factsOf(patched, written));
  const after = await readAccount(tx, id);
  return { answer: await answerOf(asked, after, 200), about: after.name, settles: true };
}

export async function removeUser(asked: Asked): Promise<Done> {
  const { speaking, tx, id } = asked;
  const account = await heldAccount(tx, id);
  await checkVersion(asked, account);
  await leave(speaking, tx, account);
  return { answer: { status: 204 }, about: account.name, settles: true };
}

/** Those among these ids whom the directory sees. */
export const seenAmong = (tx: Asked['tx'], ids: readonly string[]): Promise<Account[]> => (ids.length === 0 ? Promise.resolve([]) : accounts(tx, sql`r.id = any (${ids}::uuid[])`, sql`r.id`, ids.length, 0));
