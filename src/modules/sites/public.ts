import { sql } from 'kysely';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Pair } from '#engines/floor/adjacency.ts';
import { type Drawing, pairsOf, zoneAt } from './plan-rules.ts';
import { sites } from './sites.service.ts';

/** What other modules say of a site. */
export type SiteName = { id: string; code: string; name: string; timeZone: string; state: 'active' | 'closed' };

const NAME = ['id', 'code', 'name', 'timeZone', 'state'] as const;

/** The site, or null where it is not there or not for this reader. Joins an open transaction. */
export async function siteOf(ctx: Ctx, id: string): Promise<SiteName | null> {
  return (await sites.read(ctx, '').selectFrom('sites.site').select(NAME).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** The sites among these that the reader sees, by id; one round trip, none for an empty list. */
export async function namesOf(ctx: Ctx, ids: readonly (string | null)[]): Promise<Map<string, SiteName>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await sites.read(ctx, '').selectFrom('sites.site').select(NAME).where(sql<boolean>`id = any (${wanted}::uuid[])`).execute();
  return new Map(rows.map((site) => [site.id, site]));
}

/** The site with this code, or null where it is not there or not for this reader. */
export async function siteByCode(ctx: Ctx, code: string): Promise<SiteName | null> {
  return (await sites.read(ctx, '').selectFrom('sites.site').select(NAME).where('code', '=', code).executeTakeFirst()) ?? null;
}

/** A site as a report names it. */
export type SiteCard = SiteName & { above: string[]; address: string; city: string; country: string | null };

/** The site with its address and what stands above it, or null where it is not there or not for this reader. */
export async function siteCardOf(ctx: Ctx, id: string): Promise<SiteCard | null> {
  return (await sites.read(ctx, '').selectFrom('sites.site').select([...NAME, 'above', 'address', 'city', 'country']).where('id', '=', id).executeTakeFirst()) ?? null;
}

/** Ids of the sites with these codes that the reader sees, by code; one round trip, none for an empty list. */
export async function sitesByCode(ctx: Ctx, codes: readonly string[]): Promise<Map<string, string>> {
  if (codes.length === 0) return new Map();
  const rows = await sites.read(ctx, '').selectFrom('sites.site').select(['id', 'code']).where(sql<boolean>`code = any (${codes}::text[])`).execute();
  return new Map(rows.map(({ id, code }) => [code, id]));
}

/** The one site that is in use and has this code or name, whatever its case; null where there is none for this reader, or several. */
export async function siteNamed(ctx: Ctx, name: string): Promise<SiteName | null> {
  const found = await sites.read(ctx, '').selectFrom('sites.site').select(NAME).where('state', '=', 'active').where(sql<boolean>`(lower(code) = lower(${name}) or lower(name) = lower(${name}))`).orderBy('code').limit(2).execute();
  const exact = found.find(({ code }) => code.toLowerCase() === name.toLowerCase());
  return exact ?? (found.length === 1 ? (found[0] ?? null) : null);
}

/** A zone of a floor as its plan draws it: the site that it is, where there is one, and the points of sources that stand in it. */
export type DrawnZone = { id: string; name: string; siteId: string | null; points: { sourceId: string; point: string; deviceId: string | null }[]; /** Devices of the register that stand in it by themselves. */ deviceIds: string[] };

/** The zones drawn on a floor and which are beside each other (by a way through, a wall in common, or a person's word); both empty where there is no plan for this reader. */
export async function adjacentZones(ctx: Ctx, floorId: string): Promise<{ zones: DrawnZone[]; pairs: Pair[] }> {
  const row = await sites.read(ctx, '').selectFrom('sites.plan').select('drawing').where('floorId', '=', floorId).executeTakeFirst();
  return row ? zonesOf(row.drawing as unknown as Drawing) : { zones: [], pairs: [] };
}

/** The same for every floor at or below a site, by floor; one round trip. For a correlator that reads all it may see, give no site. */
export async function adjacentZonesBelow(ctx: Ctx, siteId?: string): Promise<Map<string, { zones: DrawnZone[]; pairs: Pair[] }>> {
  const rows = await sites.read(ctx, '').selectFrom('sites.plan').select(['floorId', 'drawing'])
    .$if(siteId !== undefined, (plans) => plans.where(sql<boolean>`exists (select from access.site top join access.site own on own.path operator(public.<@) top.path where top.id = ${siteId} and own.id = floor_id)`)).execute();
  return new Map(rows.map(({ floorId, drawing }) => [floorId, zonesOf(drawing as unknown as Drawing)]));
}

/** A floor with its plan as drawn; null where it has none, or is not for this reader. */
export type DrawnPlan = { floorId: string; name: string; above: string[]; timeZone: string; version: number; drawing: Drawing };

export async function drawnPlan(ctx: Ctx, floorId: string): Promise<DrawnPlan | null> {
  const row = await sites.read(ctx, '').selectFrom('sites.plan as p').innerJoin('sites.site as s', 's.id', 'p.floorId').select(['p.floorId', 's.name', 's.above', 's.timeZone', 'p.version', 'p.drawing']).where('p.floorId', '=', floorId).executeTakeFirst();
  return row ? { ...row, drawing: row.drawing as unknown as Drawing } : null;
}

/** The version of a floor's plan; 0 where it has none for this reader. */
export async function planVersionOf(ctx: Ctx, floorId: string): Promise<number> {
  return (await sites.read(ctx, '').selectFrom('sites.plan').select('version').where('floorId', '=', floorId).executeTakeFirst())?.version ?? 0;
}

/** The versions of these floors' plans, by floor; one round trip. */
export async function planVersionsOf(ctx: Ctx, floorIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await sites.read(ctx, '').selectFrom('sites.plan').select(['floorId', 'version']).where(sql<boolean>`floor_id = any (${[...floorIds]}::uuid[])`).execute();
  return new Map(rows.map(({ floorId, version }) => [floorId, version]));
}

/** Floors in use that have a plan, by name, as far as the reader sees them. */
export async function plannedFloors(ctx: Ctx, limit: number): Promise<Pick<DrawnPlan, 'floorId' | 'name' | 'above'>[]> {
  return sites.read(ctx, '').selectFrom('sites.plan as p').innerJoin('sites.site as s', 's.id', 'p.floorId').select(['p.floorId', 's.name', 's.above']).where('s.state', '=', 'active').orderBy('s.above').orderBy('s.name').orderBy('s.id').limit(limit).execute();
}

/** Changes whenever a plan comes, or what is drawn on one changes, as far as the reader sees plans. */
export async function plansStamp(ctx: Ctx): Promise<string> {
  const row = await sites.read(ctx, '').selectFrom('sites.plan').select(sql<string>`count(*) || ' ' || coalesce(sum(version), 0)`.as('stamp')).executeTakeFirst();
  return row?.stamp ?? '';
}

function zonesOf(drawing: Drawing): { zones: DrawnZone[]; pairs: Pair[] } {
  const points = new Map<string, DrawnZone['points']>();
  const devices = new Map<string, string[]>();
  for (const { at, sourceId, point, deviceId } of drawing.marks) {
    const zone = zoneAt(drawing.zones, at);
    if (zone && deviceId !== null && point === null) devices.set(zone.id, [...(devices.get(zone.id) ?? []), deviceId]);
    if (zone && sourceId !== null && point !== null) points.set(zone.id, [...(points.get(zone.id) ?? []), { sourceId, point, deviceId }]);
  }
  return { zones: drawing.zones.map(({ id, name, siteId }) => ({ id, name, siteId, points: points.get(id) ?? [], deviceIds: devices.get(id) ?? [] })), pairs: pairsOf(drawing) };
}

/** A camera that a plan draws beside a place. */
export type NearCamera = { deviceId: string; distanceM: number; isSameZone: boolean };

const NEAR_M = 25;

/** The cameras of the register that stand on the same plan as a place (of a source, or of a device), in its zone or within 25 m; nearest first. */
export async function camerasNear(ctx: Ctx, { sourceId, point, deviceId }: { sourceId: string | null; point: string | null; deviceId: string | null }): Promise<NearCamera[]> {
  const wanted = [...(deviceId ? [JSON.stringify([{ deviceId }])] : []), ...(sourceId && point ? [JSON.stringify([{ sourceId, point }])] : [])];
  if (wanted.length === 0) return [];
  const rows = await sites.read(ctx, '').selectFrom('sites.plan').select('drawing').where((where) => where.or(wanted.map((mark) => sql<boolean>`drawing -> 'marks' @> ${mark}::jsonb`))).limit(10).execute();
  return rows.flatMap(({ drawing }) => nearOn(drawing as unknown as Drawing, { sourceId, point, deviceId })).toSorted((a, b) => a.distanceM - b.distanceM);
}

function nearOn({ marks, zones }: Drawing, { sourceId, point, deviceId }: { sourceId: string | null; point: string | null; deviceId: string | null }): NearCamera[] {
  const here = marks.find((mark) => (deviceId !== null && mark.deviceId === deviceId) || (point !== null && mark.sourceId === sourceId && mark.point === point));
  if (!here) return [];
  const zone = zoneAt(zones, here.at);
  return marks.flatMap((mark) => {
    if (mark.kind !== 'camera' || mark.deviceId === null || mark.deviceId === deviceId) return [];
    const distanceM = Math.hypot(mark.at[0] - here.at[0], mark.at[1] - here.at[1]);
    const isSameZone = zone !== undefined && zoneAt(zones, mark.at)?.id === zone.id;
    return isSameZone || distanceM <= NEAR_M ? [{ deviceId: mark.deviceId, distanceM: Math.round(distanceM), isSameZone }] : [];
  });
}
