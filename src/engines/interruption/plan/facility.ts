import { refuse, wrongTime, type Refusal } from '../path/task.ts';
import { addArcs, addElement, addNode, openGround, openModel, wrongWays, type SiteModel, type Way } from './model.ts';

/** A point on the floor's plane in metres. */
export type Point = { x: number; y: number };

/** A zone: `crossing` is what a walk across it from one point to another meets besides its time (a camera, a motion detector); nothing where absent. */
export type Zone = { id: string; speedMps: number; crossing?: { detection: number; place: Way['place'] } };

/** A portal or barrier between two zones, passed at a point, by each of `ways` in both directions or only from the first zone to the second. */
export type Portal = { id: string; zones: readonly [string, string]; at: Point; ways: readonly Way[]; isOneWay?: boolean };

/** What is protected: where it stands, and the task that is done there. */
export type Target = { id: string; zone: string; at: Point; ways: readonly Way[] };

/** Zones, portals and targets of a plan. Outside (`outside`) the adversary begins where he likes. `walkM` gives metres on foot in a zone (straight where absent). */
export type Facility = { outside: string; zones: readonly Zone[]; portals: readonly Portal[]; targets: readonly Target[]; walkM?: (zone: string, from: Point, to: Point) => number };

const straight = (_zone: string, from: Point, to: Point): number => Math.hypot(from.x - to.x, from.y - to.y);

/** Everything that is wrong with a facility, each at its field; empty where it can be searched. */
export function faultsOf({ outside, zones, portals, targets }: Facility): Refusal[] {
  const ids = new Set(zones.map(({ id }) => id));
  const faults: (Refusal | null)[] = [ids.has(outside) ? null : refuse('outside', `There is no zone ${outside}.`)];
  const once = (list: readonly { id: string }[], at: string): void => {
    const seen = new Set<string>();
    for (const [i, { id }] of list.entries()) faults.push(seen.has(id) ? refuse(`${at}[${i}].id`, `There are two of ${id}.`) : (seen.add(id), null));
  };
  once(zones, 'zones');
  once(portals, 'portals');
  once(targets, 'targets');
  for (const [i, { speedMps, crossing }] of zones.entries()) {
    if (!(speedMps > 0 && speedMps < Number.POSITIVE_INFINITY)) faults.push(refuse(`zones[${i}].speedMps`, `A speed is above 0 metres a second; ${speedMps} is not.`));
    if (crossing) faults.push(wrongWays([{ ...crossing, delayS: 0 }], `zones[${i}].crossing`));
  }
  for (const [i, { zones: pair, at, ways }] of portals.entries()) {
    for (const [side, zone] of pair.entries()) if (!ids.has(zone)) faults.push(refuse(`portals[${i}].zones[${side}]`, `There is no zone ${zone}.`));
    if (pair[0] === pair[1]) faults.push(refuse(`portals[${i}].zones`, 'A portal lies between two zones.'));
    faults.push(wrongPoint(at, `portals[${i}].at`), wrongWays(ways, `portals[${i}].ways`));
  }
  for (const [i, { zone, at, ways }] of targets.entries()) faults.push(ids.has(zone) ? null : refuse(`targets[${i}].zone`, `There is no zone ${zone}.`), wrongPoint(at, `targets[${i}].at`), wrongWays(ways, `targets[${i}].ways`));
  return faults.filter((fault) => fault !== null);
}

const wrongPoint = ({ x, y }: Point, at: string): Refusal | null => (Number.isFinite(x) && Number.isFinite(y) ? null : refuse(at, 'A point has two coordinates in metres.'));

/**
 * The model of a facility, and the zones that no path from outside reaches. Nodes are the two sides of every portal; between the sides in one zone lies
 * the walk across it. Refused with the first of its faults, or where `walkM` gives no distance.
 */
export function modelOfFacility(facility: Facility): { ok: true; model: SiteModel; unreached: string[] } | Refusal {
  const [fault] = faultsOf(facility);
  if (fault) return fault;
  const { outside, zones, portals, targets, walkM = straight } = facility;
  const model = openModel(1, 0);
  const sides = new Map<string, { node: number; at: Point }[]>(zones.map(({ id }) => [id, []]));
  const sideOf = (zone: string, at: Point): number => {
    const node = addNode(model);
    sides.get(zone)?.push({ node, at });
    return node;
  };
  for (const { id, zones: pair, at, ways, isOneWay } of portals) {
    const element = addElement(model, { kind: 'portal', id });
    const [a, b] = [sideOf(pair[0], at), sideOf(pair[1], at)];
    addArcs(model, a, b, element, ways);
    if (!isOneWay) addArcs(model, b, a, element, ways);
  }
  for (const { node } of sides.get(outside) ?? []) addArcs(model, model.start, node, -1, openGround(0));
  for (const { id, zone, at, ways } of targets) {
    const [there, done] = [sideOf(zone, at), addNode(model)];
    addArcs(model, there, done, addElement(model, { kind: 'target', id }), ways);
    if (zone === outside) addArcs(model, model.start, there, -1, openGround(0));
    model.targets.set(id, done);
  }
  for (const { id, speedMps, crossing } of zones) {
    if (id === outside) continue;
    const element = crossing ? addElement(model, { kind: 'zone', id }) : -1;
    for (const from of sides.get(id) ?? []) {
      for (const to of sides.get(id) ?? []) {
        if (from === to) continue;
        const delayS = walkM(id, from.at, to.at) / speedMps;
        const wrong = wrongTime(delayS, 'walkM');
        if (wrong) return wrong;
        addArcs(model, from.node, to.node, element, crossing ? [{ ...crossing, delayS }] : openGround(delayS));
      }
    }
  }
  const reached = reachedIn(model);
  return { ok: true, model, unreached: zones.flatMap(({ id }) => (id === outside || sides.get(id)?.some(({ node }) => reached.has(node)) ? [] : [id])) };
}

/** The nodes that some path from outside leads to. */
function reachedIn(model: SiteModel): Set<number> {
  const next = Array.from({ length: model.nodes }, (): number[] => []);
  model.arcs.from.forEach((from, i) => next[from]?.push(model.arcs.to[i] as number));
  const reached = new Set([model.start]);
  for (const node of reached) for (const to of next[node] ?? []) reached.add(to);
  return reached;
}
