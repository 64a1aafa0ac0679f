import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { endRunsByRule } from '#modules/procedures/public.ts';
import { typeOf } from '#modules/signals/public.ts';
import { type AlarmRow, alarms, changed, CLOSED_ITSELF, closedIn, nextVersion, ROW, stateColumns, stateOf } from './alarm-row.ts';
import { coveredPlaces } from './controls.ts';
import { dueTimes, raised, returnToNormal } from './rules.ts';

/** A condition that a module of ours found, not a signal: `key` names it, `name` is what stands as its source. */
export type OwnCondition = { key: string; type: string; siteId: string | null; name: string; detail: string };

/** Raises an alarm for a condition of our own, as for any other; one that is open for it already stands for it. Answers whether it was raised. */
export async function raiseOwn(ctx: Ctx, { key, type, siteId, name, detail }: OwnCondition): Promise<boolean> {
  const kind = typeOf(type);
  if (!kind) throw new Error(`The taxonomy has no ${type}.`);
  const at = ctx.now().toISOString();
  return alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
    const open = await tx.selectFrom('alarms.alarm').select('id').where('conditionKey', '=', key).where('handling', '<>', 'closed').executeTakeFirst();
    if (open) return { changes: [], result: false };
    const { rows } = await sql<{ number: string }>`select platform.next_number('ALM', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
    const values = {
      ...stateColumns(raised(kind)), id: uuidv7(), number: rows[0]?.number ?? '', conditionKey: key, type: kind.key, title: detail === '' ? kind.title : `${kind.title}: ${detail}`, priority: kind.priority ?? 3,
      siteId, sourceId: null, sourceName: name, point: null, area: null, raisedAt: at, knownAt: at, lastAt: at, ...dueTimes(kind, at),
    };
    const row = (await tx.insertInto('alarms.alarm').values(values).returning(ROW).executeTakeFirst()) as AlarmRow;
    return { changes: [changed('raised', null, row)], result: true };
  });
}

/** Says that a condition of our own is over: its alarm returns to normal as it would by a restore. Answers whether one was open and active. */
export async function endOwn(ctx: Ctx, key: string): Promise<boolean> {
  return alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
    const open = (await tx.selectFrom('alarms.alarm').select(ROW).where('conditionKey', '=', key).where('isActive', '=', true).where('handling', '<>', 'closed').forUpdate().execute()) as AlarmRow[];
    const changes: Change<AlarmRow>[] = [];
    for (const before of open) {
      const next = returnToNormal(stateOf(before), 'signal', ctx.now());
      if (!next.ok || !next.changed) continue;
      const after = (await tx.updateTable('alarms.alarm').set((eb) => ({ ...stateColumns(next.alarm), version: nextVersion(eb) })).where('id', '=', before.id).returning(ROW).executeTakeFirst()) as AlarmRow | undefined;
      if (after) changes.push(changed(after.handling === 'closed' ? 'closed-by-rule' : 'returned', before, after));
    }
    await endRunsByRule(ctx, closedIn(changes), { why: CLOSED_ITSELF });
    return { changes, result: changes.length > 0 };
  });
}

/** A place of a source by which something on a plan is known. */
export type SourcePlace = { sourceId: string; point: string };
/** What stands open or is on test now, for who reckons with it: doors held, and what does not ring. */
export type Unwatched = { held: (SourcePlace & { since: string })[]; onTest: { sites: string[]; sources: string[]; points: SourcePlace[] } };

const HELD = ['access.held'];
const MOST = 5000;

/** For who holds `alarms:raise`. */
export async function unwatchedNow(ctx: Ctx): Promise<Unwatched> {
  const rows = await alarms.read(ctx, 'alarms:raise').selectFrom('alarms.alarm').select(['sourceId', 'point', 'raisedAt']).where('type', 'in', HELD).where('isActive', '=', true).where('handling', '<>', 'closed').where('sourceId', 'is not', null).limit(MOST).execute();
  return { held: rows.flatMap(({ sourceId, point, raisedAt }) => (sourceId === null || point === null ? [] : [{ sourceId, point, since: raisedAt }])), onTest: await coveredPlaces(ctx) };
}
