import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import { type CaseRow, cases, changeCaseRow, holdCase, type Tx } from './case-row.ts';
import type { Standing } from './contract.ts';
import { checkState, refuseLacking } from './ending.service.ts';
import type * as contract from './finding-contract.ts';
import { lacksFor } from './finding-rules.ts';
import { standingIn } from './standing.ts';

const CLOSE = 'cases:close';
const THREE_DAYS_MINUTES = 3 * 24 * 60;

/** Ends a case as it was reviewed: another member with the same right decides it. */
const closing = decisionKind({
  key: 'cases.close', permission: CLOSE, expiresMinutes: THREE_DAYS_MINUTES, payload: z.strictObject({ caseId: z.uuid(), version: z.int() }),
  run: async (ctx, { caseId }, { proposedBy, reason }) => {
    await changeCaseRow(ctx, CLOSE, caseId, async (tx, before) => {
      await checkClosable(tx, before);
      const closedAt = ctx.now().toISOString();
      const found = await tx.selectFrom('cases.allegation').select(['seq', 'text', 'finding']).where('caseId', '=', caseId).where('struckAt', 'is', null).orderBy('seq').execute();
      await tx.insertInto('cases.closing').values({ id: uuidv7(), caseId, closedAt, proposedBy, decidedBy: ctx.personId === proposedBy ? null : ctx.personId, findings: JSON.stringify(found), rootCause: before.rootCause, outcome: before.outcome ?? 'other' }).execute();
      return { set: { state: 'closed', closedAt }, verb: 'closed', step: { was: before.state, became: 'closed', reason }, more: { reason, proposedBy } };
    });
  },
});

async function checkClosable(tx: Tx, row: CaseRow): Promise<void> {
  checkState(row, 'reviewing', 'A case is closed out of its review.');
  refuseLacking(lacksFor('closed', await standingIn(tx, row)));
}

/** Proposes to close a case that was reviewed; nothing changes before another member has decided. */
export function closeCase(ctx: Ctx, { id, reason }: Input<typeof contract.closeCase>): Promise<Reply<typeof contract.closeCase>> {
  return cases.writeMany<Reply<typeof contract.closeCase>>(ctx, CLOSE, async (tx) => {
    const row = await holdCase(tx, id, CLOSE);
    await checkClosable(tx, row);
    const result = await propose(ctx, closing, { payload: { caseId: id, version: row.version }, facts: { number: row.number, title: row.title }, of: { recordId: id, siteId: row.siteId, wallId: row.wallId }, reason });
    return { changes: [], result };
  });
}

/** Opens a closed case again; how it was closed stays. */
export function reopenCase(ctx: Ctx, { id, reason }: Input<typeof contract.reopenCase>): Promise<Standing> {
  return changeCaseRow(ctx, CLOSE, id, async (tx, before) => {
    checkState(before, 'closed', 'Only a closed case is opened again.');
    await tx.updateTable('cases.closing').set({ reopenedAt: ctx.now().toISOString(), reopenedBy: ctx.personId, reopenedReason: reason }).where('caseId', '=', id).where('reopenedAt', 'is', null).execute();
    return { set: { state: 'investigating', closedAt: null }, verb: 'reopened', step: { was: 'closed', became: 'investigating', reason }, more: { reason } };
  });
}
