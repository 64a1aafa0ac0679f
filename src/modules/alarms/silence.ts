import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { type DevicePlace, fallSilent, type FallenSilent } from '#modules/devices/public.ts';
import { endRunsByRule } from '#modules/procedures/public.ts';
import { type EventType, typeOf } from '#modules/signals/public.ts';
import { type AlarmRow, alarms, changed, CLOSED_ITSELF, closedIn, nextVersion, ROW, stateColumns, stateOf, type Tx } from './alarm-row.ts';
import { coveredPlaces } from './controls.ts';
import { openAt } from './open-at.ts';
import { conditionKey, dueTimes, raised, returnToNormal } from './rules.ts';

/** What is raised where a device was expected to be heard and was not. */
const SILENT = 'equipment.device-missing';

const silentKind = (): EventType => {
  const kind = typeOf(SILENT);
  if (!kind) throw new Error(`The taxonomy has no ${SILENT}.`);
  return kind;
};

/** Raises an alarm for each device that fell silent; one that is open there already stands for it. What is on test is missed once that is over. */
export async function raiseSilence(ctx: Ctx): Promise<void> {
  const covered = await coveredPlaces(ctx);
  await alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
    const changes: Change<AlarmRow>[] = [];
    for (const one of await fallSilent(ctx, covered)) {
      const row = await alarmOf(ctx, tx, one);
      if (row) changes.push(changed('raised', null, row));
    }
    return { changes, result: null };
  });
}

async function alarmOf(ctx: Ctx, tx: Tx, { sourceId, siteId, point, name }: FallenSilent): Promise<AlarmRow | null> {
  const kind = silentKind();
  const at = ctx.now().toISOString();
  const place = { siteId, sourceId, point: point || null, area: null };
  const key = conditionKey({ kind, ...place });
  const open = await tx.selectFrom('alarms.alarm').select('id').where('conditionKey', '=', key).where('handling', '<>', 'closed').executeTakeFirst();
  if (open) return null;
  const { rows } = await sql<{ number: string }>`select platform.next_number('ALM', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
  const row = {
    ...stateColumns(raised(kind)), ...place, id: uuidv7(), number: rows[0]?.number ?? '', conditionKey: key, type: kind.key, title: kind.title, priority: kind.priority ?? 3, sourceName: name,
    raisedAt: at, knownAt: at, lastAt: at, ...dueTimes(kind, at),
  };
  return (await tx.insertInto('alarms.alarm').values(row).returning(ROW).executeTakeFirst()) as AlarmRow;
}

/** Ends what was raised for silence at these places, once they are heard again. */
export async function endSilence(ctx: Ctx, places: readonly DevicePlace[]): Promise<void> {
  if (places.length === 0) return;
  await alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
    const open = (await tx.selectFrom('alarms.alarm').select(ROW).where('type', '=', SILENT).where('isActive', '=', true).where(openAt(places.map(({ sourceId }) => sourceId), places.map(({ point }) => point))).forUpdate().execute()) as AlarmRow[];
    const changes: Change<AlarmRow>[] = [];
    for (const before of open) {
      const next = returnToNormal(stateOf(before), 'signal', ctx.now());
      if (!next.ok || !next.changed) continue;
      const after = (await tx.updateTable('alarms.alarm').set((eb) => ({ ...stateColumns(next.alarm), version: nextVersion(eb) })).where('id', '=', before.id).returning(ROW).executeTakeFirst()) as AlarmRow | undefined;
      if (after) changes.push(changed(after.handling === 'closed' ? 'closed-by-rule' : 'returned', before, after));
    }
    await endRunsByRule(ctx, closedIn(changes), { why: CLOSED_ITSELF });
    return { changes, result: null };
  });
}
