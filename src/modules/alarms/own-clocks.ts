import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { type ClockJump, clockJumps } from '#platform/health/jumps.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { typeOf } from '#modules/signals/public.ts';
import { type AlarmRow, alarms, changed, ROW, stateColumns, type Tx } from './alarm-row.ts';
import { dueTimes, raised } from './rules.ts';

/** What is raised where the clock of one of our own machines was set. */
const DRIFT = 'equipment.clock-drift';

/** Raises an alarm for each machine of ours whose clock jumped; one that is open for it already stands for it, and a jump rings once. */
export async function raiseClockJumps(ctx: Ctx): Promise<void> {
  const jumps = await clockJumps(ctx);
  if (jumps.length === 0) return;
  await alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
    const changes: Change<AlarmRow>[] = [];
    for (const jump of jumps) {
      const row = await alarmOf(ctx, tx, jump);
      if (row) changes.push(changed('raised', null, row));
    }
    return { changes, result: null };
  });
}

async function alarmOf(ctx: Ctx, tx: Tx, { node, jumpedAt, jumpMs }: ClockJump): Promise<AlarmRow | null> {
  const kind = typeOf(DRIFT);
  if (!kind) throw new Error(`The taxonomy has no ${DRIFT}.`);
  const key = `clock of ${node}`;
  const known = await tx.selectFrom('alarms.alarm').select('id').where('conditionKey', '=', key).where((eb) => eb.or([eb('handling', '<>', 'closed'), eb('raisedAt', '>=', jumpedAt)])).executeTakeFirst();
  if (known) return null;
  const { rows } = await sql<{ number: string }>`select platform.next_number('ALM', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
  const row = {
    ...stateColumns(raised(kind)), id: uuidv7(), number: rows[0]?.number ?? '', conditionKey: key, type: kind.key, title: `${kind.title}: ${jumpMs > 0 ? '+' : '−'}${Math.abs(Math.round(jumpMs / 1000))} s`, priority: kind.priority ?? 3,
    siteId: null, sourceId: null, sourceName: node, point: null, area: null, raisedAt: jumpedAt, knownAt: jumpedAt, lastAt: jumpedAt, ...dueTimes(kind, jumpedAt),
  };
  return (await tx.insertInto('alarms.alarm').values(row).returning(ROW).executeTakeFirst()) as AlarmRow;
}
