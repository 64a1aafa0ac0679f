import { z } from 'zod';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import { holdIncident, incidents, insertStep } from '../record.ts';
import type * as contract from '../review-contract.ts';
import { changeDraft, holdDraft, selectActions, selectObservations, withActions, WRITE } from './review-row.ts';
import { missingOf } from './reviews.service.ts';

const TWO_WEEKS_MINUTES = 14 * 24 * 60;
const Payload = z.strictObject({ incidentId: z.uuid(), version: z.int() });

/** What another person approves is what was proposed: a draft that changed since is not finished. */
const finishing = decisionKind({
  key: 'incidents.review', permission: WRITE, expiresMinutes: TWO_WEEKS_MINUTES, payload: Payload,
  run: async ({ ifMatch: _, ...ctx }, { incidentId, version }, { proposedBy }) => {
    await changeDraft(ctx, incidentId, async (tx, review) => {
      if (review.version !== version) throw new Problem('refused', 'incidents.review_changed', 'The review was changed after it was proposed. Read it again and propose it anew.');
      const finishedAt = ctx.now().toISOString();
      const approvedBy = proposedBy === ctx.personId ? null : ctx.personId;
      await tx.updateTable('incidents.review').set({ state: 'finished', proposedBy, approvedBy, finishedAt, version: version + 1 }).where('id', '=', review.id).execute();
      await insertStep(ctx, tx, incidentId, { verb: 'review-finished' });
      return { verb: 'review-finished', fact: { proposedBy, approvedBy, finishedAt }, state: 'finished' };
    });
  },
});

/** Proposes to finish the review, once nothing is missing; another person with the same right approves. */
export function finishReview(ctx: Ctx, { id }: Input<typeof contract.finishReview>): Promise<Reply<typeof contract.finishReview>> {
  return incidents.writeMany<Reply<typeof contract.finishReview>>(ctx, WRITE, async (tx) => {
    const incident = await holdIncident(tx, id, WRITE);
    const review = await holdDraft(ctx, tx, id);
    const found = await withActions(ctx, await selectObservations(tx, id).execute(), await selectActions(tx, id).execute());
    const missing = missingOf(review.summary, found);
    if (missing.length > 0) throw new Problem('refused', 'incidents.review_not_whole', `${missing.length === 1 ? 'One thing is' : `${missing.length} things are`} missing before it can be finished.`, { errors: missing });
    const result = await propose(ctx, finishing, {
      payload: { incidentId: id, version: review.version }, facts: { number: incident.number, observations: String(found.filter(({ struckAt }) => struckAt === null).length), actions: String(found.flatMap(({ actions }) => actions).length) },
      of: { recordId: id, siteId: incident.siteId, wallId: incident.wallId }, reason: `The review of ${incident.number} is written`,
    });
    return { changes: [], result };
  });
}
