import { sql } from 'kysely';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { cases, COLUMNS, READ, type Reader, recordLook } from './case-row.ts';
import type * as contract from './finding-contract.ts';
import type { Findings } from './finding-contract.ts';
import { lacksFor, nextState } from './finding-rules.ts';
import { standingIn } from './standing.ts';

const MOST = 500;
const STRUCK = ['l.struckAt', 'striker.name as struckBy', 'l.struckReason'] as const;
const adder = sql<string>`coalesce(adder.name, '')`.as('addedBy');

const people = (db: Reader, id: string) =>
  db.selectFrom('cases.person as l').leftJoin('access.person as adder', 'adder.id', 'l.addedBy').leftJoin('access.person as striker', 'striker.id', 'l.struckBy').leftJoin('access.person as known', 'known.id', 'l.personId')
    .select(['l.id', 'l.role', 'l.personId', sql<string>`coalesce(known.name, l.name)`.as('name'), 'l.details', adder, 'l.addedAt', ...STRUCK]).where('l.caseId', '=', id).orderBy('l.addedAt').orderBy('l.id').limit(MOST);

const allegations = (db: Reader, id: string) =>
  db.selectFrom('cases.allegation as l').leftJoin('access.person as adder', 'adder.id', 'l.addedBy').leftJoin('access.person as striker', 'striker.id', 'l.struckBy').leftJoin('access.person as finder', 'finder.id', 'l.foundBy')
    .leftJoin('cases.person as s', 's.id', 'l.subjectId').leftJoin('access.person as known', 'known.id', 's.personId')
    .select(['l.id', 'l.seq', 'l.typeKey', 'l.text', 'l.subjectId', sql<string | null>`coalesce(known.name, s.name)`.as('subject'), adder, 'l.addedAt', 'l.finding', 'l.findingWhy', 'l.foundBy as foundById', 'finder.name as foundBy', 'l.foundAt', ...STRUCK]).where('l.caseId', '=', id).orderBy('l.seq').limit(MOST);

const losses = (db: Reader, id: string) =>
  db.selectFrom('cases.loss as l').leftJoin('access.person as adder', 'adder.id', 'l.addedBy').leftJoin('access.person as striker', 'striker.id', 'l.struckBy')
    .select(['l.id', 'l.description', 'l.amountMinor', 'l.currency', 'l.recoveredMinor', 'l.isEstimate', adder, 'l.addedAt', ...STRUCK]).where('l.caseId', '=', id).orderBy('l.addedAt').orderBy('l.id').limit(MOST);

const closings = (db: Reader, id: string) =>
  db.selectFrom('cases.closing as c').leftJoin('access.person as p', 'p.id', 'c.proposedBy').leftJoin('access.person as d', 'd.id', 'c.decidedBy').leftJoin('access.person as o', 'o.id', 'c.reopenedBy')
    .select(['c.id', 'c.closedAt', sql<string>`coalesce(p.name, '')`.as('proposedBy'), 'd.name as decidedBy', 'c.findings', 'c.rootCause', 'c.outcome', 'c.reopenedAt', 'o.name as reopenedBy', 'c.reopenedReason']).where('c.caseId', '=', id).orderBy('c.closedAt').limit(MOST);

/** What is alleged, of whom, what was found, lost and decided; the look is recorded first. */
export async function readFindings(ctx: Ctx, { id }: Input<typeof contract.readFindings>): Promise<Findings> {
  const [rows, named, alleged, elements, lost, reviews, closed, mayApprove] = await cases.readAll(ctx, READ, (db) => [
    db.selectFrom('cases.case as c').select(COLUMNS).where('c.id', '=', id), people(db, id), allegations(db, id), db.selectFrom('cases.element').select(['id', 'allegationId', 'seq', 'text', 'state', 'note']).where('caseId', '=', id).orderBy('seq').limit(MOST * 4), losses(db, id),
    db.selectFrom('cases.review as r').leftJoin('access.person as p', 'p.id', 'r.byId').select(['r.id', 'r.verdict', 'r.words', sql<string>`coalesce(p.name, '')`.as('by'), 'r.at']).where('r.caseId', '=', id).orderBy('r.at').limit(MOST), closings(db, id),
    db.selectFrom('cases.case as c').select(sql<boolean>`access.may_at(c.site_id, c.wall_id, 'cases:approve')`.as('may')).where('c.id', '=', id),
  ]);
  const row = rows[0];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  const next = nextState(row.state);
  return {
    state: row.state, rootCause: row.rootCause, outcome: row.outcome, outcomeWords: row.outcomeWords, noLoss: row.noLoss, people: named, losses: lost, reviews, closings: closed.map((one) => ({ ...one, findings: one.findings as unknown as Findings['closings'][number]['findings'] })),
    allegations: alleged.map(({ typeKey, foundById: _found, ...one }) => ({ ...one, type: typeKey, elements: elements.filter(({ allegationId }) => allegationId === one.id).map(({ allegationId: _of, ...element }) => element) })),
    lacks: next ? [...lacksFor(next, await standingIn(cases.read(ctx, READ) as unknown as Parameters<typeof standingIn>[0], row))] : [],
    mayReview: mayApprove[0]?.may === true && !alleged.some(({ foundById, struckAt }) => foundById === ctx.personId && struckAt === null),
  };
}
