import { type ControlPoint, fitGeoreference, metresPerDegree, type Point } from '#engines/floor/plane.ts';
import { type Ring, faultOfRing } from '#engines/floor/polygon.ts';
import { type Drawing, MOST, MOST_SIDE_M, zonesBeside } from './plan-rules.ts';

/** What a file of shapes gives a plan, or why it gives none. */
export type Shapes = { ok: true; points: ControlPoint[]; outline: Point[][]; drawing: Drawing } | { ok: false; reason: string };

const MOST_FEATURES = 4000;
const MOST_POSITIONS = 60_000;
const MOST_NAME = 80;
/** Coordinates are kept to the millimetre. */
const rounded = (metres: number): number => Math.round(metres * 1000) / 1000;

type Position = [longitude: number, latitude: number];
type Found = { kind: 'area' | 'way' | 'line'; name: string; lines: Position[][] };

class Unfit extends Error {}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names are a text, or one for each language (IMDF LABELS). */
function nameOf(properties: unknown): string {
  if (!isObject(properties)) return '';
  const { name } = properties;
  const words = isObject(name) ? (name['en'] ?? Object.values(name)[0]) : (name ?? properties['alt_name'] ?? properties['category']);
  return typeof words === 'string' ? words.trim().slice(0, MOST_NAME) : '';
}

function positionsOf(value: unknown, count: { left: number }): Position[] {
  if (!Array.isArray(value)) throw new Unfit('A shape has no coordinates.');
  count.left -= value.length;
  if (count.left < 0) throw new Unfit(`It has more than ${MOST_POSITIONS} positions. Simplify it first.`);
  return value.map((position: unknown): Position => {
    const [longitude, latitude] = Array.isArray(position) ? (position as unknown[]) : [];
    if (typeof longitude !== 'number' || typeof latitude !== 'number' || Math.abs(longitude) > 180 || Math.abs(latitude) > 85) throw new Unfit('Its positions are not degrees of longitude and latitude (WGS84, RFC 7946).');
    return [longitude, latitude];
  });
}

/** The lines of a geometry: outer rings of its areas, or its lines. Holes and points are left out. */
function linesOf(geometry: Record<string, unknown>, count: { left: number }): Position[][] {
  const { coordinates } = geometry;
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  switch (geometry['type']) {
    case 'Polygon': return [positionsOf(list(coordinates)[0], count)];
    case 'MultiPolygon': return list(coordinates).map((part) => positionsOf(list(part)[0], count));
    case 'LineString': return [positionsOf(coordinates, count)];
    case 'MultiLineString': return list(coordinates).map((part) => positionsOf(part, count));
    default: return [];
  }
}

/** IMDF tells units, openings and levels apart (`feature_type`); in plain GeoJSON an area is a zone and a line is drawn. */
function kindOf(feature: Record<string, unknown>, isArea: boolean): Found['kind'] {
  const type = feature['feature_type'] ?? (isObject(feature['properties']) ? feature['properties']['feature_type'] : undefined);
  if (type === 'opening') return 'way';
  return isArea && (type === undefined || type === 'unit' || type === 'section') ? 'area' : 'line';
}

function featuresOf(text: string): Found[] {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Unfit('It is no JSON that can be read.');
  }
  if (!isObject(file) || file['type'] !== 'FeatureCollection' || !Array.isArray(file['features'])) throw new Unfit('It is no GeoJSON FeatureCollection (RFC 7946).');
  if (file['features'].length > MOST_FEATURES) throw new Unfit(`It has more than ${MOST_FEATURES} shapes. Give the shapes of one floor.`);
  const count = { left: MOST_POSITIONS };
  return file['features'].flatMap((feature: unknown): Found[] => {
    if (!isObject(feature) || !isObject(feature['geometry'])) return [];
    const isArea = String(feature['geometry']['type']).endsWith('Polygon');
    const lines = linesOf(feature['geometry'], count);
    return lines.length === 0 ? [] : [{ kind: kindOf(feature, isArea), name: nameOf(feature['properties']), lines }];
  });
}

/** North up, its north-western corner at the plane's own: west and north are left and up. */
function planeOf(positions: readonly Position[]): { points: ControlPoint[]; place: (position: Position) => Point } {
  const of = (axis: 0 | 1) => positions.reduce(([least, most], position) => [Math.min(least, position[axis]), Math.max(most, position[axis])], [Infinity, -Infinity] as [number, number]);
  const [[west, east], [south, north]] = [of(0), of(1)];
  const per = metresPerDegree(north);
  const place = ([longitude, latitude]: Position): Point => [rounded((longitude - west) * per.east + 1), rounded((north - latitude) * per.north + 1)];
  if ((east - west) * per.east > MOST_SIDE_M || (north - south) * per.north > MOST_SIDE_M) throw new Unfit('It is more than 5 km wide or high: give the shapes of one floor.');
  const corners: Position[] = [[west, north], [east, north], [west, south]];
  return { points: corners.map((corner) => ({ at: place(corner), longitude: corner[0], latitude: corner[1] })), place };
}

/** Without the last corner where it is the first, and without corners twice in a row. */
const ringOf = (line: readonly Point[]): Ring => line.filter(([x, y], i) => { const [nx, ny] = line[(i + 1) % line.length] ?? [NaN, NaN]; return x !== nx || y !== ny; });

const middleOf = (line: readonly Point[]): Point => {
  const [from, to] = [line[0] ?? [0, 0], line.at(-1) ?? [0, 0]] as [Point, Point];
  return [rounded((from[0] + to[0]) / 2), rounded((from[1] + to[1]) / 2)];
};

/** Reads a FeatureCollection in degrees: what becomes zones and portals, what is only drawn, and where it is. `newId` makes ids. */
export function readShapes(text: string, newId: () => string): Shapes {
  try {
    const found = featuresOf(text);
    const positions = found.flatMap(({ lines }) => lines.flat());
    if (positions.length < 3) throw new Unfit('It has no areas and no lines.');
    const { points, place } = planeOf(positions);
    const fit = fitGeoreference(points);
    if (!fit.ok) throw new Unfit('Its shapes stand in one line.');
    const placed = found.map(({ lines, ...rest }) => ({ ...rest, lines: lines.map((line) => line.map(place)) }));
    const zones = zonesOf(placed, newId);
    const ways = placed.filter(({ kind }) => kind === 'way').flatMap(({ name, lines }) => lines.map((line) => ({ name, at: middleOf(line) })));
    if (ways.length > MOST.portals) throw new Unfit(`It has more than ${MOST.portals} openings.`);
    const portals = ways.map(({ name, at }, i) => ({ id: newId(), name: name || `Opening ${i + 1}`, kind: 'opening' as const, at, between: zonesBeside(zones, at) })).filter(({ between: [one, other] }) => one !== other);
    return { ok: true, points, outline: placed.filter(({ kind }) => kind === 'line').flatMap(({ lines }) => lines), drawing: { zones, portals, marks: [], said: [] } };
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, reason: error.message };
    throw error;
  }
}

function zonesOf(placed: readonly { kind: Found['kind']; name: string; lines: Point[][] }[], newId: () => string): Drawing['zones'] {
  const taken = new Set<string>();
  const zones = placed.filter(({ kind }) => kind === 'area').flatMap(({ name, lines }) => lines.map((line) => ({ name, ring: [...ringOf(line)] })));
  if (zones.length > MOST.zones) throw new Unfit(`It has more than ${MOST.zones} areas. Give the shapes of one floor.`);
  return zones.map(({ name: given, ring }, i) => {
    const plain = given || `Area ${i + 1}`;
    const name = taken.has(plain.toLowerCase()) ? `${plain.slice(0, MOST_NAME - 6)} ${i + 1}` : plain;
    taken.add(name.toLowerCase());
    const fault = ring.length > MOST.corners ? 'many' : faultOfRing(ring);
    if (fault) throw new Unfit(`The area “${name}” ${WORDS[fault]}. Mend it in the file.`);
    return { id: newId(), name, siteId: null, ring };
  });
}

const WORDS = { many: `has more than ${MOST.corners} corners`, crosses: 'crosses itself', twice: 'has a corner twice', small: 'is smaller than a quarter of a square metre', 'few-corners': 'has fewer than three corners' } as const;
