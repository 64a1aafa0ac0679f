import { sql } from 'kysely';
import { startJob } from '#platform/jobs/jobs.service.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { sealer } from './archive.ts';
import type * as contract from './contract.ts';
import { pack } from './job-kinds.ts';
import { at, changed, ERASE, requestFor, subjects } from './rows.ts';

/** Starts making the archive. Refused while a wall has not answered. */
export async function packRequest(ctx: Ctx, { id }: Input<typeof contract.packRequest>): Promise<Reply<typeof contract.packRequest>> {
  return subjects.writeMany(ctx, ERASE, async (tx) => {
    const row = await requestFor(tx, id, 'pack');
    const asks = await tx.selectFrom(sql<{ state: string }>`subjects.asks_of(${id}::uuid)`.as('k')).select('k.state').execute();
    if (asks.some(({ state }) => state === 'waiting')) throw new Problem('conflict', 'subjects.wall_waits', 'Who keeps a wall has not answered yet.');
    const job = await startJob(ctx, pack, { requestId: id });
    await tx.updateTable('subjects.request').set({ jobId: job.id }).where('id', '=', id).execute();
    return { changes: [changed('archive-asked', row, row, { jobId: job.id })], result: { id, jobId: job.id } };
  });
}

/** The archive, to who handles the request. That it was fetched is recorded before it leaves. */
export async function fetchArchive(ctx: Ctx, { id }: Input<typeof contract.fetchArchive>, { reply }: Exchange): Promise<void> {
  const { number, sealed, sha256 } = await subjects.writeMany(ctx, ERASE, async (tx) => {
    const row = await requestFor(tx, id, 'fetch');
    const found = await tx.selectFrom('subjects.package').select(['sealed', 'sha256']).where('requestId', '=', id).where('expiresAt', '>', at(ctx)).executeTakeFirst();
    if (!found) throw new Problem('conflict', 'subjects.nothing_made', 'There is no archive, or its time has run out. Make it anew.');
    return { changes: [changed('archive-fetched', row, row, { sha256: found.sha256 })], result: { number: row.number, ...found } };
  });
  void reply.header('content-type', 'application/x-tar').header('content-disposition', `attachment; filename="${number}.tar"`).header('x-content-sha256', sha256).send(sealer().open(id, sealed));
}
