import { sql } from 'kysely';
import type { Begin } from '#engines/correlation/entry.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { placesOf } from '#modules/devices/public.ts';
import { alarms } from './alarm-row.ts';
import type { Ordered } from './correlation.ts';
import { zoneKey } from './engine-rules.ts';

const PERMISSION = 'alarms:raise';
const AT_ONCE = 200;

/** A place as rules compare it: all signals with this value in this field. */
export type Cover = { field: 'site' | 'source' | 'zone'; value: string };
export type TestRow = { id: string; siteId: string | null; mode: 'test' | 'maintenance' | 'suppressed'; type: string | null; scope: 'site' | 'device' | 'point'; deviceId: string | null; sourceId: string | null; point: string | null; name: string; ownerId: string; beginsAt: string; endsAt: string; endedAt: string | null; holdsFrom: string | null; takenUntil: string | null; covers: Cover[] | null };
type ReleaseRow = { id: string; ruleVersionId: string; key: string; siteId: string | null };

/** What people asked for since, as it takes its place in the order of signals. */
export type TakenUp = {
  ordered: readonly Ordered[];
  begun: readonly { row: TestRow; covers: readonly Cover[] }[];
  extended: readonly TestRow[];
  /** Ended by hand, or by the clock; `at` is from when it holds no more (ms). */
  over: readonly { row: TestRow; at: number }[];
  released: readonly ReleaseRow[];
};

export const TEST_COLUMNS = ['id', 'siteId', 'mode', 'type', 'scope', 'deviceId', 'sourceId', 'point', 'name', 'ownerId', 'beginsAt', 'endsAt', 'endedAt', 'holdsFrom', 'takenUntil', 'covers'] as const;
const SEPARATOR = '#';
const UUID_LENGTH = 36;

/** The test or maintenance that an engine's control is part of. */
export const onTestIdOf = (controlId: string): string => controlId.split(SEPARATOR)[0] ?? '';

/** Whether any control waits to take its place; null where none does. */
export async function controlsDue(ctx: Ctx): Promise<{ tests: TestRow[]; releases: ReleaseRow[] } | null> {
  const now = ctx.now().toISOString();
  const [tests, releases] = await alarms.readAll(ctx, PERMISSION, (db) => [
    db.selectFrom('alarms.onTest').select(TEST_COLUMNS).where(sql<boolean>`holds_until is null and begins_at <= ${now}::timestamptz
      and case when holds_from is null then ended_at is null else ended_at is not null or ends_at <= ${now}::timestamptz or taken_until <> ends_at end`).orderBy('beginsAt').orderBy('id').limit(AT_ONCE),
    db.selectFrom('alarms.runaway').select(['id', 'ruleVersionId', 'key', 'siteId']).where('releasedAt', 'is not', null).where('endedAt', 'is', null).orderBy('id').limit(AT_ONCE),
  ]);
  return tests.length + releases.length === 0 ? null : { tests: tests as unknown as TestRow[], releases: releases as ReleaseRow[] };
}

/** Gives what waits its place in the order of signals: `at` (ms), behind all that was seen. */
export async function takeUpControls(ctx: Ctx, { tests, releases }: { tests: readonly TestRow[]; releases: readonly ReleaseRow[] }, at: number): Promise<TakenUp> {
  const [begun, extended, over]: [{ row: TestRow; covers: readonly Cover[] }[], TestRow[], { row: TestRow; at: number }[]] = [[], [], []];
  const ordered: Ordered[] = [];
  for (const row of tests) {
    const until = Date.parse(row.endsAt);
    const isOverByClock = row.endedAt === null && until <= ctx.now().getTime();
    if (row.endedAt !== null || isOverByClock) {
      ordered.push(...(row.covers ?? []).map((_, i): Ordered => ({ control: 'end', ref: `end ${row.id} ${i}`, at, id: `${row.id}${SEPARATOR}${i}` })));
      over.push({ row, at: isOverByClock ? Math.max(until, Date.parse(row.holdsFrom ?? row.endsAt)) : at });
    } else {
      const covers = row.covers ?? (await coversOf(ctx, row));
      ordered.push(...beginsOf({ ...row, covers: [...covers] }, at, until));
      if (row.holdsFrom === null) begun.push({ row, covers });
      else extended.push(row);
    }
  }
  ordered.push(...releases.map(({ id, ruleVersionId, key }): Ordered => ({ control: 'release', ref: `release ${id}`, at, rule: ruleVersionId, key })));
  return { ordered, begun, extended, over, released: releases };
}

const beginsOf = ({ id, mode, type, covers }: Pick<TestRow, 'id' | 'mode' | 'type' | 'covers'>, at: number, until: number): Begin[] =>
  (covers ?? []).map(({ field, value }, i) => ({ control: 'begin', ref: `begin ${id} ${i}`, at, id: `${id}${SEPARATOR}${i}`, mode, ...(type !== null && { types: [type] }), field, value, until }));

/** A site stands for all that is below it; a device for its points, or for its whole source where it is that. */
async function coversOf(ctx: Ctx, { scope, siteId, deviceId, sourceId, point }: TestRow): Promise<Cover[]> {
  if (scope === 'site') {
    const [row] = await alarms.read(ctx, PERMISSION).selectNoFrom([sql<string[]>`array(select own.id::text from access.site top join access.site own on own.path operator(public.<@) top.path where top.id = ${siteId} order by 1)`.as('ids')]).execute();
    return (row?.ids ?? []).map((value) => ({ field: 'site', value }));
  }
  const places = scope === 'device' ? (await placesOf(ctx, deviceId ?? '')).filter(({ until }) => until === null) : [{ sourceId: sourceId ?? '', point: point ?? '' }];
  return places.map((place) => (place.point === '' ? { field: 'source', value: place.sourceId } : { field: 'zone', value: zoneKey(place.sourceId, place.point) }));
}

/** The places that are on test or in maintenance now: who is silent there is not missed yet. */
export async function coveredPlaces(ctx: Ctx): Promise<{ sites: string[]; sources: string[]; points: { sourceId: string; point: string }[] }> {
  const covers = (await standingCovers(ctx)).filter(({ types }) => types === undefined);
  const values = (field: string): string[] => covers.flatMap((cover) => (cover.field === field ? [cover.value] : []));
  return { sites: values('site'), sources: values('source'), points: values('zone').map((zone) => ({ sourceId: zone.slice(0, UUID_LENGTH), point: zone.slice(UUID_LENGTH + 1) })) };
}

/** What is on test or in maintenance now, as matching begins with it where it remembers nothing. */
export async function standingCovers(ctx: Ctx): Promise<Begin[]> {
  const rows = (await alarms.read(ctx, PERMISSION).selectFrom('alarms.onTest').select(TEST_COLUMNS).where('holdsFrom', 'is not', null).where('holdsUntil', 'is', null).limit(10_000).execute()) as unknown as TestRow[];
  return rows.flatMap((row) => beginsOf(row, Date.parse(row.holdsFrom ?? ''), Date.parse(row.takenUntil ?? '')));
}
