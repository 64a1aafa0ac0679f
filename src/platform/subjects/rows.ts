import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Request } from './contract.ts';
import { type Move, stateAfter } from './rules.ts';
import type { Tables } from './tables.gen.ts';

/** The service's one store. */
export const subjects = store<Tables>('subjects');
export type Tx = Parameters<Parameters<typeof subjects.writeMany>[2]>[0];
export type Db = Pick<Parameters<Parameters<typeof subjects.readAll>[2]>[0], 'selectFrom'>;
export const ERASE = 'retention:erase';
/** Held behind a wall by who leads or keeps it. */
export const KEEPS_WALL = 'retention:hold';

/** 403 where the person does not hold it over the whole organisation. */
export async function checkHoldsEverywhere(tx: Tx): Promise<void> {
  const [row] = await tx.selectNoFrom([sql<boolean>`access.org_may(${ERASE})`.as('may')]).execute();
  if (!row?.may) throw notAllowed(ERASE);
}

/** A request with the name of who handles it. */
export const rows = (db: Db) =>
  db.selectFrom('subjects.request as r').leftJoin('access.person as a', 'a.id', 'r.assignedTo').innerJoin('access.person as c', 'c.id', 'r.receivedBy').leftJoin('access.person as i', 'i.id', 'r.identityBy').leftJoin('access.person as p', 'p.id', 'r.approvedBy')
    .select(['r.id', 'r.number', 'r.kind', 'r.state', 'r.name', 'r.personId', 'r.alsoKnown', 'r.channel', 'r.extendedWhy', 'r.identityHow', 'r.identityBy', 'i.name as checker', 'r.identityAt', 'r.assignedTo', 'a.name as assignee', 'r.receivedBy', 'c.name as receiver', 'r.receivedAt', 'r.overrules',
      'r.lookedAt', 'r.jobId', 'r.decisionId', 'r.approvedBy', 'p.name as approver', 'r.endedAt', 'r.outcome', 'r.erasedNumber', 'r.version', sql<string>`r.asked_on::text`.as('askedOn'), sql<string>`r.due_on::text`.as('dueOn')]);
export type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

export const personOf = (id: string | null, name: string | null): { id: string; name: string } | null => (id === null ? null : { id, name: name ?? '' });
export const requestOf = (row: Row): Request => ({
  id: row.id, number: row.number, kind: row.kind as Request['kind'], state: row.state as Request['state'], name: row.name, askedOn: row.askedOn, dueOn: row.dueOn, isExtended: row.extendedWhy !== null,
  assignedTo: personOf(row.assignedTo, row.assignee), receivedAt: row.receivedAt, endedAt: row.endedAt, version: row.version,
});

/** The request as it is, where the move is one that it may make now. Throws 404, 409. */
export async function requestFor(tx: Tx, id: string, move: Move): Promise<Row> {
  const row = await rows(tx).where('r.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  const to = stateAfter(requestOf(row), move);
  if (to === null) throw new Problem('conflict', 'subjects.not_now', 'This request is not at the place where that is done.');
  return row;
}

const TITLES = { access: 'Request for access', erasure: 'Request for erasure' } as const;

/** A change of a request. Its header names nobody: what somebody asked is for who handles it. */
export const changed = (verb: string, before: Row | null, after: Row, more: Record<string, unknown> = {}): Change<{ id: string }> => {
  const told = { id: after.id, kind: after.kind, state: after.state, ...more };
  return {
    verb, before: before && { id: before.id, ...(before.state !== after.state && { state: before.state }) }, after: told, words: after.number, erasable: Object.keys(more).filter((field) => ['name', 'words', 'how', 'reason'].includes(field)),
    header: { kind: 'subjects.request', number: after.number, title: TITLES[after.kind as keyof typeof TITLES], state: after.state, siteId: null, wallId: null, readPermission: ERASE, at: after.receivedAt },
  };
};

export const at = (ctx: Ctx): string => ctx.now().toISOString();
