import { z } from 'zod';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import type * as contract from './contract.ts';
import { byEvent, checkState, exhibits, holdExhibit, RELEASE } from './exhibit-row.ts';
import { METHODS } from './rules.ts';

const THREE_DAYS_MINUTES = 3 * 24 * 60;
const Payload = z.strictObject({ exhibitId: z.uuid(), method: z.enum(METHODS), to: z.string(), authority: z.string() });

const notByCollector = (): Problem => new Problem('refused', 'exhibits.received_it', 'Who received an exhibit neither releases nor destroys it. Leave that to others of the case.');

/** What happens at the approval, as the approver; the holder leaves the chain with it. */
const disposing = decisionKind({
  key: 'exhibits.dispose', permission: RELEASE, expiresMinutes: THREE_DAYS_MINUTES, payload: Payload,
  run: async ({ ifMatch: _, ...ctx }, { exhibitId, method, to, authority }) => {
    await byEvent(ctx, RELEASE, exhibitId, async (tx, row) => {
      checkState(row, 'dispose');
      if (row.receivedBy === ctx.personId) throw notByCollector();
      await tx.updateTable('exhibits.offer').set({ state: 'withdrawn', endedAt: ctx.now().toISOString() }).where('exhibitId', '=', exhibitId).where('state', '=', 'waiting').execute();
      return { kind: 'disposed', holder: null, place: null, note: [method, to, authority].filter(Boolean).join(' · '), set: { state: 'disposed' } };
    });
  },
});

/** Proposes what becomes of an exhibit; another person with the same right decides, and neither is the one who received it. */
export function disposeExhibit(ctx: Ctx, { id, method, to, authority }: Input<typeof contract.disposeExhibit>): Promise<Reply<typeof contract.disposeExhibit>> {
  return exhibits.writeMany<Reply<typeof contract.disposeExhibit>>(ctx, RELEASE, async (tx) => {
    const row = await holdExhibit(tx, id, RELEASE);
    checkState(row, 'dispose');
    if (row.receivedBy === ctx.personId) throw notByCollector();
    const result = await propose(ctx, disposing, {
      payload: { exhibitId: id, method, to, authority }, facts: { number: row.number, title: row.title, method, to, authority },
      of: { recordId: id, siteId: null, wallId: row.wallId }, reason: authority,
    });
    return { changes: [], result };
  });
}
