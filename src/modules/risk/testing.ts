import { v7 as uuidv7 } from 'uuid';
import type { FreshDatabase } from '#platform/testing/database.ts';
import type { Protection } from './path-rules.ts';

type Spot = [number, number];
const box = (x: number, y: number, width: number, height: number): Spot[] => [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];

/** A yard behind a gate, a hall behind a door, a safe room behind another; a contact on each door, a camera in the hall. */
export const aDrawing = (devices: { camera?: string; contact?: string; sourceId?: string } = {}) => {
  const [yard, hall, room] = [uuidv7(), uuidv7(), uuidv7()];
  const mark = (name: string, kind: 'camera' | 'contact', at: Spot, point: string, deviceId: string | null) => ({ id: uuidv7(), name, kind, at, facingDeg: kind === 'camera' ? 90 : null, deviceId, sourceId: devices.sourceId ?? null, point: devices.sourceId ? point : null });
  return {
    zones: [{ id: yard, name: 'Yard', siteId: null, ring: box(0, 0, 20, 20) }, { id: hall, name: 'Hall', siteId: null, ring: box(20, 0, 20, 20) }, { id: room, name: 'Safe room', siteId: null, ring: box(40, 0, 10, 20) }],
    portals: [
      { id: uuidv7(), name: 'Gate', kind: 'gate' as const, at: [0, 10] as Spot, between: [null, yard] as [null, string] },
      { id: uuidv7(), name: 'Hall door', kind: 'door' as const, at: [20, 10] as Spot, between: [yard, hall] as [string, string] },
      { id: uuidv7(), name: 'Safe room door', kind: 'door' as const, at: [40, 10] as Spot, between: [hall, room] as [string, string] },
    ],
    marks: [mark('Hall door contact', 'contact', [20, 10.5], 'zone:1', devices.contact ?? null), mark('Hall camera', 'camera', [22, 2], 'zone:2', devices.camera ?? null)],
    said: [],
  };
};
export type TestDrawing = ReturnType<typeof aDrawing>;

/** Figures of that drawing: the response of EASI's usual example, doors that take a minute. */
export const figuresOf = ({ portals, marks }: TestDrawing): Protection => ({
  speedMps: 2, response: { timeS: 120, timeSdS: 36, communication: 0.95, basis: 'Exercise of spring' },
  elements: portals.map(({ id, kind }) => ({ id, isNoEntry: false, delays: [{ by: 'hand', meanS: kind === 'gate' ? 20 : 60, sdS: null }, { by: 'power', meanS: 10, sdS: 3 }] })),
  barriers: [],
  sensors: marks.map(({ id, kind }) => ({ id, covers: null, stealth: kind === 'camera' ? 0.8 : 0.9, force: kind === 'camera' ? 0.8 : 0.9, deceit: 0, place: kind === 'camera' ? 'M' : 'B', evidence: null })),
  measures: [],
});

/** Gives a floor this drawing as its plan. */
export async function givePlan({ owner }: Pick<FreshDatabase, 'owner'>, floorId: string, drawing: object): Promise<void> {
  await owner.query(`insert into sites.plan (floor_id, source, file_id, drawing) values ($1, 'shapes', $2, $3) on conflict (floor_id) do update set drawing = excluded.drawing, version = sites.plan.version + 1`, [floorId, uuidv7(), JSON.stringify(drawing)]);
}
