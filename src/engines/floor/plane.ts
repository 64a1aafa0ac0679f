/** A point of a floor's own plane: metres to the right and metres down from the upper left corner of its plan. */
export type Point = [x: number, y: number];

/** A point of the plane and where it is on the globe (WGS84, degrees). */
export type ControlPoint = { at: Point; longitude: number; latitude: number };

/** East and north in metres from an anchor on the globe, as an affine image of the plane. */
export type Georeference = {
  anchor: { longitude: number; latitude: number };
  /** `[[a, b, c], [d, e, f]]`: east = ax + by + c, north = dx + ey + f. */
  matrix: readonly [readonly [number, number, number], readonly [number, number, number]];
};

/** How far each control point lies from where the fit puts it, and their root mean square; metres. */
export type Fit = { ok: true; georeference: Georeference; residualsM: number[]; rmsM: number } | { ok: false; reason: string };

const SEMI_MAJOR_M = 6_378_137;
const FLATTENING = 1 / 298.257223563;
const E2 = FLATTENING * (2 - FLATTENING);
/** A building is no longer than this, so a plane that touches the globe is flat enough: the error stays below a centimetre. */
const MOST_EXTENT_M = 5_000;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export const distance = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(ax - bx, ay - by);

/** Metres of one degree of longitude and of latitude at this latitude, on the ellipsoid of WGS84. */
export function metresPerDegree(latitude: number): { east: number; north: number } {
  const sine = Math.sin(radians(latitude));
  const bend = 1 - E2 * sine * sine;
  return { east: radians(1) * (SEMI_MAJOR_M / Math.sqrt(bend)) * Math.cos(radians(latitude)), north: radians(1) * ((SEMI_MAJOR_M * (1 - E2)) / bend ** 1.5) };
}

type Offset = { east: number; north: number };

function offsetOf(anchor: Georeference['anchor'], { longitude, latitude }: Georeference['anchor']): Offset {
  const per = metresPerDegree(anchor.latitude);
  // The short way round: a site may stand on the antimeridian.
  const turned = ((longitude - anchor.longitude + 540) % 360) - 180;
  return { east: turned * per.east, north: (latitude - anchor.latitude) * per.north };
}

/**
 * Fits the plane to the globe by its control points. Two give turn, scale and place (a plan is not skewed); three or more
 * the affine map with the least squares. Refused where points coincide, stand in one line, or span more than 5 km.
 */
export function fitGeoreference(points: readonly ControlPoint[]): Fit {
  const [first] = points;
  if (!first || points.length < 2) return { ok: false, reason: 'Give two points or more.' };
  const anchor = { longitude: first.longitude, latitude: first.latitude };
  const offsets = points.map((point) => offsetOf(anchor, point));
  if (offsets.some(({ east, north }) => Math.hypot(east, north) > MOST_EXTENT_M)) return { ok: false, reason: 'These points are more than 5 km apart. Look at the degrees again.' };
  const matrix = points.length === 2 ? similarity(points, offsets) : affine(points, offsets);
  if (!matrix) return { ok: false, reason: points.length === 2 ? 'The two points are one. Choose two that are far apart.' : 'These points stand in one line. Choose one beside it.' };
  const georeference = { anchor, matrix };
  const residualsM = points.map(({ at }, i) => {
    const { east, north } = placeOf(georeference, at);
    return Math.hypot(east - (offsets[i]?.east ?? 0), north - (offsets[i]?.north ?? 0));
  });
  return { ok: true, georeference, residualsM, rmsM: Math.sqrt(residualsM.reduce((sum, r) => sum + r * r, 0) / residualsM.length) };
}

/** Turn, scale and shift as a product of complex numbers; y points down on the plan and up on the globe. */
function similarity([p, q]: readonly ControlPoint[], [u, v]: readonly Offset[]): Georeference['matrix'] | null {
  if (!p || !q || !u || !v) return null;
  const [dx, dy] = [q.at[0] - p.at[0], -(q.at[1] - p.at[1])];
  const [de, dn] = [v.east - u.east, v.north - u.north];
  const square = dx * dx + dy * dy;
  if (square < 1e-6 || de * de + dn * dn < 1e-6) return null;
  const [re, im] = [(de * dx + dn * dy) / square, (dn * dx - de * dy) / square];
  return [[re, im, u.east - re * p.at[0] - im * p.at[1]], [im, -re, u.north - im * p.at[0] + re * p.at[1]]];
}

/** Least squares about the centroid, so that far coordinates lose no digits. */
function affine(points: readonly ControlPoint[], offsets: readonly Offset[]): Georeference['matrix'] | null {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my, me, mn] = [mean(points.map(({ at }) => at[0])), mean(points.map(({ at }) => at[1])), mean(offsets.map(({ east }) => east)), mean(offsets.map(({ north }) => north))];
  let [xx, xy, yy, xe, ye, xn, yn] = [0, 0, 0, 0, 0, 0, 0];
  for (const [i, { at }] of points.entries()) {
    const [x, y, e, n] = [at[0] - mx, at[1] - my, (offsets[i]?.east ?? 0) - me, (offsets[i]?.north ?? 0) - mn];
    xx += x * x; xy += x * y; yy += y * y; xe += x * e; ye += y * e; xn += x * n; yn += y * n;
  }
  const determinant = xx * yy - xy * xy;
  if (determinant <= 1e-9 * (xx + yy) ** 2) return null;
  const solve = (xv: number, yv: number): [number, number] => [(xv * yy - yv * xy) / determinant, (yv * xx - xv * xy) / determinant];
  const [[a, b], [d, e]] = [solve(xe, ye), solve(xn, yn)];
  return [[a, b, me - a * mx - b * my], [d, e, mn - d * mx - e * my]];
}

function placeOf({ matrix: [[a, b, c], [d, e, f]] }: Georeference, [x, y]: Point): Offset {
  return { east: a * x + b * y + c, north: d * x + e * y + f };
}

/** Where a point of the plane is on the globe. */
export function toGlobe(georeference: Georeference, point: Point): { longitude: number; latitude: number } {
  const { east, north } = placeOf(georeference, point);
  const per = metresPerDegree(georeference.anchor.latitude);
  return { longitude: georeference.anchor.longitude + east / per.east, latitude: georeference.anchor.latitude + north / per.north };
}

/** Where a point of the globe is on the plane. */
export function toPlane(georeference: Georeference, position: { longitude: number; latitude: number }): Point {
  const { east, north } = offsetOf(georeference.anchor, position);
  const [[a, b, c], [d, e, f]] = georeference.matrix;
  const determinant = a * e - b * d;
  return [((east - c) * e - (north - f) * b) / determinant, ((north - f) * a - (east - c) * d) / determinant];
}
