import { sql } from 'kysely';
import { z } from 'zod';
import { startJob } from '#platform/jobs/jobs.service.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import type * as contract from './contract.ts';
import { erase } from './job-kinds.ts';
import { at, changed, ERASE, requestFor, rows, subjects, type Tx } from './rows.ts';

const DECIDED_WITHIN_MINUTES = 7 * 24 * 60;
/** What was shown is approved within so many days, or looked for anew. */
const SHOWN_FOR_MS = 7 * 86_400_000;

/** Approved: the erasure begins in the same moment, as a job of who approved. */
const erasure = decisionKind({
  key: 'subjects.erasure', permission: ERASE, expiresMinutes: DECIDED_WITHIN_MINUTES, payload: z.object({ requestId: z.uuid() }),
  run: async (ctx, { requestId }, { id: decisionId }) => {
    await subjects.writeMany(ctx, ERASE, async (tx) => {
      const before = await requestFor(tx, requestId, 'approve');
      const job = await startJob(ctx, erase, { requestId });
      await tx.updateTable('subjects.request').set({ state: 'approved', approvedBy: ctx.personId, approvedAt: at(ctx), decisionId, jobId: job.id, version: sql`version + 1` }).where('id', '=', requestId).execute();
      const row = await rows(tx).where('r.id', '=', requestId).executeTakeFirstOrThrow();
      return { changes: [changed('approved', before, row, { decisionId })], result: null };
    });
  },
});

/** The counts that who decides reads; nobody is named in them, since they stay. */
async function factsOf(tx: Tx, id: string, number: string): Promise<Record<string, string>> {
  const counts = await tx.selectFrom('subjects.item').select(['outcome', sql<number>`count(*)::int`.as('n')]).where('requestId', '=', id).groupBy('outcome').orderBy('outcome').execute();
  return { request: number, ...Object.fromEntries(counts.map(({ outcome, n }) => [outcome, String(n)])) };
}

/** Proposes the erasure of what was shown. Refused while the person still has access, or a wall has not answered. */
export async function proposeErasure(ctx: Ctx, { id, reason }: Input<typeof contract.proposeErasure>): Promise<Reply<typeof contract.proposeErasure>> {
  return subjects.writeMany(ctx, ERASE, async (tx) => {
    const row = await requestFor(tx, id, 'propose');
    if (row.lookedAt === null || ctx.now().getTime() - Date.parse(row.lookedAt) > SHOWN_FOR_MS) throw new Problem('conflict', 'subjects.looked_long_ago', 'This was looked for over a week ago. Look again.');
    const person = row.personId === null ? null : await tx.selectFrom('access.person').select('state').where('id', '=', row.personId).executeTakeFirst();
    if (person && person.state !== 'leaver') throw new Problem('refused', 'subjects.still_here', 'This person still has access. Mark them as having left first.');
    const asks = await tx.selectFrom(sql<{ state: string }>`subjects.asks_of(${id}::uuid)`.as('k')).select('k.state').execute();
    if (asks.some(({ state }) => state === 'waiting')) throw new Problem('conflict', 'subjects.wall_waits', 'Who keeps a wall has not answered yet.');
    const going = await tx.selectFrom('subjects.item').select('id').where('requestId', '=', id).where('outcome', 'in', ['removed', 'cleared', 'replaced']).limit(1).executeTakeFirst();
    if (!going) throw new Problem('refused', 'subjects.nothing_goes', 'Nothing would be erased: all of it is kept or held. End the request with the ground.');
    return { changes: [], result: await propose(ctx, erasure, { payload: { requestId: id }, facts: await factsOf(tx, id, row.number), ...(row.personId !== null && { subjectId: row.personId }), of: { recordId: id, siteId: null, wallId: null }, reason }) };
  });
}

/** Goes on where an approved erasure stands: its job was stopped or failed. */
export async function continueErasure(ctx: Ctx, { id }: Input<typeof contract.continueErasure>): Promise<Reply<typeof contract.continueErasure>> {
  return subjects.writeMany(ctx, ERASE, async (tx) => {
    const row = await requestFor(tx, id, 'continue');
    const job = await startJob(ctx, erase, { requestId: id });
    await tx.updateTable('subjects.request').set({ jobId: job.id }).where('id', '=', id).execute();
    return { changes: [changed('continued', row, row, { jobId: job.id })], result: { id, jobId: job.id } };
  });
}
