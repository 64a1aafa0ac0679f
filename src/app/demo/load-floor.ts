import { attachFile } from '#platform/files/uploads.service.ts';
import { listDevices } from '#modules/devices/devices.service.ts';
import { readPlan, saveDrawing, setPlan } from '#modules/sites/plan.service.ts';
import { FLOOR, FLOOR_PANEL, floorPlan, withDevices } from './floor.ts';
import type { Cast } from './load-cast.ts';
import type { DemoPlan } from './plan.ts';

/** Who may draw plans there. */
const DEPUTY = 'p02';
const MOST = 50;

/** Gives one floor its plan, with rooms, doors and the panel's devices; what is there already stays. */
export async function loadFloor(plan: DemoPlan, { people, sites, sources }: Cast): Promise<void> {
  const deputy = people.get(DEPUTY);
  const floorId = sites.get(FLOOR.code);
  const panel = sources.get(FLOOR_PANEL);
  const house = plan.sites.find(({ code }) => code === FLOOR.above.split('-')[0]);
  if (!deputy || floorId === undefined || !panel || !house || house.latitude === null || house.longitude === null) throw new RangeError('The demonstration has no floor, or nobody to draw it.');
  const before = await readPlan(deputy, { id: floorId });
  if (before.plan === null) {
    const bytes = Buffer.from(floorPlan({ latitude: house.latitude, longitude: house.longitude }));
    const file = await attachFile(deputy, { recordId: floorId, name: `${FLOOR.name}.geojson`, size: bytes.length, bytes: (async function* () { yield bytes; })() });
    await setPlan(deputy, { id: floorId, fileId: file.id });
  }
  const { plan: drawn } = before.plan === null ? await readPlan(deputy, { id: floorId }) : before;
  if (!drawn || drawn.drawing.marks.length > 0) return;
  const { items } = await listDevices(deputy, { state: 'active', q: FLOOR_PANEL, sort: 'code', limit: MOST });
  const deviceOf = new Map(items.flatMap(({ code, id }): [string, string][] => (code === `PNL-${FLOOR_PANEL}` ? [['', id]] : code.startsWith(`${FLOOR_PANEL}-`) ? [[pointOf(code), id]] : [])));
  await saveDrawing(deputy, { id: floorId, ...withDevices(drawn.drawing, { sourceId: panel.id, deviceOf }) });
}

const MEANS = { Z: 'zone', D: 'door' } as const;

/** The point that stands in the code of a device, as `devices.ts` writes it: `1102-Z3` is zone 3. */
const pointOf = (code: string): string => {
  const [, means = '', number = ''] = /-([ZD])(\d+)$/.exec(code) ?? [];
  return `${MEANS[means as keyof typeof MEANS] ?? ''}:${number}`;
};
