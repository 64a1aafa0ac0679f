import { z } from 'zod';
import { endpoint } from '#platform/kernel/contract.ts';
import { MARK_KINDS, MOST, MOST_SIDE_M, PORTAL_KINDS, type Drawing as Drawn } from './plan-rules.ts';

const ById = z.object({ id: z.uuid() });
const Name = z.string().trim().min(1, 'Give it a name').max(80);
const Metres = z.number().min(-MOST_SIDE_M).max(MOST_SIDE_M);
const Spot = z.tuple([Metres, Metres]).describe('Metres to the right and down from the upper left corner of the plan');
const ZoneId = z.uuid();

export const Drawing = z.strictObject({
  zones: z.array(z.strictObject({ id: ZoneId, name: Name, siteId: z.uuid().nullable(), ring: z.array(Spot).min(3, 'An area has three corners at least').max(MOST.corners) })).max(MOST.zones),
  portals: z.array(z.strictObject({ id: z.uuid(), name: Name, kind: z.enum(PORTAL_KINDS), at: Spot, between: z.tuple([ZoneId.nullable(), ZoneId.nullable()]).describe('The zones on its two sides; null is what is not drawn') })).max(MOST.portals),
  marks: z.array(z.strictObject({
    id: z.uuid(), name: Name, kind: z.enum(MARK_KINDS), at: Spot, facingDeg: z.number().min(0).lt(360).nullable().describe('Where it looks: degrees clockwise from the upper edge of the plan'),
    deviceId: z.uuid().nullable().describe('Its record in the register'), sourceId: z.uuid().nullable(), point: z.string().trim().min(1).max(120).nullable().describe('As alarms of the source name it'),
  })).max(MOST.marks),
  said: z.array(z.strictObject({ between: z.tuple([ZoneId, ZoneId]), isAdjacent: z.boolean() })).max(MOST.said).describe('What a person said of two zones, whatever is drawn'),
});

const Control = z.strictObject({ at: Spot, longitude: z.number().min(-180).max(180), latitude: z.number().min(-85).max(85) });
const Georeferenced = z.object({
  points: z.array(Control), residualsM: z.array(z.number()), rmsM: z.number(),
  map: z.object({ anchor: z.object({ longitude: z.number(), latitude: z.number() }), matrix: z.tuple([z.tuple([z.number(), z.number(), z.number()]), z.tuple([z.number(), z.number(), z.number()])]) }),
});
export type Georeferenced = z.infer<typeof Georeferenced>;

export const Plan = z.object({
  floorId: z.uuid(), source: z.enum(['picture', 'shapes']), fileId: z.uuid(), hasPicture: z.boolean(), widthPx: z.number().nullable(), heightPx: z.number().nullable(), metresPerPx: z.number().nullable(),
  georeference: Georeferenced.nullable(), outline: z.array(z.array(Spot)), drawing: Drawing,
  adjacent: z.array(z.object({ between: z.tuple([z.uuid(), z.uuid()]), by: z.enum(['portal', 'wall', 'said']) })).describe('Zones beside each other: by a way through, by a wall in common, or because somebody said so'),
  changedAt: z.string(), version: z.number(),
});
export type Plan = Omit<z.infer<typeof Plan>, 'drawing'> & { drawing: Drawn };

export const readPlan = endpoint({ method: 'GET', path: '/:id/plan', summary: 'The plan of a floor with what is drawn on it; none where nobody gave it one', permission: 'sites:read', params: ById, reply: z.object({ plan: Plan.nullable() }) });
export const showPicture = endpoint({ method: 'GET', path: '/:id/plan/picture', summary: 'The picture of a plan, drawn anew from the file as it came', permission: 'sites:read', params: ById, query: z.object({ of: z.uuid().optional().describe('The file that it was drawn from: a newer plan has another address') }), reply: null });
export const setPlan = endpoint({
  method: 'POST', path: '/:id/plan', summary: 'Make a file that hangs on the floor its plan: PNG, JPEG, PDF (first page), or GeoJSON, in which units and openings of IMDF become zones and portals', permission: 'sites:write', params: ById,
  body: z.strictObject({ fileId: z.uuid() }), reply: Plan,
});
export const setScale = endpoint({
  method: 'POST', path: '/:id/plan/scale', summary: 'Set the scale of a picture by two of its points and the metres between them; what is drawn goes with the picture', permission: 'sites:write', params: ById,
  body: z.strictObject({ from: z.tuple([z.number(), z.number()]).describe('Pixels of the picture'), to: z.tuple([z.number(), z.number()]), lengthM: z.number().positive().max(MOST_SIDE_M) }), reply: Plan,
});
export const setGeoreference = endpoint({
  method: 'POST', path: '/:id/plan/georeference', summary: 'Say where points of the plan are on the globe: two turn and shift it, three or more are fitted, with what is left over at each', permission: 'sites:write', params: ById,
  body: z.strictObject({ points: z.array(Control).min(2, 'Give two points or more').max(12) }), reply: Plan,
});
export const saveDrawing = endpoint({
  method: 'PUT', path: '/:id/plan/drawing', summary: 'Save what is drawn on a plan, whole; If-Match guards against a change by another', permission: 'sites:write', params: ById, body: Drawing, reply: Plan,
});

export const Place = z.object({ floorId: z.uuid(), floor: z.string(), above: z.array(z.string()), markId: z.uuid().nullable(), zoneId: z.uuid().nullable(), name: z.string(), by: z.enum(['device', 'zone', 'floor']) });
export type Place = z.infer<typeof Place>;
export const findPlaces = endpoint({
  method: 'GET', path: '/places', summary: 'Where on plans a device is, as its source names it or by its record; else the zone or floor that is the site', permission: 'sites:read',
  query: z.object({ sourceId: z.uuid().optional(), point: z.string().max(120).optional(), deviceId: z.uuid().optional(), siteId: z.uuid().optional() }), reply: z.object({ items: z.array(Place) }),
});

export const MapSite = z.object({ id: z.uuid(), parentId: z.uuid().nullable(), code: z.string(), name: z.string(), kind: z.string(), latitude: z.number().nullable(), longitude: z.number().nullable(), hasPlan: z.boolean() });
export type MapSite = z.infer<typeof MapSite>;
export const mapSites = endpoint({ method: 'GET', path: '/map', summary: 'The sites in use that I may see, short, with where they are and which have a plan', permission: 'sites:read', reply: z.object({ items: z.array(MapSite), isCut: z.boolean().describe('There are more than 5,000') }) });
