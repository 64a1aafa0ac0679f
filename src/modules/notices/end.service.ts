import type { Database } from '#platform/kernel/db/pool.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { changeOf, notices, seen } from './notice-row.ts';
import { WAITS_MINUTES } from './send.service.ts';

const KEEP = 'notices:carry';
const GRACE_S = 60;
const OVER = `select n.id from notices.notice n where n.ended_at is null and (
  (n.state in ('sending', 'recalled') and not exists (select from notices.send s where s.notice_id = n.id and s.state in ('queued', 'handed', 'sending')))
  or (n.state = 'waiting' and n.made_at < $1::timestamptz - make_interval(mins => ${WAITS_MINUTES}, secs => ${GRACE_S}))) order by n.id limit 100`;

/** Ends notices of which nothing is on its way any more, and those that nobody approved in time; answers how many. */
export async function endNotices(ctx: Ctx, worker: Database): Promise<number> {
  const [answer] = await worker.send([{ text: OVER, values: [ctx.now()] }]);
  const ids = (answer?.rows ?? []).map((row) => row['id'] as string);
  for (const id of ids) await endOne(ctx, id);
  return ids.length;
}

const endOne = (ctx: Ctx, id: string): Promise<null> =>
  notices.writeMany(ctx, KEEP, async (tx) => {
    await tx.selectFrom('notices.notice').select('id').where('id', '=', id).forUpdate().execute();
    const before = await seen(tx, id);
    if (!before || before.endedAt !== null) return { changes: [], result: null };
    const now = ctx.now().toISOString();
    const isLapsed = before.state === 'waiting';
    if (isLapsed) await tx.updateTable('notices.send').set({ state: 'recalled', reason: 'nobody approved it in time', endedAt: now }).where('noticeId', '=', id).where('state', '=', 'queued').execute();
    await tx.updateTable('notices.notice').set({ ...(before.state === 'sending' && { state: 'sent' }), ...(isLapsed && { state: 'lapsed' }), endedAt: now, version: before.version + 1 }).where('id', '=', id).execute();
    const after = await seen(tx, id);
    return { changes: after ? [changeOf(isLapsed ? 'lapsed' : 'ended', before, after)] : [], result: null };
  });
