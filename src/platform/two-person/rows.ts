import { sql } from 'kysely';
import { store } from '#platform/kernel/store.ts';
import type { Change } from '#platform/kernel/record.ts';
import type { Decision } from './contract.ts';
import { type Decider, type Standing, step, verbsFor } from './rules.ts';
import type { Tables } from './tables.gen.ts';

/** The service's one store. */
export const twoPerson = store<Tables>('two-person');
export type Tx = Parameters<Parameters<typeof twoPerson.writeMany>[2]>[0];
export type Db = Pick<Parameters<Parameters<typeof twoPerson.readAll>[2]>[0], 'selectFrom'>;

/** Decisions that the reader sees, with the names that stand in them and whether the reader could decide. */
export const selectDecisions = (db: Db) =>
  db.selectFrom('twoPerson.decision as d')
    .innerJoin('access.person as proposer', 'proposer.id', 'd.proposedBy').leftJoin('access.person as decider', 'decider.id', 'd.decidedBy').leftJoin('access.person as reviewer', 'reviewer.id', 'd.reviewedBy')
    .leftJoin('access.person as subject', 'subject.id', 'd.subjectId').leftJoin('platform.record as r', 'r.id', 'd.recordId')
    .select([
      'd.id', 'd.kind', 'd.state', 'd.permission', 'd.siteId', 'd.wallId', 'd.recordId', 'd.subjectId', 'd.payload', 'd.facts', 'd.reason', 'd.proposedBy', 'd.proposedAt', 'd.expiresAt', 'd.decidedBy', 'd.decidedAt', 'd.decidedWhy',
      'd.reviewedBy', 'd.reviewedAt', 'd.review', 'd.reviewWhy', 'proposer.name as proposer', 'decider.name as decider', 'reviewer.name as reviewer', 'subject.name as subject',
      'r.kind as recordKind', 'r.number as recordNumber', 'r.title as recordTitle',
      sql<string>`access.me()`.as('me'), sql<boolean>`two_person.may(access.me(), d.site_id, d.wall_id, d.permission)`.as('mayDecide'), sql<boolean>`two_person.are_independent(access.me(), d.proposed_by)`.as('isIndependent'),
    ]);

export type DecisionRow = Awaited<ReturnType<ReturnType<typeof selectDecisions>['execute']>>[number];

export const standingOf = (row: DecisionRow): Standing => ({ state: row.state, proposedBy: row.proposedBy, subjectId: row.subjectId, expiresAt: Date.parse(row.expiresAt), isReviewed: row.review !== null });
export const deciderOf = (row: DecisionRow): Decider => ({ personId: row.me, may: row.mayDecide, isIndependent: row.isIndependent });

const person = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? '' });

/** A decision as its reader is told. One whose time ran out is told so before the steward has noted it. */
export function toDecision(row: DecisionRow, now: Date): Decision {
  const [standing, who] = [standingOf(row), deciderOf(row)];
  const approval = step(standing, who, 'approve', now.getTime());
  const by = person(row.reviewedBy, row.reviewer);
  return {
    id: row.id, kind: row.kind, state: row.state === 'waiting' && standing.expiresAt <= now.getTime() ? 'expired' : row.state, permission: row.permission, facts: row.facts as Record<string, string>, reason: row.reason,
    isWalled: row.wallId !== null, siteId: row.siteId, record: row.recordKind === null ? null : { id: row.recordId, kind: row.recordKind, number: row.recordNumber, title: row.recordTitle ?? '' },
    subject: person(row.subjectId, row.subject), proposedBy: { id: row.proposedBy, name: row.proposer }, proposedAt: row.proposedAt, expiresAt: row.expiresAt,
    decidedBy: person(row.decidedBy, row.decider), decidedAt: row.decidedAt, decidedWhy: row.decidedWhy,
    review: row.review === null || by === null ? null : { by, at: row.reviewedAt ?? '', verdict: row.review, why: row.reviewWhy },
    may: verbsFor(standing, who, now.getTime()), blocked: row.state !== 'waiting' || row.proposedBy === row.me || approval.ok ? null : approval.reason,
  };
}

/** A change of a decision for ledger and outbox: heard by who may decide it. */
export const told = (row: Pick<DecisionRow, 'siteId' | 'wallId' | 'permission'>, verb: string, after: { id: string } & Record<string, unknown>): Change<{ id: string }> => ({
  verb, before: null, after, of: { recordId: after.id, siteId: row.siteId, wallId: row.wallId, readPermission: row.permission }, erasable: ['reason'].filter((field) => field in after),
});
