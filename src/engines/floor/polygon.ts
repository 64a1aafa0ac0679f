import type { Point } from './plane.ts';

/** The corners of an area in order, without the first again at the end; metres. */
export type Ring = readonly Point[];

export type Segment = readonly [Point, Point];

/** The walls of a ring: each corner with the next, the last with the first. */
export const wallsOf = (ring: Ring): Segment[] => ring.map((corner, i) => [corner, ring[(i + 1) % ring.length] ?? corner]);

/** Twice the area of the triangle, positive where the third point stands to the right in a plane whose y points down. */
const turn = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number => (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

const isWithin = ([px, py]: Point, [[ax, ay], [bx, by]]: Segment): boolean => Math.min(ax, bx) <= px && px <= Math.max(ax, bx) && Math.min(ay, by) <= py && py <= Math.max(ay, by);

/** Whether two segments have a point in common, their ends among them. */
export function doMeet(one: Segment, other: Segment): boolean {
  const [a, b] = one;
  const [c, d] = other;
  const [t1, t2, t3, t4] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (((t1 > 0 && t2 < 0) || (t1 < 0 && t2 > 0)) && ((t3 > 0 && t4 < 0) || (t3 < 0 && t4 > 0))) return true;
  return (t1 === 0 && isWithin(c, one)) || (t2 === 0 && isWithin(d, one)) || (t3 === 0 && isWithin(a, other)) || (t4 === 0 && isWithin(b, other));
}

/** The area in square metres. */
export const areaOf = (ring: Ring): number => Math.abs(wallsOf(ring).reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0)) / 2;

/** The corners' box. */
export function boxOf(points: readonly Point[]): { minX: number; minY: number; maxX: number; maxY: number } {
  return { minX: Math.min(...points.map(([x]) => x)), minY: Math.min(...points.map(([, y]) => y)), maxX: Math.max(...points.map(([x]) => x)), maxY: Math.max(...points.map(([, y]) => y)) };
}

/** The centre of mass, where a name is written. */
export function centreOf(ring: Ring): Point {
  let [area, cx, cy] = [0, 0, 0];
  const [ox, oy] = ring[0] ?? [0, 0];
  for (const [[ax, ay], [bx, by]] of wallsOf(ring.map(([x, y]): Point => [x - ox, y - oy]))) {
    const cross = ax * by - bx * ay;
    area += cross; cx += (ax + bx) * cross; cy += (ay + by) * cross;
  }
  return area === 0 ? [ox, oy] : [ox + cx / (3 * area), oy + cy / (3 * area)];
}

/** Whether the point stands in the area or on its walls. */
export function contains(ring: Ring, point: Point): boolean {
  let isInside = false;
  for (const [a, b] of wallsOf(ring)) {
    if (turn(a, b, point) === 0 && isWithin(point, [a, b])) return true;
    if (a[1] > point[1] !== b[1] > point[1] && point[0] < ((b[0] - a[0]) * (point[1] - a[1])) / (b[1] - a[1]) + a[0]) isInside = !isInside;
  }
  return isInside;
}

/** Metres from the point to the segment. */
export function distanceTo([px, py]: Point, [[ax, ay], [bx, by]]: Segment): number {
  const square = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / square));
  return Math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay));
}

/** Metres from the point to the nearest wall. */
export const distanceToWalls = (ring: Ring, point: Point): number => Math.min(...wallsOf(ring).map((wall) => distanceTo(point, wall)));

/** Less is no place to stand in. */
export const LEAST_AREA_M2 = 0.25;

/** What is wrong with an area, or null: three corners at least, none twice, no wall across another, not too small. */
export function faultOfRing(ring: Ring): 'few-corners' | 'twice' | 'crosses' | 'small' | null {
  if (ring.length < 3) return 'few-corners';
  if (new Set(ring.map(([x, y]) => `${x} ${y}`)).size < ring.length) return 'twice';
  const walls = wallsOf(ring);
  for (const [i, wall] of walls.entries()) {
    for (const [j, other] of walls.entries()) {
      if (j <= i) continue;
      const areNeighbours = j === i + 1 || (i === 0 && j === walls.length - 1);
      if (areNeighbours ? foldsBack(wall, other) : doMeet(wall, other)) return 'crosses';
    }
  }
  return areaOf(ring) < LEAST_AREA_M2 ? 'small' : null;
}

/** Neighbouring walls share a corner; they may not lie on each other. */
function foldsBack(one: Segment, other: Segment): boolean {
  const far = (segment: Segment, from: Segment): Point => (from.some((point) => point === segment[0]) ? segment[1] : segment[0]);
  const [p, q] = [far(one, other), far(other, one)];
  return (turn(...one, q) === 0 && isWithin(q, one)) || (turn(...other, p) === 0 && isWithin(p, other));
}
