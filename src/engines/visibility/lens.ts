import { refuse, type Refusal } from '../refusal.ts';

/** A camera's sensor and lens: pixels across, width of the sensor and focal length in millimetres. */
export type Lens = { pixels: number; widthMm: number; focalMm: number };

/** How a lens draws: a plane across the axis; somebody who faces the camera off its axis; a fisheye that draws angles alike. */
export const PROJECTIONS = ['plane', 'facing', 'fisheye'] as const;
export type Projection = (typeof PROJECTIONS)[number];

/** What can be done with a picture of so many pixels a metre (IEC EN 62676-4:2015; monitor and inspect from knowledge, unverified). */
export const LEVELS = [{ level: 'monitor', pixelsPerM: 12.5 }, { level: 'detect', pixelsPerM: 25 }, { level: 'observe', pixelsPerM: 62.5 }, { level: 'recognise', pixelsPerM: 125 }, { level: 'identify', pixelsPerM: 250 }, { level: 'inspect', pixelsPerM: 1000 }] as const;
export type Level = (typeof LEVELS)[number]['level'];

/** Degrees between the left and right edge of the picture: 2 atan(w / 2f). */
export const horizontalFieldDeg = ({ widthMm, focalMm }: Lens): number => (2 * Math.atan(widthMm / (2 * focalMm)) * 180) / Math.PI;

/** Metres across the picture at a distance on the axis: d w / f. */
export const sceneWidthM = ({ widthMm, focalMm }: Lens, distanceM: number): number => (distanceM * widthMm) / focalMm;

/** Metres from the camera to a target at another height: √(horizontal² + (h − target)²). */
export const slantM = (horizontalM: number, cameraM: number, targetM: number): number => Math.hypot(horizontalM, cameraM - targetM);

/** Null, or why this is no lens. */
export function wrongLens({ pixels, widthMm, focalMm }: Lens): Refusal | null {
  if (!(Number.isInteger(pixels) && pixels > 0)) return refuse('pixels', `A picture is some pixels wide; ${pixels} is not.`);
  if (!(widthMm > 0 && widthMm < Number.POSITIVE_INFINITY)) return refuse('widthMm', `A sensor is more than 0 mm wide; ${widthMm} is not.`);
  return focalMm > 0 && focalMm < Number.POSITIVE_INFINITY ? null : refuse('focalMm', `A focal length is more than 0 mm; ${focalMm} is not.`);
}

/**
 * Pixels a metre of a target. `plane`: across the axis, at the depth along it, N f / (w d). `facing`: turned to the camera at the distance d and the angle θ
 * off the axis, N f sec²θ / (w d). `fisheye`: (N / HFOV) / d, HFOV in radians.
 */
export function pixelsPerM(lens: Lens, distanceM: number, { projection = 'plane', offAxisDeg = 0 }: { projection?: Projection; offAxisDeg?: number } = {}): { ok: true; pixelsPerM: number } | Refusal {
  const wrong = wrongLens(lens);
  if (wrong) return wrong;
  if (!(distanceM > 0 && distanceM < Number.POSITIVE_INFINITY)) return refuse('distanceM', `A target is more than 0 m away; ${distanceM} is not.`);
  if (!(Math.abs(offAxisDeg) < 90)) return refuse('offAxisDeg', 'A target off the axis by 90 degrees or more is not before the camera.');
  const { pixels, widthMm, focalMm } = lens;
  if (projection === 'fisheye') return { ok: true, pixelsPerM: pixels / ((horizontalFieldDeg(lens) * Math.PI) / 180) / distanceM };
  const across = (pixels * focalMm) / (widthMm * distanceM);
  return { ok: true, pixelsPerM: projection === 'plane' ? across : across / Math.cos((offAxisDeg * Math.PI) / 180) ** 2 };
}

/** Metres on the axis up to which a level is reached: N f / (level w). */
export const reachM = ({ pixels, widthMm, focalMm }: Lens, level: Level): number => (pixels * focalMm) / (widthMm * (LEVELS.find((one) => one.level === level)?.pixelsPerM ?? Number.POSITIVE_INFINITY));

/** The best level that so many pixels a metre reach; null below monitor. */
export const levelOf = (density: number): Level | null => LEVELS.findLast((one) => density >= one.pixelsPerM)?.level ?? null;

/**
 * The strip of ground that a tilted camera sees, metres from its foot: from h / tan(tilt + VFOV/2) to h / tan(tilt − VFOV/2). Nearer is blind. `farM` is Infinity
 * where it looks to the horizon or above; refused where it does not look down at all.
 */
export function groundStrip({ heightM, tiltDeg, verticalDeg }: { heightM: number; tiltDeg: number; verticalDeg: number }): { ok: true; nearM: number; farM: number } | Refusal {
  if (!(heightM > 0 && heightM < Number.POSITIVE_INFINITY)) return refuse('heightM', `A camera hangs above the ground; ${heightM} m does not.`);
  if (!(verticalDeg > 0 && verticalDeg < 180)) return refuse('verticalDeg', 'A picture is more than 0 and less than 180 degrees high.');
  const tan = (degrees: number): number => Math.tan((degrees * Math.PI) / 180);
  const [low, high] = [tiltDeg + verticalDeg / 2, tiltDeg - verticalDeg / 2];
  if (!(low > 0 && low < 180)) return refuse('tiltDeg', 'A camera that does not look down sees no ground.');
  return { ok: true, nearM: low >= 90 ? 0 : heightM / tan(low), farM: high <= 0 ? Number.POSITIVE_INFINITY : high >= 90 ? 0 : heightM / tan(high) };
}
