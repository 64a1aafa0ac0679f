import type { StudyPath } from '#engines/interruption/study/study.ts';
import { centreOf } from '#engines/floor/polygon.ts';
import type { Floor } from '../path-rules.ts';

export type Spot = [x: number, y: number];
/** A leg of the path on the plan: from where to where, in which seconds, and whether it is too late there. */
export type Leg = { from: Spot; to: Spot; startS: number; endS: number; isLate: boolean };
/** A numbered element of the path. `step` is its index among the path's steps. */
export type Stop = { number: number; at: Spot; step: number; id: string; isLate: boolean; isCritical: boolean };
export type Shape = { legs: Leg[]; stops: Stop[] };

const OUT_M = 4;
const between = ([ax, ay]: Spot, [bx, by]: Spot, share = 0.5): Spot => [ax + (bx - ax) * share, ay + (by - ay) * share];

/** Where an adversary stands before the first portal: a few metres out from the room behind it. */
function outsideOf(first: Spot, next: Spot): Spot {
  const length = Math.hypot(first[0] - next[0], first[1] - next[1]) || 1;
  return [first[0] + ((first[0] - next[0]) / length) * OUT_M, first[1] + ((first[1] - next[1]) / length) * OUT_M];
}

/** The path as it is drawn: steps at a point are stops, steps across a zone are the way from stop to stop. */
export function shapeOf(path: StudyPath, floor: Floor): Shape {
  const spots = path.steps.map(({ at }): Spot | null => (at ? [at.x, at.y] : null));
  const points = spots.filter((spot) => spot !== null);
  const [first, second] = points;
  if (!first) return { legs: [], stops: [] };
  const zone = floor.zones.find(({ id }) => path.steps.some(({ element }) => element?.kind === 'zone' && element.id === id));
  const start = outsideOf(first, second ?? (zone ? (centreOf(zone.ring as [number, number][]) as Spot) : [first[0] + 1, first[1]]));
  const lateFrom = path.critical === null ? 0 : path.critical + 1;
  const legs: Leg[] = [{ from: start, to: first, startS: 0, endS: 0, isLate: path.critical === null }];
  const stops: Stop[] = [];
  let here = start;
  for (const [i, step] of path.steps.entries()) {
    const spot = spots[i];
    const to = spot ?? spots.slice(i + 1).find((one) => one !== null) ?? here;
    if (spot && (here[0] !== spot[0] || here[1] !== spot[1]) && i > 0) legs.push({ from: here, to: spot, startS: step.startS, endS: step.startS, isLate: i >= lateFrom });
    legs.push({ from: spot ?? here, to, startS: step.startS, endS: step.startS + step.delayS, isLate: i >= lateFrom });
    if (step.element) stops.push({ number: stops.length + 1, at: spot ?? between(here, to), step: i, id: step.element.id, isLate: i >= lateFrom, isCritical: i === path.critical });
    here = to;
  }
  return { legs, stops };
}

/** Where the adversary is after so many seconds. */
export function placeAt({ legs }: Shape, seconds: number): Spot {
  const leg = legs.find(({ endS, startS }) => seconds < endS && seconds >= startS) ?? legs.at(-1);
  if (!leg) return [0, 0];
  const length = leg.endS - leg.startS;
  return between(leg.from, leg.to, length > 0 ? Math.min(1, Math.max(0, (seconds - leg.startS) / length)) : 1);
}

/** The drawn lines before and after the critical point, as data of an SVG path. */
export function linesOf({ legs }: Shape): { timely: string; late: string } {
  const line = (isLate: boolean): string => legs.filter((leg) => leg.isLate === isLate && (leg.from[0] !== leg.to[0] || leg.from[1] !== leg.to[1])).map(({ from, to }) => `M${from[0]} ${from[1]}L${to[0]} ${to[1]}`).join('');
  return { timely: line(false), late: line(true) };
}
