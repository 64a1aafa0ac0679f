import { type RawBuilder, sql } from 'kysely';
import { type HadPlace, placesOf, reckoningOf } from '#modules/devices/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { alarms } from './alarm-row.ts';
import type * as contract from './contract.ts';
import { causeOf, dispositionOf } from './rules.ts';

const DAYS = 365;

/** A statement's condition that alarm `a` was raised at one of these places while the device had it. */
export function atPlaces(places: readonly HadPlace[]): RawBuilder<boolean> {
  const rows = JSON.stringify(places.map(({ sourceId, point, since, until, others }) => ({ source: sourceId, point, since, until, others })));
  return sql<boolean>`exists (select from jsonb_to_recordset(${rows}::jsonb) as w(source uuid, point text, since timestamptz, until timestamptz, others text[])
    where w.source = a.source_id and (w.point = coalesce(a.point, '') or w.point = '' and not coalesce(a.point, '') = any (w.others))
      and a.raised_at >= coalesce(w.since, '-infinity') and a.raised_at < coalesce(w.until, 'infinity'))`;
}

/** What a device raised in a year and what was false of it: false findings times what one costs. */
export async function deviceCosts(ctx: Ctx, { deviceId }: Input<typeof contract.deviceCosts>): Promise<Reply<typeof contract.deviceCosts>> {
  const places = await placesOf(ctx, deviceId);
  const sources = [...new Set(places.map(({ sourceId }) => sourceId))];
  const rows = await alarms.read(ctx).selectFrom('alarms.alarm as a').select(['a.disposition', 'a.cause', sql<number>`count(*)::int`.as('count')])
    .where(sql<boolean>`a.source_id = any (${sources}::uuid[])`).where('a.raisedAt', '>', sql<string>`now() - make_interval(days => ${DAYS})`).where('a.foldedInto', 'is', null).where('a.isSimulated', '=', false).where(atPlaces(places)).groupBy(['a.disposition', 'a.cause']).execute();
  const counted = rows.filter(({ disposition }) => disposition !== null);
  const isFalse = counted.filter(({ disposition }) => dispositionOf(disposition ?? '')?.countsAsTrue === false);
  const causes = [...Map.groupBy(isFalse.filter(({ cause }) => cause !== null), ({ cause }) => cause ?? '')].map(([cause, of]) => ({ cause, title: causeOf(cause)?.title ?? cause, count: sum(of) }));
  const reckoning = await reckoningOf(ctx);
  const countedFalse = sum(isFalse);
  return {
    days: DAYS, raised: sum(rows), counted: sum(counted), countedFalse, causes: causes.sort((a, b) => b.count - a.count).slice(0, 10),
    cost: reckoning && { eachMinor: reckoning.falseAlarmMinor, totalMinor: reckoning.falseAlarmMinor * countedFalse, currency: reckoning.currency, basis: reckoning.basis },
  };
}

const sum = (rows: readonly { count: number }[]): number => rows.reduce((total, { count }) => total + count, 0);
