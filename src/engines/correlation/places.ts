import type { Surroundings } from './entry.ts';
import type { Near } from './kinds.ts';

const EARTH_RADIUS_KM = 6371.0088;
const NONE: readonly string[] = [];

/** Surroundings, made ready for looking up. */
export class Places {
  readonly surroundings: Surroundings;
  readonly #adjacent = new Map<string, string[]>();
  readonly #larger: ReadonlyMap<string, string>;
  readonly #parts = new Map<string, string[]>();
  readonly #sites: ReadonlyMap<string, { latitude: number; longitude: number }>;
  readonly #journeys = new Map<string, Map<string, number>>();

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    for (const [a, b] of surroundings.adjacency ?? []) {
      this.#touch(a, b);
      this.#touch(b, a);
    }
    this.#larger = new Map(surroundings.within);
    for (const [zone, larger] of this.#larger) {
      const parts = this.#parts.get(larger);
      if (parts) parts.push(zone);
      else this.#parts.set(larger, [zone]);
    }
    this.#sites = new Map((surroundings.sites ?? []).map((site) => [site.site, site]));
    for (const { from, to, leastMs } of surroundings.journeys ?? []) {
      const known = this.#journeys.get(from);
      if (known) known.set(to, leastMs);
      else this.#journeys.set(from, new Map([[to, leastMs]]));
    }
  }

  /** Zones near that one, itself among them where `near` says so. */
  near(zone: string, near: Near): readonly string[] {
    const larger = this.#larger.get(zone);
    const adjacent = near === 'same' ? NONE : (this.#adjacent.get(larger ?? zone) ?? NONE);
    if (larger === undefined) return near === 'adjacent' ? adjacent : [zone, ...adjacent];
    return (near === 'adjacent' ? adjacent : [larger, ...adjacent]).flatMap((one) => this.#parts.get(one) ?? NONE);
  }

  /** The least time from site to site in ms, as said for the pair or by great circle (haversine, mean radius 6,371.0088 km); null where not known. */
  leastMs(from: string, to: string, speedKmh: number, overheadMs: number): number | null {
    const said = this.#journeys.get(from)?.get(to);
    if (said !== undefined) return said;
    const [a, b] = [this.#sites.get(from), this.#sites.get(to)];
    return a && b ? overheadMs + (distanceKm(a, b) / speedKmh) * 3_600_000 : null;
  }

  #touch(a: string, b: string): void {
    const known = this.#adjacent.get(a);
    if (!known) this.#adjacent.set(a, [b]);
    else if (a !== b && !known.includes(b)) known.push(b);
  }
}

type Point = { readonly latitude: number; readonly longitude: number };

/** Great-circle distance on the mean sphere, by the haversine formula. */
export function distanceKm(a: Point, b: Point): number {
  const rad = Math.PI / 180;
  const half = (x: number) => Math.sin((x * rad) / 2) ** 2;
  const h = half(b.latitude - a.latitude) + Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * half(b.longitude - a.longitude);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}
