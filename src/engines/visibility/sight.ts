import type { Point } from '../floor/plane.ts';
import { areaOf, boxOf, contains, type Ring, type Segment } from '../floor/polygon.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { horizontalFieldDeg, type Lens, type Level, LEVELS, wrongLens } from './lens.ts';

/** Where something stands and looks: metres on the plan, degrees clockwise from its upper edge, and how wide it sees (360 is all around). */
export type Eye = { at: Point; facingDeg: number; fieldDeg: number; farM: number };

const TINY = 1e-9;
/** Rays just beside a corner, so that the wall behind it is seen. */
const BESIDE = 1e-7;
/** So many degrees of an arc are drawn as one straight piece. */
const ARC_DEG = 3;

const directionOf = (angle: number): Point => [Math.sin(angle), -Math.cos(angle)];
const angleTo = ([ax, ay]: Point, [bx, by]: Point): number => Math.atan2(bx - ax, ay - by);
/** The angle from the facing, −180 to 180 degrees, in radians. */
const offAxis = (angle: number, facing: number): number => Math.atan2(Math.sin(angle - facing), Math.cos(angle - facing));

/** How far a ray goes before it meets a wall. */
function metresTo(from: Point, [dx, dy]: Point, walls: readonly Segment[], farM: number): number {
  let least = farM;
  for (const [[ax, ay], [bx, by]] of walls) {
    const [ex, ey] = [bx - ax, by - ay];
    const cross = dx * ey - dy * ex;
    if (Math.abs(cross) < TINY) continue;
    const [wx, wy] = [ax - from[0], ay - from[1]];
    const along = (wx * ey - wy * ex) / cross;
    const across = (wx * dy - wy * dx) / cross;
    if (along > TINY && along < least && across >= -TINY && across <= 1 + TINY) least = along;
  }
  return least;
}

/** The part of a plan that is seen from a point past walls, within a field and a reach: a ring of corners in order. Refused without a reach or field. */
export function visibleFrom({ at, facingDeg, fieldDeg, farM }: Eye, walls: readonly Segment[]): { ok: true; ring: Point[] } | Refusal {
  if (!(farM > 0 && farM < Number.POSITIVE_INFINITY)) return refuse('farM', `Something is seen up to more than 0 m; ${farM} is not.`);
  if (!(fieldDeg > 0 && fieldDeg <= 360)) return refuse('fieldDeg', 'A field of view is more than 0 and at most 360 degrees wide.');
  const facing = (facingDeg * Math.PI) / 180;
  const half = (fieldDeg * Math.PI) / 360;
  const near = walls.filter((wall) => metresToSegment(at, wall) <= farM);
  const offs = new Set<number>();
  for (let off = -half; off < half; off += (ARC_DEG * Math.PI) / 180) offs.add(off);
  offs.add(half);
  for (const wall of near) {
    for (const corner of wall) {
      const off = offAxis(angleTo(at, corner), facing);
      for (const one of [off - BESIDE, off, off + BESIDE]) if (one >= -half && one <= half) offs.add(one);
    }
  }
  const ring = [...offs].sort((a, b) => a - b).map((off): Point => {
    const direction = directionOf(facing + off);
    const metres = metresTo(at, direction, near, farM);
    return [at[0] + direction[0] * metres, at[1] + direction[1] * metres];
  });
  return { ok: true, ring: fieldDeg === 360 ? ring : [at, ...ring] };
}

function metresToSegment([px, py]: Point, [[ax, ay], [bx, by]]: Segment): number {
  const square = (bx - ax) ** 2 + (by - ay) ** 2;
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / square));
  return Math.hypot(px - ax - share * (bx - ax), py - ay - share * (by - ay));
}

/** The walls of rooms with what leads through them left open: of each way so many metres about its point. */
export function wallsWithGaps(rings: readonly Ring[], gaps: readonly { at: Point; widthM: number }[]): Segment[] {
  const walls = rings.flatMap((ring) => ring.map((corner, i): Segment => [corner, ring[(i + 1) % ring.length] ?? corner]));
  return walls.flatMap((wall) => gaps.reduce<Segment[]>((pieces, gap) => pieces.flatMap((piece) => cut(piece, gap)), [wall]));
}

/** A way stands in a wall that runs within this of it. */
const IN_WALL_M = 0.35;

function cut([a, b]: Segment, { at, widthM }: { at: Point; widthM: number }): Segment[] {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  if (length === 0 || metresToSegment(at, [a, b]) > IN_WALL_M) return [[a, b]];
  const [ux, uy] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
  const middle = (at[0] - a[0]) * ux + (at[1] - a[1]) * uy;
  const point = (along: number): Point => [a[0] + ux * along, a[1] + uy * along];
  const [from, to] = [middle - widthM / 2, middle + widthM / 2];
  return [...(from > TINY ? [[a, point(from)] as Segment] : []), ...(to < length - TINY ? [[point(to), b] as Segment] : [])];
}

/** A camera that is mounted. */
export type Camera = { at: Point; facingDeg: number; lens: Lens };

/** What cameras see of an area: its share seen at each level or better by any of them, by two or more, and by none; square metres by a grid. */
export type Coverage = { ok: true; areaM2: number; cells: number; seen: Record<Level, number>; byTwo: number; blind: number };

const GRID_M = 0.25;
const MOST_CELLS = 400_000;

/**
 * Coverage of an area by cameras past walls, by the middle of each cell of a grid of `gridM`. Pixel density is that of a plane across the axis, so it goes by
 * the depth along it. A cell without `monitor` counts as blind.
 */
export function coverageOf(area: Ring, cameras: readonly Camera[], walls: readonly Segment[], gridM = GRID_M): Coverage | Refusal {
  for (const [i, { lens }] of cameras.entries()) {
    const wrong = wrongLens(lens);
    if (wrong) return refuse(`cameras[${i}].lens.${wrong.at}`, wrong.reason);
  }
  const { minX, minY, maxX, maxY } = boxOf(area);
  if (!(gridM > 0) || ((maxX - minX) * (maxY - minY)) / gridM ** 2 > MOST_CELLS) return refuse('gridM', `That are more than ${MOST_CELLS} cells: take a coarser grid.`);
  const seen = Object.fromEntries(LEVELS.map(({ level }) => [level, 0])) as Record<Level, number>;
  let [cells, byTwo, blind] = [0, 0, 0];
  for (let y = minY + gridM / 2; y < maxY; y += gridM) {
    for (let x = minX + gridM / 2; x < maxX; x += gridM) {
      if (!contains(area, [x, y])) continue;
      cells += 1;
      const densities = cameras.map((camera) => densityAt(camera, [x, y], walls)).filter((density) => density >= LEVELS[0].pixelsPerM);
      const best = Math.max(0, ...densities);
      for (const { level, pixelsPerM } of LEVELS) if (best >= pixelsPerM) seen[level] += 1;
      if (densities.length >= 2) byTwo += 1;
      if (densities.length === 0) blind += 1;
    }
  }
  const share = (count: number): number => (cells === 0 ? 0 : count / cells);
  for (const { level } of LEVELS) seen[level] = share(seen[level]);
  return { ok: true, areaM2: areaOf(area), cells, seen, byTwo: share(byTwo), blind: share(blind) };
}

/** Pixels a metre at a point, 0 where it is outside the picture or behind a wall. */
export function densityAt({ at, facingDeg, lens }: Camera, point: Point, walls: readonly Segment[]): number {
  const off = offAxis(angleTo(at, point), (facingDeg * Math.PI) / 180);
  if (Math.abs(off) > (horizontalFieldDeg(lens) * Math.PI) / 360) return 0;
  const distance = Math.hypot(point[0] - at[0], point[1] - at[1]);
  const depth = distance * Math.cos(off);
  if (depth < TINY) return 0;
  const density = (lens.pixels * lens.focalMm) / (lens.widthMm * depth);
  if (density < LEVELS[0].pixelsPerM) return 0;
  return metresTo(at, [(point[0] - at[0]) / distance, (point[1] - at[1]) / distance], walls, distance + 1) < distance - 1e-6 ? 0 : density;
}
