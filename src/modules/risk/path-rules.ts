import { contains, distanceTo } from '#engines/floor/polygon.ts';
import { lowerBound } from '#engines/interruption/neutralisation/evidence.ts';
import { SD_OF_MEAN, type Response, type SensorPlace } from '#engines/interruption/path/task.ts';
import { joinSensors } from '#engines/interruption/path/timely.ts';
import type { Facility, Portal, Target, Zone } from '#engines/interruption/plan/facility.ts';
import { TACTICS, type Tactic, type Way } from '#engines/interruption/plan/model.ts';
import type { Strategy } from '#engines/interruption/plan/strategies.ts';

/** What an adversary carries, from bare hands up. */
export const TOOLS = ['none', 'hand', 'power', 'vehicle', 'explosive'] as const;
export type Tool = (typeof TOOLS)[number];
/** How something is passed: by force with a tool, unseen, or as someone who may. */
export const BYS = [...TOOLS, 'stealth', 'deceit'] as const;
export type By = (typeof BYS)[number];
export const STRATEGIES = ['mixed', 'stealth', 'force', 'deceit'] as const satisfies readonly Strategy[];

/** A delay in seconds; without a spread 0.3 of the mean is taken. */
export type Delay = { by: By; meanS: number; sdS: number | null };
export type Evidence = { detected: number; trials: number; testedOn: string; note: string };
export type Sensor = { id: string; covers: string | null; stealth: number; force: number; deceit: number; place: SensorPlace; evidence: Evidence | null };
export type ElementFigures = { id: string; delays: Delay[]; isNoEntry: boolean };
export type Barrier = { id: string; name: string; between: [string | null, string | null]; at: [number, number]; delays: Delay[] };
/** What can be bought: the delay and detection that an element then has at least. */
export type Measure = { id: string; name: string; elementId: string; delayS: number | null; detection: number | null; costMinor: number; currency: string; days: number | null };
export type Assumed = { timeS: number; timeSdS: number; communication: number; basis: string };
/** The figures of a floor beside its drawing: one document, saved whole. */
export type Protection = { speedMps: number; response: Assumed; elements: ElementFigures[]; barriers: Barrier[]; sensors: Sensor[]; measures: Measure[] };

export const NOTHING_SAID: Protection = { speedMps: 1.5, response: { timeS: 300, timeSdS: 90, communication: 0.95, basis: '' }, elements: [], barriers: [], sensors: [], measures: [] };
export const MOST = { elements: 6000, barriers: 2000, sensors: 4000, measures: 200, changes: 40 } as const;

/** What of a floor's drawing the study reads. */
export type Floor = {
  zones: readonly { id: string; name: string; ring: readonly (readonly [number, number])[] }[];
  portals: readonly { id: string; name: string; kind: string; at: readonly [number, number]; between: readonly [string | null, string | null] }[];
  marks: readonly { id: string; name: string; kind: string; at: readonly [number, number]; facingDeg: number | null }[];
};
/** A protected asset where it stands, with the work that is done there. */
export type Placed = { id: string; name: string; zoneId: string; at: readonly [number, number]; delays: readonly Delay[] };
export type Threat = { strategy: Strategy; tools: readonly Tool[] };
/** What the live estate says of an element: a device that is not heard, a door held, what is on test. */
export type ElementState = { id: string; state: 'dead' | 'held' | 'on-test'; since: string | null };
/** What if: an element's delay or detection for this question. */
export type Change = { id: string; delayS: number | null; detection: number | null };
export type Asked = { floor: Floor; protection: Protection; asset: Placed; threat: Threat; states: readonly ElementState[]; changes: readonly Change[]; measures: readonly string[] };

export const OUTSIDE = 'outside';
/** Passed without work, so that no delay is missing there. */
const FREE = new Set(['stairs']);
const AT_PORTAL = new Set(['contact', 'reader', 'intercom']);
const IN_ZONE = new Set(['camera', 'detector']);
const PORTAL_REACH_M = 3;

/** What a sensor watches where nobody said: a contact or reader the nearest way within 3 m, a camera or detector the zone it stands in. */
export function watchedBy(mark: Floor['marks'][number], floor: Floor): string | null {
  if (AT_PORTAL.has(mark.kind)) {
    const near = floor.portals.map(({ id, at }) => ({ id, far: Math.hypot(at[0] - mark.at[0], at[1] - mark.at[1]) })).filter(({ far }) => far <= PORTAL_REACH_M).sort((a, b) => a.far - b.far);
    return near[0]?.id ?? null;
  }
  if (!IN_ZONE.has(mark.kind)) return null;
  return floor.zones.find(({ ring }) => contains(ring as [number, number][], [mark.at[0], mark.at[1]]))?.id ?? null;
}

/** By a drawing, what its sensors watch by their place: it is asked again with every question, and does not move. */
const watchedIn = new WeakMap<Floor, Map<string, string | null>>();

function watchedOf(mark: Floor['marks'][number], floor: Floor): string | null {
  const known = watchedIn.get(floor) ?? new Map<string, string | null>();
  watchedIn.set(floor, known);
  const found = known.get(mark.id);
  if (found !== undefined) return found;
  const watched = watchedBy(mark, floor);
  known.set(mark.id, watched);
  return watched;
}

/** A sensor of the drawing with its figures and what it watches; `isSaid` is false where nobody gave figures, and then it detects nothing. */
export type Watching = { id: string; name: string; kind: string; at: readonly [number, number]; watches: string | null; isSaid: boolean; figures: Sensor };
const UNSAID = { covers: null, stealth: 0, force: 0, deceit: 0, place: 'B', evidence: null } as const;

export function sensorsOf(floor: Floor, protection: Protection): Watching[] {
  const said = new Map(protection.sensors.map((sensor) => [sensor.id, sensor]));
  return floor.marks.flatMap((mark): Watching[] => {
    const figures = said.get(mark.id);
    if (!figures && !AT_PORTAL.has(mark.kind) && !IN_ZONE.has(mark.kind)) return [];
    return [{ id: mark.id, name: mark.name, kind: mark.kind, at: mark.at, watches: figures?.covers ?? watchedOf(mark, floor), isSaid: figures !== undefined, figures: figures ?? { id: mark.id, ...UNSAID } }];
  });
}

type Seen = { detection: Record<Tactic, number>; place: SensorPlace };
const UNSEEN: Seen = { detection: { stealth: 0, force: 0, deceit: 0 }, place: 'B' };
const LATER: readonly SensorPlace[] = ['B', 'M', 'E'];

/** What the working sensors of each element see together: independent of each other, at the latest of their places. */
function seenAt({ floor, protection, states, changes }: Pick<Asked, 'floor' | 'protection' | 'states' | 'changes'>): Map<string, Seen> {
  const silent = new Set(states.filter(({ state }) => state !== 'held').map(({ id }) => id));
  const held = new Set(states.filter(({ state }) => state === 'held').map(({ id }) => id));
  const changed = new Map(changes.map((change) => [change.id, change]));
  const groups = Map.groupBy(sensorsOf(floor, protection).filter(({ watches }) => watches !== null), ({ watches }) => watches as string);
  return new Map([...groups].map(([id, sensors]): [string, Seen] => {
    const working = sensors.filter((sensor) => !silent.has(sensor.id) && !(held.has(id) && sensor.kind === 'contact'));
    const of = (tactic: Tactic): number => {
      const joined = joinSensors(working.map(({ id: own, figures }) => changed.get(own)?.detection ?? figures[tactic]));
      return joined.ok ? joined.detection : 0;
    };
    const place = working.reduce<SensorPlace>((latest, { figures }) => (LATER.indexOf(figures.place) > LATER.indexOf(latest) ? figures.place : latest), 'B');
    return [id, { detection: { stealth: of('stealth'), force: of('force'), deceit: of('deceit') }, place }];
  }));
}

const least = ({ detection }: Seen): number => Math.min(...TACTICS.map((tactic) => detection[tactic]));

/** The ways past something for this threat; null where nothing that they carry or do gets them past it. */
function waysOf(delays: readonly Delay[], { tools }: Threat, seen: Seen): Way[] | null {
  const way = (tactic: Tactic, { meanS, sdS }: Delay): Way => ({ tactic, detection: seen.detection[tactic], place: seen.place, delayS: meanS, delaySdS: sdS ?? SD_OF_MEAN * meanS });
  if (delays.length === 0) return [{ detection: least(seen), place: seen.place, delayS: 0 }];
  const forced = delays.filter(({ by }) => by === 'none' || (tools as readonly By[]).includes(by)).sort((a, b) => a.meanS - b.meanS)[0];
  const quiet = delays.find(({ by }) => by === 'stealth');
  const bluff = delays.find(({ by }) => by === 'deceit');
  const ways = [...(quiet ? [way('stealth', quiet)] : []), ...(forced ? [way('force', forced)] : []), ...(bluff ? [way('deceit', bluff)] : [])];
  return ways.length === 0 ? null : ways;
}

/** The same ways after what-if changes (exactly so) and measures (at least so). */
function changedWays(ways: readonly Way[], change: Change | undefined, measures: readonly Measure[]): Way[] {
  return ways.map((way) => {
    const delayS = Math.max(change?.delayS ?? way.delayS, ...measures.map((one) => one.delayS ?? 0));
    const detection = Math.max(change?.detection ?? way.detection, ...measures.map((one) => one.detection ?? 0));
    const ratio = way.delayS > 0 ? (way.delaySdS ?? SD_OF_MEAN * way.delayS) / way.delayS : SD_OF_MEAN;
    return { ...way, delayS, detection, delaySdS: ratio * delayS };
  });
}

/** The facility that a floor is for this question. Detection across a zone is that of the strategy; of a mixed one the least. */
export function facilityOf({ floor, protection, asset, threat, states, changes, measures }: Asked): Facility {
  const change = new Map(changes.map((one) => [one.id, one]));
  const bought = Map.groupBy(protection.measures.filter(({ id }) => measures.includes(id)), ({ elementId }) => elementId);
  // A measure on a sensor raises what the sensor sees, as a change of it would.
  const raised = protection.sensors.flatMap(({ id, stealth, force, deceit }) => (bought.get(id) ?? []).flatMap((one): Change[] => (one.detection === null ? [] : [{ id, delayS: null, detection: Math.max(change.get(id)?.detection ?? Math.min(stealth, force, deceit), one.detection) }])));
  const repaired = new Set(raised.map(({ id }) => id));
  const seen = seenAt({ floor, protection, states: states.filter(({ id }) => !repaired.has(id)), changes: [...changes.filter(({ id }) => !repaired.has(id)), ...raised] });
  const figures = new Map(protection.elements.map((one) => [one.id, one]));
  const held = new Set(states.filter(({ state }) => state === 'held').map(({ id }) => id));
  const isDrawn = new Set(floor.zones.map(({ id }) => id));
  const side = (id: string | null): string => (id === null || !isDrawn.has(id) ? OUTSIDE : id);
  const passed = (id: string, at: readonly [number, number], between: readonly [string | null, string | null], delays: readonly Delay[]): Portal[] => {
    const zones: [string, string] = [side(between[0]), side(between[1])];
    const ways = waysOf(held.has(id) ? [] : delays, threat, seen.get(id) ?? UNSEEN);
    return ways === null || zones[0] === zones[1] ? [] : [{ id, zones, at: { x: at[0], y: at[1] }, ways: changedWays(ways, change.get(id), bought.get(id) ?? []) }];
  };
  const portals = floor.portals.filter(({ id, between }) => !(figures.get(id)?.isNoEntry && between.includes(null))).flatMap(({ id, at, between }) => passed(id, at, between, figures.get(id)?.delays ?? []));
  const barriers = protection.barriers.filter(({ delays }) => delays.length > 0).flatMap(({ id, at, between, delays }) => passed(id, at, between, delays));
  const zones = floor.zones.map(({ id }): Zone => {
    const here = seen.get(id) ?? UNSEEN;
    const base = threat.strategy === 'mixed' ? least(here) : here.detection[threat.strategy];
    const detection = Math.max(change.get(id)?.detection ?? base, ...(bought.get(id) ?? []).map((one) => one.detection ?? 0));
    return { id, speedMps: protection.speedMps, ...(detection > 0 && { crossing: { detection, place: here.place } }) };
  });
  const task = waysOf(asset.delays, threat, seen.get(asset.id) ?? UNSEEN) ?? [{ detection: 0, place: 'B' as const, delayS: 0 }];
  const target: Target = { id: asset.id, zone: side(asset.zoneId), at: { x: asset.at[0], y: asset.at[1] }, ways: changedWays(task, change.get(asset.id), bought.get(asset.id) ?? []) };
  return { outside: OUTSIDE, zones: [{ id: OUTSIDE, speedMps: protection.speedMps }, ...zones], portals: [...portals, ...barriers], targets: [target] };
}

/** The name of an element as it is drawn; the outside has none. */
export function namesOf(floor: Floor, protection: Protection, asset: { id: string; name: string } | null): Map<string, string> {
  return new Map([...floor.zones, ...floor.portals, ...floor.marks, ...protection.barriers, ...(asset ? [asset] : [])].map(({ id, name }) => [id, name]));
}

/** From so many samples on measured response times stand before the assumption. */
export const ENOUGH_SAMPLES = 20;
export type Answering = { response: Response; isMeasured: boolean; samples: number };

/** The response to reckon with: measured where there are 20 samples or more, else what is assumed. Times in seconds; the spread is that of the sample. */
export function responseOf(assumed: Assumed, samplesS: readonly number[]): Answering {
  const { timeS, timeSdS, communication } = assumed;
  const n = samplesS.length;
  if (n < ENOUGH_SAMPLES) return { response: { timeS, timeSdS, communication }, isMeasured: false, samples: n };
  const mean = samplesS.reduce((sum, one) => sum + one, 0) / n;
  const spread = Math.sqrt(samplesS.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (n - 1));
  return { response: { timeS: mean, timeSdS: spread, communication }, isMeasured: true, samples: n };
}

/** What a look at the protection graph finds. Stable keys, shown with the element. */
export type Finding = { rule: 'no-entry' | 'unreached' | 'no-delay' | 'no-detection' | 'no-evidence' | 'above-evidence' | 'watches-nothing' | 'no-task'; id: string; name: string; low: number | null };
const CONFIDENCE = 0.95;

/** The lower bound of what the trials show (Clopper-Pearson, one-sided, 95 %); null without trials. */
export function shownBy(evidence: Evidence | null): number | null {
  if (evidence === null) return null;
  const bound = lowerBound({ successes: evidence.detected, trials: evidence.trials }, CONFIDENCE);
  return bound.ok ? bound.low : null;
}

/** Checks the graph that is drawn: what is missing is named, and how it counts is said in the README. */
export function findingsOf(floor: Floor, protection: Protection, asset: Placed | null, unreached: readonly string[]): Finding[] {
  const figures = new Map(protection.elements.map((one) => [one.id, one]));
  const findings: Finding[] = [];
  const put = (rule: Finding['rule'], { id, name }: { id: string; name: string }, low: number | null = null): void => void findings.push({ rule, id, name, low });
  const isEntry = (between: readonly (string | null)[], id: string): boolean => between.includes(null) && !figures.get(id)?.isNoEntry;
  if (!floor.portals.some(({ id, between }) => isEntry(between, id)) && !protection.barriers.some(({ between }) => between.includes(null))) put('no-entry', { id: '', name: '' });
  for (const zone of floor.zones) if (unreached.includes(zone.id)) put('unreached', zone);
  for (const portal of floor.portals) if (!FREE.has(portal.kind) && (figures.get(portal.id)?.delays.length ?? 0) === 0) put('no-delay', portal);
  for (const sensor of sensorsOf(floor, protection)) {
    if (!sensor.isSaid) put('no-detection', sensor);
    else if (sensor.watches === null) put('watches-nothing', sensor);
    else if (sensor.figures.evidence === null) put('no-evidence', sensor);
    else {
      const low = shownBy(sensor.figures.evidence);
      if (low !== null && Math.max(sensor.figures.stealth, sensor.figures.force, sensor.figures.deceit) > low + 0.005) put('above-evidence', sensor, low);
    }
  }
  if (asset && asset.delays.length === 0) put('no-task', asset);
  return findings;
}

/** How far a point is from the walls of a zone: to place a barrier. */
export const metresToWalls = (ring: Floor['zones'][number]['ring'], at: readonly [number, number]): number =>
  Math.min(...ring.map((corner, i) => distanceTo([at[0], at[1]], [[corner[0], corner[1]], [(ring[(i + 1) % ring.length] ?? corner)[0], (ring[(i + 1) % ring.length] ?? corner)[1]]])));
