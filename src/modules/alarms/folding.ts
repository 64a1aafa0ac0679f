import { sql } from 'kysely';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { type Behind, behindDown, FOLDING_TYPES, LOSS_TYPES, placesOf, reachOf } from '#modules/devices/public.ts';
import { endRunsByRule } from '#modules/procedures/public.ts';
import { type AlarmRow, alarms, changed, CLOSED_ITSELF, closedIn, kindOf, nextVersion, ROW, type Tx } from './alarm-row.ts';
import { openAt } from './open-at.ts';
import { dueTimes } from './rules.ts';

/** So long a device may take to be heard again after what it stands behind is back; then its alarm rings for itself. */
const GRACE_MS = 60_000;
const AT_ONCE = 1000;

/**
 * Folds the alarms of what stands behind a device that is down into the alarm of that device. It reads states, not
 * events, so that it does the same whenever it runs: whether the switch or its cameras were missed first. Only alarms
 * that nobody took fold, and only of types that follow of themselves.
 */
export async function foldBehind(ctx: Ctx): Promise<number> {
  const behind = await behindDown(ctx);
  if (behind.length === 0) return 0;
  return alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
    const changes: Change<AlarmRow>[] = [];
    for (const [rootId, places] of Map.groupBy(behind, (one) => one.rootId)) changes.push(...(await foldOf(ctx, tx, rootId, places)));
    return { changes, result: changes.length };
  });
}

async function foldOf(ctx: Ctx, tx: Tx, rootId: string, places: readonly Behind[]): Promise<Change<AlarmRow>[]> {
  const open = (await tx.selectFrom('alarms.alarm').select(ROW).where('foldedInto', 'is', null).where('isActive', '=', true).where('handling', '=', 'unacknowledged').where('ownerId', 'is', null).where('type', 'in', [...FOLDING_TYPES])
    .where(openAt(places.map(({ sourceId }) => sourceId), places.map(({ point }) => point))).orderBy('raisedAt').limit(AT_ONCE).forUpdate().execute()) as AlarmRow[];
  if (open.length === 0) return [];
  const root = await alarmOfRoot(ctx, tx, rootId);
  const folding = open.filter(({ id }) => id !== root);
  if (root === null || folding.length === 0) return [];
  const after = (await tx.updateTable('alarms.alarm').set((eb) => ({ foldedInto: root, foldedBehind: rootId, version: nextVersion(eb) })).where(sql<boolean>`id = any (${folding.map(({ id }) => id)}::uuid[])`).returning(ROW).execute()) as AlarmRow[];
  const before = new Map(folding.map((row) => [row.id, row]));
  return after.map((row) => changed('folded', before.get(row.id) ?? null, row));
}

/** The alarm that says that this device is down: the open one, or the last that was closed while it went on. */
async function alarmOfRoot(ctx: Ctx, tx: Tx, rootId: string): Promise<string | null> {
  const had = (await placesOf(ctx, rootId)).filter(({ until }) => until === null);
  const found = await tx.selectFrom('alarms.alarm').select('id').where('type', 'in', [...LOSS_TYPES]).where('foldedInto', 'is', null).where(sql<boolean>`(handling <> 'closed' and is_active or closed_while_present)`)
    .where(sql<boolean>`(source_id, coalesce(point, '')) in (select * from unnest(${had.map(({ sourceId }) => sourceId)}::uuid[], ${had.map(({ point }) => point)}::text[]))`).orderBy(sql`handling = 'closed'`).orderBy('raisedAt', 'desc').limit(1).executeTakeFirst();
  return found?.id ?? null;
}

/** Ends folds: what came back with the device is closed by this rule, what is still missing a minute after it rings for itself, with its time to answer from now. */
export async function unfoldDue(ctx: Ctx): Promise<number> {
  const folded = (await alarms.read(ctx, 'alarms:read').selectFrom('alarms.alarm').select(['id', 'foldedBehind', 'isActive']).where('foldedInto', 'is not', null).where('handling', '=', 'unacknowledged').orderBy('raisedAt').limit(AT_ONCE).execute());
  if (folded.length === 0) return 0;
  const now = ctx.now();
  const reach = await reachOf(ctx, [...new Set(folded.flatMap(({ foldedBehind }) => foldedBehind ?? []))]);
  const isBack = (id: string | null): boolean => {
    const of = id === null ? undefined : reach.get(id);
    return of === undefined || (of.reach !== 'down' && now.getTime() - Date.parse(of.since) >= GRACE_MS);
  };
  const due = folded.filter(({ isActive, foldedBehind }) => !isActive || isBack(foldedBehind)).map(({ id }) => id);
  if (due.length === 0) return 0;
  return alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
    const rows = (await tx.selectFrom('alarms.alarm').select(ROW).where(sql<boolean>`id = any (${due}::uuid[])`).where('foldedInto', 'is not', null).where('handling', '=', 'unacknowledged').forUpdate().execute()) as AlarmRow[];
    const changes: Change<AlarmRow>[] = [];
    for (const before of rows) {
      const set = before.isActive ? { foldedInto: null, foldedBehind: null, ...dueTimes(kindOf(before), now.toISOString()) } : { handling: 'closed' as const, closedAt: now.toISOString() };
      const after = (await tx.updateTable('alarms.alarm').set((eb) => ({ ...set, version: nextVersion(eb) })).where('id', '=', before.id).returning(ROW).executeTakeFirst()) as AlarmRow | undefined;
      if (after) changes.push(changed(before.isActive ? 'unfolded' : 'closed-by-rule', before, after));
    }
    await endRunsByRule(ctx, closedIn(changes), { why: CLOSED_ITSELF });
    return { changes, result: changes.length };
  });
}
