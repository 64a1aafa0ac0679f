import { v7 as uuidv7 } from 'uuid';
import type { Drawing, Mark } from '#modules/sites/plan-rules.ts';

/** The one floor with a plan, drawn for the demonstration; no such house exists. */
export const FLOOR = { code: 'UTR-2-0', name: 'Ground floor', above: 'UTR-2' } as const;
/** The panel of that wing, whose points hang there. */
export const FLOOR_PANEL = '1102';

/** Metres from the south-west corner of the house. */
type Spot = readonly [x: number, y: number];
const HOUSE: Spot = [48, 24];
const ROOMS: readonly { name: string; from: Spot; to: Spot }[] = [
  { name: 'Lobby', from: [0, 0], to: [16, 10] }, { name: 'Tool store', from: [16, 0], to: [24, 10] }, { name: 'Loading dock', from: [24, 0], to: [48, 10] },
  { name: 'Corridor', from: [0, 10], to: [48, 13] }, { name: 'Control room', from: [0, 13], to: [14, 24] }, { name: 'Archive', from: [14, 13], to: [28, 24] }, { name: 'Meeting room', from: [28, 13], to: [36, 24] }, { name: 'Server room', from: [36, 13], to: [48, 24] },
];
const DOORS: readonly { name: string; from: Spot; to: Spot }[] = [
  { name: 'Staff entrance', from: [7, 0], to: [9, 0] }, { name: 'Dock gate', from: [34, 0], to: [38, 0] }, { name: 'Lobby door', from: [8, 10], to: [9, 10] }, { name: 'Dock door', from: [30, 10], to: [31.2, 10] },
  { name: 'Control room door', from: [7, 13], to: [8, 13] }, { name: 'Archive door', from: [20, 13], to: [21, 13] }, { name: 'Meeting room door', from: [32, 13], to: [33, 13] }, { name: 'Server room door', from: [41, 13], to: [42, 13] },
];
/** What hangs there, metres to the right and down from the upper left corner; a point is one of the panel. */
const DEVICES: readonly Pick<Mark, 'name' | 'kind' | 'at' | 'point'>[] = [
  { name: 'Loading dock roller door', kind: 'contact', at: [36, 23.5], point: 'zone:1' }, { name: 'Rear corridor', kind: 'detector', at: [44, 12.5], point: 'zone:2' }, { name: 'Archive', kind: 'detector', at: [21, 5], point: 'zone:3' },
  { name: 'Tool store', kind: 'detector', at: [27, 20], point: 'zone:5' }, { name: 'Staff entrance', kind: 'reader', at: [8, 23.5], point: 'door:1' }, { name: 'Panel 2', kind: 'panel', at: [2, 9], point: null },
];
const METRES_A_DEGREE = 111_320;

/** The floor as GeoJSON, in the way of IMDF: a level, units and openings, its south-west corner there. */
export function floorPlan({ latitude, longitude }: { latitude: number; longitude: number }): string {
  const point = ([x, y]: Spot): [number, number] => [longitude + x / (METRES_A_DEGREE * Math.cos((latitude * Math.PI) / 180)), latitude + y / METRES_A_DEGREE];
  const box = ([x1, y1]: Spot, [x2, y2]: Spot) => ({ type: 'Polygon', coordinates: [[point([x1, y1]), point([x2, y1]), point([x2, y2]), point([x1, y2]), point([x1, y1])]] });
  const feature = (feature_type: string, name: string, geometry: object) => ({ type: 'Feature', feature_type, properties: { name: { en: name } }, geometry });
  return JSON.stringify({
    type: 'FeatureCollection',
    features: [
      feature('level', FLOOR.name, box([0, 0], HOUSE)), ...ROOMS.map(({ name, from, to }) => feature('unit', name, box(from, to))),
      ...DOORS.map(({ name, from, to }) => feature('opening', name, { type: 'LineString', coordinates: [point(from), point(to)] })),
    ],
  });
}

/** What was read from the shapes, with the devices on it: that of the register where it knows the point, else by the panel's point. */
export const withDevices = (drawing: Drawing, { sourceId, deviceOf }: { sourceId: string; deviceOf: ReadonlyMap<string, string> }): Drawing => ({
  ...drawing,
  marks: DEVICES.map(({ point, ...mark }): Mark => ({ id: uuidv7(), facingDeg: null, deviceId: deviceOf.get(point ?? '') ?? null, sourceId, point, ...mark })),
});
