import { SD_OF_MEAN, wrongProbability, wrongTime, AHEAD, refuse, type Refusal, type SensorPlace } from '../path/task.ts';
import type { ArcColumns } from '../graph/graph.ts';

/** How an adversary gets past an element. */
export type Tactic = 'stealth' | 'force' | 'deceit';
export const TACTICS: readonly Tactic[] = ['stealth', 'force', 'deceit'];

/** One way past an element: P_D, where its sensor acts, mean delay and its standard deviation in seconds (0.3 of the mean where absent). Without a tactic it serves every one. */
export type Way = { tactic?: Tactic; detection: number; place: SensorPlace; delayS: number; delaySdS?: number };

/** What an element of a model is, in the words of whoever drew it. */
export type ElementName = { kind: 'portal' | 'zone' | 'target' | 'element' | 'area'; id: string };

/** A site ready for the search: arcs with the tactic of each (0 any, 1 to 3 as in `TACTICS`), names of the elements, and the node of each target. */
export type SiteModel = { nodes: number; start: number; arcs: { [K in keyof Required<ArcColumns>]: number[] } & { tactic: number[] }; elements: ElementName[]; targets: Map<string, number> };

/** Null, or what is wrong with a list of ways. */
export function wrongWays(ways: readonly Way[], at: string): Refusal | null {
  if (ways.length === 0) return refuse(at, 'There is no way past this; leave it out, or say how it is passed.');
  for (const [i, way] of ways.entries()) {
    const wrong = wrongProbability(way.detection, `${at}[${i}].detection`) ?? wrongTime(way.delayS, `${at}[${i}].delayS`) ?? wrongTime(way.delaySdS ?? 0, `${at}[${i}].delaySdS`);
    if (wrong) return wrong;
    if (!Object.hasOwn(AHEAD, way.place)) return refuse(`${at}[${i}].place`, 'A sensor acts at B, M or E.');
    if (way.tactic !== undefined && !TACTICS.includes(way.tactic)) return refuse(`${at}[${i}].tactic`, 'A tactic is stealth, force or deceit.');
  }
  return null;
}

/** Opens a model without arcs. */
export const openModel = (nodes: number, start: number): SiteModel => ({ nodes, start, arcs: { from: [], to: [], delayS: [], detection: [], place: [], delaySdS: [], element: [], tactic: [] }, elements: [], targets: new Map() });

/** Adds an element by name and returns its number. */
export const addElement = (model: SiteModel, name: ElementName): number => model.elements.push(name) - 1;

/** Adds a node and returns its number. */
export const addNode = (model: SiteModel): number => model.nodes++;

/** Adds an arc for each way; element −1 is open ground. */
export function addArcs({ arcs }: SiteModel, from: number, to: number, element: number, ways: readonly Way[]): void {
  for (const way of ways) {
    arcs.from.push(from);
    arcs.to.push(to);
    arcs.delayS.push(way.delayS);
    arcs.delaySdS.push(way.delaySdS ?? SD_OF_MEAN * way.delayS);
    arcs.detection.push(way.detection);
    arcs.place.push(way.place === 'B' ? 0 : way.place === 'M' ? 1 : 2);
    arcs.element.push(element);
    arcs.tactic.push(way.tactic === undefined ? 0 : 1 + TACTICS.indexOf(way.tactic));
  }
}

/** A way over open ground without a sensor. */
export const openGround = (delayS: number): Way[] => [{ detection: 0, place: 'B', delayS }];
