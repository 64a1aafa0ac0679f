import { adjacentPairs, type Pair } from '#engines/floor/adjacency.ts';
import type { Georeference, Point } from '#engines/floor/plane.ts';
import { areaOf, contains, distanceToWalls, faultOfRing } from '#engines/floor/polygon.ts';

export const PORTAL_KINDS = ['door', 'gate', 'turnstile', 'lift', 'stairs', 'opening', 'window'] as const;
export const MARK_KINDS = ['camera', 'reader', 'contact', 'detector', 'panel', 'intercom', 'panic', 'other'] as const;
export type PortalKind = (typeof PORTAL_KINDS)[number];
export type MarkKind = (typeof MARK_KINDS)[number];

/** An area of a floor; `siteId` names the site (zone or room) that it is, where there is one. */
export type Zone = { id: string; name: string; siteId: string | null; ring: Point[] };
/** A way between two zones; null is what is not drawn. */
export type Portal = { id: string; name: string; kind: PortalKind; at: Point; between: [string | null, string | null] };
/** A device on the plan. Alarms name it by source and point; `deviceId` is its record in the register. */
export type Mark = { id: string; name: string; kind: MarkKind; at: Point; facingDeg: number | null; deviceId: string | null; sourceId: string | null; point: string | null };
/** What a person said of two zones, whatever is drawn. */
export type Said = { between: [string, string]; isAdjacent: boolean };
export type Drawing = { zones: Zone[]; portals: Portal[]; marks: Mark[]; said: Said[] };

export const NOTHING_DRAWN: Drawing = { zones: [], portals: [], marks: [], said: [] };
export const MOST = { zones: 400, portals: 800, marks: 2000, corners: 200, said: 400 } as const;
/** The longest side of a floor, metres. */
export const MOST_SIDE_M = 5000;
/** How far from the wall of a zone its portal may stand. */
const PORTAL_REACH_M = 1.5;

/** What is wrong with a drawing: where (a JSON pointer into it), and which rule. */
export type DrawingFault = { pointer: string; rule: 'few-corners' | 'twice' | 'crosses' | 'small' | 'same-name' | 'same-id' | 'no-zone' | 'same-zone' | 'far-from-wall' | 'off-plan'; name: string };

type Extent = { widthM: number; heightM: number };

/** Checks a whole drawing; an empty list means that it may be saved. */
export function faultsOf({ zones, portals, marks, said }: Drawing, extent: Extent): DrawingFault[] {
  const faults: DrawingFault[] = [];
  const isOff = ([x, y]: Point): boolean => x < 0 || y < 0 || x > extent.widthM || y > extent.heightM;
  const ids = new Set<string>();
  const names = new Set<string>();
  const once = (pointer: string, { id, name }: { id: string; name: string }): void => {
    if (ids.has(id)) faults.push({ pointer, rule: 'same-id', name });
    ids.add(id);
  };
  const zoneOf = new Map(zones.map((zone) => [zone.id, zone]));
  for (const [i, zone] of zones.entries()) {
    const pointer = `/zones/${i}`;
    once(pointer, zone);
    if (names.has(zone.name.toLowerCase())) faults.push({ pointer, rule: 'same-name', name: zone.name });
    names.add(zone.name.toLowerCase());
    const fault = faultOfRing(zone.ring);
    if (fault) faults.push({ pointer, rule: fault, name: zone.name });
    if (zone.ring.some(isOff)) faults.push({ pointer, rule: 'off-plan', name: zone.name });
  }
  for (const [i, portal] of portals.entries()) {
    const pointer = `/portals/${i}`;
    once(pointer, portal);
    const [one, other] = portal.between;
    if (one === other) faults.push({ pointer, rule: 'same-zone', name: portal.name });
    const between = portal.between.filter((id) => id !== null);
    if (between.some((id) => !zoneOf.has(id))) faults.push({ pointer, rule: 'no-zone', name: portal.name });
    else if (between.some((id) => distanceToWalls(zoneOf.get(id)?.ring ?? [], portal.at) > PORTAL_REACH_M)) faults.push({ pointer, rule: 'far-from-wall', name: portal.name });
    if (isOff(portal.at)) faults.push({ pointer, rule: 'off-plan', name: portal.name });
  }
  for (const [i, mark] of marks.entries()) {
    once(`/marks/${i}`, mark);
    if (isOff(mark.at)) faults.push({ pointer: `/marks/${i}`, rule: 'off-plan', name: mark.name });
  }
  for (const [i, { between: [one, other] }] of said.entries()) if (one === other || !zoneOf.has(one) || !zoneOf.has(other)) faults.push({ pointer: `/said/${i}`, rule: 'no-zone', name: '' });
  return faults;
}

/** The zone in which a point stands: the smallest, where several lie over each other. */
export const zoneAt = (zones: readonly Zone[], point: Point): Zone | undefined =>
  zones.filter(({ ring }) => contains(ring, point)).reduce<Zone | undefined>((least, zone) => (least === undefined || areaOf(zone.ring) < areaOf(least.ring) ? zone : least), undefined);

/** The two zones that a way at this point most likely joins: those whose walls are within reach, the nearest first. */
export function zonesBeside(zones: readonly Zone[], at: Point): [string | null, string | null] {
  const [one, other] = zones.map(({ id, ring }) => ({ id, far: distanceToWalls(ring, at) })).filter(({ far }) => far <= PORTAL_REACH_M).sort((a, b) => a.far - b.far);
  return [one?.id ?? null, other?.id ?? null];
}

/** Which zones are beside each other, and why. */
export const pairsOf = ({ zones, portals, said }: Drawing): Pair[] => adjacentPairs({ areas: zones, ways: portals, said });

/** A plan as far as its measures go. */
export type Measured = { source: 'picture' | 'shapes'; widthPx: number | null; heightPx: number | null; metresPerPx: number | null; outline: readonly (readonly Point[])[]; drawing: Drawing };

/** The plan's size in metres; null while a picture has no scale. Shapes reach as far as they and the drawing do. */
export function extentOf({ source, widthPx, heightPx, metresPerPx, outline, drawing }: Measured): Extent | null {
  if (source === 'picture') return metresPerPx === null || widthPx === null || heightPx === null ? null : { widthM: widthPx * metresPerPx, heightM: heightPx * metresPerPx };
  const points = [...outline.flat(), ...drawing.zones.flatMap(({ ring }) => ring)];
  return { widthM: Math.max(10, ...points.map(([x]) => x)) + 2, heightM: Math.max(10, ...points.map(([, y]) => y)) + 2 };
}

const scaled = ([x, y]: Point, by: number): Point => [x * by, y * by];

/** The same drawing over the same picture whose scale was mended: every metre is so much longer. */
export const rescaled = ({ zones, portals, marks, said }: Drawing, by: number): Drawing => ({
  zones: zones.map((zone) => ({ ...zone, ring: zone.ring.map((corner) => scaled(corner, by)) })),
  portals: portals.map((portal) => ({ ...portal, at: scaled(portal.at, by) })),
  marks: marks.map((mark) => ({ ...mark, at: scaled(mark.at, by) })), said,
});

/** The map onto the globe after each metre of the plane became so much longer. */
export const rescaledMap = ({ anchor, matrix: [[a, b, c], [d, e, f]] }: Georeference, by: number): Georeference => ({ anchor, matrix: [[a / by, b / by, c], [d / by, e / by, f]] });
