import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { beginByType } from '#modules/procedures/public.ts';
import { type AlarmRow, alarms, changed, lostTo, nextVersion, ROW, selectAlarms, stateColumns, stateOf, type Tx } from './alarm-row.ts';
import type * as contract from './contract.ts';
import type { Alarm } from './contract.ts';
import { acknowledge, claim } from './rules.ts';

const STEPS = { claim, acknowledge } as const;
const DONE = { claim: 'claimed', acknowledge: 'acknowledged' } as const;
type Verb = keyof typeof STEPS;

/** Each as if it were done by itself, all in one transaction: who was faster with one of them keeps it, and is named. */
export async function actTogether(ctx: Ctx, { verb, ids }: Input<typeof contract.actTogether>): Promise<Reply<typeof contract.actTogether>> {
  return alarms.writeMany(ctx, 'alarms:handle', async (tx) => {
    const changes: Change<AlarmRow>[] = [];
    const left: { id: string; reason: string }[] = [];
    // Always in one order, so that two groups at once wait for each other and never lock.
    const asked = [...new Set(ids)].toSorted();
    for (const id of asked) {
      const { change, why } = await actOn(ctx, tx, verb, id);
      if (change) changes.push(change);
      if (why !== undefined) left.push({ id, reason: why });
    }
    const kept = new Set(left.map(({ id }) => id));
    const done = asked.filter((id) => !kept.has(id));
    return { changes, result: { done: done.length === 0 ? [] : ((await selectAlarms(tx).where('a.id', 'in', done).execute()) as Alarm[]), left } };
  });
}

async function actOn(ctx: Ctx, tx: Tx, verb: Verb, id: string): Promise<{ change?: Change<AlarmRow>; why?: string }> {
  const before = (await tx.selectFrom('alarms.alarm').select(ROW).where('id', '=', id).forUpdate().executeTakeFirst()) as AlarmRow | undefined;
  if (!before) return { why: 'It is not there, or not for you to handle.' };
  const next = STEPS[verb](stateOf(before), { personId: ctx.personId, mayHandle: true, mayClose: false, maySupervise: false }, ctx.now());
  if (!next.ok) return { why: next.kind === 'conflict' ? (await lostTo(ctx, tx, next.code, next.reason, next.heldBy ?? null)).message : next.reason };
  if (!next.changed) return {};
  if (verb === 'acknowledge') await beginByType(ctx, { recordId: id, siteId: before.siteId, wallId: null, type: before.type });
  const after = (await tx.updateTable('alarms.alarm').set((eb) => ({ ...stateColumns(next.alarm), version: nextVersion(eb) })).where('id', '=', id).returning(ROW).executeTakeFirstOrThrow()) as AlarmRow;
  return { change: changed(DONE[verb], before, after) };
}
