import type { CaseRow, Tx } from './case-row.ts';
import type { Standing } from './finding-rules.ts';

type Db = Pick<Tx, 'selectFrom'>;

/** What the gates look at, as it stands in this transaction. */
export async function standingIn(db: Db, row: Pick<CaseRow, 'id' | 'rootCause' | 'outcome' | 'noLoss'>): Promise<Standing> {
  const allegations = await db.selectFrom('cases.allegation').select(['id', 'finding']).where('caseId', '=', row.id).where('struckAt', 'is', null).execute();
  const elements = await db.selectFrom('cases.element').select(['allegationId', 'state']).where('caseId', '=', row.id).execute();
  const losses = await db.selectFrom('cases.loss').select('id').where('caseId', '=', row.id).where('struckAt', 'is', null).limit(1).execute();
  return {
    allegations: allegations.map(({ id, finding }) => ({ finding, elements: elements.filter(({ allegationId }) => allegationId === id) })), losses: losses.length, noLoss: row.noLoss, rootCause: row.rootCause, outcome: row.outcome, isReviewed: await isReviewed(db, row.id),
  };
}

/** Whether the last word of a review passed what was last handed in. */
async function isReviewed(db: Db, id: string): Promise<boolean> {
  const submitted = await db.selectFrom('cases.step').select('at').where('caseId', '=', id).where('verb', '=', 'submitted').orderBy('at', 'desc').limit(1).executeTakeFirst();
  const review = await db.selectFrom('cases.review').select(['verdict', 'at']).where('caseId', '=', id).orderBy('at', 'desc').limit(1).executeTakeFirst();
  return review?.verdict === 'passed' && submitted !== undefined && review.at >= submitted.at;
}
