import type { Point } from './plane.ts';
import { boxOf, type Ring, type Segment, wallsOf } from './polygon.ts';

export type Area = { id: string; ring: Ring };

/** A way through between two areas; null is outside of all that is drawn. */
export type Way = { between: readonly [string | null, string | null] };

/** What a person said of two areas, whatever the drawing shows. */
export type Said = { between: readonly [string, string]; isAdjacent: boolean };

/** Two areas and why they are beside each other. Ids in ascending order. */
export type Pair = { between: readonly [string, string]; by: 'portal' | 'wall' | 'said' };

/** Walls so far apart are two sides of one: a thick wall is drawn twice. */
export const WALL_GAP_M = 0.6;
/** Less wall in common is a corner that touches. */
export const LEAST_WALL_M = 0.5;
/** Sine of the angle by which two sides of a wall may differ. */
const LEAST_PARALLEL = 0.05;

const keyOf = (one: string, other: string): readonly [string, string] => (one < other ? [one, other] : [other, one]);

/** How many metres two walls run side by side: parallel, at most `gapM` apart. */
export function sideBySide([a, b]: Segment, [c, d]: Segment, gapM = WALL_GAP_M): number {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const other = Math.hypot(d[0] - c[0], d[1] - c[1]);
  if (length === 0 || other === 0) return 0;
  const [ux, uy] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
  if (Math.abs(ux * (d[1] - c[1]) - uy * (d[0] - c[0])) / other > LEAST_PARALLEL) return 0;
  const along = ([x, y]: Point): number => (x - a[0]) * ux + (y - a[1]) * uy;
  const aside = ([x, y]: Point): number => Math.abs((y - a[1]) * ux - (x - a[0]) * uy);
  const [from, to] = [Math.max(0, Math.min(along(c), along(d))), Math.min(length, Math.max(along(c), along(d)))];
  if (to <= from) return 0;
  // Of walls that are nearly parallel, the middle of what they share says how far apart they are.
  const at = ((from + to) / 2 - along(c)) / (along(d) - along(c));
  return aside([c[0] + at * (d[0] - c[0]), c[1] + at * (d[1] - c[1])]) <= gapM ? to - from : 0;
}

/** Metres of wall that two areas have in common; 0 where less than half a metre. */
export function sharedWallM(one: Ring, other: Ring): number {
  const [p, q] = [boxOf(one), boxOf(other)];
  if (p.minX - q.maxX > WALL_GAP_M || q.minX - p.maxX > WALL_GAP_M || p.minY - q.maxY > WALL_GAP_M || q.minY - p.maxY > WALL_GAP_M) return 0;
  const longest = Math.max(0, ...wallsOf(one).flatMap((wall) => wallsOf(other).map((side) => sideBySide(wall, side))));
  return longest >= LEAST_WALL_M ? longest : 0;
}

/**
 * Which areas are beside each other: by a way through, by a wall in common, or because a person said so. What a person
 * denied is left out, whatever is drawn. Ways to what is not drawn count for nothing. Sorted, each pair once.
 */
export function adjacentPairs({ areas, ways, said }: { areas: readonly Area[]; ways: readonly Way[]; said: readonly Said[] }): Pair[] {
  const known = new Set(areas.map(({ id }) => id));
  const pairs = new Map<string, Pair>();
  const put = (one: string, other: string, by: Pair['by']): void => {
    if (one === other || !known.has(one) || !known.has(other)) return;
    const between = keyOf(one, other);
    if (!pairs.has(between.join(' '))) pairs.set(between.join(' '), { between, by });
  };
  for (const { between: [one, other], isAdjacent } of said) if (isAdjacent) put(one, other, 'said');
  for (const { between: [one, other] } of ways) if (one !== null && other !== null) put(one, other, 'portal');
  for (const [i, one] of areas.entries()) for (const other of areas.slice(i + 1)) if (sharedWallM(one.ring, other.ring) > 0) put(one.id, other.id, 'wall');
  for (const { between: [one, other], isAdjacent } of said) if (!isAdjacent) pairs.delete(keyOf(one, other).join(' '));
  return [...pairs.keys()].sort().map((key) => pairs.get(key) as Pair);
}
