import { sql } from 'kysely';
import type { Surroundings } from '#engines/correlation/entry.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { pointsNow } from '#modules/devices/public.ts';
import { adjacentZonesBelow, plansStamp } from '#modules/sites/public.ts';
import { alarms } from './alarm-row.ts';
import { zoneKey } from './engine-rules.ts';

/** So many points are compared by zone at most; plans beyond that, in the order of their floors, are left out. */
const MOST_POINTS = 10_000;
/** Plans are asked for news so often; who stands where without a plan's change (a device that got another point) is seen this late. */
const LOOK_EVERY_MS = 5000;
const READ_EVERY_MS = 60_000;
const NONE = '{}';

/** Which points stand in which zone of a plan, and which zones are beside each other, in one order. */
async function readSurroundings(ctx: Ctx): Promise<Surroundings> {
  const floors = [...(await adjacentZonesBelow(ctx))].sort(([a], [b]) => (a < b ? -1 : 1));
  const own = new Map(Object.entries(Object.groupBy(await pointsNow(ctx, floors.flatMap(([, { zones }]) => zones.flatMap(({ deviceIds }) => deviceIds))), ({ deviceId }) => deviceId)));
  const within = new Map<string, string>();
  const adjacency: [string, string][] = [];
  let zonesBefore = 0;
  for (const [, { zones, pairs }] of floors) {
    const names = new Map(zones.map(({ id }, at) => [id, String(zonesBefore + at)]));
    const keys = zones.flatMap(({ id, points, deviceIds }) => [...points, ...deviceIds.flatMap((one) => own.get(one) ?? [])].map(({ sourceId, point }) => [zoneKey(sourceId, point), names.get(id) ?? ''] as const));
    if (within.size + keys.length > MOST_POINTS) break;
    for (const [key, name] of keys) within.set(key, name);
    const filled = new Set(keys.map(([, name]) => name));
    for (const { between: [one, other] } of pairs) {
      const [a, b] = [names.get(one) ?? '', names.get(other) ?? ''];
      if (filled.has(a) && filled.has(b)) adjacency.push([a, b]);
    }
    zonesBefore += zones.length;
  }
  return within.size === 0 ? {} : { within: [...within], adjacency };
}

/** What the order of signals says last of it; nothing where it says none. */
export async function lastSurroundings(ctx: Ctx): Promise<Surroundings> {
  const row = await alarms.read(ctx, 'alarms:raise').selectFrom('alarms.control').select('body').where(sql<boolean>`body ->> 'control' = 'surroundings'`).orderBy('at', 'desc').orderBy('n', 'desc').limit(1).executeTakeFirst();
  return (row?.body as { surroundings?: Surroundings } | undefined)?.surroundings ?? {};
}

/** Looks at the plans from time to time, for what takes its place in the order of signals when it changed. */
export class PlanWatch {
  #known: string;
  #stamp = '';
  #lookedAt = 0;
  #readAt = 0;

  constructor(last: Surroundings) {
    this.#known = JSON.stringify(last);
  }

  /** What changed since the order of signals said it last; null where nothing did, or it is not the time to look. */
  async news(ctx: Ctx): Promise<Surroundings | null> {
    const now = nowMs();
    if (now - this.#lookedAt < LOOK_EVERY_MS) return null;
    this.#lookedAt = now;
    const stamp = await plansStamp(ctx);
    const isNew = stamp !== this.#stamp || (stamp !== '0 0' && now - this.#readAt >= READ_EVERY_MS);
    if (!isNew || (stamp === '0 0' && this.#known === NONE)) return null;
    [this.#stamp, this.#readAt] = [stamp, now];
    const surroundings = await readSurroundings(ctx);
    return JSON.stringify(surroundings) === this.#known ? null : surroundings;
  }

  /** The step that wrote them has committed. */
  written(surroundings: Surroundings): void {
    this.#known = JSON.stringify(surroundings);
  }
}
