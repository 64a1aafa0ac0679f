import { v7 as uuidv7 } from 'uuid';
import { centreOf } from '#engines/floor/polygon.ts';
import { addAsset, listAssets } from '#modules/risk/assets.service.ts';
import { readFloor, saveFigures } from '#modules/risk/floors.service.ts';
import type { Delay, Protection, Sensor } from '#modules/risk/path-rules.ts';
import { keepScenario } from '#modules/risk/scenarios.service.ts';
import { readPlan } from '#modules/sites/plan.service.ts';
import type { Drawing } from '#modules/sites/plan-rules.ts';
import { FLOOR } from './floor.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

/** The risk manager. */
const RISK = 'p25';

const passed = (rows: Partial<Record<Delay['by'], number>>): Delay[] => Object.entries(rows).map(([by, meanS]) => ({ by: by as Delay['by'], meanS, sdS: null }));
const DOORS: Readonly<Record<string, Delay[]>> = {
  'Staff entrance': passed({ hand: 90, power: 30, stealth: 60, deceit: 15 }), 'Dock gate': passed({ hand: 120, power: 45, vehicle: 10, deceit: 20 }), 'Lobby door': passed({ hand: 45, power: 20, stealth: 30, deceit: 10 }), 'Dock door': passed({ hand: 60, power: 25, stealth: 45 }),
  'Control room door': passed({ hand: 120, power: 40, stealth: 90 }), 'Archive door': passed({ hand: 60, power: 25, stealth: 45 }), 'Server room door': passed({ hand: 180, power: 60, stealth: 120 }),
};
const SENSORS: Readonly<Record<string, Omit<Sensor, 'id' | 'covers'>>> = {
  'Loading dock roller door': { stealth: 0.6, force: 0.9, deceit: 0.2, place: 'B', evidence: { detected: 30, trials: 30, testedOn: '2026-04-14', note: 'Two officers, gate opened by hand and by drive' } },
  'Rear corridor': { stealth: 0.5, force: 0.8, deceit: 0.5, place: 'M', evidence: { detected: 27, trials: 30, testedOn: '2026-04-14', note: 'Walked and crawled, lights off' } },
  Archive: { stealth: 0.6, force: 0.85, deceit: 0.6, place: 'M', evidence: null },
  'Staff entrance': { stealth: 0.2, force: 0.9, deceit: 0.1, place: 'B', evidence: { detected: 29, trials: 29, testedOn: '2026-05-06', note: 'Door forced' } },
};

/** Figures for the one floor with a plan, two assets on it, and one kept scenario: how the wing could be reached at night. Every figure is invented. */
export async function loadPaths({ now }: DemoPlan, { people, sites }: Cast, once: Once): Promise<void> {
  const floorId = sites.get(FLOOR.code);
  const manager = people.get(RISK);
  if (!manager || floorId === undefined) throw new RangeError('The demonstration has no floor to study, or nobody to do it.');
  const { plan } = await readPlan(manager, { id: floorId });
  if (!plan) return;
  const drawing = plan.drawing as Drawing;
  const room = (name: string) => drawing.zones.find((zone) => zone.name === name);
  const place = (name: string): { zoneId: string; at: [number, number] } | null => { const zone = room(name); return zone ? { zoneId: zone.id, at: [...centreOf(zone.ring)] } : null; };
  const kept = { note: '', siteId: floorId, strategy: 'mixed' as const };
  await once.do('asset servers', manager, now, (ctx) => addAsset(ctx, { ...kept, name: 'Server core', kind: 'information', place: place('Server room'), delays: passed({ none: 150, hand: 120, power: 60 }), tools: ['none', 'hand', 'power'], leastInterruption: 0.75 }));
  await once.do('asset archive', manager, now, (ctx) => addAsset(ctx, { ...kept, name: 'Prototype drawings', kind: 'information', place: place('Archive'), delays: passed({ none: 90 }), tools: ['none', 'hand'], leastInterruption: 0.6 }));
  const servers = (await listAssets(manager, { siteId: floorId, limit: 10 })).items.find(({ name }) => name === 'Server core');
  if (!servers || (await readFloor(manager, { id: floorId })).version > 0) return;
  await once.do('path figures', manager, now, (ctx) => saveFigures(ctx, { id: floorId, ...figuresOf(drawing, servers.id) }));
  await once.do('path scenario', manager, now, (ctx) => keepScenario(ctx, { assetId: servers.id, name: 'Night, power tools', question: { strategy: 'mixed', tools: ['none', 'hand', 'power'], response: null, changes: [], measures: [], isLive: false } }));
}

function figuresOf({ zones, portals, marks }: Drawing, serversId: string): Protection {
  const zone = (name: string): string => zones.find((one) => one.name === name)?.id ?? '';
  const portal = (name: string): string => portals.find((one) => one.name === name)?.id ?? '';
  const measure = { currency: 'EUR', delayS: null, detection: null };
  return {
    speedMps: 1.5, response: { timeS: 210, timeSdS: 60, communication: 0.95, basis: 'Night exercise of last spring' },
    elements: portals.flatMap(({ id, name }) => (DOORS[name] ? [{ id, delays: DOORS[name], isNoEntry: false }] : [])),
    barriers: [{ id: uuidv7(), name: 'Wall to the server room', between: [zone('Meeting room'), zone('Server room')], at: [37, 7], delays: passed({ power: 240, explosive: 30 }) }],
    sensors: marks.flatMap(({ id, name }) => (SENSORS[name] ? [{ id, covers: null, ...SENSORS[name] }] : [])),
    measures: [
      { ...measure, id: uuidv7(), name: 'Motion detector in the server room', elementId: zone('Server room'), detection: 0.9, costMinor: 145_000, days: 14 },
      { ...measure, id: uuidv7(), name: 'Steel door to the server room', elementId: portal('Server room door'), delayS: 300, costMinor: 860_000, days: 42 },
      { ...measure, id: uuidv7(), name: 'Cage around the racks', elementId: serversId, delayS: 300, costMinor: 1_860_000, days: 31 },
      { ...measure, id: uuidv7(), name: 'Beam at the staff entrance', elementId: portal('Staff entrance'), detection: 0.8, costMinor: 1_200_000, days: 60 },
    ],
  };
}
