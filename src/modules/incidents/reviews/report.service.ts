import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { renderReport } from '#platform/report/press.ts';
import { checkPrint, printFacts, recordPrint } from '../printing.ts';
import { readTimeline } from '../read.service.ts';
import type * as contract from '../review-contract.ts';
import { REVIEW_TEMPLATE, reviewReport } from '../report/review.ts';
import { readReview } from './reviews.service.ts';

/** Prints a review for this reader. Its timeline is what had been noted when it was finished. */
export async function printReview(ctx: Ctx, { id, purpose, paper }: Input<typeof contract.printReview>, { reply }: Exchange): Promise<void> {
  const { review } = await readReview(ctx, { id });
  if (!review) throw notFound();
  const { number, isWalled } = review.incident;
  await checkPrint(ctx, { id, isWalled }, purpose);
  const [timeline, { head, print }] = await Promise.all([readTimeline(ctx, { id }), printFacts(ctx, purpose ?? null)]);
  const { title, data } = reviewReport(review, notedBy(timeline.items, review.finishedAt), { ...print, head });
  const pdf = await renderReport(REVIEW_TEMPLATE, data, { lang: 'en', title, at: ctx.now(), paper });
  await recordPrint(ctx, id, { purpose: purpose ?? null, paper, what: 'After-action review' });
  void reply.header('content-type', 'application/pdf').header('content-disposition', `inline; filename="${number}-review.pdf"`).send(pdf);
}

type Items = Reply<typeof import('../contract.ts').readTimeline>['items'];

/** What stood in the record at that moment: a log only grows, so that this is what those who approved it read. */
const notedBy = (items: Items, finishedAt: string | null): Items => (finishedAt === null ? items : items.filter(({ notedAt }) => Date.parse(notedAt) <= Date.parse(finishedAt)));
